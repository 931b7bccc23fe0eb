"""Tables of a Word file as rows of cells, each a label or room for an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from formpipe.readers.docx_text import flags_of, is_on, text_of, without_line_ends
from formpipe.readers.docx_words import Words
from formpipe.readers.plain_lines import has_boxes, in_line, is_label, tidy

_NO_FILL = frozenset({"auto", "ffffff", ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table; it covers the columns from `start` up to `end`.

    `closed` says that a control, another table or the cell above fills it
    (`goes_on`), `control` that it is a control.
    """

    node: etree._Element = field(repr=False)
    start: int
    end: int
    label: str = field(repr=False)
    text: str = field(repr=False)
    shaded: bool = False
    bold: bool = False
    closed: bool = False
    goes_on: bool = False
    control: bool = False
    flags: tuple[str, ...] = ()
    names: bool = False  # it holds a label, or is made like those that do

    def overlaps(self, other: Cell) -> bool:
        """Tell whether this cell stands above or below *other*."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table; `head` says that it is repeated on each page."""

    cells: tuple[Cell, ...]
    head: bool = False

    @property
    def names_only(self) -> bool:
        """Whether the row holds labels and nothing to fill in."""
        return self.head or (all(cell.names or cell.closed for cell in self.cells) and any(c.names for c in self.cells))


def rows_of(table: etree._Element, w: Words) -> tuple[Row, ...]:
    """Return the rows of *table*, without those of tables inside it and those deleted.

    What tells a label from an answer is the shade of its cell, else its bold
    letters, else its place: the first of two cells side by side.
    """
    trs = [each for each in table.iter(w.tr) if _table_of(each, w) is table and not _is_deleted(each, w)]
    rows = [
        (tuple(_cells_of(each, w)), is_on(each.find(f"{w('trPr')}/{w('tblHeader')}"), w) and len(trs) > 1)
        for each in trs
    ]
    cells = [cell for row, _ in rows for cell in row]
    by_shade = _tells_apart(cells, [cell.shaded for cell in cells])
    by_weight = _tells_apart(cells, [cell.bold for cell in cells]) and all(map(_begins_bold, (row for row, _ in rows)))
    # Under a head without a look of its own, rows begin with a control.
    controls = any(row[:1] and row[0].control for row, _ in rows)
    # A row with a box asks something, even where it is repeated above each page.
    rows = [
        (row, (head or (controls and not any(cell.control for cell in row))) and not any(map(_has_box, row)))
        for row, head in rows
    ]
    named: list[Row] = []
    for row, head in rows:
        cells_named = _named(row, by_shade=by_shade, by_weight=by_weight, head=head)
        above = named[-1].cells if named else ()
        named.append(Row(cells=tuple(_gone_on(cell, above) for cell in cells_named), head=head))
    return tuple(named)


def _begins_bold(row: Sequence[Cell]) -> bool:
    """Tell whether bold letters may be the look of labels in *row*: an answer typed in bold stands behind a label."""
    bold = [cell.bold for cell in row if cell.text and not cell.closed]
    return not any(bold) or bold[0]


def _has_box(cell: Cell) -> bool:
    return has_boxes(cell.text)


def _gone_on(cell: Cell, above: Sequence[Cell]) -> Cell:
    """Return a cell that the label above it covers as that label once more, any other as it is."""
    over = next((each for each in above if each.start == cell.start and each.names), None)
    if not cell.goes_on or over is None:
        return cell
    return replace(cell, label=over.label, names=True, closed=False)


def _named(row: Sequence[Cell], *, by_shade: bool, by_weight: bool, head: bool) -> Iterator[Cell]:
    for index, cell in enumerate(row):
        if by_shade:
            names = cell.shaded
        elif by_weight:
            names = cell.bold
        else:
            names = len(row) % 2 == 0 and index % 2 == 0 and not any(each.value for each in in_line(cell.text))
        # An empty cell made like a label goes on with the label above it.
        names = (names or head) and not cell.closed and (is_label(cell.label) or not cell.label)
        yield replace(cell, names=names)


def _tells_apart(cells: Sequence[Cell], marked: Sequence[bool]) -> bool:
    open_cells = [mark for cell, mark in zip(cells, marked, strict=True) if not cell.closed]
    return any(open_cells) and not all(open_cells)


def _cells_of(tr: etree._Element, w: Words) -> Iterator[Cell]:
    at = 0
    for tc in tr.iter(w.tc):
        if _row_of(tc, w) is not tr:
            continue
        properties, control = tc.find(w("tcPr")), _holds_control(tc, w)
        goes_on = _goes_on(properties, w)
        span = _value(properties, "gridSpan", w)
        width = int(span) if span.isdecimal() and 0 < int(span) < 1000 else 1  # noqa: PLR2004 - more is no table
        read = [text_of(each, w) for each in tc if each.tag == w.p]
        texts = [each.text for each in read]
        first = next(filter(None, map(str.strip, texts)), "")
        text = without_line_ends("\n".join(texts)).strip()
        yield Cell(
            node=tc,
            start=at,
            end=at + width,
            label=tidy(first),
            text=text,
            shaded=_is_shaded(properties, w),
            bold=bool(text) and _is_bold(tc, w),
            closed=control or goes_on or next(tc.iter(w.tbl), None) is not None,
            goes_on=goes_on,
            control=control,
            flags=flags_of(*read),
        )
        at += width


def _holds_control(tc: etree._Element, w: Words) -> bool:
    """Tell whether a control stands in the cell *tc* or around it."""
    parent = tc.getparent()
    return (parent is not None and parent.tag != w.tr) or next(tc.iter(w.sdt, w.ff_data), None) is not None


def _goes_on(properties: etree._Element | None, w: Words) -> bool:
    """Tell whether the cell is covered by the one above it."""
    merge = None if properties is None else properties.find(w("vMerge"))
    return merge is not None and merge.get(w.val, "continue") != "restart"


def _is_shaded(properties: etree._Element | None, w: Words) -> bool:
    shade = None if properties is None else properties.find(w("shd"))
    return shade is not None and str(shade.get(w("fill"), "")).casefold() not in _NO_FILL


def _is_bold(tc: etree._Element, w: Words) -> bool:
    runs = [run for run in tc.iter(w.r) if run.find(w.t) is not None]
    return bool(runs) and all(is_on(run.find(f"{w('rPr')}/{w('b')}"), w) for run in runs)


def _value(properties: etree._Element | None, name: str, w: Words) -> str:
    node = None if properties is None else properties.find(w(name))
    return "" if node is None else str(node.get(w.val, ""))


def _table_of(node: etree._Element, w: Words) -> etree._Element | None:
    return next(node.iterancestors(w.tbl), None)


def _row_of(node: etree._Element, w: Words) -> etree._Element | None:
    return next(node.iterancestors(w.tr), None)


def _is_deleted(tr: etree._Element, w: Words) -> bool:
    return tr.find(f"{w('trPr')}/{w('del')}") is not None
