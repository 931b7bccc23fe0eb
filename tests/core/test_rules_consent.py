"""V01, V25, days of consents, and ids that stand twice."""

from __future__ import annotations

import pytest
from core.make_definitions import Answer, intake, review, told


def second(**columns: Answer) -> dict[str, Answer]:
    """A second row for V0, granted as the first unless *columns* says otherwise."""
    row: dict[str, Answer] = {"scope": "V0", "granted": "ja", "granted_on": "16.01.2026", **columns}
    return {f"consents[1].{name}": value for name, value in row.items()}


V01 = [("V01", "/consents", "error")]


@pytest.mark.parametrize(
    "changed",
    [
        {"consents[0].granted": "nein"},
        {"consents[0].granted": "keine Angabe"},
        {"consents[0].scope": "J0"},
        {"consents[0].revoked_on": "19.05.2026"},
        {"consents[0].revoked_on": "20.05.2026"},
        {"consents[0].valid_until": "19.05.2026"},
        second(granted="nein"),
        second(granted_on="15.01.2026", granted="nein", signed_by="Betreuung"),
    ],
)
def test_no_consent_to_processing(changed: dict[str, Answer]) -> None:
    verdict = intake(changed)
    assert [each for each in told(verdict.findings) if each[0] != "consent_twice"] == V01
    assert verdict.submission is None


@pytest.mark.parametrize(
    "changed",
    [
        {"consents[0].valid_until": "20.05.2026"},
        {"consents[0].valid_until": "unbekannt"},
        second(granted="nein", granted_on="14.01.2026"),
        {**second(), "consents[0].granted": "nein"},
        {**second(granted_on="20.05.2026"), "consents[0].revoked_on": "16.01.2026"},
    ],
)
def test_a_consent_in_force(changed: dict[str, Answer]) -> None:
    assert told(intake(changed).findings) == []


def test_no_row_at_all() -> None:
    none: dict[str, Answer] = {f"consents[0].{name}": None for name in ("scope", "granted", "granted_on")}
    assert told(intake(none).findings) == V01


def test_a_consent_that_is_not_proven() -> None:
    assert told(intake({"consents[0].granted": "vielleicht"}).findings) == [
        *V01,
        ("enum", "/consents/0/granted", "error"),
    ]
    assert told(intake({"consents[0].granted_on": None}).findings) == [
        *V01,
        ("required", "/consents/0/granted_on", "error"),
    ]


def test_a_consent_of_tomorrow() -> None:
    assert told(intake({"consents[0].granted_on": "21.05.2026"}).findings) == [
        *V01,
        ("future", "/consents/0/granted_on", "error"),
    ]
    revoked = intake({"consents[0].revoked_on": "21.05.2026"})
    assert told(revoked.findings) == [("future", "/consents/0/revoked_on", "error")]
    assert revoked.findings[0].parameters["today"] == "2026-05-20"
    assert told(intake({"consents[0].granted_on": "20.05.2026"}).findings) == []


def test_a_row_that_a_member_names_is_the_members() -> None:
    member: dict[str, Answer] = {
        "household.members[0].given_names": "Rim",
        "household.members[0].relationship": "Partner:in",
        "household.members[0].consent_ref": "C02",
    }
    other = second(granted="nein", consent_id="C02")
    assert told(intake({**member, **other}).findings) == []
    assert told(intake(other).findings) == V01
    own = {**member, "household.members[0].consent_ref": "C01"}
    assert told(intake(own).findings) == V01


def test_on_a_review_the_consent_is_the_cases() -> None:
    assert told(review().findings) == []
    row = {f"consents[0].{name}": value for name, value in {**GIVEN, "scope": "J0", "granted": "nein"}.items()}
    assert told(review(row).findings) == []


GIVEN: dict[str, Answer] = {"scope": "V0", "granted": "ja", "granted_on": "15.01.2026"}


@pytest.mark.parametrize(
    ("first", "changed", "column"),
    [
        ({}, {}, None),
        ({"granted": "nein"}, {}, "consents/0/granted"),
        ({"granted": "unbekannt"}, {}, "consents/0/granted"),
        ({"revoked_on": "20.05.2026"}, {}, "consents/0/revoked_on"),
        ({}, second(granted="nein"), "consents/1/granted"),
        ({"revoked_on": "20.05.2026"}, second(), None),
    ],
)
def test_a_review_that_ends_the_consent_is_taken_and_told(
    first: dict[str, Answer], changed: dict[str, Answer], column: str | None
) -> None:
    row = {f"consents[0].{name}": value for name, value in {**GIVEN, **first}.items()}
    verdict = review({**row, **changed})
    assert verdict.submission is not None
    assert told(verdict.findings) == ([("V01", f"/{column}", "warning")] if column else [])
    assert [each.parameters["reason"] for each in verdict.findings if each.rule == "V01"] == ["ended"] * bool(column)


# -- V25 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "signed_by", "expected"),
    [
        ("15.01.2008", None, []),
        ("16.01.2008", "klient", [("error", "guardian", 17), ("info", "own_plan", 17)]),
        ("16.01.2008", None, [("error", "guardian", 17), ("info", "own_plan", 17)]),
        ("16.01.2008", "Sorgeberechtigte", [("info", "own_plan", 17)]),
        ("16.01.2008", "Betreuung", [("info", "own_plan", 17)]),
        ("15.01.2011", "Betreuung", [("info", "own_plan", 15)]),
        ("16.01.2011", "Betreuung", []),
        ("16.01.2011", "Klient:in", [("error", "guardian", 14)]),
        ("2008", "Klient:in", []),
        ("2009", "Klient:in", [("error", "guardian", 17), ("info", "own_plan", 17)]),
    ],
)
def test_a_client_under_18(birth: str, signed_by: Answer, expected: list[tuple[str, str, int]]) -> None:
    verdict = intake({"person.birth_date": birth, "consents[0].signed_by": signed_by})
    found = [each for each in verdict.findings if each.rule == "V25"]
    assert [(each.severity.value, each.parameters["reason"], each.parameters["age"]) for each in found] == expected
    places = {"guardian": "/consents/0/signed_by", "own_plan": "/person/birth_date"}
    assert all(each.pointer == places[str(each.parameters["reason"])] for each in found)


def test_under_18_the_newest_consent_counts() -> None:
    young: dict[str, Answer] = {"person.birth_date": "07.07.2012"}
    signed = {**second(signed_by="Sorgeberechtigte"), "consents[0].signed_by": "Klient:in"}
    assert told(intake({**young, **signed}).findings) == []
    assert told(intake({**young, "consents[0].granted": "nein"}).findings) == V01


def test_without_dates_no_age() -> None:
    assert told(intake({"case.intake_date": "31.02.2026", "person.birth_date": "07.07.2012"}).findings) == [
        ("format", "/case/intake_date", "error")
    ]
    assert told(intake({"person.birth_date": "31.02.2012"}).findings) == [("format", "/person/birth_date", "error")]
    assert told(review({"person.birth_date": "07.07.2012"}).findings) == []


# -- ids -----------------------------------------------------------------------------------------


def test_ids_that_stand_twice() -> None:
    row: dict[str, Answer] = {"life_area": "arbeit", "title": "Wohnung finden", "status": "offen"}
    goal = {f"goals[2].{name}": value for name, value in row.items()}
    step: dict[str, Answer] = {"goals[2].actions[0].title": "anrufen", "goals[2].actions[0].responsible": "im"}
    same = {"goals[0].goal_id": "G02", "goals[2].goal_id": "G02"}
    verdict = intake({**goal, **step, **same})
    assert told(verdict.findings) == [
        ("duplicate_id", "/goals/2/goal_id", "error"),
        ("duplicate_id", "/goals/2/actions/0/action_id", "error"),
    ]
    assert verdict.findings[0].parameters["id"] == "G02"
    assert verdict.findings[0].parameters["written"] == "G02"
    assert told(intake({**goal, **step, "goals[0].goal_id": "G02"}).findings) == []


def test_other_ids_that_stand_twice() -> None:
    members: dict[str, Answer] = {
        f"household.members[{row}].{name}": value
        for row in (0, 1)
        for name, value in (("member_id", "HM01"), ("relationship", "Kind"))
    }
    assert told(intake(members).findings) == [("duplicate_id", "/household/members/1/member_id", "error")]
    assert told(intake({**second(consent_id="C05"), "consents[0].consent_id": "C05"}).findings) == [
        ("duplicate_id", "/consents/1/consent_id", "error")
    ]
    twice: dict[str, Answer] = {
        "review.goal_reviews[0].goal_id": "G01",
        "review.goal_reviews[0].status_new": "offen",
        "review.goal_reviews[3].goal_id": "G01",
        "review.goal_reviews[3].status_new": "erreicht",
        "review.action_updates[0].action_id": "G01-S01",
        "review.action_updates[1].action_id": "G01-S01",
    }
    assert told(review(twice).findings) == [
        ("duplicate_id", "/review/goal_reviews/3/goal_id", "error"),
        ("duplicate_id", "/review/action_updates/1/action_id", "error"),
    ]


def test_rows_without_id_are_not_the_same() -> None:
    rows: dict[str, Answer] = {
        f"goals[{row}].{name}": value
        for row in (0, 1)
        for name, value in (("life_area", "arbeit"), ("title", "Kurs finden"), ("status", "offen"))
    }
    assert [each for each in told(review(rows).findings) if each[0] == "duplicate_id"] == []
