"""Many papers as one PDF to print on both sides: a cover, bookmarks, and a blank page where one is needed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf

from formpipe.errors import SetupError

_A4 = (595.276, 841.89)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A paper and the words of its bookmark."""

    title: str
    pdf: bytes = field(repr=False)

    @property
    def pages(self) -> int:
        """How many pages it has.

        Raises:
            SetupError: It cannot be opened.
        """
        with _opened(self.pdf) as document:
            return len(document.pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """The papers of one case."""

    title: str
    sheets: Sequence[Sheet]


def bundle(cover: Sheet, chapters: Sequence[Chapter]) -> bytes:
    """Return *cover* and all papers as one PDF; each begins on the front of a sheet.

    It is for printing: what marks the papers as PDF/A and their tags are left
    out, since they would not be true of the whole.

    Raises:
        SetupError: A paper cannot be opened.
    """
    made = pikepdf.new()
    with ExitStack() as stack, made.open_outline() as outline:
        outline.root.append(_appended(made, cover, stack))
        for chapter in chapters:
            papers = [_appended(made, sheet, stack) for sheet in chapter.sheets]
            first = pikepdf.OutlineItem(chapter.title, papers[0].destination)
            first.children.extend(papers)
            outline.root.append(first)
    root: Any = made.Root
    root.PageMode = pikepdf.Name.UseOutlines
    root.ViewerPreferences = pikepdf.Dictionary(
        Duplex=pikepdf.Name.DuplexFlipLongEdge, PrintScaling=pikepdf.Name("/None")
    )
    buffer = BytesIO()
    made.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def _appended(made: pikepdf.Pdf, sheet: Sheet, stack: ExitStack) -> pikepdf.OutlineItem:
    """Append the pages of *sheet*, to a full sheet of paper, and return its bookmark."""
    first = len(made.pages)
    made.pages.extend(stack.enter_context(_opened(sheet.pdf)).pages)
    for page in made.pages[first:]:
        _forget_tags(page)
    if len(made.pages) % 2:
        made.add_blank_page(page_size=_A4)
    return pikepdf.OutlineItem(sheet.title, first)


def _forget_tags(page: pikepdf.Page) -> None:
    """Take out what points into the tree of tags, which stays behind."""
    for each in (page.obj, *page.obj.get("/Annots", ())):
        for key in ("/StructParents", "/StructParent"):
            if key in each:
                del each[key]


def _opened(pdf: bytes) -> pikepdf.Pdf:
    try:
        return pikepdf.open(BytesIO(pdf))
    except pikepdf.PdfError as error:
        raise SetupError("a paper to print cannot be opened", mend="formpipe verify checks the archive.") from error
