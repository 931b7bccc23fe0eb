"""Makes one document from what the ledger holds: the same inputs give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from formpipe.blanks.write import Format, write_form
from formpipe.canon import plan_from_json
from formpipe.changes import changes_between
from formpipe.disclose.disclose import Disclosure
from formpipe.disclose.unreleased import trusted
from formpipe.documents.merge import Template
from formpipe.documents.reread import require_values
from formpipe.errors import StorageError
from formpipe.known import all_held
from formpipe.ledger import Book, documents, forms, plans
from formpipe.ledger.documents import DocumentRow
from formpipe.ledger.forms import FormRow
from formpipe.model import IntegrationPlan
from formpipe.pipeline.approvals import approval_form
from formpipe.pipeline.approved import approved_template
from formpipe.pipeline.briefings import disclosure_for, note_briefing
from formpipe.pipeline.clientpapers import client_paper_of, make_client_paper
from formpipe.pipeline.conflict import conflict_form, contradicted_by
from formpipe.pipeline.correct import correction_copy
from formpipe.pipeline.filed import balance_of, submission_of
from formpipe.pipeline.judge import Reads
from formpipe.pipeline.notices import PROPOSALS
from formpipe.pipeline.opened import LOCAL_TIME, OpenRoot, Root
from formpipe.pipeline.papers import letterhead_of, services_of
from formpipe.pipeline.proposing import proposed_form
from formpipe.pipeline.sent import Delivery, sent_of
from formpipe.pipeline.withholding import check_word
from formpipe.prefill import Prefill, prefill_of
from formpipe.present import annex_context, briefing_context, plan_context, withheld_keys
from formpipe.receipt import TOLD, Receipt, receipt_text
from formpipe.recorded import finding_from_json
from formpipe.sheet import rows_of
from formpipe.wording.wording import Beside, correction_text, duplicate_text, held_text, unreadable_text

TEMPLATES = {"plan": "integrationsplan.docx", "annex": "anlage-v.docx", "briefing": "jobcenter-briefing.docx"}
REVIEW = "review"
"""The next review form: its name in the ledger, and the kind of the form."""

ASKED = "-asked"
_CORRECTS = "form.corrects_sha256"
_OTHERS = ("other_adults",)


def make(root: OpenRoot, book: Book, row: DocumentRow, reader: Reads) -> bytes:
    """Return the document *row* as bytes; the PDF of a merged document is made by `render`, not here.

    *reader* proves what is made out of a form that somebody else has filled.

    Raises:
        SetupError: A template is wrong, or a value is missing from the finished document.
        WithheldError: The client's releases no longer cover the briefing, or it holds what was not released.
    """
    if row.name.startswith("notice"):
        return _notice(root, book, row).encode()
    if row.name == "copy":
        return correction_copy(root, book, forms.by_id(book, row.detail["form"]), reader)
    if row.name == PROPOSALS:
        return proposed_form(root, book, forms.by_id(book, row.detail["form"]), reader)
    if row.name == "conflict":
        return conflict_form(root, book, row, reader)
    if row.name.startswith("receipt"):
        return _receipt(root, book, row).encode()
    if row.name == "approval":
        return approval_form(root, row)
    plan = plan_of(book, row)
    if row.name == REVIEW:
        definition = root.library.newest(REVIEW)
        fmt = cast("Format", row.format)
        return write_form(definition, fmt=fmt, carrier=root.settings.carrier.code, prefill=review_of(root, book, row))
    if (paper := client_paper_of(row)) is not None:
        return make_client_paper(root, row, paper, _context(root, book, "plan", plan))
    name = row.name.removesuffix(ASKED)
    template = approved_template(root, TEMPLATES[name])
    if name == "briefing":
        return _briefing(root, book, plan, row, template)
    return _merged(template, _context(root, book, name, plan), row)


def _merged(template: Template, context: Mapping[str, Any], row: DocumentRow) -> bytes:
    """Return the document, read once more: each value that the template put in must stand there."""
    name = row.name.removesuffix(ASKED)
    title = str(context["properties"]["title"])
    return require_values(template.merged(all_held(context)), title=title, where=f"{row.case} {name}")


def plan_of(book: Book, row: DocumentRow) -> IntegrationPlan:
    """Return the plan version that *row* is a document of."""
    found = plans.by_checksum(book, row.plan_checksum)
    if found is None:
        raise StorageError("the plan of an owed document is not in the ledger", where=str(row.case))
    return plan_from_json(found.body)


def review_of(root: Root, book: Book, row: DocumentRow) -> Prefill:
    """Return what the next review form, the document *row*, shows of its plan."""
    return prefill_of(plan_of(book, row), root.library.newest(REVIEW), base=row.plan_checksum)


def _context(root: OpenRoot, book: Book, name: str, plan: IntegrationPlan) -> Mapping[str, Any]:
    catalogue, managers, carrier = root.library.catalogue, root.settings.managers, letterhead_of(root)
    if name == "annex":
        return annex_context(plan, catalogue, carrier=carrier, managers=managers)
    changes = changes_between(_before(book, plan), plan)
    return plan_context(plan, changes, catalogue, carrier=carrier, services=services_of(root), managers=managers)


def _approved_on(row: DocumentRow) -> date | None:
    day = row.detail.get("approved_on")
    return None if day is None else date.fromisoformat(day)


def _briefing(root: OpenRoot, book: Book, plan: IntegrationPlan, row: DocumentRow, template: Template) -> bytes:
    """Return the paper for the Jobcenter, searched for what was not released; what it tells is recorded."""
    disclosure = disclosure_for(root, book, plan, row)
    context = _briefing_context(root, disclosure, row)
    made = _merged(template, context, row)
    safe = trusted(plan, disclosure, root.library.catalogue)
    may_say = context if safe == disclosure else _briefing_context(root, safe, row)
    check_word(made, template, plan, root.library.catalogue, may_say=may_say)
    note_briefing(book, plan, disclosure, at=root.clock())
    return made


def _briefing_context(root: Root, disclosure: Disclosure, row: DocumentRow) -> Mapping[str, Any]:
    library, managers, approved_on = root.library, root.settings.managers, _approved_on(row)
    return briefing_context(
        disclosure,
        library.catalogue,
        carrier=letterhead_of(root),
        law=library.law,
        managers=managers,
        approved_on=approved_on,
    )


def _before(book: Book, plan: IntegrationPlan) -> IntegrationPlan | None:
    rows = plans.versions_of(book, plan.case)
    row = next((each for each in rows if each.version == plan.version - 1), None)
    return plan_from_json(row.body) if row else None


def _notice(root: Root, book: Book, row: DocumentRow) -> str:
    form = forms.by_id(book, row.detail["form"])
    kind = row.name.removeprefix("notice-")
    title = root.library.newest(form.kind).title if form.kind else "Bogen"
    if kind == "duplicate":
        received = form.received_at.astimezone(LOCAL_TIME).date()
        return duplicate_text(
            file_name=row.detail.get("name", form.name_as_dropped),
            received_on=received,
            case=form.case,
            held_reason=form.reason if form.outcome == "held" else None,
        )
    if kind == "unreadable":
        return unreadable_text(str(form.reason), file_name=form.name_as_dropped)
    findings = [finding_from_json(each) for each in form.findings]
    if kind == "held":
        return held_text(
            str(form.reason),
            title=title,
            findings=findings,
            file_name=form.name_as_dropped,
            contradicts=contradicted_by(book, form),
        )
    return correction_text(
        title,
        findings,
        form.name_as_dropped,
        reason=form.reason,
        balance=balance_of(form),
        beside=_beside(book, row, form),
    )


def _beside(book: Book, row: DocumentRow, form: FormRow) -> Beside:
    if PROPOSALS in (form.payload or {}):
        return Beside.FILLED
    copies = [each for each in documents.documents_of(book, row.case, row.plan_checksum) if each.name == "copy"]
    return Beside.UNMARKED if any(each.object == form.sha256 for each in copies) else Beside.MARKED


def _receipt(root: Root, book: Book, row: DocumentRow) -> str:
    form = forms.by_id(book, row.detail["form"])
    plan = plan_of(book, row)
    submission = submission_of(form)
    rows = documents.documents_of(book, plan.case, row.plan_checksum)
    withheld = {each.name for each in rows if each.is_withheld}
    made = [
        (_told_as(each), each.path.rpartition("/")[2])
        for each in rows
        if _told_as(each) in TOLD and each.name not in withheld
    ]
    receipt = Receipt(
        case=plan.case,
        name_as_dropped=form.name_as_dropped,
        title=root.library.definition(submission.kind).title,
        counts_for=submission.counts_for,
        checksum=form.sha256 if _CORRECTS in root.library.definition(submission.kind).specs else "",
        received_on=form.received_at.astimezone(LOCAL_TIME).date(),
        version=form.plan_version,
        standing=form.reason,
        documents=made,
        findings=[finding_from_json(each) for each in form.findings],
        refusal="withheld" if withheld else row.detail.get("refusal"),
        labels=[_label(root, key) for key in row.detail.get("keys", ())],
        withheld=(*withheld_keys(plan, root.library.catalogue), *_OTHERS * bool(row.detail.get("other_adults"))),
        balance=balance_of(form),
        sent=_sent_before(book, plan, form),
    )
    return receipt_text(receipt)


def _told_as(row: DocumentRow) -> str:
    if client_paper_of(row) is not None:
        return "client"
    return f"{row.name}-approved" if row.detail.get("approved_on") else row.name


def _sent_before(book: Book, plan: IntegrationPlan, form: FormRow) -> list[tuple[date, str, bool]]:
    """Return the approved papers that a form which takes back a release is too late for: day, recipient, whether given.

    They are those of the day the form came in, so that the receipt is always the same.
    """
    rows = rows_of(submission_of(form).data.get("consents"))
    ended = [row for row in rows if row.get("granted") is False or row.get("revoked_on") is not None]
    if not any(str(row.get("scope")).startswith(("J", "V")) for row in ended):
        return []
    came_in = form.received_at.astimezone(LOCAL_TIME).date()
    return [
        (each.day, each.recipient, each.state in {Delivery.HANDED_OVER, Delivery.ASSUMED})
        for each in sent_of(book, plan, came_in)
        if each.state is not Delivery.NOT_HANDED_OVER
    ]


def _label(root: Root, key: str) -> str:
    spec = root.library.catalogue.spec_of(key)
    return spec.label if spec else key
