"""Texts for the person who dropped a form: what is to be mended, what waits, what was there already.

They are owed like any document, in the transaction that decides the form, so
none is forgotten when a run is cut short.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from formpipe.durable import sha256_of
from formpipe.ledger import Book, documents
from formpipe.ledger.documents import DocumentRow
from formpipe.ledger.forms import FormRow
from formpipe.model import CaseNumber
from formpipe.pipeline.references import line_of

CORRECTIONS = "korrektur"
NOTES = "hinweise"
SHORT = 12
"""So many digits of a checksum name a dropped file: its own name may hold a person's (design 10)."""

PROPOSALS = "proposals"
"""Name of the form that is made of a rejected print, and of what was read on that in its payload."""

FOR_MENDING = frozenset({"copy", "conflict", PROPOSALS})
"""Documents that are forms to be mended or decided on, beside the text about them."""

NO_CASE = CaseNumber("")
_FOLDER = {"unreadable": NOTES, "duplicate": NOTES}
_ENDING = {
    "rejected": "korrektur",
    "held": "zurueckgestellt",
    "unreadable": "nicht-lesbar",
    "duplicate": "bereits-vorhanden",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """One more drop of a form that is filed already: the claim's id and the name it was dropped under."""

    id: str
    name: str = field(repr=False)


def owe_notice(book: Book, row: FormRow, name: str, *, at: datetime, drop: Drop | None = None, about: str = "") -> None:
    """Owe the text *name* (`rejected`, `held`, `unreadable`, `duplicate`) about the form *row*.

    A rejected form comes back beside its text with its faults marked, so that
    it can be mended where it lies; a print, which nobody can mend, as it was and
    as a form with what was read on it. What was written about the forms that it
    was to mend goes.

    Args:
        drop: What the notice is for if not the form's present decision.
        about: What the notice tells, if another text is owed when that changes.
    """
    folder = _FOLDER.get(name, CORRECTIONS)
    stem = f"{folder}/{row.sha256[:SHORT]}"
    about = about or (drop.id if drop else about_of(row))
    detail: dict[str, Any] = {"form": row.id} | ({"name": drop.name} if drop else {"replaces": line_of(book, row)[1:]})
    text = DocumentRow(
        case=row.case or NO_CASE,
        plan_checksum=about,
        version=0,
        name=f"notice-{name}",
        format="txt",
        path=f"{stem}-{_ENDING[name]}.txt",
        detail=detail,
    )
    documents.owe(book, text, at=at)
    if name == "rejected":
        copy = DocumentRow(
            case=row.case or NO_CASE,
            plan_checksum=about,
            version=0,
            name="copy",
            format=row.container or "bin",
            path=f"{stem}.{row.container or 'bin'}",
            detail=detail,
        )
        documents.owe(book, copy, at=at)
        if row.payload and PROPOSALS in row.payload:
            filled = replace(copy, name=PROPOSALS, format="pdf", path=f"{stem}-{_ENDING[name]}.pdf")
            documents.owe(book, filled, at=at)


def about_of(row: FormRow) -> str:
    """Return what the papers about the present decision on *row* go by."""
    told = json.dumps(row.findings, sort_keys=True, ensure_ascii=False)
    return f"{row.id}{sha256_of(told.encode())[:16]}{row.reason or ''}"[:64]


def publish_notices_again(book: Book, row: FormRow) -> None:
    """Let what was written about *row* be put into the outbox once more: somebody may have taken it out."""
    for case in {row.case or NO_CASE, NO_CASE}:  # it may have come to be known after they were made
        documents.mark_due(book, case, about_of(row))
