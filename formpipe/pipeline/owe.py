"""Which documents the newest version of a plan calls for, and where they go in the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from formpipe.canon import plan_checksum
from formpipe.disclose.disclose import Disclosure, Refusal
from formpipe.ledger import Book, documents, forms
from formpipe.ledger.documents import DocumentRow
from formpipe.ledger.forms import FormRow
from formpipe.model import IntegrationPlan
from formpipe.pipeline.briefings import disclosed, owe_briefing
from formpipe.pipeline.clientpapers import papers_for_reader
from formpipe.pipeline.filed import submission_of
from formpipe.pipeline.opened import OpenRoot, Root
from formpipe.pipeline.papers import letterhead_of
from formpipe.present import annex_context

CONFIDENTIAL = "vertraulich"


def owe_documents(root: OpenRoot, book: Book, plan: IntegrationPlan, *, approved: bool = False, at: datetime) -> None:
    """Owe the documents of *plan*, the newest version of its case.

    A version's documents are owed once, when it comes to be: a day that
    passes never makes new ones (design 4, clock). When a paper for the
    Jobcenter was *approved* since, it is owed anew.
    """
    checksum = plan_checksum(plan)
    known = documents.documents_of(book, plan.case, checksum)
    if not any(row.name == "plan" for row in known):
        _owe_version(root, book, plan, at=at)
        return
    documents.mark_due(book, plan.case, checksum)
    days = {row.on for row in known if row.name == "briefing" and row.on is not None} if approved else set()
    for on in sorted(days):
        owe_briefing(root, book, plan, on, at=at)


def owe_receipts(
    root: OpenRoot, book: Book, plan: IntegrationPlan, accepted: Mapping[str, Sequence[str]], *, at: datetime
) -> None:
    """Owe a receipt for each form that was just accepted: by its id, the ids of the forms it replaces."""
    told = disclosed(root, book, plan, root.today)
    for form_id, replaced in accepted.items():
        row = forms.by_id(book, form_id)
        receipt = _receipt(root, plan, row, told)
        gone = [*replaced, *(row.payload or {}).get("replaces", ())]
        documents.owe(book, replace(receipt, detail={**receipt.detail, "replaces": gone}), at=at)


def version_rows(plan: IntegrationPlan, *, annex: bool) -> list[DocumentRow]:
    """Return the rows of the plan, its annex and the next review form."""
    head = f"{plan.case}/{plan.dated}"
    rows = [_row(plan, "plan", fmt, f"{head}-integrationsplan-v{plan.version}.{fmt}") for fmt in ("docx", "pdf")]
    if annex:
        place = f"{plan.case}/{CONFIDENTIAL}/{plan.dated}-anlage-v{plan.version}"
        rows += [_row(plan, "annex", fmt, f"{place}.{fmt}") for fmt in ("docx", "pdf")]
    return rows


def has_annex(root: Root, plan: IntegrationPlan) -> bool:
    """Tell whether *plan* holds anything that only the confidential annex prints."""
    context = annex_context(plan, root.library.catalogue, carrier=letterhead_of(root), managers={})
    return not context["is_empty"]


def _owe_version(root: OpenRoot, book: Book, plan: IntegrationPlan, *, at: datetime) -> None:
    rows = version_rows(plan, annex=has_annex(root, plan))
    rows += [
        _row(plan, "review", fmt, f"{plan.case}/{plan.dated}-ueberpruefungsbogen-nach-v{plan.version}.{fmt}")
        for fmt in ("docx", "pdf")
    ]
    rows += [row for paper in papers_for_reader(root, plan) for row in paper.rows(plan)]
    for row in rows:
        documents.owe(book, row, at=at)
    owe_briefing(root, book, plan, root.today, at=at)


def _receipt(root: Root, plan: IntegrationPlan, row: FormRow, told: Disclosure | Refusal) -> DocumentRow:
    detail: dict[str, Any] = {"form": row.id}
    if isinstance(told, Refusal):
        detail |= {"refusal": told.code, "keys": list(told.keys)}
    elif told.other_adults:
        detail["other_adults"] = True
    submission = submission_of(row)
    form_type = root.library.definition(submission.kind).form_type
    name = f"{submission.counts_for}-{form_type}-{row.sha256[:6]}-eingang.txt"
    return replace(_row(plan, f"receipt-{row.id}", "txt", f"{plan.case}/{name}"), detail=detail)


def _row(plan: IntegrationPlan, name: str, fmt: str, path: str) -> DocumentRow:
    return DocumentRow(
        case=plan.case,
        plan_checksum=plan_checksum(plan),
        version=plan.version,
        name=name,
        format=fmt,
        path=path,
    )
