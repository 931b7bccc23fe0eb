"""A form at the door as the rules look at it: values by key, rows, and findings at their place on the paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from formpipe.dates import day_of
from formpipe.definition import FormDefinition
from formpipe.goals import is_given
from formpipe.kinds import CONSENT, INTAKE
from formpipe.model import Data, Finding, Json, Place, Severity, pattern_of, pointer_of
from formpipe.naming import CHANGES, Path, field_of, pointer_of_path
from formpipe.normalise.assembling import assemble, changed_keys
from formpipe.normalise.normalise import Normalised
from formpipe.rules.edits import edits_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the rules must know that does not stand on the form.

    `prefilled` are the typed values that the form showed before anybody wrote
    on it, by field name (`None`: a blank, or made from a plan we do not know).
    `stems` are the words that must not reach the Jobcenter.
    """

    today: date
    carrier: str
    case_pattern: re.Pattern[str]
    prefilled: Mapping[str, Json] | None = field(default=None, repr=False)
    stems: tuple[str, ...] = ()

    @property
    def case_example(self) -> str:
        """A case number as those of this root look; its pattern begins with the prefix, in plain letters."""
        return f"{self.case_pattern.pattern.partition('-')[0]}-{self.carrier}-2026-0001"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorRow:
    """One row of a list: where it stands in the data, its name on the form (`goals[2]`), its values."""

    path: Path
    name: str
    values: Mapping[str, Json] = field(repr=False)

    def day(self, column: str) -> date | None:
        """Return the whole date in *column*, or `None`."""
        return day_of(self.values.get(column))


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A normalised form at the door.

    `known` is what the form showed before it was filled, `edits` what the
    person changed of it. A field that was filled but not understood counts as
    given, so that no rule asks for it again.
    """

    form: Normalised
    definition: FormDefinition
    door: Door
    known: Data = field(repr=False)
    edits: Data = field(repr=False)
    changed_sections: frozenset[str]

    @property
    def is_intake(self) -> bool:
        """Whether this form begins a case."""
        return self.definition.kind.kind == INTAKE

    @property
    def is_consent(self) -> bool:
        """Whether this form does nothing but give and take back consents."""
        return self.definition.kind.kind == CONSENT

    @property
    def is_complete(self) -> bool:
        """Whether what does not stand here stands nowhere: an intake, or a review made from a known plan."""
        return self.is_intake or self.door.prefilled is not None

    @property
    def dated(self) -> date | None:
        """The day the form counts for."""
        return self.day(self.definition.date_key)

    @property
    def edited_sections(self) -> frozenset[str]:
        """Names of the sections in which the person changed something (reviews)."""
        changes = _at(self.edits, CHANGES, None)
        return frozenset(changes) if isinstance(changes, dict) else frozenset()

    def value(self, key: str) -> Json:
        """Return the value of *key* (no rows) on this form, else the one it was pre-filled with, unless emptied."""
        path = self._path(key)
        return _at(self.form.data, path, _at(self.edits, path, _at(self.known, path, None)))

    def before(self, key: str) -> Json:
        """Return the value of *key* (no rows) that the form was pre-filled with."""
        return _at(self.known, self._path(key), None)

    def own(self, key: str) -> Json:
        """Return the value of *key* (no rows) on this form alone."""
        return _at(self.form.data, self._path(key), None)

    def given(self, key: str) -> bool:
        """Tell whether *key* is answered; `keine Angabe` is no answer here."""
        return is_given(self.value(key)) or key in self.form.failed

    def day(self, key: str) -> date | None:
        """Return the whole date in *key*, or `None`."""
        return day_of(self.value(key))

    def rows(self, key: str, within: DoorRow | None = None) -> tuple[DoorRow, ...]:
        """Return the rows of the list *key* on this form: `household.members`, or `actions` *within* a goal's row."""
        path = self._path(key) if within is None else (*within.path, key)
        rows = _at(self.form.data, path, None)
        if not isinstance(rows, list):
            return ()
        places = (((*path, index), row) for index, row in enumerate(rows))
        return tuple(
            DoorRow(path=place, name=self.form.names[pointer_of_path(place)], values=cast("dict[str, Json]", row))
            for place, row in places
        )

    def has(self, row: DoorRow, column: str) -> bool:
        """Tell whether *column* of *row* is answered."""
        return is_given(row.values.get(column)) or f"{row.name}.{column}" in self.form.failed

    def texts(self, key: str, within: DoorRow | None = None) -> tuple[tuple[str, str], ...]:
        """Return the texts in the field *key* with their names on the form; a list of strings one by one."""
        path = self._path(key) if within is None else (*within.path, key)
        value = _at(self.form.data, path, None)
        entries = value if isinstance(value, list) else [value]
        places = [(*path, index) for index in range(len(entries))] if isinstance(value, list) else [path]
        found = zip(places, entries, strict=True)
        return tuple((self.form.names[pointer_of_path(place)], each) for place, each in found if isinstance(each, str))

    def finding(self, name: str, rule: str, severity: Severity, **parameters: object) -> Finding:
        """Return a finding at the field or list *name*, with what was written there."""
        found = field_of(name, self.definition)
        rows = self.definition.lists.get(f"{pattern_of(name)}[]")
        spec = found.spec if found is not None else rows
        label = spec.label if spec is not None else self.definition.title
        known = {"written": self.form.written.get(name), "example": found.spec.example if found is not None else None}
        return Finding(
            pointer=pointer_of(name),
            rule=rule,
            severity=severity,
            place=self.form.places.get(name) or Place(label=label, within=self.definition.within(name)),
            parameters={key: each for key, each in known.items() if each is not None} | parameters,
        )

    def _path(self, key: str) -> Path:
        steps = tuple(key.split("."))
        return (*CHANGES, *steps) if steps[0] in self.changed_sections else steps


def candidate_of(form: Normalised, definition: FormDefinition, door: Door) -> Candidate:
    """Return *form* as the rules look at it."""
    prefilled = door.prefilled or {}
    known = assemble(prefilled, prefilled.keys(), definition).data
    return Candidate(
        form=form,
        definition=definition,
        door=door,
        known=known,
        edits=edits_of(form, prefilled, known, definition),
        changed_sections=frozenset(re.split(r"[.\[]", key)[0] for key in changed_keys(definition)),
    )


def _at(data: Json | Data, path: Path, default: Json) -> Json:
    """Return the value at *path*, which may be `None`, or *default* if there is none."""
    value = data
    for step in path:
        if isinstance(value, Mapping) and step in value:
            value = value[cast("str", step)]
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step]
        else:
            return default
    return cast("Json", value)
