"""Where on a page a small note may stand: beside its field, over no field and over no other note."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

Rect: TypeAlias = tuple[float, float, float, float]


class Points(Enum):
    """Which way from a note its field lies."""

    RIGHT = "right"
    LEFT = "left"
    DOWN = "down"
    UP = "up"


_Place: TypeAlias = tuple[Rect, Points | None]

SIDE = 9.0
_TOP_SIDE = 18.0
_GAP = 0.5
_MARGIN = 12.0
_STEP = 4.0


@dataclass(slots=True)
class Page:
    """A page's own rectangle and what is taken on it (left, bottom, right, top in points)."""

    box: Rect
    taken: list[Rect] = field(default_factory=list)

    def beside(self, widget: Rect) -> tuple[Rect, Points | None]:
        """Return a free place for a note about *widget* with the way to it from there, and take it.

        That is left of it, right of it, above or below it; where fields stand
        close together on all sides, what is free on its line, from the nearer margin on.
        """
        around = list(self._around(widget))
        place, points = next((each for each in around if self._is_free(each[0])), around[-1])
        return self._take(place), points

    def on_top(self) -> Rect:
        """Return a free place for the note on top, and take it."""
        left, top = self.box[0] + _MARGIN, self.box[3] - _MARGIN
        steps = range(int((top - self.box[1]) / _STEP))
        places = [_square(left, top - step * _STEP - _TOP_SIDE, _TOP_SIDE) for step in steps]
        return self._take(next(filter(self._is_free, places), _square(left, top - _TOP_SIDE, _TOP_SIDE)))

    def _around(self, widget: Rect) -> Iterator[_Place]:
        left, bottom, right, top = widget
        yield _square(left - SIDE - _GAP, top - SIDE, SIDE), Points.RIGHT
        yield _square(right + _GAP, top - SIDE, SIDE), Points.LEFT
        yield _square(left, top + _GAP, SIDE), Points.DOWN
        yield _square(left, bottom - SIDE - _GAP, SIDE), Points.UP
        near_left = left - self.box[0] < self.box[2] - right
        for column in range(int((self.box[2] - self.box[0]) / SIDE)):
            inward = _MARGIN + column * SIDE
            x = self.box[0] + inward if near_left else self.box[2] - inward - SIDE
            yield _square(x, top - SIDE, SIDE), None

    def _is_free(self, place: Rect) -> bool:
        inside = self.box[0] <= place[0] and self.box[1] <= place[1]
        inside = inside and place[2] <= self.box[2] and place[3] <= self.box[3]
        return inside and not any(_overlap(place, each) for each in self.taken)

    def _take(self, place: Rect) -> Rect:
        self.taken.append(place)
        return place


def _square(left: float, bottom: float, side: float) -> Rect:
    return (round(left, 2), round(bottom, 2), round(left + side, 2), round(bottom + side, 2))


def _overlap(one: Rect, other: Rect) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
