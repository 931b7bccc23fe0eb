"""Numbers of new rows on a pre-filled form that were given to others meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from formpipe.flatten import next_number, plan_rows, same
from formpipe.model import Columns, IntegrationPlan, Json
from formpipe.sheet import Row, Sheet, rows_of, section_of

_REFERENCES = ("superseded_by", "consent_ref")
_GOAL_APART = frozenset({"goal_id", "actions"})
Cells = Mapping[str, Json]
Held = Mapping[str, Cells]


def new_ids(sheet: Sheet, base: IntegrationPlan, plan: IntegrationPlan) -> dict[str, str]:
    """Return other numbers for the rows of *sheet* that *base* did not have and whose number *plan* gives to another.

    The form prints the next numbers into its empty rows, so two forms of one
    plan use the same ones. A row that says what the plan has under its number
    is the same row. A new number is one that none of them has used.
    """
    data = sheet.filed.submission.data
    goals = [row for row in rows_of(data.get("goals")) if row.get("goal_id")]
    lists = [
        ("G", _of_goals(base), _of_goals(plan), _rows(goals, "goal_id", _GOAL_APART)),
        (
            "C",
            _of_rows(base.values, "consents", "consent_id"),
            _of_rows(plan.values, "consents", "consent_id"),
            _rows(rows_of(data.get("consents")), "consent_id"),
        ),
    ]
    changes = section_of(sheet.part("review"), "changes")
    for key, rows in _lists_with_id(changes, "", sheet):
        column, prefix = sheet.id_of(key) or ("", "")
        lists.append(
            (prefix, _of_rows(base.values, key, column), _of_rows(plan.values, key, column), _rows(rows, column))
        )
    numbers: dict[str, str] = {}
    for prefix, known, held, ours in lists:
        numbers |= _given(prefix, known, held, ours)
    for row in goals:
        goal_id = str(row["goal_id"])
        if goal_id not in numbers:
            actions = _rows(rows_of(row.get("actions")), "action_id")
            numbers |= _given(f"{goal_id}-S", _of_actions(base, goal_id), _of_actions(plan, goal_id), actions)
    return numbers


def renamed(value: Json, numbers: Mapping[str, str]) -> Json:
    """Return *value* with the ids of rows, and what refers to them, as in *numbers*; steps follow their goal."""
    if isinstance(value, list):
        return [renamed(each, numbers) for each in value]
    if isinstance(value, dict):
        return {name: _reference(name, each, numbers) for name, each in value.items()}
    return value


def _reference(name: str, value: Json, numbers: Mapping[str, str]) -> Json:
    if not isinstance(value, str):
        return renamed(value, numbers)
    if not name.endswith("_id") and name not in _REFERENCES:
        return value
    goal_id, dash, step = value.partition("-S")
    return numbers.get(value) or (f"{numbers[goal_id]}-S{step}" if dash and goal_id in numbers else value)


def _given(prefix: str, known: Held, held: Held, ours: Held) -> Iterator[tuple[str, str]]:
    free = next_number([*known, *held, *ours], prefix)
    for row_id, cells in ours.items():
        taken = held.get(row_id)
        if row_id in known or taken is None or _says(taken, cells):
            continue
        yield row_id, f"{prefix}{free:02d}"
        free += 1


def _says(held: Cells, cells: Cells) -> bool:
    return all(same(value, held.get(name)) for name, value in cells.items())


def _rows(rows: Iterable[Row], column: str, apart: frozenset[str] = frozenset()) -> Held:
    return {
        str(row[column]): {name: value for name, value in row.items() if name not in apart | {column}}
        for row in rows
        if row.get(column)
    }


def _of_goals(plan: IntegrationPlan) -> Held:
    return {goal.goal_id: _plain(goal.columns) for goal in plan.goals}


def _of_actions(plan: IntegrationPlan, goal_id: str) -> Held:
    goals = [goal for goal in plan.goals if goal.goal_id == goal_id]
    return {action.action_id: _plain(action.columns) for goal in goals for action in goal.actions}


def _of_rows(values: Columns, key: str, column: str) -> Held:
    rows = plan_rows(values, key).values()
    return {str(cells[column].value): _plain(cells) for cells in rows if column in cells}


def _plain(columns: Columns) -> Cells:
    return {name: each.value for name, each in columns.items()}


def _lists_with_id(tree: Mapping[str, Json], prefix: str, sheet: Sheet) -> Iterator[tuple[str, list[Row]]]:
    for name, value in tree.items():
        key = f"{prefix}.{name}".removeprefix(".")
        if isinstance(value, dict):
            yield from _lists_with_id(value, key, sheet)
        elif sheet.is_rows(key) and sheet.id_of(key) is not None:
            yield key, rows_of(value)
