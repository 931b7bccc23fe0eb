"""Puts what is made into the outbox and takes out what it replaces. What people changed stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from formpipe.ledger import Book, chain, documents, plans
from formpipe.ledger.documents import DocumentRow, PublishedRow
from formpipe.model import CaseNumber, Sha256
from formpipe.pipeline.opened import OpenRoot
from formpipe.pipeline.owe import EARLIER


def publish(root: OpenRoot, rows: Iterable[DocumentRow], *, again: bool = False) -> None:
    """Publish the made documents among *rows*; one that was published before only if *again*.

    Each is noted in the ledger after it lies in the outbox: a crash in between
    finds the same content there and notes it.
    """
    for row in rows:
        if row.object is not None:
            with root.ledger.transaction() as book:
                _publish_one(root, book, row, row.object, again=again)


def withdraw_old(root: OpenRoot, number: CaseNumber) -> None:
    """Take out of the case's folder what belongs to an older version of its plan."""
    with root.ledger.transaction() as book:
        versions = plans.versions_of(book, number)
        if not versions:
            return
        current = documents.documents_of(book, number, versions[-1].checksum)
        if any(row.object is None for row in current if row.format != "pdf"):
            return  # the new ones come first
        keep = {row.object for row in current}
        for file in documents.published_for(book, case=number):
            if file.path.startswith(f"{number}/{EARLIER}/"):
                continue  # a person asked for it
            if file.sha256 not in keep and root.outbox.remove(file.path, ours=file.sha256):
                documents.note_gone(book, file.path)


def withdraw_notices(root: OpenRoot, form_id: str) -> None:
    """Take out what was written about a form that is accepted by now."""
    with root.ledger.transaction() as book:
        for file in documents.published_for(book, form_id=form_id):
            if root.outbox.remove(file.path, ours=file.sha256):
                documents.note_gone(book, file.path)


def publish_blank(root: OpenRoot, path: str, data: bytes, *, made_from: str, at: datetime) -> None:
    """Publish a blank form that was made from the schema *made_from* (its checksum)."""
    with root.ledger.transaction() as book:
        known = documents.published_at(book, path)
        place = root.outbox.put(path, data, ours=known.sha256 if known else None)
        sha256 = root.objects.put(data)
        documents.note_published(book, PublishedRow(path=place, sha256=sha256, made_from=made_from), at=at)


def _publish_one(root: OpenRoot, book: Book, row: DocumentRow, sha256: Sha256, *, again: bool) -> None:
    about_form = row.name == "copy" or row.name.startswith("notice")
    form_id = row.detail["form"] if about_form else None
    files = documents.published_for(book, form_id=form_id) if form_id else documents.published_for(book, case=row.case)
    if not again and any(file.sha256 == sha256 for file in files):
        return
    data = root.objects.get(sha256)
    known = documents.published_at(book, row.path)
    place = root.outbox.put(row.path, data, ours=known.sha256 if known else None)
    note = PublishedRow(path=place, sha256=sha256, case=None if form_id else row.case, form_id=form_id)
    at = root.clock()
    documents.note_published(book, note, at=at)
    chain.append(book, "published", subject=row.id, at=at, case=row.case or None, content=sha256)
