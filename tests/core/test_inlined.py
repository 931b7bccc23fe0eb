"""A schema without references judges as the one with them."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from formpipe.validate.inlined import inlined

BASE = "https://formpipe.invalid/schemas/"
HEAD = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
COLOURS: dict[str, Any] = {
    **HEAD,
    "$id": f"{BASE}codes/colours.json",
    "oneOf": [{"const": "rot", "title": "Rot"}, {"const": "blau"}],
}
REGISTRY: Registry[Any] = Registry().with_resources([(COLOURS["$id"], Resource.from_contents(COLOURS))])
VALUES: tuple[Any, ...] = (
    "rot",
    "gelb",
    1,
    True,
    None,
    [],
    ["rot"],
    {},
    {"title": "rot"},
    {"title": "gelb"},
    {"other": 1},
    2,
    "abc",
)


def verdicts(schema: dict[str, Any]) -> list[list[tuple[Any, ...]]]:
    validator = Draft202012Validator(schema, registry=REGISTRY)
    return [[(*each.absolute_path, each.validator == "required") for each in validator.iter_errors(v)] for v in VALUES]


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "codes/colours.json"},
        {"type": "object", "properties": {"title": {"$ref": "codes/colours.json", "title": "Farbe"}}},
        {"$ref": "codes/colours.json", "const": "rot"},
        {"$ref": "codes/colours.json", "allOf": [{"minLength": 4}]},
        {"anyOf": [{"$ref": "codes/colours.json"}, {"type": "null"}]},
        {"type": "array", "items": {"$ref": "codes/colours.json"}, "contains": {"const": "rot"}, "minContains": 1},
        {"oneOf": [{"const": 1}, {"const": True}]},
        {"oneOf": [{"const": 1}, {"const": 1.0}]},
        {"oneOf": [{"const": "rot"}, {"const": []}]},
        {"oneOf": [{"const": "rot"}], "enum": ["gelb"]},
        {
            "if": {"type": "string"},
            "then": {"$ref": "#/$defs/short"},
            "else": False,
            "$defs": {"short": {"maxLength": 3}},
        },
        {"required": ["title"], "properties": {"title": True}, "additionalProperties": False},
        {"not": {"$ref": "codes/colours.json"}},
        {"$ref": "#/$defs/none", "$defs": {"none": False}},
        {"$dynamicRef": "#text", "$defs": {"text": {"$dynamicAnchor": "text", "type": "string"}}},
        {"properties": {"title": {"$dynamicRef": "#here"}}, "$dynamicAnchor": "here", "type": "object"},
        {"properties": {"title": {"$id": f"{BASE}codes/", "allOf": [{"$ref": "colours.json"}]}}},
    ],
)
def test_the_same_values_are_taken_and_refused_at_the_same_places(schema: dict[str, Any]) -> None:
    plain = {**HEAD, "$id": f"{BASE}form.json", **schema}
    assert verdicts(inlined(plain, REGISTRY)) == verdicts(plain)


def test_titles_and_references_are_gone_but_no_property_of_that_name() -> None:
    schema = {
        **HEAD,
        "$id": f"{BASE}form.json",
        "title": "Bogen",
        "properties": {"title": {"$ref": "codes/colours.json", "x-print": "main"}},
    }
    assert inlined(schema, REGISTRY) == {"properties": {"title": {"enum": ["rot", "blau"]}}}


def test_a_reference_that_leads_back_into_itself_stays() -> None:
    schema = {**HEAD, "$id": f"{BASE}form.json", "type": "object", "properties": {"title": {"$ref": "#"}}}
    assert inlined(schema, REGISTRY) == schema
    deep = {"title": {"title": {"title": 1}}}
    assert not Draft202012Validator(inlined(schema, REGISTRY), registry=REGISTRY).is_valid(deep)
