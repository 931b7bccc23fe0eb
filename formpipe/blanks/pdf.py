"""A layout as a fillable PDF: what is printed, with ReportLab's fonts, and the fields."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from formpipe.blanks import pdf_flow as flow
from formpipe.blanks import pdf_words as words
from formpipe.blanks import texts
from formpipe.blanks.fonts import Face, field_font, find_face
from formpipe.blanks.layout import PAGE_WIDTH, Cell, Layout, Line, Role, marks_of
from formpipe.blanks.pdf_fields import Placed, with_fields
from formpipe.blanks.pdf_flow import LEFT, Drawn
from formpipe.blanks.pdf_pen import Pen, colour
from formpipe.blanks.pdf_words import PADDING, UNIT

_DARK, _TINT, _GREY = colour(0x1F3864), colour(0xDCE4EF), colour(0xF0F1F3)
_RULE, _NOTE, _BLACK, _WHITE = colour(0x9AA3AE), colour(0x595959), colour(0x000000), colour(0xFFFFFF)
_FILLS = {Role.LABEL: _GREY, Role.HEAD: _TINT, Role.TITLE: _TINT}
_COLOURS = {Role.TITLE: _DARK}
_BOX = 9.0
_FOOT = 22.0
_FOOT_TEXT = words.Text(font=words.REGULAR, size=6.5)
_INSET = 0.8


def write_pdf(layout: Layout) -> bytes:
    """Return *layout* as a fillable PDF; the same layout and fonts always give the same bytes.

    Raises:
        SetupError: No usable font is installed.
    """
    face = find_face()
    _register(face)
    pages = flow.pages_of(layout)
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=flow.PAGE, invariant=1, pageCompression=1)
    canvas.setTitle(layout.title)
    pen = Pen(canvas)
    placed: list[Placed] = []
    for number, page in enumerate(pages):
        for drawn in page:
            _draw(pen, drawn)
            placed += _placed(drawn, number)
        _draw_foot(pen, layout.footer, number + 1, len(pages))
        pen.turn()
    canvas.save()
    return with_fields(buffer.getvalue(), pen.pages, placed, field_font(face.regular), marks_of(layout))


@lru_cache(maxsize=1)  # a name belongs to the font that had it last
def _register(face: Face) -> None:
    for name, path in ((words.REGULAR, face.regular), (words.BOLD, face.bold)):
        pdfmetrics.registerFont(TTFont(name, str(path)))


def _draw(pen: Pen, drawn: Drawn) -> None:
    if drawn.line is not None:
        for cell, left, height in _cells(drawn, drawn.line):
            _draw_cell(pen, cell, left, drawn.top, height)
        _draw_rules(pen, drawn, drawn.line)
        return
    bottom = drawn.top - drawn.height
    if drawn.text is words.HEADING:
        pen.fill(_DARK)
        pen.box(LEFT, bottom, PAGE_WIDTH * UNIT, drawn.height)
    _draw_words(pen, drawn)


def _draw_words(pen: Pen, drawn: Drawn) -> None:
    heading = drawn.text is words.HEADING
    pen.fill(_WHITE if heading else _DARK if drawn.text is words.TITLE else _BLACK)
    y = drawn.top - drawn.text.size - (0.8 if heading else 0)
    for line in drawn.words:
        pen.words(drawn.text, LEFT + (PADDING if heading else 0), y, line)
        y -= drawn.text.leading


def _cells(drawn: Drawn, line: Line) -> Iterator[tuple[Cell, float, float]]:
    """Yield the cells of *line* with their left edge and their height, lines below that they span included."""
    left = LEFT
    for cell in line.cells:
        yield cell, left, sum(drawn.heights[: cell.span])
        left += cell.width * UNIT


def _draw_cell(pen: Pen, cell: Cell, left: float, top: float, height: float) -> None:
    if cell.role is Role.UNDER:
        return
    width = cell.width * UNIT
    fill = _FILLS.get(cell.role)
    if fill is not None:
        pen.fill(fill)
        pen.box(left, top - height, width, height)
    kind, lines = words.words_in(cell)
    notes = words.note_in(cell)
    y = top - (height - len(lines) * kind.leading - len(notes) * words.NOTE.leading) / 2 - kind.size
    for each, text, ink in ((lines, kind, _COLOURS.get(cell.role, _BLACK)), (notes, words.NOTE, _NOTE)):
        pen.fill(ink)
        for line in each:
            pen.words(text, left + PADDING, y, line)
            y -= text.leading
    if cell.role is Role.BOX:
        x, y = _box_corner(left, top, width, height)
        pen.stroke(_BLACK, 0.6)
        pen.frame(x, y, _BOX, _BOX)


def _box_corner(left: float, top: float, width: float, height: float) -> tuple[float, float]:
    return left + (width - _BOX) / 2, top - height / 2 - _BOX / 2


def _draw_rules(pen: Pen, drawn: Drawn, line: Line) -> None:
    bottom = drawn.top - drawn.height
    for cell, left, height in _cells(drawn, line):
        if cell.role is Role.UNDER:
            continue
        right, foot = left + cell.width * UNIT, drawn.top - height
        pen.stroke(_RULE, 0.5)
        pen.line((left, foot), (right, foot))
        pen.line((left, drawn.top), (right, drawn.top))
        if cell.role is not Role.BOX_TEXT:
            pen.line((left, foot), (left, drawn.top))
    pen.line((LEFT + PAGE_WIDTH * UNIT, bottom), (LEFT + PAGE_WIDTH * UNIT, drawn.top))
    if line.first:
        pen.stroke(_DARK, 1.0)
        pen.line((LEFT, drawn.top), (LEFT + PAGE_WIDTH * UNIT, drawn.top))


def _placed(drawn: Drawn, page: int) -> Iterator[Placed]:
    for cell, left, height in _cells(drawn, drawn.line) if drawn.line is not None else ():
        if cell.control is None:
            continue
        width = cell.width * UNIT
        if cell.role is Role.BOX:
            x, y = _box_corner(left, drawn.top, width, height)
            rect = (x, y, x + _BOX, y + _BOX)
        else:
            rect = (left + _INSET, drawn.top - height + _INSET, left + width - _INSET, drawn.top - _INSET)
        yield Placed(control=cell.control, page=page, rect=rect, words=words.written_in(cell))


def _draw_foot(pen: Pen, text: str, page: int, pages: int) -> None:
    pen.fill(_BLACK)
    pen.words(_FOOT_TEXT, LEFT, _FOOT, text)
    number = f"{texts.PAGE} {page} {texts.OF} {pages}"
    pen.words(_FOOT_TEXT, LEFT + PAGE_WIDTH * UNIT - words.width_of(number, _FOOT_TEXT), _FOOT, number)
