"""Documents owed and made, and what of ours lies in the outbox."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, delete, insert, select, update

from formpipe.errors import WithheldError
from formpipe.ledger import chain
from formpipe.ledger.ledger import Book
from formpipe.ledger.tables import document, published
from formpipe.model import CaseNumber, Sha256

# Built once: see `chain`. What a statement sets has the column's name, so what it looks for has another one.
_SAME = select(document.c.id).where(
    document.c.case_id == bindparam("number"),
    document.c.plan_checksum == bindparam("checksum"),
    document.c.name == bindparam("known_as"),
    document.c.format == bindparam("fmt"),
    document.c.on_date.is_not_distinct_from(bindparam("on")),
)
_OWE = insert(document)
_IN_ORDER = (document.c.at, document.c.case_id, document.c.version, document.c.name, document.c.format)
_OWED = select(document).where(document.c.object.is_(None)).order_by(*_IN_ORDER).execution_options(yield_per=200)
_OF_VERSION = select(document).where(
    document.c.case_id == bindparam("number"), document.c.plan_checksum == bindparam("checksum")
)
_MARK_MADE = update(document).where(document.c.id == bindparam("row")).values(object=bindparam("made"), error=None)
_MARK_PUBLISHED = update(document).where(document.c.id == bindparam("row")).values(published=bindparam("moment"))
_NOTE, _FORGET = insert(published), delete(published).where(published.c.path == bindparam("place"))
_AT = select(published).where(published.c.path == bindparam("place"))
_FOR_CASE, _FOR_FORM = (
    select(published).where(column == bindparam("wanted")).order_by(published.c.path)
    for column in (published.c.case_id, published.c.form_id)
)


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
    on = row.on.isoformat() if row.on else None
    same = {"number": row.case, "checksum": row.plan_checksum, "known_as": row.name, "fmt": row.format, "on": on}
    if book.connection.execute(_SAME, same).first() is None:
        values = {
            "id": secrets.token_hex(16),
            "case_id": row.case,
            "plan_checksum": row.plan_checksum,
            "version": row.version,
            "name": row.name,
            "format": row.format,
            "path": row.path,
            "on_date": on,
            "detail": dict(row.detail),
            "at": at.isoformat(),
        }
        book.connection.execute(_OWE, values)


def owed(book: Book) -> Iterator[DocumentRow]:
    """Yield every document that is still to be made, in the order they came to be owed; few are in memory at a time."""
    return map(_document, book.connection.execute(_OWED).mappings())


def by_id(book: Book, document_id: str) -> DocumentRow:
    """Return the document *document_id*."""
    row = book.connection.execute(select(document).where(document.c.id == document_id)).mappings().one()
    return _document(row)


def by_ids(book: Book, ids: Collection[str]) -> list[DocumentRow]:
    """Return the documents *ids*, in the order they came to be owed."""
    return _sorted(book.connection.execute(select(document).where(document.c.id.in_(ids))).mappings())


def documents_of(book: Book, number: CaseNumber, plan_checksum: str) -> list[DocumentRow]:
    """Return the documents of a plan version, owed or made."""
    wanted = {"number": number, "checksum": plan_checksum}
    return _sorted(book.connection.execute(_OF_VERSION, wanted).mappings())


def mark_made(book: Book, row: DocumentRow, sha256: Sha256, *, at: datetime) -> None:
    """Note that the document *row* is made and lies in the object store."""
    book.connection.execute(_MARK_MADE, {"row": row.id, "made": sha256})
    chain.append(book, "rendered", subject=row.id, at=at, case=row.case, content=sha256)


def unpublished(book: Book) -> list[DocumentRow]:
    """Return every document that is made and was not yet put into the outbox."""
    made = document.c.object.is_not(None) & document.c.published.is_(None)
    return _sorted(book.connection.execute(select(document).where(made)).mappings())


def mark_published(book: Book, document_id: str, *, at: datetime) -> None:
    """Note that the document lies in the outbox, or that a newer version has taken its place."""
    book.connection.execute(_MARK_PUBLISHED, {"row": document_id, "moment": at.isoformat()})


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
    book.connection.execute(_FORGET, {"place": row.path})
    values = {
        "path": row.path,
        "sha256": row.sha256,
        "case_id": row.case,
        "form_id": row.form_id,
        "made_from": row.made_from,
        "at": at.isoformat(),
    }
    book.connection.execute(_NOTE, values)


def note_gone(book: Book, path: str) -> None:
    """Remember that the file is no longer ours to look after."""
    book.connection.execute(_FORGET, {"place": path})


def published_at(book: Book, path: str) -> PublishedRow | None:
    """Return what we published under *path*, or `None`."""
    row = book.connection.execute(_AT, {"place": path}).mappings().first()
    return _published(row) if row else None


def published_for(book: Book, *, case: CaseNumber | None = None, form_id: str | None = None) -> list[PublishedRow]:
    """Return what we published for a case or for a form, sorted by path."""
    query, wanted = (_FOR_CASE, case) if form_id is None else (_FOR_FORM, form_id)
    rows = book.connection.execute(query, {"wanted": wanted}).mappings()
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
    in_order = sorted(rows, key=lambda row: [row[column.name] for column in _IN_ORDER])
    return list(map(_document, in_order))


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
