"""Which box a run of text belongs to, and into which others it runs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from formpipe.readers.flat_page import Rect
from formpipe.readers.flat_runs import Run, box_at, is_next_line

_MARGIN = 2.0
_PADDING = 3.5
_OVERLAP = 0.8
"""In sizes of type: the last glyph that a clipping path still shows may reach so far into the next box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Runs by the index of their box, and those of none; `spilt` are boxes that share a text with another."""

    inside: Mapping[int, Sequence[Run]] = field(repr=False)
    loose: Sequence[Run] = field(repr=False)
    spilt: frozenset[int]


def sort_runs(runs: Iterable[Run], boxes: Sequence[Rect]) -> Sorted:
    """Return *runs* by the box each begins in.

    A line set right below another one, from the same edge and drawn after it,
    may be one that its box had no room for: it goes with the box above if it
    stands in none, or in one that has a text of its own. Both boxes are told.
    """
    inside: dict[int, list[Run]] = defaultdict(list)
    loose: list[Run] = []
    spilt: set[int] = set()
    crossing: list[tuple[int, Run]] = []
    lower: list[tuple[int, int, Run]] = []
    line: list[Run] = []
    above: int | None = None
    for run in runs:
        home = _home_of(run, boxes)
        if above is not None and home != above and is_next_line(line, run):
            spilt |= {above} if home is None else {above, home}
            lower += [(above, home, run)] if home is not None else []
            home = above if home is None else home
        others = _touched(run, boxes) - {home}
        spilt |= {home} if others and home is not None else set()
        crossing += [(other, run) for other in others]
        if home is None:
            loose.append(run)
        else:
            inside[home].append(run)
        line = [*line, run] if line and abs(line[0].first.y - run.first.y) < 1 else [run]
        above = home
    counts = Counter(home for _, home, _ in lower)
    occupied = {home for home, count in counts.items() if len(inside[home]) > count}
    for upper, home, run in lower:
        if home in occupied:
            inside[home].remove(run)
            inside[upper].append(run)
    spilt |= {other for other, run in crossing if not _stands_alone(inside.get(other, ()), run, boxes[other])}
    return Sorted(inside=inside, loose=loose, spilt=frozenset(spilt))


def _home_of(run: Run, boxes: Sequence[Rect]) -> int | None:
    home = box_at(run.start, boxes)
    return box_at(run.start, boxes, _MARGIN) if home is None else home


def _touched(run: Run, boxes: Sequence[Rect]) -> set[int]:
    height = run.start[1]
    middles = ((each.x + each.right) / 2 for each in run.glyphs if not each.text.isspace())
    return {found for middle in middles if (found := box_at((middle, height), boxes)) is not None}


def _stands_alone(own: Sequence[Run], other: Run, box: Rect) -> bool:
    """Tell whether the text *own* of a box begins where texts begin, behind *other*, which runs into the box."""
    end = other.right - _OVERLAP * other.first.size
    return bool(own) and all(end <= run.left <= box[0] + _PADDING for run in own)
