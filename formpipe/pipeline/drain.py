"""Folds a case anew from all its forms: decides each, keeps the plan versions, and owes the documents.

May be called any number of times, in any order and from any process, and comes
to the same: the work is read from the ledger, not from what was just taken in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from formpipe.canon import plan_checksum, plan_json
from formpipe.fold.fold import FOLD_VERSION, Fold, fold
from formpipe.fold.holding import HeldReason
from formpipe.kinds import CONSENT, PLAN_KINDS
from formpipe.ledger import Book, documents, forms, plans
from formpipe.ledger.forms import Decision, FormRow
from formpipe.ledger.plans import PlanRow
from formpipe.model import CaseNumber, Finding, IntegrationPlan, Place, Severity
from formpipe.pipeline.approvals import accept_approvals, void_approvals
from formpipe.pipeline.conflict import is_conflict, owe_conflict, settles
from formpipe.pipeline.filed import as_filed
from formpipe.pipeline.ingest import retire
from formpipe.pipeline.notices import owe_notice
from formpipe.pipeline.opened import OpenRoot
from formpipe.pipeline.owe import owe_documents, owe_receipts
from formpipe.pipeline.records import owe_records
from formpipe.recorded import finding_json

WAITING = "waiting_for_intake"
OWN_FAULTS = frozenset(
    {
        HeldReason.UNKNOWN_BASE,
        HeldReason.UNKNOWN_GOAL,
        HeldReason.TRANSITION,
        HeldReason.INCOMPLETE_GOAL,
        HeldReason.UNREVIEWED_GOAL,
    }
)
"""Reasons for which a form that comes later, for the same day, and is taken, replaces it."""

_WRONG_NUMBER = (CONSENT, HeldReason.CONFLICT)
"""Two consent forms of one day do not contradict each other: what holds one is a number that it has wrong."""


def drain(root: OpenRoot, book: Book, number: CaseNumber) -> None:
    """Bring the case *number* up to date with its forms."""
    filed = forms.of_case(book, number)
    rows = [row for row in filed if row.kind in PLAN_KINDS]
    at = root.clock()
    folded, changed = _folded(root, book, number, rows, at)
    newly_accepted = [row for row in rows if _decide(book, row, folded, at) and row.outcome != "accepted"]
    for row in rows:
        if is_conflict(row, folded):
            owe_conflict(book, forms.by_id(book, row.id), rows, folded, at=at)
    replaced = {row.id: _retire_faulty(book, row, rows, folded, at) for row in newly_accepted}
    approvals = accept_approvals(book, filed, at=at)
    if folded.versions and (changed or newly_accepted or approvals):
        plan = folded.versions[-1]
        owe_records(book, folded.versions, at=at)
        owe_documents(root, book, plan, approved=bool(approvals), at=at)
        papers = documents.documents_of(book, number, plan_checksum(plan))
        void_approvals(book, approvals, papers, at=at)
        owe_receipts(root, book, plan, {**replaced, **{row.id: [] for row in approvals}}, at=at)


def _folded(root: OpenRoot, book: Book, number: CaseNumber, rows: Sequence[FormRow], at: datetime) -> tuple[Fold, bool]:
    """Return the fold of *rows* and whether a plan version is new.

    A form dropped together with those that its base was made from finds it only
    when that is kept, so the fold is made again until no base is waited for.
    """
    changed = False
    waiting = len(rows) + 1
    while True:
        folded = fold([as_filed(book, row, number, root.library.definitions) for row in rows], root.library.definitions)
        versions = [_plan_row(plan) for plan in folded.versions]
        changed |= plans.keep_plans(book, number, versions, fold_version=FOLD_VERSION, at=at)
        unknown = [sha256 for sha256, held in folded.held.items() if held.reason is HeldReason.UNKNOWN_BASE]
        if not unknown or len(unknown) == waiting:
            return folded, changed
        waiting = len(unknown)


def _retire_faulty(book: Book, row: FormRow, rows: Sequence[FormRow], folded: Fold, at: datetime) -> list[str]:
    """Retire the forms that *row* takes the place of: held for their own faults, of the same kind and date.

    Otherwise a form that somebody has mended since could come back to life when
    a late form makes it fit.
    """
    retired = []
    for other in rows:
        held = folded.held.get(other.sha256)
        same_place = (other.kind, other.form_date) == (row.kind, row.form_date)
        replaces = held is not None and (
            held.reason in OWN_FAULTS
            or (other.kind, held.reason) == _WRONG_NUMBER
            or (is_conflict(other, folded) and settles(row, other))
        )
        if replaces and same_place and other.seq < row.seq:
            retired.append(retire(book, other, at=at))
    return retired


def give_up_waiting(root: OpenRoot, book: Book) -> None:
    """Reject the reviews whose intake did not come within the root's `wait_days` (V02)."""
    at = root.clock()
    limit = at - timedelta(days=root.settings.wait_days)
    for row in forms.with_outcome(book, "held"):
        if row.reason == WAITING and row.received_at < limit:
            finding = _no_such_case(row)
            decision = Decision(outcome="rejected", reason="intake_never_came", findings=[finding_json(finding)])
            forms.decide(book, row.id, decision, at=at)
            owe_notice(book, forms.by_id(book, row.id), "rejected", at=at)


def _no_such_case(row: FormRow) -> Finding:
    """V02: the number is well formed, but no intake of it ever came."""
    return Finding(
        pointer="/case/case_id",
        rule="V02",
        severity=Severity.ERROR,
        place=Place(label="Fallnummer"),
        parameters={"reason": "unknown", "written": row.case},
    )


def undecided(book: Book) -> list[CaseNumber]:
    """Return the cases of forms that a run filed and did not come to decide, sorted."""
    return sorted({row.case for row in forms.with_outcome(book, "received") if row.case})


def _decide(book: Book, row: FormRow, folded: Fold, at: datetime) -> bool:
    """Note what the fold says of a form and return whether it is accepted."""
    held = folded.held.get(row.sha256)
    if held is not None:
        findings = [finding_json(each) for each in held.findings]
        forms.decide(book, row.id, Decision(outcome="held", reason=held.reason, findings=findings), at=at)
        if (row.outcome, row.reason) != ("held", held.reason) and not is_conflict(row, folded):
            owe_notice(book, forms.by_id(book, row.id), "held", at=at)
        return False
    version = next((plan.version for plan in folded.versions if plan.inputs[-1] == row.sha256), None)
    at_the_door = row.payload["findings"] if row.payload else []
    findings = [*at_the_door, *(finding_json(each) for each in folded.notes.get(row.sha256, ()))]
    decision = Decision(
        outcome="accepted",
        reason=None if version is not None else "replaced",
        findings=findings,
        plan_version=version,
    )
    forms.decide(book, row.id, decision, at=at)
    return True


def _plan_row(plan: IntegrationPlan) -> PlanRow:
    return PlanRow(case=plan.case, version=plan.version, checksum=plan_checksum(plan), body=plan_json(plan))
