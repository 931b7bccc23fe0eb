"""Rules on consents and on ids that must not stand twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from formpipe.dates import ADULT_AGE, age_on
from formpipe.goals import is_given
from formpipe.model import Finding, Severity
from formpipe.releases import GUARDIANS, TOLD
from formpipe.rules.door import Candidate, DoorRow

OWN_PLAN_AGE = 15
"""From this age a person may have a plan of their own (V25)."""

_CONSENTS = "consents"
_INFORMED = "consents[].informed"
_PROCESSING = "V0"
_MEMBERS = "household.members"
_GIVING = ("granted", "granted_on")
_GRANTING = ("recipient", "form", "explained_in", "signed_by")
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
    """V25: a client under 18 has a guardian sign each consent; from 15 on a plan of their own is to be thought of."""
    birth, on = candidate.day("person.birth_date"), candidate.dated
    if not candidate.is_intake or birth is None or on is None:
        return
    age = age_on(birth, str(candidate.value("person.birth_date_precision")), on)
    if age >= ADULT_AGE:
        return
    processing = _v0_in_force(candidate)
    granted = [row for row in _own_rows(candidate) if row.values.get("granted") is True]
    for consent in granted:
        counts = consent == processing or consent.values.get("scope") != _PROCESSING
        if counts and consent.values.get("signed_by") not in GUARDIANS:
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


def _complete(candidate: Candidate) -> Iterator[Finding]:
    """A consent form may end a consent by its scope and day alone; to give or refuse one it says all of it."""
    if not candidate.is_consent:
        return
    for row in candidate.rows(_CONSENTS):
        ends = candidate.has(row, "revoked_on") and not any(candidate.has(row, column) for column in _GIVING)
        needed = () if ends else _GIVING if row.values.get("granted") is False else (*_GIVING, *_GRANTING)
        for column in needed:
            if not candidate.has(row, column):
                yield candidate.finding(f"{row.name}.{column}", "required", Severity.ERROR)


def _told(candidate: Candidate) -> Iterator[Finding]:
    """A consent is given after telling purpose, consequences of refusal and the right to withdraw (§ 67b SGB X)."""
    spec = candidate.definition.specs.get(_INFORMED)
    if spec is None or spec.codes is None or not TOLD.issubset(str(code.value) for code in spec.codes.codes):
        return  # another form than ours, that does not ask for all three
    for row in candidate.rows(_CONSENTS):
        informed = row.values.get("informed")
        told = informed if isinstance(informed, list) else []
        if row.values.get("granted") is True and not TOLD.issubset(str(each) for each in told):
            yield candidate.finding(f"{row.name}.informed", "untold", Severity.ERROR)


def _order_of_days(candidate: Candidate) -> Iterator[Finding]:
    """A consent neither ends nor is taken back before the day it is given."""
    for row in candidate.rows(_CONSENTS):
        given = row.day("granted_on")
        for column in ("valid_until", "revoked_on"):
            day = row.day(column)
            if given is not None and day is not None and day < given:
                yield candidate.finding(
                    f"{row.name}.{column}", "consent_days", Severity.ERROR, expected=given.isoformat()
                )


def _contradictions(candidate: Candidate) -> Iterator[Finding]:
    """No form both grants and refuses one scope to one recipient on one day: which one counts is for the client."""
    said: dict[tuple[object, ...], object] = {}
    for row in _own_rows(candidate):
        recipient = " ".join(str(row.values.get("recipient")).casefold().split())
        subject = (row.values.get("scope"), recipient, row.values.get("granted_on"))
        granted = row.values.get("granted")
        if is_given(granted) and said.setdefault(subject, granted) is not granted:
            yield candidate.finding(f"{row.name}.granted", "consent_twice", Severity.ERROR)


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


def _own_rows(candidate: Candidate) -> list[DoorRow]:
    """Return the client's own consents; a row that a household member names is that member's."""
    of_members = {row.values.get("consent_ref") for row in candidate.rows(_MEMBERS)} - {None}
    return [row for row in candidate.rows(_CONSENTS) if row.values.get("consent_id") not in of_members]


def _own_v0_rows(candidate: Candidate) -> list[DoorRow]:
    """Return the client's own rows for V0, oldest first."""
    own = [row for row in _own_rows(candidate) if row.values.get("scope") == _PROCESSING]
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
    _complete,
    _told,
    _order_of_days,
    _contradictions,
    _doubled_ids,
)
