"""What a review says of the goals: their new status, their steps, and what it forgot (rules V07, V08, V09, C6, C7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from formpipe.dates import day_of
from formpipe.flatten import kept_or_new
from formpipe.fold.goalrows import Goals, with_cells
from formpipe.fold.holding import Fault, HeldReason, fault_of
from formpipe.goals import (
    ACTIVE,
    COUNSELLING_AREA,
    FINAL,
    NEEDED,
    REASONED,
    Status,
    is_allowed,
    is_given,
    status_of,
)
from formpipe.model import Finding, Goal, Json, Severity
from formpipe.sheet import Row, Sheet, rows_of

_REVIEWS = "review.goal_reviews"
_UPDATES = "review.action_updates"
_BEGUN = ACTIVE - {Status.OPEN}


def review_faults(goals: Goals, sheet: Sheet) -> Iterator[Fault]:
    """Yield what forbids to lay the form's reviews of goals and steps over *goals* (its own rows merged in)."""
    rows = _rows(sheet, "goal_reviews")
    times = Counter(str(row.get("goal_id")) for row in rows)
    for index, row in enumerate(rows):
        key, goal_id = f"{_REVIEWS}[{index}]", str(row.get("goal_id"))
        if goal_id not in goals:
            told = {"ids": sorted(goals), "reason": "unknown", "written": goal_id}
            yield fault_of(sheet, HeldReason.UNKNOWN_GOAL, f"{key}.goal_id", told)
            continue
        if times[goal_id] > 1:
            yield fault_of(sheet, HeldReason.CONFLICT, f"{key}.goal_id", {"ids": [goal_id], "reason": "twice"})
        yield from _status_faults(goals[goal_id], row, key, sheet)
        yield from _successor_faults(goals, row, key, sheet)
    yield from _update_faults(goals, sheet)


def with_reviews(goals: Goals, sheet: Sheet) -> dict[str, Goal]:
    """Return *goals* after the form's reviews of goals and steps, in which there is no fault."""
    out = dict(goals)
    for index, row in enumerate(_rows(sheet, "goal_reviews")):
        goal_id = str(row["goal_id"])
        out[goal_id] = _reviewed(out[goal_id], row, f"{_REVIEWS}[{index}]", sheet)
    owners = _owners(goals)
    for index, row in enumerate(_rows(sheet, "action_updates")):
        goal_id = owners[str(row["action_id"])]
        out[goal_id] = _updated(out[goal_id], row, f"{_UPDATES}[{index}]", sheet)
    return out


def unreviewed(before: Goals, sheet: Sheet) -> list[str]:
    """Return the ids of the goals *before* the review that are not final and that it says nothing of (V07)."""
    reviewed = {row.get("goal_id") for row in _rows(sheet, "goal_reviews")}
    return [each for each, goal in before.items() if status_of(goal) not in FINAL and each not in reviewed]


def unreviewed_fault(goal_ids: list[str], sheet: Sheet) -> Fault:
    """Return the fault that *goal_ids* were not reviewed."""
    return fault_of(sheet, HeldReason.UNREVIEWED_GOAL, _REVIEWS, {"ids": goal_ids})


def late_warning(goal_ids: list[str], sheet: Sheet) -> Finding:
    """Return the warning that *goal_ids* were not reviewed, as a form that came in late brought them."""
    return sheet.finding(_REVIEWS, "V07", Severity.WARNING, {"ids": goal_ids})


def overdue_warnings(after: Goals, sheet: Sheet) -> Iterator[Finding]:
    """Yield a warning for each reviewed goal that stays open past its due date (V09)."""
    for index, row in enumerate(_rows(sheet, "goal_reviews")):
        goal = after[str(row["goal_id"])]
        due = day_of(goal.columns["due_date"].value) if "due_date" in goal.columns else None
        if status_of(goal) not in FINAL and due is not None and due < sheet.date:
            told = {"ids": [goal.goal_id], "written": due.isoformat()}
            yield sheet.finding(f"{_REVIEWS}[{index}].due_date_new", "V09", Severity.WARNING, told)


def _rows(sheet: Sheet, name: str) -> list[Row]:
    return rows_of(sheet.part("review").get(name))


def _owners(goals: Goals) -> dict[str, str]:
    return {action.action_id: goal_id for goal_id, goal in goals.items() for action in goal.actions}


def _status_faults(goal: Goal, row: Row, key: str, sheet: Sheet) -> Iterator[Fault]:
    old, new = status_of(goal), str(row.get("status_new"))
    told: dict[str, object] = {"ids": [goal.goal_id], "reason": "transition", "from": old, "to": new}
    if not is_allowed(old, new, corrects=sheet.part("form").get("is_correction") is True):
        yield fault_of(sheet, HeldReason.TRANSITION, f"{key}.status_new", told)
    if old == new:
        return
    for column, name in _lacking(goal, row, new):
        told = {"ids": [goal.goal_id], "reason": column}
        yield fault_of(sheet, HeldReason.INCOMPLETE_GOAL, f"{key}.{name}", told, rule="C6")
    for name in NEEDED.get(new, ()):
        value = row.get(name)
        if not is_given(value) or (name == "due_date_new" and day_of(value) is None):
            yield fault_of(sheet, HeldReason.INCOMPLETE_GOAL, f"{key}.{name}", {"ids": [goal.goal_id], "to": new})


def _lacking(goal: Goal, row: Row, new: str) -> Iterator[tuple[str, str]]:
    """Yield what a goal needs from the day it is begun and has not (C6), each with the field of *row* to tell it at.

    *goal* has the form's own row of it merged in. The indicator has no field in
    *row*, so it is told where the status says that the goal is begun.
    """
    if new not in _BEGUN or _cell(goal, "life_area") == COUNSELLING_AREA:
        return
    if not is_given(_cell(goal, "indicator")):
        yield "indicator", "status_new"
    if not is_given(_cell(goal, "due_date")) and day_of(row.get("due_date_new")) is None:
        yield "due_date", "due_date_new"


def _cell(goal: Goal, name: str) -> Json:
    return goal.columns[name].value if name in goal.columns else None


def _successor_faults(goals: Goals, row: Row, key: str, sheet: Sheet) -> Iterator[Fault]:
    successor, others = row.get("superseded_by"), sorted(set(goals) - {str(row["goal_id"])})
    if is_given(successor) and successor not in others:
        reason = "itself" if successor == row["goal_id"] else "unknown"
        told = {"ids": others, "reason": reason, "written": successor}
        yield fault_of(sheet, HeldReason.UNKNOWN_GOAL, f"{key}.superseded_by", told)


def _update_faults(goals: Goals, sheet: Sheet) -> Iterator[Fault]:
    rows = _rows(sheet, "action_updates")
    times = Counter(str(row.get("action_id")) for row in rows)
    known = sorted(_owners(goals))
    for index, row in enumerate(rows):
        key, action_id = f"{_UPDATES}[{index}].action_id", str(row.get("action_id"))
        if action_id not in known:
            told = {"ids": known, "reason": "unknown", "written": action_id}
            yield fault_of(sheet, HeldReason.UNKNOWN_GOAL, key, told)
        elif times[action_id] > 1:
            yield fault_of(sheet, HeldReason.CONFLICT, key, {"ids": [action_id], "reason": "twice"})


def _reviewed(goal: Goal, row: Row, key: str, sheet: Sheet) -> Goal:
    old, new = status_of(goal), str(row.get("status_new"))
    cells: dict[str, tuple[Json, str]] = {"status": (new, "status_new")}
    if new != old:
        cells["status_since"] = (sheet.date.isoformat(), "status_new")
    if day_of(row.get("due_date_new")) is not None:
        cells["due_date"] = (row["due_date_new"], "due_date_new")
    for name in ("drop_reason", "superseded_by"):
        if row.get(name) is not None:
            cells[name] = (row[name], name)
    columns = dict(goal.columns)
    if new != old and new not in REASONED:
        columns.pop("drop_reason", None)
    if new not in {old, Status.REPLACED}:
        columns.pop("superseded_by", None)
    for column, (value, name) in cells.items():
        columns[column] = kept_or_new(columns.get(column), value, f"{key}.{name}", sheet)
    return replace(goal, columns=columns)


def _updated(goal: Goal, row: Row, key: str, sheet: Sheet) -> Goal:
    cells = {name: value for name, value in row.items() if name != "action_id" and value is not None}
    actions = tuple(
        replace(each, columns=with_cells(each.columns, cells, key, sheet))
        if each.action_id == row["action_id"]
        else each
        for each in goal.actions
    )
    return replace(goal, actions=actions)
