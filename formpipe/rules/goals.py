"""Rules on goals, their steps and dates, and on words bound for the Jobcenter."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from formpipe.dates import months_after
from formpipe.definition import ValueType
from formpipe.goals import ACTIVE, COUNSELLING_AREA, FINAL, HEALTH_AREA, confidential_of
from formpipe.guard import guarded
from formpipe.model import Finding, Severity
from formpipe.rules.door import Candidate, DoorRow

MOST_ACTIVE = 7
"""Active goals that one person can work on (V10)."""

_GOALS = "goals"
_ACTIONS = "actions"
_LATEST_MONTHS = 36
_LATE_MONTHS = 12
_BOUND = ("jobcenter.requests", "jobcenter.offers", "development.strengths")
_BOUND_BEGIN = "work."
_BOUND_OF_GOAL = ("title", "indicator")


def _smart(candidate: Candidate) -> Iterator[Finding]:
    """V11, C6: a goal says how and by when, unless it is just named or confidential; who does what is only asked."""
    for goal in candidate.rows(_GOALS):
        exempt = goal.values.get("status") == "offen" or goal.values.get("life_area") == COUNSELLING_AREA
        for column in () if exempt else ("indicator", "due_date"):
            if not candidate.has(goal, column):
                yield candidate.finding(f"{goal.name}.{column}", "V11", Severity.ERROR, reason=column)
        steps = candidate.rows(_ACTIONS, goal)
        if not steps:
            yield candidate.finding(f"{goal.name}.{_ACTIONS}", "V11", Severity.WARNING, reason=_ACTIONS)
        for step in steps:
            if not candidate.has(step, "responsible"):
                yield candidate.finding(f"{step.name}.responsible", "V11", Severity.WARNING, reason="responsible")
        if goal.values.get("agreed_with_client") is False:
            yield candidate.finding(f"{goal.name}.agreed_with_client", "V11", Severity.INFO, reason="agreed")


def _due(candidate: Candidate) -> Iterator[Finding]:
    """V09 and the T of SMART: a goal is due after the form's date, within 12 months, at most 36."""
    on = candidate.dated
    if on is None:
        return
    for goal in candidate.rows(_GOALS):
        due, name = goal.day("due_date"), f"{goal.name}.due_date"
        if due is None or goal.values.get("status") in FINAL:
            continue
        if due < on:
            yield candidate.finding(name, "V09", Severity.WARNING)
        elif due > months_after(on, _LATEST_MONTHS):
            yield candidate.finding(name, "due_limit", Severity.ERROR, months=_LATEST_MONTHS)
        elif due > months_after(on, _LATE_MONTHS):
            yield candidate.finding(name, "due_limit", Severity.WARNING, months=_LATE_MONTHS)
    for review in candidate.rows("review.goal_reviews"):
        new = review.day("due_date_new")
        if new is not None and new < on:
            yield candidate.finding(f"{review.name}.due_date_new", "V09", Severity.WARNING)


def _active(candidate: Candidate) -> Iterator[Finding]:
    """V10: an intake begins with one to seven active goals."""
    count = sum(goal.values.get("status") in ACTIVE for goal in candidate.rows(_GOALS))
    if candidate.is_intake and not 1 <= count <= MOST_ACTIVE:
        yield candidate.finding(_GOALS, "V10", Severity.WARNING, count=count)


def _bound_words(candidate: Candidate) -> Iterator[Finding]:
    """V22: text bound for the Jobcenter holds no word of the guard list; the finding names the field, not the word."""
    for name, text in _bound_texts(candidate):
        if guarded(text, candidate.door.stems):
            yield candidate.finding(name, "V22", Severity.WARNING)


def _bound_texts(candidate: Candidate) -> Iterator[tuple[str, str]]:
    texts = {ValueType.TEXT, ValueType.TEXTS}
    for key, spec in candidate.definition.specs.items():
        if spec.type in texts and "[]" not in key and (key in _BOUND or key.startswith(_BOUND_BEGIN)):
            yield from candidate.texts(key)
    for job in candidate.rows("work.experience"):
        yield from candidate.texts("occupation", job)
    for goal in candidate.rows(_GOALS):
        if _is_bound(goal):
            yield from _texts_of_goal(candidate, goal)


def _is_bound(goal: DoorRow) -> bool:
    """Tell whether *goal* may go to the Jobcenter as far as its row tells; what it leaves out may be known already.

    A goal on health is confidential by nature and goes all the same, with J1.
    """
    area, answer = goal.values.get("life_area"), goal.values.get("confidential")
    secret = area != HEALTH_AREA and confidential_of(area, answer) is True
    refused = goal.values.get("agreed_with_client") not in (True, None)
    return goal.values.get("jc_relevant") is True and not secret and not refused


def _texts_of_goal(candidate: Candidate, goal: DoorRow) -> Iterator[tuple[str, str]]:
    for column in _BOUND_OF_GOAL:
        yield from candidate.texts(column, goal)
    for step in candidate.rows(_ACTIONS, goal):
        yield from candidate.texts("title", step)


GOAL_RULES: tuple[Callable[[Candidate], Iterator[Finding]], ...] = (_smart, _due, _active, _bound_words)
