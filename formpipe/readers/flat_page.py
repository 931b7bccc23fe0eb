"""What is drawn on the pages of a PDF: glyphs, paths and pictures, in the order of drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO

import pdfplumber
from pdfminer.layout import LTChar, LTComponent, LTContainer, LTCurve, LTLine, LTRect

Rect = tuple[float, float, float, float]
"""Left, bottom, right, top in points, from the page's lower left corner."""

MOST_PAGES = 60
UNMAPPED = "(cid:"
"""How a glyph begins whose font does not say which character it is."""

_DARK = 0.5
_WHITE = 0.95
_CMYK = 4


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character where its baseline begins (`x`, `y`); `right` is where the next one would begin.

    `order` is its place in the order of drawing. `faint` says that it is drawn
    in white, so that it may not be seen.
    """

    text: str = field(repr=False)
    x: float
    y: float
    right: float
    size: float
    order: int
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """A path or picture: `kind` is `line`, `rect`, `curve` or `image`; `dark` that it is filled so."""

    kind: str
    box: Rect
    order: int
    filled: bool = False
    dark: bool = False

    @property
    def width(self) -> float:
        """Its width in points."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        """Its height in points."""
        return self.box[3] - self.box[1]


@dataclass(frozen=True, slots=True)
class Drawn:
    """All that is drawn on one page."""

    glyphs: tuple[Glyph, ...]
    paths: tuple[Path, ...]


def drawn_pages(data: bytes, most: int = MOST_PAGES) -> Iterator[Drawn]:
    """Yield the first *most* pages of the PDF *data*; annotations, and so form fields, are not among what is drawn."""
    with pdfplumber.open(BytesIO(data)) as document:
        for page in document.pages[:most]:
            yield _drawn(page.layout)
            page.close()


def words_of(glyphs: Sequence[Glyph]) -> Iterator[tuple[str, float, float]]:
    """Yield the words on a page with the place where each begins; a word ends where a gap or another line begins."""
    word, start, last = "", None, None
    for each in glyphs:
        joined = last is not None and _joins(last, each) and not each.text.isspace()
        if not joined and start is not None:
            yield word, start.x, start.y
            word, start = "", None
        if not each.text.isspace():
            word, start = word + each.text, start or each
        last = each
    if start is not None:
        yield word, start.x, start.y


def text_of_page(glyphs: Sequence[Glyph]) -> str:
    """Return the words on a page in the order of drawing."""
    return " ".join(word for word, _, _ in words_of(glyphs))


def _joins(last: Glyph, following: Glyph) -> bool:
    room = 0.15 * last.size
    return abs(following.y - last.y) < room and -2 * room < following.x - last.right < room


def _drawn(page: LTContainer[LTComponent]) -> Drawn:
    glyphs: list[Glyph] = []
    paths: list[Path] = []
    for order, each in enumerate(_flat(page)):
        if isinstance(each, LTChar):
            _, _, _, _, x, y = each.matrix
            faint = _is_white(each.graphicstate.ncolor)
            glyphs.append(Glyph(each.get_text(), x, y, each.x1, each.size, order, faint))
        elif isinstance(each, LTCurve):
            paths.append(_path(each, order))
        else:
            paths.append(Path("image", each.bbox, order))
    return Drawn(tuple(glyphs), tuple(paths))


def _flat(container: LTContainer[LTComponent]) -> Iterator[LTComponent]:
    for each in container:
        if isinstance(each, LTContainer):
            yield from _flat(each)
        else:
            yield each


def _path(curve: LTCurve, order: int) -> Path:
    kind = "line" if isinstance(curve, LTLine) else "rect" if isinstance(curve, LTRect) else "curve"
    dark = bool(curve.fill) and _brightness(curve.non_stroking_color) < _DARK
    return Path(kind, curve.bbox, order, bool(curve.fill), dark)


def _is_white(colour: object) -> bool:
    return _brightness(colour) > _WHITE


def _brightness(colour: object) -> float:
    """Return how bright *colour* is, from 0 (black) to 1; a pattern, or no colour, counts as black."""
    parts = colour if isinstance(colour, Sequence) and not isinstance(colour, str) else (colour,)
    values = [float(each) for each in parts if isinstance(each, int | float)] or [0.0]
    return 1 - max(sum(values[:3]) / 3, values[3]) if len(values) == _CMYK else sum(values) / len(values)
