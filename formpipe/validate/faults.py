"""What a form's data lack by their schema: jsonschema's errors as rules and parameters, without its words.

jsonschema's messages hold the value that a person wrote and are never used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry

from formpipe.definition import FormDefinition
from formpipe.model import Data
from formpipe.naming import CHANGES, Path, key_of, pointer_of_path
from formpipe.validate.inlined import inlined

_LIMITED = frozenset({"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"})
_CHOSEN = frozenset({"const", "enum", "oneOf"})
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFault:
    """A field, by its name on the form, and the keyword of the schema that its value breaks."""

    name: str
    rule: str
    parameters: Mapping[str, object] = field(repr=False)


def validator_of(definition: FormDefinition, registry: Registry[Any]) -> Draft202012Validator:
    """Return the validator of *definition*, to be built once.

    References are looked up in *registry* alone; nothing is ever fetched.
    """
    schema = inlined(definition.schema, registry)
    return Draft202012Validator(schema, registry=registry, format_checker=_format_checker())


def schema_faults(
    data: Data, names: Mapping[str, str], validator: Draft202012Validator, definition: FormDefinition
) -> tuple[SchemaFault, ...]:
    """Return the faults of *data*, at most one a field; of a section left out, its required fields."""
    found: dict[str, SchemaFault] = {}
    for error in validator.iter_errors(data):
        for fault in _faults_of(_meant(error), names, definition):
            found.setdefault(fault.name, fault)
    return tuple(found.values())


def _meant(error: ValidationError) -> ValidationError:
    """Return the error that a person would call the fault: of alternatives, the first is the answer proper."""
    while error.validator == "anyOf" and error.context:
        error = next(each for each in error.context if each.schema_path[0] == 0)
    return error


def _faults_of(error: ValidationError, names: Mapping[str, str], definition: FormDefinition) -> Iterator[SchemaFault]:
    path: Path = tuple(error.absolute_path)
    rule = str(error.validator)
    if rule == "required":
        missing = (
            step for step in cast("list[str]", error.validator_value) if step not in cast("Data", error.instance)
        )
        for name in (leaf for step in missing for leaf in _leaves(_name_of((*path, step), names), definition)):
            yield SchemaFault(name=name, rule=rule, parameters={})
        return
    limit = {"limit": error.validator_value} if rule in _LIMITED else {}
    yield SchemaFault(name=_name_of(path, names), rule="enum" if rule in _CHOSEN else rule, parameters=limit)


def _name_of(path: Path, names: Mapping[str, str]) -> str:
    """Return the name on the form of the value at *path* in the data, also of one that is missing."""
    for length in range(len(path), 0, -1):
        known = names.get(pointer_of_path(path[:length]))
        if known is not None:
            rest = key_of(path[length:])
            return known + rest if rest.startswith("[") or not rest else f"{known}.{rest}"
    return key_of(path[len(CHANGES) :] if path[: len(CHANGES)] == CHANGES else path)


def _leaves(name: str, definition: FormDefinition) -> tuple[str, ...]:
    """Return the required fields in the section *name*, or *name* itself if it is no section."""
    begin = f"{name}."
    inside = (spec for key, spec in definition.specs.items() if key.startswith(begin) and "[]" not in key)
    return tuple(spec.key for spec in inside if spec.required) or (name,)


def _format_checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    checker.checks("date")(_is_date)
    checker.checks("date-time")(_is_moment)
    return checker


def _is_date(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_moment(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
