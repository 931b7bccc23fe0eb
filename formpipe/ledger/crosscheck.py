"""The ledger's rows against each other: what the audit chain must vouch for, and which objects there must be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, func, null, select, text

from formpipe.ledger.ledger import Book
from formpipe.ledger.tables import chain, decision, document, form, plan, published


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A kept edition of a plan version: what it says, and the checksum and fold it was kept with."""

    case: str
    version: int
    edition: int
    checksum: str
    fold_version: int
    body: dict[str, Any] = field(repr=False)


def is_sound(book: Book) -> bool:
    """Tell whether SQLite finds its own file in order (pages, indexes, constraints)."""
    checked = book.connection.execute(text("PRAGMA integrity_check(1)")).scalars().all()
    dangling = book.connection.execute(text("PRAGMA foreign_key_check")).first()
    return checked == ["ok"] and dangling is None


def unvouched(book: Book) -> Iterator[str]:
    """Return what no entry of the chain vouches for as it stands: forms, decisions, plans, documents."""
    yield from _forms(book)
    yield from _decisions(book)
    yield from _plans(book)
    yield from _documents(book)


def objects_named(book: Book) -> Iterator[str]:
    """Return the checksums of all objects that rows name; some more than once."""
    for column in (form.c.sha256, document.c.object, published.c.sha256):
        yield from book.connection.execute(select(column).where(column.is_not(null()))).scalars()


def editions_of(book: Book, case: str) -> list[Edition]:
    """Return every edition of every plan version of *case*."""
    found = select(plan).where(plan.c.case_id == case).order_by(plan.c.version, plan.c.edition)
    return [
        Edition(
            case=row["case_id"],
            version=row["version"],
            edition=row["edition"],
            checksum=row["checksum"],
            fold_version=row["fold_version"],
            body=row["body"],
        )
        for row in book.connection.execute(found).mappings()
    ]


def cases_named(book: Book) -> list[str]:
    """Return every case number that a form or a plan names, sorted."""
    found = select(form.c.case_id).where(form.c.case_id.is_not(null())).union(select(plan.c.case_id))
    return sorted(str(each) for each in book.connection.execute(found).scalars())


def _forms(book: Book) -> Iterator[str]:
    joined = and_(chain.c.subject == form.c.id, chain.c.event == "received")
    rows = select(form.c.id, form.c.sha256, chain.c.number, chain.c.content_key).outerjoin(chain, joined)
    yield from (f"form {each[:12]}" for each in _without_witness(book, rows))


def _decisions(book: Book) -> Iterator[str]:
    last = select(func.max(decision.c.number)).where(decision.c.form_id == form.c.id).correlate(form).scalar_subquery()
    joined = and_(chain.c.subject == form.c.id, chain.c.event == decision.c.outcome)
    rows = (
        select(form.c.id, func.coalesce(decision.c.reason, ""), chain.c.number, chain.c.content_key)
        .join(decision, decision.c.number == last)
        .outerjoin(chain, joined)
    )
    yield from (f"decision on form {each[:12]}" for each in _without_witness(book, rows))


def _plans(book: Book) -> Iterator[str]:
    known = {
        (row.case_key, row.subject, row.content_key)
        for row in book.connection.execute(
            select(chain.c.case_key, chain.c.subject, chain.c.content_key).where(chain.c.event == "version_created")
        )
    }
    rows = select(plan.c.case_id, plan.c.version, plan.c.edition, plan.c.checksum)
    for case, version, edition, checksum in book.connection.execute(rows):
        seen = (book.keyed(case.encode()), f"v{version}.{edition}", book.keyed(checksum.encode()))
        if seen not in known:
            yield f"plan {case} version {version}"


def _documents(book: Book) -> Iterator[str]:
    joined = and_(chain.c.subject == document.c.id, chain.c.event == "rendered")
    rows = (
        select(document.c.id, document.c.object, chain.c.number, chain.c.content_key)
        .outerjoin(chain, joined)
        .where(document.c.object.is_not(null()))
    )
    yield from (f"document {each[:12]}" for each in _without_witness(book, rows))


def _without_witness(book: Book, rows: Select[Any]) -> list[str]:
    """Return the ids of *rows* (id, content, entry and its key) whose content no entry of theirs vouches for."""
    witnessed: dict[str, bool] = {}
    for row_id, content, entry, key in book.connection.execute(rows):
        expected = book.keyed(content.encode()) if content else None
        fits = entry is not None and key == expected
        witnessed[row_id] = witnessed.get(row_id, False) or fits
    return sorted(row_id for row_id, seen in witnessed.items() if not seen)
