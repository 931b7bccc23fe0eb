"""Which values go to the Jobcenter, and as what."""

from __future__ import annotations

from typing import Any

import pytest
from core.make_fold import plan
from core.make_open import BASIC, going, open_goal, released, result, values_of

from formpipe.definition import Code, CodeList, CodeValue, FieldSpec, ValueType
from formpipe.disclose.disclose import Disclosed, Disclosure, Refusal, RefusalReason
from formpipe.disclose.disclosed import disclosed_of


def test_a_field_goes_out_by_its_rule_and_nothing_else_does() -> None:
    values = {
        "work.current_job": "Küchenhilfe",
        "work.zero": "J0 ist immer",
        "work.odd": "kein Umfang für das Jobcenter",
        "health.work_limits": "nicht lange stehen",
        "person.call_name": "Rufname",
        "no.such_field": "unbekanntes Feld",
    }
    assert values_of(going(values)) == {"work.current_job": "Küchenhilfe", "work.zero": "J0 ist immer"}
    assert values_of(going(values, "J2", "J3", "V0", "never")) == values_of(going(values))
    found = going(values, "J1")
    assert found.values["health.work_limits"] == Disclosed(value="nicht lange stehen", scope="J1")
    assert found.values["work.current_job"] == Disclosed(value="Küchenhilfe", scope="J0")
    assert found.values["work.zero"].scope == "J0"


def test_codes_go_out_each_by_its_own_rule() -> None:
    values = {"work.constraints": ["gesundheit", "sprache", "wohnen", "geheim", "keine_angabe"]}
    assert going(values).values["work.constraints"] == Disclosed(value=["sprache"], scope="J0")
    found = going(values, "J1", "J3").values["work.constraints"]
    assert found == Disclosed(value=["gesundheit", "sprache", "wohnen"], scope="J0, J1, J3")
    assert "work.constraints" not in values_of(going({"work.constraints": ["gesundheit"]}))
    assert "work.constraints" not in values_of(going({"work.constraints": []}))


def test_a_code_may_go_out_of_a_field_that_does_not() -> None:
    values = {"benefits.other": ["kindergeld", "pflegegeld"]}
    assert values_of(going(values)) == {}
    assert going(values, "J1").values["benefits.other"] == Disclosed(value=["pflegegeld"], scope="J1")


def test_that_somebody_did_not_answer_stays_in() -> None:
    assert values_of(going({"work.current_job": "keine_angabe"})) == {}
    assert values_of(going({"work.current_job": "unbekannt"})) == {}


@pytest.mark.parametrize(
    ("kind", "codes", "goes"),
    [
        (ValueType.CODE, ("beantragt", "unbekannt"), True),
        (ValueType.CODES, ("beantragt", "unbekannt"), True),
        (ValueType.CODE, ("beantragt",), False),
        (ValueType.BOOLEAN, (True, False, "unbekannt"), False),
        (ValueType.DATE, None, False),
        (ValueType.NUMBER, None, False),
        (ValueType.TEXTS, None, False),
    ],
)
def test_unknown_goes_out_only_as_a_state_of_things(
    kind: ValueType, codes: tuple[CodeValue, ...] | None, *, goes: bool
) -> None:
    known = CodeList(name="s", title="S", codes=tuple(Code(value=each, title=str(each)) for each in codes or ()))
    spec = FieldSpec(key="a.b", label="B", type=kind, jobcenter="always", codes=known if codes else None)
    assert disclosed_of(spec, "unbekannt", released()) == (Disclosed(value="unbekannt", scope="J0") if goes else None)
    of_list = disclosed_of(spec, ["keine_angabe", "unbekannt", "x"], released())
    assert of_list is not None
    assert of_list.value == (["unbekannt", "x"] if goes else ["x"])


def test_false_and_zero_are_answers() -> None:
    assert values_of(going({"childcare.gap_hours": 0, "work.zero": False}, "J2")) == {
        "childcare.gap_hours": 0,
        "work.zero": False,
    }


# Address


ADDRESS = {
    "contact.street": "Beispielweg",
    "contact.house_number": "12",
    "contact.postcode": "68169",
    "contact.city": "Mannheim",
    "contact.care_of": "Wohneinheit 3",
    "contact.phone": "+491713920001",
}


@pytest.mark.parametrize(
    ("more", "protected"),
    [
        ({}, False),
        ({"contact.address_protected": True}, True),
        ({"contact.address_protected": "unbekannt"}, False),
        ({"family.protection_need": "ja"}, True),
        ({"family.protection_need": "nein"}, False),
        ({"housing.type": "schutzunterkunft"}, True),
        ({"housing.type": "untermiete"}, False),
        ({"family.protection_need": "ja", "contact.address_protected": "keine_angabe"}, True),
        ({"family.protection_need": "ja", "contact.address_protected": False}, False),
        ({"housing.type": "schutzunterkunft", "contact.address_protected": False}, False),
    ],
)
def test_a_protected_address_stays_in(more: dict[str, Any], protected: bool) -> None:  # noqa: FBT001 - a column of the table
    found = values_of(going({**ADDRESS, **more}, "J3"))
    shown = {key: value for key, value in found.items() if key.startswith("contact.")}
    assert shown == ({"contact.phone": "+491713920001"} if protected else ADDRESS)


def test_a_refuge_is_never_named() -> None:
    values = {"housing.type": "schutzunterkunft", "housing.rooms": 1, "contact.address_protected": False}
    assert values_of(going(values, "J3")) == {"housing.rooms": 1}
    assert values_of(going({"housing.type": "untermiete"}, "J3")) == {"housing.type": "untermiete"}


@pytest.mark.parametrize("code", ["ae_25_4a", "ae_25_4b"])
def test_a_title_that_names_a_victim_is_made_neutral(code: str) -> None:
    values = {"residence.status_code": code, "residence.citation_text": "§ 25 Abs. 4a AufenthG"}
    found = going(values, "J5")
    assert values_of(found) == {"residence.status_code": "ae_25"}
    assert found.values["residence.status_code"] == Disclosed(value="ae_25", scope="J0", text="§ 25 AufenthG")


def test_other_titles_are_told() -> None:
    values = {"residence.status_code": "ae_25_4_1", "residence.citation_text": "§ 25 Abs. 4 AufenthG"}
    assert values_of(going(values, "J5")) == values
    assert values_of(going(values)) == {"residence.status_code": "ae_25_4_1"}
    assert going(values).values["residence.status_code"].text is None


# Births and children


@pytest.mark.parametrize(
    ("precision", "value", "text"),
    [
        ("tag", "1988-01-01", "01.01.1988"),
        (None, "1988-01-01", "01.01.1988"),
        ("monat", "1988-01", "01.1988"),
        ("jahr", "Jahrgang 1988 (Tag unbekannt)", "Jahrgang 1988 (Tag unbekannt)"),
        ("geschaetzt", "etwa 38 Jahre (Geburtsjahr geschätzt)", "etwa 38 Jahre (Geburtsjahr geschätzt)"),
    ],
)
def test_of_a_birth_date_goes_out_what_is_known(precision: str | None, value: str, text: str) -> None:
    values = {"person.birth_date": "1988-01-01"}
    if precision:
        values["person.birth_date_precision"] = precision
    found = going(values)
    assert found.values["person.birth_date"] == Disclosed(value=value, scope="J0", text=text)
    assert found.birth_text == text


def member(row: int, **cells: object) -> dict[str, Any]:
    given = {"member_id": f"HM{row + 1:02d}", "given_names": f"Kind {row}", "lives_in_household": True, **cells}
    return {f"household.members[{row}].{name}": value for name, value in given.items() if value is not None}


CHILD = member(1, birth_date="2019-02-14", birth_date_precision="tag", relationship="kind")


def test_a_child_goes_out_by_name_and_age() -> None:
    found = going({**member(0, relationship="kind"), **CHILD}, "J2")
    assert values_of(found) == {
        "household.members[0].given_names": "Kind 1",
        "household.members[0].birth_date": 7,
        "household.members[0].relationship": "kind",
    }
    assert found.values["household.members[0].birth_date"] == Disclosed(value=7, scope="J2", text="7 Jahre")
    assert found.other_adults == 0
    assert values_of(going(CHILD)) == {}


def test_a_small_childs_age_is_told_in_months() -> None:
    found = going(member(0, birth_date="2025-10-10", birth_date_precision="tag"), "J2")
    assert found.values["household.members[0].birth_date"] == Disclosed(value=0, scope="J2", text="7 Monate")


@pytest.mark.parametrize(
    ("birth", "precision", "adult"),
    [
        ("2008-05-28", "tag", True),
        ("2008-05-29", "tag", False),
        ("2008-12-01", "jahr", True),
        ("2009-01-01", "jahr", False),
    ],
)
def test_an_adult_needs_an_own_consent(birth: str, precision: str, adult: bool) -> None:  # noqa: FBT001 - a column of the table
    values = member(0, birth_date=birth, birth_date_precision=precision, consent_ref="C05")
    without = going(values, "J2")
    assert ("household.members[0].given_names" in without.values) is not adult
    assert without.other_adults == int(adult)
    with_own = going(values, "J2", members=("C05",))
    assert with_own.values["household.members[0].given_names"].value == "Kind 0"
    assert with_own.other_adults == 0
    assert going(values, "J2", members=("C06",)).other_adults == int(adult)
    assert going(values, members=("C05",)).other_adults == 0
    assert "household.members[0].given_names" not in going(values, members=("C05",)).values


@pytest.mark.parametrize("relationship", ["partner", "elternteil", "grosselternteil"])
def test_somebody_of_unknown_age_may_be_an_adult_by_relationship(relationship: str) -> None:
    values = member(0, relationship=relationship, consent_ref="C05")
    assert going(values, "J2").other_adults == 1
    for birth in ("unbekannt", "1990"):
        shown = going({**values, "household.members[0].birth_date": birth}, "J2", members=("C05",))
        assert values_of(shown) == {
            "household.members[0].given_names": "Kind 0",
            "household.members[0].relationship": relationship,
        }
        assert shown.other_adults == 0


def test_somebody_of_unknown_age_is_left_out_otherwise() -> None:
    found = going(member(0, relationship="sonstige", consent_ref="C05"), "J2", members=("C05",))
    assert values_of(found) == {}
    assert found.other_adults == 0


@pytest.mark.parametrize(("lives", "others"), [(True, 1), (False, 0), ("unbekannt", 0), (None, 0)])
def test_only_adults_who_live_there_are_counted(lives: object, others: int) -> None:
    values = {**member(0, birth_date="1990-01-01", lives_in_household=lives), **member(2, birth_date="1991-01-01")}
    assert going(values, "J2").other_adults == others + 1


def test_childcare_is_told_of_children_that_are_shown_and_by_their_name() -> None:
    values = {
        **member(0, birth_date="1990-01-01"),
        **CHILD,
        **member(2, birth_date="2020-01-01", given_names=None),
        "childcare.children[0].member_id": "HM01",
        "childcare.children[0].care_type": "keine",
        "childcare.children[1].member_id": "HM02",
        "childcare.children[1].care_type": "kita",
        "childcare.children[2].care_type": "ohne Nummer",
        "childcare.children[3].member_id": "HM03",
        "childcare.children[4].member_id": "HM09",
    }
    found = going(values, "J2")
    shown = {key: value for key, value in found.values.items() if key.startswith("childcare.")}
    assert shown == {
        "childcare.children[0].member_id": Disclosed(value="HM02", scope="J2", text="Kind 1"),
        "childcare.children[0].care_type": Disclosed(value="kita", scope="J2"),
        "childcare.children[1].member_id": Disclosed(value="HM03", scope="J2"),
    }


# Consents, counselling, debts


def test_only_consents_in_force_for_the_jobcenter_are_told() -> None:
    values = {
        "consents[0].consent_id": "C-V0",
        "consents[0].scope": "V0",
        "consents[1].consent_id": "C-J3",
        "consents[1].scope": "J3",
        "consents[1].granted_on": "2026-01-15",
        "consents[2].consent_id": "C-J0",
        "consents[2].scope": "J0",
        "consents[2].granted_on": "2026-01-15",
        "consents[3].scope": "J0",
    }
    assert values_of(going(values, "V0")) == {"consents[0].scope": "J0", "consents[0].granted_on": "2026-01-15"}
    assert values_of(going(values, "V0", "J3"))["consents[0].scope"] == "J3"


def test_without_consent_to_processing_nothing_goes_out() -> None:
    values = {"consents[0].consent_id": "C-V0", "consents[0].scope": "V0", "work.current_job": "Küche"}
    assert values_of(going(values, "V0"))["work.current_job"] == "Küche"
    refused = result(plan({**BASIC, **values}, None), released())
    assert refused == Refusal(reason=RefusalReason.NO_RELEASE, rule="V01")
    listed = {"consents[0].consent_id": "C01"}
    assert isinstance(result(plan({**BASIC, **listed}, None), released()), Disclosure)


@pytest.mark.parametrize(
    ("scope", "debts", "said"),
    [
        ("J4", "ja_geordnet", ("debts",)),
        ("J4", "ja_ungeordnet", ()),
        ("J4", "keine", ()),
        ("J3", "ja_geordnet", ()),
    ],
)
def test_of_debts_only_that_they_are_being_settled(scope: str, debts: str, said: tuple[str, ...]) -> None:
    found = going({"finance.debts": debts}, scope)
    assert found.sentences == said
    assert values_of(found) == {}


def attended(**cells: object) -> dict[str, Any]:
    given = {"service": "schuldnerberatung", "status": "angenommen", "attendance_release": True, **cells}
    return {f"counselling[1].{name}": value for name, value in given.items() if value is not None}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({}, True),
        ({"service": "suchtberatung"}, True),
        ({"service": "psychosozial"}, True),
        ({"service": "vertraulich"}, False),
        ({"service": "mbe"}, False),
        ({"service": None}, False),
        ({"attendance_release": False}, False),
        ({"attendance_release": "keine_angabe"}, False),
        ({"attendance_release": None}, False),
        ({"status": "beendet"}, False),
        ({"status": "abgelehnt"}, False),
        ({"status": "vermittelt"}, False),
        ({"status": None}, False),
    ],
)
def test_of_counselling_only_that_it_is_attended(cells: dict[str, Any], said: bool) -> None:  # noqa: FBT001 - a column of the table
    values = {"counselling[0].service": "mbe", **attended(**cells)}
    found = going(values, "J6")
    assert found.sentences == (("counselling",) if said else ())
    assert values_of(found) == {}
    assert going(values, "J4").sentences == ()


def test_both_sentences_have_their_order() -> None:
    found = going({"finance.debts": "ja_geordnet", **attended()}, "J4", "J6")
    assert found.sentences == ("debts", "counselling")


# Reviews


def reviewed(review: int, row: int, goal_id: str, status: str) -> dict[str, Any]:
    place = f"reviews[{review}].goal_reviews[{row}]"
    return {
        f"{place}.goal_id": goal_id,
        f"{place}.status_new": status,
        f"{place}.evidence": f"gesehen {review}{row}",
        f"{place}.comment": "intern",
    }


def test_reviews_are_told_of_goals_that_go_out_and_only_what_is_neutral() -> None:
    values = {
        "reviews[0].review_no": 1,
        "reviews[0].manager_note": "intern",
        **reviewed(0, 0, "G02", "in_arbeit"),
        **reviewed(0, 1, "G01", "zurueckgestellt"),
        "reviews[0].goal_reviews[2].evidence": "ohne Nummer",
        "reviews[0].goal_reviews[3].goal_id": "G01",
        "reviews[1].review_no": 2,
        **reviewed(1, 0, "G02", "erreicht"),
        **reviewed(1, 11, "G01", "teilweise_erreicht"),
    }
    goals = [open_goal("G01"), open_goal("G02", agreed_with_client=False)]
    assert values_of(going(values, goals=goals)) == {
        "reviews[0].review_no": 1,
        "reviews[1].review_no": 2,
        "reviews[1].goal_reviews[0].goal_id": "G01",
        "reviews[1].goal_reviews[0].status_new": "teilweise_erreicht",
        "reviews[1].goal_reviews[0].evidence": "gesehen 111",
    }


def test_updates_are_told_of_steps_that_go_out_and_only_what_is_neutral() -> None:
    steps = [
        {"action_id": "G01-S01", "status": "erledigt"},
        {"action_id": "G01-S02", "status": "entfallen"},
        {"action_id": "G01-S03", "status": "laeuft"},
    ]
    updates = [("G01-S01", "erledigt"), ("G01-S02", "laeuft"), ("G01-S03", "entfallen"), ("G02-S01", "laeuft")]
    values = {
        f"reviews[0].action_updates[{row}].{name}": value
        for row, (action_id, status) in enumerate(updates)
        for name, value in (("action_id", action_id), ("status", status))
    }
    values["reviews[0].action_updates[4].status"] = "laeuft"
    assert values_of(going(values, goals=[open_goal("G01", actions=steps)])) == {
        "reviews[0].action_updates[0].action_id": "G01-S01",
        "reviews[0].action_updates[0].status": "erledigt",
    }
