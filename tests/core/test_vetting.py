"""Faults of schema files are found, and named at their place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formpipe.defining import code_list_of
from formpipe.definition import CodeList
from formpipe.vetting import Fault, code_list_faults, form_faults

AREAS: dict[str, Any] = {"title": "Bereiche", "oneOf": [{"const": "a", "title": "A"}, {"const": "b", "title": "B"}]}
LISTS: dict[str, CodeList] = {"areas": code_list_of("areas", AREAS)}
NOTES = {"x-print": "main", "x-sensitivity": ["S"]}
DAY = {"title": "Tag", "type": "string", "format": "date", **NOTES}
BIRTH = {"title": "Geboren", "type": "string", "format": "date", "x-precision": "precision", **NOTES}
PRECISION = {"title": "Genau", "$ref": "codes/areas.json", **NOTES}
AREA = {
    "title": "Bereich",
    "$ref": "codes/areas.json",
    "x-jobcenter": "always",
    "x-jobcenter-values": {"a": "J1"},
    **NOTES,
}
BOXES = {"title": "Bereiche", "type": "array", "items": {"anyOf": [{"$ref": "codes/areas.json"}]}, **NOTES}


def members() -> dict[str, Any]:
    columns = {"id": {"title": "Nr.", "type": "string", **NOTES}, "birth": BIRTH, "precision": PRECISION}
    return {
        "title": "Mitglieder",
        "type": "array",
        "x-rows": 8,
        "x-id": {"name": "id", "prefix": "HM"},
        "items": {"type": "object", "additionalProperties": False, "required": ["birth"], "properties": columns},
    }


def sound() -> dict[str, Any]:
    """Return a form with every kind of thing a form can have."""
    group = {"title": "jetzt", "type": "object", "additionalProperties": False, "properties": {"area": AREA}}
    person = {"on": DAY, "group": group, "members": members(), "boxes": BOXES}
    changes = {"person": {"title": "Person", "additionalProperties": False, "properties": {"area": AREA}}}
    review = {"changes": {"title": "Änderungen", "additionalProperties": False, "properties": changes}, "on": DAY}
    schema: dict[str, Any] = json.loads(
        json.dumps(
            {
                "title": "Bogen",
                "x-kind": "review",
                "x-version": "2026.1",
                "x-form-type": "ueberpruefung",
                "x-date": "household.on",
                "additionalProperties": False,
                "properties": {
                    "household": {
                        "title": "Haushalt",
                        "x-new-page": True,
                        "additionalProperties": False,
                        "required": ["on"],
                        "properties": person,
                    },
                    "review": {"title": "Überprüfung", "additionalProperties": False, "properties": review},
                    "members": {**members(), "x-new-page": True},
                },
            }
        )
    )
    return schema


def at(schema: dict[str, Any], pointer: str) -> tuple[Any, str]:
    """Return the object that holds the last step of *pointer*, and that step."""
    node: Any = schema
    *path, last = pointer.removeprefix("/").split("/")
    for step in path:
        node = node[int(step)] if isinstance(node, list) else node[step]
    return node, last


HOUSEHOLD = "/properties/household/properties"
COLUMNS = f"{HOUSEHOLD}/members/items/properties"
CHANGED = "/properties/review/properties/changes"


def test_a_sound_form_has_no_faults() -> None:
    assert list(form_faults(sound(), LISTS)) == []


@pytest.mark.parametrize(
    ("missing", "pointer"),
    [
        ("/title", ""),
        ("/x-kind", ""),
        ("/x-version", ""),
        ("/x-form-type", ""),
        ("/x-date", ""),
        ("/properties", ""),
        ("/properties/household/title", "/properties/household"),
        ("/properties/household/properties", "/properties/household"),
        ("/properties/members/title", "/properties/members"),
        (f"{HOUSEHOLD}/on/title", f"{HOUSEHOLD}/on"),
        (f"{HOUSEHOLD}/on/x-print", f"{HOUSEHOLD}/on"),
        (f"{HOUSEHOLD}/on/x-sensitivity", f"{HOUSEHOLD}/on"),
        (f"{HOUSEHOLD}/group/title", f"{HOUSEHOLD}/group"),
        (f"{HOUSEHOLD}/group/properties", f"{HOUSEHOLD}/group"),
        (f"{HOUSEHOLD}/group/properties/area/title", f"{HOUSEHOLD}/group/properties/area"),
        (f"{HOUSEHOLD}/members/title", f"{HOUSEHOLD}/members"),
        (f"{COLUMNS}/birth/x-print", f"{COLUMNS}/birth"),
        (f"{CHANGED}/title", CHANGED),
        (f"{CHANGED}/properties", CHANGED),
        (f"{CHANGED}/properties/person/title", f"{CHANGED}/properties/person"),
        (f"{CHANGED}/properties/person/properties/area/x-print", f"{CHANGED}/properties/person/properties/area"),
    ],
)
def test_what_is_missing_is_named_where_it_is_missing(missing: str, pointer: str) -> None:
    schema = sound()
    node, word = at(schema, missing)
    del node[word]
    assert Fault(pointer=pointer, what=f"'{word}' is missing") in list(form_faults(schema, LISTS))


def test_an_empty_label_is_a_missing_one() -> None:
    schema = sound()
    at(schema, f"{HOUSEHOLD}/on")[0]["on"]["title"] = ""
    assert list(form_faults(schema, LISTS)) == [Fault(pointer=f"{HOUSEHOLD}/on", what="'title' is missing")]


@pytest.mark.parametrize(
    "pointer",
    [
        "",
        "/properties/household",
        "/properties/members",
        f"{HOUSEHOLD}/on",
        f"{HOUSEHOLD}/group",
        f"{HOUSEHOLD}/members",
        f"{COLUMNS}/birth",
        CHANGED,
        f"{CHANGED}/properties/person",
    ],
)
def test_an_unknown_annotation_is_refused_everywhere(pointer: str) -> None:
    schema = sound()
    node, _ = at(schema, f"{pointer}/x-jobcentre")
    node["x-jobcentre"] = "always"
    assert list(form_faults(schema, LISTS)) == [
        Fault(pointer=f"{pointer}/x-jobcentre", what="keyword 'x-jobcentre' is not known here")
    ]


@pytest.mark.parametrize("word", ["x-rows", "x-print", "x-kind"])
def test_an_annotation_belongs_to_its_place(word: str) -> None:
    schema = sound()
    node, _ = at(schema, "/properties/household/title")
    node[word] = 3
    assert [fault.pointer for fault in form_faults(schema, LISTS)] == [f"/properties/household/{word}"]


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/x-kind", "Intake"),
        ("/x-version", "2026"),
        ("/properties/household/x-new-page", False),
        (f"{HOUSEHOLD}/members/x-rows", 0),
        (f"{HOUSEHOLD}/members/x-rows", "8"),
        (f"{HOUSEHOLD}/members/x-id", {"name": "id"}),
        (f"{HOUSEHOLD}/members/x-id", {"name": "id", "prefix": "HM", "more": "x"}),
        (f"{HOUSEHOLD}/members/x-id", "id"),
        (f"{HOUSEHOLD}/on/x-print", "yes"),
        (f"{HOUSEHOLD}/on/x-sensitivity", ["X"]),
        (f"{HOUSEHOLD}/on/x-sensitivity", []),
        (f"{HOUSEHOLD}/on/x-jobcenter", "J0"),
        (f"{HOUSEHOLD}/on/x-jobcenter", "J7"),
        (f"{HOUSEHOLD}/on/x-jobcenter-values", {"a": "immer"}),
        (f"{HOUSEHOLD}/on/x-jobcenter-values", {}),
        (f"{HOUSEHOLD}/on/x-labels", "Tag"),
        (f"{HOUSEHOLD}/on/x-locked", False),
        (f"{HOUSEHOLD}/on/x-normalise", "iban"),
        (f"{HOUSEHOLD}/on/x-printed", []),
        (f"{HOUSEHOLD}/on/x-short", ""),
        (f"{HOUSEHOLD}/on/x-width", "quarter"),
    ],
)
def test_a_value_that_is_not_understood_is_refused(pointer: str, value: object) -> None:
    schema = sound()
    node, word = at(schema, pointer)
    node[word] = value
    fault = Fault(pointer=pointer, what=f"keyword '{word}' has a value that is not understood")
    assert list(form_faults(schema, LISTS)) == [fault]


@pytest.mark.parametrize("reference", ["codes/none.json", "areas.json", "codes/../codes/areas.json", "#/$defs/a"])
def test_a_reference_leads_to_a_code_list_or_is_refused(reference: str) -> None:
    schema = sound()
    at(schema, f"{HOUSEHOLD}/boxes/items/anyOf/0/$ref")[0]["$ref"] = reference
    pointer = f"{HOUSEHOLD}/boxes/items/anyOf/0/$ref"
    assert list(form_faults(schema, LISTS)) == [Fault(pointer=pointer, what=f"'{reference}' leads to no code list")]


@pytest.mark.parametrize(
    ("pointer", "value", "where", "what"),
    [
        (f"{HOUSEHOLD}/on", True, f"{HOUSEHOLD}/on", "a field or section must be an object"),
        (f"{HOUSEHOLD}/boxes/items", True, f"{HOUSEHOLD}/boxes/items", "a field or section must be an object"),
        (f"{HOUSEHOLD}/Tag", DAY, f"{HOUSEHOLD}/Tag", "a name is small letters, digits and _"),
        (f"{HOUSEHOLD}/members/items/additionalProperties", True, f"{HOUSEHOLD}/members/items", "must be false"),
        ("/additionalProperties", True, "", "'additionalProperties' must be false"),
        (f"{HOUSEHOLD}/on/type", "array", f"{HOUSEHOLD}/on", "the list has no 'items'"),
        (f"{HOUSEHOLD}/on/type", "boolean", f"{HOUSEHOLD}/on", "the type is none that a form can ask"),
        (f"{HOUSEHOLD}/on/type", ["string"], f"{HOUSEHOLD}/on", "the type is none that a form can ask"),
        (f"{HOUSEHOLD}/boxes/items", {"type": "boolean"}, f"{HOUSEHOLD}/boxes/items", "none that a form can ask"),
        (f"{HOUSEHOLD}/on/oneOf", [], f"{HOUSEHOLD}/on/oneOf", "no list of codes"),
        (f"{HOUSEHOLD}/on/oneOf", [{"const": 1}], f"{HOUSEHOLD}/on/oneOf/0", "'title' is missing"),
        (f"{HOUSEHOLD}/members/x-id/name", "none", f"{HOUSEHOLD}/members/x-id", "'x-id' names no column"),
        (f"{COLUMNS}/birth/x-precision", "none", f"{COLUMNS}/birth/x-precision", "'x-precision' names no sibling"),
        (f"{HOUSEHOLD}/members/items/required", ["none"], f"{HOUSEHOLD}/members/items/required", "'none' is required"),
        ("/properties/household/required", ["none"], "/properties/household/required", "is required but no property"),
        ("/x-date", "household.day", "/x-date", "'x-date' names no required field"),
        ("/x-date", "household.boxes", "/x-date", "'x-date' names no required field"),
        (f"{HOUSEHOLD}/group/properties/area/x-jobcenter-values", {"z": "J1"}, "household.group.area", "names 'z'"),
        (f"{HOUSEHOLD}/on/x-jobcenter-values", {"a": "J1"}, "household.on", "names 'a', which is no code of the field"),
    ],
)
def test_what_cannot_be_a_form_is_refused(pointer: str, value: object, where: str, what: str) -> None:
    schema = sound()
    node, word = at(schema, pointer)
    node[word] = value
    found = list(form_faults(schema, LISTS))
    assert [fault.pointer for fault in found] == [where]
    assert what in found[0].what


def test_a_name_may_have_64_characters_and_no_more() -> None:
    schema = sound()
    properties, _ = at(schema, f"{HOUSEHOLD}/on")
    fits = "n" * (64 - len("household."))
    properties[fits] = DAY
    assert list(form_faults(schema, LISTS)) == []
    properties[f"{fits}n"] = DAY
    (fault,) = form_faults(schema, LISTS)
    assert fault.pointer == f"household.{fits}n"
    assert "64 characters" in fault.what


def test_all_faults_of_a_kind_are_named_at_once() -> None:
    schema = sound()
    at(schema, f"{HOUSEHOLD}/on")[0]["on"] = {"title": "Tag", "type": "string"}
    at(schema, f"{HOUSEHOLD}/group/title")[0]["title"] = ""
    assert [fault.what for fault in form_faults(schema, LISTS)] == [
        "'x-print' is missing",
        "'x-sensitivity' is missing",
        "'title' is missing",
    ]


def test_a_sound_code_list_has_no_faults() -> None:
    entry = {"const": 1, "title": "Eins", "x-easy": "1", "x-source": "Satz", "x-valid-from": "2026-01-01"}
    full = {"$schema": "s", "$id": "i", "title": "T", "description": "d", "x-source": "Gesetz", "oneOf": [entry]}
    assert list(code_list_faults(full)) == []
    assert list(code_list_faults(AREAS)) == []


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"title": ""}, ["|'title' is missing", "/title|the title is no text"]),
        ({"title": 3}, ["/title|the title is no text"]),
        ({"enum": ["a"]}, ["/enum|keyword 'enum' is not known here"]),
        ({"x-easy": "A"}, ["/x-easy|keyword 'x-easy' is not known here"]),
        ({"x-source": 1}, ["/x-source|keyword 'x-source' has a value that is not understood"]),
        ({"oneOf": {}}, ["/oneOf|no list of codes"]),
        ({"oneOf": []}, ["/oneOf|no list of codes"]),
        ({"oneOf": ["a"]}, ["/oneOf|no list of codes"]),
        ({"oneOf": [{"const": "a"}]}, ["/oneOf/0|'title' is missing"]),
        ({"oneOf": [{"title": "A"}]}, ["/oneOf/0|'const' is missing"]),
    ],
)
def test_faults_of_a_code_list(change: dict[str, object], faults: list[str]) -> None:
    found = code_list_faults({**AREAS, **change})
    assert [f"{fault.pointer}|{fault.what}" for fault in found] == faults


def test_a_code_list_without_codes_is_one_fault() -> None:
    assert [fault.what for fault in code_list_faults({"title": "T"})] == ["'oneOf' is missing"]


@pytest.mark.parametrize(
    ("entry", "pointer"),
    [
        ({"const": 1.5, "title": "B"}, "/oneOf/1"),
        ({"const": None, "title": "B"}, "/oneOf/1"),
        ({"const": "b", "title": " "}, "/oneOf/1"),
        ({"const": "b", "title": 2}, "/oneOf/1"),
        ({"const": "a", "title": "B"}, "/oneOf/1/const"),
        ({"const": "b", "title": "A"}, "/oneOf/1/title"),
        ({"const": "b", "title": "B", "x-valid-from": "2026-02-30"}, "/oneOf/1/x-valid-from"),
        ({"const": "b", "title": "B", "x-valid-to": "20260228"}, "/oneOf/1/x-valid-to"),
        ({"const": "b", "title": "B", "x-width": "full"}, "/oneOf/1/x-width"),
    ],
)
def test_faults_of_a_code(entry: dict[str, object], pointer: str) -> None:
    faults = list(code_list_faults({"title": "T", "oneOf": [{"const": "a", "title": "A"}, entry]}))
    assert [fault.pointer for fault in faults] == [pointer]


def test_true_and_one_are_two_codes() -> None:
    codes = [{"const": True, "title": "ja"}, {"const": 1, "title": "eins"}, {"const": "1", "title": "Eins"}]
    assert list(code_list_faults({"title": "T", "oneOf": codes})) == []
