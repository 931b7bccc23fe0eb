"""A single answer on its way to the Jobcenter: whether it may go, under which scope, and as what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from formpipe.definition import FieldSpec, ValueType
from formpipe.model import Json
from formpipe.releases import BASE, Releases

ALWAYS = "always"
SCOPES = frozenset({"J0", "J1", "J2", "J3", "J4", "J5", "J6"})
"""The scopes that a field may be released under; `always` is `J0`, anything else is never."""

_DECLINED = "keine_angabe"
_UNKNOWN = "unbekannt"
_NAMES = ("person.", "contact.", "ids.", "case.", "form.", "household.", "benefits.jobcenter_contact")
_CARE_OF = "contact.care_of"
"""In whose care a letter is sent: mostly the name of a house, which may be a clinic or a refuge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """A value that goes out, and the scopes it goes out under (`J0`; `J0, J1` for codes of several).

    `text` is printed in place of the value's own spelling where the value
    alone would say too much or too little (a partial birth date, a name for a
    row id); `None` otherwise.
    """

    value: Json = field(repr=False)
    scope: str
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosedAction:
    """A step that goes out; `values` by column (`title`)."""

    action_id: str
    values: Mapping[str, Disclosed] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosedGoal:
    """A goal that goes out, with those of its steps that do; `values` by column (`title`)."""

    goal_id: str
    values: Mapping[str, Disclosed] = field(repr=False)
    actions: tuple[DisclosedAction, ...] = field(repr=False)


def disclosed_of(spec: FieldSpec | None, value: Json, releases: Releases) -> Disclosed | None:
    """Return *value* as it may go out, or `None` if it may not; of a list what of it may.

    A field without a rule, or that no form knows, never goes. `keine Angabe`
    does not go either, that somebody did not answer is nobody's business; nor
    `unbekannt` unless the field's own list has it as a state of things.
    """
    if spec is None:
        return None
    if not isinstance(value, list):
        scope = _scope_of(spec, value, releases)
        return None if scope is None else Disclosed(value=value, scope=scope)
    kept = [(each, scope) for each in value if (scope := _scope_of(spec, each, releases)) is not None]
    if not kept:
        return None
    return Disclosed(value=[each for each, _ in kept], scope=", ".join(sorted({scope for _, scope in kept})))


def is_free_text(spec: FieldSpec) -> bool:
    """Tell whether the field takes a person's own words that the guard list applies to; names and addresses do not."""
    is_name = spec.key.startswith(_NAMES) and spec.key != _CARE_OF
    return spec.type in {ValueType.TEXT, ValueType.TEXTS} and not is_name


def _is_code(spec: FieldSpec) -> bool:
    return spec.type is not ValueType.BOOLEAN and spec.codes is not None and spec.codes.title_of(_UNKNOWN) is not None


def _scope_of(spec: FieldSpec, value: Json, releases: Releases) -> str | None:
    if value == _DECLINED or (value == _UNKNOWN and not _is_code(spec)):
        return None
    rule = spec.jobcenter_values.get(str(value), spec.jobcenter)
    scope = BASE if rule == ALWAYS else rule
    return scope if scope in SCOPES and releases.covers(scope) else None
