"""Where everything of a layout stands on the pages of a PDF: heights, page breaks, repeated heads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reportlab.pdfbase.pdfmetrics import stringWidth

from formpipe.blanks.controls import ControlKind
from formpipe.blanks.layout import PAGE_WIDTH, Cell, Grid, Layout, Line, Role, Section

UNIT = 4.3
"""Points for one unit of width."""

PAGE = (595.28, 841.89)
LEFT = (PAGE[0] - PAGE_WIDTH * UNIT) / 2
TOP = PAGE[1] - 37.0
BOTTOM = 36.0
REGULAR, BOLD = "FpSans", "FpSans-Bold"
PADDING = 3.0
ROW = 15.6
_MORE = 10.2
_SIGN_ROW = 32.0
_HEADING, _HEADING_GAP = 15.0, 8.0
_GAP = 3.5
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
NOTE = Text(font=REGULAR, size=7.5)
PRINTED = Text(font=REGULAR, size=8.5)
"""A value that the form prints and nobody is to change."""

TITLE = Text(font=BOLD, size=17)
HEADING = Text(font=BOLD, size=10)
INTRO = Text(font=REGULAR, size=_INTRO_SIZE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Something on a page; `top` is its upper edge in points from the page's lower edge."""

    top: float
    height: float
    line: Line | None = None
    heights: tuple[float, ...] = ()  # of the lines from this one on that its cells may span
    words: tuple[str, ...] = ()
    text: Text = INTRO


def pages_of(layout: Layout) -> list[list[Drawn]]:
    """Return what stands on each page of *layout*, in order."""
    flow = _Flow()
    title = _words(layout.title, TITLE)
    flow.place([replace(title, height=24.0), _words(layout.intro, INTRO)])
    for section in layout.sections:
        if section.new_page:
            flow.turn()
        _place_section(section, flow)
    return flow.pages


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


def _words(text: str, kind: Text) -> Drawn:
    lines = wrapped(text, kind, PAGE_WIDTH * UNIT)
    return Drawn(top=0.0, height=len(lines) * kind.leading + 2.0, words=lines, text=kind)


class _Flow:
    """The pages so far, and how much of the last one is left."""

    def __init__(self) -> None:
        self.pages: list[list[Drawn]] = [[]]
        self._top = TOP

    def turn(self) -> None:
        """Start a new page unless the current one is still empty."""
        if self.pages[-1]:
            self.pages.append([])
            self._top = TOP

    def fits(self, items: Sequence[Drawn]) -> bool:
        """Tell whether *items* fit on the rest of the page."""
        return self._top - sum(item.height for item in items) >= BOTTOM

    def place(self, items: Sequence[Drawn]) -> None:
        """Put *items* below each other on the current page."""
        for item in items:
            self.pages[-1].append(replace(item, top=self._top))
            self._top -= item.height

    def gap(self, height: float) -> None:
        """Leave *height* points free."""
        self._top -= height


def _place_section(section: Section, flow: _Flow) -> None:
    head = [Drawn(top=0.0, height=_HEADING, words=(section.heading,), text=HEADING)]
    head.append(Drawn(top=0.0, height=2.0))
    if section.hint:
        head.append(_words(section.hint, INTRO))
    flow.gap(_HEADING_GAP)
    for grid in section.grids:
        if grid.lines[-1].keep:  # stays with the next grid
            head += [*_drawn(grid), Drawn(top=0.0, height=_GAP)]
            continue
        _place_grid(grid, head, flow)
        head = []
        flow.gap(_GAP)
    if head:
        flow.place(head)


def _place_grid(grid: Grid, before: list[Drawn], flow: _Flow) -> None:
    """Place *grid*, with *before* on the page of its first lines; chunks that belong together stay together."""
    drawn = _drawn(grid)
    head = drawn[: grid.header]
    for chunk in _chunks(drawn):
        items = [*before, *chunk]
        if not flow.fits(items):
            flow.turn()
            if chunk[0] is not drawn[0]:
                flow.place(head)
        for part in (items,) if flow.fits(items) else ([*before, chunk[0]], *([item] for item in chunk[1:])):
            if not flow.fits(part):
                flow.turn()
                flow.place(head)
            flow.place(part)
        before = []


def _drawn(grid: Grid) -> list[Drawn]:
    heights = line_heights(grid.lines)
    return [
        Drawn(top=0.0, height=height, line=line, heights=tuple(heights[index : index + _most_span(line)]))
        for index, (line, height) in enumerate(zip(grid.lines, heights, strict=True))
    ]


def _chunks(drawn: Sequence[Drawn]) -> Iterator[list[Drawn]]:
    chunk: list[Drawn] = []
    for item in drawn:
        chunk.append(item)
        if item.line is None or not item.line.keep:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _most_span(line: Line) -> int:
    return max(cell.span for cell in line.cells)


def line_heights(lines: Sequence[Line]) -> list[float]:
    """Return the heights of *lines*; the last line under a cell with many words grows until they fit."""
    heights = [max(_cell_height(cell) for cell in line.cells) for line in lines]
    for index, line in enumerate(lines):
        for cell in line.cells:
            if cell.span > 1:
                last = index + cell.span - 1
                heights[last] += max(0.0, _text_height(cell) - sum(heights[index : last + 1]))
    return heights


def _cell_height(cell: Cell) -> float:
    if cell.role is Role.SIGN:
        return _SIGN_ROW
    lines = max(cell.control.lines, len(written_in(cell))) if cell.control is not None else 1
    room = ROW + (lines - 1) * _MORE
    return room if cell.span > 1 else max(room, _text_height(cell))


def words_in(cell: Cell) -> tuple[Text, tuple[str, ...]]:
    """Return the words printed in *cell*, in lines: its own, or those of a control that is closed."""
    closed = cell.control is not None and cell.control.locked
    text = (cell.control.shown or "") if cell.control is not None and closed else cell.text
    kind = PRINTED if closed else TEXTS.get(cell.role, PRINTED)
    return kind, wrapped(text, kind, cell.width * UNIT - 2 * PADDING)


def written_in(cell: Cell) -> tuple[str, ...]:
    """Return what stands in the open control of *cell*, in the lines it takes; a choice takes one."""
    control = cell.control
    if control is None or control.locked or not control.shown:
        return ()
    if control.kind is ControlKind.CHOICE:
        return (control.shown,)
    width = cell.width * UNIT - 2 * PADDING
    return tuple(line for part in control.shown.split("\n") for line in wrapped(part, PRINTED, width) or ("",))


def _text_height(cell: Cell) -> float:
    kind, lines = words_in(cell)
    return len(lines) * kind.leading + len(note_in(cell)) * NOTE.leading + 4.0 if lines else 0.0


def note_in(cell: Cell) -> tuple[str, ...]:
    """Return the note below the words of *cell*, in lines."""
    return wrapped(cell.note, NOTE, cell.width * UNIT - 2 * PADDING)
