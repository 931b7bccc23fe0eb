"""A form's nested answers as flat values with their origin, laid over those of an earlier plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from formpipe.model import Columns, Json, PlanValue
from formpipe.sheet import Row, Sheet, rows_of

_INDEX = re.compile(r"\[(\d+)\]")


def same(one: Json, other: Json) -> bool:
    """Tell whether two values are the same answer; unlike `==`, `True` is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def natural(key: str) -> list[Any]:
    """Return a sort key that puts row 10 after row 9."""
    return [int(part) if part.isdigit() else part for part in _INDEX.split(key)]


def laid_over(values: Columns, tree: Mapping[str, Json], sheet: Sheet, prefix: str = "") -> dict[str, PlanValue]:
    """Return *values* with the answers of *tree* laid over them (domain 3.3 no. 4).

    A missing key keeps, `None` clears, anything else replaces; a list is
    replaced as a whole. A value that stays the same keeps its origin, in a list
    only within the same row: by id, else by all that the form says of it. With
    its row goes on what stands in columns that the form does not have. Of a row
    without id that was edited they go: which old row it was can only be guessed.

    Args:
        values: The plan's values so far.
        tree: Part of the form's data, below *prefix*.
        sheet: The form.
        prefix: Key of *tree* itself, empty for the whole.
    """
    out = dict(values)
    for name, value in tree.items():
        key = f"{prefix}.{name}" if prefix else name
        if isinstance(value, dict):
            out = laid_over(out, value, sheet, key)
        elif sheet.is_rows(key):
            out = _with_rows(out, key, rows_of(value), sheet)
        elif value is None:
            out = {each: kept for each, kept in out.items() if each != key and not each.startswith(f"{key}.")}
        else:
            out[key] = kept_or_new(out.get(key), value, key, sheet)
    return out


def merged_by_id(values: Columns, key: str, rows: list[Row], sheet: Sheet) -> dict[str, PlanValue]:
    """Return *values* with *rows* merged into the list *key*: known ids change their row, others follow it."""
    out = dict(values)
    old = plan_rows(values, key)
    id_name, _ = _id_names(key, sheet)
    places = {cells[id_name].value: index for index, cells in old.items() if id_name in cells}
    free = max(old, default=-1) + 1
    for index, row in enumerate(with_ids(rows, key, sheet, taken=[str(each) for each in places])):
        place = places.get(row[id_name])
        if place is None:
            place, free = free, free + 1
        for name, value in row.items():
            cell = f"{key}[{place}].{name}"
            if value is None:
                out.pop(cell, None)
            else:
                out[cell] = kept_or_new(out.get(cell), value, f"{key}[{index}].{name}", sheet)
    return out


def with_ids(rows: list[Row], key: str, sheet: Sheet, *, taken: list[str]) -> list[Row]:
    """Return *rows* of the list *key*, each with its id: as given, else the next number never used before."""
    id_name, prefix = _id_names(key, sheet)
    given = [str(row[id_name]) for row in rows if row.get(id_name)]
    free = next_number([*taken, *given], prefix)
    out: list[Row] = []
    for row in rows:
        if row.get(id_name):
            out.append(row)
        else:
            out.append({**row, id_name: f"{prefix}{free:02d}"})
            free += 1
    return out


def next_number(ids: list[str], prefix: str) -> int:
    """Return the number after the highest of *ids* that begin with *prefix*."""
    numbers = [each.removeprefix(prefix) for each in ids if each.startswith(prefix)]
    return max((int(each) for each in numbers if each.isdigit()), default=0) + 1


def kept_or_new(old: PlanValue | None, value: Json, key: str, sheet: Sheet) -> PlanValue:
    """Return *old* if its value is *value* already, else *value* from the form's *key*."""
    return old if old is not None and same(old.value, value) else sheet.value(value, key)


def plan_rows(values: Columns, key: str) -> dict[int, dict[str, PlanValue]]:
    """Return the cells of each row of the plan's list *key* by the row's number and the cell's own name."""
    rows: dict[int, dict[str, PlanValue]] = {}
    for each, value in values.items():
        found = _INDEX.match(each, len(key)) if each.startswith(f"{key}[") else None
        if found is not None:
            rows.setdefault(int(found[1]), {})[each[found.end() + 1 :]] = value
    return rows


def renumbered(keys: Iterable[str]) -> dict[str, str]:
    """Return for each of *keys* its key when rows that none of them has are closed up."""
    places: dict[str, dict[str, int]] = {}
    out: dict[str, str] = {}
    for key in sorted(keys, key=natural):
        parts = _INDEX.split(key)
        closed = parts[0]
        for index, rest in zip(parts[1::2], parts[2::2], strict=True):
            rows = places.setdefault(closed, {})
            closed = f"{closed}[{rows.setdefault(index, len(rows))}]{rest}"
        out[key] = closed
    return out


def cells_of(tree: Mapping[str, Json], prefix: str) -> Iterator[tuple[str, Json]]:
    """Yield each value below *tree* with its key, rows numbered; nothing for `None`."""
    for name, value in tree.items():
        key = f"{prefix}.{name}"
        if isinstance(value, dict):
            yield from cells_of(value, key)
        elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
            for index, row in enumerate(rows_of(value)):
                yield from cells_of(row, f"{key}[{index}]")
        elif value is not None:
            yield key, value


def _with_rows(values: dict[str, PlanValue], key: str, rows: list[Row], sheet: Sheet) -> dict[str, PlanValue]:
    out = {each: kept for each, kept in values.items() if not each.startswith(f"{key}[")}
    old = plan_rows(values, key)
    ids = sheet.id_of(key)
    if ids is not None:
        rows = with_ids(rows, key, sheet, taken=[str(each[ids[0]].value) for each in old.values() if ids[0] in each])
    for index, row in enumerate(rows):
        start = f"{key}[{index}]"
        cells = {each.removeprefix(f"{start}."): value for each, value in cells_of(row, start)}
        place = _place_before(old, cells, key, sheet)
        kept = {} if place is None else old.pop(place)
        for name, value in cells.items():
            out[f"{start}.{name}"] = kept_or_new(kept.get(name), value, f"{start}.{name}", sheet)
        unasked = {name: value for name, value in kept.items() if not asks(sheet, f"{start}.{name}")}
        out |= {f"{start}.{name}": value for name, value in unasked.items() if name not in cells}
    return out


def _place_before(old: Mapping[int, Columns], cells: Row, key: str, sheet: Sheet) -> int | None:
    """Return which of the *old* rows of the list *key* the row *cells* is, or `None` if it is new."""
    ids = sheet.id_of(key)
    for place, row in old.items():
        if ids is not None and ids[0] in row and row[ids[0]].value == cells[ids[0]]:
            return place
        asked = {name: each.value for name, each in row.items() if name in cells or asks(sheet, f"{key}[].{name}")}
        if ids is None and asked == cells:
            return place
    return None


def asks(sheet: Sheet, name: str) -> bool:
    """Tell whether the form has a field *name*."""
    return sheet.definition.spec_of(name) is not None


def _id_names(key: str, sheet: Sheet) -> tuple[str, str]:
    names = sheet.id_of(key)
    if names is None:
        raise TypeError(f"the rows of '{key}' have no id to be merged by")
    return names
