"""Which rows of a plan's lists the Jobcenter may see at all: persons, consents and reviews (domain 4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from formpipe.dates import ADULT_AGE, age_on, day_of
from formpipe.flatten import plan_rows
from formpipe.goals import NEUTRAL, NEUTRAL_ACTIONS
from formpipe.model import Columns, Goal, IntegrationPlan, Json
from formpipe.releases import Releases

FAMILY = "J2"
MEMBERS = "household.members"
CHILDREN = "childcare.children"
_GROWN_UP = frozenset({"partner", "elternteil", "grosselternteil"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """The household as the Jobcenter may see it.

    `open` are the rows that may be shown, `names` the first names of these
    persons by row id, `other_adults` how many more adults live there (V23).
    """

    open: frozenset[str]
    names: Mapping[str, Json] = field(repr=False)
    other_adults: int


def household_of(plan: IntegrationPlan, releases: Releases) -> Household:
    """Return what may be shown of the household, ages as of the plan's date.

    Without J2 nothing, not even that there is somebody. With it children under
    18; an adult only with a valid J2 of their own. A person without a birth
    date is taken for an adult or left out, by relationship.
    """
    shown: set[str] = set()
    names: dict[str, Json] = {}
    others = 0
    for index, row in plan_rows(plan.values, MEMBERS).items() if releases.covers(FAMILY) else ():
        cells = {name: value.value for name, value in row.items()}
        adult = _is_adult(cells, plan)
        if adult is False or (adult and releases.covers_member(cells.get("consent_ref"), FAMILY)):
            shown.add(f"{MEMBERS}[{index}]")
            names[str(cells.get("member_id"))] = cells.get("given_names")
        elif adult and cells.get("lives_in_household") is True:
            others += 1
    return Household(open=frozenset(shown), names=names, other_adults=others)


def closed_rows(plan: IntegrationPlan, releases: Releases, goals: tuple[Goal, ...]) -> frozenset[str]:
    """Return the rows (`reviews[0].goal_reviews[1]`) of which nothing may be shown.

    Args:
        plan: The plan.
        releases: The consents in force.
        goals: The goals that are shown, with the steps that are shown.
    """
    household = household_of(plan, releases)
    given = {release.consent_id for release in releases.client if release.scope.startswith("J")}
    goal_ids = {goal.goal_id for goal in goals}
    action_ids = {action.action_id for goal in goals for action in goal.actions}
    closed = {row for row, _ in _rows(plan.values, MEMBERS) if row not in household.open}
    closed |= {row for row, cells in _rows(plan.values, CHILDREN) if _text(cells, "member_id") not in household.names}
    closed |= {row for row, cells in _rows(plan.values, "consents") if _text(cells, "consent_id") not in given}
    for review, _ in _rows(plan.values, "reviews"):
        for row, cells in _rows(plan.values, f"{review}.goal_reviews"):
            if _text(cells, "goal_id") not in goal_ids or _text(cells, "status_new") not in NEUTRAL:
                closed.add(row)
        for row, cells in _rows(plan.values, f"{review}.action_updates"):
            if _text(cells, "action_id") not in action_ids or _text(cells, "status") not in NEUTRAL_ACTIONS:
                closed.add(row)
    return frozenset(closed)


def _rows(values: Columns, key: str) -> Iterator[tuple[str, Columns]]:
    for index, cells in plan_rows(values, key).items():
        yield f"{key}[{index}]", cells


def _text(cells: Columns, name: str) -> str:
    return str(cells[name].value) if name in cells else ""


def _is_adult(cells: Mapping[str, Json], plan: IntegrationPlan) -> bool | None:
    birth = day_of(cells.get("birth_date"))
    if birth is None:
        return True if cells.get("relationship") in _GROWN_UP else None
    return age_on(birth, str(cells.get("birth_date_precision")), plan.dated) >= ADULT_AGE
