"""The values of the plan after each form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from core.make_fold import (
    CASE,
    START,
    faults,
    goal,
    held,
    intake,
    newest,
    origins_of,
    review,
    seen,
    sha,
    values_of,
)

from formpipe.fold.holding import HeldReason

FIRST = intake(
    case={"case_id": CASE, "counselling_start": "2026-01-10", "manager_id": "car-mmuster"},
    form={"type": "aufnahme", "filled_on": START, "interpreter": "keine"},
    sign={"client_signed_on": START, "copy_language": "ar"},
    work={"status": "arbeitsuchend", "cv_ready": None},
    household={"members": [{"member_id": "HM01", "given_names": "Sahar"}]},
    needs=[{"life_area": "arbeit", "level": 2}],
    consents=[{"consent_id": "C01", "scope": "V0", "granted": True, "informed": ["zweck"]}],
)


def test_the_intake_gives_all_its_values() -> None:
    plan = newest(FIRST)
    assert values_of(plan) == {
        "case.carrier": "CAR",
        "case.case_id": CASE,
        "case.counselling_end_max": "2029-01-09",
        "case.counselling_start": "2026-01-10",
        "case.intake_date": "2026-01-15",
        "case.manager_id": "car-mmuster",
        "consents[0].consent_id": "C01",
        "consents[0].granted": True,
        "consents[0].informed": ["zweck"],
        "consents[0].scope": "V0",
        "form.filled_on": "2026-01-15",
        "form.interpreter": "keine",
        "form.type": "aufnahme",
        "household.members[0].given_names": "Sahar",
        "household.members[0].member_id": "HM01",
        "needs[0].level": 2,
        "needs[0].life_area": "arbeit",
        "sign.client_signed_on": "2026-01-15",
        "sign.copy_language": "ar",
        "work.status": "arbeitsuchend",
    }
    assert list(plan.values) == sorted(plan.values)
    assert {origin for origin, _ in origins_of(plan).values()} == {sha("intake")}


def test_the_case_number_is_the_filed_one() -> None:
    plan = newest(intake())
    assert plan.values["case.case_id"].value == CASE
    assert plan.values["case.case_id"].name == "case.case_id"
    assert plan.values["case.case_id"].origin == sha("intake")


def test_values_cannot_be_changed() -> None:
    values: Any = newest(FIRST).values
    with pytest.raises(TypeError):
        values["work.status"] = None


def test_a_review_changes_what_it_names() -> None:
    form = review("r1", 2, "2026-03-10", changes={"work": {"status": "minijob"}, "household": {"members": []}})
    values = values_of(newest(FIRST, form))
    assert values["work.status"] == "minijob"
    assert "household.members[0].given_names" not in values
    assert values["case.manager_id"] == "car-mmuster"


def test_form_and_signatures_are_those_of_the_latest_form() -> None:
    form = review("r1", 2, "2026-03-10", sign={"manager_signed_on": "2026-03-10"})
    plan = newest(FIRST, form)
    values = {key: value for key, value in values_of(plan).items() if key.startswith(("form.", "sign."))}
    assert values == {"form.type": "ueberpruefung", "sign.manager_signed_on": "2026-03-10"}


def test_an_equal_value_of_the_latest_form_is_its_own() -> None:
    plan = newest(FIRST, review("r1", 2, "2026-03-10", form={"type": "aufnahme"}))
    assert plan.values["form.type"].origin == sha("r1")


def test_case_and_appointment_on_a_review_are_changes_but_for_number_and_carrier() -> None:
    case = {"case_id": "MA-CAR-2026-0099", "carrier": "DIA", "manager_id": "car-jbeispiel", "deputy_manager_id": None}
    form = review("r1", 2, "2026-03-10", case=case, jobcenter={"place": "Raum 2"})
    values = values_of(newest(FIRST, form))
    assert values["case.case_id"] == CASE
    assert values["case.carrier"] == "CAR"
    assert values["case.manager_id"] == "car-jbeispiel"
    assert values["jobcenter.place"] == "Raum 2"
    kept = values_of(newest(FIRST, form, review("r2", 3, "2026-04-10")))
    assert kept["jobcenter.place"] == "Raum 2"


def test_each_review_is_kept_with_its_number_by_date() -> None:
    first = intake(goals=[goal("G01")])
    one = review(
        "one",
        3,
        "2026-03-10",
        own={"review_no": 7, "occasion": "turnus"},
        goals_seen=[seen("G01", "offen", comment="läuft")],
        changes={"work": {"status": "minijob"}},
    )
    two = review("two", 2, "2026-02-10", own={"client_view": "gut"}, goals_seen=[seen("G01", "offen")])
    plan = newest(first, one, two)
    found = {key: value for key, value in values_of(plan).items() if key.startswith("review")}
    assert found == {
        "reviews[0].review_no": 1,
        "reviews[0].review_date": "2026-02-10",
        "reviews[0].client_view": "gut",
        "reviews[0].goal_reviews[0].goal_id": "G01",
        "reviews[0].goal_reviews[0].status_new": "offen",
        "reviews[1].review_no": 2,
        "reviews[1].review_date": "2026-03-10",
        "reviews[1].occasion": "turnus",
        "reviews[1].goal_reviews[0].goal_id": "G01",
        "reviews[1].goal_reviews[0].status_new": "offen",
        "reviews[1].goal_reviews[0].comment": "läuft",
    }
    comment = plan.values["reviews[1].goal_reviews[0].comment"]
    assert (comment.origin, comment.name) == (sha("one"), "review.goal_reviews[0].comment")


def test_the_end_of_counselling_follows_its_start() -> None:
    plan = newest(FIRST)
    end, start = plan.values["case.counselling_end_max"], plan.values["case.counselling_start"]
    assert end == replace(start, value="2029-01-09")
    assert "case.counselling_end_max" not in newest(intake()).values
    assert "case.counselling_end_max" not in newest(intake(case={"counselling_start": "unbekannt"})).values
    moved = newest(FIRST, review("r1", 2, "2026-03-10", case={"counselling_start": "2026-02-01"}))
    assert moved.values["case.counselling_end_max"].value == "2029-01-31"
    assert moved.values["case.counselling_end_max"].origin == sha("r1")
    gone = newest(FIRST, review("r1", 2, "2026-03-10", case={"counselling_start": None}))
    assert "case.counselling_end_max" not in gone.values


def test_consents_merge_by_id() -> None:
    rows = [{"consent_id": "C01", "scope": "V0", "revoked_on": "2026-03-10"}, {"scope": "J0", "granted": True}]
    values = values_of(newest(FIRST, review("r1", 2, "2026-03-10", consents=rows)))
    assert values["consents[0].granted"] is True
    assert values["consents[0].revoked_on"] == "2026-03-10"
    assert values["consents[1].consent_id"] == "C02"


def test_a_known_consent_keeps_its_scope() -> None:
    rows = [{"scope": "J0"}, {"consent_id": "C01", "scope": "J3", "granted": True}]
    found = held(review("r1", 2, "2026-03-10", consents=rows), FIRST)
    assert found.reason == HeldReason.CONFLICT
    assert faults(found) == [("V04", "/consents/1/consent_id", {"ids": ["C01"], "reason": "taken"})]


def test_a_consent_may_be_named_without_its_scope() -> None:
    rows = [{"consent_id": "C01", "revoked_on": "2026-03-10"}]
    values = values_of(newest(FIRST, review("r1", 2, "2026-03-10", consents=rows)))
    assert values["consents[0].scope"] == "V0"
    assert values["consents[0].revoked_on"] == "2026-03-10"


def test_one_number_for_two_consents_is_a_conflict() -> None:
    rows = [
        {"consent_id": "C01", "scope": "V0"},
        {"scope": "J1"},
        {"consent_id": "C01", "scope": "V0"},
        {"scope": "J2"},
    ]
    found = held(intake(consents=rows))
    assert faults(found) == [
        ("V04", "/consents/0/consent_id", {"ids": [], "reason": "taken"}),
        ("V04", "/consents/2/consent_id", {"ids": [], "reason": "taken"}),
    ]
