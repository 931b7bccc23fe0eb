"""Fields side by side: how single fields, lists of codes and lists of strings become lines of cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from formpipe.blanks import texts
from formpipe.blanks.columns import word_width
from formpipe.blanks.controls import Control, hint_of
from formpipe.blanks.known import Known
from formpipe.blanks.layout import PAGE_WIDTH, Cell, Line, Role
from formpipe.definition import FieldSpec, ValueType

_LINE = 6
_SHARES = {"full": _LINE, "half": 3, "third": 2}
"""Sixths of a line."""

_LABEL_WIDTHS = {1: 26, 2: 26, 3: 18}
_LABEL_ROOM = {1: 0, 2: 6, 3: 5}
"""How much wider a label may be on a line of so many fields if a long word needs it."""

_BOX_WIDTH = 4
_MOST_BOXES = 4
_SIGNED = "_signed_on"
_SIGN_DATE_WIDTH = 24


def lines_of_fields(specs: Iterable[tuple[FieldSpec, str]], known: Known) -> Iterator[Line]:
    """Yield the lines of *specs*, fields with their names on the form, in their order.

    Fields share a line as far as their widths allow; what is left alone on a
    line takes all of it.
    """
    waiting: list[tuple[FieldSpec, str]] = []
    for spec, name in specs:
        block = _block_of(spec, name, known)
        full = sum(_SHARES[each.width] for each, _ in waiting) + _SHARES[spec.width] > _LINE
        if waiting and (full or block is not None):
            yield _shared_line(waiting, known)
            waiting = []
        if block is not None:
            yield from block
        else:
            waiting.append((spec, name))
    if waiting:
        yield _shared_line(waiting, known)


def unchanged_lines(spec: FieldSpec, boxes: Iterable[Control]) -> list[Line]:
    """Return the lines of those *boxes* of the list of codes *spec* that stand nowhere else."""
    return _box_lines(_label_cell(spec, _LABEL_WIDTHS[1]), boxes)


def label_of(spec: FieldSpec) -> str:
    """Return the words beside the control of *spec*, marked if an answer is required."""
    return spec.label + (texts.REQUIRED_MARK if spec.required and not spec.locked else "")


def _label_cell(spec: FieldSpec, width: int, control: Control | None = None) -> Cell:
    closed = control is not None and control.locked
    said = {hint_of(spec), spec.label, spec.short_label}  # what stands there already
    note = "" if closed or spec.hint is None or spec.hint in said else spec.hint
    return Cell(width=width, role=Role.LABEL, text=label_of(spec), note=note)


def _box_lines(label: Cell, boxes: Iterable[Control]) -> list[Line]:
    """Return lines of check boxes with *label* in front, each box alone in its cell and its words at its right."""
    listed = list(boxes)
    width = PAGE_WIDTH - label.width
    longest = max((len(box.label) for box in listed), default=0)
    columns = max(1, min(_MOST_BOXES, len(listed), int(width / (_BOX_WIDTH + 1 + longest * 0.9))))
    rows = [listed[start : start + columns] for start in range(0, len(listed), columns)]
    lines = []
    for index, row in enumerate(rows):
        cells = [_beside(label, index, len(rows))]
        for share, box in zip(_shares_of(width, columns), row, strict=False):
            cells.append(Cell(width=_BOX_WIDTH, role=Role.BOX, control=box))
            cells.append(Cell(width=share - _BOX_WIDTH, role=Role.BOX_TEXT, text=box.label))
        rest = width - sum(cell.width for cell in cells[1:])
        if rest:
            cells.append(Cell(width=rest, role=Role.EMPTY))
        lines.append(Line(cells=tuple(cells), keep=index + 1 < len(rows)))
    return lines


def _beside(label: Cell, index: int, span: int) -> Cell:
    """Return the cell at line *index* of a column whose *label* stands beside *span* lines."""
    return replace(label, span=span) if index == 0 else Cell(width=label.width, role=Role.UNDER)


def _shares_of(width: int, count: int) -> list[int]:
    """Return *count* widths that fill *width*, the wider ones first."""
    share, rest = divmod(width, count)
    return [share + (index < rest) for index in range(count)]


def _block_of(spec: FieldSpec, name: str, known: Known) -> list[Line] | None:
    if spec.type is ValueType.CODES:
        return _box_lines(_label_cell(spec, _LABEL_WIDTHS[1]), known.boxes(spec, name))
    if spec.type is ValueType.TEXTS:
        return _text_lines(spec, name, known)
    if spec.name.endswith(_SIGNED):
        return [_signature_line(spec, name, known)]
    return None


def _text_lines(spec: FieldSpec, name: str, known: Known) -> list[Line]:
    controls = known.entries(spec, name)
    label = _label_cell(spec, _LABEL_WIDTHS[1])
    width = PAGE_WIDTH - label.width
    per_line = len(controls) if spec.codes is not None else 1
    rows = [controls[start : start + per_line] for start in range(0, len(controls), per_line)]
    return [
        Line(
            cells=(
                _beside(label, index, len(rows)),
                *(
                    Cell(width=share, role=Role.FIELD, control=control)
                    for share, control in zip(_shares_of(width, len(row)), row, strict=True)
                ),
            ),
            keep=index + 1 < len(rows),
        )
        for index, row in enumerate(rows)
    ]


def _signature_line(spec: FieldSpec, name: str, known: Known) -> Line:
    label = _label_cell(spec, _LABEL_WIDTHS[1])
    return Line(
        cells=(
            label,
            Cell(width=_SIGN_DATE_WIDTH, role=Role.FIELD, control=known.control(spec, name)),
            Cell(width=PAGE_WIDTH - label.width - _SIGN_DATE_WIDTH, role=Role.SIGN),
        )
    )


def _shared_line(fields: list[tuple[FieldSpec, str]], known: Known) -> Line:
    least, room = _LABEL_WIDTHS[len(fields)], _LABEL_ROOM[len(fields)]
    cells: list[Cell] = []
    for share, (spec, name) in zip(_shares_of(PAGE_WIDTH, len(fields)), fields, strict=True):
        width = max(least, min(least + room, word_width(label_of(spec))))
        control = known.control(spec, name)
        cells.append(_label_cell(spec, width, control))
        cells.append(Cell(width=share - width, role=Role.FIELD, control=control))
    return Line(cells=tuple(cells))
