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
# Twips: what the longest word of a column needs in letters of 16 pt, with the cell's margins.
_DATE = 1790
_LABEL = 3700  # Wohnberechtigungsschein
_NEEDS = (
    (re.compile(r"{{ *(?:\w+\.)*label *}}"), _LABEL),
    (re.compile(r"{{ *(?:\w+\.)*title *}}\Z"), 3400),  # what a row is about: Spezialberufssprachkurs
    (re.compile(r"{{ *(?:\w+\.)*recipient *}}"), 2750),  # an office
    (re.compile(r"{{ *(?:\w+\.)*state *}}"), 2550),  # what became of a consent, in every language
    (re.compile(r"{{ *(?:\w+\.)*what *}}"), 4150),  # what a review says something of: Sozialversicherungspflichtige
)
_LABELS = "Angabe"  # the style of labels that the template itself says


def large(template: bytes) -> bytes:
    """Return *template* with all letters a third larger: body text of 12 pt becomes 16 pt.

    Running header and footer keep theirs: they repeat what the first page
    says, and would not fit into their line. A column of a table that is too
    narrow for a date, a label or what else is known to stand in it takes from
    the one with most to spare. Lines to write on, made of underscores, keep
    their length.
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
    """Give each column of *table* at least the width of the longest word that is known to stand in it."""
    columns = table.findall(f"{_W}tblGrid/{_W}gridCol")
    widths = [int(str(each.get(f"{_W}w", "0"))) for each in columns]
    rows = [cells for row in table.iterfind(f"{_W}tr") if len(cells := row.findall(f"{_W}tc")) == len(columns)]
    needs = [max((_need_of(cells[place]) for cells in rows), default=_DATE) for place in range(len(columns))]
    made = _widened(widths, needs)
    if made == widths:
        return
    for column, width in zip(columns, made, strict=True):
        column.set(f"{_W}w", str(width))
    for cells in rows:
        for cell, width in zip(cells, made, strict=True):
            for each in cell.iterfind(f"{_W}tcPr/{_W}tcW"):
                each.set(f"{_W}w", str(width))


def _need_of(cell: etree._Element) -> int:
    """Return the width that what stands in *cell* needs: the template's tags tell what that may be."""
    text = "".join(each.text or "" for each in cell.iter(f"{_W}t")).strip()
    if any(each.get(f"{_W}val") == _LABELS for each in cell.iter(f"{_W}pStyle")) and text:
        return _LABEL
    return next((need for tag, need in _NEEDS if tag.match(text)), _DATE)


def _widened(widths: list[int], needs: list[int]) -> list[int]:
    """Return *widths* with none below what it *needs*, taken from the one with most to spare; else as they are.

    A column of less than half a date's width is a gap, as between two signatures.
    """
    made = [max(width, need) if width > _DATE // 2 else width for width, need in zip(widths, needs, strict=True)]
    missing = sum(made) - sum(widths)
    spare = [width - need for width, need in zip(made, needs, strict=True)]
    giver = max(range(len(spare)), key=spare.__getitem__, default=0)
    if not missing or spare[giver] < missing:
        return widths
    return [width - missing * (place == giver) for place, width in enumerate(made)]
