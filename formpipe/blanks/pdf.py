"""A layout as a fillable PDF: ReportLab draws what is printed, pikepdf writes the fields."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from reportlab.lib.colors import HexColor, white
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from formpipe.blanks import pdf_flow as flow
from formpipe.blanks import texts
from formpipe.blanks.fonts import Face, field_font, find_face
from formpipe.blanks.layout import PAGE_WIDTH, Cell, Layout, Line, Role, marks_of
from formpipe.blanks.pdf_fields import Placed, with_fields
from formpipe.blanks.pdf_flow import LEFT, PADDING, UNIT, Drawn

_DARK, _TINT, _GREY = HexColor(0x1F3864), HexColor(0xDCE4EF), HexColor(0xF0F1F3)
_RULE, _NOTE, _BLACK = HexColor(0x9AA3AE), HexColor(0x595959), HexColor(0x000000)
_FILLS = {Role.LABEL: _GREY, Role.HEAD: _TINT, Role.TITLE: _TINT}
_COLOURS = {Role.TITLE: _DARK}
_BOX = 9.0
_FOOT = 22.0
_FOOT_SIZE = 6.5
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
    placed: list[Placed] = []
    for number, page in enumerate(pages):
        for drawn in page:
            _draw(canvas, drawn)
            placed += _placed(drawn, number)
        _draw_foot(canvas, layout.footer, number + 1, len(pages))
        canvas.showPage()
    canvas.save()
    return with_fields(buffer.getvalue(), placed, field_font(face.regular), marks_of(layout))


def _register(face: Face) -> None:
    for name, path in ((flow.REGULAR, face.regular), (flow.BOLD, face.bold)):
        # a font remembers the characters of the file before it: a fresh one keeps the bytes the same
        pdfmetrics.registerFont(TTFont(name, str(path)))


def _draw(canvas: Canvas, drawn: Drawn) -> None:
    if drawn.line is not None:
        for cell, left, height in _cells(drawn, drawn.line):
            _draw_cell(canvas, cell, left, drawn.top, height)
        _draw_rules(canvas, drawn, drawn.line)
        return
    bottom = drawn.top - drawn.height
    if drawn.text is flow.HEADING:
        canvas.setFillColor(_DARK)
        canvas.rect(LEFT, bottom, PAGE_WIDTH * UNIT, drawn.height, stroke=0, fill=1)
    _draw_words(canvas, drawn)


def _draw_words(canvas: Canvas, drawn: Drawn) -> None:
    heading = drawn.text is flow.HEADING
    canvas.setFillColor(white if heading else _DARK if drawn.text is flow.TITLE else _BLACK)
    canvas.setFont(drawn.text.font, drawn.text.size)
    y = drawn.top - drawn.text.size - (0.8 if heading else 0)
    for line in drawn.words:
        canvas.drawString(LEFT + (PADDING if heading else 0), y, line)
        y -= drawn.text.leading


def _cells(drawn: Drawn, line: Line) -> Iterator[tuple[Cell, float, float]]:
    """Yield the cells of *line* with their left edge and their height, lines below that they span included."""
    left = LEFT
    for cell in line.cells:
        yield cell, left, sum(drawn.heights[: cell.span])
        left += cell.width * UNIT


def _draw_cell(canvas: Canvas, cell: Cell, left: float, top: float, height: float) -> None:
    if cell.role is Role.UNDER:
        return
    width = cell.width * UNIT
    fill = _FILLS.get(cell.role)
    if fill is not None:
        canvas.setFillColor(fill)
        canvas.rect(left, top - height, width, height, stroke=0, fill=1)
    kind, lines = flow.words_in(cell)
    notes = flow.note_in(cell)
    y = top - (height - len(lines) * kind.leading - len(notes) * flow.NOTE.leading) / 2 - kind.size
    for words, text, colour in ((lines, kind, _COLOURS.get(cell.role, _BLACK)), (notes, flow.NOTE, _NOTE)):
        canvas.setFillColor(colour)
        canvas.setFont(text.font, text.size)
        for line in words:
            canvas.drawString(left + PADDING, y, line)
            y -= text.leading
    if cell.role is Role.BOX:
        x, y = _box_corner(left, top, width, height)
        canvas.setStrokeColor(_BLACK)
        canvas.setLineWidth(0.6)
        canvas.rect(x, y, _BOX, _BOX, stroke=1, fill=0)


def _box_corner(left: float, top: float, width: float, height: float) -> tuple[float, float]:
    return left + (width - _BOX) / 2, top - height / 2 - _BOX / 2


def _draw_rules(canvas: Canvas, drawn: Drawn, line: Line) -> None:
    bottom = drawn.top - drawn.height
    for cell, left, height in _cells(drawn, line):
        if cell.role is Role.UNDER:
            continue
        right, foot = left + cell.width * UNIT, drawn.top - height
        canvas.setStrokeColor(_RULE)
        canvas.setLineWidth(0.5)
        canvas.line(left, foot, right, foot)
        canvas.line(left, drawn.top, right, drawn.top)
        if cell.role is not Role.BOX_TEXT:
            canvas.line(left, foot, left, drawn.top)
    canvas.line(LEFT + PAGE_WIDTH * UNIT, bottom, LEFT + PAGE_WIDTH * UNIT, drawn.top)
    if line.first:
        canvas.setStrokeColor(_DARK)
        canvas.setLineWidth(1.0)
        canvas.line(LEFT, drawn.top, LEFT + PAGE_WIDTH * UNIT, drawn.top)


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
        yield Placed(control=cell.control, page=page, rect=rect, words=flow.written_in(cell))


def _draw_foot(canvas: Canvas, text: str, page: int, pages: int) -> None:
    canvas.setFillColor(_BLACK)
    canvas.setFont(flow.REGULAR, _FOOT_SIZE)
    canvas.drawString(LEFT, _FOOT, text)
    canvas.drawRightString(LEFT + PAGE_WIDTH * UNIT, _FOOT, f"{texts.PAGE} {page} {texts.OF} {pages}")
