"""Lists on paper: rows of a table with repeated heads, or a block of lines for each entry of a wide list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from formpipe import printed
from formpipe.blanks import texts
from formpipe.blanks.columns import Column, columns_of, is_long, split, widths_of
from formpipe.blanks.controls import Control, ControlKind
from formpipe.blanks.known import Known
from formpipe.blanks.layout import PAGE_WIDTH, Cell, Grid, Line, Role
from formpipe.blanks.packing import label_of, lines_of_fields
from formpipe.definition import FieldSpec, ListSpec, ValueType
from formpipe.errors import SetupError

_MOST_LINES = 2
_BLOCK_ID = (14, 16)
_NARROW = 12
_KEPT_TOGETHER = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """How lists are filled: what is known, how many rows each list has (by its key), what stands beside an id."""

    known: Known
    count: Mapping[str, int] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict, repr=False)

    def names_of(self, spec: ListSpec, parent: str = "") -> list[str]:
        """Return the names of the rows of *spec* inside the row *parent* (empty at the top)."""
        stem = f"{parent}.{spec.name}" if parent else spec.key.removesuffix("[]")
        return [f"{stem}[{index}]" for index in range(self.count.get(spec.key, spec.rows))]

    def has_titles(self, spec: ListSpec, names: list[str]) -> bool:
        """Tell whether words stand beside the ids of the rows *names*."""
        head = id_of(spec)
        return head is not None and any(f"{name}.{head.name}" in self.titles for name in names)


def list_grids(spec: ListSpec, rows: Rows, *, titled: bool) -> list[Grid]:
    """Return the list *spec* as one table, or as one grid for each entry if it is too wide for two lines.

    Args:
        spec: The list.
        rows: What is known of its rows.
        titled: Print the list's own name above it.
    """
    names = rows.names_of(spec)
    if not names:
        return []
    title = [_title_line(spec)] if titled else []
    if not any(isinstance(item, ListSpec) for item in spec.columns):
        lines = split(columns_of(spec, id_of(spec), titled=rows.has_titles(spec, names)))
        if len(lines) <= _MOST_LINES:
            header = len(title) + len(lines)
            table = _kept([*title, *_table_lines(lines, names, rows)], header, len(lines))
            return [Grid(lines=tuple(table), header=header, title=spec.label)]
    grids = [_block(spec, name, (number, len(names)), rows) for number, name in enumerate(names, start=1)]
    return [replace(grids[0], lines=(*title, *grids[0].lines)), *grids[1:]]


def id_of(spec: ListSpec) -> FieldSpec | None:
    """Return the column that names a row: its own id, or the id of what it speaks of."""
    for column in spec.columns:
        if isinstance(column, FieldSpec) and (column.name == spec.id_name or column.name.endswith("_id")):
            return column
    return None


def _kept(table: list[Line], header: int, count: int) -> list[Line]:
    """Return *table* so that neither its first nor its last entry stands alone on a page; a short table stays whole.

    Args:
        table: All lines, the heads too.
        header: How many of them are heads.
        count: How many lines an entry has.
    """
    ends = {header + count - 1, len(table) - 1 - count}
    return [
        replace(line, keep=True)
        if index + 1 < len(table) and not line.keep and (len(table) <= _KEPT_TOGETHER or index in ends)
        else line
        for index, line in enumerate(table)
    ]


def _title_line(spec: ListSpec) -> Line:
    text = f"{spec.label} – {spec.hint}" if spec.hint else spec.label
    return Line(cells=(Cell(width=PAGE_WIDTH, role=Role.TITLE, text=text),), keep=True)


def _table_lines(lines: list[list[Column]], names: list[str], rows: Rows) -> Iterator[Line]:
    """Yield the head lines and the lines of each row; the first column stands beside all lines of its row."""
    count = len(lines)
    widths = _widths_of(lines)
    for index, columns in enumerate(lines):
        heads = zip(columns, widths[index], strict=True)
        cells = [Cell(width=width, role=Role.HEAD, text=column.head) for column, width in heads]
        yield Line(cells=_joined(cells, lines, index), keep=True)
    for name in names:
        for index, columns in enumerate(lines):
            cells = [_entry(column, name, width, rows) for column, width in zip(columns, widths[index], strict=True)]
            yield Line(cells=_joined(cells, lines, index), keep=index + 1 < count, first=index == 0 and count > 1)


def _widths_of(lines: list[list[Column]]) -> list[list[int]]:
    """Return the widths of the columns of each line, which fill it beside the first column."""
    if len(lines) == 1:
        return [widths_of(lines[0], PAGE_WIDTH)]
    first = lines[0][0].width
    room = PAGE_WIDTH - first
    return [[first, *widths_of(lines[0][1:], room)], *(widths_of(line, room) for line in lines[1:])]


def _joined(cells: list[Cell], lines: list[list[Column]], index: int) -> tuple[Cell, ...]:
    """Return *cells*, those of the columns `lines[index]`, with the first column beside all lines."""
    if index:
        return (Cell(width=lines[0][0].width, role=Role.UNDER), *cells)
    return (replace(cells[0], span=len(lines)), *cells[1:]) if len(lines) > 1 else tuple(cells)


def _entry(column: Column, name: str, width: int, rows: Rows) -> Cell:
    spec = column.spec
    if spec is None:
        title = next((text for key, text in rows.titles.items() if key.rpartition(".")[0] == name), "")
        return Cell(width=width, role=Role.TITLE, text=title)
    control = _control(spec, column.index, f"{name}.{spec.name}", rows.known)
    if control.kind is ControlKind.TEXT and width < _NARROW:
        control = replace(control, hint=printed.HINT_SHORT)
    return Cell(width=width, role=Role.BOX if spec.type is ValueType.CODES else Role.FIELD, control=control)


def _control(spec: FieldSpec, index: int, name: str, known: Known) -> Control:
    if spec.type is ValueType.CODES:
        return known.boxes(spec, name)[index]
    if spec.type is ValueType.TEXTS:
        return known.entries(spec, name)[index]
    return known.control(spec, name)


def _block(spec: ListSpec, name: str, place: tuple[int, int], rows: Rows) -> Grid:
    head = id_of(spec)
    fields = [item for item in spec.columns if isinstance(item, FieldSpec) and item is not head]
    lines = [_block_head(head, name, place, rows)]
    lines += lines_of_fields(((_spacious(item), f"{name}.{item.name}") for item in fields), rows.known)
    for item in spec.columns:
        if isinstance(item, ListSpec):
            lines += _inner_table(item, name, rows)
    kept = [replace(line, keep=True) for line in lines[:-1]]
    return Grid(lines=(*kept, lines[-1]), title=f"{spec.label} {place[0]}")


def _inner_table(spec: ListSpec, parent: str, rows: Rows) -> Iterator[Line]:
    if any(isinstance(item, ListSpec) for item in spec.columns):
        raise SetupError("a list inside a list inside a list cannot be drawn", where=spec.key)
    flat = replace(spec, columns=tuple(_spacious(item) for item in spec.columns if isinstance(item, FieldSpec)))
    yield from _table_lines(split(columns_of(flat, id_of(flat), titled=False)), rows.names_of(spec, parent), rows)


def _spacious(spec: FieldSpec) -> FieldSpec:
    """Return *spec* with a line of its own and room for a second one if it takes a sentence."""
    return replace(spec, width="full", multiline=True) if is_long(spec) else spec


def _block_head(head: FieldSpec | None, name: str, place: tuple[int, int], rows: Rows) -> Line:
    title = f"{place[0]} {texts.OF} {place[1]}"
    if head is None:
        return Line(cells=(Cell(width=PAGE_WIDTH, role=Role.TITLE, text=title),), first=True)
    key = f"{name}.{head.name}"
    label, width = _BLOCK_ID
    cells = (
        Cell(width=label, role=Role.HEAD, text=label_of(head)),
        Cell(width=width, role=Role.FIELD, control=rows.known.control(head, key)),
        Cell(width=PAGE_WIDTH - label - width, role=Role.TITLE, text=rows.titles.get(key, title)),
    )
    return Line(cells=cells, first=True)
