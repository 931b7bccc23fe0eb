"""The first page of a printed bundle: a list of what lies behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle
from reportlab.platypus.flowables import Flowable

_REGULAR, _BOLD = "formpipe-cover", "formpipe-cover-bold"
_MARGIN = 2 * cm
_BLUE, _GREY, _PALE = HexColor("#17375E"), HexColor("#808080"), HexColor("#E8EDF3")  # as in the Word templates
_WIDTHS = (5.4 * cm, 6.4 * cm, 2.1 * cm, 3.1 * cm)  # a case number is not broken
_RULED = TableStyle(
    [
        ("BACKGROUND", (0, 0), (-1, 0), _PALE),
        ("LINEABOVE", (0, 0), (-1, 0), 0.5, _GREY),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, _GREY),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What the page says: a title, lines below it, a table with a head, and a titled list."""

    title: str
    lines: Sequence[str]
    head: Sequence[str]
    rows: Sequence[Sequence[str]] = field(repr=False)
    notes_title: str
    notes: Sequence[str] = field(repr=False)


def draw_cover(cover: Cover, *, regular: Path, bold: Path) -> bytes:
    """Return *cover* as PDF, in the fonts of these files; equal data gives equal bytes."""
    pdfmetrics.registerFont(TTFont(_REGULAR, str(regular)))
    pdfmetrics.registerFont(TTFont(_BOLD, str(bold)))
    text = ParagraphStyle("text", fontName=_REGULAR, fontSize=12, leading=16)
    strong = ParagraphStyle("strong", parent=text, fontName=_BOLD)
    title = ParagraphStyle("title", parent=strong, fontSize=22, leading=28, spaceAfter=8, textColor=_BLUE)
    heading = ParagraphStyle(
        "heading", parent=strong, fontSize=14, leading=20, spaceBefore=14, spaceAfter=4, textColor=_BLUE
    )
    flow: list[Flowable] = [_paragraph(cover.title, title), *(_paragraph(line, text) for line in cover.lines)]
    if cover.rows:
        rows = [[_paragraph(cell, strong) for cell in cover.head]]
        rows += [[_paragraph(cell, text) for cell in row] for row in cover.rows]
        flow += [Spacer(1, 0.6 * cm), Table(rows, colWidths=_WIDTHS, repeatRows=1, style=_RULED, hAlign="LEFT")]
    if cover.notes:
        flow += [_paragraph(cover.notes_title, heading), *(_paragraph(line, text) for line in cover.notes)]
    buffer = BytesIO()
    page = SimpleDocTemplate(buffer, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, invariant=1)
    page.build(flow)
    return buffer.getvalue()


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text).replace("\n", "<br/>"), style)
