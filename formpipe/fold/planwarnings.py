"""What is worth a word about a version of the plan, though it does not keep its form out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from formpipe.dates import day_of, months_after
from formpipe.fold.planvalues import COUNSELLING_MONTHS
from formpipe.goals import ACTIVE, is_given, status_of
from formpipe.model import Finding, IntegrationPlan, Severity, pattern_of
from formpipe.reviewed import last_reviewed, review_count
from formpipe.sheet import Sheet

_MOST_ACTIVE = 7
_REVIEW_MONTHS = 6


def plan_warnings(before: IntegrationPlan | None, after: IntegrationPlan, sheet: Sheet) -> Iterator[Finding]:
    """Yield the warnings that the review *sheet* earns with the version *after*; none for an intake.

    V10: not between one and seven active goals. V31: more than six months since
    the last talk about the plan. C2: counselling beyond three years without a reason.
    `review_no`: a number was typed that is not the review's place by date.
    `unasked`: what this form does not ask went with a row that it changed.
    """
    if before is None:
        return
    active = sum(status_of(goal) in ACTIVE for goal in after.goals)
    if not 1 <= active <= _MOST_ACTIVE:
        yield sheet.finding("goals", "V10", Severity.WARNING, {"count": active})
    if sheet.date > months_after(last_reviewed(before), _REVIEW_MONTHS):
        days = {"days": (sheet.date - last_reviewed(before)).days}
        yield sheet.finding(sheet.definition.date_key, "V31", Severity.WARNING, days)
    yield from _overlong(after, sheet)
    typed = sheet.part("review").get("review_no")
    if typed is not None and typed != review_count(before) + 1:
        told: dict[str, object] = {"written": typed, "expected": review_count(before) + 1}
        yield sheet.finding("review.review_no", "review_no", Severity.WARNING, told)
    gone = Counter(_unasked(before, sheet)) - Counter(_unasked(after, sheet))
    for rows in sorted({rows for rows, _, _ in gone}):
        yield sheet.finding(rows, "unasked", Severity.WARNING, {})


def _unasked(plan: IntegrationPlan, sheet: Sheet) -> Iterator[tuple[str, str, str]]:
    """Yield list, column and value of what stands in rows without id of the form's lists and is no column there."""
    for key, value in plan.values.items():
        rows, inside, column = pattern_of(key).partition("[].")
        is_list = bool(inside) and sheet.is_rows(rows) and sheet.id_of(rows) is None
        if is_list and sheet.definition.spec_of(key) is None:
            yield rows, column, str(value.value)


def _overlong(after: IntegrationPlan, sheet: Sheet) -> Iterator[Finding]:
    start = after.values.get("case.counselling_start")
    reason = after.values.get("case.extension_reason")
    first = None if start is None else day_of(start.value)
    if first is None or sheet.date <= months_after(first, COUNSELLING_MONTHS):
        return
    if reason is None or not is_given(reason.value):
        yield sheet.finding("case.extension_reason", "C2", Severity.WARNING, {"start": first.isoformat()})
