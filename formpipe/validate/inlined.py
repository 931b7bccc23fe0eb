"""A schema without references: the same verdicts and the same errors, found without looking anything up.

Looking up one reference after the other takes jsonschema most of its time on a
form. What says nothing about validity (titles, hints, our own keywords) goes,
and a closed list of codes becomes an `enum`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from jsonschema.validators import Draft202012Validator
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

_BY_NAME = frozenset({"properties", "patternProperties", "dependentSchemas"})
_SEVERAL = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_SINGLE = frozenset(
    {
        *("items", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else"),
        *("unevaluatedItems", "unevaluatedProperties"),
    }
)
_IN_PLACE = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"})
"""Keywords whose schemas judge the same value as the one they stand in."""

_BOUND = frozenset({"$dynamicRef", "$dynamicAnchor"})
_JUDGING = frozenset(Draft202012Validator.VALIDATORS) | {"then", "else", "minContains", "maxContains"}


def inlined(schema: Mapping[str, Any], registry: Registry[Any]) -> dict[str, Any]:
    """Return *schema* with the content of each reference in its place; as it is if that cannot be.

    It cannot where a reference leads back into itself or depends on where it
    was come from (`$dynamicRef`), or where a part has an `$id` of its own.

    Raises:
        referencing.exceptions.Unresolvable: *registry* does not hold what a reference names, or it leads back to
            itself before anything is asked of a form.
    """
    resource = Resource.from_contents(dict(schema), default_specification=DRAFT202012)
    try:
        return _Inliner(registry.resolver_with_root(resource)).of(schema)
    except _BoundError:
        return dict(schema)


class _BoundError(Exception):
    """What a reference leads to cannot be told, or not be put into its place."""


@dataclass(frozen=True, slots=True)
class _Inliner:
    """Goes through a schema; `open_` are the references it is just inside of, `here` those of the same instance."""

    resolver: Any  # referencing has no public name for what its registry gives
    open_: tuple[str, ...] = ()
    here: tuple[str, ...] = ()

    def of(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        if not _BOUND.isdisjoint(schema):
            raise _BoundError
        found = {key: self._of_keyword(key, value) for key, value in schema.items() if key in _JUDGING - {"$ref"}}
        codes = _codes_of(found.get("oneOf"))
        if codes is not None and "enum" not in found:
            found = {
                "enum" if key == "oneOf" else key: codes if key == "oneOf" else each for key, each in found.items()
            }
        return found if "$ref" not in schema else self._with_referred(schema["$ref"], found)

    def _of_keyword(self, key: str, value: Any) -> Any:  # noqa: ANN401  # what a keyword may hold
        inner = self if key in _IN_PLACE or not self.here else replace(self, here=())
        if key in _BY_NAME:
            return {name: inner._of_any(each) for name, each in value.items()}
        if key in _SEVERAL:
            return [inner._of_any(each) for each in value]
        return inner._of_any(value) if key in _SINGLE else value

    def _of_any(self, schema: Any) -> Any:  # noqa: ANN401  # a schema may be true or false
        if not isinstance(schema, Mapping):
            return schema
        if "$id" in schema:
            raise _BoundError
        return self.of(schema)

    def _with_referred(self, reference: str, beside: dict[str, Any]) -> dict[str, Any]:
        if reference in self.here:
            raise Unresolvable(ref=reference)
        if reference in self.open_:
            raise _BoundError
        resolved = self.resolver.lookup(reference)
        inliner = _Inliner(resolved.resolver, (*self.open_, reference), (*self.here, reference))
        referred = inliner.of(resolved.contents) if isinstance(resolved.contents, Mapping) else resolved.contents
        if not beside and isinstance(referred, dict):
            return referred
        return {**beside, "allOf": [referred, *beside.get("allOf", ())]}


def _codes_of(alternatives: Any) -> list[Any] | None:  # noqa: ANN401  # what a keyword may hold
    """Return the values of *alternatives* if each is one value and none comes twice, else `None`."""
    if not alternatives or not all(isinstance(each, dict) and set(each) == {"const"} for each in alternatives):
        return None
    values = [each["const"] for each in alternatives]
    told_apart = {(type(each) is bool, each) for each in values if isinstance(each, str | int | float)}
    return values if len(told_apart) == len(values) else None
