"""The rules at the door: what a form must say on its own merits (domain 2.5, after the decisions).

Rules that concern the order of forms are the fold's. Each rule is a function
from a `Candidate` to findings; `judge` runs them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from formpipe.dates import months_after
from formpipe.model import Finding, Severity
from formpipe.rules.consent import CONSENT_RULES
from formpipe.rules.door import Candidate
from formpipe.rules.edits import emptied_fields
from formpipe.rules.goals import GOAL_RULES
from formpipe.rules.person import PERSON_RULES

Rule = Callable[[Candidate], Iterator[Finding]]

CASE_ID = "case.case_id"
_CASE_SHAPE = re.compile(r"[A-Z]{2,4}-[A-Z]{2,4}-[0-9]{4}-[0-9]{4}")
_LONGEST_GAP_MONTHS = 6
_LONG_GAP_MONTHS = 4
_PAST = (
    "form.filled_on",
    "case.intake_date",
    "person.birth_date",
    "jobcenter.briefing_approved_on",
    "delivery.handed_over_on",
)
_UNCHANGED = "review.unchanged_sections"


def judge(candidate: Candidate) -> tuple[Finding, ...]:
    """Return the findings of every rule at the door, in no particular order."""
    return tuple(finding for rule in _RULES for finding in rule(candidate))


def _case_number(candidate: Candidate) -> Iterator[Finding]:
    """V02: a review names a case of this carrier; an intake's own number has the right shape; the carrier is ours."""
    number = candidate.own(CASE_ID)
    if number is None and not candidate.is_intake and CASE_ID not in candidate.form.failed:
        yield candidate.finding(CASE_ID, "V02", Severity.ERROR, reason="missing", example=candidate.door.case_example)
    if isinstance(number, str) and candidate.door.case_pattern.fullmatch(number) is None:
        reason = "other_carrier" if _CASE_SHAPE.fullmatch(number) else "malformed"
        yield candidate.finding(CASE_ID, "V02", Severity.ERROR, reason=reason, example=candidate.door.case_example)
    elif isinstance(number, str) and candidate.form.case not in {None, number}:
        yield candidate.finding(CASE_ID, "V02", Severity.ERROR, reason="other_form", expected=candidate.form.case)
    carrier = candidate.own("case.carrier")
    if carrier is not None and carrier != candidate.door.carrier:
        yield candidate.finding(
            "case.carrier", "V02", Severity.ERROR, reason="carrier", expected=candidate.door.carrier
        )


def _dated(candidate: Candidate) -> Iterator[Finding]:
    """A form counts for a day; without one it has no place in the case."""
    key = candidate.definition.date_key
    if candidate.dated is None and key not in candidate.form.failed:
        yield candidate.finding(key, "required", Severity.ERROR)


def _not_in_future(candidate: Candidate) -> Iterator[Finding]:
    """V05 at the door: what has happened has a date up to today."""
    for key, rule in (*((key, "future") for key in _PAST), ("review.review_date", "V05")):
        day = candidate.day(key)
        if day is not None and day > candidate.door.today:
            yield candidate.finding(key, rule, Severity.ERROR, today=candidate.door.today.isoformat())


def _next_review(candidate: Candidate) -> Iterator[Finding]:
    """V06: the next review within six months of this one, better within four; a month's end stays one (N18)."""
    reviewed, following = candidate.day("review.review_date"), candidate.day("review.next_review_date")
    if reviewed is None or following is None:
        return
    latest = months_after(reviewed, _LONGEST_GAP_MONTHS)
    if following < reviewed or following > latest:
        reason = "before" if following < reviewed else "late"
        yield candidate.finding(
            "review.next_review_date", "V06", Severity.ERROR, reason=reason, latest=latest.isoformat()
        )
    elif following > months_after(reviewed, _LONG_GAP_MONTHS):
        yield candidate.finding("review.next_review_date", "V06", Severity.WARNING, reason="long")


def _correction(candidate: Candidate) -> Iterator[Finding]:
    """C1: a correction names the form it corrects, and only a correction does."""
    corrects = candidate.own("form.is_correction") is True
    if corrects and not candidate.given("form.corrects_sha256"):
        yield candidate.finding("form.corrects_sha256", "C1", Severity.ERROR, reason="checksum")
    if candidate.given("form.corrects_sha256") and not corrects and "form.is_correction" not in candidate.form.failed:
        yield candidate.finding("form.is_correction", "C1", Severity.ERROR, reason="box")


def _interpreter(candidate: Candidate) -> Iterator[Finding]:
    """V28: a child should not interpret."""
    if candidate.own("form.interpreter") == "kind":
        yield candidate.finding("form.interpreter", "V28", Severity.WARNING)


def _emptied(candidate: Candidate) -> Iterator[Finding]:
    """A pre-filled field left empty is cleared, or keeps its value where it must have one: say so."""
    emptied = emptied_fields(candidate.form, candidate.door.prefilled or {}, candidate.definition)
    for name, cleared in emptied.items():
        yield candidate.finding(name, "emptied", Severity.WARNING, reason="cleared" if cleared else "kept")


def _unchanged(candidate: Candidate) -> Iterator[Finding]:
    """N15: a section ticked as unchanged holds no edit. Sections neither ticked nor edited are told once (3.3.4)."""
    ticked = candidate.own(_UNCHANGED)
    if not isinstance(ticked, list):
        return
    edited = candidate.edited_sections
    sections = [each for each in candidate.definition.sections if each.changes]
    for section in sections:
        if section.name in edited and section.name in ticked:
            yield candidate.finding(f"{_UNCHANGED}[{section.name}]", "unchanged", Severity.ERROR, section=section.label)
    left = tuple(each.label for each in sections if each.name not in edited and each.name not in ticked)
    if left and _UNCHANGED not in candidate.form.failed:
        yield candidate.finding(_UNCHANGED, "untouched", Severity.INFO, sections=left)


_RULES: tuple[Rule, ...] = (
    _case_number,
    _dated,
    _not_in_future,
    _next_review,
    _correction,
    _interpreter,
    _emptied,
    _unchanged,
    *CONSENT_RULES,
    *PERSON_RULES,
    *GOAL_RULES,
)
