"""A filled PDF form with notes: its fields untouched and open, a note beside each fault and one on top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from io import BytesIO
from typing import Any, TypeAlias

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from formpipe.blanks.marking import AUTHOR, REFERENCE, Marking
from formpipe.blanks.note_places import Page, Points, Rect
from formpipe.errors import UnreadableFormError

_MOST_DEPTH = 64
_PRINT = 4
_OUT_OF_SIGHT = 2 | 32  # hidden, no view
_NOTE_ID = "formpipe:"
_RED, _BLUE = (0.78, 0.08, 0.12), (0.12, 0.22, 0.39)
_TIPS = {
    None: "0 0 9 9 re",
    Points.RIGHT: "0 0 m 6.8 0 l 9 4.5 l 6.8 9 l 0 9 l h",
    Points.LEFT: "9 0 m 2.2 0 l 0 4.5 l 2.2 9 l 9 9 l h",
    Points.DOWN: "0 9 m 0 2.2 l 4.5 0 l 9 2.2 l 9 9 l h",
    Points.UP: "0 0 m 0 6.8 l 4.5 9 l 9 6.8 l 9 0 l h",
}
_MARK = "0.78 0.08 0.12 rg {} f 1 g {} 3.9 1.4 3.6 re f {} 1.7 1.4 1.4 re f"  # the mark is a !
_PAGE = "1 0.96 0.7 rg 0.12 0.22 0.39 RG 1 w 1 0.5 16 17 re B 1.2 w 4 13 m 14 13 l S 4 9.5 m 14 9.5 l S 4 6 m 11 6 l S"
_Raw: TypeAlias = Any  # an object of the file: pikepdf gives its own kinds and Python's


@dataclass(frozen=True, slots=True)
class _Drawn:
    """How a note looks: where, the drawing, and for programs that draw notes themselves an icon and a colour."""

    place: Rect
    drawing: str
    icon: Name
    colour: tuple[float, float, float]


def mark_pdf(data: bytes, marking: Marking) -> bytes | None:
    """Return the PDF form *data* with the notes of *marking*, or `None` if it is signed and so must not be changed.

    Notes of ours from an earlier time go, others stay. A fault without a field
    on any page is told in the note on top of the first. An encrypted file that
    opens without a password stays encrypted.

    Raises:
        UnreadableFormError: The file is no sound PDF.
    """
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            if _is_signed(pdf):
                return None
            _write(pdf, marking)
            buffer = BytesIO()
            locked = pdf.is_encrypted
            pdf.save(buffer, fix_metadata_version=False, encryption=locked, deterministic_id=not locked)
            return buffer.getvalue()
    except Exception:  # noqa: BLE001 - a damaged file makes qpdf raise anything, with what stands in it
        raise UnreadableFormError("the document is damaged", code="damaged") from None


def _write(pdf: pikepdf.Pdf, marking: Marking) -> None:
    _forget_ours(pdf)
    pages = [Page(_rect_of(page.cropbox), [*map(_rect_of, _rects_on(page))]) for page in pdf.pages]
    widgets = _widgets_of(pdf)
    placed = set()
    for index, note in enumerate(marking.notes):
        if note.spot in widgets:
            number, rect = widgets[note.spot]
            placed.add(index)
            place, points = pages[number].beside(rect)
            drawn = _Drawn(place, _mark_of(points), Name.Comment, _RED)
            _add(pdf, number, _note(pdf, drawn, note.lines, f"{_NOTE_ID}{index + 1}", marking))
    drawn = _Drawn(pages[0].on_top(), _PAGE, Name.Note, _BLUE)
    _add(pdf, 0, _note(pdf, drawn, marking.top(placed), f"{_NOTE_ID}{marking.reference}", marking))
    if marking.reference:
        pdf.docinfo[Name(f"/{REFERENCE}")] = String(marking.reference)


def _is_signed(pdf: pikepdf.Pdf) -> bool:
    """Tell whether the file is signed, certified, or opened for more by its maker: any change would break that."""
    signed = (
        each.get("/V") is not None
        for page in pdf.pages
        for each in _annotations(page)
        if each.get("/Subtype") == Name.Widget and _inherited(each, "/FT") == Name.Sig
    )
    return "/Perms" in pdf.Root or any(signed)


def _forget_ours(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        known = list(_annotations(page))
        kept = [each for each in known if not _is_ours(each)]
        if len(kept) < len(known):
            for each in kept:
                if "/IRT" in each and _is_ours(each.IRT):
                    del each.IRT  # somebody's answer to ours stays, by itself
            page.obj.Annots = Array(kept)


def _is_ours(annotation: _Raw) -> bool:
    named = str(annotation.get("/NM", "")).startswith(_NOTE_ID)
    return named and str(annotation.get("/T", "")) == AUTHOR and annotation.get("/Subtype") == Name.Text


def _widgets_of(pdf: pikepdf.Pdf) -> dict[str, tuple[int, Rect]]:
    """Return page and rectangle of each field by its full name: of its first widget that shows, else its first."""
    found: dict[str, tuple[int, Rect]] = {}
    hidden: dict[str, tuple[int, Rect]] = {}
    for number, page in enumerate(pdf.pages):
        for each in _annotations(page):
            if each.get("/Subtype") == Name.Widget and "/Rect" in each:
                rect, flags = _rect_of(each.Rect), int(each.get("/F", 0))
                seen = not flags & _OUT_OF_SIGHT and rect[0] < rect[2] and rect[1] < rect[3]
                (found if seen else hidden).setdefault(_name_of(each), (number, rect))
    return hidden | found


def _name_of(widget: _Raw) -> str:
    parts = [str(node.T) for node in _chain(widget) if "/T" in node]
    return ".".join(reversed(parts))


def _inherited(widget: _Raw, key: str) -> _Raw:
    return next((node[key] for node in _chain(widget) if key in node), None)


def _chain(widget: _Raw) -> Iterator[_Raw]:
    for _ in range(_MOST_DEPTH):
        yield widget
        widget = widget.get("/Parent")
        if not isinstance(widget, Dictionary):
            return


def _annotations(page: pikepdf.Page) -> Iterator[_Raw]:
    known = page.obj.get("/Annots")
    yield from (each for each in (known if isinstance(known, Array) else ()) if isinstance(each, Dictionary))


def _rects_on(page: pikepdf.Page) -> Iterator[_Raw]:
    return (each.Rect for each in _annotations(page) if "/Rect" in each)


def _rect_of(raw: _Raw) -> Rect:
    x, y, right, top = map(float, raw)
    return (min(x, right), min(y, top), max(x, right), max(y, top))


def _add(pdf: pikepdf.Pdf, number: int, note: Dictionary) -> None:
    page = pdf.pages[number].obj
    note.P = page
    if not isinstance(page.get("/Annots"), Array):
        page.Annots = Array()
    page.Annots.append(pdf.make_indirect(note))


def _mark_of(points: Points | None) -> str:
    """Return the drawing of a small mark that points to its field."""
    left = 3.8 + {Points.RIGHT: -0.8, Points.LEFT: 0.8}.get(points, 0.0) if points else 3.8
    return _MARK.format(_TIPS[points], left, left)


def _note(pdf: pikepdf.Pdf, drawn: _Drawn, lines: Sequence[str], name: str, marking: Marking) -> Dictionary:
    moment = String(marking.at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ"))
    left, bottom, right, top = drawn.place
    shown = pdf.make_stream(
        drawn.drawing.encode("ascii"),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, round(right - left, 2), round(top - bottom, 2)]),
        Resources=Dictionary(),
    )
    return Dictionary(
        Type=Name.Annot,
        Subtype=Name.Text,
        Rect=Array(list(drawn.place)),
        Contents=String("\r".join(lines)),
        T=String(AUTHOR),
        NM=String(name),
        Name=drawn.icon,
        C=Array(drawn.colour),
        F=_PRINT,
        M=moment,
        CreationDate=moment,
        AP=Dictionary(N=shown),
    )
