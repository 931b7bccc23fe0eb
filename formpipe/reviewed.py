"""How often and when a case was last gone through with the client; consents given in between do not count."""

from __future__ import annotations

from datetime import date

from formpipe.dates import day_of
from formpipe.flatten import plan_rows
from formpipe.model import IntegrationPlan

_REVIEWS = "reviews"
_INTAKE_DATE = "case.intake_date"


def review_count(plan: IntegrationPlan) -> int:
    """Return how many reviews *plan* holds."""
    return len(plan_rows(plan.values, _REVIEWS))


def last_reviewed(plan: IntegrationPlan) -> date:
    """Return the day of the last review of *plan*, of its intake if there was none; without either the plan's date."""
    rows = plan_rows(plan.values, _REVIEWS)
    said = rows[max(rows)].get("review_date") if rows else plan.values.get(_INTAKE_DATE)
    return (None if said is None else day_of(said.value)) or plan.dated
