"""Prints of forms ("print to PDF", flattened): read by comparing them with the blank they were made from.

A print has no fields, only marks on paper. What the blank shows is taken
away; what is left belongs to the box it begins in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from formpipe.model import FilledForm, FormMarks
from formpipe.prints import FLAT, PAGES
from formpipe.readers.flat_align import Match, match_pages
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
    best = max((_weight(matches) for _, matches in known), default=0.0)
    first = [(blank, matches) for blank, matches in known if matches and _weight(matches) == best]
    if len(first) != 1:
        return None
    blank, matches = first[0]
    fields = fields_of(blank, matches)
    flags = (FLAT,) if _is_complete(blank, matches) else (FLAT, PAGES)
    return FilledForm(container="pdf", marks=replace(blank.marks, flags=flags), fields=fields)


def _weight(matches: Sequence[Match]) -> float:
    return sum(each.covered for each in matches)


def _is_complete(blank: Blank, matches: Sequence[Match]) -> bool:
    return {each.number for each in matches} == set(range(len(blank.pages)))
