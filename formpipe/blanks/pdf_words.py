"""Words on the pages of a PDF: what stands in each cell, in which type, in which lines.

Labels and hints come out of the schemas and are the same in every form of a
kind, so the lines they take are kept for the process. What a person wrote is
not: its lines end with the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from reportlab.pdfbase.pdfmetrics import stringWidth

from formpipe.blanks.controls import ControlKind
from formpipe.blanks.layout import Cell, Role

UNIT = 4.3
"""Points for one unit of width."""

REGULAR, BOLD = "FpSans", "FpSans-Bold"
PADDING = 3.0
_LEADING = 1.2
_INTRO_SIZE = 7.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A kind of printed text."""

    font: str
    size: float

    @property
    def leading(self) -> float:
        """Distance of two lines in points."""
        return self.size * _LEADING


TEXTS = {
    Role.LABEL: Text(font=REGULAR, size=7.5),
    Role.BOX_TEXT: Text(font=REGULAR, size=7.5),
    Role.HEAD: Text(font=BOLD, size=7.5),
    Role.TITLE: Text(font=BOLD, size=8.5),
}
_FIXED = frozenset({Role.LABEL, Role.BOX_TEXT, Role.HEAD})
"""What holds words of the schema only."""

NOTE = Text(font=REGULAR, size=7.5)
PRINTED = Text(font=REGULAR, size=8.5)
"""A value that the form prints and nobody is to change."""

TITLE = Text(font=BOLD, size=17)
HEADING = Text(font=BOLD, size=10)
INTRO = Text(font=REGULAR, size=_INTRO_SIZE)


def wrapped(text: str, kind: Text, width: float) -> tuple[str, ...]:
    """Return *text* in lines of at most *width* points; words too long are broken at a hyphen, slash, or anywhere."""
    lines: list[str] = []
    current = ""
    for word in _words_of(text, kind, width):
        joined = (current + word).lstrip(" ")
        if current and stringWidth(joined, kind.font, kind.size) > width:
            lines.append(current)
            current = word.lstrip(" ")
        else:
            current = joined
    return (*lines, current) if current else tuple(lines)


def width_of(text: str, kind: Text) -> float:
    """Return the width of *text* in points."""
    return stringWidth(text, kind.font, kind.size)


def _words_of(text: str, kind: Text, width: float) -> Iterator[str]:
    """Yield the pieces of *text* between which a line may end; a leading blank marks the start of a word."""
    for word in text.split(" "):
        if stringWidth(word, kind.font, kind.size) <= width:
            yield f" {word}"
            continue
        rest, mark = word, " "
        while rest:
            fitting = next(
                (n for n in range(len(rest), 0, -1) if stringWidth(rest[:n], kind.font, kind.size) <= width), 1
            )
            cut = max(rest.rfind("-", 0, fitting), rest.rfind("/", 0, fitting)) + 1 if fitting < len(rest) else fitting
            yield mark + rest[: cut or fitting]
            rest, mark = rest[cut or fitting :], ""


def words_in(cell: Cell) -> tuple[Text, tuple[str, ...]]:
    """Return the words printed in *cell*, in lines: its own, or those of a control that is closed."""
    closed = cell.control is not None and cell.control.locked
    text = (cell.control.shown or "") if cell.control is not None and closed else cell.text
    kind = PRINTED if closed else TEXTS.get(cell.role, PRINTED)
    width = cell.width * UNIT - 2 * PADDING
    if not text:
        return kind, ()
    return kind, wrapped(text, kind, width) if closed or cell.role not in _FIXED else fixed(text, kind, width)


def written_in(cell: Cell) -> tuple[str, ...]:
    """Return what stands in the open control of *cell*, in the lines it takes; a choice takes one."""
    control = cell.control
    if control is None or control.locked or not control.shown:
        return ()
    if control.kind is ControlKind.CHOICE:
        return (control.shown,)
    width = cell.width * UNIT - 2 * PADDING
    return tuple(line for part in control.shown.split("\n") for line in wrapped(part, PRINTED, width) or ("",))


def note_in(cell: Cell) -> tuple[str, ...]:
    """Return the note below the words of *cell*, in lines."""
    return fixed(cell.note, NOTE, cell.width * UNIT - 2 * PADDING) if cell.note else ()


@lru_cache(maxsize=8192)  # a form has some hundred; whatever a person wrote stays out
def fixed(text: str, kind: Text, width: float) -> tuple[str, ...]:
    """Return *text*, words of the form itself (a label, a hint, its title), as `wrapped` does."""
    return wrapped(text, kind, width)
