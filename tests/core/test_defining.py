"""From a schema to a definition: every way of writing a value, every annotation, keys and order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from formpipe.defining import code_list_of, definition_of, longest_name
from formpipe.definition import Code, CodeList, FieldSpec, ListSpec, Printed, ValueType
from formpipe.model import FormKind

LISTS = {
    "boolean": CodeList(name="boolean", title="Ja", codes=(Code(value=True, title="ja"),)),
    "areas": CodeList(
        name="areas", title="Bereiche", codes=(Code(value="a", title="A"), Code(value="lang", title="L"))
    ),
    "declined": CodeList(name="declined", title="-", codes=(Code(value="keine_angabe", title="keine Angabe"),)),
    "no_answer": CodeList(name="no_answer", title="-", codes=(Code(value="unbekannt", title="unbekannt"),)),
}
NOTES = {"x-print": "main", "x-sensitivity": ["S"]}
AREA = {"$ref": "codes/areas.json"}
DECLINED = {"$ref": "codes/declined.json"}
NO_ANSWER = {"$ref": "codes/no_answer.json"}


def field(**schema: object) -> dict[str, Any]:
    return {"title": "Feld", **NOTES, **schema}


def form(sections: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": "Bogen",
        "x-kind": "intake",
        "x-version": "2026.1",
        "x-form-type": "aufnahme",
        "x-date": "person.on",
        "properties": sections,
    }


def spec_of(schema: dict[str, Any]) -> FieldSpec:
    definition = definition_of(form({"person": {"title": "Person", "properties": {"on": schema}}}), LISTS)
    (spec,) = definition.specs.values()
    return spec


def test_a_code_list_keeps_its_order_labels_and_dates() -> None:
    document = {
        "title": "Träger",
        "oneOf": [
            {"const": "CAR", "title": "Caritas", "x-easy": "die Caritas", "x-valid-from": "2018-04-01"},
            {"const": "ALT", "title": "Alt", "x-valid-to": "2020-12-31"},
        ],
    }
    assert code_list_of("carriers", document) == CodeList(
        name="carriers",
        title="Träger",
        codes=(
            Code(value="CAR", title="Caritas", easy="die Caritas", valid_from=date(2018, 4, 1)),
            Code(value="ALT", title="Alt", valid_to=date(2020, 12, 31)),
        ),
    )


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string"}, ValueType.TEXT),
        ({"type": "string", "format": "email"}, ValueType.TEXT),
        ({"type": "string", "format": "date"}, ValueType.DATE),
        ({"type": "string", "format": "date-time"}, ValueType.DATE_TIME),
        ({"type": "integer"}, ValueType.INTEGER),
        ({"type": "number"}, ValueType.NUMBER),
        ({"$ref": "codes/boolean.json"}, ValueType.BOOLEAN),
        (AREA, ValueType.CODE),
        ({"oneOf": [{"const": 1, "title": "eins"}]}, ValueType.CODE),
        ({"type": "array", "items": AREA}, ValueType.CODES),
        ({"type": "array", "items": {"anyOf": [AREA, DECLINED]}}, ValueType.CODES),
        ({"type": "array", "items": {"type": "string"}, "x-rows": 3}, ValueType.TEXTS),
        ({"type": "array", "items": AREA, "x-rows": 2}, ValueType.TEXTS),
    ],
)
def test_each_way_of_writing_a_value_has_its_type(schema: dict[str, Any], kind: ValueType) -> None:
    assert spec_of(field(**schema)).type is kind
    assert spec_of(field(anyOf=[schema, NO_ANSWER, {"type": "null"}], **_rows(schema))).type is kind


def _rows(schema: dict[str, Any]) -> dict[str, Any]:
    return {"x-rows": schema["x-rows"]} if "x-rows" in schema else {}


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        (AREA, ["a", "lang"]),
        ({"anyOf": [AREA, DECLINED, {"type": "null"}]}, ["a", "lang", "keine_angabe"]),
        ({"type": "array", "items": {"anyOf": [AREA, DECLINED]}}, ["a", "lang", "keine_angabe"]),
        ({"anyOf": [{"type": "array", "items": AREA}, {"type": "null"}]}, ["a", "lang"]),
        ({"oneOf": [{"const": 1, "title": "eins"}]}, [1]),
    ],
)
def test_the_codes_of_a_field_are_all_that_may_be_chosen(schema: dict[str, Any], values: list[object]) -> None:
    codes = spec_of(field(**schema)).codes
    assert codes is not None
    assert [code.value for code in codes.codes] == values


def test_a_text_has_no_codes_even_where_no_answer_is_one() -> None:
    spec = spec_of(field(anyOf=[{"type": "string", "maxLength": 80}, NO_ANSWER], **{"x-no-answer": True}))
    assert spec.codes is None
    assert spec.no_answer
    assert spec.max_length == 80


def test_an_inline_list_is_named_by_its_field() -> None:
    codes = spec_of(field(oneOf=[{"const": 1, "title": "eins"}])).codes
    assert codes is not None
    assert (codes.name, codes.title) == ("person.on", "Feld")
    alternative = spec_of(field(anyOf=[{"oneOf": [{"const": 1, "title": "eins"}]}, {"type": "null"}])).codes
    assert alternative is not None
    assert alternative.title == "person.on"


def test_every_annotation_arrives() -> None:
    spec = spec_of(
        {
            "title": "Geboren",
            "description": "Hinweis",
            "type": "array",
            "items": {"type": "string", "maxLength": 7},
            "x-short": "geb.",
            "x-example": "28.02.1990",
            "x-clearable": True,
            "x-no-answer": True,
            "x-jobcenter": "J2",
            "x-jobcenter-values": {"a": "J1"},
            "x-sensitivity": ["A9", "G"],
            "x-print": "annex",
            "x-rows": 3,
            "x-multiline": True,
            "x-width": "full",
            "x-locked": True,
            "x-printed": ["a", "lang"],
            "x-precision": "precision",
            "x-partial": True,
            "x-normalise": "phone",
            "x-labels": ["Alt"],
        }
    )
    assert spec == FieldSpec(
        key="person.on",
        label="Geboren",
        type=ValueType.TEXTS,
        short_label="geb.",
        hint="Hinweis",
        example="28.02.1990",
        no_answer=True,
        clearable=True,
        jobcenter="J2",
        jobcenter_values={"a": "J1"},
        sensitivity=("A9", "G"),
        printed=Printed.ANNEX,
        rows=3,
        multiline=True,
        width="full",
        locked=True,
        printed_rows=("a", "lang"),
        precision_key="precision",
        partial=True,
        normalise="phone",
        max_length=7,
        labels=("Alt",),
    )


def test_what_is_not_said_is_the_careful_choice() -> None:
    spec = spec_of(field(type="string"))
    assert spec == FieldSpec(
        key="person.on", label="Feld", type=ValueType.TEXT, sensitivity=("S",), printed=Printed.MAIN, jobcenter="never"
    )
    assert (spec.width, spec.rows, spec.clearable, spec.no_answer, spec.locked) == ("half", 1, False, False, False)


def test_sections_lists_and_groups_keep_their_order_and_keys() -> None:
    actions = {
        "title": "Schritte",
        "type": "array",
        "x-rows": 3,
        "x-id": {"name": "action_id", "prefix": "S"},
        "items": {"type": "object", "properties": {"action_id": field(type="string"), "title": field(type="string")}},
    }
    goals = {
        "title": "Ziele",
        "description": "höchstens sieben",
        "type": "array",
        "x-new-page": True,
        "items": {
            "type": "object",
            "required": ["title"],
            "properties": {"title": field(type="string"), "actions": actions},
        },
    }
    education = {
        "title": "Schule",
        "description": "Zeugnisse",
        "required": ["years"],
        "properties": {
            "current": {
                "type": "object",
                "title": "jetzt",
                "required": ["type"],
                "properties": {"type": field(**AREA)},
            },
            "years": field(type="integer"),
        },
    }
    definition = definition_of(form({"education": education, "goals": goals}), LISTS)
    assert list(definition.specs) == [
        "education.current.type",
        "education.years",
        "goals[].title",
        "goals[].actions[].action_id",
        "goals[].actions[].title",
    ]
    assert [spec.required for spec in definition.specs.values()] == [True, True, True, False, False]
    assert list(definition.lists) == ["goals[]", "goals[].actions[]"]
    steps = definition.lists["goals[].actions[]"]
    assert (steps.rows, steps.id_name, steps.id_prefix, steps.hint) == (3, "action_id", "S", None)
    outer = definition.lists["goals[]"]
    assert (outer.rows, outer.id_name, outer.id_prefix, outer.hint) == (1, None, None, "höchstens sieben")
    assert outer.columns[1] is steps
    first, second = definition.sections
    assert (first.label, first.hint, first.new_page, first.changes) == ("Schule", "Zeugnisse", False, False)
    assert (second.label, second.hint, second.new_page) == ("Ziele", "höchstens sieben", True)
    assert isinstance(second.items[0], ListSpec)


def test_the_form_itself() -> None:
    schema = form({"person": {"title": "Person", "properties": {"on": field(type="string", format="date")}}})
    definition = definition_of(schema, LISTS)
    assert definition.kind == FormKind(kind="intake", version="2026.1")
    assert (definition.title, definition.form_type, definition.date_key) == ("Bogen", "aufnahme", "person.on")
    assert definition.schema is schema


def test_changes_of_a_review_are_sections_with_the_keys_of_the_intake() -> None:
    changes = {
        "type": "object",
        "title": "Änderungen",
        "properties": {"housing": {"title": "Wohnen", "properties": {"wbs": field(type="string")}}},
    }
    review = {"title": "Überprüfung", "properties": {"on": field(type="string"), "changes": changes}}
    person = {"title": "Person", "properties": {"changes": field(type="string")}}
    definition = definition_of(form({"review": review, "person": person}), LISTS)
    assert [(section.name, section.changes) for section in definition.sections] == [
        ("review", False),
        ("housing", True),
        ("person", False),
    ]
    assert list(definition.specs) == ["review.on", "housing.wbs", "person.changes"]
    assert "changes" in review["properties"]  # the schema itself stays whole


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        (FieldSpec(key="goals[].actions[].title", label="-", type=ValueType.TEXT), "goals[99].actions[99].title"),
        (FieldSpec(key="work.skills", label="-", type=ValueType.TEXTS), "work.skills[99]"),
        (FieldSpec(key="work.areas", label="-", type=ValueType.CODES, codes=LISTS["areas"]), "work.areas[lang]"),
        (FieldSpec(key="work.areas", label="-", type=ValueType.CODES), "work.areas"),
        (FieldSpec(key="work.area", label="-", type=ValueType.CODE, codes=LISTS["areas"]), "work.area"),
    ],
)
def test_the_longest_name_a_field_can_have(spec: FieldSpec, name: str) -> None:
    assert longest_name(spec) == name
