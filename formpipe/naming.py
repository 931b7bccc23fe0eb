"""Names of fields on a form: which field, which row, and where on the paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from formpipe.definition import FieldSpec, FormDefinition, Item, ListSpec
from formpipe.model import pointer_of

Path = tuple[str | int, ...]
"""Steps from the root of the data to a value; numbers are rows."""

CHANGES: Path = ("review", "changes")
"""Where the changed values of a review stand in its data."""

_DOTS = re.compile(r"\.(?![^\[]*\])")
_ROW = re.compile(r"(.*)\[([0-9]{1,4})\]")
_SUFFIX = re.compile(r"(.*)\[([^\[\]]+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldName:
    """A form field's name taken apart.

    `base` is the name without the code of a box or the row of a text
    (`suffix`); `path` the steps of `base`, rows as numbers.
    """

    base: str
    path: Path
    spec: FieldSpec = field(repr=False)
    suffix: str | None = None


def field_of(name: str, definition: FormDefinition) -> FieldName | None:
    """Return the field of *definition* that is called *name* on the form, or `None` if none is."""
    spec = definition.spec_of(name)
    taken = None if spec is None else _taken_apart(name, spec.key)
    if spec is None or taken is None:
        return None
    base, path, suffix = taken
    return FieldName(base=base, path=path, spec=spec, suffix=suffix)


@lru_cache(maxsize=4096)  # a form asks for each of its names several times, and all forms have the same ones
def _taken_apart(name: str, key: str) -> tuple[str, Path, str | None] | None:
    """Return base, path and suffix of the *name* that belongs to the field *key*, or `None` if it does not."""
    steps, wanted = _DOTS.split(name), key.split(".")
    suffix = None
    if steps[-1] != wanted[-1]:
        match = _SUFFIX.fullmatch(steps[-1])
        if match is None or match[1] != wanted[-1]:
            return None
        steps[-1], suffix = match[1], match[2]
    path: list[str | int] = []
    for step, key_step in zip(steps, wanted, strict=True):
        match = _ROW.fullmatch(step)
        if match is not None and f"{match[1]}[]" == key_step:
            path += [match[1], int(match[2])]
        elif step == key_step and not key_step.endswith("[]"):
            path.append(step)
        else:
            return None
    return key_of(tuple(path)), tuple(path), suffix


def key_of(path: Path) -> str:
    """Return *path* as a field's name: `("goals", 0, "title")` becomes `goals[0].title`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def pointer_of_path(path: Path) -> str:
    """Return *path* as a JSON pointer."""
    return pointer_of(key_of(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The order of fields on the paper: a number for each field and list, by key, in reading order."""

    places: Mapping[str, int]

    def order_of(self, pointer: str) -> tuple[int, ...]:
        """Return what sorts *pointer* as on the paper; the form as a whole first, what it does not have last."""
        order: list[int] = []
        key, is_field = "", False
        for part in pointer.split("/")[1:]:
            if is_field:  # an entry of a list of values
                return (*order, int(part) if part.isdecimal() else 0)
            is_row = part.isdecimal() and f"{key}[]" in self.places
            key = f"{key}[]" if is_row else f"{key}.{part}".removeprefix(".")
            is_field = key in self.places and not is_row
            if key in self.places:
                order += [self.places[key], int(part)] if is_row else [self.places[key]]
        if f"{key}[]" in self.places:  # a list as a whole
            return (*order, self.places[f"{key}[]"])
        return tuple(order) if order or not key else (len(self.places),)


def paper_of(definition: FormDefinition) -> Paper:
    """Return the reading order of *definition*."""
    places: dict[str, int] = {}
    for section in definition.sections:
        _number(section.items, places)
    return Paper(places=places)


def _number(items: tuple[Item, ...], places: dict[str, int]) -> None:
    for item in items:
        places[item.key] = len(places)
        if isinstance(item, ListSpec):
            _number(item.columns, places)
