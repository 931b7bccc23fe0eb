"""Tables whose columns hold their words: where one does not, the rows stand below each other, label by label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

PRINT, LARGE_PRINT = 12, 16
"""The size of letters, in points."""
MAX_COLUMNS = 5
"""As many columns as a table on A4 can have at 12 pt; a list with more is printed row by row."""
_BY_ROWS = 0
# By the number of columns: the room in each of them in the shipped templates, in points, and 3 % more: so much too
# wide are our words by the widths of letters below (measured with Carlito over all of them: -4 to 22 %, median 4 %).
_ROOM = {2: (211, 270), 3: (174, 150, 150), 4: (130, 112, 112, 112), 5: (104, 95, 83, 98, 81)}
# How wide letters are, as part of their size: those of Carlito, in classes.
_WIDTHS = {
    letter: width
    for letters, width in (
        *(("ijlıіїI.,:;'|!", 0.26), ("frtJ()/-", 0.34), ("cksvxyzгіст", 0.43)),
        *(("aegаезуEFLSTZ", 0.49), ("w", 0.72), ("mMWжмшщюыф", 0.82)),
    )
    for letter in letters
}
_CAPITAL, _OTHER = 0.6, 0.53
_TEXTS = ("cells", "cells_t")
_HEADS = ("head", "head_t")
_WORD = re.compile(r"[^\s-]+-?")  # a line may end behind a hyphen


def fitted(context: Mapping[str, Any], points: int) -> dict[str, Any]:
    """Return *context* with every table in it printed row by row that does not fit at letters of *points*."""
    made = {name: _within(value, points) for name, value in context.items()}
    return fitted_table(made, points) if _is_table(made) else made


def fitted_table(table: Mapping[str, Any], points: int = PRINT) -> dict[str, Any]:
    """Return *table*, printed row by row where LibreOffice or Word would break a word of it anywhere."""
    room = _ROOM.get(table["width"], ())
    columns = [zip(texts, room, strict=False) for texts in _texts_of(table)]
    is_wide = any(_longest(text) * points > most for line in columns for text, most in line)
    return {**table, "width": _BY_ROWS if is_wide else table["width"]}


def _within(value: object, points: int) -> object:
    if isinstance(value, Mapping):
        return fitted(value, points)
    return [_within(each, points) for each in value] if isinstance(value, list) else value


def _is_table(value: Mapping[str, Any]) -> bool:
    return {"width", "head", "rows"} <= value.keys()


def _texts_of(table: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    """Yield the texts of the columns, line by line: heads and rows, and their translations."""
    yield from _named(table, _HEADS)
    for row in table["rows"]:
        yield from _named(row, _TEXTS)


def _named(value: Mapping[str, Any], names: Iterable[str]) -> Iterator[Sequence[str]]:
    yield from (value[name] for name in names if name in value)


def _longest(text: str) -> float:
    """Return the width of the longest word of *text* at letters of 1 pt."""
    return max((sum(map(_width, word)) for word in _WORD.findall(text)), default=0)


def _width(letter: str) -> float:
    return _WIDTHS.get(letter, _CAPITAL if letter.isupper() else _OTHER)
