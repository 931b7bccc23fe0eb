"""Documents owed and made, and what of ours lies in the outbox."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update

from formpipe.errors import WithheldError
from formpipe.ledger import chain
from formpipe.ledger.ledger import Book
from formpipe.ledger.tables import document, published
from formpipe.model import CaseNumber, Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A document of a plan version. `object` is `None` while it is owed.

    `path` is where it goes in the outbox, relative to it; empty for one that
    stays in the archive. `detail` is what its
    maker needs beside the plan (a receipt's form).
    """

    id: str = ""
    case: CaseNumber
    plan_checksum: str
    version: int
    name: str
    format: str
    path: str
    on: date | None = None
    detail: Mapping[str, Any] = field(default_factory=dict, repr=False)
    object: Sha256 | None = None
    error: str | None = None

    @property
    def is_withheld(self) -> bool:
        """Whether it was made and kept back, because unreleased data stood in it."""
        return self.object is None and self.error == WithheldError.__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRow:
    """A file of ours in the outbox and its checksum; `made_from` marks what it was made from (blanks)."""

    path: str
    sha256: Sha256
    case: CaseNumber | None = None
    form_id: str | None = None
    made_from: str | None = None


def owe(book: Book, row: DocumentRow, *, at: datetime) -> None:
    """Enter *row* as owed unless the same document is known already."""
    same = select(document.c.id).where(
        document.c.case_id == row.case,
        document.c.plan_checksum == row.plan_checksum,
        document.c.name == row.name,
        document.c.format == row.format,
        document.c.on_date.is_(None) if row.on is None else document.c.on_date == row.on.isoformat(),
    )
    if book.connection.execute(same).first() is None:
        book.connection.execute(
            insert(document).values(
                id=secrets.token_hex(16),
                case_id=row.case,
                plan_checksum=row.plan_checksum,
                version=row.version,
                name=row.name,
                format=row.format,
                path=row.path,
                on_date=row.on.isoformat() if row.on else None,
                detail=dict(row.detail),
                at=at.isoformat(),
            )
        )


def owed(book: Book) -> list[DocumentRow]:
    """Return every document that is still to be made, in the order they came to be owed."""
    rows = book.connection.execute(select(document).where(document.c.object.is_(None))).mappings()
    return _sorted(rows)


def by_id(book: Book, document_id: str) -> DocumentRow:
    """Return the document *document_id*."""
    row = book.connection.execute(select(document).where(document.c.id == document_id)).mappings().one()
    return _document(row)


def documents_of(book: Book, number: CaseNumber, plan_checksum: str) -> list[DocumentRow]:
    """Return the documents of a plan version, owed or made."""
    rows = book.connection.execute(
        select(document).where(document.c.case_id == number, document.c.plan_checksum == plan_checksum)
    ).mappings()
    return _sorted(rows)


def mark_made(book: Book, document_id: str, sha256: Sha256, *, at: datetime) -> None:
    """Note that the document is made and lies in the object store."""
    row = book.connection.execute(select(document.c.case_id).where(document.c.id == document_id)).scalar_one()
    book.connection.execute(update(document).where(document.c.id == document_id).values(object=sha256, error=None))
    chain.append(book, "rendered", subject=document_id, at=at, case=row, content=sha256)


def unpublished(book: Book) -> list[DocumentRow]:
    """Return every document that is made and was not yet put into the outbox."""
    made = document.c.object.is_not(None) & document.c.published.is_(None)
    return _sorted(book.connection.execute(select(document).where(made)).mappings())


def mark_published(book: Book, document_id: str, *, at: datetime) -> None:
    """Note that the document lies in the outbox, or that a newer version has taken its place."""
    book.connection.execute(update(document).where(document.c.id == document_id).values(published=at.isoformat()))


def mark_due(book: Book, number: CaseNumber, plan_checksum: str) -> None:
    """Note that the documents of this plan version are to lie in the outbox again: it is the newest once more."""
    same = (document.c.case_id == number) & (document.c.plan_checksum == plan_checksum)
    book.connection.execute(update(document).where(same).values(published=None))


def mark_failed(book: Book, document_id: str, error: str) -> None:
    """Note why the document could not be made; it stays owed. *error* holds no value of a form."""
    book.connection.execute(update(document).where(document.c.id == document_id).values(error=error[:200]))


def drop_owed(book: Book, document_id: str) -> None:
    """Forget an owed document that no present plan version needs any more."""
    book.connection.execute(delete(document).where(document.c.id == document_id, document.c.object.is_(None)))


def supersede(book: Book, rows: Iterable[DocumentRow], *, at: datetime) -> None:
    """Forget documents, owed or made, whose place another one of the same plan version takes."""
    for row in rows:
        book.connection.execute(delete(document).where(document.c.id == row.id))
        chain.append(book, "superseded", subject=row.id, at=at, case=row.case or None, content=row.object or "")


def note_published(book: Book, row: PublishedRow, *, at: datetime) -> None:
    """Remember that we put a file into the outbox; the last entry of a path counts."""
    book.connection.execute(delete(published).where(published.c.path == row.path))
    book.connection.execute(
        insert(published).values(
            path=row.path,
            sha256=row.sha256,
            case_id=row.case,
            form_id=row.form_id,
            made_from=row.made_from,
            at=at.isoformat(),
        )
    )


def note_gone(book: Book, path: str) -> None:
    """Remember that the file is no longer ours to look after."""
    book.connection.execute(delete(published).where(published.c.path == path))


def published_at(book: Book, path: str) -> PublishedRow | None:
    """Return what we published under *path*, or `None`."""
    row = book.connection.execute(select(published).where(published.c.path == path)).mappings().first()
    return _published(row) if row else None


def published_for(book: Book, *, case: CaseNumber | None = None, form_id: str | None = None) -> list[PublishedRow]:
    """Return what we published for a case or for a form, sorted by path."""
    column, value = (published.c.case_id, case) if form_id is None else (published.c.form_id, form_id)
    rows = book.connection.execute(select(published).where(column == value).order_by(published.c.path)).mappings()
    return [_published(row) for row in rows]


def all_published(book: Book) -> list[PublishedRow]:
    """Return everything that we published and that is still ours, sorted by path."""
    rows = book.connection.execute(select(published).order_by(published.c.path)).mappings()
    return [_published(row) for row in rows]


def published_below(book: Book, folder: str) -> list[PublishedRow]:
    """Return what we published below *folder*, sorted by path."""
    rows = book.connection.execute(
        select(published).where(published.c.path.startswith(f"{folder}/")).order_by(published.c.path)
    ).mappings()
    return [_published(row) for row in rows]


def _sorted(rows: Any) -> list[DocumentRow]:  # noqa: ANN401 - SQLAlchemy's result type is generic over nothing useful
    found = [(row["at"], row["case_id"], row["version"], row["name"], row["format"], _document(row)) for row in rows]
    return [each[-1] for each in sorted(found, key=lambda each: each[:-1])]


def _document(row: RowMapping) -> DocumentRow:
    return DocumentRow(
        id=row["id"],
        case=row["case_id"],
        plan_checksum=row["plan_checksum"],
        version=row["version"],
        name=row["name"],
        format=row["format"],
        path=row["path"],
        on=date.fromisoformat(row["on_date"]) if row["on_date"] else None,
        detail=row["detail"] or {},
        object=row["object"],
        error=row["error"],
    )


def _published(row: RowMapping) -> PublishedRow:
    return PublishedRow(
        path=row["path"],
        sha256=row["sha256"],
        case=row["case_id"],
        form_id=row["form_id"],
        made_from=row["made_from"],
    )
