"""The paper for the Jobcenter as a document: what it would tell, whether that is approved, and what is owed for it."""

from __future__ import annotations

from datetime import date, datetime

from formpipe.canon import plan_checksum
from formpipe.disclose.disclose import Disclosure, Refusal, RefusalReason, disclose
from formpipe.disclose.record import disclosure_checksum, told_by, told_json
from formpipe.errors import WithheldError
from formpipe.flatten import plan_rows
from formpipe.kinds import PLAN_KINDS
from formpipe.ledger import Book, briefings, documents, forms
from formpipe.ledger.briefings import BriefingRow
from formpipe.ledger.documents import DocumentRow
from formpipe.model import CaseNumber, Data, IntegrationPlan
from formpipe.pipeline.approvals import approved_on, drafts_of
from formpipe.pipeline.filed import submission_of
from formpipe.pipeline.opened import Root
from formpipe.releases import BASE, Lapse, releases_of
from formpipe.takebacks import takes_back

FORMATS = ("docx", "pdf")


def disclosed(root: Root, book: Book, plan: IntegrationPlan, on: date) -> Disclosure | Refusal:
    """Return what *plan* tells the Jobcenter on the day *on*, or why it tells nothing.

    While a form of the case that takes something back is not decided, it tells nothing.
    """
    result = disclose(plan, releases_of(plan, on), root.library.catalogue, on=on, stems=root.library.guard)
    if isinstance(result, Disclosure) and any(takes_back(plan, data) for data in _undecided(book, plan.case)):
        return Refusal(reason=RefusalReason.NO_RELEASE, rule="V32", lapse=Lapse.HELD)
    return result


def owe_briefing(root: Root, book: Book, plan: IntegrationPlan, on: date, *, at: datetime) -> Refusal | None:
    """Owe the paper for the day *on*, or return why there is none.

    It is a draft with a form to approve it beside it, until what it tells is
    approved: then it takes the place of both.
    """
    result = disclosed(root, book, plan, on)
    if isinstance(result, Refusal):
        return result
    checksum = disclosure_checksum(result)
    approved = approved_on(book, plan.case, checksum)
    detail = {"disclosure": checksum, "approved_on": None if approved is None else approved.isoformat()}
    rows = [_row(plan, "briefing", fmt, on, detail) for fmt in FORMATS]
    if approved is None:
        rows += [_row(plan, "approval", fmt, on, detail) for fmt in FORMATS]
    else:
        documents.supersede(book, drafts_of(book, rows[0]), at=at)
    for row in rows:
        documents.owe(book, row, at=at)
    return None


def disclosure_for(root: Root, book: Book, plan: IntegrationPlan, row: DocumentRow) -> Disclosure:
    """Return what the briefing *row* tells.

    Raises:
        WithheldError: The client's releases no longer cover it.
    """
    result = disclosed(root, book, plan, row.on or plan.dated)
    if isinstance(result, Disclosure):
        return result
    raise WithheldError(f"the briefing is not released: {result.code}", where=str(plan.case))


def note_briefing(book: Book, plan: IntegrationPlan, disclosure: Disclosure, *, at: datetime) -> None:
    """Enter what a paper that was made tells into the ledger."""
    releases = [
        {"scope": each.scope, "granted_on": each.granted_on.isoformat(), "consent_id": each.consent_id}
        for each in disclosure.releases
    ]
    row = BriefingRow(
        case=plan.case,
        plan_checksum=plan_checksum(plan),
        version=plan.version,
        on=disclosure.on,
        checksum=disclosure_checksum(disclosure),
        recipient=_recipient_of(plan, disclosure),
        releases=releases,
        told=[told_json(each) for each in told_by(disclosure)],
    )
    briefings.note(book, row, at=at)


def _undecided(book: Book, number: CaseNumber) -> list[Data]:
    """Return what stands on the forms of a case that are not decided yet."""
    rows = forms.of_case(book, number)
    return [submission_of(row).data for row in rows if row.outcome != "accepted" and row.kind in PLAN_KINDS]


def _recipient_of(plan: IntegrationPlan, disclosure: Disclosure) -> str:
    """Return to whom the base release is given, as it was written."""
    base = next(each.consent_id for each in disclosure.releases if each.scope == BASE)
    for cells in plan_rows(plan.values, "consents").values():
        if "recipient" in cells and "consent_id" in cells and cells["consent_id"].value == base:
            return str(cells["recipient"].value)
    return ""


def _row(plan: IntegrationPlan, name: str, fmt: str, on: date, detail: dict[str, str | None]) -> DocumentRow:
    stem = {"briefing": "jobcenter-briefing", "approval": "freigabe"}[name]
    return DocumentRow(
        case=plan.case,
        plan_checksum=plan_checksum(plan),
        version=plan.version,
        name=name,
        format=fmt,
        path=f"{plan.case}/{plan.dated}-{stem}-v{plan.version}.{fmt}",
        on=on,
        detail=detail,
    )
