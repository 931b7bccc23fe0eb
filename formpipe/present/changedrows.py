"""Which rows of a list came, went or were changed between two versions of a plan, wherever they stand now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from formpipe.changes import Change, ChangeKind
from formpipe.flatten import plan_rows, same
from formpipe.model import IntegrationPlan, Json, PlanValue

Cells = Mapping[str, Json]
Rows = dict[int, dict[str, Json]]
_CELL = re.compile(r"(.+)\[(\d+)\]\.([^.]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPair:
    """A row before and after, by column; `None` where there was or is none. The places count from 0."""

    before: int | None
    after: int | None
    old: Cells = field(repr=False)
    new: Cells = field(repr=False)

    @property
    def changed(self) -> list[str]:
        """The columns that differ."""
        return [name for name in {**self.old, **self.new} if not same(self.old.get(name), self.new.get(name))]


def row_pairs(key: str, changes: Iterable[Change], plan: IntegrationPlan, name: str) -> list[RowPair]:
    """Return the rows of the list *key* that differ, those of *plan* in their order, then those that are gone.

    Rows belong together if they say the same, then by the column *name*, and of
    what is then left by their place, unless both have such a name.

    Args:
        key: The list's key in the plan (`household.members`).
        changes: What changed.
        plan: The plan after it.
        name: The column that tells rows apart: the id if they have one.
    """
    new = {place: _plain(row) for place, row in plan_rows(plan.values, key).items()}
    old = _before(key, changes, new)
    partners = _partners(old, new, name)
    gone = sorted(set(old) - set(partners.values()))
    places = [*((partners.get(place), place) for place in sorted(new)), *((place, None) for place in gone)]
    pairs = [RowPair(before=was, after=now, old=_row(old, was), new=_row(new, now)) for was, now in places]
    return [each for each in pairs if each.changed]


def _before(key: str, changes: Iterable[Change], new: Rows) -> Rows:
    """Return the rows *new* as they were before *changes*."""
    old = {place: dict(row) for place, row in new.items()}
    for change in changes:
        found = _CELL.fullmatch(change.key)
        if found is None or found[1] != key:
            continue
        row = old.setdefault(int(found[2]), {})
        if change.kind is ChangeKind.ADDED:
            del row[found[3]]
        else:
            row[found[3]] = change.old
    return {place: row for place, row in old.items() if row}


def _partners(old: Rows, new: Rows, name: str) -> dict[int, int]:
    """Return the place before of each row that was there before, by its place now."""
    partners: dict[int, int] = {}
    for belong in (_is_same, partial(_is_called, name=name)):
        for now in sorted(set(new) - set(partners)):
            free = sorted(set(old) - set(partners.values()))
            was = next((each for each in free if belong(old[each], new[now])), None)
            if was is not None:
                partners[now] = was
    left = (set(new) - set(partners)) & (set(old) - set(partners.values()))
    return partners | {each: each for each in left if old[each].get(name) is None or new[each].get(name) is None}


def _is_same(old: Cells, new: Cells) -> bool:
    return old == new


def _is_called(old: Cells, new: Cells, *, name: str) -> bool:
    return old.get(name) is not None and old.get(name) == new.get(name)


def _row(rows: Rows, place: int | None) -> Cells:
    return {} if place is None else rows[place]


def _plain(row: Mapping[str, PlanValue]) -> dict[str, Json]:
    return {name: each.value for name, each in row.items()}
