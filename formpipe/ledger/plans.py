"""Plan versions as folded. A version that is folded anew gets a further edition; none is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, bindparam, func, insert, select, update

from formpipe.ledger import chain
from formpipe.ledger.ledger import Book
from formpipe.ledger.tables import case, document, plan
from formpipe.model import CaseNumber


def _newest_edition() -> ScalarSelect[Any]:
    other = plan.alias()
    same = (other.c.case_id == plan.c.case_id) & (other.c.version == plan.c.version)
    return select(func.max(other.c.edition)).where(same).correlate(plan).scalar_subquery()


# Built once: see `chain`.
_VERSIONS = (
    select(plan)
    .join(case, (case.c.case_id == plan.c.case_id) & (plan.c.version <= case.c.versions))
    .where(plan.c.case_id == bindparam("number"), plan.c.edition == _newest_edition())
    .order_by(plan.c.version)
)
_BY_CHECKSUM = select(plan).where(plan.c.checksum == bindparam("checksum"))
_LAST_EDITION = select(func.max(plan.c.edition)).where(
    plan.c.case_id == bindparam("number"), plan.c.version == bindparam("version")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A plan version: its checksum and its body as canonical JSON data."""

    case: CaseNumber
    version: int
    checksum: str
    body: Mapping[str, Any] = field(repr=False)


def keep_plans(book: Book, number: CaseNumber, plans: Sequence[PlanRow], *, fold_version: int, at: datetime) -> bool:
    """Make *plans* the versions 1..n of the case and return whether anything is new."""
    known = {row.version: row.checksum for row in versions_of(book, number)}
    if known == {row.version: row.checksum for row in plans}:
        return False
    for row in plans:
        if known.get(row.version) != row.checksum:
            _add(book, row, fold_version=fold_version, at=at)
    _set_versions(book, number, len(plans), at)
    return True


def versions_of(book: Book, number: CaseNumber) -> list[PlanRow]:
    """Return the present versions of the case, oldest first; empty for an unknown case."""
    rows = book.connection.execute(_VERSIONS, {"number": number}).mappings()
    return [
        PlanRow(case=row["case_id"], version=row["version"], checksum=row["checksum"], body=row["body"]) for row in rows
    ]


def newest_checksums(book: Book) -> dict[CaseNumber, str]:
    """Return the checksum of the newest present version of every case that still owes a document."""
    owing = select(document.c.case_id).where(document.c.object.is_(None))
    rows = book.connection.execute(
        select(plan.c.case_id, plan.c.checksum)
        .join(case, (case.c.case_id == plan.c.case_id) & (case.c.versions == plan.c.version))
        .where(plan.c.edition == _newest_edition(), plan.c.case_id.in_(owing))
    )
    return {CaseNumber(number): checksum for number, checksum in rows}


def by_checksum(book: Book, checksum: str) -> PlanRow | None:
    """Return the plan version with this checksum (any edition), or `None`."""
    row = book.connection.execute(_BY_CHECKSUM, {"checksum": checksum}).mappings().first()
    if row is None:
        return None
    return PlanRow(case=row["case_id"], version=row["version"], checksum=row["checksum"], body=row["body"])


def case_numbers(book: Book) -> list[CaseNumber]:
    """Return all cases with a plan, sorted."""
    rows = book.connection.execute(select(case.c.case_id).where(case.c.versions > 0).order_by(case.c.case_id))
    return [CaseNumber(number) for number in rows.scalars()]


def _add(book: Book, row: PlanRow, *, fold_version: int, at: datetime) -> None:
    last = book.connection.execute(_LAST_EDITION, {"number": row.case, "version": row.version}).scalar()
    edition = (last or 0) + 1
    book.connection.execute(
        insert(plan).values(
            case_id=row.case,
            version=row.version,
            edition=edition,
            checksum=row.checksum,
            body=dict(row.body),
            fold_version=fold_version,
            at=at.isoformat(),
        )
    )
    chain.append(
        book, "version_created", subject=f"v{row.version}.{edition}", at=at, case=row.case, content=row.checksum
    )


def _set_versions(book: Book, number: CaseNumber, count: int, at: datetime) -> None:
    values = {"versions": count, "at": at.isoformat()}
    changed = book.connection.execute(update(case).where(case.c.case_id == number).values(**values))
    if changed.rowcount == 0:
        book.connection.execute(insert(case).values(case_id=number, **values))
