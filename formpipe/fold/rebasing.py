"""A pre-filled form as it reads on the plan it meets, which may be another than the one it was made from.

What stands on it as it was printed says nothing; what a person changed stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from formpipe.flatten import plan_rows, same, with_ids
from formpipe.fold.newids import new_ids, renamed
from formpipe.fold.rowmerge import Clash, merged_rows
from formpipe.goals import Status, status_of
from formpipe.model import Columns, Data, Goal, IntegrationPlan, Json, PlanValue, pointer_of
from formpipe.sheet import CHANGES, Row, Sheet, rows_of, section_of

_CONSENTS = "consents"
_OF_GOAL = {"status_new": "status", "due_date_new": "due_date", "drop_reason": "drop_reason"}
_OF_ACTION = {"status": "status", "done_on": "done_on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebased:
    """The form on the plan it meets: lists without ids that clash by key, and new ids by the printed ones."""

    sheet: Sheet
    clashes: Mapping[str, Clash]
    numbers: Mapping[str, str]


def rebased(sheet: Sheet, plan: IntegrationPlan | None) -> Rebased:
    """Return *sheet* as if it had been pre-filled from *plan*: its edits the same, the rest as *plan* has it.

    Rows that are new on the form get other numbers where theirs were given
    away meanwhile. A form that was not pre-filled comes back as it is.
    """
    base = sheet.filed.base
    if plan is None or base is None:
        return Rebased(sheet=sheet, clashes={}, numbers={})
    numbers = new_ids(sheet, base, plan)
    data = cast("Row", renamed(dict(sheet.filed.submission.data), numbers))
    review = dict(section_of(data, "review"))
    goals = {goal.goal_id: goal for goal in plan.goals}
    known = {goal.goal_id: goal for goal in base.goals}
    for name, rows in (
        ("goal_reviews", _goal_reviews(rows_of(review.get("goal_reviews")), known, goals)),
        ("action_updates", _action_updates(rows_of(review.get("action_updates")), known, goals)),
    ):
        if name in review:
            review[name] = list(rows)
    data["review"] = review
    names = dict(sheet.filed.submission.names)
    if _CONSENTS in data:
        kept = dict(_consents(rows_of(data[_CONSENTS]), base.values, plan.values))
        data[_CONSENTS] = list(kept.values())
        names = _moved(sheet, _CONSENTS, kept)
    lists = _Lists(replaced(sheet, data, names), base.values, plan.values, names)
    review["changes"] = lists.merged(section_of(review, "changes"), "")
    return Rebased(sheet=replaced(sheet, data, names), clashes=lists.clashes, numbers=numbers)


def replaced(sheet: Sheet, data: Data, names: Mapping[str, str]) -> Sheet:
    """Return *sheet* with other answers, and the names of their fields."""
    filed = sheet.filed
    return replace(sheet, filed=replace(filed, submission=replace(filed.submission, data=data, names=names)))


class _Lists:
    """The lists among the changes while they are merged; `names` fills up with the names of their cells."""

    def __init__(self, sheet: Sheet, base: Columns, now: Columns, names: dict[str, str]) -> None:
        self._sheet = sheet
        self._base = base
        self._now = now
        self._names = names
        self.clashes: dict[str, Clash] = {}

    def merged(self, tree: Mapping[str, Json], prefix: str) -> Row:
        """Return *tree* (below *prefix*) with its lists of rows as they are to be in the plan."""
        out: Row = {}
        for name, value in tree.items():
            key = f"{prefix}.{name}".removeprefix(".")
            if isinstance(value, dict):
                out[name] = self.merged(value, key)
            elif self._sheet.is_rows(key):
                out[name] = self._rows(rows_of(value), key)
            else:
                out[name] = value
        return out

    def _rows(self, rows: list[Row], key: str) -> list[Json]:
        ids = self._sheet.id_of(key)
        if ids is not None:
            held = [*plan_rows(self._base, key).values(), *plan_rows(self._now, key).values()]
            rows = with_ids(rows, key, self._sheet, taken=[str(row[ids[0]].value) for row in held if ids[0] in row])
        found = merged_rows(self._base, self._now, rows, key, self._sheet)
        if isinstance(found, Clash):
            self.clashes[key] = found
            return list(rows)
        named = [self._named(row.cells, key, row.index) for row in found]
        start = f"{CHANGES}{pointer_of(key)}/"
        for each in [each for each in self._names if each.startswith(start)]:
            del self._names[each]
        for place, cells in enumerate(named):
            self._names |= {f"{CHANGES}{pointer_of(f'{key}[{place}].{column}')}": name for column, name in cells}
        return [dict(row.cells) for row in found]

    def _named(self, cells: Row, key: str, index: int | None) -> list[tuple[str, str]]:
        """Return the columns of a row with the names of their fields on the form; none of a row that is not on it."""
        if index is None:
            return []
        return [(column, self._sheet.name_of(f"{key}[{index}].{column}")) for column in cells]


def _goal_reviews(rows: list[Row], known: Mapping[str, Goal], goals: Mapping[str, Goal]) -> Iterator[Json]:
    for row in rows:
        goal_id = str(row.get("goal_id"))
        if goal_id not in known or goal_id not in goals:
            yield row
            continue
        of_base, now = known[goal_id], goals[goal_id]
        shown = _OF_GOAL if status_of(of_base) == Status.PAUSED else {"status_new": "status"}
        said = _OF_GOAL if status_of(now) == Status.PAUSED else {"status_new": "status"}
        yield _on(row, shown, of_base.columns, {name: now.columns.get(column) for name, column in said.items()})


def _action_updates(rows: list[Row], known: Mapping[str, Goal], goals: Mapping[str, Goal]) -> Iterator[Json]:
    of_base = {action.action_id: action for goal in known.values() for action in goal.actions}
    now = {action.action_id: action for goal in goals.values() for action in goal.actions}
    for row in rows:
        action_id = str(row.get("action_id"))
        if action_id in of_base and action_id in now:
            columns = now[action_id].columns
            yield _on(row, _OF_ACTION, of_base[action_id].columns, {name: columns.get(name) for name in _OF_ACTION})
        else:
            yield row


def _moved(sheet: Sheet, key: str, kept: Mapping[int, Row]) -> dict[str, str]:
    """Return the names of the form's fields, those of the list *key* for its rows *kept* in their new places."""
    start = f"{pointer_of(key)}/"
    out = {pointer: name for pointer, name in sheet.filed.submission.names.items() if not pointer.startswith(start)}
    for place, (index, row) in enumerate(kept.items()):
        named = ((column, sheet.name_of(f"{key}[{index}].{column}")) for column in row)
        out |= {f"{start}{place}/{column}": name for column, name in named}
    return out


def _consents(rows: list[Row], base: Columns, now: Columns) -> Iterator[tuple[int, Row]]:
    """Yield what was written into each consent, with its place; a row that says nothing new is none."""
    known, held = (_by_id(values) for values in (base, now))
    for index, row in enumerate(rows):
        consent_id = str(row.get("consent_id"))
        if consent_id not in known or consent_id not in held:
            yield index, row
            continue
        edits = {name: value for name, value in row.items() if not _is_value(value, known[consent_id].get(name))}
        if edits:
            yield index, {"consent_id": consent_id, **edits}


def _by_id(values: Columns) -> dict[str, Columns]:
    return {str(row["consent_id"].value): row for row in plan_rows(values, _CONSENTS).values() if "consent_id" in row}


def _on(row: Row, shown: Mapping[str, str], base: Columns, now: Mapping[str, PlanValue | None]) -> Row:
    """Return *row* with each cell that was only *shown* as it is *now*; one that has no value now goes."""
    out = dict(row)
    for name, column in shown.items():
        if name not in row or not _is_value(row[name], base.get(column)):
            continue
        held = now.get(name)
        if held is None:
            del out[name]
        else:
            out[name] = held.value
    return out


def _is_value(value: Json, held: PlanValue | None) -> bool:
    return held is not None and same(value, held.value)
