"""Which page of a blank a printed page is, how it was scaled and moved, and what stands on it beyond the blank."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from formpipe.readers.flat_layout import BlankPage
from formpipe.readers.flat_page import UNMAPPED, Drawn, Glyph, Path, Rect, words_of

_ALIKE = 0.6
"""Share of a blank page's words that a print of it must show."""

_COVERED = 0.7
"""Share of a blank page's characters that a print of it must show in their places.

Some programs drop what a clipping path hides, which the blank's own drawing still holds.
"""

_LYING = 0.85
"""Share of the words that both show once which must lie where the blank has them."""

_NEAR = 1.2
_STILL = 0.4
_FAR = 40.0
_LEAST_WORDS = 4
_SCALES = (0.5, 2.0)

Word = tuple[str, float, float]


@dataclass(frozen=True, slots=True)
class Moved:
    """How a print lies on its blank: a place `p` of the blank is at `scale * p + (x, y)`."""

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A printed page (`page`, from 0) known as a page of the blank (`number`, from 0).

    All places are those of the blank. `glyphs` and `paths` are what the blank
    does not show, in the order of drawing; `missing` the places of characters
    that only the blank shows.
    """

    page: int
    number: int
    covered: float
    glyphs: tuple[Glyph, ...]
    paths: tuple[Path, ...]
    missing: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The pages of a print that are pages of a blank, each page of the blank once, the likest first.

    `others` are pages of the print (from 0) with much of the blank's words that
    are none of them: a page for the second time, or one that lies askew.
    """

    matches: tuple[Match, ...] = ()
    others: frozenset[int] = frozenset()

    @property
    def weight(self) -> float:
        """How much of the blank the print shows."""
        return sum(each.covered for each in self.matches)


def match_pages(pages: Sequence[Drawn], blanks: Sequence[BlankPage]) -> Matches:
    """Return which pages of a print are pages of a blank."""
    printed = [tuple(words_of(page.glyphs)) for page in pages]
    likeness = [
        (_likeness(words, blank.words), page, number)
        for page, words in enumerate(printed)
        for number, blank in enumerate(blanks)
    ]
    found: dict[int, Match] = {}
    alike: set[int] = set()
    for share, page, number in sorted(likeness, key=lambda each: (-each[0], each[1], each[2])):
        if share < _ALIKE:
            break
        alike.add(page)
        if number in found or any(each.page == page for each in found.values()):
            continue
        moved = moved_of(blanks[number].words, printed[page])
        match = None if moved is None else _beyond(pages[page], blanks[number], moved)
        if match is not None:
            found[number] = replace(match, page=page, number=number)
    matches = tuple(found.values())
    return Matches(matches=matches, others=frozenset(alike - {each.page for each in matches}))


def moved_of(blank: Sequence[Word], printed: Sequence[Word]) -> Moved | None:
    """Return how the words of a page were scaled and moved, `None` if they do not lie as on the blank."""
    places, others = _once(blank), _once(printed)
    pairs = [(places[word], others[word]) for word in places if word in others]
    if len(pairs) < min(_LEAST_WORDS, len(places)) or not pairs:
        return None
    for moved in (Moved(), _fitted(pairs)):
        near = sum(_is_near(before, after, moved) for before, after in pairs)
        if near >= _LYING * len(pairs):
            return moved
    return None


def _fitted(pairs: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> Moved:
    scales = []
    for axis in (0, 1):
        ordered = sorted(pairs, key=lambda pair: pair[0][axis])
        half = len(ordered) // 2
        scales += [
            (last[1][axis] - first[1][axis]) / (last[0][axis] - first[0][axis])
            for first, last in zip(ordered, ordered[half:], strict=False)
            if last[0][axis] - first[0][axis] > _FAR
        ]
    scale = statistics.median(scales) if scales else 1.0
    scale = scale if _SCALES[0] < scale < _SCALES[1] else 1.0
    x, y = (statistics.median(after[axis] - scale * before[axis] for before, after in pairs) for axis in (0, 1))
    return Moved(scale, x, y)


def _is_near(before: tuple[float, float], after: tuple[float, float], moved: Moved) -> bool:
    most = _STILL if moved == Moved() else _NEAR
    return (
        abs(moved.scale * before[0] + moved.x - after[0]) < most
        and abs(moved.scale * before[1] + moved.y - after[1]) < most
    )


def _likeness(printed: Iterable[Word], blank: Sequence[Word]) -> float:
    """Return the share of the blank's words, each as often as it stands there, that the print has too."""
    wanted = Counter(word for word, _, _ in blank)
    there = Counter(word for word, _, _ in printed)
    total = sum(wanted.values())
    return sum((wanted & there).values()) / total if total else 0.0


def _once(words: Sequence[Word]) -> dict[str, tuple[float, float]]:
    counts = Counter(word for word, _, _ in words)
    return {word: (x, y) for word, x, y in words if counts[word] == 1}


def _beyond(page: Drawn, blank: BlankPage, moved: Moved) -> Match | None:
    """Return what stands on *page* beyond *blank*, or `None` if it lacks too much of the blank."""
    glyphs = [_glyph_on_blank(each, moved) for each in page.glyphs]
    places: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for index, each in enumerate(glyphs):
        places[each.text, round(each.x), round(each.y)].append(index)
    unmapped: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, each in enumerate(glyphs):
        if each.text.startswith(UNMAPPED):
            unmapped[round(each.x), round(each.y)].append(index)
    gone: set[int] = set()
    missing = []
    for text, x, y in blank.glyphs:
        near = [
            index
            for right in (-1, 0, 1)
            for up in (-1, 0, 1)
            for index in places.get((text, round(x) + right, round(y) + up), ())
            if index not in gone and abs(glyphs[index].x - x) < _NEAR and abs(glyphs[index].y - y) < _NEAR
        ]
        near = near or [
            index
            for index in unmapped.get((round(x), round(y)), ())
            if index not in gone and abs(glyphs[index].x - x) < _STILL and abs(glyphs[index].y - y) < _STILL
        ]
        if near:
            gone.add(min(near, key=lambda index: abs(glyphs[index].x - x) + abs(glyphs[index].y - y)))
        else:
            missing.append((x, y))
    covered = 1 - len(missing) / len(blank.glyphs) if blank.glyphs else 0.0
    if covered < _COVERED:
        return None
    paths = [_path_on_blank(each, moved) for each in page.paths]
    return Match(
        page=0,
        number=0,
        covered=covered,
        glyphs=tuple(each for index, each in enumerate(glyphs) if index not in gone),
        paths=_paths_beyond(paths, blank.paths),
        missing=tuple(missing),
    )


def _paths_beyond(paths: Sequence[Path], known: Iterable[Rect]) -> tuple[Path, ...]:
    by_corner: dict[tuple[int, int], list[Rect]] = defaultdict(list)
    for rect in known:
        by_corner[round(rect[0]), round(rect[1])].append(rect)

    def is_known(path: Path) -> bool:
        left, bottom = round(path.box[0]), round(path.box[1])
        return any(
            all(abs(mine - other) < _NEAR for mine, other in zip(path.box, rect, strict=True))
            for right in (-1, 0, 1)
            for up in (-1, 0, 1)
            for rect in by_corner.get((left + right, bottom + up), ())
        )

    return tuple(path for path in paths if not is_known(path))


def _glyph_on_blank(glyph: Glyph, moved: Moved) -> Glyph:
    if moved == Moved():
        return glyph
    return replace(
        glyph,
        x=(glyph.x - moved.x) / moved.scale,
        y=(glyph.y - moved.y) / moved.scale,
        right=(glyph.right - moved.x) / moved.scale,
        size=glyph.size / moved.scale,
    )


def _path_on_blank(path: Path, moved: Moved) -> Path:
    left, bottom, right, top = path.box
    box = (
        (left - moved.x) / moved.scale,
        (bottom - moved.y) / moved.scale,
        (right - moved.x) / moved.scale,
        (top - moved.y) / moved.scale,
    )
    return replace(path, box=box)
