"""The shipped schemas: order, rows, ids, labels, code lists, and what they take and refuse as validators."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from formpipe.defining import longest_name
from formpipe.definition import CodeList, ValueType
from formpipe.schemas import Library, load_library

SHIPPED = Path(__file__).parents[2] / "schemas"


@cache
def library() -> Library:
    return load_library(SHIPPED)


def test_both_forms_are_shipped_in_the_order_of_the_paper() -> None:
    intake, review = library().newest("intake"), library().newest("review")
    assert (intake.form_type, intake.date_key) == ("aufnahme", "case.intake_date")
    assert (review.form_type, review.date_key) == ("ueberpruefung", "review.review_date")
    order = [section.name for section in intake.sections]
    assert " ".join(order) == (
        "form case consents person contact household residence ids benefits jobcenter language education development "
        "work housing childcare family health finance counselling participation needs goals sign"
    )
    changes = [section.name for section in review.sections if section.changes]
    top = ("form", "case", "consents", "jobcenter", "goals", "sign")
    assert changes == [name for name in order if name not in top]
    assert [section.name for section in review.sections if not section.changes] == [
        "form",
        "case",
        "review",
        "goals",
        "consents",
        "jobcenter",
        "sign",
    ]
    sections = review.specs["review.unchanged_sections"].codes
    assert sections is not None
    assert [code.value for code in sections.codes] == changes


def test_the_confidential_sheet_can_be_separated() -> None:
    sections = library().newest("intake").sections
    assert [section.name for section in sections if section.new_page] == ["finance", "participation"]


def test_rows_on_a_blank() -> None:
    rows = {key: each.rows for key, each in library().newest("intake").lists.items()}
    assert rows == {
        "consents[]": 8,
        "household.members[]": 8,
        "language.others[]": 3,
        "language.courses[]": 3,
        "language.certificates[]": 2,
        "education.qualifications[]": 3,
        "work.experience[]": 3,
        "childcare.children[]": 4,
        "counselling[]": 4,
        "needs[]": 13,
        "goals[]": 5,
        "goals[].actions[]": 3,
    }
    review = library().newest("review").lists
    assert {key: each.rows for key, each in review.items()} == {
        **rows,
        "goals[]": 3,
        "review.goal_reviews[]": 7,
        "review.action_updates[]": 8,
    }


@pytest.mark.parametrize("kind", ["intake", "review"])
def test_row_ids_and_what_the_form_prints(kind: str) -> None:
    definition = library().newest(kind)
    ids = {key: (each.id_name, each.id_prefix) for key, each in definition.lists.items() if each.id_name}
    assert ids == {
        "consents[]": ("consent_id", "C"),
        "household.members[]": ("member_id", "HM"),
        "goals[]": ("goal_id", "G"),
        "goals[].actions[]": ("action_id", "S"),
    }
    printed = {key: spec for key, spec in definition.specs.items() if spec.printed_rows}
    lists = {key: definition.lists[key.rpartition(".")[0]] for key in printed}
    assert all(len(printed[key].printed_rows) == lists[key].rows for key in printed)
    assert all(spec.locked for spec in printed.values())
    areas = library().code_lists["life_areas"].codes
    assert printed["needs[].life_area"].printed_rows == tuple(code.value for code in areas)
    locked = {key for key, spec in definition.specs.items() if spec.locked}
    on_both = {"form.type", "form.version", "needs[].life_area"}
    rows = {"consents[].consent_id", "consents[].scope", "household.members[].member_id", "goals[].goal_id"}
    assert locked == (on_both | rows | {"case.carrier", "goals[].actions[].action_id"} if kind == "intake" else on_both)


def test_a_blank_prints_its_ids_and_scopes() -> None:
    specs = library().newest("intake").specs
    assert specs["goals[].goal_id"].printed_rows == ("G01", "G02", "G03", "G04", "G05")
    assert specs["household.members[].member_id"].printed_rows[::7] == ("HM01", "HM08")
    assert specs["consents[].consent_id"].printed_rows[::7] == ("C01", "C08")
    assert specs["consents[].scope"].printed_rows == ("V0", "J0", "J1", "J2", "J3", "J4", "J5", "J6")


@pytest.mark.parametrize("kind", ["intake", "review"])
def test_no_name_is_longer_than_word_allows(kind: str) -> None:
    assert max(len(longest_name(spec)) for spec in library().newest(kind).specs.values()) <= 64


def test_long_lists_are_asked_row_by_row_and_short_ones_by_boxes() -> None:
    for definition in library().definitions.values():
        for spec in definition.specs.values():
            if spec.type is ValueType.CODES:
                assert spec.codes is not None
                assert len(spec.codes.codes) <= 20, spec.key
    nationalities = library().newest("intake").specs["person.nationalities"]
    assert (nationalities.type, nationalities.rows) == (ValueType.TEXTS, 2)
    assert nationalities.codes == library().code_lists["countries"]


@pytest.mark.parametrize("codes", library().code_lists.values(), ids=lambda each: each.name)
def test_every_code_has_a_german_label_of_its_own(codes: CodeList) -> None:
    for code in codes.codes:
        assert code.title.strip() == code.title
        if not isinstance(code.value, str):
            continue
        for word in code.value.split("_"):
            if re.search("[aou]e", word) and word not in {"goethe", "daueraufenthalt"}:
                assert word not in code.title.casefold(), code.value
        if "_" in code.value and code.value != "nicht_erreicht":  # whose label the table itself gives
            assert code.title != code.value.replace("_", " ")


def test_countries_are_complete_and_known_by_their_german_names() -> None:
    countries = {code.value: code.title for code in library().code_lists["countries"].codes}
    assert len(countries) == 254
    assert all(re.fullmatch("[A-Z]{3}", str(code)) for code in countries)
    expected = {"SYR": "Syrien", "UKR": "Ukraine", "ERI": "Eritrea", "AFG": "Afghanistan", "TUR": "Türkei"}
    expected |= {"RKS": "Kosovo", "XXA": "staatenlos", "XXX": "ungeklärt", "DEU": "Deutschland", "IRQ": "Irak"}
    assert {code: countries[code] for code in expected} == expected


def test_carriers_have_a_first_day() -> None:
    carriers = library().code_lists["carriers"].codes
    assert [code.value for code in carriers] == ["CAR", "DIA", "AWO", "DRK", "PAR", "STA"]
    assert {code.valid_from for code in carriers} == {date(2018, 4, 1)}


def test_a_code_of_some_lists_says_that_nothing_is_known() -> None:
    with_unknown = {each.name for each in library().code_lists.values() if each.title_of("unbekannt")}
    assert with_unknown == {
        "bg_nummer_status",
        "boolean",
        "employment_permission",
        "kooperationsplan_forms",
        "no_answer",
        "residence_rules",
        "residence_status",
    }


def test_names_by_law() -> None:
    names: Any = library().law["names"]
    assert [each["title"] for each in names["agreement"]] == ["Eingliederungsvereinbarung", "Kooperationsplan"]
    assert names["agreement"][1]["valid_from"] == "2023-07-01"
    assert names["benefit"][-1]["title"] == "Grundsicherungsgeld"
    assert names["benefit"][-1]["valid_from"] == "2026-07-01"
    assert names["benefit"][-2]["valid_to"] == "2026-06-30"
    regimes: Any = library().law["regimes"]
    assert {key: (each["information"], each["access"]) for key, each in regimes.items()} == {
        "dsgvo": ("Art. 13 DSGVO", "Art. 15 DSGVO"),
        "dsg_ekd": ("§ 17 DSG-EKD", "§ 19 DSG-EKD"),
        "kdg": ("§ 15 KDG", "§ 17 KDG"),
    }
    assert all(each["source"] for each in (*names["agreement"], *names["benefit"], *regimes.values()))


def test_the_guard_list_has_its_stems() -> None:
    guard = library().guard
    assert len([stem for stem in guard if not stem.startswith("!")]) == 112
    assert len(guard) == len(set(guard))
    assert {"schwanger", "sucht", "depress", "frauenhaus", "pfänd", "trans*", "!schaft"} <= set(guard)


@cache
def validator(kind: str) -> Draft202012Validator:
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(library().newest(kind).schema, registry=library().registry, format_checker=checker)


def faults(kind: str, data: object) -> list[str]:
    """Return path and keyword of each error, sorted."""
    found: list[ValidationError] = list(validator(kind).iter_errors(data))
    return sorted(f"{'/'.join(str(step) for step in error.absolute_path)} {error.validator}" for error in found)


def intake(**sections: object) -> dict[str, object]:
    return {
        "form": {"type": "aufnahme", "version": "2026.1", "filled_on": "2026-03-02", "filled_by": "car-mmuster"},
        "case": {
            "carrier": "CAR",
            "manager_id": "car-mmuster",
            "intake_date": "2026-03-02",
            "accommodation_phase": "anschlussunterbringung",
            "counselling_start": "2026-03-02",
            "status": "aktiv",
        },
        "person": {"birth_date": "1990-01-01", "nationalities": ["SYR"]},
        "residence": {"status_code": "ae_24_1"},
        "ids": {"bg_nummer_status": "unbekannt"},
        "benefits": {"regime": "sgb2"},
        **sections,
    }


def review(**changes: object) -> dict[str, object]:
    return {
        "form": {"type": "ueberpruefung", "version": "2026.1", "filled_on": "2026-06-02", "filled_by": "car-mmuster"},
        "case": {"case_id": "MA-CAR-2026-0001"},
        "review": {
            "review_date": "2026-06-02",
            "occasion": "turnus",
            "next_review_date": "2026-09-02",
            "changes": changes,
        },
    }


def test_the_least_that_a_form_must_say() -> None:
    assert faults("intake", intake()) == []
    assert faults("review", review()) == []
    assert faults("intake", {}) == [" required"] * 6
    assert faults("review", {}) == [" required"] * 3


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ({"health": {"gdb": 50}}, []),
        ({"health": {"gdb": 10}}, ["health/gdb anyOf"]),
        ({"health": {"gdb": "keine_angabe"}}, []),
        ({"health": {"gdb": "unbekannt"}}, ["health/gdb anyOf"]),
        ({"health": {"gdb": True}}, ["health/gdb anyOf"]),
        ({"health": {"gp_exists": "unbekannt"}}, []),
        ({"health": {"gp_exists": "ja"}}, ["health/gp_exists oneOf"]),
        ({"health": {"gp_exists": 1}}, ["health/gp_exists oneOf"]),
        ({"health": {"gp_exists": None}}, ["health/gp_exists oneOf"]),
        ({"health": {"blood_group": "A"}}, ["health additionalProperties"]),
        ({"person": {"birth_date": "1899-12-31", "nationalities": ["SYR"]}}, ["person/birth_date pattern"]),
        ({"person": {"birth_date": "1990-02-31", "nationalities": ["SYR"]}}, ["person/birth_date format"]),
        (
            {"person": {"birth_date": "keine_angabe", "nationalities": ["SYR"]}},
            ["person/birth_date format", "person/birth_date pattern"],
        ),
        ({"person": {"birth_date": "1990-02-01", "nationalities": []}}, ["person/nationalities minItems"]),
        ({"person": {"birth_date": "1990-02-01", "nationalities": ["ZZZ"]}}, ["person/nationalities/0 oneOf"]),
        ({"contact": {"phone": "+491713920001", "house_number": "14–22", "email": "a.b@example.org"}}, []),
        ({"contact": {"phone": "0171 3920001"}}, ["contact/phone anyOf"]),
        ({"contact": {"phone": "unbekannt", "email": "a@b"}}, ["contact/email anyOf"]),
        ({"jobcenter": {"requests": [f"Anliegen {n}" for n in range(7)]}}, ["jobcenter/requests maxItems"]),
        ({"finance": {"urgent": ["miete", "strom"]}}, []),
        ({"finance": {"urgent": ["miete", "miete"]}}, ["finance/urgent uniqueItems"]),
        ({"goals": [{"title": "B1 schaffen"}]}, ["goals/0 required"] * 3),
        ({"childcare": {"children": [{"care_type": "kita"}]}}, ["childcare/children/0 required"]),
        ({"needs": [{"level": 5, "life_area": "sprache"}]}, ["needs/0/level oneOf"]),
    ],
)
def test_answers_of_an_intake(sections: dict[str, object], expected: list[str]) -> None:
    found = faults("intake", intake(**sections))
    assert found == expected


@pytest.mark.parametrize("day", ["2023-08-14", "2023-08", "2023", "unbekannt"])
def test_a_month_or_a_year_alone_is_an_answer(day: str) -> None:
    person = {"birth_date": "1990-01-01", "nationalities": ["SYR"], "arrival_germany_date": day}
    assert faults("intake", intake(person=person)) == []


@pytest.mark.parametrize("day", ["2023-13", "2023-8", "08.2023", "23"])
def test_but_nothing_less(day: str) -> None:
    person = {"birth_date": "1990-01-01", "nationalities": ["SYR"], "arrival_germany_date": day}
    assert faults("intake", intake(person=person)) == ["person/arrival_germany_date anyOf"]


def test_a_change_may_clear_what_is_optional_and_nothing_else() -> None:
    assert faults("review", review(housing={"wbs_status": None, "rooms": None}, finance={"urgent": None})) == []
    assert faults("review", review(person={"birth_date": None})) == ["review/changes/person/birth_date type"]
    assert faults("intake", intake(housing={"wbs_status": None})) == ["housing/wbs_status anyOf"]


def test_a_review_holds_changes_of_the_intake_only_under_changes() -> None:
    assert faults("review", {**review(), "housing": {"rooms": 2}}) == [" additionalProperties"]
    assert faults("review", review(goals=[])) == ["review/changes additionalProperties"]


def test_the_forms_known_to_be_sound_are_the_shipped_ones_and_sound() -> None:
    """Change a form, and its checksum in sound.json has to be written anew."""
    forms = [path.read_bytes() for path in SHIPPED.glob("*.v*.json")]
    for form in forms:
        Draft202012Validator.check_schema(json.loads(form))
    known = json.loads((SHIPPED / "sound.json").read_text(encoding="utf-8"))["sha256"]
    assert sorted(known) == sorted(hashlib.sha256(form).hexdigest() for form in forms)
