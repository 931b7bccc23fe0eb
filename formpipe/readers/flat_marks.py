"""Ink in a box that is no text: ticks, crosses, filled buttons, strokes through a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from formpipe.readers.flat_page import Path, Rect
from formpipe.readers.flat_runs import Run

_SMALL = 0.85
_LARGE = 0.6
_EDGE = 1.6
_THIN = 1.2
_SLANTED = 0.3
_BAR = 3.0


@dataclass(frozen=True, slots=True)
class Ink:
    """The new paths that lie in one box; `is_crossed` says that a line or curve of another place runs through it."""

    rect: Rect
    paths: tuple[Path, ...]
    is_crossed: bool = False

    @property
    def drawn(self) -> bool:
        """Whether there is any."""
        return bool(self.paths)

    @property
    def marks(self) -> tuple[Path, ...]:
        """The paths that are a tick, a cross or a dot, and no frame or ground."""
        return tuple(each for each in self.paths if _is_mark(each, self.rect))

    @property
    def is_mark(self) -> bool:
        """Whether the box is ticked."""
        return bool(self.marks)

    @property
    def is_doubtful(self) -> bool:
        """Whether the mark is a picture, darkens the whole box, is a dash, or comes from elsewhere."""
        return self.is_crossed or any(
            each.kind == "image"
            or (each.kind == "rect" and each.dark and (_is_level(each) or not _is_smaller(each, self.rect)))
            for each in self.paths
        )

    @property
    def is_struck(self) -> bool:
        """Whether a line, a curve or a picture lies where a text would stand."""
        return self.is_crossed or any(each.kind == "image" or _is_stroke(each, self.rect) for each in self.paths)

    def covers(self, runs: Sequence[Run]) -> bool:
        """Tell whether something opaque was drawn over *runs* after them."""
        return any(
            each.filled and not _is_thin(each) and each.order > run.glyphs[-1].order and _holds(each.box, run.start)
            for each in self.paths
            for run in runs
        )

    def has_bar(self, point: tuple[float, float]) -> bool:
        """Tell whether *point* lies on a bar, which marks an item of a list."""
        height = self.rect[3] - self.rect[1]
        return any(
            each.filled and _BAR < each.height < _SMALL * height and _holds(each.box, point) for each in self.paths
        )


def ink_in(paths: Sequence[Path], rect: Rect) -> Ink:
    """Return what of *paths* has its middle in *rect*; a picture counts wherever it touches it."""
    inside = tuple(each for each in paths if _belongs(each, rect))
    return Ink(rect, inside, is_crossed=any(_crosses(each, rect) for each in paths if each not in inside))


def choice_of(buttons: Sequence[tuple[bool, Ink]]) -> int | None:
    """Return which of *buttons* is turned on: the only one with a glyph, else the only one unlike the others."""
    lettered = [index for index, (has_glyph, _) in enumerate(buttons) if has_glyph]
    if lettered:
        return lettered[0] if len(lettered) == 1 else None
    looks = [_look(ink) for _, ink in buttons]
    counts = Counter(looks)
    odd = [index for index, look in enumerate(looks) if counts[look] == 1]
    if len(buttons) > 2 and len(odd) == 1:  # noqa: PLR2004 - of two that differ, each is unlike the other
        return odd[0]
    most = max(len(look) for look in looks)
    fullest = [index for index, look in enumerate(looks) if len(look) == most]
    return fullest[0] if len(fullest) == 1 else None


def _look(ink: Ink) -> tuple[tuple[str, int, int, bool], ...]:
    return tuple(sorted((each.kind, round(each.width), round(each.height), each.dark) for each in ink.paths))


def _belongs(path: Path, rect: Rect) -> bool:
    left, bottom, right, top = path.box
    if path.kind == "image" or (path.kind == "rect" and path.filled):
        return left < rect[2] and right > rect[0] and bottom < rect[3] and top > rect[1]
    return _holds(rect, ((left + right) / 2, (bottom + top) / 2))


def _crosses(path: Path, rect: Rect) -> bool:
    """Tell whether a line or a curve comes further into *rect* than its edge; which way a line slopes is not known."""
    left, bottom, right, top = rect[0] + _EDGE, rect[1] + _EDGE, rect[2] - _EDGE, rect[3] - _EDGE
    x0, y0, x1, y1 = path.box
    if path.kind not in {"line", "curve"} or x0 > right or x1 < left or y0 > top or y1 < bottom:
        return False
    if path.kind == "curve" or path.width < _THIN or path.height < _THIN:
        return True
    slope = path.height / path.width
    low, high = slope * (max(left, x0) - x0), slope * (min(right, x1) - x0)
    return (y0 + low < top and y0 + high > bottom) or (y1 - high < top and y1 - low > bottom)


def _holds(rect: Rect, point: tuple[float, float]) -> bool:
    return rect[0] <= point[0] <= rect[2] and rect[1] <= point[1] <= rect[3]


def _is_thin(path: Path) -> bool:
    return min(path.width, path.height) < _THIN


def _is_level(path: Path) -> bool:
    return path.height < _THIN < path.width


def _is_smaller(path: Path, rect: Rect) -> bool:
    return path.width < _SMALL * (rect[2] - rect[0]) or path.height < _SMALL * (rect[3] - rect[1])


def _is_mark(path: Path, rect: Rect) -> bool:
    width, height = rect[2] - rect[0], rect[3] - rect[1]
    if not _holds(rect, ((path.box[0] + path.box[2]) / 2, (path.box[1] + path.box[3]) / 2)):
        return path.kind == "image"
    if path.kind == "line":
        return path.width > _SLANTED * width and path.height > _SLANTED * height
    if path.kind == "rect":
        return path.dark and not (_is_thin(path) and _hugs(path, rect))
    return path.kind == "image" or (_is_smaller(path, rect) and not (_is_thin(path) and _hugs(path, rect)))


def _hugs(path: Path, rect: Rect) -> bool:
    """Tell whether *path* lies along an edge, as the side of a frame does."""
    return any(
        abs(edge - path.box[index]) < _EDGE and abs(edge - path.box[(index + 2) % 4]) < _EDGE
        for index, edge in enumerate(rect)
    )


def _is_stroke(path: Path, rect: Rect) -> bool:
    if path.kind == "curve":
        return _is_smaller(path, rect)
    level = path.height < _THIN and path.width > _BAR and not _hugs(path, rect)
    slanted = path.kind == "line" and path.width > _BAR and path.height > _BAR
    return (path.kind == "line" or _is_thin(path)) and (level or slanted)
