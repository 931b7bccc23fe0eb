"""Prints of forms ("print to PDF", flattened): read by comparing them with the blank they were made from.

A print has no fields, only marks on paper. What the blank shows is taken
away; what is left belongs to the box it begins in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from formpipe.model import FilledForm, FormMarks
from formpipe.prints import FLAT, PAGES
from formpipe.readers.flat_align import Matches, match_pages
from formpipe.readers.flat_fields import fields_of
from formpipe.readers.flat_layout import Blank
from formpipe.readers.flat_page import drawn_pages, text_of_page
from formpipe.readers.marks import marks_of

_LOOK_AT = 3


def print_marks(data: bytes) -> FormMarks:
    """Return what the footers on the first pages of the PDF *data* say it is a print of."""
    for page in drawn_pages(data, _LOOK_AT):
        marks = marks_of({}, text_of_page(page.glyphs))
        if marks.kind is not None:
            return marks
    return FormMarks()


def read_print(data: bytes, blanks: Iterable[Blank]) -> FilledForm | None:
    """Return what stands on the print *data* of one of *blanks*; `None` if of none of them, or of several.

    Pages may be missing, in another order, or none of the form's: each is
    known by its words.
    """
    pages = list(drawn_pages(data))
    known = [(blank, match_pages(pages, blank.pages)) for blank in blanks]
    best = max((found.weight for _, found in known), default=0.0)
    first = [(blank, found) for blank, found in known if found.matches and found.weight == best]
    if len(first) != 1:
        return None
    blank, found = first[0]
    fields = fields_of(blank, found.matches)
    flags = (FLAT,) if _is_complete(blank, found) else (FLAT, PAGES)
    return FilledForm(container="pdf", marks=replace(blank.marks, flags=flags), fields=fields)


def _is_complete(blank: Blank, found: Matches) -> bool:
    return len(found.matches) == len(blank.pages) and not found.others
