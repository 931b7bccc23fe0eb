"""What each review said, newest first: the course of a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from formpipe.definition import FieldSpec, ListSpec, Printed
from formpipe.model import Goal
from formpipe.present.goals import GoalText, lists_of, with_symbol
from formpipe.present.values import PlanText, Row, row_of

REVIEWS = "reviews[]"
_IN_HEADING = frozenset({"review_no", "review_date"})
_STATES = frozenset({"status_new", "status"})

Columns = Callable[[Goal | None], frozenset[Printed]]
"""Which columns of a review's row are printed, by the goal the row is about."""


def reviews_of(text: PlanText, goals: GoalText, printed: frozenset[Printed], columns: Columns) -> list[dict[str, Any]]:
    """Return the reviews, newest first, as far as they say something that is printed.

    Args:
        text: The plan.
        goals: Its goals, for their titles.
        printed: Which of a review's own fields.
        columns: Which columns of its rows about goals and steps.
    """
    section = next((each for each in text.catalogue.sections if _holds_reviews(each.items)), None)
    if section is None:
        return []
    made = []
    for number in reversed(text.rows.get(REVIEWS, ())):
        prefix = f"reviews[{number}]"
        single = [each for each in section.items if not (isinstance(each, FieldSpec) and each.name in _IN_HEADING)]
        entries = [row for spec in lists_of(section.items) for row in _entries(text, goals, spec, prefix, columns)]
        made.append(
            {
                "number": text.text(f"{prefix}.review_no"),
                "date": text.text(f"{prefix}.review_date"),
                "fields": text.fields(single, printed, prefix),
                "entries": entries,
            }
        )
    return [each for each in made if each["fields"] or each["entries"]]


def _holds_reviews(items: tuple[FieldSpec | ListSpec, ...]) -> bool:
    return any(item.key.startswith(f"{REVIEWS}.") for item in items)


def _entries(text: PlanText, goals: GoalText, spec: ListSpec, review: str, columns: Columns) -> list[dict[str, Any]]:
    """Return the rows of a review's list (`goal_reviews`, `action_updates`): what, its state, all else said of it."""
    prefix = f"{review}.{spec.name}"
    numbers = sorted(
        {int(key[len(prefix) + 1 :].partition("]")[0]) for key in text.plan.values if key.startswith(f"{prefix}[")}
    )
    names = [each for each in spec.columns if isinstance(each, FieldSpec)]
    made = []
    for number in numbers:
        row_id = str(text.value(f"{prefix}[{number}].{names[0].name}"))
        allowed = columns(goals.goal_of(row_id))
        said = [each for each in names[1:] if each.printed in allowed]
        rows = {each.name: _row(text, f"{prefix}[{number}].{each.name}", each) for each in said}
        state = next((row["value"] for name, row in rows.items() if name in _STATES), "")
        details = [row for name, row in rows.items() if name not in _STATES and row["value"]]
        if state or details:
            made.append({"what": goals.named(row_id), "status": state, "fields": details})
    return made


def _row(text: PlanText, key: str, spec: FieldSpec) -> Row:
    spelled = text.text(key)
    return row_of(spec.label, with_symbol(spelled, text.value(key)) if spec.name in _STATES else spelled)
