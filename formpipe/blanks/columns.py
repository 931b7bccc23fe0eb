"""How wide the columns of a list are, and how they share the lines of a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from formpipe.blanks import texts
from formpipe.blanks.layout import PAGE_WIDTH
from formpipe.definition import FieldSpec, ListSpec, ValueType

_ID_WIDTH = 11
_TITLE_WIDTH = 40
_WIDTHS = {
    ValueType.DATE: 14,
    ValueType.DATE_TIME: 20,
    ValueType.BOOLEAN: 14,
    ValueType.INTEGER: 8,
    ValueType.NUMBER: 8,
}
_CHOICE_WIDTHS = (13, 21)
_TEXT_WIDTH = 24
_LONG_TEXT_WIDTH = 44
_BOX_WIDTH = 10
_SENTENCE = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: a field, or the *index*-th box or entry of it; without a field it holds printed titles.

    `width` is the least it needs; one that `grows` takes what a line has left.
    """

    head: str
    width: int
    grows: bool = False
    spec: FieldSpec | None = None
    index: int = 0


def columns_of(spec: ListSpec, head: FieldSpec | None, *, titled: bool) -> list[Column]:
    """Return the columns of the flat list *spec*.

    Args:
        spec: A list without lists in it.
        head: Its column with the row's id.
        titled: Add a column for printed words beside the id.
    """
    found: list[Column] = []
    for item in spec.columns:
        if isinstance(item, FieldSpec):
            found += _columns_for(item, is_id=item is head)
        if item is head and titled:
            found.append(Column(head=spec.label, width=_TITLE_WIDTH, grows=True))
    return found


def split(columns: Sequence[Column]) -> list[list[Column]]:
    """Return *columns* as lines of a row, as few as the page allows and about equally full.

    With more than one line the first column stands beside all of them, and is wider if it grows.
    """
    total = sum(column.width for column in columns)
    if total <= PAGE_WIDTH:
        return [list(columns)]
    first, rest = columns[0], columns[1:]
    room = PAGE_WIDTH - first.width
    least = -(-(total - first.width) // room)
    while True:
        for goal in range(-(-(total - first.width) // least), room + 1):
            lines = _filled(rest, goal)
            if len(lines) <= least:
                free = room - max(sum(column.width for column in line) for line in lines)
                # half of what the fullest line leaves: long names of courses and certificates stand in front
                lead = replace(first, width=first.width + free // 2) if first.grows else first
                return [[lead, *lines[0]], *lines[1:]]
        least += 1


def widths_of(columns: Sequence[Column], room: int) -> list[int]:
    """Return widths that fill *room*; columns of words share what is left over."""
    growing = [index for index, column in enumerate(columns) if column.grows] or list(range(len(columns)))
    widths = [column.width for column in columns]
    share, rest = divmod(room - sum(widths), len(growing))
    for place, index in enumerate(growing):
        widths[index] += share + (place < rest)
    return widths


def is_long(spec: FieldSpec) -> bool:
    """Tell whether *spec* takes a whole sentence on one line."""
    return spec.type is ValueType.TEXT and spec.codes is None and (spec.max_length or 0) >= _SENTENCE


@lru_cache(maxsize=4096)  # labels and heads of columns, which are the schema's
def word_width(text: str) -> int:
    """Return the width that the longest word of *text* needs; a hyphen or slash is a place to break."""
    parts = text.replace("/", "-").split()
    return 4 + max((len(piece) for part in parts for piece in part.split("-")), default=0)


def _filled(columns: Sequence[Column], goal: int) -> list[list[Column]]:
    lines: list[list[Column]] = [[]]
    for column in columns:
        if lines[-1] and sum(each.width for each in lines[-1]) + column.width > goal:
            lines.append([])
        lines[-1].append(column)
    return lines


def _columns_for(spec: FieldSpec, *, is_id: bool) -> Iterator[Column]:
    head = (spec.short_label or spec.label) + (texts.REQUIRED_MARK if spec.required and not spec.locked else "")
    if spec.type is ValueType.CODES:
        for index, code in enumerate(spec.codes.codes if spec.codes is not None else ()):
            text = f"{head}: {code.title}"
            yield Column(head=text, width=max(_BOX_WIDTH, word_width(text)), spec=spec, index=index)
    elif spec.type is ValueType.TEXTS:
        for index in range(spec.rows):
            yield Column(head=head, width=_TEXT_WIDTH, grows=True, spec=spec, index=index)
    else:
        width = _ID_WIDTH if is_id else max(_width_of(spec), word_width(head))
        grows = not is_id and spec.type in {ValueType.TEXT, ValueType.CODE}
        yield Column(head=head, width=width, grows=grows, spec=spec)


def _width_of(spec: FieldSpec) -> int:
    if spec.type in _WIDTHS:
        return _WIDTHS[spec.type]
    if spec.codes is not None:
        longest = max((len(code.title) for code in spec.codes.codes), default=0)
        return max(_CHOICE_WIDTHS[0], min(_CHOICE_WIDTHS[1], longest + 3))
    if spec.multiline:
        return _LONG_TEXT_WIDTH
    return len(spec.example) + 3 if spec.max_length is None and spec.example else _TEXT_WIDTH
