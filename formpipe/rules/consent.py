"""Rules on consents and on ids that must not stand twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from formpipe.dates import ADULT_AGE, age_on
from formpipe.model import Finding, Severity
from formpipe.rules.door import Candidate, DoorRow

OWN_PLAN_AGE = 15
"""From this age a person may have a plan of their own (V25)."""

_GUARDIANS = frozenset({"sorgeberechtigt", "betreuung"})
_CONSENTS = "consents"
_MEMBERS = "household.members"
_IDS = (
    (_MEMBERS, "member_id"),
    ("goals", "goal_id"),
    (_CONSENTS, "consent_id"),
    ("review.goal_reviews", "goal_id"),
    ("review.action_updates", "action_id"),
)


def _processing(candidate: Candidate) -> Iterator[Finding]:
    """V01: an intake carries the client's consent to processing (V0), granted and in force today.

    On a review V0 is the case's; one that ends it is taken, and told what that means.
    """
    if _v0_in_force(candidate) is not None:
        return
    if candidate.is_intake:
        yield candidate.finding(_CONSENTS, "V01", Severity.ERROR)
        return
    for newest in _own_v0_rows(candidate)[-1:]:
        column = "granted" if newest.values.get("revoked_on") is None else "revoked_on"
        yield candidate.finding(f"{newest.name}.{column}", "V01", Severity.WARNING, reason="ended")


def _guardian(candidate: Candidate) -> Iterator[Finding]:
    """V25: a client under 18 has a guardian sign for V0; from 15 on a plan of their own is to be thought of."""
    birth, on = candidate.day("person.birth_date"), candidate.dated
    if not candidate.is_intake or birth is None or on is None:
        return
    age = age_on(birth, str(candidate.value("person.birth_date_precision")), on)
    if age >= ADULT_AGE:
        return
    consent = _v0_in_force(candidate)
    if consent is not None and consent.values.get("signed_by") not in _GUARDIANS:
        yield candidate.finding(f"{consent.name}.signed_by", "V25", Severity.ERROR, reason="guardian", age=age)
    if age >= OWN_PLAN_AGE:
        yield candidate.finding("person.birth_date", "V25", Severity.INFO, reason="own_plan", age=age)


def _granted_on(candidate: Candidate) -> Iterator[Finding]:
    """A consent is not given, nor taken back, on a day to come."""
    for row in candidate.rows(_CONSENTS):
        for column in ("granted_on", "revoked_on"):
            day = row.day(column)
            if day is not None and day > candidate.door.today:
                yield candidate.finding(
                    f"{row.name}.{column}", "future", Severity.ERROR, today=candidate.door.today.isoformat()
                )


def _doubled_ids(candidate: Candidate) -> Iterator[Finding]:
    """No id stands on two rows; which of them counts could only be guessed."""
    for key, column in _IDS:
        yield from _doubled(candidate, candidate.rows(key), column)
    steps = [step for goal in candidate.rows("goals") for step in candidate.rows("actions", goal)]
    yield from _doubled(candidate, steps, "action_id")


def _doubled(candidate: Candidate, rows: tuple[DoorRow, ...] | list[DoorRow], column: str) -> Iterator[Finding]:
    seen: set[object] = set()
    for row in rows:
        value = row.values.get(column)
        if value is not None and value in seen:
            yield candidate.finding(f"{row.name}.{column}", "duplicate_id", Severity.ERROR, id=value)
        seen.add(value)


def _own_v0_rows(candidate: Candidate) -> list[DoorRow]:
    """Return the client's own rows for V0, oldest first; a row that a household member names is that member's."""
    of_members = {row.values.get("consent_ref") for row in candidate.rows(_MEMBERS)} - {None}
    rows = [row for row in candidate.rows(_CONSENTS) if row.values.get("scope") == "V0"]
    own = [row for row in rows if row.values.get("consent_id") not in of_members]
    return sorted(own, key=lambda row: row.day("granted_on") or date.min)


def _v0_in_force(candidate: Candidate) -> DoorRow | None:
    """Return the newest row for V0 if it grants, and is neither revoked, run out nor of a day to come."""
    rows = _own_v0_rows(candidate)
    if not rows or rows[-1].values.get("granted") is not True:
        return None
    today = candidate.door.today
    newest = rows[-1]
    granted, until, revoked = (newest.day(column) for column in ("granted_on", "valid_until", "revoked_on"))
    if granted is None or granted > today or (until is not None and until < today):
        return None
    return newest if revoked is None or revoked > today else None


CONSENT_RULES: tuple[Callable[[Candidate], Iterator[Finding]], ...] = (
    _processing,
    _guardian,
    _granted_on,
    _doubled_ids,
)
