"""A plan's values as texts: the rules of printing that hold for single fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from formpipe.address import ADDRESS_KEYS, is_address_protected
from formpipe.catalogue import Catalogue
from formpipe.dates import birth_text, day_of
from formpipe.definition import FieldSpec, Item, ListSpec, Printed
from formpipe.known import Known
from formpipe.model import IntegrationPlan, Json, pattern_of
from formpipe.present.fitting import MAX_COLUMNS, fitted_table
from formpipe.spell import spell
from formpipe.titles import VICTIM_TITLE_TEXT, VICTIM_TITLES

PROTECTED_ADDRESS = "Adresse geschützt"
TITLE_KEYS = ("residence.status_code", "residence.citation_text")
_MANAGER_KEYS = frozenset({"case.manager_id", "case.deputy_manager_id"})
_CHILD_KEY = "childcare.children[].member_id"
_MEMBERS = "household.members[]"
MAIN = frozenset({Printed.MAIN})
ANNEX = frozenset({Printed.ANNEX})
BOTH = MAIN | ANNEX

Row = dict[str, str]


def row_of(label: str, value: str) -> Row:
    """Return one line of a table of labels and values; `lead` is the label as it stands before a value in a line."""
    lead = Known(label) if label.endswith("?") else Known(f"{label}:", (label,))
    return {"label": Known(label), "lead": lead, "value": value}


@dataclass(frozen=True, kw_only=True)
class PlanText:
    """The texts of one plan version; `managers` gives the name for an id."""

    plan: IntegrationPlan = field(repr=False)
    catalogue: Catalogue
    managers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @cached_property
    def address_protected(self) -> bool:
        """Whether no document may name the address."""
        return is_address_protected(self.plan.values)

    @cached_property
    def rows(self) -> Mapping[str, tuple[int, ...]]:
        """The row numbers of each list, by the list's key (`household.members[]`)."""
        found: dict[str, set[int]] = {}
        for key in self.plan.values:
            for match in re.finditer(r"\[(\d+)\]", key):
                found.setdefault(pattern_of(key[: match.end()]), set()).add(int(match[1]))
        return {key: tuple(sorted(numbers)) for key, numbers in found.items()}

    def value(self, key: str) -> Json:
        """Return the plan's value of *key*, `None` if there is none."""
        held = self.plan.values.get(key)
        return None if held is None else held.value

    def text(self, key: str) -> str:
        """Return the text of the plan's value of *key*, empty if there is none."""
        spec = self.catalogue.spec_of(key)
        return "" if spec is None else self.spelled(key, spec, self.value(key))

    def spelled(self, key: str, spec: FieldSpec, value: Json, *, precision: Json = None) -> str:
        """Return the text of *value*, now or once the value of the field *key*.

        `precision` is that of a birth date where it is another one than the plan's.
        """
        text = spell(value, spec)
        if value is None or not text:
            return ""
        if spec.precision_key is not None and isinstance(value, str) and day_of(value):
            known = precision or self.value(sibling_of(key, spec.precision_key))
            return self._birth(value, str(known))
        if key in TITLE_KEYS and (value in VICTIM_TITLES or self.hides_title):
            return VICTIM_TITLE_TEXT
        if key in _MANAGER_KEYS and str(value) in self.managers:
            return f"{self.managers[str(value)]} ({value})"
        if pattern_of(key) == _CHILD_KEY:
            return self._child(text)
        return text

    @cached_property
    def hides_title(self) -> bool:
        """Whether the residence title would tell that someone is the victim of a crime (domain 2.3.1)."""
        return self.value("residence.status_code") in VICTIM_TITLES

    def is_withheld(self, key: str) -> bool:
        """Tell whether the field *key* is printed on no document of this plan."""
        return self.address_protected and key in ADDRESS_KEYS

    def fields(self, items: Iterable[Item], printed: frozenset[Printed], prefix: str = "") -> list[Row]:
        """Return label and value of every single field among *items* that is answered and printed there.

        Args:
            items: Fields and lists of a section, or the columns of a list.
            printed: Which fields (`x-print`).
            prefix: The row (`reviews[0]`) where *items* are columns.
        """
        rows: list[Row] = []
        for spec in items:
            if not isinstance(spec, FieldSpec) or spec.printed not in printed:
                continue
            key = f"{prefix}.{spec.name}" if prefix else spec.key
            if self.is_withheld(key):
                if not any(row["value"] == PROTECTED_ADDRESS for row in rows):
                    rows.append(row_of("Anschrift", Known(PROTECTED_ADDRESS)))
                continue
            text = self.spelled(key, spec, self.value(key))
            if text:
                rows.append(row_of(spec.label, text))
        return rows

    def tables(self, items: Iterable[Item], printed: frozenset[Printed], *, under: str) -> list[dict[str, Any]]:
        """Return each list among *items* that has an answered row, as a table; no label if it repeats *under*."""
        made = (self._table(spec, printed) for spec in items if isinstance(spec, ListSpec))
        return [
            {**table, "label": table["label"] if table["label"] != under else ""} for table in made if table["rows"]
        ]

    def list_of(self, spec: FieldSpec) -> ListSpec:
        """Return the list whose column *spec* is."""
        lists = (item for section in self.catalogue.sections for item in section.items if isinstance(item, ListSpec))
        return next(each for each in lists if spec in each.columns)

    def first_text(self, row: str, spec: ListSpec) -> str:
        """Return the text of the first printed column of *row*, which says what the row is."""
        named = _name_column(spec, BOTH)
        return "" if named is None else self.text(f"{row}.{named.name}")

    def _table(self, spec: ListSpec, printed: frozenset[Printed]) -> dict[str, Any]:
        columns = [each for each in spec.columns if isinstance(each, FieldSpec) and each.printed in printed]
        named = _name_column(spec, printed) if columns else None
        lines = []
        for number in self.rows.get(spec.key, ()):
            prefix = f"{spec.key[:-1]}{number}]"
            texts = {each.name: self.text(f"{prefix}.{each.name}") for each in columns}
            if any(texts.values()):
                lines.append((self.text(f"{prefix}.{named.name}") if named else "", texts))
        used = [each for each in columns if any(texts[each.name] for _, texts in lines)]
        shown = [each for each in used if each != named]
        head = ([named] if named else []) + shown
        wide = len(head) > MAX_COLUMNS
        table = {
            "label": Known(spec.label),
            "width": 0 if wide else len(head),
            "head": _padded([Known(each.short_label or each.label) for each in head]),
            "rows": [
                {
                    "number": str(place),
                    "title": title,
                    "cells": _padded(([title] if named else []) + [texts[each.name] for each in shown]),
                    "fields": [row_of(each.label, texts[each.name]) for each in shown if texts[each.name]],
                }
                for place, (title, texts) in enumerate(lines, 1)
            ],
        }
        return fitted_table(table)

    def _birth(self, value: str, precision: str) -> str:
        text = birth_text(value, precision, self.plan.dated)
        # The client's own plan also names the year that was written; the paper for the Jobcenter does not.
        return f"ca. {value[:4]} – {text}" if precision == "geschaetzt" else text

    def _child(self, member_id: str) -> str:
        for number in self.rows.get(_MEMBERS, ()):
            member = f"{_MEMBERS[:-1]}{number}]"
            name = self.text(f"{member}.given_names")
            if name and self.value(f"{member}.member_id") == member_id:
                return f"{member_id} ({name})"
        return member_id


def _name_column(spec: ListSpec, printed: frozenset[Printed]) -> FieldSpec | None:
    """Return the column that says which row it is: the first printed one, in the annex also one of the main part."""
    seen = printed | MAIN
    return next((each for each in spec.columns if isinstance(each, FieldSpec) and each.printed in seen), None)


def _padded(texts: list[str]) -> list[str]:
    return [*texts, *[""] * (MAX_COLUMNS - len(texts))]


def sibling_of(key: str, name: str) -> str:
    """Return the key of the field *name* beside *key*."""
    return f"{key.rpartition('.')[0]}.{name.rpartition('.')[2]}"
