"""The papers for the Jobcenter that were made: what each told, under which releases, for which day, to whom."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select

from formpipe.ledger import chain
from formpipe.ledger.ledger import Book
from formpipe.ledger.tables import briefing
from formpipe.model import CaseNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingRow:
    """One paper: `checksum` is that of its disclosure, `on` the day it was made for.

    `releases` are scope, day and row of each release it rests on; `told` every
    value with its scope, as `disclose.record.told_json` writes them.
    """

    case: CaseNumber
    plan_checksum: str
    version: int
    on: date
    checksum: str
    recipient: str = field(repr=False)
    releases: Sequence[Mapping[str, Any]]
    told: Sequence[Mapping[str, Any]] = field(repr=False)


def note(book: Book, row: BriefingRow, *, at: datetime) -> None:
    """Remember that the paper *row* was made; one that is made again is the same one."""
    same = (
        (briefing.c.case_id == row.case)
        & (briefing.c.plan_checksum == row.plan_checksum)
        & (briefing.c.on_date == row.on.isoformat())
        & (briefing.c.checksum == row.checksum)
    )
    if book.connection.execute(select(briefing.c.id).where(same)).first() is not None:
        return
    briefing_id = secrets.token_hex(16)
    book.connection.execute(
        insert(briefing).values(
            id=briefing_id,
            case_id=row.case,
            plan_checksum=row.plan_checksum,
            version=row.version,
            on_date=row.on.isoformat(),
            checksum=row.checksum,
            recipient=row.recipient,
            releases=[dict(each) for each in row.releases],
            told=[dict(each) for each in row.told],
            at=at.isoformat(),
        )
    )
    chain.append(book, "disclosed", subject=briefing_id, at=at, case=row.case, content=row.checksum)


def briefings_of(book: Book, number: CaseNumber) -> list[BriefingRow]:
    """Return the papers of a case in the order they were first made."""
    query = select(briefing).where(briefing.c.case_id == number).order_by(briefing.c.number)
    return [
        BriefingRow(
            case=row["case_id"],
            plan_checksum=row["plan_checksum"],
            version=row["version"],
            on=date.fromisoformat(row["on_date"]),
            checksum=row["checksum"],
            recipient=row["recipient"],
            releases=row["releases"],
            told=row["told"],
        )
        for row in book.connection.execute(query).mappings()
    ]
