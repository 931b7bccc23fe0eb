"""A whole form, typed: data under the schema's names, findings for what could not be, nothing lost between."""

from __future__ import annotations

from typing import Any

import pytest
from core.make_definitions import INTAKE, NUMBER, REVIEW, Answer, at, control, read, told, unticked

from formpipe.model import Balance, FieldState, FieldType, FormMarks, Json, Place, pointer_of

HEAD = {"form": {"type": "aufnahme", "version": "2026.1"}}


def data(answers: dict[str, Answer]) -> dict[str, Any]:
    """The intake's data without what every form says of itself."""
    found = dict(read(INTAKE, answers).data)
    assert found.pop("form") == HEAD["form"]
    return found


def column(rows: Json, name: str) -> list[Json]:
    assert isinstance(rows, list)
    return [row[name] for row in rows if isinstance(row, dict)]


def changes(answers: dict[str, Answer]) -> Json:
    found = read(REVIEW, answers)
    assert found.findings == ()
    return at(found.data, "/review/changes")


def test_an_empty_form() -> None:
    found = read(INTAKE, {"person.family_name": None, "finance.urgent[miete]": False})
    assert found.data == HEAD
    assert found.findings == ()
    assert found.written == {}
    assert found.empty == {"person.family_name", "finance.urgent"}
    assert found.balance == Balance(filled=0, empty=2, unknown=0)
    assert (found.case, found.base) == (None, None)


def test_values_stand_under_the_schemas_names() -> None:
    assert data(
        {
            "case.intake_date": "15.1.2026",
            "person.family_name": " Mus\u0327ter ",
            "work.weekly_hours": "19,5 Std.",
            "housing.wbs_status": "Erteilt",
            "finance.debts": "keine Angabe",
        }
    ) == {
        "case": {"intake_date": "2026-01-15"},
        "person": {"family_name": "Mu\u015fter"},
        "work": {"weekly_hours": 19.5},
        "housing": {"wbs_status": "erteilt"},
        "finance": {"debts": "keine_angabe"},
    }


def test_the_form_says_its_own_kind_and_version() -> None:
    found = read(INTAKE, {"form.type": "aufnahme", "form.version": "2025.1"})
    assert found.data == HEAD
    assert found.written == {"form.type": "aufnahme", "form.version": "2025.1"}


def test_marks_are_kept() -> None:
    found = read(INTAKE, {}, marks=FormMarks(case=NUMBER, base="ab12"))
    assert (found.case, found.base) == (NUMBER, "ab12")


def test_changes_of_a_review_stand_under_changes() -> None:
    found = read(
        REVIEW,
        {
            "case.case_id": NUMBER,
            "review.review_date": "10.04.2026",
            "housing.wbs_status": "erteilt",
            "counselling[1].service": "MBE",
            "jobcenter.place": "Raum 2",
            "goals[0].title": "Kurs finden",
        },
    )
    assert found.data == {
        "form": {"type": "ueberpruefung", "version": "2026.1"},
        "case": {"case_id": NUMBER},
        "review": {
            "review_date": "2026-04-10",
            "unchanged_sections": [],
            "changes": {"housing": {"wbs_status": "erteilt"}, "counselling": [{"service": "mbe"}]},
        },
        "jobcenter": {"place": "Raum 2"},
        "goals": [{"title": "Kurs finden"}],
    }
    assert found.names["/review/changes/housing/wbs_status"] == "housing.wbs_status"
    assert found.names["/review/changes/counselling/0"] == "counselling[1]"
    assert found.names["/review/changes/counselling/0/service"] == "counselling[1].service"


def test_sections_ticked_as_unchanged() -> None:
    ticked = {"review.unchanged_sections[person]": True, "review.unchanged_sections[housing]": False}
    found = read(REVIEW, {**ticked, "review.unchanged_sections[finance]": True})
    assert at(found.data, "/review/unchanged_sections") == ["person", "finance"]
    assert at(read(REVIEW, {}).data, "/review/unchanged_sections") == []
    assert "review" not in read(INTAKE, {}).data


# -- rows ----------------------------------------------------------------------------------------


def test_a_row_that_only_the_form_filled_is_none() -> None:
    printed: dict[str, Answer] = {"goals[0].goal_id": "G01", "needs[0].life_area": "arbeit", "consents[1].scope": "J0"}
    found = read(INTAKE, {**printed, "consents[1].consent_id": "C02"})
    assert found.data == HEAD
    assert found.findings == ()
    assert found.balance == Balance(filled=0, empty=0, unknown=0, ignored={"printed": 4})


def test_rows_close_ranks_and_names_lead_back() -> None:
    found = read(
        INTAKE,
        {
            "needs[0].life_area": "arbeit",
            "needs[1].life_area": "wohnen",
            "needs[1].level": "Beratung",
            "needs[2].life_area": "vertrauliche Beratung",
            "needs[2].level": "0",
        },
    )
    assert found.data["needs"] == [
        {"life_area": "wohnen", "level": 2},
        {"life_area": "beratung_vertraulich", "level": 0},
    ]
    assert found.names["/needs/0"] == "needs[1]"
    assert found.names["/needs/0/level"] == "needs[1].level"
    assert found.names["/needs/1/life_area"] == "needs[2].life_area"
    assert "/needs/2" not in found.names


def test_rows_keep_their_order_whatever_the_order_of_the_fields() -> None:
    answers: dict[str, Answer] = {f"work.experience[{row}].occupation": f"Beruf {row}" for row in (10, 2, 9)}
    rows = read(INTAKE, answers).data["work"]
    assert rows == {"experience": [{"occupation": f"Beruf {row}"} for row in (2, 9, 10)]}


def test_steps_stand_in_their_goal() -> None:
    found = read(
        INTAKE,
        {
            "goals[1].title": "Wohnung finden",
            "goals[1].actions[0].action_id": "G02-S01",
            "goals[1].actions[2].title": "anrufen",
            "goals[2].goal_id": "G03",
            "goals[2].actions[1].responsible": "im",
        },
    )
    assert found.data["goals"] == [
        {"title": "Wohnung finden", "actions": [{"title": "anrufen", "action_id": "G01-S01"}], "goal_id": "G01"},
        {"goal_id": "G03", "actions": [{"responsible": "im", "action_id": "G03-S01"}]},
    ]
    assert found.names["/goals/0/actions/0/title"] == "goals[1].actions[2].title"
    assert found.names["/goals/1/actions/0"] == "goals[2].actions[1]"


def test_a_row_whose_only_answer_cannot_be_read_is_there() -> None:
    found = read(INTAKE, {"consents[1].scope": "J0", "consents[1].granted_on": "31.02.2026"})
    assert found.data["consents"] == [{"scope": "J0", "consent_id": "C01"}]
    assert told(found.findings) == [("format", "/consents/1/granted_on", "error")]
    assert found.failed == {"consents[1].granted_on"}


def test_another_value_than_the_printed_one_makes_a_row() -> None:
    answers: dict[str, Answer] = {"consents[2].consent_id": "C07", "consents[0].scope": "J1"}
    assert "consents" not in read(INTAKE, answers).data
    assert read(REVIEW, {"consents[0].scope": "J1"}).data["consents"] == [{"scope": "J1"}]


def test_ids_are_given_in_row_order() -> None:
    answers: dict[str, Answer] = {
        "household.members[0].given_names": "Rim",
        "household.members[1].member_id": "HM01",
        "household.members[1].given_names": "Yusuf",
        "household.members[2].given_names": "Lana",
        "consents[0].granted": "ja",
        "consents[1].granted": "nein",
    }
    found = read(INTAKE, answers).data
    assert column(at(found, "/household/members"), "member_id") == ["HM02", "HM01", "HM03"]
    assert column(at(found, "/consents"), "consent_id") == ["C01", "C02"]


def test_on_a_review_only_lists_that_are_replaced_get_ids() -> None:
    found = read(
        REVIEW,
        {
            "household.members[0].given_names": "Rim",
            "consents[0].granted": "ja",
            "goals[0].title": "Kurs finden",
            "goals[0].actions[0].title": "anrufen",
            "goals[1].goal_id": "G04",
            "goals[1].actions[0].title": "suchen",
        },
    ).data
    assert at(found, "/review/changes/household/members") == [{"given_names": "Rim", "member_id": "HM01"}]
    assert found["consents"] == [{"granted": True}]
    assert found["goals"] == [
        {"title": "Kurs finden", "actions": [{"title": "anrufen"}]},
        {"goal_id": "G04", "actions": [{"title": "suchen"}]},
    ]


def test_an_id_that_cannot_be_read_is_not_replaced_silently() -> None:
    found = read(INTAKE, {"goals[0].goal_id": "G\x0001", "goals[0].title": "Kurs finden"})
    assert told(found.findings) == [("characters", "/goals/0/goal_id", "error")]


# -- lists of values -----------------------------------------------------------------------------


def test_lists_of_codes_by_boxes() -> None:
    boxes: dict[str, Answer] = {"finance.urgent[strom]": True, "finance.urgent[miete]": False}
    assert data(boxes) == {"finance": {"urgent": ["strom"]}}
    assert data({"finance.urgent[miete]": "x", "finance.urgent[strom]": "nein"}) == {"finance": {"urgent": ["miete"]}}
    assert data({"finance.urgent[keine_angabe]": True}) == {"finance": {"urgent": ["keine_angabe"]}}


def test_a_box_with_words_in_it() -> None:
    found = read(INTAKE, {"finance.urgent[miete]": "vielleicht"})
    assert told(found.findings) == [("enum", "/finance/urgent/miete", "error")]
    assert found.failed == {"finance.urgent"}


def test_a_box_for_an_unknown_code() -> None:
    found = read(INTAKE, {"finance.urgent[gas]": True, "finance.urgent[miete]": True})
    assert told(found.findings) == [("enum", "/finance/urgent/gas", "error")]
    assert found.findings[0].parameters["written"] == "x"
    assert found.data == {**HEAD, "finance": {}}


def test_lists_of_codes_by_rows() -> None:
    found = read(INTAKE, {"person.nationalities[0]": None, "person.nationalities[1]": "Syrien"})
    assert at(found.data, "/person/nationalities") == ["SYR"]
    assert found.names["/person/nationalities/0"] == "person.nationalities[1]"


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("Syrien", ["SYR"]),
        ("Syrien, UKR", ["SYR", "UKR"]),
        ("Syrien; Ukraine", ["SYR", "UKR"]),
        ("Syrien\nUkraine\n", ["SYR", "UKR"]),
        ("Kongo, Demokratische Republik", ["COD"]),
        (("Syrien", "COG"), ["SYR", "COG"]),
        (("Syrien", " "), ["SYR"]),
    ],
)
def test_lists_of_codes_in_one_control(value: Answer, codes: list[str]) -> None:
    for name in ("person.nationalities", "person.nationalities[1]"):
        assert data({name: value}) == {"person": {"nationalities": codes}}


def test_one_wrong_code_in_one_control() -> None:
    found = read(INTAKE, {"finance.urgent": "miete; gas"})
    assert told(found.findings) == [("enum", "/finance/urgent", "error")]
    assert data({"finance.urgent": "miete, Strom"}) == {"finance": {"urgent": ["miete", "strom"]}}
    assert data({"finance.urgent": ("miete", "strom")}) == {"finance": {"urgent": ["miete", "strom"]}}


def test_lists_of_strings() -> None:
    found = read(
        INTAKE, {"development.strengths[0]": None, "development.strengths[2]": "kocht", "person.alias_names": "A\nB"}
    )
    assert at(found.data, "/development/strengths") == ["kocht"]
    assert at(found.data, "/person/alias_names") == ["A", "B"]
    assert found.names["/development/strengths/0"] == "development.strengths[2]"
    assert found.names["/development/strengths"] == "development.strengths"
    assert found.written == {"development.strengths[2]": "kocht", "person.alias_names": "A\nB"}


def test_no_answer_beside_an_answer() -> None:
    found = read(INTAKE, {"development.strengths[0]": "kocht", "development.strengths[1]": "keine Angabe"})
    assert told(found.findings) == [("contradiction", "/development/strengths", "error")]
    assert dict(found.findings[0].parameters) == {"reason": "beside", "written": "kocht"}
    assert found.failed == {"development.strengths"}
    assert found.data == {**HEAD, "development": {}}
    assert data({"development.strengths[1]": "keine Angabe"}) == {"development": {"strengths": ["keine_angabe"]}}
    assert data({f"development.strengths[{row}]": "keine Angabe" for row in range(3)}) == {
        "development": {"strengths": ["keine_angabe"]}
    }


def test_two_words_for_no_answer() -> None:
    rows: dict[str, Answer] = {
        f"person.alias_names[{row}]": word for row, word in enumerate(("k. A.", "unbekannt", "keine Angabe"))
    }
    found = read(INTAKE, rows)
    assert told(found.findings) == [("contradiction", "/person/alias_names", "error")]
    assert dict(found.findings[0].parameters) == {"reason": "words", "written": "k. A."}
    assert found.failed == {"person.alias_names"}
    same = {**rows, "person.alias_names[1]": "keine Angabe"}
    assert data(same) == {"person": {"alias_names": ["keine_angabe"]}}
    assert told(read(INTAKE, {**same, "person.alias_names[1]": "Ali"}).findings) == [
        ("contradiction", "/person/alias_names", "error")
    ]


def test_the_same_entry_twice_is_left_to_the_schema() -> None:
    assert data({"person.alias_names": "A\nA"}) == {"person": {"alias_names": ["A", "A"]}}


def test_what_is_struck_on_a_review() -> None:
    assert changes({"housing.wbs_status": "—gelöscht—"}) == {"housing": {"wbs_status": None}}
    assert changes({"development.strengths[0]": "—gelöscht—", "development.strengths[1]": "kocht"}) == {
        "development": {"strengths": ["kocht"]}
    }
    assert changes({"development.strengths[0]": "—gelöscht—"}) == {"development": {"strengths": None}}


def test_struck_rows_are_gone() -> None:
    struck: dict[str, Answer] = {
        "work.experience[0].occupation": "—gelöscht—",
        "work.experience[0].years": "- gelöscht -",
    }
    kept: dict[str, Answer] = {"work.experience[1].occupation": "Koch", "work.experience[1].years": "—gelöscht—"}
    assert changes(struck) == {"work": {"experience": []}}
    assert changes({**struck, **kept}) == {"work": {"experience": [{"occupation": "Koch", "years": None}]}}
    assert changes({**struck, "work.target_occupation": "Koch"}) == {
        "work": {"experience": [], "target_occupation": "Koch"}
    }
    assert read(REVIEW, struck).names[pointer_of("review.changes.work.experience")] == "work.experience"


def test_a_struck_cell_outside_changes_keeps_its_row() -> None:
    found = read(REVIEW, {"consents[0].valid_until": "—gelöscht—"})
    assert found.data["consents"] == [{"valid_until": None}]


# -- dates in part -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "stored", "precision"),
    [
        ("02.03.1990", "1990-03-02", "tag"),
        ("00.00.1990", "1990-01-01", "jahr"),
        ("XX.07.1979", "1979-07-01", "monat"),
        ("ca. 1990", "1990-01-01", "geschaetzt"),
    ],
)
def test_the_precision_follows_the_writing(written: str, stored: str, precision: str) -> None:
    empty: dict[str, Answer] = {"person.birth_date": written, "person.birth_date_precision": None}
    assert data(empty) == {"person": {"birth_date": stored, "birth_date_precision": precision}}
    row: dict[str, Answer] = {"household.members[1].birth_date": written}
    members = [{"birth_date": stored, "birth_date_precision": precision, "member_id": "HM01"}]
    assert data(row) == {"household": {"members": members}}


@pytest.mark.parametrize(
    ("written", "claimed", "fits"),
    [
        ("1990", "Jahr", True),
        ("1990", "geschätzt", True),
        ("1990", "Monat", False),
        ("1990", "genau", False),
        ("07.1979", "Monat", True),
        ("07.1979", "Jahr", True),
        ("07.1979", "genau", False),
        ("ca. 1990", "Jahr", True),
        ("ca. 1990", "Monat", False),
        ("02.03.1990", "genau", True),
        ("01.01.1990", "geschätzt", True),
    ],
)
def test_a_precision_on_the_form_counts_unless_it_claims_more(written: str, claimed: str, *, fits: bool) -> None:
    found = read(INTAKE, {"person.birth_date": written, "person.birth_date_precision": claimed})
    codes = {"Jahr": "jahr", "geschätzt": "geschaetzt", "Monat": "monat", "genau": "tag"}
    assert at(found.data, "/person/birth_date_precision") == codes[claimed]
    assert told(found.findings) == ([] if fits else [("V27", "/person/birth_date", "error")])
    if not fits:
        assert found.findings[0].parameters["claimed"] == codes[claimed]
        assert found.findings[0].parameters["written"] == written


def test_no_precision_without_a_date() -> None:
    assert data({"household.members[0].birth_date": "unbekannt"}) == {
        "household": {"members": [{"birth_date": "unbekannt", "member_id": "HM01"}]}
    }
    found = read(INTAKE, {"person.birth_date": "31.02.1990"})
    assert found.data == {**HEAD, "person": {}}
    declined = read(
        REVIEW, {"household.members[0].birth_date": "1990", "household.members[0].birth_date_precision": "k.A."}
    )
    assert told(declined.findings) == []


# -- findings ------------------------------------------------------------------------------------


def test_a_finding_tells_place_writing_and_example() -> None:
    found = read(INTAKE, {}, control("person.birth_date", "31.02.1990", page=2))
    finding = found.findings[0]
    assert finding.place == Place(label="Geburtsdatum", page=2)
    assert dict(finding.parameters) == {
        "written": "31.02.1990",
        "example": "28.02.1990",
        "format": "date",
        "reason": "impossible",
    }
    assert "1990" not in repr(finding)


def test_a_finding_without_example() -> None:
    found = read(INTAKE, {"goals[0].due_date": "morgen"})
    assert dict(found.findings[0].parameters) == {"written": "morgen", "format": "date", "reason": "no_date"}


def test_same_name_with_different_values() -> None:
    control_ = control("person.family_name", None, flags=("conflict",), page=1)
    found = read(INTAKE, {}, control_)
    assert told(found.findings) == [("conflict", "/person/family_name", "error")]
    assert found.failed == {"person.family_name"}
    assert "written" not in found.findings[0].parameters
    assert found.balance == Balance(filled=1, empty=0, unknown=0)


@pytest.mark.parametrize("flag", ["tracked", "review", "repaired", "disagree", "binding", "external"])
def test_flags_are_warnings(flag: str) -> None:
    found = read(INTAKE, {}, control("person.family_name", "Muster", flags=(flag,)))
    assert told(found.findings) == [(flag, "/person/family_name", "warning")]
    assert found.findings[0].parameters["flag"] == flag
    assert at(found.data, "/person/family_name") == "Muster"


@pytest.mark.parametrize("flag", ["review", "disagree", "binding"])
def test_a_control_without_an_answer_may_have_lost_one(flag: str) -> None:
    found = read(INTAKE, {}, control("person.family_name", None, flags=(flag,)))
    assert told(found.findings) == [(flag, "/person/family_name", "warning")]
    assert "person" not in found.data
    assert found.balance == Balance(filled=0, empty=1, unknown=0)


def test_other_flags_are_named_too() -> None:
    found = read(INTAKE, {}, control("person.family_name", "Muster", flags=("odd", "conflict")))
    assert told(found.findings) == [
        ("conflict", "/person/family_name", "error"),
        ("flag", "/person/family_name", "warning"),
    ]
    assert read(INTAKE, {}, control("person.family_name", None, flags=("tracked",))).findings == ()
    assert read(INTAKE, {}, control("housing.wbs_status", "erteilt", flags=("off_list",))).findings == ()


def test_marks_that_disagree() -> None:
    found = read(INTAKE, {}, marks=FormMarks(flags=("disagree",)))
    assert told(found.findings) == [("disagree", "", "warning")]
    assert found.findings[0].place == Place(label="Aufnahmebogen")
    assert found.findings[0].parameters == {"flag": "disagree"}


def test_notes_are_warnings() -> None:
    found = read(INTAKE, {"person.family_name": "\ufedf\ufe8e", "person.arrival": "ca. 2023"})
    assert told(found.findings) == [
        ("presentation_forms", "/person/family_name", "warning"),
        ("estimated", "/person/arrival", "warning"),
    ]
    assert at(found.data, "/person/arrival") == "2023"


def test_filled_fields_that_no_spec_claims_are_told() -> None:
    found = read(
        INTAKE,
        {"shoe.size": "42", "shoe.colour": None, "goals[].title": "x"},
        control("odd", "y", label="", page=3),
    )
    assert found.unknown == ("shoe.size", "goals[].title", "odd")
    assert found.data == HEAD
    assert [(each.rule, each.pointer, each.severity.value, each.place) for each in found.findings] == [
        ("unknown_field", "/shoe/size", "warning", Place(label="Label shoe.size")),
        ("unknown_field", "/goals/title", "warning", Place(label="Label goals[].title")),
        ("unknown_field", "/odd", "warning", Place(label="odd", page=3)),
    ]
    assert found.findings[0].parameters == {"name": "shoe.size"}
    assert found.balance == Balance(filled=0, empty=1, unknown=3)


# -- what counts as written ----------------------------------------------------------------------


@pytest.mark.parametrize("state", [FieldState.EMPTY, FieldState.PLACEHOLDER, FieldState.DEFAULT])
def test_only_filled_controls_answer(state: FieldState) -> None:
    found = read(INTAKE, {}, control("person.family_name", "Muster", state=state))
    assert found.data == HEAD
    assert found.empty == {"person.family_name"}


@pytest.mark.parametrize("value", ["", " \u00a0", False, (), ("", " ")])
def test_blank_values_are_no_answer(value: Answer) -> None:
    assert read(INTAKE, {}, control("person.family_name", value)).data == HEAD


def test_a_tick_where_yes_or_no_is_asked() -> None:
    assert data({"contact.address_protected": True}) == {"contact": {"address_protected": True}}
    assert data({"contact.address_protected": False}) == {}


def test_a_choice_shows_its_label() -> None:
    choice = control("housing.wbs_status", "erteilt", display="Erteilt!", type=FieldType.CHOICE)
    found = read(INTAKE, {}, choice)
    assert at(found.data, "/housing/wbs_status") == "erteilt"
    assert found.written == {"housing.wbs_status": "Erteilt!"}


def test_a_choice_of_unknown_value_is_taken_by_its_label() -> None:
    found = read(INTAKE, {}, control("housing.wbs_status", "17", display=" erteilt "))
    assert at(found.data, "/housing/wbs_status") == "erteilt"
    wrong = read(INTAKE, {}, control("housing.wbs_status", "17", display="siebzehn"))
    assert told(wrong.findings) == [("enum", "/housing/wbs_status", "error")]
    assert wrong.findings[0].parameters["written"] == "siebzehn"


def test_places_of_all_controls_by_name_and_list() -> None:
    found = read(INTAKE, {}, unticked("finance.urgent[miete]", page=5), control("person.family_name", None, page=1))
    assert found.places == {
        "finance.urgent[miete]": Place(label="dringend", page=5),
        "finance.urgent": Place(label="dringend", page=5),
        "person.family_name": Place(label="Familienname", page=1),
    }


def test_the_place_of_a_list_is_its_first_control() -> None:
    boxes = (unticked(f"finance.urgent[{code}]", page=page) for code, page in (("miete", 5), ("strom", 6)))
    assert read(INTAKE, {}, *boxes).places["finance.urgent"].page == 5


def test_a_filled_list_is_not_empty() -> None:
    found = read(
        INTAKE, {"finance.urgent[miete]": True, "finance.urgent[strom]": False, "person.family_name": "Muster"}
    )
    assert found.empty == frozenset()


def test_nothing_of_a_person_in_the_repr() -> None:
    found = read(INTAKE, {"person.family_name": "Kanarienvogel", "person.birth_date": "Kanarienvogel"})
    assert "Kanarienvogel" not in repr(found)
