"""Names, numbers, protected addresses, birth dates: C3-C5, R3, R7, V20, V21, V25, V27."""

from __future__ import annotations

import pytest
from core.make_definitions import Answer, intake, review, told

from formpipe.model import Json, Severity


def test_a_name_is_needed() -> None:
    assert told(intake({"person.family_name": None}).findings) == [("C3", "/person/family_name", "error")]
    assert told(intake({"person.family_name": "keine Angabe"}).findings) == [("C3", "/person/family_name", "error")]
    assert told(intake({"person.family_name": None, "person.given_names": "Zari"}).findings) == []
    assert told(review({"person.family_name": None}).findings) == []


@pytest.mark.parametrize("given", ["", "—gelöscht—", "keine Angabe"])
def test_a_review_cannot_take_the_last_name_away(given: str) -> None:
    known: dict[str, Json] = {"person.family_name": "Muster", "person.given_names": "Zari"}
    emptied: dict[str, Answer] = {"person.family_name": given or None, "person.given_names": None}
    found = tuple(each for each in review(emptied, prefilled=known).findings if each.severity is Severity.ERROR)
    assert told(found) == [("C3", "/person/family_name", "error")]
    assert review({**emptied, "person.given_names": "Zari"}, prefilled=known).submission is not None
    assert review({"person.family_name": None}, prefilled={"person.family_name": "Muster"}).submission is None


def test_an_emptied_field_is_judged_as_empty() -> None:
    known: dict[str, Json] = {"ids.bg_nummer_status": "vorhanden", "ids.bg_nummer": "62504//0012345"}
    emptied: dict[str, Answer] = {"ids.bg_nummer_status": "vorhanden", "ids.bg_nummer": None}
    found = [each for each in review(emptied, prefilled=known).findings if each.severity is Severity.ERROR]
    assert [(each.rule, each.pointer, each.parameters["reason"]) for each in found] == [
        ("C5", "/ids/bg_nummer", "missing")
    ]
    gone = review({**emptied, "ids.bg_nummer_status": "beantragt"}, prefilled=known)
    assert gone.submission is not None


def test_a_name_that_cannot_be_read_is_told_once() -> None:
    assert told(intake({"person.family_name": "\x00"}).findings) == [("characters", "/person/family_name", "error")]
    given: dict[str, Answer] = {"person.family_name": None, "person.given_names": "\x00"}
    assert told(intake(given).findings) == [("characters", "/person/given_names", "error")]


C4 = [("C4", "/person/name_original_script_code", "error")]


def test_a_script_goes_with_its_name() -> None:
    name: dict[str, Answer] = {"person.name_original_script": "حسام"}
    assert told(intake(name).findings) == C4
    assert told(intake({**name, "person.name_original_script_code": "k. A."}).findings) == C4
    assert told(intake({**name, "person.name_original_script_code": "Arabisch"}).findings) == []
    assert told(intake({"person.name_original_script": "unbekannt"}).findings) == []
    broken = intake({**name, "person.name_original_script_code": "Runen"})
    assert told(broken.findings) == [("enum", "/person/name_original_script_code", "error")]


def test_on_a_review_the_script_may_be_known_already() -> None:
    name: dict[str, Answer] = {"person.name_original_script": "حسام"}
    assert told(review(name).findings) == []
    assert told(review(name, prefilled={"person.name_original_script_code": "Arab"}).findings) == []
    assert told(review(name, prefilled={}).findings) == C4
    struck: dict[str, Answer] = {**name, "person.name_original_script_code": "—gelöscht—"}
    assert told(review(struck, prefilled={"person.name_original_script_code": "Arab"}).findings) == C4


@pytest.mark.parametrize(
    ("status", "number", "reason"),
    [
        ("vorhanden", "99999BG0000001", None),
        ("vorhanden", None, "missing"),
        ("vorhanden", "unbekannt", "missing"),
        ("beantragt", None, None),
        ("beantragt", "99999BG0000001", "forbidden"),
        ("nicht nötig", "99999BG0000001", "forbidden"),
        ("nicht nötig", "keine Angabe", None),
        ("unbekannt", "99999BG0000001", None),
        ("unbekannt", None, None),
    ],
)
def test_the_bg_number_goes_with_its_status(status: str, number: Answer, reason: str | None) -> None:
    verdict = intake({"ids.bg_nummer_status": status, "ids.bg_nummer": number})
    found = [each for each in verdict.findings if each.rule == "C5"]
    assert [each.parameters["reason"] for each in found] == ([reason] if reason else [])
    assert all((each.pointer, each.severity.value) == ("/ids/bg_nummer", "error") for each in found)


def test_the_bg_number_on_a_review() -> None:
    assert told(review({"ids.bg_nummer_status": "vorhanden"}).findings) == []
    both: dict[str, Answer] = {"ids.bg_nummer_status": "beantragt", "ids.bg_nummer": "99999BG0000001"}
    assert told(review(both).findings) == [("C5", "/ids/bg_nummer", "error")]
    known = {"ids.bg_nummer": "99999BG0000001"}
    assert told(review({"ids.bg_nummer_status": "vorhanden"}, prefilled=known).findings) == []
    assert told(review({"ids.bg_nummer_status": "beantragt"}, prefilled=known).findings) == [
        ("C5", "/ids/bg_nummer", "error")
    ]
    assert told(review({"ids.bg_nummer_status": "vorhanden"}, prefilled={}).findings) == [
        ("C5", "/ids/bg_nummer", "error")
    ]


@pytest.mark.parametrize(
    ("number", "is_odd"),
    [("999A000001", False), ("999a000001", True), ("999A00001", True), ("999A0000011", True), ("k.A.", False)],
)
def test_an_odd_kundennummer(number: str, *, is_odd: bool) -> None:
    verdict = intake({"ids.kundennummer_ba": number})
    assert told(verdict.findings) == ([("R3", "/ids/kundennummer_ba", "warning")] if is_odd else [])
    assert verdict.submission is not None


@pytest.mark.parametrize(
    ("code", "is_odd"),
    [("68159", False), ("68309", False), ("68158", True), ("68310", True), ("10115", True), ("unbekannt", False)],
)
def test_a_postcode_elsewhere(code: str, *, is_odd: bool) -> None:
    assert told(intake({"contact.postcode": code}).findings) == (
        [("R7", "/contact/postcode", "warning")] if is_odd else []
    )


# -- V20, V21 ------------------------------------------------------------------------------------

V20 = [("V20", "/contact/address_protected", "info")]


@pytest.mark.parametrize(
    "why",
    [
        {"contact.address_protected": "ja"},
        {"family.protection_need": "ja"},
        {"housing.type": "Schutzunterkunft"},
        {"housing.type": "Schutzunterkunft", "contact.address_protected": "unbekannt"},
    ],
)
def test_a_protected_address_is_told(why: dict[str, Answer]) -> None:
    assert told(intake({**why, "contact.street": "Beispielweg"}).findings) == V20
    assert told(intake({**why, "contact.postcode": "68159"}).findings) == V20
    assert told(intake(why).findings) == []


@pytest.mark.parametrize(
    "why",
    [
        {"contact.address_protected": "nein", "family.protection_need": "ja"},
        {"contact.address_protected": "unbekannt"},
        {"family.protection_need": "nein", "housing.type": "Wohnung"},
        {},
    ],
)
def test_an_open_address(why: dict[str, Answer]) -> None:
    assert told(intake({**why, "contact.street": "Beispielweg"}).findings) == []


def test_an_address_protected_since_the_last_form() -> None:
    street: dict[str, Answer] = {"contact.street": "Beispielweg"}
    assert told(review(street, prefilled={"contact.address_protected": True}).findings) == V20
    assert told(review({}, prefilled={"contact.address_protected": True, "contact.street": "X"}).findings) == []


def test_confidential_counselling_has_no_provider() -> None:
    row: dict[str, Answer] = {"counselling[1].service": "vertrauliche Beratung"}
    verdict = intake({**row, "counselling[1].provider": "Haus Muster"})
    assert told(verdict.findings) == [("V21", "/counselling/1/provider", "error")]
    assert verdict.submission is None
    assert told(intake({**row, "counselling[1].provider": "keine Angabe"}).findings) == []
    assert told(intake(row).findings) == []
    assert told(intake({"counselling[0].service": "MBE", "counselling[0].provider": "AWO"}).findings) == []
    broken = intake({**row, "counselling[1].provider": "\x00"})
    assert told(broken.findings) == [("characters", "/counselling/1/provider", "error")]
    changed = review({**row, "counselling[1].provider": "Haus Muster"})
    assert told(changed.findings) == [("V21", "/counselling/1/provider", "error")]


# -- V25, V27 ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "precision", "fits"),
    [
        ("02.03.1990", "genau", True),
        ("02.03.1990", "Monat", False),
        ("01.03.1990", "Monat", True),
        ("01.03.1990", "Jahr", False),
        ("11.01.1990", "Jahr", False),
        ("01.01.1990", "Jahr", True),
        ("01.03.1990", "geschätzt", False),
        ("01.01.1990", "geschätzt", True),
    ],
)
def test_what_is_not_known_is_stored_as_01(birth: str, precision: str, *, fits: bool) -> None:
    verdict = intake({"person.birth_date": birth, "person.birth_date_precision": precision})
    assert told(verdict.findings) == ([] if fits else [("V27", "/person/birth_date_precision", "error")])


def test_members_birth_dates() -> None:
    row: dict[str, Answer] = {
        "household.members[2].relationship": "Kind",
        "household.members[2].birth_date": "02.03.2020",
        "household.members[2].birth_date_precision": "Jahr",
    }
    for verdict in (intake(row), review(row)):
        assert told(verdict.findings) == [("V27", "/household/members/2/birth_date_precision", "error")]
        assert verdict.findings[-1 if verdict.findings[0].rule == "untouched" else 0].parameters["precision"] == "jahr"
    assert told(intake({**row, "household.members[2].birth_date": "unbekannt"}).findings) == []
    assert told(intake({**row, "household.members[2].birth_date_precision": "k.A."}).findings) == []


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        ("16.01.2008", 17),
        ("15.01.2008", None),
        ("15.01.2011", 15),
        ("16.01.2011", None),
        ("2010", 16),
        ("unbekannt", None),
        (None, None),
    ],
)
def test_members_old_enough_for_a_plan_of_their_own(birth: Answer, age: int | None) -> None:
    row: dict[str, Answer] = {
        "household.members[1].relationship": "Kind",
        "household.members[1].birth_date": birth,
    }
    verdict = intake(row)
    assert told(verdict.findings) == ([("V25", "/household/members/1/birth_date", "info")] if age else [])
    if age:
        assert verdict.findings[0].parameters["age"] == age
        assert verdict.findings[0].parameters["reason"] == "own_plan"
        dated = review({**row, "review.review_date": "15.01.2026", "review.next_review_date": "15.04.2026"})
        assert told(dated.findings) == told(verdict.findings)


def test_no_age_without_the_forms_day() -> None:
    row: dict[str, Answer] = {
        "household.members[0].relationship": "Kind",
        "household.members[0].birth_date": "16.01.2008",
        "case.intake_date": None,
    }
    assert told(intake(row).findings) == [("required", "/case/intake_date", "error")]
