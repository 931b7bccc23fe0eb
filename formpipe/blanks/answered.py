"""A form with answers that were read elsewhere already in its fields, to be looked through and completed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from formpipe.blanks.controls import Control, ControlKind
from formpipe.blanks.layout import Cell, Grid, Layout, Line
from formpipe.model import Json


def answered(layout: Layout, answers: Mapping[str, Json]) -> Layout:
    """Return *layout* with *answers* by the name of the field: text as it was written, a choice by what is stored.

    A closed field keeps what the form prints, and a choice that the form does
    not offer is left out.
    """
    return replace(
        layout,
        sections=tuple(
            replace(section, grids=tuple(_grid(grid, answers) for grid in section.grids)) for section in layout.sections
        ),
    )


def _grid(grid: Grid, answers: Mapping[str, Json]) -> Grid:
    return replace(grid, lines=tuple(_line(line, answers) for line in grid.lines))


def _line(line: Line, answers: Mapping[str, Json]) -> Line:
    return replace(line, cells=tuple(_cell(cell, answers) for cell in line.cells))


def _cell(cell: Cell, answers: Mapping[str, Json]) -> Cell:
    control = cell.control
    if control is None or control.locked or control.name not in answers:
        return cell
    return replace(cell, control=_filled(control, answers[control.name]))


def _filled(control: Control, answer: Json) -> Control:
    if control.kind is ControlKind.CHECK:
        return replace(control, ticked=answer is True)
    if not isinstance(answer, str):
        return control
    if control.kind is not ControlKind.CHOICE:
        return replace(control, value=answer, shown=answer)
    option = next((each for each in control.options if each.value == answer), None)
    return control if option is None else replace(control, value=option.value, shown=option.shown)
