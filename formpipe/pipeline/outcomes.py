"""What became of a dropped file, read from the ledger."""

from __future__ import annotations

from formpipe.errors import StorageError
from formpipe.inbox import Claim
from formpipe.ledger import forms
from formpipe.ledger.forms import FormRow
from formpipe.model import Accepted, CaseNumber, Duplicate, Held, Outcome, Rejected, Returned, Sha256, Source, Verdict
from formpipe.pipeline.filed import balance_of
from formpipe.pipeline.opened import OpenRoot
from formpipe.recorded import finding_from_json


def outcome_of_claim(root: OpenRoot, claim: Claim, sha256: Sha256, refused: Verdict | None) -> Outcome:
    """Return the outcome of *claim*; *refused* is the verdict on a form that may not be stored.

    Raises:
        StorageError: The form is not in the ledger although it was filed.
    """
    source = Source(path=claim.path, sha256=sha256, received_at=claim.seen_at)
    if refused is not None:
        return Returned(source=source, findings=refused.findings)
    with root.ledger.transaction() as book:
        row = forms.by_sha256(book, source.sha256)
    if row is None:
        raise StorageError("a form that was filed is not in the ledger", where=source.sha256[:12])
    if row.claim != claim.id:
        return Duplicate(source=source, first=row.sha256, case=row.case)
    return outcome_of(row, source)


def outcome_of(row: FormRow, source: Source) -> Outcome:
    """Return the outcome that the last decision about *row* stands for."""
    findings = tuple(finding_from_json(each) for each in row.findings)
    balance = balance_of(row)
    if row.outcome == "accepted":
        return Accepted(source=source, case=CaseNumber(str(row.case)), findings=findings, balance=balance)
    if row.outcome == "held":
        return Held(source=source, reason=str(row.reason), case=row.case, findings=findings, balance=balance)
    if row.outcome == "duplicate":
        return Duplicate(source=source, first=Sha256(str(row.reason)), case=row.case)
    return Rejected(source=source, findings=findings, code=row.reason, balance=balance)
