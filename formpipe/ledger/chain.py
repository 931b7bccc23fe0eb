"""The audit chain: each entry carries the keyed hash of the one before.

Entries hold no personal data: a random id or a checksum as the subject, and the
case only as a keyed hash (domain 4.4), so the chain may outlive an erased case.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from formpipe.ledger.ledger import Book
from formpipe.ledger.tables import chain

START = "0" * 64
_PIECE = 10_000

# Built once, as all that is asked for each form: building a statement takes several times as long as running it.
_LAST = select(chain.c.hash).order_by(chain.c.number.desc()).limit(1)
_ADD = insert(chain)


class BrokenChainError(Exception):
    """Entry *number* does not fit the one before it."""

    def __init__(self, number: int) -> None:
        super().__init__(f"entry {number}")
        self.number = number


def append(book: Book, event: str, *, subject: str, at: datetime, case: str | None = None, content: str = "") -> None:
    """Add an entry.

    Args:
        event: What happened (`received`, `accepted`, `rejected`, `held`,
            `returned`, `duplicate`, `version_created`, `rendered`, `published`,
            `superseded`, `disclosed`).
        subject: A random id of the ledger; never a name.
        content: What the entry vouches for (a checksum); kept as a keyed hash.
    """
    last = book.connection.execute(_LAST).scalar()
    entry = {
        "at": at.isoformat(),
        "event": event,
        "subject": subject,
        "case_key": book.keyed(case.encode()) if case else None,
        "content_key": book.keyed(content.encode()) if content else None,
        "previous": last or START,
    }
    book.connection.execute(_ADD, {**entry, "hash": _hash_of(book, entry)})


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain: the number of an entry and its hash."""

    number: int
    hash: str


BEGIN = Link(0, START)


def walk(book: Book, after: Link, *, most: int) -> Link | None:
    """Return the last of up to *most* entries behind *after* that each fit the one before; `None` at the end.

    Raises:
        BrokenChainError: One does not fit.
    """
    found = select(chain).where(chain.c.number > after.number).order_by(chain.c.number).limit(most)
    last = after
    for row in book.connection.execute(found).mappings():
        entry = {name: row[name] for name in ("at", "event", "subject", "case_key", "content_key", "previous")}
        if row["previous"] != last.hash or row["hash"] != _hash_of(book, entry):
            raise BrokenChainError(row["number"])
        last = Link(row["number"], row["hash"])
    return None if last == after else last


def broken_at(book: Book) -> int | None:
    """Return the number of the first entry that does not fit the one before, or `None`."""
    link: Link | None = BEGIN
    try:
        while link is not None:
            link = walk(book, link, most=_PIECE)
    except BrokenChainError as error:
        return error.number
    return None


def _hash_of(book: Book, entry: dict[str, str | None]) -> str:
    return book.keyed(json.dumps(entry, sort_keys=True, ensure_ascii=True).encode("ascii"))
