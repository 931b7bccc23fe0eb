"""A Word template in large print, made from the ordinary one."""

from __future__ import annotations

import re

from lxml import etree

from formpipe.documents.package import members_of
from formpipe.formats.opc_write import zip_of

_CHANGED = ("word/document.xml", "word/styles.xml")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_LARGER = 16 / 12
_RUNNING = {"Header", "Footer"}  # styles, by the id that Word gives them in every language
_SIZES = frozenset({f"{_W}sz", f"{_W}szCs"})
_WRITING_LINE = re.compile("_{20,}")
_DATE = 1790  # twips: what a date of 16 pt needs, with the cell's margins


def large(template: bytes) -> bytes:
    """Return *template* with all letters a third larger: body text of 12 pt becomes 16 pt.

    Running header and footer keep theirs: they repeat what the first page
    says, and would not fit into their line. A column of a table that is too
    narrow for a date takes from the widest one. Lines to write on, made of
    underscores, keep their length.
    """
    members = members_of(template)
    return zip_of((name, _enlarged(body) if name in _CHANGED else body) for name, body in members.items())


def _enlarged(xml: bytes) -> bytes:
    root = etree.fromstring(xml, _PARSER)
    for node in root.iter(*_SIZES):
        size = str(node.get(f"{_W}val", ""))
        style = next(node.iterancestors(f"{_W}style"), None)
        if size.isdecimal() and (style is None or style.get(f"{_W}styleId") not in _RUNNING):
            node.set(f"{_W}val", str(round(int(size) * _LARGER)))
    for words in root.iter(f"{_W}t"):
        words.text = _WRITING_LINE.sub(lambda line: "_" * int(len(line[0]) / _LARGER), words.text or "")
    for table in root.iter(f"{_W}tbl"):
        _widen(table)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _widen(table: etree._Element) -> None:
    """Give each column of *table* at least the width of a date."""
    columns = table.findall(f"{_W}tblGrid/{_W}gridCol")
    widths = [int(str(each.get(f"{_W}w", "0"))) for each in columns]
    made = _widened(widths)
    if made == widths:
        return
    for column, width in zip(columns, made, strict=True):
        column.set(f"{_W}w", str(width))
    for row in table.iterfind(f"{_W}tr"):
        cells = row.findall(f"{_W}tc/{_W}tcPr/{_W}tcW")
        if len(cells) == len(made):
            for cell, width in zip(cells, made, strict=True):
                cell.set(f"{_W}w", str(width))


def _widened(widths: list[int]) -> list[int]:
    """Return *widths* with none below that of a date, taken from the widest; as they are where there is not enough.

    A column of less than half of it is a gap, as between two signatures.
    """
    made = [max(width, _DATE) if width > _DATE // 2 else width for width in widths]
    missing = sum(made) - sum(widths)
    widest = max(range(len(made)), key=made.__getitem__, default=0)
    if not missing or made[widest] - missing < _DATE:
        return widths
    return [width - missing * (place == widest) for place, width in enumerate(made)]
