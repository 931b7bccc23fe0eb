"""Forms that are not ours, taken as one of ours: a mapping leads from their fields or labels to our keys."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from jsonschema import Draft202012Validator

from formpipe.definition import FormDefinition
from formpipe.errors import UnknownFormError
from formpipe.model import Field, FieldState, FieldType, FilledForm, FormKind
from formpipe.naming import field_of
from formpipe.normalise.answers import IGNORED
from formpipe.normalise.characters import fold
from formpipe.vetting import Fault

UNMAPPED = "unmapped"
"""Source of a name that no mapping knows: it is not looked for among our own labels."""

_COUNT = re.compile(r"#(\d{1,3})$")
_TEXT = {"type": "string", "minLength": 1}
_TEXTS = {"type": "array", "items": _TEXT, "minItems": 1}
_TARGET = {
    "type": "object",
    "required": ["key"],
    "additionalProperties": False,
    "properties": {"key": _TEXT, "values": {"type": "object", "additionalProperties": _TEXT}},
}
_TARGETS = [_TEXT, _TARGET, {"type": "array", "items": {"anyOf": [_TEXT, _TARGET]}, "minItems": 1}]
_SHAPE = Draft202012Validator(
    {
        "type": "object",
        "required": ["kind", "version", "recognised_by", "fields"],
        "additionalProperties": False,
        "properties": {
            "description": _TEXT,
            "kind": _TEXT,
            "version": _TEXT,
            "recognised_by": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "properties": {"title": _TEXT, "labels": _TEXTS},
            },
            "fields": {"type": "object", "minProperties": 1, "additionalProperties": {"anyOf": _TARGETS}},
            "printed": {"type": "object", "additionalProperties": _TEXT},
            "ignored": _TEXTS,
        },
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where an answer goes: the key on our form; `values` leads from the foreign form's words to ours.

    `[]` in the key is the row: the first field of this label goes into the
    first, the second into the second.
    """

    key: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormMapping:
    """How a foreign form is known, and what its fields are on ours.

    `title` and `labels` must all be there. `fields` and `ignored` go by name or
    label, spelled as `fold` does; `printed` are answers that the foreign form
    gives by being what it is, by our keys.
    """

    name: str
    kind: FormKind
    title: str | None
    labels: tuple[str, ...]
    fields: Mapping[str, tuple[Target, ...]]
    printed: Mapping[str, str]
    ignored: frozenset[str]


def mapping_of(name: str, document: Mapping[str, Any]) -> FormMapping:
    """Return the mapping *name* that *document* describes; it must have no faults."""
    known = document["recognised_by"]
    targets = {fold(own): tuple(map(_target_of, _listed(to))) for own, to in document["fields"].items()}
    return FormMapping(
        name=name,
        kind=FormKind(kind=document["kind"], version=document["version"]),
        title=known.get("title"),
        labels=tuple(known.get("labels", ())),
        fields=MappingProxyType(targets),
        printed=MappingProxyType(dict(document.get("printed", {}))),
        ignored=frozenset(map(fold, document.get("ignored", ()))),
    )


def mapping_faults(document: Mapping[str, Any], definitions: Mapping[FormKind, FormDefinition]) -> Iterator[Fault]:
    """Yield what is wrong in a mapping file; each key must be a field of its form."""
    shape = list(_SHAPE.iter_errors(document))
    if shape:
        yield from (_fault(each.absolute_path, f"'{each.validator}' does not hold") for each in shape)
        return
    kind = FormKind(kind=document["kind"], version=document["version"])
    if kind not in definitions:
        yield Fault(pointer="/version", what=f"there is no form '{kind}'")
        return
    for own, to in document["fields"].items():
        for target in map(_target_of, _listed(to)):
            if field_of(target.key.replace("[]", "[0]"), definitions[kind]) is None:
                yield _fault(("fields", own), f"'{target.key}' is no field of the form")
    for key in document.get("printed", {}):
        if field_of(key, definitions[kind]) is None:
            yield _fault(("printed", key), "no field of the form")
    yield from _doubles(document["fields"])
    twice = sorted(set(map(fold, document.get("ignored", ()))) & set(map(fold, document["fields"])))
    if twice:
        yield Fault(pointer="/ignored", what=f"'{twice[0]}' is mapped and ignored")


def _doubles(fields: Iterable[str]) -> Iterator[Fault]:
    own = tuple(fields)
    spelled = Counter(map(fold, own))
    yield from (
        _fault(("fields", each), "another field is read as the same label") for each in own if spelled[fold(each)] > 1
    )


def mapped(
    form: FilledForm, mappings: Iterable[FormMapping], definitions: Mapping[FormKind, FormDefinition]
) -> FilledForm:
    """Return *form* under our names if it is a foreign one that a mapping knows, else as it is.

    A field that the mapping does not name keeps its own name, and so ends among
    the unknown ones; but one label of `x-labels` is enough to know it.

    Raises:
        UnknownFormError: More than one mapping claims the form.
    """
    if form.marks.kind is not None:
        return form
    claims = [each for each in mappings if _is_claimed(form, each)]
    if not claims:
        return form
    if len(claims) > 1:
        raise UnknownFormError("more than one mapping claims the form", code="unknown_form")
    (mapping,) = claims
    older = _older_labels(definitions[mapping.kind])
    fields = [keyed for each in form.fields for keyed in _keyed(each, mapping, older)]
    printed = {**mapping.printed, "form.version": mapping.kind.version}
    fields += [_printed(name, value) for name, value in printed.items() if name not in {each.name for each in fields}]
    return replace(form, marks=replace(form.marks, kind=mapping.kind.kind), fields=_numbered(fields))


def _listed(to: Any) -> list[Any]:  # noqa: ANN401 - JSON of a checked file
    return to if isinstance(to, list) else [to]


def _target_of(to: str | Mapping[str, Any]) -> Target:
    if isinstance(to, str):
        return Target(key=to)
    words = {fold(own): ours for own, ours in to.get("values", {}).items()}
    return Target(key=to["key"], values=MappingProxyType(words))


def _is_claimed(form: FilledForm, mapping: FormMapping) -> bool:
    if mapping.title is not None and fold(mapping.title) != fold(form.title):
        return False
    there = {fold(text) for each in form.fields for text in (each.name, each.label)}
    return all(fold(label) in there for label in mapping.labels)


def _keyed(each: Field, mapping: FormMapping, older: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the field *each* under our name; more than one if it answers more than one of ours."""
    names = [fold(text) for text in (each.name, each.label)]
    if any(name in mapping.ignored for name in names):
        return (replace(each, name_source=UNMAPPED, flags=(*each.flags, IGNORED)),)
    targets = next((mapping.fields[name] for name in names if name in mapping.fields), ())
    if not targets and names[1] in older:
        targets = (Target(key=older[names[1]]),)
    if not targets:
        return (replace(each, name_source=UNMAPPED) if each.name_source == "label" else each,)
    return tuple(_taken_to(target, each) for target in targets)


def _taken_to(target: Target, each: Field) -> Field:
    """Return *each* under our key, what was chosen in our words; the row is that of the label on the paper."""
    count = _COUNT.search(each.name)
    name = target.key.replace("[]", f"[{int(count[1]) - 1 if count else 0}]")
    value = each.value
    if isinstance(value, tuple):
        value = tuple(target.values.get(fold(word), word) for word in value)
    elif isinstance(value, str):
        value = target.values.get(fold(value), value)
    return replace(each, name=name, name_source="mapping", value=value)


def _older_labels(definition: FormDefinition) -> dict[str, str]:
    """Return the key of each further label that only one field of *definition* has, columns of lists left out."""
    found: dict[str, set[str]] = {}
    for spec in definition.specs.values():
        for label in spec.labels if "[]" not in spec.key else ():
            found.setdefault(fold(label), set()).add(spec.key)
    return {label: key for label, keys in found.items() if len(keys) == 1 for key in keys}


def _printed(name: str, value: str) -> Field:
    return Field(
        name=name, name_source="mapping", label=name, type=FieldType.TEXT, state=FieldState.FILLED, value=value
    )


def _numbered(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Give the second field of one name its number, as a reader does."""
    seen: dict[str, int] = {}
    numbered = []
    for each in fields:
        seen[each.name] = count = seen.get(each.name, 0) + 1
        numbered.append(replace(each, name=f"{each.name}#{count}") if count > 1 else each)
    return tuple(numbered)


def _fault(path: Iterable[str | int], what: str) -> Fault:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return Fault(pointer="".join(f"/{step}" for step in steps), what=what)
