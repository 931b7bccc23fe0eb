"""Rows of tables that may go over the end of a page.

Templates keep each row on one page. LibreOffice 7.4 loses what does not fit
where such a row is higher than a page; so a long one may be broken.
"""

from __future__ import annotations

import re

_KEPT = re.compile(r'<w:cantSplit(?: w:val="(?:1|on|true)")?/>')
_ROW_END, _CELL_END = "</w:tr>", "</w:tc>"
_WIDTH = re.compile(r'<w:tcW w:w="(\d+)" w:type="dxa"/>')
_NOT_TEXT = re.compile(r"<[^>]*>|(?<=&)[^;<]{1,6};")
_LINES = re.compile(r"<w:br/>|</w:p>")
_USUAL_WIDTH = 2000  # twips: 3.5 cm
_CHARACTER = 130  # twips that a character of 12 pt takes, rather too much
_MOST_LINES = 25  # about half a page
_FEWEST_BYTES = 1400  # of XML; a row of fewer is lower than a page, whatever its columns


def splittable(xml: str) -> str:
    """Return the part *xml* in which each row of more than about half a page may go over the end of a page."""
    pieces, done = [], 0
    for kept in _KEPT.finditer(xml):
        end = xml.find(_ROW_END, kept.end())
        if end - kept.end() > _FEWEST_BYTES and _is_long(xml[kept.end() : end]):
            pieces.append(xml[done : kept.start()])
            done = kept.end()
    return "".join([*pieces, xml[done:]])


def _is_long(row: str) -> bool:
    return any(_lines_of(cell) > _MOST_LINES for cell in row.split(_CELL_END))


def _lines_of(cell: str) -> float:
    """Return about how many lines the *cell* takes."""
    width = _WIDTH.search(cell)
    per_line = max(1, int(width[1]) if width else _USUAL_WIDTH) / _CHARACTER
    lines = _LINES.split(cell)
    return sum(max(1.0, len(_NOT_TEXT.sub("", line)) / per_line) for line in lines[:-1] or lines)
