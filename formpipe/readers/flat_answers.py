"""Answers about prints and blanks; loaded by the reading process when it is first asked for one."""

from __future__ import annotations

from formpipe.model import Json
from formpipe.readers.flat_blank import layout_of_blank
from formpipe.readers.flat_layout import blank_from_json, blank_to_json
from formpipe.readers.flat_pdf import print_marks, read_print
from formpipe.readers.requests import BLANK, MARKS, unframed
from formpipe.readers.wire import form_to_json, marks_to_json


def print_answer(letter: bytes, body: bytes) -> dict[str, Json]:
    """Return the answer to a request: `marks`, `layout`, or `form` (`None` for a print of no known blank)."""
    if letter == MARKS:
        return {"marks": marks_to_json(print_marks(body))}
    head, data = unframed(body)
    if letter == BLANK:
        return {"layout": blank_to_json(layout_of_blank(data, head))}
    form = read_print(data, [blank_from_json(each) for each in head])
    return {"form": None if form is None else form_to_json(form)}
