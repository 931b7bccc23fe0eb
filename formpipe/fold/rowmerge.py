"""The rows of a list merged three ways: those of the base, of the plan as it is, and of the form that came back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from formpipe.canon import canonical
from formpipe.flatten import asks, cells_of, plan_rows, same
from formpipe.model import Columns, Json
from formpipe.sheet import Row, Sheet

Rows = tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedRow:
    """A row after the merge: its cells by column, and which row of the form it came from (`None`: not from it)."""

    cells: Row = field(repr=False)
    index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Rows without id that both sides changed: those of the form, and those that came into the plan meanwhile."""

    ours: Rows = field(repr=False)
    theirs: Rows = field(repr=False)


def merged_rows(base: Columns, now: Columns, rows: list[Row], key: str, sheet: Sheet) -> tuple[MergedRow, ...] | Clash:
    """Return the list *key* with what was done to *rows* on the form done to the rows of the plan.

    Rows with an id are merged cell by cell; what the form does not ask is left
    alone. Rows without id are one value each: taken away or added. If one that
    the form took away is not in the plan any more and the two sides did not do
    the same, it is a clash.

    Args:
        base: Values of the plan that the form was made from.
        now: Values of the plan it meets.
        rows: The rows on the form.
        key: The list's key in the plan.
        sheet: The form.
    """
    ids = sheet.id_of(key)
    written = [dict(cells_of(row, "")) for row in rows]
    ours = [{name.removeprefix("."): value for name, value in cells.items()} for cells in written]
    if ids is not None:
        return _by_id(_asked(base, key, sheet), _asked(now, key, sheet), ours, ids[0])
    return _by_content(_asked(base, key, sheet), _asked(now, key, sheet), ours)


def _asked(values: Columns, key: str, sheet: Sheet) -> list[Row]:
    """Return the rows of the list *key* of a plan, each with the columns that the form asks."""
    return [
        {name: each.value for name, each in cells.items() if asks(sheet, f"{key}[{place}].{name}")}
        for place, cells in sorted(plan_rows(values, key).items())
    ]


def _by_id(base: list[Row], now: list[Row], ours: list[Row], column: str) -> tuple[MergedRow, ...]:
    known = {str(row.get(column)): row for row in base}
    current = {str(row.get(column)): row for row in now}
    written = {str(row.get(column)): (index, row) for index, row in enumerate(ours)}
    out: list[MergedRow] = []
    for row_id, row in current.items():
        if row_id in written:
            index, cells = written[row_id]
            out.append(MergedRow(cells=_cells(known.get(row_id, {}), row, cells), index=index))
        elif row_id not in known:
            out.append(MergedRow(cells=row))
    for row_id, (index, cells) in written.items():
        if row_id not in current and cells != known.get(row_id):
            out.append(MergedRow(cells=cells, index=index))
    return tuple(out)


def _cells(base: Row, now: Row, ours: Row) -> Row:
    """Return the row *now* with the cells that *ours* says otherwise than *base*."""
    out = dict(now)
    for name in {**base, **ours}:
        if name in base and name in ours and same(base[name], ours[name]):
            continue
        if name in ours:
            out[name] = ours[name]
        else:
            out.pop(name, None)
    return out


def _by_content(base: list[Row], now: list[Row], ours: list[Row]) -> tuple[MergedRow, ...] | Clash:
    known, current, written = _counted(base), _counted(now), _counted(ours)
    if known == current:
        return tuple(MergedRow(cells=row, index=index) for index, row in enumerate(ours))
    gone, added, theirs = known - written, written - known, current - known
    if gone - current and added != theirs:
        return Clash(ours=_picked(ours, added), theirs=_picked(now, theirs))
    left = gone & current
    kept = [MergedRow(cells=row) for row in now if not _took(left, row)]
    fresh = added - theirs
    new = [MergedRow(cells=row, index=index) for index, row in enumerate(ours) if _took(fresh, row)]
    return (*kept, *new)


def _counted(rows: Iterable[Mapping[str, Json]]) -> Counter[bytes]:
    return Counter(canonical(dict(row)) for row in rows)


def _took(counted: Counter[bytes], row: Row) -> bool:
    """Take *row* out of *counted* and tell whether it was there."""
    content = canonical(row)
    if not counted[content]:
        return False
    counted[content] -= 1
    return True


def _picked(rows: list[Row], counted: Counter[bytes]) -> Rows:
    left = Counter(counted)
    return tuple(row for row in rows if _took(left, row))
