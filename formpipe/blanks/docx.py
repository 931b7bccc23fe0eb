"""A layout as a Word file: one table for each grid, one content control alone in its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, count
from xml.sax.saxutils import escape, quoteattr

from formpipe.blanks import docx_parts as parts
from formpipe.blanks.docx_controls import control_xml
from formpipe.blanks.layout import PAGE_WIDTH, Cell, Grid, Layout, Line, Role, Section, marks_of
from formpipe.formats.opc_write import Part, Relationship, package_of

HINTS = "FormpipeHints"
"""Property with the words of empty controls.

LibreOffice 7.4 leaves `w:showingPlcHdr` on when somebody types over a hint; by
these words the reader tells a hint from an answer.
"""

_UNIT = parts.TEXT_WIDTH // PAGE_WIDTH
_ROW = 312
_MORE = 200
_SIGN_ROW = 640
_STYLES = {
    Role.LABEL: "FpLabel",
    Role.BOX_TEXT: "FpLabel",
    Role.HEAD: "FpHead",
    Role.TITLE: "FpTitle",
}
_FILLS = {Role.LABEL: parts.GREY, Role.HEAD: parts.TINT, Role.TITLE: parts.TINT}
_CELL = "".join(
    f'<w:{side} w:w="{width}" w:type="dxa"/>'
    for side, width in (("top", 28), ("left", 60), ("bottom", 28), ("right", 40))
)
_MARGINS = {Role.BOX: '<w:tcMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tcMar>'}
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PAGE = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="737" w:right="793" w:bottom="794" w:left="793" w:header="397" w:footer="397" w:gutter="0"/>'
    "</w:sectPr>"
)


def write_docx(layout: Layout) -> bytes:
    """Return *layout* as a Word file under forms protection; the same layout always gives the same bytes."""
    body = (
        Part(name="word/document.xml", type=f"{_WORD}.document.main+xml", body=_document_xml(layout)),
        Part(name="word/styles.xml", type=f"{_WORD}.styles+xml", body=parts.STYLES),
        Part(name="word/settings.xml", type=f"{_WORD}.settings+xml", body=parts.SETTINGS),
        Part(name="word/footer1.xml", type=f"{_WORD}.footer+xml", body=parts.footer_xml(layout.footer)),
        Part(
            name="docProps/core.xml",
            type="application/vnd.openxmlformats-package.core-properties+xml",
            body=parts.core_xml(layout.title),
        ),
        Part(
            name="docProps/custom.xml",
            type="application/vnd.openxmlformats-officedocument.custom-properties+xml",
            body=parts.custom_xml({**marks_of(layout), HINTS: "|".join(_hints_of(layout))}),
        ),
    )
    links = {
        "": (
            Relationship(id="rId1", type=f"{_OFFICE}/officeDocument", target="word/document.xml"),
            Relationship(id="rId2", type=f"{_PACKAGE}/metadata/core-properties", target="docProps/core.xml"),
            Relationship(id="rId3", type=f"{_OFFICE}/custom-properties", target="docProps/custom.xml"),
        ),
        "word/document.xml": (
            Relationship(id="rId1", type=f"{_OFFICE}/styles", target="styles.xml"),
            Relationship(id="rId2", type=f"{_OFFICE}/settings", target="settings.xml"),
            Relationship(id="rId3", type=f"{_OFFICE}/footer", target="footer1.xml"),
        ),
    }
    return package_of(body, links)


def _hints_of(layout: Layout) -> list[str]:
    return sorted({control.hint for control in layout.controls() if control.hint})


def _document_xml(layout: Layout) -> str:
    numbers = count()
    sections = "".join(piece for section in layout.sections for piece in _section_xml(section, numbers))
    return (
        f"<w:document {parts.NAMESPACES}><w:body>{_paragraph('Title', layout.title)}"
        f"{_paragraph('FpIntro', layout.intro)}{sections}{_PAGE}</w:body></w:document>"
    )


def _section_xml(section: Section, numbers: Iterator[int]) -> Iterator[str]:
    page = "<w:pageBreakBefore/>" if section.new_page else ""
    yield _paragraph("Heading1", section.heading, page)
    if section.hint:
        yield _paragraph("FpIntro", section.hint)
    for grid in section.grids:
        yield _table_xml(grid, numbers)
        keep = "<w:keepNext/>" if grid.lines[-1].keep else ""
        yield _paragraph("FpGap", "", keep)  # Word would join two tables that touch


def _paragraph(style: str, text: str, properties: str = "") -> str:
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{run}</w:p>'


def _table_xml(grid: Grid, numbers: Iterator[int]) -> str:
    edges = sorted({edge for line in grid.lines for edge in _edges(line)})
    columns = "".join(
        f'<w:gridCol w:w="{(right - left) * _UNIT}"/>' for left, right in zip((0, *edges), edges, strict=False)
    )
    rule = f'w:val="single" w:sz="4" w:space="0" w:color="{parts.RULE}"'
    borders = "".join(f"<w:{side} {rule}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    caption = f"<w:tblCaption w:val={quoteattr(grid.title)}/>" if grid.title else ""
    rows = "".join(_row_xml(line, edges, numbers, header=index < grid.header) for index, line in enumerate(grid.lines))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{parts.TEXT_WIDTH}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{_CELL}</w:tblCellMar>{caption}</w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"
    )


def _edges(line: Line) -> list[int]:
    return list(accumulate(cell.width for cell in line.cells))


def _row_xml(line: Line, edges: list[int], numbers: Iterator[int], *, header: bool) -> str:
    lines = max((cell.control.lines for cell in line.cells if cell.control is not None), default=1)
    height = _SIGN_ROW if any(cell.role is Role.SIGN for cell in line.cells) else _ROW + (lines - 1) * _MORE
    repeat = "<w:tblHeader/>" if header else ""
    cells = []
    left = 0
    for cell, right in zip(line.cells, _edges(line), strict=True):
        span = edges.index(right) - (edges.index(left) if left else -1)
        cells.append(_cell_xml(cell, span, numbers, line))
        left = right
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{height}" w:hRule="atLeast"/>{repeat}</w:trPr>'
        f"{''.join(cells)}</w:tr>"
    )


def _cell_xml(cell: Cell, span: int, numbers: Iterator[int], line: Line) -> str:
    if cell.control is None and cell.role is not Role.TITLE:
        return _fixed_xml(cell, span, keep=line.keep, first=line.first)
    tall = cell.control is not None and cell.control.multiline
    head = _head_xml(cell.role, (cell.width, span, cell.span), tall=tall, keep=line.keep, first=line.first)
    content = control_xml(cell.control, next(numbers)) if cell.control is not None else _words_xml(cell.text)
    return f"{head}{content}</w:p>{_note_xml(cell, keep=line.keep)}</w:tc>"


@lru_cache(maxsize=8192)  # a form has some hundred; their words are the schema's
def _fixed_xml(cell: Cell, span: int, *, keep: bool, first: bool) -> str:
    """Return a cell that is the same in every form of a kind: a label, a head, a gap."""
    head = _head_xml(cell.role, (cell.width, span, cell.span), tall=False, keep=keep, first=first)
    return f"{head}{_words_xml(cell.text)}</w:p>{_note_xml(cell, keep=keep)}</w:tc>"


@lru_cache(maxsize=2048)
def _head_xml(role: Role, size: tuple[int, int, int], *, tall: bool, keep: bool, first: bool) -> str:
    """Return a cell up to its words; *size* is its width, the columns and the lines that it spans."""
    width, span, lines = size
    merge = '<w:vMerge w:val="restart"/>' if lines > 1 else "<w:vMerge/>" if role is Role.UNDER else ""
    fill = _FILLS.get(role)
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    align = "" if tall else '<w:vAlign w:val="center"/>'
    keeping = "<w:keepNext/>" if keep else ""
    centre = '<w:jc w:val="center"/>' if role is Role.BOX else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width * _UNIT}" w:type="dxa"/><w:gridSpan w:val="{span}"/>{merge}'
        f"{_borders_xml(role, first=first)}{shade}{_MARGINS.get(role, '')}{align}</w:tcPr>"
        f'<w:p><w:pPr><w:pStyle w:val="{_STYLES.get(role, "FpField")}"/>{keeping}{centre}</w:pPr>'
    )


def _note_xml(cell: Cell, *, keep: bool) -> str:
    return _paragraph("FpNote", _breakable(cell.note), "<w:keepNext/>" if keep else "") if cell.note else ""


def _words_xml(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(_breakable(text))}</w:t></w:r>' if text else ""


def _breakable(text: str) -> str:
    """Return *text* with a place to break after each slash inside a word."""
    return re.sub(r"(?<=\w)/(?=\w)", "/\u200b", text)


def _borders_xml(role: Role, *, first: bool) -> str:
    top = f'<w:top w:val="single" w:sz="8" w:space="0" w:color="{parts.DARK}"/>' if first else ""
    left = '<w:left w:val="nil"/>' if role is Role.BOX_TEXT else ""
    right = '<w:right w:val="nil"/>' if role is Role.BOX else ""
    return f"<w:tcBorders>{top}{left}{right}</w:tcBorders>" if top or left or right else ""
