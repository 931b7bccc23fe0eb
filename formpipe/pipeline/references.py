"""The reference that a correction copy carries: it leads back to the form that was rejected, and cannot be made up."""

from __future__ import annotations

import hmac
import json
import re

from formpipe.ledger import Book, forms
from formpipe.ledger.forms import FormRow
from formpipe.model import FieldState, FilledForm, Finding, Place, Severity

CORRECTS = "corrects"
"""Name in a form's payload of the id of the form that it is the mended one of."""

_SHAPE = re.compile(r"([0-9a-f]{12})-([0-9a-f]{20})")


def reference_of(book: Book, row: FormRow) -> str:
    """Return the reference of the rejected form *row*: the beginning of its checksum, and a keyed hash of its id."""
    return f"{row.sha256[:12]}-{_proof(book, row)}"


def rejected_by(book: Book, reference: str | None) -> FormRow | None:
    """Return the form that *reference* was given to, or `None` if there is none or the reference is not ours."""
    shape = _SHAPE.fullmatch(reference or "")
    rows = forms.by_prefix(book, shape[1]) if shape else []
    return next((row for row in rows if shape and hmac.compare_digest(_proof(book, row), shape[2])), None)


def line_of(book: Book, row: FormRow | None) -> list[str]:
    """Return the ids of *row* and of the forms that it was to mend in its turn, the newest first."""
    ids: list[str] = []
    while row is not None and row.id not in ids:
        ids.append(row.id)
        before = (row.payload or {}).get(CORRECTS)
        row = forms.by_id(book, before) if before else None
    return ids


def written_in(form: FilledForm) -> bytes:
    """Return the answers of *form* as written, to tell whether somebody has changed any; no order, no comments."""
    filled = [each for each in form.fields if each.state is FieldState.FILLED and each.value not in {None, False, ""}]
    return json.dumps(sorted((each.name, str(each.value)) for each in filled)).encode()


def unknown_reference() -> Finding:
    """Return the warning about a reference that leads to no form of this root."""
    place = Place(label="Kennung der Berichtigung")
    return Finding(pointer="", rule="reference", severity=Severity.WARNING, place=place)


def _proof(book: Book, row: FormRow) -> str:
    return book.keyed(f"correction:{row.id}".encode())[:20]
