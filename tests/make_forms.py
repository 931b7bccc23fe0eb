"""Fills forms the way people do: answers from a sample record, then Word, LibreOffice and PDF tools as fillers.

`answers_of` turns a record of `tests/cases/` into what a person would write;
the fillers of `fill_docx`, `fill_pdf` and `fill_office` write it into a blank.
An answer without a field on the blank is an error, so that no sample value is
lost before the program has seen it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias, cast

from formpipe.definition import FieldSpec, FormDefinition, ListSpec, ValueType
from formpipe.model import CLEARED, FilledForm, Json
from formpipe.readers.marks import KINDS
from formpipe.spell import spell

Answer: TypeAlias = str | bool
"""The text a person writes, or for a checkbox whether it is ticked."""

Answers: TypeAlias = dict[str, Answer]
"""Form field name to answer."""

CASES = Path(__file__).parent / "cases"
_TICKABLE = {ValueType.CODES}
_PARTIAL = {"monat": "XX.{month}.{year}", "jahr": "00.00.{year}", "geschaetzt": "ca. {year}"}


class NoSuchFieldError(Exception):
    """The blank has no such field, or a person cannot change it."""


def load_case(name: str) -> dict[str, Json]:
    """Return the sample case *name* (`case1` to `case6`, `new`): carrier, versions, intake and reviews."""
    return cast("dict[str, Json]", json.loads((CASES / f"{name}.json").read_text(encoding="utf-8")))


def forms_of(case: Mapping[str, Json]) -> list[dict[str, Json]]:
    """Return the records of *case* in date order, the intake first."""
    return [cast("dict[str, Json]", case["intake"]), *cast("list[dict[str, Json]]", case["reviews"])]


def kind_of(record: Mapping[str, Json]) -> str:
    """Return the kind of the form that *record* stands for (`intake`, `review`, ...)."""
    return KINDS[str(cast("dict[str, Json]", record["form"])["type"])]


def answers_of(
    record: Mapping[str, Json], definition: FormDefinition, printed: Mapping[str, Json] | None = None
) -> Answers:
    """Return what a person writes into the blank of *definition* to say *record*.

    Args:
        record: Nested data as in the schema; changes of a review under `review.changes`.
        definition: The form to fill.
        printed: What a pre-filled blank already holds (`Prefill.values`). Rows
            are then found by their printed id, and what is no longer so is unticked.

    Raises:
        NoSuchFieldError: *record* holds a key that the form does not have.
    """
    return _Writer(definition, printed or {}).write(record)


def printed_of(form: FilledForm, definition: FormDefinition) -> dict[str, Json]:
    """Return what stands on a form already, by field name; a list of codes or of texts as a whole under its key."""
    printed: dict[str, Json] = {}
    for each in form.fields:
        spec = definition.spec_of(each.name)
        if spec is None or each.value in (None, False, ""):
            continue
        head, _, last = each.name.rpartition("[")
        if spec.type in _TICKABLE:
            cast("list[Json]", printed.setdefault(head, [])).append(last.removesuffix("]"))
        elif spec.type is ValueType.TEXTS:
            cast("list[Json]", printed.setdefault(head, [])).append(str(each.value))
        else:
            printed[each.name] = str(each.value)
    return printed


class _Writer:
    """One pass over a record; `answers` fills up."""

    def __init__(self, definition: FormDefinition, printed: Mapping[str, Json]) -> None:
        self._definition = definition
        self._printed = printed
        self.answers: Answers = {}

    def write(self, record: Mapping[str, Json]) -> Answers:
        for section, value in record.items():
            if section == "review" and isinstance(value, dict):
                self._walk({key: each for key, each in value.items() if key != "changes"}, section, section)
                changes = value.get("changes") or {}
                for name, change in cast("dict[str, Json]", changes).items():
                    self._walk(change, name, name)
            else:
                self._walk(value, section, section)
        return self.answers

    def _walk(self, value: Json, name: str, pattern: str) -> None:
        rows = self._definition.lists.get(f"{pattern}[]")
        spec = self._definition.specs.get(pattern)
        if spec is not None:
            self._leaf(value, name, spec)
        elif rows is not None and isinstance(value, list):
            for index, row in self._placed(cast("list[dict[str, Json]]", value), name, rows):
                self._walk(row, f"{name}[{index}]", f"{pattern}[]")
        elif isinstance(value, dict):
            for key, each in value.items():
                text = _partial_date(value, key, self._definition.specs.get(f"{pattern}.{key}"))
                if text is not None:
                    self._set(f"{name}.{key}", text)
                elif not self._said_by_date(value, key, pattern):
                    self._walk(each, f"{name}.{key}", f"{pattern}.{key}")
        else:
            raise NoSuchFieldError(name)

    def _leaf(self, value: Json, name: str, spec: FieldSpec) -> None:
        if spec.locked and not spec.printed_rows and not name.endswith("_id"):
            return  # printed by the form: kind, version, carrier
        if spec.type in _TICKABLE and isinstance(value, list):
            self._tick(value, name, spec)
        elif spec.type is ValueType.TEXTS and isinstance(value, list):
            for index, each in enumerate(value):
                self._set(f"{name}[{index}]", spell(each, spec))
        elif value is None:
            self._set(name, CLEARED)
        elif value != self._on_paper(name, spec):
            self._set(name, _text(value, spec))

    def _tick(self, value: list[Json], name: str, spec: FieldSpec) -> None:
        codes = spec.codes.codes if spec.codes else ()
        if unknown := [each for each in value if each not in {code.value for code in codes}]:
            raise NoSuchFieldError(f"{name}{unknown}")
        already = self._printed.get(name)
        for code in codes:
            box = f"{name}[{code.value}]"
            was = isinstance(already, list) and code.value in already
            if (code.value in value) != was:
                self.answers[box] = code.value in value

    def _on_paper(self, name: str, spec: FieldSpec) -> Json:
        """Return what the blank prints into the field *name*, or `None`."""
        if name in self._printed:
            return self._printed[name]
        index = name.rpartition("[")[2].partition("]")[0]
        if self._printed or not spec.printed_rows or not index.isdigit() or int(index) >= len(spec.printed_rows):
            return None
        return spec.printed_rows[int(index)]

    def _set(self, name: str, text: str) -> None:
        if text:
            self.answers[name] = text

    def _said_by_date(self, row: Mapping[str, Json], key: str, pattern: str) -> bool:
        """Tell whether *key* is a precision that the date beside it shows by how it is written."""
        specs = (self._definition.specs.get(f"{pattern}.{each}") for each in row)
        return any(spec is not None and spec.precision_key == key for spec in specs)

    def _placed(self, rows: list[dict[str, Json]], name: str, spec: ListSpec) -> list[tuple[int, dict[str, Json]]]:
        """Return the rows with the place each takes on the blank: the row that prints its name, else the next free.

        In a list without names the first column tells which printed row is meant.
        """
        columns = [each for each in spec.columns if isinstance(each, FieldSpec)]
        keys = [each for each in columns if each.printed_rows and each.name != spec.id_name]
        keys += [each for each in columns if each.name == spec.id_name or each.name in {"goal_id", "action_id"}]
        keys = keys or columns[:1]
        used: dict[int, int] = {}
        for number, row in enumerate(rows):
            place = self._printed_place(row, name, keys[0]) if keys else None
            if place is not None and place not in used.values():
                used[number] = place
        free = (index for index in range(len(rows) + 64) if index not in used.values() and self._is_free(name, index))
        return [(used[number] if number in used else next(free), row) for number, row in enumerate(rows)]

    def _printed_place(self, row: Mapping[str, Json], name: str, key: FieldSpec) -> int | None:
        value = row.get(key.name)
        for index in range(64):
            if value is not None and self._on_paper(f"{name}[{index}].{key.name}", key) == value:
                return index
        return None

    def _is_free(self, name: str, index: int) -> bool:
        """Tell whether row *index* of a pre-filled list holds nothing but printed ids."""
        begin = f"{name}[{index}]."
        return not any(each.startswith(begin) and not each.endswith("_id") for each in self._printed)


def _partial_date(row: Mapping[str, Json], key: str, spec: FieldSpec | None) -> str | None:
    """Return the date *key* as people write one that they know in part, or `None` if it is whole."""
    if spec is None or spec.precision_key is None:
        return None
    precision, value = row.get(spec.precision_key), row.get(key)
    if not isinstance(precision, str) or not isinstance(value, str) or precision not in _PARTIAL:
        return None
    year, month, _ = value.split("-")
    return _PARTIAL[precision].format(year=year, month=month)


def _text(value: Json, spec: FieldSpec) -> str:
    if spec.normalise == "phone" and isinstance(value, str) and value.startswith("+49"):
        return f"0{value[3:6]} {value[6:]}"
    if spec.normalise == "bg_nummer":
        return str(value).replace("BG", "//")  # as on the Jobcenter's letters (domain 2.4)
    return spell(value, spec)
