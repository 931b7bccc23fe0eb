"""The confidential annex as texts: what is printed nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from formpipe.catalogue import Catalogue
from formpipe.definition import Printed
from formpipe.model import Goal, IntegrationPlan
from formpipe.present.goals import GoalText, is_agreed, is_confidential
from formpipe.present.letterhead import Letterhead
from formpipe.present.plan import head_of, sections_of
from formpipe.present.reviews import reviews_of
from formpipe.present.values import ANNEX, BOTH, PlanText

TITLE = "Vertrauliche Anlage zum Integrationsplan"
_BLOCKS = frozenset({"goals", "review"})
_CONTENT = ("sections", "goals", "goal_notes", "reviews")


def annex_context(
    plan: IntegrationPlan, catalogue: Catalogue, *, carrier: Letterhead, managers: Mapping[str, str]
) -> dict[str, Any]:
    """Return what `templates/anlage-v.docx` prints; `is_empty` says that there is nothing to print.

    Confidential goals stand here with all their fields and all that reviews
    said of them; of the others only what the schemas print in the annex.
    """
    text = PlanText(plan=plan, catalogue=catalogue, managers=managers)
    goals = GoalText(text)
    agreed = [goal for goal in plan.goals if is_agreed(goal)]
    secret = [goal for goal in agreed if is_confidential(goal)]
    notes = [goals.goal(goal, ANNEX) for goal in agreed if goal not in secret and goals.notes(goal)]
    content = {
        "sections": sections_of(text, ANNEX, without=_BLOCKS),
        "goals": [goals.goal(goal, BOTH) for goal in secret],
        "goal_notes": notes,
        "reviews": reviews_of(text, goals, ANNEX, lambda goal: _columns(goal, agreed, secret)),
    }
    return {
        **head_of(text, TITLE, carrier),
        **content,
        "is_empty": not any(content[name] for name in _CONTENT),
    }


def _columns(goal: Goal | None, agreed: list[Goal], secret: list[Goal]) -> frozenset[Printed]:
    if goal is None:
        return ANNEX
    if goal in secret:
        return BOTH
    return ANNEX if goal in agreed else frozenset()
