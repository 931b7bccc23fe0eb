"""Schema errors as rules at the form's fields, without jsonschema's words."""

from __future__ import annotations

from typing import Any

import pytest
from core.make_definitions import INTAKE, REGISTRY, REVIEW, VALIDATORS
from jsonschema import Draft202012Validator
from referencing import Registry

from formpipe.definition import FormDefinition
from formpipe.validate.faults import SchemaFault, schema_faults, validator_of


def faults(
    data: dict[str, Any], names: dict[str, str] | None = None, definition: FormDefinition = INTAKE
) -> list[tuple[str, str, dict[str, object]]]:
    validator = VALIDATORS[definition.kind.kind]
    found = schema_faults(data, names or {}, validator, definition)
    return [(each.name, each.rule, dict(each.parameters)) for each in found]


GOOD: dict[str, Any] = {
    "form": {"type": "aufnahme", "version": "2026.1", "filled_on": "2026-01-15"},
    "case": {"intake_date": "2026-01-15"},
    "person": {"birth_date": "1990-03-02", "nationalities": ["SYR"]},
    "ids": {"bg_nummer_status": "beantragt"},
}


def good(**sections: object) -> dict[str, Any]:
    return {**GOOD, **sections}


def test_good_data_have_no_fault() -> None:
    assert faults(GOOD) == []


def test_a_missing_field() -> None:
    assert faults(good(case={})) == [("case.intake_date", "required", {})]
    assert faults(good(person={})) == [("person.birth_date", "required", {}), ("person.nationalities", "required", {})]


def test_a_missing_section_is_told_as_its_required_fields() -> None:
    data = {name: each for name, each in GOOD.items() if name != "person"}
    assert faults(data) == [("person.birth_date", "required", {}), ("person.nationalities", "required", {})]


def test_a_missing_column_is_named_by_the_forms_row() -> None:
    names = {"/goals/0": "goals[2]", "/goals/0/actions/0": "goals[2].actions[1]"}
    goals = [{"life_area": "arbeit", "title": "Kurs finden", "actions": [{}]}]
    assert faults(good(goals=goals), names) == [
        ("goals[2].actions[1].title", "required", {}),
        ("goals[2].status", "required", {}),
    ]


def test_names_of_changes() -> None:
    data = {
        "form": {"type": "ueberpruefung", "version": "2026.1", "filled_on": "2026-04-10"},
        "case": {"case_id": "MA-CAR-2026-0001"},
        "review": {
            "review_date": "2026-04-10",
            "next_review_date": "2026-07-10",
            "changes": {"housing": {"wbs_status": "weg"}, "needs": [{"life_area": "arbeit", "level": 9}]},
        },
    }
    names = {"/review/changes/needs/0": "needs[4]"}
    assert faults(data, names, REVIEW) == [("housing.wbs_status", "enum", {}), ("needs[4].level", "enum", {})]


@pytest.mark.parametrize(
    ("work", "fault"),
    [
        ({"weekly_hours": 61}, ("work.weekly_hours", "maximum", {"limit": 60})),
        ({"weekly_hours": -1}, ("work.weekly_hours", "minimum", {"limit": 0})),
        ({"school_years": 2.5}, ("work.school_years", "type", {})),
        ({"target_occupation": "x" * 41}, ("work.target_occupation", "maxLength", {"limit": 40})),
        ({"target_occupation": ""}, ("work.target_occupation", "minLength", {"limit": 1})),
        ({"skills_informal": ["a", "a"]}, ("work.skills_informal", "uniqueItems", {})),
        ({"skills_informal": ["a", "b", "c", "d"]}, ("work.skills_informal", "maxItems", {"limit": 3})),
        ({"skills_informal": ["a", ""]}, ("work.skills_informal[1]", "minLength", {"limit": 1})),
        ({"shoes": 2}, ("work", "additionalProperties", {})),
    ],
)
def test_keywords(work: dict[str, Any], fault: tuple[str, str, dict[str, object]]) -> None:
    assert faults(good(work=work)) == [fault]


def test_of_alternatives_the_answer_proper_is_told() -> None:
    assert faults(good(contact={"postcode": "6815"})) == [("contact.postcode", "pattern", {})]
    assert faults(good(contact={"street": None})) == [("contact.street", "type", {})]
    assert faults(good(finance={"urgent": ["gas"]})) == [("finance.urgent[0]", "enum", {})]
    assert faults(good(finance={"debts": "viele"})) == [("finance.debts", "enum", {})]


def test_the_entry_of_a_list_by_its_control() -> None:
    names = {"/finance/urgent/0": "finance.urgent[gas]", "/finance/urgent": "finance.urgent"}
    assert faults(good(finance={"urgent": ["gas"]}), names) == [("finance.urgent[gas]", "enum", {})]
    names = {"/development/strengths": "development.strengths"}
    assert faults(good(development={"strengths": [""]}), names)[0][0] == "development.strengths[0]"


def test_a_list_too_short() -> None:
    consents = [{"scope": "V0", "granted": True, "granted_on": "2026-01-15", "informed": ["zweck"]}]
    assert faults(good(consents=consents), {"/consents/0": "consents[0]"}) == [
        ("consents[0].informed", "minItems", {"limit": 2})
    ]


def test_const() -> None:
    plain = Draft202012Validator({"properties": {"a": {"const": 1}, "b": {"enum": [1]}}})
    found = schema_faults({"a": 2, "b": 2}, {}, plain, INTAKE)
    assert [(each.name, each.rule) for each in found] == [("a", "enum"), ("b", "enum")]


def test_one_fault_a_field() -> None:
    plain = Draft202012Validator({"properties": {"a": {"maxLength": 1, "pattern": "^x$"}}})
    assert [each.rule for each in schema_faults({"a": "ab"}, {}, plain, INTAKE)] == ["maxLength"]


@pytest.mark.parametrize("value", ["2026-02-29", "2026-13-01", "20260115", "2026-1-5", "15.01.2026", "2026-W03-4"])
def test_dates_are_checked(value: str) -> None:
    assert faults(good(case={"intake_date": value})) == [("case.intake_date", "format", {})]


@pytest.mark.parametrize(
    ("value", "is_moment"),
    [
        ("2026-11-25T09:30:00+01:00", True),
        ("2026-11-25T09:30:00Z", True),
        ("2026-11-25T09:30:00", False),
        ("2026-11-25", False),
        ("morgen", False),
    ],
)
def test_moments_are_checked(value: str, *, is_moment: bool) -> None:
    expected: list[tuple[str, str, dict[str, object]]] = [("jobcenter.appointment_at", "format", {})]
    assert faults(good(jobcenter={"appointment_at": value})) == ([] if is_moment else expected)


def test_a_format_is_for_strings() -> None:
    schema = {"properties": {"a": {"format": "date"}, "b": {"format": "date-time"}, "c": {"format": "ipv4"}}}
    definition = _with_schema(schema)
    validator = validator_of(definition, Registry())
    assert schema_faults({"a": 1, "b": 2, "c": "no address"}, {}, validator, definition) == ()


def _with_schema(schema: dict[str, Any]) -> FormDefinition:
    return FormDefinition(
        kind=INTAKE.kind,
        title="T",
        form_type="t",
        date_key="a",
        sections=(),
        schema=schema,
        specs={},
        lists={},
    )


def test_code_lists_are_looked_up_in_the_registry() -> None:
    assert faults(good(contact={"address_protected": "vielleicht"})) == [("contact.address_protected", "enum", {})]
    assert faults(good(contact={"address_protected": "unbekannt"})) == []
    assert validator_of(INTAKE, REGISTRY).is_valid(GOOD)


def test_no_value_in_a_repr() -> None:
    assert (
        repr(SchemaFault(name="a", rule="enum", parameters={"limit": "Muster"})) == "SchemaFault(name='a', rule='enum')"
    )
