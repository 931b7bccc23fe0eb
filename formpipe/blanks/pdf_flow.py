"""Where everything of a layout stands on the pages of a PDF: heights, page breaks, repeated heads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from formpipe.blanks.layout import PAGE_WIDTH, Cell, Grid, Layout, Line, Role, Section
from formpipe.blanks.pdf_words import HEADING, INTRO, NOTE, TITLE, UNIT, Text, fixed, note_in, words_in, written_in

PAGE = (595.28, 841.89)
LEFT = (PAGE[0] - PAGE_WIDTH * UNIT) / 2
TOP = PAGE[1] - 37.0
BOTTOM = 36.0
ROW = 15.6
_MORE = 10.2
_SIGN_ROW = 32.0
_HEADING, _HEADING_GAP = 15.0, 8.0
_GAP = 3.5


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


def _words(text: str, kind: Text) -> Drawn:
    """Return *text*, words of the form itself, over the whole width."""
    lines = fixed(text, kind, PAGE_WIDTH * UNIT)
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


def _text_height(cell: Cell) -> float:
    kind, lines = words_in(cell)
    return len(lines) * kind.leading + len(note_in(cell)) * NOTE.leading + 4.0 if lines else 0.0
