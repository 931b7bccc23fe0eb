"""What a form looks like, in nouns that both writers draw: sections of grids of lines of cells.

A page is `PAGE_WIDTH` units wide; the cells of a line fill it exactly. One unit
is about one character of a value, so widths can be reckoned from texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from formpipe.blanks import texts
from formpipe.blanks.controls import Control
from formpipe.model import FormMarks

PAGE_WIDTH = 120
"""Width of a line in units; one unit is 1.52 mm."""


class Role(StrEnum):
    """What a cell is for; decides its look."""

    LABEL = "label"  # words left of a control
    FIELD = "field"  # a control
    BOX = "box"  # a check box
    BOX_TEXT = "box_text"  # words right of a check box
    HEAD = "head"  # head of a column
    TITLE = "title"  # printed words that name a row or a block
    SIGN = "sign"  # room for a signature
    EMPTY = "empty"
    UNDER = "under"  # covered by the cell above, which spans more than one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell, *width* units wide; *span* counts the lines it covers downwards; *note* explains its text."""

    width: int
    role: Role
    text: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    control: Control | None = None
    span: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Cells side by side; *keep* holds the line on the page of the next one; *first* starts an entry of a list."""

    cells: tuple[Cell, ...]
    keep: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Lines drawn as one table; the first *header* lines are repeated on each further page."""

    lines: tuple[Line, ...]
    header: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    grids: tuple[Grid, ...]
    hint: str = ""
    new_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A whole form. `marks.kind` is the schema's kind, `form_type` the code that stands in the footer."""

    title: str
    intro: str
    form_type: str
    marks: FormMarks
    sections: tuple[Section, ...]
    plan_version: int | None = None

    @property
    def footer(self) -> str:
        """The line at the foot of every page."""
        return texts.footer_text(
            self.form_type,
            self.marks.version or "",
            case=self.marks.case,
            plan=self.plan_version,
            base=self.marks.base,
        )

    def controls(self) -> Iterator[Control]:
        """Yield the controls in paper order."""
        for section in self.sections:
            for grid in section.grids:
                for line in grid.lines:
                    yield from (cell.control for cell in line.cells if cell.control is not None)


def marks_of(layout: Layout) -> dict[str, str]:
    """Return what the form says of itself in its properties, by the property's name."""
    marks = layout.marks
    named = (
        ("FormpipeForm", marks.kind),
        ("FormpipeVersion", marks.version),
        ("FormpipeCase", marks.case),
        ("FormpipeBase", marks.base),
    )
    return {name: value for name, value in named if value is not None}
