"""The archive's record of a plan version: its pages as PDF/A-3 with the form it came from and the data inside.

Each version has one, also a version that was never the newest; it stays in the
object store and is never put into the outbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from formpipe.canon import plan_checksum
from formpipe.ledger import Book, documents
from formpipe.ledger.documents import DocumentRow
from formpipe.model import IntegrationPlan

RECORD = "record"
"""The document's name in the ledger."""


def owe_records(book: Book, versions: Sequence[IntegrationPlan], *, at: datetime) -> None:
    """Owe the record of each of the plan *versions* that has none."""
    for plan in versions:
        checksum = plan_checksum(plan)
        row = DocumentRow(
            case=plan.case, plan_checksum=checksum, version=plan.version, name=RECORD, format="pdf", path=""
        )
        documents.owe(book, row, at=at)
