"""Which goals and steps may go to the Jobcenter (domain 2.3.2, note on table 2.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from formpipe.catalogue import Catalogue
from formpipe.disclose.disclosed import Disclosed, DisclosedAction, DisclosedGoal, disclosed_of
from formpipe.goals import NEUTRAL, NEUTRAL_ACTIONS
from formpipe.model import Action, Columns, Goal, IntegrationPlan, Json
from formpipe.releases import BASE, Releases

HEALTH = "gesundheit"
_SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "sprache": BASE,
        "schule_ausbildung": BASE,
        "arbeit": BASE,
        "entwicklung": BASE,
        "alltag_digital": BASE,
        "gesundheit": "J1",
        "kinderbetreuung": "J2",
        "wohnen": "J3",
        "aufenthalt": "J5",
    }
)
"""The scope each life area needs; areas that are not named never go."""


def open_goals(plan: IntegrationPlan, releases: Releases) -> tuple[Goal, ...]:
    """Return the goals that may go out, each with the steps that may.

    The client meant them for the Jobcenter and agreed to them, their life area
    is released, they are going on or reached (nothing failed, paused or
    dropped), and they are not confidential; health goals are by nature, and
    need J1 instead. A step that was dropped stays in.
    """
    return tuple(
        replace(goal, actions=tuple(action for action in goal.actions if _cell(action, "status") in NEUTRAL_ACTIONS))
        for goal in plan.goals
        if _may_go(goal, releases)
    )


def disclosed_goal(goal: Goal, releases: Releases, catalogue: Catalogue) -> DisclosedGoal:
    """Return the open *goal* with those of its values that may go out."""
    scope = _SCOPES[str(_cell(goal, "life_area"))]
    return DisclosedGoal(
        goal_id=goal.goal_id,
        values=MappingProxyType(dict(_values(goal.columns, "goals[]", scope, releases, catalogue))),
        actions=tuple(
            DisclosedAction(
                action_id=action.action_id,
                values=MappingProxyType(dict(_values(action.columns, "goals[].actions[]", scope, releases, catalogue))),
            )
            for action in goal.actions
        ),
    )


def _may_go(goal: Goal, releases: Releases) -> bool:
    area = str(_cell(goal, "life_area"))
    return (
        _cell(goal, "jc_relevant") is True
        and _cell(goal, "agreed_with_client") is True
        and _cell(goal, "status") in NEUTRAL
        and (area == HEALTH or _cell(goal, "confidential") in (False, None))
        and releases.covers(_SCOPES.get(area, ""))
    )


def _values(
    columns: Columns, row: str, scope: str, releases: Releases, catalogue: Catalogue
) -> Iterator[tuple[str, Disclosed]]:
    for name, value in columns.items():
        found = disclosed_of(catalogue.spec_of(f"{row}.{name}"), value.value, releases)
        if found is not None:
            yield name, replace(found, scope=scope) if found.scope == BASE else found


def _cell(row: Goal | Action, name: str) -> Json:
    return row.columns[name].value if name in row.columns else None
