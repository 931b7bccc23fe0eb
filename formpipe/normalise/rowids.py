"""Ids for rows that a form left without one (HM01, G01, G01-S01, C01)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from formpipe.definition import FormDefinition, ListSpec, SectionSpec
from formpipe.model import Json

Row = dict[str, Json]

_INTAKE = "intake"
_DIGITS = 2


def give_row_ids(data: Mapping[str, Json], definition: FormDefinition) -> None:
    """Put the next free id into each row of *data* that lacks one, in row order.

    On a review that holds for lists that are replaced as a whole. Goals, steps
    and consents of a review are merged by id into a plan that this form does
    not know, so theirs are given when that is done.
    """
    for section in definition.sections:
        if section.changes:
            root = cast("dict[str, Json]", cast("dict[str, Json]", data.get("review", {})).get("changes", {}))
            _give(section, root)
        elif definition.kind.kind == _INTAKE:
            _give(section, data)


def _give(section: SectionSpec, root: Mapping[str, Json]) -> None:
    for rows in _lists_of(section):
        value: Json = dict(root)
        for step in rows.key.removesuffix("[]").split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, list):
            _number(cast("list[Row]", value), rows, "")


def _lists_of(section: SectionSpec) -> Iterator[ListSpec]:
    return (item for item in section.items if isinstance(item, ListSpec))


def _number(rows: list[Row], spec: ListSpec, parent: str) -> None:
    if spec.id_name is not None:
        begin = f"{parent}-{spec.id_prefix}" if parent else f"{spec.id_prefix}"
        taken = {row.get(spec.id_name) for row in rows}
        free = (each for number in range(1, len(rows) + 1) if (each := f"{begin}{number:0{_DIGITS}d}") not in taken)
        for row in rows:
            if spec.id_name not in row:
                row[spec.id_name] = next(free)
    for inner in spec.columns:
        if isinstance(inner, ListSpec):
            for row in rows:
                below = row.get(inner.name)
                if isinstance(below, list):
                    _number(cast("list[Row]", below), inner, str(row.get(spec.id_name or "", "")))
