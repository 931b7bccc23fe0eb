"""Answers that stand in a Word file without a control: table cells beside labels, lines to write on, typed boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from formpipe.model import Field
from formpipe.readers.docx_tables import Cell, Row, rows_of
from formpipe.readers.docx_text import flags_of, text_of
from formpipe.readers.docx_words import Words
from formpipe.readers.plain_lines import Plain, boxes_in, has_boxes, in_line, is_label, loose_in, tidy, written_in

_HEADING = re.compile(r"(?i)heading|berschrift|^title$|^titel$")


def plain_fields_of(root: etree._Element, w: Words) -> Iterator[tuple[Field, etree._Element]]:
    """Yield the answers of the story *root* that stand in no control, in the order of the text, each with its place.

    Their name is their label, their place a cell or a paragraph; `context` are
    the heading and the table's title above them. A cell or a paragraph with a control in it is left to that.
    """
    heading = ""
    for node in root.iter(w.tbl, w.p):
        if next(node.iterancestors(*w.gone), None) is not None:
            continue
        if node.tag == w.tbl:
            yield from _in_table(rows_of(node, w), heading)
        elif next(node.iterancestors(w.tbl), None) is None:
            heading = _heading_of(node, w) or heading
            yield from _in_paragraph(node, w, heading)


def _heading_of(paragraph: etree._Element, w: Words) -> str:
    style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    outlined = paragraph.find(f"{w('pPr')}/{w('outlineLvl')}") is not None
    if outlined or (style is not None and _HEADING.search(str(style.get(w.val, "")))):
        return tidy(text_of(paragraph, w).text)
    return ""


def _in_paragraph(paragraph: etree._Element, w: Words, heading: str) -> Iterator[tuple[Field, etree._Element]]:
    # A paragraph around a text box has its words a second time.
    closed = next(paragraph.iterdescendants(w.sdt, w.ff_data, w.p), None) is not None
    if not closed and not _in_control(paragraph, w):
        text = text_of(paragraph, w)
        for line in text.text.split("\n"):
            yield from ((_field(each, (heading,), *flags_of(text)), paragraph) for each in in_line(line))


def _in_control(node: etree._Element, w: Words) -> bool:
    """Tell whether a control around *node* reads it already; one that holds other controls is only a frame."""
    return any(next(each.iterdescendants(w.sdt), None) is None for each in node.iterancestors(w.sdt))


def _field(found: Plain, context: tuple[str, ...], *flags: str) -> Field:
    return Field(
        name=found.label,
        name_source="label",
        label=found.label,
        type=found.type,
        state=found.state,
        value=found.value,
        flags=tuple(dict.fromkeys((*found.flags, *flags))),
        context=tuple(filter(None, context)),
    )


@dataclass(slots=True)
class _Heads:
    """The rows of labels above the row at hand, and how many rows were filled in below them."""

    rows: tuple[Row, ...] = ()
    below: int = 0
    title: str = ""

    def label_of(self, cell: Cell) -> str:
        """Return the head of the column of *cell*; with several lines per entry, that of its line.

        There must be a row of heads.
        """
        line = self.rows[self.below % len(self.rows)]
        return next((each.label for each in line.cells if each.names and each.label and each.overlaps(cell)), "")


def _in_table(rows: Sequence[Row], heading: str) -> Iterator[tuple[Field, etree._Element]]:
    heads = _Heads()
    above: list[Cell] = []  # labels of the rows before, the nearest last
    for row in rows:
        if row.names_only and not _may_hold_an_answer(row, heads):
            heads = _heads_after(heads, row)
            continue
        context = (heading, heads.title)
        for index, cell in enumerate(row.cells):
            if row.names_only and index:
                plain = Plain(label=row.cells[0].label, value=written_in(cell.text), flags=("review",))
                yield _field(plain, context), cell.node
            elif not cell.names and not cell.closed:
                yield from ((each, cell.node) for each in _in_cell(row, index, heads, above, context))
        above += [cell for cell in row.cells if cell.names and cell.label]
        heads.below += 1


def _may_hold_an_answer(row: Row, heads: _Heads) -> bool:
    """Tell whether two cells made like labels are a label and an answer made like one, as in the rows above."""
    looks_alike = len(row.cells) == 2 and all(cell.names and cell.label for cell in row.cells)  # noqa: PLR2004 - a pair
    return looks_alike and not row.head and bool(heads.below) and not heads.rows


def _heads_after(heads: _Heads, row: Row) -> _Heads:
    if len(row.cells) == 1:
        return _Heads(title=row.cells[0].label)
    rows = (*heads.rows, row) if not heads.below else (row,)
    return _Heads(rows=rows, title=heads.title)


def _in_cell(row: Row, index: int, heads: _Heads, above: Sequence[Cell], context: tuple[str, ...]) -> Iterator[Field]:
    cell = row.cells[index]
    label = _label_of(row, index, heads, above)
    if has_boxes(cell.text):
        words = row.cells[index + 1] if index + 1 < len(row.cells) else None
        text = cell.text
        if _is_box_alone(text) and words is not None and _is_box_text(words) and not heads.rows:
            text = f"{text} {words.text}"
        yield from (_field(each, (*context, label), *cell.flags) for each in boxes_in(text, label))
    elif _is_words_of_box(row, index, heads):
        return
    elif label:
        doubt = ("review",) if index and _has_more(row.cells[index - 1]) and "\n" in cell.text else ()
        found = Plain(label=label, value=written_in(cell.text), flags=loose_in(cell.text))
        yield _field(found, context, *doubt, *cell.flags)
    else:
        lines = [each for line in cell.text.split("\n") for each in in_line(line)]
        if not lines and heads.title and len(row.cells) == 1 and not heads.below:
            lines = [Plain(label=heads.title, value=written_in(cell.text), flags=loose_in(cell.text))]
        yield from (_field(each, context, *cell.flags) for each in lines)


def _has_more(cell: Cell) -> bool:
    """Tell whether more stands under the label in *cell*; under a second one beside it, it may be the answer."""
    return cell.names and "\n" in cell.text


def _label_of(row: Row, index: int, heads: _Heads, above: Sequence[Cell]) -> str:
    cell = row.cells[index]
    left = next((each for each in reversed(row.cells[:index]) if each.names), None)
    if heads.rows:
        head = heads.label_of(cell)
        beside = row.cells[0].label if row.cells[0].names else ""
        if beside and head and len(row.cells) > 2:  # noqa: PLR2004 - a label and more than one answer
            return f"{beside} – {head}"
        return beside or head
    if left is None:
        return ""
    if left.label:
        return left.label
    return next((each.label for each in reversed(above) if each.overlaps(left)), "")


def _is_box_alone(text: str) -> bool:
    return all(not each.label for each in boxes_in(text, "")) and not is_label(text)


def _is_box_text(cell: Cell) -> bool:
    return not cell.closed and not has_boxes(cell.text) and is_label(cell.label)


def _is_words_of_box(row: Row, index: int, heads: _Heads) -> bool:
    """Tell whether the cell holds the words of the box to its left."""
    if not index or heads.rows:
        return False
    left, cell = row.cells[index - 1], row.cells[index]
    return not left.closed and has_boxes(left.text) and _is_box_alone(left.text) and _is_box_text(cell)
