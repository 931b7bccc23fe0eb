"""Rules on the person, their numbers, address and birth date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from formpipe.address import ADDRESS_KEYS
from formpipe.dates import ADULT_AGE, age_on, day_of
from formpipe.goals import is_given
from formpipe.model import Finding, Severity
from formpipe.rules.consent import OWN_PLAN_AGE
from formpipe.rules.door import Candidate

_NAMES = ("person.family_name", "person.given_names")
_SCRIPT_NAME = "person.name_original_script"
_SCRIPT = "person.name_original_script_code"
_BG_NUMBER = "ids.bg_nummer"
_BG_STATUS = "ids.bg_nummer_status"
_NO_BG_NUMBER = frozenset({"beantragt", "nicht_noetig"})
_KUNDENNUMMER = re.compile(r"[0-9]{3}[A-Z][0-9]{6}")
_POSTCODES = ("68159", "68309")
_MEMBERS = "household.members"
_FIRST_DAYS = {"monat": "-01", "jahr": "-01-01", "geschaetzt": "-01-01"}


def _name(candidate: Candidate) -> Iterator[Finding]:
    """C3: a person has at least one name; a review cannot take the last one away."""
    asked = candidate.is_intake or any(is_given(candidate.before(key)) for key in _NAMES)
    if asked and not any(candidate.given(key) for key in _NAMES):
        yield candidate.finding(_NAMES[0], "C3", Severity.ERROR)


def _script(candidate: Candidate) -> Iterator[Finding]:
    """C4: a name in its own script says which script that is."""
    if candidate.is_complete and candidate.given(_SCRIPT_NAME) and not candidate.given(_SCRIPT):
        yield candidate.finding(_SCRIPT, "C4", Severity.ERROR)


def _bg_number(candidate: Candidate) -> Iterator[Finding]:
    """C5: the number of the Bedarfsgemeinschaft stands exactly where the form says there is one."""
    status = candidate.value(_BG_STATUS)
    if status == "vorhanden" and candidate.is_complete and not candidate.given(_BG_NUMBER):
        yield candidate.finding(_BG_NUMBER, "C5", Severity.ERROR, reason="missing")
    if status in _NO_BG_NUMBER and candidate.given(_BG_NUMBER):
        yield candidate.finding(_BG_NUMBER, "C5", Severity.ERROR, reason="forbidden")


def _shapes(candidate: Candidate) -> Iterator[Finding]:
    """R3, R7: numbers whose shape is known from experience only are warned about, never refused."""
    number = candidate.own("ids.kundennummer_ba")
    if candidate.given("ids.kundennummer_ba") and isinstance(number, str) and not _KUNDENNUMMER.fullmatch(number):
        yield candidate.finding("ids.kundennummer_ba", "R3", Severity.WARNING)
    code = candidate.own("contact.postcode")
    if candidate.given("contact.postcode") and isinstance(code, str) and not _POSTCODES[0] <= code <= _POSTCODES[1]:
        yield candidate.finding("contact.postcode", "R7", Severity.WARNING)


def _protected(candidate: Candidate) -> Iterator[Finding]:
    """V20: an address that is protected is kept and printed nowhere; the form tells so."""
    answer = candidate.value("contact.address_protected")
    hints = (
        candidate.value("family.protection_need") in {"ja", True}
        or candidate.value("housing.type") == "schutzunterkunft"
    )
    is_protected = answer is True or (hints and answer is not False)
    if is_protected and any(candidate.own(key) is not None for key in ADDRESS_KEYS):
        yield candidate.finding("contact.address_protected", "V20", Severity.INFO)


def _anonymous_counselling(candidate: Candidate) -> Iterator[Finding]:
    """V21: confidential counselling is written down without a name of who gives it."""
    for row in candidate.rows("counselling"):
        if row.values.get("service") == "vertraulich" and candidate.has(row, "provider"):
            yield candidate.finding(f"{row.name}.provider", "V21", Severity.ERROR)


def _precision(candidate: Candidate) -> Iterator[Finding]:
    """V27: what is not known of a birth date is stored as 01."""
    person = ("person", candidate.own("person.birth_date"), candidate.own("person.birth_date_precision"))
    members = (
        (row.name, *map(row.values.get, ("birth_date", "birth_date_precision"))) for row in candidate.rows(_MEMBERS)
    )
    for name, birth, precision in (person, *members):
        if day_of(birth) is not None and not str(birth).endswith(_FIRST_DAYS.get(str(precision), "")):
            yield candidate.finding(f"{name}.birth_date_precision", "V27", Severity.ERROR, precision=str(precision))


def _own_plans(candidate: Candidate) -> Iterator[Finding]:
    """V25: a member of the household from 15 to 17 may have a plan of their own."""
    on = candidate.dated
    for row in candidate.rows(_MEMBERS):
        birth = row.day("birth_date")
        if birth is None or on is None:
            continue
        age = age_on(birth, str(row.values.get("birth_date_precision")), on)
        if OWN_PLAN_AGE <= age < ADULT_AGE:
            yield candidate.finding(f"{row.name}.birth_date", "V25", Severity.INFO, reason="own_plan", age=age)


PERSON_RULES: tuple[Callable[[Candidate], Iterator[Finding]], ...] = (
    _name,
    _script,
    _bg_number,
    _shapes,
    _protected,
    _anonymous_counselling,
    _precision,
    _own_plans,
)
