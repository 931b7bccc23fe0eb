"""What a form asks: the schema's fields as typed nouns, made once by `schemas.py`.

Everything that must know a label, a code list, a rule of printing or of
disclosure takes it from here and not from the schema's JSON.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from formpipe.model import FormKind, Json, pattern_of

CodeValue: TypeAlias = str | bool | int

_ENTRY = re.compile(r"\[[^\[\]]*\]$")


class ValueType(StrEnum):
    """How an answer is typed; drives the control on the blank, the parsing and the printing."""

    TEXT = "text"
    DATE = "date"
    DATE_TIME = "date-time"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"  # four-valued: True, False, "keine_angabe", "unbekannt"
    CODE = "code"  # one of a code list; an integer code list also counts as CODE
    CODES = "codes"  # any number of a code list; one checkbox per code
    TEXTS = "texts"  # list of strings; one text field per row; with `codes` each row is one code of a long list


class Printed(StrEnum):
    """Where a value is printed (`x-print`)."""

    MAIN = "main"
    ANNEX = "annex"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code with its German label; `easy` is the label in plain German; the dates say when it may be chosen."""

    value: CodeValue
    title: str
    easy: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """A closed list of codes in the order they are offered."""

    name: str
    title: str
    codes: tuple[Code, ...]

    def title_of(self, value: Json) -> str | None:
        """Return the German label of *value*, or `None` if the list does not hold it."""
        for code in self.codes:
            if code.value == value and isinstance(code.value, bool) == isinstance(value, bool):
                return code.title
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of a form.

    `key` is the field's path with `[]` for lists (`goals[].actions[].title`).
    `jobcenter` is `always`, `J1`..`J6` or `never`; `jobcenter_values` overrules
    it per code. `printed_rows` are values the blank prints into each row of the
    column (row ids, life areas, consent scopes): such a value alone does not
    make a row. `precision_key` names the sibling that takes the precision of a
    partial date. `no_answer` says that the words `keine Angabe` and `unbekannt`
    are answers here; a field with `codes` has them among its codes instead, as
    far as they are allowed. `clearable` says that the mark for "deleted" is an
    answer (reviews).
    """

    key: str
    label: str
    type: ValueType
    short_label: str | None = None
    hint: str | None = None
    example: str | None = None
    codes: CodeList | None = None
    required: bool = False
    no_answer: bool = False
    clearable: bool = False
    jobcenter: str = "never"
    jobcenter_values: Mapping[str, str] = field(default_factory=dict)
    sensitivity: tuple[str, ...] = ()
    printed: Printed = Printed.NO
    rows: int = 1  # TEXTS: how many text fields a blank offers
    multiline: bool = False
    width: str = "half"  # full, half or third of a line on a blank
    locked: bool = False  # printed by the form, not typed
    printed_rows: tuple[str, ...] = ()
    precision_key: str | None = None
    partial: bool = False  # a month (2023-08) or a year alone is an answer
    normalise: str | None = None  # phone, bg_nummer
    max_length: int | None = None
    labels: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The last step of the key (`title` of `goals[].title`)."""
        return self.key.rpartition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSpec:
    """A list of rows; `key` ends in `[]`; `columns` may hold a list of its own (steps of a goal).

    `id_name` is the column that holds the row's id; `id_prefix` is `HM`, `G`,
    `C`, or for steps `S` (whose ids are `<goal>-S01`). `rows` is how many a blank offers.
    """

    key: str
    label: str
    columns: tuple[FieldSpec | ListSpec, ...]
    hint: str | None = None
    rows: int = 1
    id_name: str | None = None
    id_prefix: str | None = None

    @property
    def name(self) -> str:
        """The list's own name (`actions` of `goals[].actions[]`)."""
        return self.key.removesuffix("[]").rpartition(".")[2]


Item: TypeAlias = FieldSpec | ListSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSpec:
    """A section of the paper; `changes` says that on a review its values are changes (`review.changes`)."""

    name: str
    label: str
    items: tuple[Item, ...]
    hint: str | None = None
    new_page: bool = False
    changes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDefinition:
    """A form: its kind, the code stored in `form.type`, its sections in paper order, and the schema itself.

    `date_key` is the field whose date the form counts for. `specs` finds a
    field by its key with `[]` for row numbers. `holders` says which section
    holds a field, by its key; `recurring` are labels that several fields
    outside of lists have.
    """

    kind: FormKind
    title: str
    form_type: str
    date_key: str
    sections: tuple[SectionSpec, ...]
    schema: Mapping[str, Json] = field(repr=False)
    specs: Mapping[str, FieldSpec] = field(repr=False)
    lists: Mapping[str, ListSpec] = field(repr=False)
    holders: Mapping[str, SectionSpec] = field(init=False, repr=False, compare=False)
    recurring: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Find once what is asked for each field of each form."""
        holders = {each.key: section for section in reversed(self.sections) for each in fields_of(section.items)}
        labels = Counter(each.label for each in self.specs.values() if "[]" not in each.key)
        object.__setattr__(self, "holders", MappingProxyType(holders))
        object.__setattr__(self, "recurring", frozenset(label for label, count in labels.items() if count > 1))

    def spec_of(self, name: str) -> FieldSpec | None:
        """Return the field that the form field *name* belongs to, or `None`.

        *name* is as on a form: `goals[0].title`, `finance.urgent[miete]` (one
        box of a list of codes), `development.strengths[0]` (one row of texts).
        """
        pattern = pattern_of(name)
        found = self.specs.get(pattern)
        if found is not None:
            return found
        if not pattern.endswith("]"):
            return None
        found = self.specs.get(_ENTRY.sub("", pattern))
        return found if found is not None and found.type in {ValueType.CODES, ValueType.TEXTS} else None

    def section_of(self, name: str) -> SectionSpec | None:
        """Return the section that holds the form field *name*, or `None`."""
        spec = self.spec_of(name)
        return None if spec is None else self.holders.get(spec.key)

    def within(self, name: str) -> str | None:
        """Return the label of the list that holds the form field *name*, else of its section if its label recurs."""
        key, dot, _ = pattern_of(name).rpartition("[].")
        if dot:
            return self.lists[f"{key}[]"].label if f"{key}[]" in self.lists else None
        spec = self.spec_of(name)
        section = None if spec is None else self.holders.get(spec.key)
        if spec is None or section is None:
            return None
        return section.label if spec.label in self.recurring else None

    def changes_of(self, name: str) -> bool:
        """Tell whether the field *name* stands under `review.changes` in the data (its section is one of changes)."""
        section = self.section_of(name)
        return section is not None and section.changes


def fields_of(items: tuple[Item, ...]) -> Iterator[FieldSpec]:
    """Yield the fields of *items* in paper order, those of lists included."""
    for item in items:
        if isinstance(item, FieldSpec):
            yield item
        else:
            yield from fields_of(item.columns)
