"""What stands on a form already, field by field; fields with nothing in them are made once for a definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from formpipe import printed
from formpipe.blanks.controls import Control, ControlKind, boxes_of, control_of
from formpipe.definition import FieldSpec, FormDefinition
from formpipe.model import Json

_MOST = 8192
_Controls: TypeAlias = tuple[Control, ...]


class Empty:
    """The empty controls of a form, by the name of their field; they hold nothing that a person wrote."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, bool], _Controls] = {}

    def controls(self, spec: FieldSpec, name: str, make: Callable[[], _Controls]) -> _Controls:
        """Return what *make* returns for the field *name*; a list may give it one line or several."""
        key = (name, spec.multiline)
        found = self._made.get(key)
        if found is None:
            found = make()
            if len(self._made) < _MOST:
                self._made[key] = found
        return found


class _Same:
    """A definition as a key: equal to itself only, and kept alive as long as the key is."""

    def __init__(self, definition: FormDefinition) -> None:
        self._definition = definition

    def __hash__(self) -> int:
        return id(self._definition)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._definition is other._definition


def empty_of(definition: FormDefinition) -> Empty:
    """Return the empty controls of *definition*: the same ones for each of its forms."""
    return _empty_of(_Same(definition))


@lru_cache(maxsize=16)
def _empty_of(definition: _Same) -> Empty:
    del definition
    return Empty()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What stands on a form already.

    `values` are typed values by the field's name, a list of codes or texts as a
    whole. `locked` are names of fields that are closed beside those the schema
    locks, `protected` those whose value is known but not shown.
    """

    values: Mapping[str, Json] = field(repr=False)
    locked: frozenset[str] = frozenset()
    protected: frozenset[str] = frozenset()
    empty: Empty = field(default_factory=Empty, repr=False)

    def control(self, spec: FieldSpec, name: str) -> Control:
        """Return the control of the single field *name*."""
        empty = self.empty.controls(spec, name, lambda: (control_of(spec, name, None),))[0]
        value = self.values.get(name)
        if value is None and name not in self.protected:
            return empty
        return control_of(
            spec,
            name,
            value,
            locked=name in self.locked,
            hint=printed.HINT_PROTECTED if name in self.protected else None,
            offered=empty.options if empty.kind is ControlKind.CHOICE else None,
        )

    def boxes(self, spec: FieldSpec, name: str) -> tuple[Control, ...]:
        """Return a check box for each code of the list of codes *name*."""
        value = self.values.get(name)
        if value is None:
            return self.empty.controls(spec, name, lambda: tuple(boxes_of(spec, name, None)))
        return tuple(boxes_of(spec, name, value))

    def entries(self, spec: FieldSpec, name: str) -> tuple[Control, ...]:
        """Return a control for each entry of the list of texts (or of codes by drop-down) *name*."""
        value = self.values.get(name)
        if value is None:
            return self.empty.controls(spec, name, lambda: _entries_of(spec, name, []))
        return _entries_of(spec, name, value if isinstance(value, list) else [value])


def _entries_of(spec: FieldSpec, name: str, filled: list[Json]) -> tuple[Control, ...]:
    rows = max(spec.rows, len(filled))
    return tuple(
        control_of(spec, f"{name}[{index}]", filled[index] if index < len(filled) else None) for index in range(rows)
    )
