"""Measures a blank form: its fields with their boxes, and what its pages show before anybody has written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from types import MappingProxyType

from pypdf import PageObject, PdfReader
from pypdf.generic import DictionaryObject

from formpipe.formats.pdf_objects import configure, entries, identity, raw, resolved, text_of
from formpipe.model import FieldType
from formpipe.readers.acroform import nodes_of
from formpipe.readers.acroform_values import Node, field_of, on_states, options_of
from formpipe.readers.flat_layout import Blank, BlankField, BlankPage, Box
from formpipe.readers.flat_page import Rect, drawn_pages, text_of_page, words_of
from formpipe.readers.marks import PROPERTIES, marks_of

_READ_ONLY, _MULTILINE, _COMB = 1, 1 << 12, 1 << 24
_HIDDEN = 2 | 32  # not shown at all, not shown on a screen
_CORNERS = 4
_TYPED = frozenset({FieldType.TEXT, FieldType.CHOICE})
_CHOICES = frozenset({FieldType.CHOICE, FieldType.MULTICHOICE})
_SIZE = re.compile(r"([0-9]*\.?[0-9]+)\s+Tf\b")


def layout_of_blank(data: bytes, options: Mapping[str, Sequence[Sequence[str]]] = MappingProxyType({})) -> Blank:
    """Return the layout of the fillable PDF *data*; a file that is damaged raises what its libraries raise.

    Args:
        data: The blank.
        options: Choices (stored, shown) of fields by name, in place of those in the file.
    """
    configure()
    reader = PdfReader(BytesIO(data), strict=False)
    pages = tuple(drawn_pages(data))
    places = dict(_places(reader.pages))
    fields = tuple(each for node in nodes_of(reader) if (each := _field(node, places, options)) is not None)
    closed = [box for each in fields if each.closed for box in each.boxes]
    info = reader.metadata or DictionaryObject()
    properties = {name: text_of(info.get(f"/{name}"))[0] or "" for name in PROPERTIES}
    texts = [text_of_page(page.glyphs) for page in pages]
    return Blank(
        marks=marks_of(properties, texts[0] if texts else ""),
        pages=tuple(
            BlankPage(
                glyphs=tuple(
                    (glyph.text, round(glyph.x, 2), round(glyph.y, 2))
                    for glyph in page.glyphs
                    if not glyph.text.isspace() and not _is_in(glyph.x, glyph.y + glyph.size / 3, closed, number)
                ),
                words=tuple((word, round(x, 2), round(y, 2)) for word, x, y in words_of(page.glyphs)),
                paths=tuple(_rounded(path.box) for path in page.paths),
            )
            for number, page in enumerate(pages)
        ),
        fields=fields,
    )


def _places(pages: Sequence[PageObject]) -> Iterator[tuple[object, tuple[int, PageObject]]]:
    for number, page in enumerate(pages):
        for annotation in entries(raw(page, "/Annots")):
            yield identity(annotation), (number, page)


def _field(
    node: Node, places: Mapping[object, tuple[int, PageObject]], options: Mapping[str, Sequence[Sequence[str]]]
) -> BlankField | None:
    """Return the field that *node* is, `None` if no page shows it."""
    boxes = tuple(box for widget in node.widgets if (box := _box(widget, places)) is not None)
    if not boxes:
        return None
    found = field_of(node)
    value = text_of(node.inherited("/V"))[0] if found.type in _TYPED else None
    pairs = options.get(found.name) or options_of(node)
    align = resolved(node.inherited("/Q"))
    return BlankField(
        name=found.name,
        named=found.name_source == "name",
        label=found.label,
        type=found.type,
        boxes=boxes,
        options=tuple((stored, shown) for stored, shown in pairs) if found.type in _CHOICES else (),
        multiline=bool(node.flags & _MULTILINE) or bool(node.flags & _READ_ONLY),
        comb=bool(node.flags & _COMB),
        align=align if isinstance(align, int) else 0,
        fitted=_is_fitted(node),
        before=value or None,
        closed=bool(value) and bool(node.flags & _READ_ONLY),
    )


def _is_fitted(node: Node) -> bool:
    """Tell whether the field's size of type is 0, which means: as large as fits."""
    look, _ = text_of(node.inherited("/DA") or next((raw(each, "/DA") for each in node.widgets if "/DA" in each), None))
    size = _SIZE.search(look or "")
    return size is not None and float(size[1]) == 0


def _box(widget: DictionaryObject, places: Mapping[object, tuple[int, PageObject]]) -> Box | None:
    place = places.get(identity(widget))
    corners = [
        float(each) for value in entries(raw(widget, "/Rect")) if isinstance(each := resolved(value), int | float)
    ]
    if place is None or len(corners) != _CORNERS:
        return None
    flags = resolved(widget.get("/F"))
    return Box(
        page=place[0],
        rect=_turned(corners, place[1]),
        state=next(iter(on_states(widget)), ""),
        hidden=isinstance(flags, int) and bool(flags & _HIDDEN),
    )


def _turned(corners: Sequence[float], page: PageObject) -> Rect:
    """Return a rectangle of the page's own space as pages are drawn: turned, from the sheet's lower left corner."""
    left, bottom, right, top = (float(each) for each in page.mediabox)
    x0, y0, x1, y1 = corners
    match int(page.rotation or 0) % 360:
        case 90:
            x0, y0, x1, y1 = y0 - bottom, right - x0, y1 - bottom, right - x1
        case 180:
            x0, y0, x1, y1 = right - x0, top - y0, right - x1, top - y1
        case 270:
            x0, y0, x1, y1 = top - y0, x0 - left, top - y1, x1 - left
        case _:
            x0, y0, x1, y1 = x0 - left, y0 - bottom, x1 - left, y1 - bottom
    return _rounded((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))


def _rounded(rect: Rect) -> Rect:
    left, bottom, right, top = (round(each, 2) for each in rect)
    return left, bottom, right, top


def _is_in(x: float, y: float, boxes: Sequence[Box], page: int) -> bool:
    return any(
        each.page == page and each.rect[0] <= x <= each.rect[2] and each.rect[1] <= y <= each.rect[3] for each in boxes
    )
