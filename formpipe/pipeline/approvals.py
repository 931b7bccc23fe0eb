"""The client's approval of a paper for the Jobcenter: a form that makes no plan version, tied to what is disclosed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

from formpipe.blanks.write import write_form
from formpipe.dates import day_of
from formpipe.disclose.record import SHORT
from formpipe.kinds import APPROVAL
from formpipe.ledger import Book, briefings, documents, forms
from formpipe.ledger.documents import DocumentRow
from formpipe.ledger.forms import Decision, FormRow
from formpipe.model import CaseNumber, Finding, Json, Place, Severity, Submission, Verdict
from formpipe.pipeline.filed import submission_of
from formpipe.pipeline.opened import Root
from formpipe.prefill import Prefill
from formpipe.recorded import finding_json
from formpipe.sheet import section_of

APPROVED, VOID = "approved", "void"
"""Why an approval is accepted: it stands, or what would be disclosed had changed before it came."""

_CHECKSUM = "approval.checksum"
_DAY = "approval.day"
_LABEL = "Prüfsumme des Papiers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What an approval form says: of which paper (the checksum's beginning), since when, and how it was handed over."""

    checksum: str
    approved_on: date
    handed_over: bool | None
    handed_over_on: date | None
    recipient: str | None = field(repr=False)

    def is_of(self, checksum: str) -> bool:
        """Tell whether this is the approval of the disclosure with *checksum*."""
        return checksum.startswith(self.checksum)


def approvals_of(book: Book, number: CaseNumber) -> list[Approval]:
    """Return the accepted approvals of a case in order of arrival."""
    rows = forms.of_case(book, number)
    return [_approval_of(submission_of(row)) for row in rows if row.kind == APPROVAL and row.outcome == "accepted"]


def approved_on(book: Book, number: CaseNumber, checksum: str) -> date | None:
    """Return the day on which the disclosure with *checksum* was approved, or `None`."""
    days = [each.approved_on for each in approvals_of(book, number) if each.is_of(checksum)]
    return max(days, default=None)


def with_known_paper(book: Book | None, verdict: Verdict) -> Verdict:
    """C8: an approval names a paper that was made in this case."""
    submission = verdict.submission
    if submission is None or submission.kind.kind != APPROVAL:
        return verdict
    approval = _approval_of(submission)
    made = briefings.briefings_of(book, submission.case) if book and submission.case else []
    if any(approval.is_of(row.checksum) for row in made):
        return verdict
    written = {"written": approval.checksum}
    return Verdict(submission=None, findings=(*verdict.findings, _finding("C8", Severity.ERROR, written)))


def accept_approvals(book: Book, rows: Sequence[FormRow], *, at: datetime) -> list[FormRow]:
    """Accept the approvals among *rows* that nobody has decided, and return them."""
    new = [row for row in rows if row.kind == APPROVAL and row.outcome == "received"]
    for row in new:
        findings = row.payload["findings"] if row.payload else []
        forms.decide(book, row.id, Decision(outcome="accepted", reason=APPROVED, findings=findings), at=at)
    return new


def void_approvals(book: Book, rows: Iterable[FormRow], papers: Iterable[DocumentRow], *, at: datetime) -> None:
    """Say of each of the approvals *rows* that fits none of the present *papers* that it came too late."""
    present = [str(paper.detail.get("disclosure")) for paper in papers]
    for row in rows:
        approval = _approval_of(submission_of(row))
        if not any(approval.is_of(checksum) for checksum in present):
            findings = [*(row.payload or {}).get("findings", []), finding_json(_finding("C8_void", Severity.WARNING))]
            forms.decide(book, row.id, Decision(outcome="accepted", reason=VOID, findings=findings), at=at)


def approval_form(root: Root, row: DocumentRow) -> bytes:
    """Return the form on which the client approves the paper that *row* lies beside."""
    checksum = str(row.detail["disclosure"])
    values: dict[str, Json] = {"case.case_id": row.case, _CHECKSUM: checksum[:SHORT]}
    if row.on is not None:
        values[_DAY] = row.on.isoformat()
    none: Mapping[str, str] = MappingProxyType({})
    prefill = Prefill(
        case=row.case,
        version=row.version,
        base=checksum,
        values=MappingProxyType(values),
        rows=MappingProxyType({}),
        titles=none,
        due=none,
        locked=frozenset(values),
        protected=frozenset(),
    )
    fmt: Literal["docx", "pdf"] = "pdf" if row.format == "pdf" else "docx"
    return write_form(root.library.newest(APPROVAL), fmt=fmt, carrier=root.settings.carrier.code, prefill=prefill)


def drafts_of(book: Book, row: DocumentRow) -> list[DocumentRow]:
    """Return what the approved paper *row* takes the place of: its draft, and the form to approve that."""
    rows = documents.documents_of(book, row.case, row.plan_checksum)
    return [
        each
        for each in rows
        if each.on == row.on and each.name in {"briefing", "approval"} and each.detail.get("approved_on") is None
    ]


def _approval_of(submission: Submission) -> Approval:
    paper, client, delivery = (section_of(submission.data, name) for name in ("approval", "jobcenter", "delivery"))
    handed_over, recipient = delivery.get("handed_over"), delivery.get("recipient")
    return Approval(
        checksum=str(paper.get("checksum")),
        approved_on=day_of(client.get("briefing_approved_on")) or submission.counts_for,
        handed_over=handed_over if isinstance(handed_over, bool) else None,
        handed_over_on=day_of(delivery.get("handed_over_on")),
        recipient=recipient if isinstance(recipient, str) and recipient not in {"keine_angabe", "unbekannt"} else None,
    )


def _finding(rule: str, severity: Severity, parameters: Mapping[str, object] | None = None) -> Finding:
    return Finding(
        pointer="/approval/checksum",
        rule=rule,
        severity=severity,
        place=Place(label=_LABEL),
        parameters=dict(parameters or {}),
    )
