"""The layout of a blank form, as prints are compared with it: nouns, and their JSON between the processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from formpipe.model import FieldType, FormMarks, Json
from formpipe.readers.flat_page import Rect


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where a field is filled in: its page (from 0), its rectangle, and for a button the state it turns on."""

    page: int
    rect: Rect
    state: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankField:
    """A field of a blank form.

    `align` is 0 for text from the left, 1 for the middle, 2 for the right;
    `fitted` says that programs choose the size of type so that the text fits.
    `before` is the value that stands in it already, as on a pre-filled form;
    `closed` says that nobody can change it and the page itself shows it.
    """

    name: str
    named: bool
    label: str
    type: FieldType
    boxes: tuple[Box, ...]
    options: tuple[tuple[str, str], ...] = ()
    multiline: bool = False
    comb: bool = False
    align: int = 0
    fitted: bool = False
    before: str | None = field(default=None, repr=False)
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankPage:
    """What a page of a blank shows: each character with the place of its baseline, and the boxes of its paths."""

    glyphs: tuple[tuple[str, float, float], ...]
    words: tuple[tuple[str, float, float], ...]
    paths: tuple[Rect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """A blank form as prints are compared with it."""

    marks: FormMarks
    pages: tuple[BlankPage, ...]
    fields: tuple[BlankField, ...]


def blank_to_json(blank: Blank) -> dict[str, Json]:
    """Return *blank* as JSON that `blank_from_json` takes."""
    marks = blank.marks
    return {
        "marks": [marks.kind, marks.version, marks.case, marks.base],
        "pages": [
            {
                "glyphs": [list(each) for each in page.glyphs],
                "words": [list(each) for each in page.words],
                "paths": [list(each) for each in page.paths],
            }
            for page in blank.pages
        ],
        "fields": [_field_json(each) for each in blank.fields],
    }


def blank_from_json(data: Any) -> Blank:  # noqa: ANN401 - our own JSON
    """Return the blank that `blank_to_json` wrote as *data*."""
    kind, version, case, base = data["marks"]
    return Blank(
        marks=FormMarks(kind=kind, version=version, case=case, base=base),
        pages=tuple(
            BlankPage(
                glyphs=tuple(map(tuple, page["glyphs"])),
                words=tuple(map(tuple, page["words"])),
                paths=tuple(map(tuple, page["paths"])),
            )
            for page in data["pages"]
        ),
        fields=tuple(_field_from(each) for each in data["fields"]),
    )


def _field_json(each: BlankField) -> dict[str, Json]:
    return {
        "name": each.name,
        "named": each.named,
        "label": each.label,
        "type": each.type.value,
        "boxes": [[box.page, list(box.rect), box.state, box.hidden] for box in each.boxes],
        "options": [list(pair) for pair in each.options],
        "multiline": each.multiline,
        "comb": each.comb,
        "align": each.align,
        "fitted": each.fitted,
        "before": each.before,
        "closed": each.closed,
    }


def _field_from(data: dict[str, Any]) -> BlankField:
    boxes = tuple(
        Box(page=page, rect=tuple(rect), state=state, hidden=hidden) for page, rect, state, hidden in data["boxes"]
    )
    options = tuple((stored, shown) for stored, shown in data["options"])
    return BlankField(**{**data, "type": FieldType(data["type"]), "boxes": boxes, "options": options})
