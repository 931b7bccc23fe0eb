"""What a document's data look like: which names there are, which are lists, which are texts that may be empty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, Union

_ISO_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?(T.*)?")

Shape: TypeAlias = Union["Names", "Rows", "Plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """A mapping; `optional` are names that not every sample has."""

    inner: Mapping[str, Shape] = field(repr=False)
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A list; `inner` is what its rows are, `None` if no sample has a row."""

    inner: Shape | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A text, number or truth value; whether a sample has it empty, and whether one has it as a bare ISO date."""

    may_be_empty: bool = False
    is_bare_date: bool = False


def shape_of(samples: Iterable[object]) -> Shape:
    """Return what *samples* of one value look like together; a mapping or list wins over a plain value."""
    values = list(samples)
    mappings = [value for value in values if isinstance(value, Mapping)]
    if mappings:
        names = sorted({str(name) for each in mappings for name in each})
        return Names(
            inner={name: shape_of(each[name] for each in mappings if name in each) for name in names},
            optional=frozenset(name for name in names if any(name not in each for each in mappings)),
        )
    lists = [value for value in values if isinstance(value, list | tuple)]
    if lists:
        rows = [row for each in lists for row in each]
        return Rows(inner=shape_of(rows) if rows else None)
    return Plain(
        may_be_empty=any(value in ("", None) for value in values),
        is_bare_date=any(isinstance(value, str) and _ISO_DATE.fullmatch(value) is not None for value in values),
    )
