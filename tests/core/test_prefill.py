"""What a pre-filled review form shows of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from formpipe.address import ADDRESS_KEYS, is_address_protected
from formpipe.canon import plan_json
from formpipe.definition import FieldSpec, FormDefinition, ListSpec, SectionSpec, ValueType, fields_of
from formpipe.model import (
    Action,
    CaseNumber,
    Columns,
    FormKind,
    Goal,
    IntegrationPlan,
    Json,
    PlanValue,
    Sha256,
)
from formpipe.prefill import FREE_ROWS, base_of, next_review_date, prefill_of

ORIGIN = Sha256("a" * 64)
CASE = CaseNumber("MA-CAR-2026-0001")


def _columns(values: Mapping[str, Json]) -> Columns:
    return {key: PlanValue(value=value, origin=ORIGIN, name=key, on=date(2026, 3, 2)) for key, value in values.items()}


def _text(key: str, **more: object) -> FieldSpec:
    return replace(FieldSpec(key=key, label=key, type=ValueType.TEXT), **more)  # type: ignore[arg-type]  # any property


def _list(key: str, *names: str, **more: object) -> ListSpec:
    columns = tuple(_text(f"{key}.{name}") for name in names)
    return replace(ListSpec(key=key, label=key, columns=columns, rows=3), **more)  # type: ignore[arg-type]  # same


MEMBERS = _list("household.members[]", "member_id", "given_names", id_name="member_id", id_prefix="HM")
AREAS = ("sprache", "arbeit", "wohnen")
NEEDS = ListSpec(
    key="needs[]",
    label="Bedarf",
    columns=(_text("needs[].life_area", locked=True, printed_rows=AREAS), _text("needs[].level")),
    rows=3,
)
CONSENTS = _list("consents[]", "consent_id", "scope", "recipient", id_name="consent_id", id_prefix="C")
COURSES = _list("language.courses[]", "type")
STEPS = _list("goals[].actions[]", "action_id", "title", id_name="action_id", id_prefix="S")
GOALS = replace(
    _list("goals[]", "goal_id", "title", id_name="goal_id", id_prefix="G", rows=2),
    columns=(_text("goals[].goal_id"), _text("goals[].title"), STEPS),
)
SECTIONS = (
    SectionSpec(name="form", label="Bogen", items=(_text("form.filled_by"),)),
    SectionSpec(name="case", label="Fall", items=(_text("case.case_id"), _text("case.status"))),
    SectionSpec(
        name="review",
        label="Überprüfung",
        items=(
            _list("review.goal_reviews[]", "goal_id", "status_new"),
            _list("review.action_updates[]", "action_id", "status"),
            _text("review.next_review_date"),
        ),
    ),
    SectionSpec(
        name="contact",
        label="Kontakt",
        items=(*(_text(key) for key in ADDRESS_KEYS), _text("contact.address_protected"), _text("contact.phone")),
        changes=True,
    ),
    SectionSpec(name="household", label="Haushalt", items=(MEMBERS,), changes=True),
    SectionSpec(name="language", label="Sprache", items=(COURSES, _text("language.tongues")), changes=True),
    SectionSpec(name="needs", label="Bedarf", items=(NEEDS,), changes=True),
    SectionSpec(name="goals", label="Ziele", items=(GOALS,)),
    SectionSpec(name="consents", label="Einwilligungen", items=(CONSENTS,)),
    SectionSpec(name="sign", label="Unterschrift", items=(_text("sign.client_signed_on"),)),
)


TASKS = _list("work.jobs[].tasks[]", "what")
JOBS = ListSpec(key="work.jobs[]", label="Arbeit", columns=(_text("work.jobs[].employer"), TASKS), rows=1)
NESTED = (SectionSpec(name="work", label="Arbeit", items=(JOBS,), changes=True),)


def _definition(sections: tuple[SectionSpec, ...] = SECTIONS) -> FormDefinition:
    lists = (item for section in sections for item in section.items if isinstance(item, ListSpec))
    return FormDefinition(
        kind=FormKind(kind="review", version="2026.1"),
        title="Überprüfungsbogen",
        form_type="ueberpruefung",
        date_key="review.review_date",
        sections=sections,
        schema={},
        specs={spec.key: spec for section in sections for spec in fields_of(section.items)},
        lists={each.key: each for each in lists},
    )


def _goal(goal_id: str, status: str, actions: tuple[Action, ...] = (), **columns: Json) -> Goal:
    return Goal(goal_id=goal_id, columns=_columns({"status": status, **columns}), actions=actions)


def _action(action_id: str, **columns: Json) -> Action:
    return Action(action_id=action_id, columns=_columns(columns))


def _plan(values: Mapping[str, Json] | None = None, *goals: Goal, version: int = 1) -> IntegrationPlan:
    return IntegrationPlan(
        case=CASE, version=version, dated=date(2026, 3, 2), values=_columns(values or {}), goals=goals
    )


def test_a_plan_value_stands_in_its_field_and_the_form_says_what_it_was_made_from() -> None:
    plan = _plan({"case.case_id": CASE, "case.status": "aktiv", "contact.phone": "+4962100", "form.filled_by": "x-y"})

    made = prefill_of(plan, _definition(), base="b" * 64)

    assert (made.case, made.version, made.base) == (CASE, 1, "b" * 64)
    assert made.values["case.status"] == "aktiv"
    assert made.values["contact.phone"] == "+4962100"
    assert made.values["case.case_id"] == CASE
    assert "case.case_id" in made.locked
    assert made.protected == frozenset()


def test_what_each_form_answers_anew_stays_empty() -> None:
    plan = _plan({"form.filled_by": "car-mmuster", "sign.client_signed_on": "2026-03-02", "unknown.key": "x"})

    made = prefill_of(plan, _definition(), base="")

    assert [key for key in made.values if key.startswith(("form.", "sign.", "unknown."))] == []


def test_a_list_of_values_stands_as_a_whole_and_false_and_zero_are_values() -> None:
    plan = _plan({"language.tongues": ["ar", "ti"], "contact.address_protected": False, "contact.phone": 0})

    made = prefill_of(plan, _definition(), base="")

    assert made.values["language.tongues"] == ["ar", "ti"]
    assert made.values["contact.address_protected"] is False
    assert made.values["contact.phone"] == 0


def test_a_list_keeps_its_rows_in_order_and_gets_free_ones_with_the_next_ids() -> None:
    plan = _plan(
        {
            "household.members[10].given_names": "Lina",
            "household.members[10].member_id": "HM09",
            "household.members[2].member_id": "HM03",
            "household.members[2].given_names": "Samir",
        }
    )

    made = prefill_of(plan, _definition(), base="")

    assert {key: value for key, value in made.values.items() if key.startswith("household")} == {
        "household.members[0].member_id": "HM03",
        "household.members[0].given_names": "Samir",
        "household.members[1].member_id": "HM09",
        "household.members[1].given_names": "Lina",
        "household.members[2].member_id": "HM10",
        "household.members[3].member_id": "HM11",
    }
    assert made.rows["household.members[]"] == 2 + FREE_ROWS
    assert "household.members[1].member_id" in made.locked
    assert "household.members[2].member_id" not in made.locked


def test_a_list_without_ids_gets_free_rows_too() -> None:
    made = prefill_of(_plan({"language.courses[0].type": "ik_alpha"}), _definition(), base="")

    assert made.rows["language.courses[]"] == 1 + FREE_ROWS
    assert [key for key in made.values if key.startswith("language.courses")] == ["language.courses[0].type"]


def test_rows_inside_rows_are_shown_with_room_for_more() -> None:
    values: dict[str, Json] = {f"work.jobs[0].tasks[{index}].what": f"Aufgabe {index}" for index in range(3)}

    made = prefill_of(_plan({"work.jobs[0].employer": "Firma", **values}), _definition(NESTED), base="")

    assert made.values == {"work.jobs[0].employer": "Firma", **values}
    assert made.rows["work.jobs[].tasks[]"] == 3 + FREE_ROWS
    assert prefill_of(_plan(), _definition(NESTED), base="").rows["work.jobs[].tasks[]"] == 3


def test_a_column_that_the_form_no_longer_has_is_left_out() -> None:
    plan = _plan({"language.courses[0].type": "ik_alpha", "language.courses[0].gone": "x"})

    made = prefill_of(plan, _definition(), base="")

    assert [key for key in made.values if key.startswith("language.courses")] == ["language.courses[0].type"]


def test_ids_that_are_not_numbers_do_not_count() -> None:
    made = prefill_of(_plan({"household.members[0].member_id": "HMx"}), _definition(), base="")

    assert made.values["household.members[1].member_id"] == "HM01"


def test_what_a_consent_is_for_is_closed() -> None:
    plan = _plan({"consents[0].consent_id": "C01", "consents[0].scope": "V0", "consents[0].recipient": "Träger"})

    made = prefill_of(plan, _definition(), base="")

    assert {name for name in made.locked if name.startswith("consents")} == {
        "consents[0].consent_id",
        "consents[0].scope",
    }
    assert made.values["consents[1].consent_id"] == "C02"


SCOPES = ListSpec(
    key="consents[]",
    label="Einwilligungen",
    columns=(
        _text("consents[].consent_id"),
        _text("consents[].scope", printed_rows=("J0", "J1", "V0")),
        _text("consents[].recipient", printed_rows=("Jobcenter", "Jobcenter")),
    ),
    rows=4,
    id_name="consent_id",
    id_prefix="C",
)


@pytest.mark.parametrize(
    ("cells", "offered"),
    [
        ({}, [("J1", "Jobcenter"), ("V0", None)]),
        ({"granted": True}, [("J1", "Jobcenter"), ("V0", None)]),
        ({"granted": False}, [("J0", "Jobcenter"), ("J1", "Jobcenter"), ("V0", None)]),
        ({"revoked_on": "2026-02-01"}, [("J0", "Jobcenter"), ("J1", "Jobcenter"), ("V0", None)]),
    ],
)
def test_scopes_without_a_consent_are_printed_behind_the_known_ones(
    cells: Mapping[str, Json], offered: list[tuple[str, str | None]]
) -> None:
    values: dict[str, Json] = {"consent_id": "C01", "scope": "J0", **cells}
    plan = _plan({f"consents[0].{name}": value for name, value in values.items()})
    made = prefill_of(plan, _definition((SectionSpec(name="consents", label="-", items=(SCOPES,)),)), base="")
    assert made.rows["consents[]"] == 1 + len(offered)
    shown = [
        (made.values.get(f"consents[{row}].scope"), made.values.get(f"consents[{row}].recipient"))
        for row in range(1, 1 + len(offered))
    ]
    assert shown == offered
    assert "consents[1].consent_id" not in made.values


def test_no_more_scopes_are_offered_than_fit_but_always_some() -> None:
    values: dict[str, Json] = {
        f"consents[{row}].{name}": value
        for row in range(3)
        for name, value in (("consent_id", f"C0{row}"), ("scope", "D1"), ("granted", True))
    }
    definition = _definition((SectionSpec(name="consents", label="-", items=(SCOPES,)),))
    assert prefill_of(_plan(values), definition, base="").rows["consents[]"] == 3 + FREE_ROWS


def test_life_areas_without_an_answer_are_printed_behind_the_known_ones() -> None:
    plan = _plan({"needs[0].life_area": "arbeit", "needs[0].level": 3})

    made = prefill_of(plan, _definition(), base="")

    areas = [made.values[f"needs[{index}].life_area"] for index in range(3)]
    assert areas == ["arbeit", "sprache", "wohnen"]
    assert made.rows["needs[]"] == 3
    assert "needs[3].life_area" not in made.values


@pytest.mark.parametrize("status", ["erreicht", "ersetzt", "nicht_erreicht", "aufgegeben"])
def test_a_goal_in_a_final_status_is_not_reviewed(status: str) -> None:
    goals = (
        _goal("G01", status, (_action("G01-S01", status="geplant", title="Schritt"),), title="Alt"),
        _goal("G02", "offen", title="Neu"),
    )

    made = prefill_of(_plan({}, *goals), _definition(), base="")

    assert made.rows["review.goal_reviews[]"] == 1
    assert made.rows["review.action_updates[]"] == 0
    assert made.values["review.goal_reviews[0].goal_id"] == "G02"


def test_an_open_goal_shows_its_state_and_is_named_beside_its_number() -> None:
    goal = _goal("G02", "in_arbeit", title="B1 bestehen", due_date="2026-12-31", drop_reason="alt")

    made = prefill_of(_plan({}, goal), _definition(), base="")

    assert made.values["review.goal_reviews[0].status_new"] == "in_arbeit"
    assert "review.goal_reviews[0].due_date_new" not in made.values
    assert "review.goal_reviews[0].drop_reason" not in made.values
    assert made.titles["review.goal_reviews[0].goal_id"] == "B1 bestehen"
    assert made.due["review.goal_reviews[0].goal_id"] == "2026-12-31"
    assert "review.goal_reviews[0].goal_id" in made.locked


def test_a_paused_goal_shows_its_reason_and_date() -> None:
    goal = _goal("G01", "zurueckgestellt", due_date="2026-09-01", drop_reason="Kurs fällt aus")

    made = prefill_of(_plan({}, goal), _definition(), base="")

    assert made.values["review.goal_reviews[0].due_date_new"] == "2026-09-01"
    assert made.values["review.goal_reviews[0].drop_reason"] == "Kurs fällt aus"
    assert made.titles["review.goal_reviews[0].goal_id"] == ""


def test_a_date_that_is_no_day_is_not_printed_beside_a_goal() -> None:
    made = prefill_of(_plan({}, _goal("G01", "offen", title="Ziel", due_date="unbekannt")), _definition(), base="")

    assert made.due == {}


@pytest.mark.parametrize("status", ["erledigt", "entfallen"])
def test_only_steps_still_to_be_done_are_reviewed(status: str) -> None:
    actions = (
        _action("G01-S01", status=status, title="fertig"),
        _action("G01-S02", status="laeuft", title="Kurs besuchen", done_on="2026-03-01"),
        _action("G01-S03", status="geplant", title="Prüfung anmelden"),
    )

    made = prefill_of(_plan({}, _goal("G01", "offen", actions)), _definition(), base="")

    assert made.rows["review.action_updates[]"] == 2
    assert made.values["review.action_updates[1].action_id"] == "G01-S03"
    assert "review.action_updates[1].done_on" not in made.values
    assert made.values["review.action_updates[0].action_id"] == "G01-S02"
    assert made.values["review.action_updates[0].status"] == "laeuft"
    assert made.values["review.action_updates[0].done_on"] == "2026-03-01"
    assert made.titles["review.action_updates[0].action_id"] == "Kurs besuchen"
    assert "review.action_updates[0].action_id" in made.locked


def test_new_goals_are_numbered_after_all_that_ever_were_and_stay_open_to_change() -> None:
    goals = (_goal("G01", "offen"), _goal("G09", "aufgegeben"))

    made = prefill_of(_plan({}, *goals), _definition(), base="")

    assert {key: value for key, value in made.values.items() if key.startswith("goals")} == {
        "goals[0].goal_id": "G10",
        "goals[1].goal_id": "G11",
    }
    assert not any(name.startswith("goals") for name in made.locked)
    assert "goals[]" not in made.rows


def test_a_form_without_goals_or_next_date_is_filled_all_the_same() -> None:
    sections = tuple(section for section in SECTIONS if section.name in {"case", "contact"})

    made = prefill_of(_plan({"case.status": "aktiv"}, _goal("G01", "offen")), _definition(sections), base="")

    assert made.values["case.status"] == "aktiv"
    assert "goals[0].goal_id" not in made.values
    assert "review.next_review_date" not in made.values


@pytest.mark.parametrize(
    ("values", "version", "expected"),
    [
        ({}, 1, "2026-08-02"),  # intake: first review after two months, the next three later
        ({}, 2, "2026-08-02"),  # a second version without a review is one of consents alone
        ({"reviews[0].next_review_date": "2026-05-31"}, 2, "2026-08-31"),
        ({"reviews[0].next_review_date": "2026-05-31", "reviews[1].next_review_date": "2026-11-30"}, 3, "2027-02-28"),
        ({"reviews[0].next_review_date": "unbekannt"}, 2, "2026-09-02"),
        ({"reviews[0].client_view": "gut"}, 2, "2026-09-02"),
    ],
)
def test_the_date_proposed_is_three_months_after_the_coming_review(
    values: dict[str, Json], version: int, expected: str
) -> None:
    plan = _plan(values, version=version)

    assert next_review_date(plan) == expected
    assert prefill_of(plan, _definition(), base="").values["review.next_review_date"] == expected


ADDRESS: dict[str, Json] = dict.fromkeys(ADDRESS_KEYS, "geheim")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, False),
        ({"contact.address_protected": True}, True),
        ({"contact.address_protected": False, "family.protection_need": "ja"}, False),
        ({"contact.address_protected": "keine_angabe"}, False),
        ({"contact.address_protected": "keine_angabe", "housing.type": "schutzunterkunft"}, True),
        ({"family.protection_need": "ja"}, True),
        ({"family.protection_need": True}, True),
        ({"family.protection_need": "nein"}, False),
        ({"housing.type": "schutzunterkunft"}, True),
        ({"housing.type": "wohnung_stadt"}, False),
    ],
)
def test_a_protected_address_is_not_shown(values: dict[str, Json], *, expected: bool) -> None:
    plan = _plan({**ADDRESS, "contact.phone": "+4962100", **values})

    made = prefill_of(plan, _definition(), base="")

    assert is_address_protected(plan.values) is expected
    assert made.protected == (frozenset(ADDRESS_KEYS) if expected else frozenset())
    assert ("geheim" in made.values.values()) is not expected
    assert made.values["contact.phone"] == "+4962100"


def test_only_an_address_that_is_known_counts_as_protected() -> None:
    made = prefill_of(_plan({"contact.address_protected": True, "contact.city": "Ort"}), _definition(), base="")

    assert made.protected == {"contact.city"}


def test_the_values_shown_can_be_had_again_from_the_plan_as_it_is_stored() -> None:
    plan = _plan({"case.status": "aktiv", "needs[0].life_area": "arbeit"}, _goal("G01", "offen", title="Ziel"))

    again = base_of(plan_json(plan), _definition(), checksum="c" * 64)

    assert again == prefill_of(plan, _definition(), base="c" * 64).values


def test_a_prefill_says_nothing_of_a_person_in_its_repr() -> None:
    plan = _plan({"contact.phone": "KANARIE"}, _goal("G01", "offen", title="KANARIE", due_date="2026-12-31"))

    made = prefill_of(plan, _definition(), base="")

    assert "KANARIE" not in repr(made)
    assert "2026-12-31" not in repr(made)
