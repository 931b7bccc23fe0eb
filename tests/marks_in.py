"""The notes in a correction copy as a stranger sees them: by lxml and pikepdf, with no code of the program."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field

import pikepdf
from lxml import etree

Rect = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment: its author, its lines, and what lies between its two marks in the text."""

    author: str
    lines: tuple[str, ...] = field(repr=False)
    tags: tuple[str, ...]
    comments_within: int
    in_control: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfNote:
    """A note annotation: page (from 0), rectangle, author, name, lines."""

    page: int
    rect: Rect
    author: str
    name: str
    lines: tuple[str, ...] = field(repr=False)


def comments_in(data: bytes) -> list[Comment]:
    """Return the comments of the Word file *data* in the order of its comments part."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        if "word/comments.xml" not in source.namelist():
            return []
        main = etree.fromstring(source.read("word/document.xml"))
        part = etree.fromstring(source.read("word/comments.xml"))
    space = str(main.tag).partition("}")[0] + "}"
    order = list(main.iter())
    marks = {name: {str(each.get(f"{space}id")): each for each in main.iter(f"{space}{name}")} for name in _MARKS}
    found = []
    for each in part:
        number = str(each.get(f"{space}id"))
        start, end, reference = (marks[name][number] for name in _MARKS)
        between = order[order.index(start) + 1 : order.index(end)]
        assert order.index(reference) > order.index(end)
        tags = [node.find(f"{space}sdtPr/{space}tag") for node in between if node.tag == f"{space}sdt"]
        found.append(
            Comment(
                author=str(each.get(f"{space}author")),
                lines=tuple("".join(map(str, line.itertext())) for line in each.iter(f"{space}p")),
                tags=tuple(str(tag.get(f"{space}val")) for tag in tags if tag is not None),
                comments_within=sum(str(node.tag).startswith(f"{space}comment") for node in between),
                in_control=any(
                    next(mark.iterancestors(f"{space}sdtContent"), None) is not None for mark in (start, end, reference)
                ),
            )
        )
    return found


def comment_lines_in(data: bytes) -> list[tuple[str, ...]]:
    """Return the lines of every comment that the text of the Word file *data* refers to, sorted."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        main = etree.fromstring(source.read("word/document.xml"))
        part = etree.fromstring(source.read("word/comments.xml"))
    space = str(main.tag).partition("}")[0] + "}"
    shown = {each.get(f"{space}id") for each in main.iter(f"{space}commentReference")}
    comments = [each for each in part if each.get(f"{space}id") in shown]
    return sorted(tuple("".join(map(str, line.itertext())) for line in each.iter(f"{space}p")) for each in comments)


_MARKS = ("commentRangeStart", "commentRangeEnd", "commentReference")


def notes_in(data: bytes) -> list[PdfNote]:
    """Return the notes of the PDF *data* in the order of its pages."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [
            PdfNote(
                page=number,
                rect=tuple(map(float, each.Rect)),
                author=str(each.T),
                name=str(each.NM),
                lines=tuple(str(each.Contents).split("\r")),
            )
            for number, page in enumerate(pdf.pages)
            for each in page.obj.get("/Annots", ())
            if each.Subtype == pikepdf.Name.Text
        ]


def widgets_in(data: bytes) -> dict[str, list[tuple[int, Rect]]]:
    """Return page and rectangle of every widget of the PDF *data* by the full name of its field."""
    found: dict[str, list[tuple[int, Rect]]] = {}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for number, page in enumerate(pdf.pages):
            for each in page.obj.get("/Annots", ()):
                if each.Subtype == pikepdf.Name.Widget:
                    name, node = str(each.T), each
                    while "/Parent" in node:
                        node = node.Parent
                        name = f"{node.T}.{name}" if "/T" in node else name
                    found.setdefault(name, []).append((number, tuple(map(float, each.Rect))))
    return found


def distance(one: Rect, other: Rect) -> float:
    """Return how far two rectangles are apart in points; less than 0 if they overlap."""
    across = max(one[0] - other[2], other[0] - one[2])
    along = max(one[1] - other[3], other[1] - one[3])
    return max(across, along)
