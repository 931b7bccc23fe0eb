"""Faults of the schema files themselves, so that a wrong one is found before a form is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from formpipe.defining import CodeLists, Node, branches_of, definition_of, is_list, list_name_of, longest_name
from formpipe.definition import FormDefinition

CLASSES = ("always", "J1", "J2", "J3", "J4", "J5", "J6", "never")
"""Classes of disclosure: with J0 alone, with one more release, or never."""

NAME_LENGTH = 64
"""Longest name of a field on a form; Word's limit for a tag."""

Vocabulary: TypeAlias = Mapping[str, Validator]


def _vocabulary(words: Mapping[str, Mapping[str, Any]]) -> Vocabulary:
    checker = Draft202012Validator.FORMAT_CHECKER
    return {word: Draft202012Validator(value, format_checker=checker) for word, value in words.items()}


_TRUE: Mapping[str, Any] = {"const": True}
_TEXT = {"type": "string", "minLength": 1}
_TEXTS = {"type": "array", "items": _TEXT, "minItems": 1}
_COUNT = {"type": "integer", "minimum": 1}
_DAY = {"type": "string", "format": "date", "minLength": 10, "maxLength": 10}
_CLASS = {"enum": list(CLASSES)}
_ID = {"type": "object", "required": ["name", "prefix"], "properties": {"name": _TEXT, "prefix": _TEXT}}

_FORM = _vocabulary(
    {
        "x-date": _TEXT,
        "x-form-type": _TEXT,
        "x-kind": {"type": "string", "pattern": "^[a-z_]+$"},
        "x-version": {"type": "string", "pattern": "^[0-9]{4}\\.[0-9]{1,2}$"},
    }
)
_SECTION = _vocabulary({"x-new-page": _TRUE})
_LIST = _vocabulary({"x-rows": _COUNT, "x-id": {**_ID, "additionalProperties": False}})
_FIELD = _vocabulary(
    {
        "x-clearable": _TRUE,
        "x-example": _TEXT,
        "x-jobcenter": _CLASS,
        "x-jobcenter-values": {"type": "object", "additionalProperties": _CLASS, "minProperties": 1},
        "x-labels": _TEXTS,
        "x-locked": _TRUE,
        "x-multiline": _TRUE,
        "x-no-answer": _TRUE,
        "x-normalise": {"enum": ["phone", "bg_nummer"]},
        "x-partial": _TRUE,
        "x-precision": _TEXT,
        "x-print": {"enum": ["main", "annex", "no"]},
        "x-printed": _TEXTS,
        "x-rows": _COUNT,
        "x-sensitivity": {"type": "array", "items": {"enum": ["N", "S", "A9", "G"]}, "minItems": 1},
        "x-short": _TEXT,
        "x-width": {"enum": ["full", "half", "third"]},
    }
)
_CODES = _vocabulary({"x-source": _TEXT})
_CODE = _vocabulary({"x-easy": _TEXT, "x-source": _TEXT, "x-valid-from": _DAY, "x-valid-to": _DAY})

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_REFERENCE = re.compile(r"codes/[a-z0-9_]+\.json")
_LIST_WORDS = {"$schema", "$id", "title", "description", "oneOf"}
_CHOICE = {"$ref", "oneOf"}
_TYPES = {"string", "integer", "number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong in a schema file, and the JSON pointer to where."""

    pointer: str
    what: str


def code_list_faults(document: Node) -> Iterator[Fault]:
    """Yield the faults of a code list; its shape is closed, any other keyword is one."""
    yield from _annotated("", document, _CODES, needed=("title", "oneOf"))
    for word in sorted(word for word in set(document) - _LIST_WORDS if not word.startswith("x-")):
        yield Fault(pointer=f"/{word}", what=f"keyword '{word}' is not known here")
    if "title" in document and not _is_text(document["title"]):
        yield Fault(pointer="/title", what="the title is no text")
    if "oneOf" in document:
        yield from _code_faults("/oneOf", document["oneOf"])


def _code_faults(pointer: str, entries: object) -> Iterator[Fault]:
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        yield Fault(pointer=pointer, what="no list of codes")
        return
    for index, entry in enumerate(entries):
        here = f"{pointer}/{index}"
        yield from _annotated(here, entry, _CODE, needed=("const", "title"))
        if not isinstance(entry.get("const", ""), str | bool | int) or not _is_text(entry.get("title", "-")):
            yield Fault(pointer=here, what="a code is a text, a whole number, true or false; its title a text")
    for word in ("const", "title"):
        seen: set[str] = set()
        for index, entry in enumerate(entries):
            value = repr(entry.get(word))  # tells true from 1 and 1 from "1"
            if value in seen:
                yield Fault(pointer=f"{pointer}/{index}/{word}", what=f"two codes with the same '{word}'")
            seen.add(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def form_faults(schema: Node, code_lists: CodeLists) -> Iterator[Fault]:
    """Yield the faults of a form's schema; each `$ref` must lead to one of *code_lists*.

    It must be a valid JSON Schema already. Later checks need a sound structure,
    so each step runs only if the one before found nothing.
    """
    faults = (
        list(_shape_faults("", schema, code_lists))
        or list(_annotated("", schema, _FORM, needed=("title", "properties", *_FORM)))
        or list(_section_faults("/properties", schema["properties"]))
    )
    yield from faults or _definition_faults(definition_of(schema, code_lists))


def _shape_faults(pointer: str, node: object, code_lists: CodeLists) -> Iterator[Fault]:
    """Yield what keeps the schema from being read as a form at all."""
    if not isinstance(node, dict):
        yield Fault(pointer=pointer, what="a field or section must be an object")
        return
    reference = node.get("$ref")
    if reference is not None and not _leads(reference, code_lists):
        yield Fault(pointer=f"{pointer}/$ref", what=f"'{reference}' leads to no code list")
    if node.get("type") == "array" and "items" not in node:
        yield Fault(pointer=pointer, what="the list has no 'items'")
    if "properties" in node and node.get("additionalProperties") is not False:
        yield Fault(pointer=pointer, what="'additionalProperties' must be false")
    for name, child in node.get("properties", {}).items():
        if not _NAME.fullmatch(name):
            yield Fault(pointer=f"{pointer}/properties/{name}", what="a name is small letters, digits and _")
        yield from _shape_faults(f"{pointer}/properties/{name}", child, code_lists)
    for index, child in enumerate(node.get("anyOf", ())):
        yield from _shape_faults(f"{pointer}/anyOf/{index}", child, code_lists)
    if "items" in node:
        yield from _shape_faults(f"{pointer}/items", node["items"], code_lists)
    if "oneOf" in node:
        yield from _code_faults(f"{pointer}/oneOf", node["oneOf"])


def _leads(reference: str, code_lists: CodeLists) -> bool:
    return bool(_REFERENCE.fullmatch(reference)) and list_name_of(reference) in code_lists


def _section_faults(pointer: str, properties: Node) -> Iterator[Fault]:
    for name, node in properties.items():
        here = f"{pointer}/{name}"
        if is_list(node):
            yield from _list_faults(here, node, {**_LIST, **_SECTION})
            continue
        yield from _annotated(here, node, _SECTION, needed=("title", "properties"))
        for key, child in node.get("properties", {}).items():
            if (name, key) == ("review", "changes"):
                yield from _annotated(f"{here}/properties/{key}", child, {}, needed=("title", "properties"))
                yield from _section_faults(f"{here}/properties/{key}/properties", child.get("properties", {}))
            else:
                yield from _item_faults(f"{here}/properties/{key}", child)
        yield from _required_faults(here, node)


def _item_faults(pointer: str, node: Node) -> Iterator[Fault]:
    if is_list(node):
        yield from _list_faults(pointer, node, _LIST)
    elif node.get("type") == "object":
        yield from _annotated(pointer, node, {}, needed=("title", "properties"))
        yield from _row_faults(pointer, node)
    else:
        yield from _annotated(pointer, node, _FIELD, needed=("title", "x-print", "x-sensitivity"))
        yield from _type_faults(pointer, branches_of(node)[0])


def _type_faults(pointer: str, value: Node) -> Iterator[Fault]:
    if value.get("type") == "array":
        yield from _type_faults(f"{pointer}/items", branches_of(value["items"])[0])
    elif not _CHOICE & set(value) and str(value.get("type")) not in _TYPES:
        yield Fault(pointer=pointer, what="the type is none that a form can ask")


def _list_faults(pointer: str, node: Node, known: Vocabulary) -> Iterator[Fault]:
    yield from _annotated(pointer, node, known, needed=("title",))
    yield from _row_faults(f"{pointer}/items", node["items"])
    row_id = node.get("x-id")
    if isinstance(row_id, dict) and row_id.get("name") not in node["items"].get("properties", {}):
        yield Fault(pointer=f"{pointer}/x-id", what="'x-id' names no column")


def _row_faults(pointer: str, node: Node) -> Iterator[Fault]:
    properties: Node = node.get("properties", {})
    for name, child in properties.items():
        yield from _item_faults(f"{pointer}/properties/{name}", child)
        if str(child.get("x-precision", name)) not in properties:
            yield Fault(pointer=f"{pointer}/properties/{name}/x-precision", what="'x-precision' names no sibling")
    yield from _required_faults(pointer, node)


def _required_faults(pointer: str, node: Node) -> Iterator[Fault]:
    for name in node.get("required", ()):
        if name not in node.get("properties", {}):
            yield Fault(pointer=f"{pointer}/required", what=f"'{name}' is required but no property")


def _annotated(pointer: str, node: Node, known: Vocabulary, *, needed: tuple[str, ...]) -> Iterator[Fault]:
    for word in needed:
        if node.get(word, "") == "":
            yield Fault(pointer=pointer, what=f"'{word}' is missing")
    for word, value in node.items():
        if not word.startswith("x-"):
            continue
        if word not in known:
            yield Fault(pointer=f"{pointer}/{word}", what=f"keyword '{word}' is not known here")
        elif not known[word].is_valid(value):
            yield Fault(pointer=f"{pointer}/{word}", what=f"keyword '{word}' has a value that is not understood")


def _definition_faults(definition: FormDefinition) -> Iterator[Fault]:
    date_spec = definition.specs.get(definition.date_key)
    if date_spec is None or not date_spec.required:
        yield Fault(pointer="/x-date", what="'x-date' names no required field")
    for spec in definition.specs.values():
        name = longest_name(spec)
        if len(name) > NAME_LENGTH:
            yield Fault(pointer=spec.key, what=f"the name '{name}' is longer than {NAME_LENGTH} characters")
        known = {str(code.value) for code in spec.codes.codes} if spec.codes else set()
        for code in sorted(set(spec.jobcenter_values) - known):
            yield Fault(pointer=spec.key, what=f"'x-jobcenter-values' names '{code}', which is no code of the field")
