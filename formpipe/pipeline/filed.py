"""Filed forms as submissions again."""

from __future__ import annotations

from formpipe.canon import submission_from_json
from formpipe.errors import StorageError
from formpipe.ledger import Book, forms
from formpipe.ledger.forms import FormRow
from formpipe.model import Balance, CaseNumber, Filed, Submission
from formpipe.recorded import balance_from_json


def submission_of(row: FormRow) -> Submission:
    """Return the submission that *row* was filed with.

    Raises:
        StorageError: The form was never taken (it has none).
    """
    if row.payload is None or "submission" not in row.payload:
        raise StorageError("a form of the ledger has no answers", where=row.sha256[:12])
    return submission_from_json(row.payload["submission"])


def balance_of(row: FormRow) -> Balance | None:
    """Return what became of the fields of the form *row*, or `None` if it could not be read."""
    known = row.payload.get("balance") if row.payload else None
    return balance_from_json(known) if known else None


def filed_of(book: Book, number: CaseNumber) -> list[Filed]:
    """Return the live forms of a case as the fold takes them."""
    return [as_filed(row, number) for row in forms.of_case(book, number)]


def as_filed(row: FormRow, number: CaseNumber) -> Filed:
    """Return *row* as the fold takes it."""
    return Filed(sha256=row.sha256, seq=row.seq, case=number, submission=submission_of(row))
