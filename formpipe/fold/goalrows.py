"""What a form says in `goals[]`: new goals and steps, and changed ones, merged by id (domain 3.3 no. 4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from formpipe.flatten import kept_or_new, next_number, same, with_ids
from formpipe.fold.holding import Fault, HeldReason, fault_of
from formpipe.goals import confidential_of, is_allowed, status_of
from formpipe.model import Action, Columns, Goal, Json, PlanValue
from formpipe.sheet import Row, Sheet, rows_of

Goals = Mapping[str, Goal]
KEY = "goals"
_NOT_COLUMNS = ("goal_id", "actions")
_BY_REVIEW = ("status", "status_since")


def goal_rows(before: Goals, sheet: Sheet) -> list[Row]:
    """Return the form's rows of goals, each goal and step with its id: as given, else the next free number."""
    rows = with_ids(rows_of(sheet.filed.submission.data.get(KEY)), KEY, sheet, taken=list(before))
    return [{**row, "actions": list(_numbered_actions(before, row))} for row in rows]


def given_by_program(rows: list[Row], sheet: Sheet) -> tuple[str, ...]:
    """Return the ids in *rows* that did not stand on the form."""
    numbered: list[str] = []
    for row, written in zip(rows, rows_of(sheet.filed.submission.data.get(KEY)), strict=True):
        if not written.get("goal_id"):
            numbered.append(str(row["goal_id"]))
        for action, typed in zip(rows_of(row["actions"]), rows_of(written.get("actions")), strict=True):
            if not typed.get("action_id"):
                numbered.append(str(action["action_id"]))
    return tuple(numbered)


def row_faults(before: Goals, rows: list[Row], sheet: Sheet) -> Iterator[Fault]:
    """Yield what forbids to merge *rows* into the goals *before*.

    An id may not stand for two goals or two steps, a step's id begins with its
    goal's, a new goal begins as new goals may, and a known goal's status changes
    in the review of goals only.
    """
    goal_ids = sorted({*before, *(str(row["goal_id"]) for row in rows)})
    times = Counter(str(row["goal_id"]) for row in rows)
    for index, row in enumerate(rows):
        key, goal_id = f"{KEY}[{index}]", str(row["goal_id"])
        old = before.get(goal_id)
        if times[goal_id] > 1 or (old is not None and _is_other(old, row)):
            yield fault_of(sheet, HeldReason.CONFLICT, f"{key}.goal_id", {"ids": goal_ids, "reason": "taken"})
        yield from _status_faults(old, row, key, sheet)
        yield from _action_faults(goal_id, rows_of(row["actions"]), key, sheet)


def with_rows(before: Goals, rows: list[Row], sheet: Sheet) -> dict[str, Goal]:
    """Return the goals *before* with *rows* merged into them."""
    goals = dict(before)
    for index, row in enumerate(rows):
        goal_id = str(row["goal_id"])
        goals[goal_id] = _merged(goals.get(goal_id), row, f"{KEY}[{index}]", sheet)
    return goals


def with_cells(columns: Columns, cells: Mapping[str, Json], key: str, sheet: Sheet) -> dict[str, PlanValue]:
    """Return *columns* with the row *key* laid over them; `None` clears, an equal value keeps its origin."""
    out = dict(columns)
    for name, value in cells.items():
        if value is None:
            out.pop(name, None)
        else:
            out[name] = kept_or_new(out.get(name), value, f"{key}.{name}", sheet)
    return out


def _numbered_actions(before: Goals, row: Row) -> Iterator[Row]:
    goal_id = str(row["goal_id"])
    known = [action.action_id for action in before[goal_id].actions] if goal_id in before else []
    rows = rows_of(row.get("actions"))
    prefix = f"{goal_id}-S"
    free = next_number([*known, *(str(each["action_id"]) for each in rows if each.get("action_id"))], prefix)
    for each in rows:
        if each.get("action_id"):
            yield each
        else:
            yield {**each, "action_id": f"{prefix}{free:02d}"}
            free += 1


def _is_other(old: Goal, row: Row) -> bool:
    area = old.columns.get("life_area")
    return area is not None and row.get("life_area") is not None and not same(area.value, row["life_area"])


def _status_faults(old: Goal | None, row: Row, key: str, sheet: Sheet) -> Iterator[Fault]:
    status, goal_id = row.get("status"), str(row["goal_id"])
    if status is None:
        return
    told: dict[str, object] = {"ids": [goal_id], "reason": "transition", "from": None, "to": status}
    if old is None:
        if not is_allowed(None, str(status), corrects=False):
            yield fault_of(sheet, HeldReason.TRANSITION, f"{key}.status", told)
        return
    reviews = rows_of(sheet.part("review").get("goal_reviews"))
    if status not in (status_of(old), *(each.get("status_new") for each in reviews if each.get("goal_id") == goal_id)):
        told |= {"reason": "two_statuses", "from": status_of(old)}
        yield fault_of(sheet, HeldReason.TRANSITION, f"{key}.status", told)


def _action_faults(goal_id: str, rows: list[Row], key: str, sheet: Sheet) -> Iterator[Fault]:
    ids = [str(row["action_id"]) for row in rows]
    for index, action_id in enumerate(ids):
        place = f"{key}.actions[{index}].action_id"
        if not action_id.startswith(f"{goal_id}-"):
            yield fault_of(
                sheet, HeldReason.UNKNOWN_GOAL, place, {"ids": [goal_id], "reason": "unknown", "written": action_id}
            )
        elif ids.count(action_id) > 1:
            yield fault_of(sheet, HeldReason.CONFLICT, place, {"ids": sorted(set(ids)), "reason": "taken"})


def _merged(old: Goal | None, row: Row, key: str, sheet: Sheet) -> Goal:
    skipped = _NOT_COLUMNS if old is None else (*_NOT_COLUMNS, *_BY_REVIEW)
    cells = {name: value for name, value in row.items() if name not in skipped}
    columns = with_cells({} if old is None else old.columns, cells, key, sheet)
    area, answer = (columns[name].value if name in columns else None for name in ("life_area", "confidential"))
    actions = {} if old is None else {action.action_id: action for action in old.actions}
    for index, each in enumerate(rows_of(row["actions"])):
        action_id = str(each["action_id"])
        action = actions.get(action_id, Action(action_id=action_id, columns={}))
        cells = {name: value for name, value in each.items() if name != "action_id"}
        actions[action_id] = replace(
            action, columns=with_cells(action.columns, cells, f"{key}.actions[{index}]", sheet)
        )
    return Goal(
        goal_id=str(row["goal_id"]),
        columns=with_cells(columns, {"confidential": confidential_of(area, answer)}, key, sheet),
        actions=tuple(actions[action_id] for action_id in sorted(actions)),
    )
