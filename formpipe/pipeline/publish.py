"""Puts what is made into the outbox and takes out what it replaces. What people changed stays.

A row counts as published only after its files lie in the outbox and the older
ones are gone, so a run that was cut short in between does it again; the same
content put twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from formpipe.ledger import Book, chain, documents, plans
from formpipe.ledger.documents import DocumentRow, PublishedRow
from formpipe.model import CaseNumber, Sha256
from formpipe.pipeline.notices import CORRECTIONS, FOR_MENDING
from formpipe.pipeline.opened import OpenRoot
from formpipe.pipeline.records import RECORD

EARLIER = "fruehere-fassungen"
RECEIPT_ENDING = "-eingang.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A file whose place in the outbox was taken (somebody's lies there, or ours is open), and where it went."""

    wanted: str
    place: str


def publish_due(root: OpenRoot) -> tuple[Renamed, ...]:
    """Publish everything that is made and not yet published, case by case; return what got another name."""
    renamed: list[Renamed] = []
    with root.ledger.transaction() as book:
        rows = documents.unpublished(book)
    for number, group in groupby(sorted(rows, key=lambda row: row.case), key=lambda row: row.case):
        with root.ledger.transaction() as book:
            renamed += _publish_group(root, book, number, list(group))
    return tuple(renamed)


def publish_rows(root: OpenRoot, rows: Iterable[DocumentRow]) -> None:
    """Put the made documents among *rows* into the outbox, whether or not they lie there."""
    for row in rows:
        with root.ledger.transaction() as book:
            _put(root, book, row)
            documents.mark_published(book, row.id, at=root.clock())


def publish_blank(root: OpenRoot, path: str, data: bytes, *, made_from: str, at: datetime) -> None:
    """Publish a blank form that was made from the schema *made_from* (its checksum)."""
    sha256 = root.objects.put(data)
    with root.ledger.transaction() as book:
        known = documents.published_at(book, path)
        place = root.outbox.put(path, data, ours=known.sha256 if known else None)
        documents.note_published(book, PublishedRow(path=place, sha256=sha256, made_from=made_from), at=at)


def belongs_to_version(row: DocumentRow) -> bool:
    """Tell whether *row* is a paper of a plan version, so that a newer version replaces it.

    Receipts, texts about a form, records, and what a person asked for are not.
    """
    about_form = row.name in FOR_MENDING or row.name.startswith(("receipt", "notice"))
    return not about_form and row.name != RECORD and not row.detail.get("asked")


def _publish_group(root: OpenRoot, book: Book, number: CaseNumber, rows: Sequence[DocumentRow]) -> list[Renamed]:
    renamed = []
    versions = plans.versions_of(book, number) if number else []
    newest = versions[-1].checksum if versions else None
    for row in rows:
        if not belongs_to_version(row) or row.plan_checksum == newest:
            place = _put(root, book, row)
            if place not in {None, row.path}:
                renamed.append(Renamed(wanted=row.path, place=str(place)))
        if row.name.startswith("receipt"):
            for form_id in (row.detail["form"], *row.detail.get("replaces", ())):
                _withdraw_notices(root, book, form_id, keep=set())
        if row.name in {"notice-held", "notice-rejected"}:
            # its copy may have come into the outbox in an earlier run
            beside = documents.documents_of(book, row.case, row.plan_checksum)
            _withdraw_notices(root, book, row.detail["form"], keep={each.object for each in beside})
            for form_id in row.detail.get("replaces", ()):
                _withdraw_notices(root, book, form_id, keep=set())
    if newest is not None:
        _withdraw_old(root, book, number, newest)
    for row in rows:
        documents.mark_published(book, row.id, at=root.clock())
    return renamed


def _put(root: OpenRoot, book: Book, row: DocumentRow) -> str | None:
    """Put the document *row* into the outbox if it is made and belongs there, and return where it lies now."""
    if row.object is None or not row.path:
        return None
    data = root.objects.get(row.object)
    known = documents.published_at(book, row.path)
    place = root.outbox.put(row.path, data, ours=known.sha256 if known else None)
    about_form = row.name in FOR_MENDING or row.name.startswith("notice")
    note = PublishedRow(
        path=place,
        sha256=row.object,
        case=None if about_form else row.case,
        form_id=row.detail["form"] if about_form else None,
    )
    at = root.clock()
    documents.note_published(book, note, at=at)
    chain.append(book, "published", subject=row.id, at=at, case=row.case or None, content=row.object)
    return place


def _withdraw_old(root: OpenRoot, book: Book, number: CaseNumber, newest: str) -> None:
    """Take out of the case's folder what belongs to an older version, once the new Word files are there."""
    current = documents.documents_of(book, number, newest)
    if any(row.object is None for row in current if row.format != "pdf" and not row.is_withheld):
        return
    for file in documents.published_for(book, case=number):
        asked = file.path.startswith(f"{number}/{EARLIER}/")
        if asked or file.path.endswith(RECEIPT_ENDING) or any(_is_place_of(row, file) for row in current):
            continue
        if root.outbox.remove(file.path, ours=file.sha256):
            documents.note_gone(book, file.path)


def _is_place_of(row: DocumentRow, file: PublishedRow) -> bool:
    """Tell whether *file* is the document *row*, under its name or one made of it; an older one may be equal to it."""
    return file.sha256 == row.object and file.path.startswith(row.path.removesuffix(f".{row.format}"))


def _withdraw_notices(root: OpenRoot, book: Book, form_id: str, *, keep: AbstractSet[Sha256 | None]) -> None:
    """Take out what was written about a form and is no longer so, but for the files in *keep*."""
    for file in documents.published_for(book, form_id=form_id):
        about_it = file.path.startswith(f"{CORRECTIONS}/")
        if about_it and file.sha256 not in keep and root.outbox.remove(file.path, ours=file.sha256):
            documents.note_gone(book, file.path)
