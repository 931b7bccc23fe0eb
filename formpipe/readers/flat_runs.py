"""Glyphs as runs: what was written in one go, on one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from formpipe.readers.flat_page import Glyph, Rect

BACK = -0.35
"""In sizes of type: a glyph further back than this does not follow the one before."""

# sizes of type: gaps between two glyphs of a run, and of the same word; distances of two lines
_BREAK, _GAP, _TIGHT = 0.6, 0.18, 0.03
_LEAST_LEADING, _MOST_LEADING = 0.85, 1.5
# points: how far from its box's edge a text begins; how exactly two lines begin below one another
_PADDING, _STILL = 3.5, 1.5
_SAME = 0.4


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs that follow one another on one line, in the order of drawing."""

    glyphs: tuple[Glyph, ...] = field(repr=False)

    @property
    def first(self) -> Glyph:
        """Its first glyph."""
        return self.glyphs[0]

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(each.right for each in self.glyphs)

    @property
    def left(self) -> float:
        """Where it begins."""
        return min(each.x for each in self.glyphs)

    @property
    def start(self) -> tuple[float, float]:
        """A point within its first glyph."""
        return self.first.x + min(0.3 * self.first.size, (self.first.right - self.first.x) / 2), _middle(self.first)


def runs_of(glyphs: Sequence[Glyph], boxes: Sequence[Rect]) -> Iterator[Run]:
    """Yield the runs that *glyphs* form: a gap ends one, and so does the beginning of another of *boxes*.

    A value too long for its box goes on into the next one without a gap and
    stays one run.
    """
    run: list[Glyph] = []
    for each in without_twins(glyphs):
        if run and not _continues(run, each, boxes):
            yield from _trimmed(run)
            run = []
        run.append(each)
    yield from _trimmed(run)


def without_twins(glyphs: Sequence[Glyph]) -> Iterator[Glyph]:
    """Yield *glyphs*, those once that a program draws twice in one place to make them bold."""
    seen: dict[tuple[str, int, int], Glyph] = {}
    for each in glyphs:
        column, row = int(each.x // _SAME), int(each.y // _SAME)
        near = (seen.get((each.text, column + right, row + up)) for right in (-1, 0, 1) for up in (-1, 0, 1))
        if not any(twin is not None and _lie_together(twin, each) for twin in near):
            yield each
            seen[each.text, column, row] = each


def box_at(point: tuple[float, float], boxes: Sequence[Rect], margin: float = 0.0) -> int | None:
    """Return which of *boxes* the *point* lies in, the smallest if several do; `None` if it lies in none."""
    x, y = point
    found = [
        (_area(rect), index)
        for index, rect in enumerate(boxes)
        if rect[0] - margin <= x <= rect[2] + margin and rect[1] - margin <= y <= rect[3] + margin
    ]
    return min(found)[1] if found else None


def is_next_line(before: Sequence[Run], run: Run) -> bool:
    """Tell whether *run* is set as a further line of the text whose last line is *before*."""
    first = before[0].first
    size = max(first.size, 1.0)
    down = (first.y - run.first.y) / size
    return (
        abs(run.first.size - first.size) < 0.05 * size
        and _LEAST_LEADING < down < _MOST_LEADING
        and abs(min(each.left for each in before) - run.left) < _STILL
    )


def _lie_together(one: Glyph, other: Glyph) -> bool:
    return abs(one.x - other.x) < _SAME and abs(one.y - other.y) < _SAME


def _middle(glyph: Glyph) -> float:
    return glyph.y + 0.3 * glyph.size


def _area(rect: Rect) -> float:
    return (rect[2] - rect[0]) * (rect[3] - rect[1])


def _trimmed(run: Sequence[Glyph]) -> Iterator[Run]:
    inked = [index for index, each in enumerate(run) if not each.text.isspace()]
    if inked:
        yield Run(tuple(run[inked[0] : inked[-1] + 1]))


def _continues(run: Sequence[Glyph], following: Glyph, boxes: Sequence[Rect]) -> bool:
    last = run[-1]
    size = max(last.size, 1.0)
    gap = following.x - last.right
    if abs(following.y - last.y) > 0.2 * size or not BACK * size < gap < _BREAK * size:
        return False
    if abs(gap) < _TIGHT * size:
        return True
    home = box_at((last.x, _middle(last)), boxes)
    other = box_at((following.x, _middle(following)), boxes)
    return other is None or other == home or following.x - boxes[other][0] > _PADDING
