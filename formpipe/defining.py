"""A form's schema as a typed definition; the one place that knows how a field shows in JSON Schema.

The schema is taken as checked (`vetting.py`); `docs/schema-keywords.md` lists
the annotations and how each kind of value is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any, TypeAlias

from formpipe.definition import (
    Code,
    CodeList,
    FieldSpec,
    FormDefinition,
    Item,
    ListSpec,
    Printed,
    SectionSpec,
    ValueType,
    fields_of,
)
from formpipe.model import FormKind

Node: TypeAlias = Mapping[str, Any]
CodeLists: TypeAlias = Mapping[str, CodeList]

BOOLEAN = "boolean"
"""Name of the code list that makes a field a (four-valued) boolean."""

_TYPES = {"integer": ValueType.INTEGER, "number": ValueType.NUMBER}
_FORMATS = {"date": ValueType.DATE, "date-time": ValueType.DATE_TIME}


def code_list_of(name: str, document: Node) -> CodeList:
    """Return the code list *name* (file name without `.json`) written in *document*."""
    codes = tuple(
        Code(
            value=entry["const"],
            title=entry["title"],
            easy=entry.get("x-easy"),
            valid_from=_day(entry.get("x-valid-from")),
            valid_to=_day(entry.get("x-valid-to")),
        )
        for entry in document["oneOf"]
    )
    return CodeList(name=name, title=document["title"], codes=codes)


def definition_of(schema: Node, code_lists: CodeLists) -> FormDefinition:
    """Return the form that *schema* describes, its sections and fields in the schema's order.

    What stands under `review.changes` becomes sections of their own right after
    the review's, with the keys of the intake.
    """
    sections = tuple(_sections(schema["properties"], code_lists))
    lists = (each for section in sections for each in _lists(section.items))
    return FormDefinition(
        kind=FormKind(kind=schema["x-kind"], version=schema["x-version"]),
        title=schema["title"],
        form_type=schema["x-form-type"],
        date_key=schema["x-date"],
        sections=sections,
        schema=schema,
        specs=MappingProxyType({spec.key: spec for section in sections for spec in fields_of(section.items)}),
        lists=MappingProxyType({each.key: each for each in lists}),
    )


def longest_name(spec: FieldSpec) -> str:
    """Return the longest name the field can have on a form: two-digit rows, the longest code."""
    key = spec.key.replace("[]", "[99]")
    if spec.type is ValueType.TEXTS:
        return f"{key}[99]"
    if spec.type is ValueType.CODES and spec.codes is not None:
        return f"{key}[{max((str(code.value) for code in spec.codes.codes), key=len)}]"
    return key


def list_name_of(reference: str) -> str:
    """Return the name of the code list that *reference* (`codes/<name>.json`) leads to."""
    return reference.removeprefix("codes/").removesuffix(".json")


def branches_of(node: Node) -> Sequence[Node]:
    """Return the alternatives of a field's value; the first one is its own type."""
    return node.get("anyOf") or (node,)


def is_list(node: Node) -> bool:
    """Tell whether *node* is a list of rows (an array of objects)."""
    return node.get("type") == "array" and node["items"].get("type") == "object"


def _sections(properties: Node, code_lists: CodeLists, *, changes: bool = False) -> Iterator[SectionSpec]:
    for name, node in properties.items():
        items: tuple[Item, ...]
        nested: Node = {}
        if is_list(node):
            items = (_list_of(f"{name}[]", node, code_lists),)
        else:
            own = dict(node["properties"])
            nested = own.pop("changes", {}) if name == "review" else {}
            items = tuple(_items(name, {**node, "properties": own}, code_lists))
        yield SectionSpec(
            name=name,
            label=node["title"],
            items=items,
            hint=node.get("description"),
            new_page=node.get("x-new-page", False),
            changes=changes,
        )
        yield from _sections(nested.get("properties", {}), code_lists, changes=True)


def _items(prefix: str, node: Node, code_lists: CodeLists) -> Iterator[Item]:
    required = node.get("required", ())
    for name, child in node["properties"].items():
        key = f"{prefix}.{name}"
        if is_list(child):
            yield _list_of(f"{key}[]", child, code_lists)
        elif child.get("type") == "object":
            yield from _items(key, child, code_lists)
        else:
            yield _field_of(key, child, code_lists, required=name in required)


def _lists(items: tuple[Item, ...]) -> Iterator[ListSpec]:
    for item in items:
        if isinstance(item, ListSpec):
            yield item
            yield from _lists(item.columns)


def _list_of(key: str, node: Node, code_lists: CodeLists) -> ListSpec:
    row_id: Node = node.get("x-id", {})
    return ListSpec(
        key=key,
        label=node["title"],
        hint=node.get("description"),
        columns=tuple(_items(key, node["items"], code_lists)),
        rows=node.get("x-rows", 1),
        id_name=row_id.get("name"),
        id_prefix=row_id.get("prefix"),
    )


def _field_of(key: str, node: Node, code_lists: CodeLists, *, required: bool) -> FieldSpec:
    kind, codes = _value_of(key, node, code_lists)
    value = branches_of(node)[0]
    return FieldSpec(
        key=key,
        label=node["title"],
        type=kind,
        short_label=node.get("x-short"),
        hint=node.get("description"),
        example=node.get("x-example"),
        codes=codes,
        required=required,
        no_answer=node.get("x-no-answer", False),
        clearable=node.get("x-clearable", False),
        jobcenter=node.get("x-jobcenter", "never"),
        jobcenter_values=MappingProxyType(dict(node.get("x-jobcenter-values", {}))),
        sensitivity=tuple(node["x-sensitivity"]),
        printed=Printed(node["x-print"]),
        rows=node.get("x-rows", 1),
        multiline=node.get("x-multiline", False),
        width=node.get("x-width", "half"),
        locked=node.get("x-locked", False),
        printed_rows=tuple(node.get("x-printed", ())),
        precision_key=node.get("x-precision"),
        partial=node.get("x-partial", False),
        normalise=node.get("x-normalise"),
        max_length=value.get("items", value).get("maxLength"),
        labels=tuple(node.get("x-labels", ())),
    )


def _value_of(key: str, node: Node, code_lists: CodeLists) -> tuple[ValueType, CodeList | None]:
    value = branches_of(node)[0]
    if value.get("type") == "array":
        codes = _codes_of(key, value["items"], code_lists)
        # A long list is asked by a drop-down for each row, a short one by a box for each code.
        return (ValueType.TEXTS if codes is None or "x-rows" in node else ValueType.CODES), codes
    codes = _codes_of(key, node, code_lists)
    if codes is not None:
        return (ValueType.BOOLEAN if codes.name == BOOLEAN else ValueType.CODE), codes
    if value["type"] in _TYPES:
        return _TYPES[value["type"]], None
    return _FORMATS.get(value.get("format", ""), ValueType.TEXT), None


def _codes_of(key: str, node: Node, code_lists: CodeLists) -> CodeList | None:
    """Return all codes that *node* takes, or `None` if its own type is no code list."""
    own, *others = (_codes_in(key, branch, code_lists) for branch in branches_of(node))
    if own is None:
        return None
    return replace(own, codes=own.codes + tuple(code for other in others if other for code in other.codes))


def _codes_in(key: str, node: Node, code_lists: CodeLists) -> CodeList | None:
    if "$ref" in node:
        return code_lists[list_name_of(node["$ref"])]
    if "oneOf" in node:
        return code_list_of(key, {"title": node.get("title", key), **node})
    return None


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
