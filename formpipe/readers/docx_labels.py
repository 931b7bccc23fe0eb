"""The words that stand beside a control: its label where it carries none itself."""

from __future__ import annotations

from lxml import etree

from formpipe.readers.docx_text import text_of
from formpipe.readers.docx_words import Words

_LONGEST = 200


def label_of(node: etree._Element, w: Words, *, box: bool, last: etree._Element | None = None) -> str:
    """Return the label beside the control *node*, or the empty string; *last* is its end if it has several siblings.

    For a check box (*box*) that is the text after it; else the text before it
    in its paragraph, the cell to the left, the head of its column, or the
    paragraph before. What stands in another control is never a label: it may
    be an answer.
    """
    end = node if last is None else last
    found = (_beside(end, w, after=True) if box else "") or _beside(node, w, after=False)
    found = found or _in_table(node, w) or _paragraph_before(node, w)
    return " ".join(found.split()).rstrip(" :*")[:_LONGEST]


def _beside(node: etree._Element, w: Words, *, after: bool) -> str:
    """Return the text next to *node* in its paragraph, up to the next control."""
    pieces: list[str] = []
    for sibling in node.itersiblings(preceding=not after):
        if _holds_control(sibling, w) or sibling.tag == w.tc:
            break
        pieces.append(text_of(sibling, w).text if sibling.tag == w.r else _text_if_inline(sibling, w))
    return "".join(pieces if after else reversed(pieces)).strip()


def _text_if_inline(node: etree._Element, w: Words) -> str:
    return "" if node.tag in {w.p, w.tbl, w("pPr"), w("tcPr")} else text_of(node, w).text


def _in_table(node: etree._Element, w: Words) -> str:
    cell = _cell_of(node, w)
    if cell is None:
        return ""
    left = cell.getprevious()
    if left is not None and not _holds_control(left, w) and (text := text_of(left, w).text.strip()):
        return text
    row, table = (next(cell.iterancestors(tag), None) for tag in (w.tr, w.tbl))
    if row is None or table is None or cell.getparent() is not row:
        return ""
    head = next((each for each in table if each.tag == w.tr), None)
    index = [each for each in row if each.tag in {w.tc, w.sdt}].index(cell)
    cells = [each for each in head if each.tag == w.tc] if head is not None and head is not row else []
    if index >= len(cells) or _holds_control(cells[index], w):
        return ""
    return text_of(cells[index], w).text.strip()


def _cell_of(node: etree._Element, w: Words) -> etree._Element | None:
    """Return the cell that *node* stands in, or *node* itself if it is a control around a cell."""
    parent = node.getparent()
    if parent is not None and parent.tag == w.tr:
        return node
    return next(node.iterancestors(w.tc), None)


def _paragraph_before(node: etree._Element, w: Words) -> str:
    block = node if node.getparent() is not None and node.tag == w.p else next(node.iterancestors(w.p), node)
    before = block.getprevious()
    if before is None or before.tag != w.p or _holds_control(before, w):
        return ""
    return text_of(before, w).text.strip()


def _holds_control(node: etree._Element, w: Words) -> bool:
    return next(node.iter(w.sdt, w.fld_char), None) is not None
