"""One PDF to print of what is needed on a day: plans to sign, and the approved papers of the day's appointments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from formpipe.blanks.fonts import find_face
from formpipe.canon import plan_checksum, plan_from_json
from formpipe.dates import day_of
from formpipe.disclose.disclose import Refusal
from formpipe.disclose.record import disclosure_checksum
from formpipe.documents.bundle import Chapter, Sheet, bundle
from formpipe.documents.cover import Cover, draw_cover
from formpipe.documents.finish import finish
from formpipe.errors import FormpipeError
from formpipe.ledger import Book, documents, plans
from formpipe.ledger.documents import DocumentRow
from formpipe.model import CaseNumber, IntegrationPlan
from formpipe.pipeline.again import newest
from formpipe.pipeline.approvals import approved_on
from formpipe.pipeline.briefings import disclosed, owe_briefing
from formpipe.pipeline.opened import LOCAL_TIME, OpenRoot
from formpipe.pipeline.render import render_owed
from formpipe.wording import bundle as wording

_APPOINTMENT = "jobcenter.appointment_at"
_SIGNATURES = ("sign.client_signed_on", "sign.manager_signed_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to print: for which day, which cases (none named: all that need it), and whether with their annexes."""

    on: date
    cases: Sequence[str] = ()
    annex: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A paper that is not in the bundle, and why: `owed`, `withheld`, `draft`, `refused` or `none`."""

    case: CaseNumber
    paper: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """The PDF (`None` if there is nothing to print), the papers in it by case, what is missing, what went wrong."""

    pdf: bytes | None = field(repr=False)
    papers: tuple[tuple[CaseNumber, str], ...] = ()
    missing: tuple[Missing, ...] = ()
    errors: tuple[FormpipeError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What is to be printed of a case; `hour` is that of its appointment on the day."""

    plan: IntegrationPlan = field(repr=False)
    papers: tuple[str, ...]
    hour: str
    missing: tuple[Missing, ...] = ()
    sheets: tuple[Sheet, ...] = field(default=(), repr=False)


def make_bundle(root: OpenRoot, request: Request) -> Bundle:
    """Make what is owed and return the bundle.

    A paper for the Jobcenter is in it only if what it tells on that day is
    released and approved.

    Raises:
        SetupError: A case has no plan.
    """
    with root.ledger.transaction() as book:
        numbers = [newest(book, case).case for case in dict.fromkeys(request.cases)] or plans.case_numbers(book)
        found = [_wanted(root, book, number, request) for number in numbers]
    wanted = [each for each in found if each.papers or each.missing]
    if not wanted:
        return Bundle(pdf=None)
    rendered = render_owed(root)
    with root.ledger.transaction() as book:
        filled = [_filled(root, book, each, request.on) for each in wanted]
    return Bundle(
        pdf=_pdf_of(root, filled, request.on),
        papers=tuple((each.plan.case, sheet.title) for each in filled for sheet in each.sheets),
        missing=tuple(missing for each in filled for missing in each.missing),
        errors=tuple(rendered.errors),
    )


def _wanted(root: OpenRoot, book: Book, number: CaseNumber, request: Request) -> _Wanted:
    plan = plan_from_json(newest(book, number).body)
    hour = _hour_of(plan, request.on)
    papers, missing = [], []
    if request.cases or (plan.dated <= request.on and not _is_signed(plan)):
        papers.append("plan")
    if request.annex:
        papers.append("annex")
    if request.cases or hour:
        reason = _owe_approved(root, book, plan, request.on)
        if reason is None:
            papers.append("briefing")
        elif hour or reason == "draft":
            missing.append(Missing(case=number, paper="briefing", reason=reason))
    return _Wanted(plan=plan, papers=tuple(papers), hour=hour, missing=tuple(missing))


def _hour_of(plan: IntegrationPlan, on: date) -> str:
    """Return the time of the appointment at the Jobcenter on the day *on*, or nothing."""
    value = plan.values.get(_APPOINTMENT)
    try:
        moment = datetime.fromisoformat(str(value.value if value else "")).astimezone(LOCAL_TIME)
    except ValueError:  # none, or «keine Angabe»
        return ""
    return f"{moment:%H:%M}" if moment.date() == on else ""


def _is_signed(plan: IntegrationPlan) -> bool:
    """Tell whether client and manager have signed this version: on its day or later."""
    days = [day_of(plan.values[key].value) if key in plan.values else None for key in _SIGNATURES]
    return all(day is not None and day >= plan.dated for day in days)


def _owe_approved(root: OpenRoot, book: Book, plan: IntegrationPlan, on: date) -> str | None:
    """Owe the approved paper for the day *on*, or return why there is none."""
    told = disclosed(root, book, plan, on)
    if isinstance(told, Refusal):
        return "refused"
    if approved_on(book, plan.case, disclosure_checksum(told)) is None:
        return "draft"
    owe_briefing(root, book, plan, on, at=root.clock())
    return None


def _filled(root: OpenRoot, book: Book, wanted: _Wanted, on: date) -> _Wanted:
    """Return *wanted* with the finished papers; what is not finished is missing."""
    rows = documents.documents_of(book, wanted.plan.case, plan_checksum(wanted.plan))
    sheets, missing = [], list(wanted.missing)
    for name in wanted.papers:
        row = next((each for each in rows if _is_paper(each, name, on)), None)
        if row is not None and row.object is not None:
            sheets.append(Sheet(title=name, pdf=root.objects.get(row.object)))
        else:
            missing.append(Missing(case=wanted.plan.case, paper=name, reason=_reason_of(row, rows)))
    return replace(wanted, sheets=tuple(sheets), missing=tuple(missing))


def _is_paper(row: DocumentRow, name: str, on: date) -> bool:
    if (row.name, row.format) != (name, "pdf"):
        return False
    return name != "briefing" or (row.on == on and row.detail.get("approved_on") is not None)


def _reason_of(row: DocumentRow | None, rows: Sequence[DocumentRow]) -> str:
    if row is None:
        return "none"
    withheld = any(each.is_withheld for each in rows if (each.name, each.on) == (row.name, row.on))
    return "withheld" if withheld else "owed"


def _pdf_of(root: OpenRoot, filled: Sequence[_Wanted], on: date) -> bytes:
    title = wording.title_of(on)
    with_papers = [each for each in filled if each.sheets]
    counts = [sum(sheet.pages for sheet in each.sheets) for each in with_papers]
    face = find_face()
    cover = Cover(
        title=title,
        lines=(root.settings.carrier.name, wording.count_text(len(with_papers), sum(counts)), wording.CONFIDENTIAL),
        head=wording.HEAD,
        rows=[_row(each, count) for each, count in zip(with_papers, counts, strict=True)],
        notes_title=wording.MISSING,
        notes=[wording.missing_text(each.case, each.paper, each.reason) for one in filled for each in one.missing],
    )
    front = Sheet(title=title, pdf=draw_cover(cover, regular=face.regular, bold=face.bold))
    made = bundle(front, [_chapter(each) for each in with_papers])
    return finish(made, title=title, author=root.settings.carrier.name, dated=on)


def _row(wanted: _Wanted, pages: int) -> tuple[str, ...]:
    papers = wording.papers_text(sheet.title for sheet in wanted.sheets)
    return (str(wanted.plan.case), papers, str(pages), f"{wanted.hour} Uhr" if wanted.hour else "")


def _chapter(wanted: _Wanted) -> Chapter:
    sheets: Any = [replace(sheet, title=wording.PAPERS[sheet.title]) for sheet in wanted.sheets]
    return Chapter(title=str(wanted.plan.case), sheets=sheets)
