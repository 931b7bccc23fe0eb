"""What a person changed on a pre-filled form: what still stands there as it was printed is no edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

from formpipe.definition import FormDefinition
from formpipe.model import Data, Json
from formpipe.naming import CHANGES, Path, field_of
from formpipe.normalise.answers import LISTS
from formpipe.normalise.assembling import changed_keys
from formpipe.normalise.normalise import Normalised

Section: TypeAlias = dict[str, Json]

_CASE_ID = "case_id"
_PLAIN_SECTIONS = ("case", "jobcenter")
"""Sections outside `review.changes` whose fields are changes too."""


def edits_of(form: Normalised, prefilled: Mapping[str, Json], known: Data, definition: FormDefinition) -> Data:
    """Return the data of *form* without the changes that say what was pre-filled.

    Lists are compared as a whole; one of which nothing is left on the form has
    become empty. Goals, their reviews and consents stay: they are records of
    this day, not changes. So does the case number.

    Args:
        form: The form as filled.
        prefilled: What it showed before, by field name; empty for a blank.
        known: The same, nested.
        definition: The form's kind.
    """
    if not prefilled:
        return form.data
    places = [CHANGES, *((name,) for name in _PLAIN_SECTIONS)]
    data = form.data
    for place in places:
        data = _with(data, place, _differences(_section(data, place), _section(known, place)))
    for path, name in _emptied(form, prefilled, definition):
        if _is_list(name, definition):
            data = _with(data, path, [])
    return data


def emptied_fields(form: Normalised, prefilled: Mapping[str, Json], definition: FormDefinition) -> tuple[str, ...]:
    """Return the names of single fields that were pre-filled and stand empty on *form*.

    An empty field changes nothing; whoever means to clear it writes the mark.
    """
    return tuple(name for _, name in _emptied(form, prefilled, definition) if not _is_list(name, definition))


def _emptied(form: Normalised, prefilled: Mapping[str, Json], definition: FormDefinition) -> Iterator[tuple[Path, str]]:
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
        elif name == _CASE_ID or name not in known or value != before:
            kept[name] = value
    return kept
