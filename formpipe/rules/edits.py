"""What a person changed on a pre-filled form: what still stands there as it was printed is no edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

from formpipe.definition import FormDefinition
from formpipe.model import Data, Json
from formpipe.naming import CHANGES, Path, field_of
from formpipe.normalise.answers import LISTS
from formpipe.normalise.assembling import changed_keys
from formpipe.rules.rowedits import Answered, are_same, cleared_cells, with_cleared, with_lost_cells

Section: TypeAlias = dict[str, Json]

_CASE_ID = "case_id"
_CONSENTS = "consents"
_NAMES_CONSENT = ("consent_id", "scope")
_PLAIN_SECTIONS = ("case", "jobcenter")
"""Sections outside `review.changes` whose fields are changes too."""


def edits_of(form: Answered, prefilled: Mapping[str, Json], known: Data, definition: FormDefinition) -> Data:
    """Return the data of *form* without the changes that say what was pre-filled.

    A pre-filled field that stands empty is cleared (`None`) where the schema
    lets it be; one that the file lacks says nothing. Lists are compared as a
    whole, rows in any order; one of which nothing is left on the form has
    become empty. Goals and their reviews stay: they are records of this day,
    not changes. So do the case number, and of a known consent its number and
    scope, so that a form made before a revocation cannot undo it.

    Args:
        form: The form as filled.
        prefilled: What it showed before, by field name; empty for a blank.
        known: The same, nested.
        definition: The form's kind.
    """
    if not prefilled:
        return form.data
    data = with_lost_cells(form, prefilled, definition)
    for place in (CHANGES, *((name,) for name in _PLAIN_SECTIONS)):
        data = _with(data, place, _differences(_section(data, place), _section(known, place)))
    rows, before = data.get(_CONSENTS), known.get(_CONSENTS)
    if isinstance(rows, list) and isinstance(before, list):
        data = {**data, _CONSENTS: _edited(cast("list[Section]", rows), cast("list[Section]", before))}
    for path, name in _emptied(form, prefilled, definition):
        if _is_list(name, definition):
            data = _with(data, path, [])
        elif is_clearable(name, definition):
            data = _with(data, path, None)
    for _, found, row in cleared_cells(form, prefilled, definition):
        if row and found.spec.clearable:
            data = with_cleared(data, row, str(found.path[-1]))
    return data


def _edited(rows: list[Section], known: list[Section]) -> list[Json]:
    """Return the consents *rows*, of known ones only what tells them apart and what was changed."""
    by_id = {row.get("consent_id"): row for row in known}
    return [
        {
            name: value
            for name, value in row.items()
            if name in _NAMES_CONSENT or not are_same(value, by_id.get(row.get("consent_id"), {}).get(name))
        }
        for row in rows
    ]


def emptied_fields(form: Answered, prefilled: Mapping[str, Json], definition: FormDefinition) -> dict[str, bool]:
    """Return the names of single fields that were pre-filled and stand empty on *form*: whether each was cleared.

    What a schema does not let be cleared, and what stands in a row of which
    nothing else is left, keeps its value.
    """
    single = {
        name: is_clearable(name, definition)
        for _, name in _emptied(form, prefilled, definition)
        if not _is_list(name, definition)
    }
    cells = cleared_cells(form, prefilled, definition)
    return single | {name: bool(row) and found.spec.clearable for name, found, row in cells}


def is_clearable(name: str, definition: FormDefinition) -> bool:
    """Tell whether the field *name* may be without a value once it had one."""
    found = field_of(name, definition)
    return found is not None and found.spec.clearable


def _emptied(form: Answered, prefilled: Mapping[str, Json], definition: FormDefinition) -> Iterator[tuple[Path, str]]:
    """Yield where in the data something pre-filled has nothing left, and the name of an empty field there."""
    changed = changed_keys(definition)
    for name in prefilled:
        found = field_of(name, definition)
        if found is None or name not in form.empty:
            continue
        is_change = found.spec.key in changed
        path = next((found.path[:place] for place, step in enumerate(found.path) if isinstance(step, int)), found.path)
        path = (*CHANGES, *path) if is_change else path
        if (is_change or path[0] in _PLAIN_SECTIONS) and not _holds(form.data, path):
            yield path, name


def _is_list(name: str, definition: FormDefinition) -> bool:
    found = field_of(name, definition)
    return found is not None and (found.spec.type in LISTS or any(isinstance(step, int) for step in found.path))


def _holds(data: Data, path: Path) -> bool:
    return path[-1] in _section(data, path[:-1])


def _section(data: Data, path: Path) -> Section:
    """Return the object at *path*, empty where there is none."""
    value: Json = dict(data)
    for step in path:
        value = value.get(cast("str", step), {}) if isinstance(value, dict) else {}
    return value if isinstance(value, dict) else {}


def _with(data: Data, path: Path, value: Json) -> Section:
    """Return *data* with *value* at *path*; an object left empty goes, and so does what held only it."""
    step, rest = cast("str", path[0]), path[1:]
    inner = _with(_section(data, (step,)), rest, value) if rest else value
    others = {name: each for name, each in data.items() if name != step}
    return others if inner == {} else {**data, step: inner}


def _differences(section: Section, known: Section) -> Section:
    """Return what *section* says otherwise than *known*, objects inside it likewise; the case number stays."""
    kept: Section = {}
    for name, value in section.items():
        before = known.get(name)
        if isinstance(value, dict):
            inside = _differences(value, before if isinstance(before, dict) else {})
            if inside:
                kept[name] = inside
        elif name == _CASE_ID or name not in known or not are_same(value, before):
            kept[name] = value
    return kept
