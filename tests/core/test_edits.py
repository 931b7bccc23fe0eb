"""What a person changed on a pre-filled review: untouched answers are no edits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from core.make_definitions import NUMBER, Answer, at, review, told

from formpipe.model import Field, Json, Verdict

KNOWN: Mapping[str, Json] = {
    "case.case_id": NUMBER,
    "case.manager_id": "car-muster",
    "person.family_name": "Muster",
    "person.birth_date": "1990-01-01",
    "person.birth_date_precision": "jahr",
    "housing.wbs_status": "offen",
    "finance.urgent": ["miete"],
    "development.strengths": ["kocht", "singt"],
    "household.members[0].member_id": "HM01",
    "household.members[0].given_names": "Rim",
    "household.members[0].relationship": "partner",
    "household.members[1].member_id": "HM03",
    "household.members[1].given_names": "Yusuf",
    "household.members[1].relationship": "kind",
    "review.goal_reviews[0].goal_id": "G01",
    "review.goal_reviews[0].status_new": "offen",
    "goals[0].goal_id": "G02",
    "consents[0].consent_id": "C02",
}
SHOWN: Mapping[str, Answer] = {
    "case.manager_id": "car-muster",
    "person.family_name": "Muster",
    "person.birth_date": "01.01.1990",
    "person.birth_date_precision": "Jahr",
    "housing.wbs_status": "offen",
    "finance.urgent[miete]": True,
    "finance.urgent[strom]": False,
    "development.strengths[0]": "kocht",
    "development.strengths[1]": "singt",
    "development.strengths[2]": None,
    "household.members[0].member_id": "HM01",
    "household.members[0].given_names": "Rim",
    "household.members[0].relationship": "Partner:in",
    "household.members[1].member_id": "HM03",
    "household.members[1].given_names": "Yusuf",
    "household.members[1].relationship": "Kind",
    "household.members[2].given_names": None,
    "review.goal_reviews[0].goal_id": "G01",
    "review.goal_reviews[0].status_new": "offen",
    "goals[0].goal_id": "G02",
    "consents[0].consent_id": "C02",
}


def edits(changed: Mapping[str, Answer], *more: Field) -> dict[str, Any]:
    """The data of a pre-filled review on which only *changed* was written."""
    verdict = review({**SHOWN, **changed}, *more, prefilled=KNOWN)
    assert verdict.submission is not None, told(verdict.findings)
    return dict(verdict.submission.data)


def warnings(changed: Mapping[str, Answer]) -> list[tuple[str, str, str]]:
    return told(review({**SHOWN, **changed}, prefilled=KNOWN).findings)


def data_of(verdict: Verdict) -> dict[str, Any]:
    assert verdict.submission is not None, told(verdict.findings)
    return dict(verdict.submission.data)


def at_section(data: Mapping[str, Any], path: str) -> dict[str, Json]:
    section = at(data, path)
    assert isinstance(section, dict)
    return section


def test_an_untouched_form_says_nothing_but_its_day() -> None:
    assert edits({}) == {
        "form": {"type": "ueberpruefung", "version": "2026.1", "filled_on": "2026-04-10"},
        "case": {"case_id": NUMBER},
        "review": {
            "review_date": "2026-04-10",
            "next_review_date": "2026-07-10",
            "unchanged_sections": [],
            "goal_reviews": [{"goal_id": "G01", "status_new": "offen"}],
        },
    }
    assert warnings({}) == []


def test_a_touched_field_is_the_only_change() -> None:
    assert edits({"housing.wbs_status": "erteilt"})["review"]["changes"] == {"housing": {"wbs_status": "erteilt"}}
    assert edits({"person.family_name": "Beispiel"})["review"]["changes"] == {"person": {"family_name": "Beispiel"}}


def test_a_struck_field_is_a_change() -> None:
    assert edits({"housing.wbs_status": "—gelöscht—"})["review"]["changes"] == {"housing": {"wbs_status": None}}


def test_a_field_that_was_empty_is_a_change() -> None:
    assert edits({"housing.type": "Wohnung"})["review"]["changes"] == {"housing": {"type": "wohnung"}}
    assert edits({"contact.street": "Beispielweg"})["review"]["changes"] == {"contact": {"street": "Beispielweg"}}


def test_a_list_changes_as_a_whole() -> None:
    changes = edits({"household.members[1].given_names": "Yūsuf"})["review"]["changes"]
    assert changes == {
        "household": {
            "members": [
                {"member_id": "HM01", "given_names": "Rim", "relationship": "partner"},
                {"member_id": "HM03", "given_names": "Yūsuf", "relationship": "kind"},
            ]
        }
    }


def test_a_row_taken_away() -> None:
    gone: dict[str, Answer] = dict.fromkeys(
        ("household.members[0].given_names", "household.members[0].relationship"), None
    )
    changes = edits(gone)["review"]["changes"]
    assert changes == {
        "household": {"members": [{"member_id": "HM03", "given_names": "Yusuf", "relationship": "kind"}]}
    }
    assert warnings(gone) == []


def test_all_rows_taken_away_make_an_empty_list() -> None:
    gone: dict[str, Answer] = {
        name: None for name in SHOWN if name.startswith("household") and not name.endswith("member_id")
    }
    assert edits(gone)["review"]["changes"] == {"household": {"members": []}}
    assert warnings(gone) == []


def test_boxes_and_lines_taken_away() -> None:
    assert edits({"finance.urgent[miete]": False})["review"]["changes"] == {"finance": {"urgent": []}}
    gone: dict[str, Answer] = {"development.strengths[0]": None, "development.strengths[1]": ""}
    assert edits(gone)["review"]["changes"] == {"development": {"strengths": []}}
    assert edits({"development.strengths[0]": None})["review"]["changes"] == {"development": {"strengths": ["singt"]}}
    assert warnings({"finance.urgent[miete]": False}) == []


def test_an_emptied_field_is_cleared_where_it_may_be_and_told() -> None:
    changed: dict[str, Answer] = {"housing.wbs_status": None, "person.birth_date": None, "case.manager_id": " "}
    assert edits(changed)["review"]["changes"] == {"housing": {"wbs_status": None}}
    assert edits(changed)["case"] == {"case_id": NUMBER, "manager_id": None}
    findings = review({**SHOWN, **changed}, prefilled=KNOWN).findings
    reasons = [(each.pointer, each.severity, each.parameters["reason"]) for each in findings if each.rule == "emptied"]
    assert reasons == [
        ("/case/manager_id", "warning", "cleared"),
        ("/person/birth_date", "warning", "kept"),
        ("/housing/wbs_status", "warning", "cleared"),
    ]


def test_rows_in_another_order_say_nothing_new() -> None:
    turned = {
        name.replace("[0]", "[#]").replace("[1]", "[0]").replace("[#]", "[1]") if "members" in name else name: value
        for name, value in SHOWN.items()
    }
    verdict = review(turned, prefilled=KNOWN)
    assert verdict.submission is not None
    assert "changes" not in at_section(verdict.submission.data, "/review")


def test_a_cell_of_a_row_that_the_file_lost_is_not_emptied() -> None:
    shown = {name: value for name, value in SHOWN.items() if name != "household.members[1].given_names"}
    shown["household.members[0].given_names"] = "Rīm"
    verdict = review(shown, prefilled=KNOWN)
    assert verdict.submission is not None
    assert at(verdict.submission.data, "/review/changes/household/members") == [
        {"member_id": "HM01", "given_names": "Rīm", "relationship": "partner"},
        {"member_id": "HM03", "given_names": "Yusuf", "relationship": "kind"},
    ]


def test_a_row_that_the_file_lost_comes_back_and_an_emptied_one_does_not() -> None:
    lost = {name: value for name, value in SHOWN.items() if not name.startswith("household.members[1]")}
    assert "changes" not in at_section(data_of(review(lost, prefilled=KNOWN)), "/review")
    lost["household.members[0].given_names"] = "Rīm"
    members = at(data_of(review(lost, prefilled=KNOWN)), "/review/changes/household/members")
    assert isinstance(members, list)
    assert members[1] == {"member_id": "HM03", "given_names": "Yusuf", "relationship": "kind"}
    half = {name: value for name, value in SHOWN.items() if name != "household.members[1].relationship"}
    half["household.members[1].given_names"] = None
    members = at(data_of(review(half, prefilled=KNOWN)), "/review/changes/household/members")
    assert members == [{"member_id": "HM01", "given_names": "Rim", "relationship": "partner"}]


def test_an_empty_row_that_the_file_lost_with_its_number_does_not_come_back() -> None:
    known = {**KNOWN, "household.members[2].member_id": "HM04"}
    assert "changes" not in at_section(data_of(review(SHOWN, prefilled=known)), "/review")


CONSENT: Mapping[str, Answer] = {
    "consents[0].consent_id": "C02",
    "consents[0].scope": "Jobcenter",
    "consents[0].granted": "ja",
    "consents[0].granted_on": "01.02.2026",
    "consents[0].informed[zweck]": True,
    "consents[0].informed[widerruf]": True,
    "consents[0].signed_by": "Klient:in",
}


@pytest.mark.parametrize(("column", "reason", "left"), [("valid_until", "cleared", True), ("signed_by", "kept", False)])
def test_an_emptied_cell_of_a_consent(column: str, reason: str, left: bool) -> None:  # noqa: FBT001 - a column of the table
    known = {**KNOWN, "consents[0].valid_until": "2027-01-01", "consents[0].signed_by": "klient"}
    shown = {**SHOWN, **CONSENT, "consents[0].valid_until": "01.01.2027", f"consents[0].{column}": None}
    verdict = review(shown, prefilled=known)
    emptied = [each for each in verdict.findings if each.rule == "emptied"]
    assert [(each.pointer, each.parameters["reason"]) for each in emptied] == [(f"/consents/0/{column}", reason)]
    if left:
        assert at(data_of(verdict), "/consents/0/valid_until") is None


def test_a_consent_of_which_nothing_is_left_keeps_what_it_said() -> None:
    known = {**KNOWN, "consents[0].valid_until": "2027-01-01"}
    verdict = review({**SHOWN, "consents[0].valid_until": None}, prefilled=known)
    assert [each.parameters["reason"] for each in verdict.findings if each.rule == "emptied"] == ["kept"]
    assert "consents" not in data_of(verdict)


def test_an_emptied_field_beside_a_tick_for_unchanged_is_a_contradiction() -> None:
    assert ("unchanged", "/review/unchanged_sections/housing", "error") in warnings(
        {"housing.wbs_status": None, "review.unchanged_sections[housing]": True}
    )


def test_an_emptied_case_number_is_missing() -> None:
    assert ("V02", "/case/case_id", "error") in warnings({"case.case_id": None})


def test_a_precision_that_follows_the_date_was_not_emptied() -> None:
    changed: dict[str, Answer] = {"person.birth_date": "02.03.1991", "person.birth_date_precision": None}
    assert edits(changed)["review"]["changes"] == {
        "person": {"birth_date": "1991-03-02", "birth_date_precision": "tag"}
    }
    assert warnings(changed) == []


def test_sections_beside_the_changes() -> None:
    assert edits({"case.manager_id": "car-beispiel"})["case"] == {"case_id": NUMBER, "manager_id": "car-beispiel"}
    assert edits({"jobcenter.place": "Raum 3"})["jobcenter"] == {"place": "Raum 3"}


def test_a_list_beside_the_changes() -> None:
    known = {**KNOWN, "jobcenter.requests": ["Kurs B2"]}
    shown = {**SHOWN, "jobcenter.requests[0]": "Kurs B2"}
    same = review(shown, prefilled=known).submission
    gone = review({**shown, "jobcenter.requests[0]": None}, prefilled=known).submission
    assert same is not None
    assert gone is not None
    assert "jobcenter" not in same.data
    assert gone.data["jobcenter"] == {"requests": []}


def test_what_did_not_stand_on_the_form_was_not_taken_away() -> None:
    verdict = review({}, prefilled=KNOWN)
    assert told(verdict.findings) == []
    assert verdict.submission is not None
    assert verdict.submission.data["review"] == {
        "review_date": "2026-04-10",
        "next_review_date": "2026-07-10",
        "unchanged_sections": [],
    }


def test_goals_stay() -> None:
    data = edits({"goals[0].title": "Kurs finden", "goals[0].life_area": "arbeit", "goals[0].status": "offen"})
    assert data["goals"] == [{"goal_id": "G02", "life_area": "arbeit", "title": "Kurs finden", "status": "offen"}]


CONSENTS: Mapping[str, Json] = {
    "consents[0].consent_id": "C02",
    "consents[0].scope": "J0",
    "consents[0].granted": True,
    "consents[0].granted_on": "2026-01-15",
    "consents[1].consent_id": "C03",
    "consents[1].scope": "J1",
    "consents[1].granted": False,
    "consents[1].granted_on": "2026-01-15",
}
SHOWN_CONSENTS: Mapping[str, Answer] = {
    "consents[0].consent_id": "C02",
    "consents[0].scope": "J0",
    "consents[0].granted": "ja",
    "consents[0].granted_on": "15.01.2026",
    "consents[1].consent_id": "C03",
    "consents[1].scope": "J1",
    "consents[1].granted": "nein",
    "consents[1].granted_on": "15.01.2026",
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, [{"consent_id": "C02", "scope": "J0"}, {"consent_id": "C03", "scope": "J1"}]),
        (
            {"consents[0].revoked_on": "01.04.2026", "consents[1].granted": "ja"},
            [
                {"consent_id": "C02", "scope": "J0", "revoked_on": "2026-04-01"},
                {"consent_id": "C03", "scope": "J1", "granted": True},
            ],
        ),
        (
            {"consents[2].scope": "V0", "consents[2].granted": "ja", "consents[2].granted_on": "01.04.2026"},
            [
                {"consent_id": "C02", "scope": "J0"},
                {"consent_id": "C03", "scope": "J1"},
                {"scope": "V0", "granted": True, "granted_on": "2026-04-01"},
            ],
        ),
    ],
)
def test_of_a_known_consent_only_what_was_changed_is_an_edit(
    changed: Mapping[str, Answer], expected: list[dict[str, Json]]
) -> None:
    verdict = review({**SHOWN, **SHOWN_CONSENTS, **changed}, prefilled={**KNOWN, **CONSENTS})
    assert verdict.submission is not None, told(verdict.findings)
    assert verdict.submission.data["consents"] == expected


def test_an_answer_that_was_not_pre_filled_stays_beside_others() -> None:
    data = edits({"person.given_names": "Ali", "person.family_name": "Muster"})
    assert data["review"]["changes"] == {"person": {"given_names": "Ali"}}


def test_without_a_known_plan_everything_is_an_edit() -> None:
    verdict = review(SHOWN)
    assert verdict.submission is not None
    changes = at(verdict.submission.data, "/review/changes")
    assert isinstance(changes, dict)
    assert set(changes) == {"person", "housing", "finance", "development", "household"}
    assert verdict.submission.data["case"] == {"case_id": NUMBER, "manager_id": "car-muster"}


@pytest.mark.parametrize("prefilled", [None, {}])
def test_a_blank_is_left_as_it_is(prefilled: Mapping[str, Json] | None) -> None:
    verdict = review({"person.family_name": "Muster"}, prefilled=prefilled)
    assert verdict.submission is not None
    assert at(verdict.submission.data, "/review/changes") == {"person": {"family_name": "Muster"}}


def test_names_that_the_form_does_not_know_are_passed_over() -> None:
    verdict = review(SHOWN, prefilled={**KNOWN, "shoe.size": 42, "form.filled_on": "2026-01-01"})
    assert told(verdict.findings) == []


def test_true_is_not_one() -> None:
    verdict = review({"contact.address_protected": "ja"}, prefilled={"contact.address_protected": True})
    assert verdict.submission is not None
    section = at(verdict.submission.data, "/review")
    assert isinstance(section, dict)
    assert "changes" not in section


def test_an_unread_answer_is_no_emptied_list() -> None:
    verdict = review({**SHOWN, "household.members[0].given_names": "\x00"}, prefilled=KNOWN)
    assert told(verdict.findings) == [("characters", "/household/members/0/given_names", "error")]
