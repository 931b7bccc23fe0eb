"""A second case that agrees with a first in all that may go out, and differs in all else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from canaries import Canaries, Maker
from oracle import STEERING

from formpipe.definition import FieldSpec, ListSpec
from formpipe.model import Goal, Json, PlanValue, pattern_of

STEERS = STEERING | {
    "benefits.regime",
    "case.case_id",
    "person.birth_date",
    "household.members[].member_id",
    "household.members[].birth_date",
    "household.members[].birth_date_precision",
    "household.members[].consent_ref",
    "household.members[].lives_in_household",
    "household.members[].relationship",
    "childcare.children[].member_id",
    "counselling[].service",
    "counselling[].status",
    "counselling[].attendance_release",
    "reviews[].goal_reviews[].goal_id",
    "reviews[].goal_reviews[].status_new",
    "reviews[].action_updates[].action_id",
    "reviews[].action_updates[].status",
}
"""Fields that decide what goes out, or which row is meant, without going out themselves."""
_CONSENTS_FREE = frozenset({"explained_in", "form", "signed_by"})
_GOALS_STEER = frozenset({"jc_relevant", "status", "life_area", "agreed_with_client", "confidential"})
_BIRTH = "person.birth_date"
_ADULT_FROM, _ADULT_TO = date(1940, 1, 1), date(2000, 12, 31)


def twin_of(case: Canaries, maker: Maker) -> Canaries:
    """Return a case that agrees with *case* in what may go out and in what steers it, and in nothing else."""
    shown = set(case.released)
    values = {key: held.value for key, held in case.plan.values.items()}
    for key in list(values):
        if key not in shown and not _steers(key):
            values[key] = _other(maker, key, values[key])
            if values[key] is None:
                del values[key]
    _vary_births(values, shown, maker)
    values |= _more(maker, values)
    goals = [_goal(goal, f"goals[{row}]", shown, maker) for row, goal in enumerate(case.plan.goals)]
    while goals and not _is_shown(f"goals[{len(goals) - 1}]", shown) and maker.random.random() < 0.3:
        goals.pop()
    twin = maker.case(values, tuple(goals), on=case.on, dated=case.plan.dated, scopes=case.scopes)
    for key in set(twin.released) - shown:  # "keine Angabe" stayed in, an answer in its place would not
        held = case.plan.values.get(key)
        if key.startswith("goals["):
            row = int(key[6 : key.index("]")])
            goals[row] = case.plan.goals[row]
        elif held is None:
            values.pop(key)
        else:
            values[key] = held.value
    return maker.case(values, tuple(goals), on=case.on, dated=case.plan.dated, scopes=case.scopes)


def _vary_births(values: dict[str, Json], shown: set[str], maker: Maker) -> None:
    """Change of the client's birth date what is not known for sure, and that of adults of whom nothing is said."""
    birth, precision = str(values[_BIRTH]), values.get(f"{_BIRTH}_precision")
    if precision == "monat":
        values[_BIRTH] = f"{birth[:8]}{maker.random.randrange(10, 28)}"
    elif precision in {"jahr", "geschaetzt"}:
        values[_BIRTH] = f"{birth[:5]}{maker.random.randrange(10, 13)}-{maker.random.randrange(10, 28)}"
    for key in [each for each in values if each.endswith(".birth_date") and each != _BIRTH]:
        row = key.rpartition(".")[0]
        if not _is_shown(row, shown) and date.fromisoformat(str(values[key])) <= _ADULT_TO:
            values[key] = maker.day(_ADULT_FROM, _ADULT_TO).isoformat()


def _steers(key: str) -> bool:
    if key.startswith("consents["):
        return key.rpartition(".")[2] not in _CONSENTS_FREE
    return pattern_of(key) in STEERS


def _other(maker: Maker, key: str, value: Json) -> Json:
    """Return another value of the field *key*, `None` now and then."""
    spec = maker.catalogue.spec_of(key)
    assert spec is not None
    if maker.random.random() < 0.15:
        return None
    for _ in range(20):
        other = maker.value(spec)
        if other != value:
            return other
    return value


def _more(maker: Maker, values: Mapping[str, Json]) -> dict[str, Json]:
    """Return answers to fields that never go out, where the case has none: single fields and rows of lists."""
    out: dict[str, Json] = {}
    for section in maker.catalogue.sections:
        for item in section.items:
            if isinstance(item, FieldSpec):
                wanted = item.key not in values and item.jobcenter == "never" and not item.jobcenter_values
                if wanted and item.key not in STEERS and section.name not in {"consents", "review", "goals"}:
                    out[item.key] = maker.value(item)
            elif item.key == "needs[]":
                out |= _row(maker, item, values)
    return out


def _row(maker: Maker, item: ListSpec, values: Mapping[str, Json]) -> dict[str, Json]:
    numbers = [int(found[1]) for key in values if (found := re.match(rf"{re.escape(item.key[:-1])}(\d+)\]", key))]
    row = f"{item.key[:-1]}{max(numbers, default=-1) + 1}]"
    columns = (each for each in item.columns if isinstance(each, FieldSpec))
    return {f"{row}.{column.name}": maker.value(column) for column in columns}


def _is_shown(row: str, shown: set[str]) -> bool:
    return any(key.startswith(f"{row}.") for key in shown)


def _goal(goal: Goal, row: str, shown: set[str], maker: Maker) -> Goal:
    steps = tuple(
        replace(step, columns=_columns(step.columns, f"{row}.actions[{place}]", shown, maker, steers={"status"}))
        for place, step in enumerate(goal.actions)
    )
    return Goal(
        goal_id=goal.goal_id,
        columns=_columns(goal.columns, row, shown, maker, steers=set(_GOALS_STEER)),
        actions=steps,
    )


def _columns(
    columns: Mapping[str, PlanValue], row: str, shown: set[str], maker: Maker, *, steers: set[str]
) -> dict[str, PlanValue]:
    out = dict(columns)
    is_shown = _is_shown(row, shown)
    for name, held in columns.items():
        spec = maker.catalogue.spec_of(f"{row}.{name}")
        may_go = is_shown and spec is not None and spec.jobcenter != "never"
        if f"{row}.{name}" not in shown and name not in steers and not may_go:
            value = _other(maker, f"{row}.{name}", held.value)
            out[name] = replace(held, value=held.value if value is None else value)
    return out
