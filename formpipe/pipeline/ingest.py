"""Files what a form came to. The case is folded afterwards, by `drain`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import PurePath
from typing import Any

from formpipe.canon import answers_of, submission_json
from formpipe.inbox import Claim
from formpipe.ledger import Book, forms
from formpipe.ledger.forms import Decision, FormRow, NewForm
from formpipe.model import CaseNumber, Finding, Place, Severity, Sha256, Submission
from formpipe.person import person_of
from formpipe.pipeline.judge import Judged
from formpipe.pipeline.notices import PROPOSALS, Drop, owe_notice, publish_notices_again
from formpipe.pipeline.opened import OpenRoot
from formpipe.pipeline.references import CORRECTS, line_of, rejected_by
from formpipe.recorded import balance_json, finding_json

_WRITTEN = "written"
"""Name in a rejected form's payload of the keyed hash of its answers as they stand in the file."""


def file_form(root: OpenRoot, book: Book, claim: Claim, sha256: Sha256, judged: Judged) -> None:
    """File what *judged* came to; the bytes must be in the object store.

    A form with a case stays undecided here: `drain` decides it together with
    the others of the case.
    """
    at = root.clock()
    new = NewForm(
        sha256=sha256,
        claim=claim.id,
        name_as_dropped=claim.name,
        received_at=at,
        container=judged.container or suffix_of(claim.name),
        kind=judged.kind,
        version=judged.version,
    )
    verdict = judged.verdict
    balance: dict[str, Any] = {} if judged.balance is None else {"balance": balance_json(judged.balance)}
    before = rejected_by(book, judged.corrects)
    if before is not None and before.sha256 != sha256:
        balance |= {CORRECTS: before.id}
    if verdict is None or verdict.submission is None:
        if judged.proposals is not None:
            balance[PROPOSALS] = {
                "answers": dict(judged.proposals),
                "base": judged.base,
                "version": judged.version,
            }
        _file_rejected(book, replace(new, payload=balance or None), judged, at)
        return
    submission = verdict.submission
    answers = answers_of(submission)
    first = forms.same_answers(book, answers, case_typed=submission.case)
    if first is None:
        _file_taken(root, book, replace(new, payload=balance), submission, verdict.findings)
    else:
        _file_duplicate(book, new, first, at)


def refile(book: Book, row: FormRow, claim: Claim, *, at: datetime) -> None:
    """Note that a file whose bytes are filed already was dropped once more."""
    forms.note_sighting(book, row.id, claim=claim.id, at=at)
    owe_notice(book, row, "duplicate", drop=Drop(id=claim.id, name=claim.name), at=at)


def retire(book: Book, row: FormRow, *, at: datetime) -> str:
    """Decide that a held form is replaced by a better one and return its id."""
    forms.decide(book, row.id, Decision(outcome="rejected", reason="replaced"), at=at)
    return row.id


def suffix_of(name: str) -> str:
    """Return the last suffix of *name* without its dot, letters and digits only: a dropped name is only data."""
    suffix = PurePath(name).suffix.removeprefix(".").lower()
    return suffix if suffix.isascii() and suffix.isalnum() and len(suffix) <= 5 else "bin"  # noqa: PLR2004 - `.fodt`


def _file_rejected(book: Book, new: NewForm, judged: Judged, at: datetime) -> None:
    """File a form that cannot be taken and owe what is said about it.

    A correction copy in which nobody has changed anything is told nothing new:
    what was said about the first one is put into the outbox again.
    """
    payload = {**(new.payload or {}), _WRITTEN: book.keyed(judged.written)} if judged.written else new.payload
    form_id = forms.add_form(book, replace(new, payload=payload))
    findings = judged.verdict.findings if judged.verdict else ()
    decision = Decision(outcome="rejected", reason=judged.code, findings=[finding_json(each) for each in findings])
    forms.decide(book, form_id, decision, at=at)
    row = forms.by_id(book, form_id)
    before = rejected_by(book, judged.corrects)
    if before is not None and _is_unchanged(row, before):
        row = before
    else:
        owe_notice(book, row, "rejected" if judged.code is None else "unreadable", at=at)
    publish_notices_again(book, row)


def _is_unchanged(row: FormRow, before: FormRow) -> bool:
    """Tell whether *row* is a copy of the rejected form *before* with the same answers and so the same faults."""
    written = (before.payload or {}).get(_WRITTEN)
    same = written is not None and (row.payload or {}).get(_WRITTEN) == written
    return same and (row.outcome, row.reason, row.findings) == (before.outcome, before.reason, before.findings)


def _file_duplicate(book: Book, new: NewForm, first: FormRow, at: datetime) -> None:
    form_id = forms.add_form(book, replace(new, case=first.case))
    forms.decide(book, form_id, Decision(outcome="duplicate", reason=first.sha256), at=at)
    owe_notice(book, first, "duplicate", drop=Drop(id=str(new.claim), name=new.name_as_dropped), at=at)


def _file_taken(
    root: OpenRoot, book: Book, new: NewForm, submission: Submission, findings: tuple[Finding, ...]
) -> None:
    mended = _mended(book, new)
    number = (
        submission.case
        or _corrected_case(book, submission)
        or next((each.case for each in mended if each.case), None)
        or forms.next_case_number(
            book,
            prefix=root.settings.case_prefix,
            carrier=root.settings.carrier.code,
            year=submission.counts_for.year,
        )
    )
    answers = answers_of(submission)
    replaced = [retire(book, row, at=new.received_at) for row in forms.held_twins(book, answers)]
    before = [each.id for each in mended]
    forms.assign_case(book, before, number)
    person = person_of(submission)
    noted = [finding_json(each) for each in (*findings, *_same_person(book, person, number))]
    taken = replace(
        new,
        case=number,
        case_typed=submission.case is not None,
        form_date=submission.counts_for.isoformat(),
        payload={
            **(new.payload or {}),
            "submission": submission_json(submission),
            "findings": noted,
            "replaces": [*replaced, *before],
        },
        answers=answers,
        person=person,
    )
    forms.add_form(book, taken)


def _mended(book: Book, new: NewForm) -> list[FormRow]:
    """Return the rejected forms that *new* is the mended one of, the newest first.

    Their case is the one of *new*, so that a correction copy mended twice
    contradicts itself instead of making a second case of one person.
    """
    corrected = (new.payload or {}).get(CORRECTS)
    line = line_of(book, forms.by_id(book, corrected)) if corrected else []
    return [forms.by_id(book, each) for each in line]


def _corrected_case(book: Book, submission: Submission) -> CaseNumber | None:
    """Return the case of the form that *submission* corrects, so that a correction needs no number of its own."""
    form = submission.data.get("form")
    corrected = form.get("corrects_sha256") if isinstance(form, Mapping) else None
    row = forms.by_sha256(book, corrected) if isinstance(corrected, str) else None
    return row.case if row else None


def _same_person(book: Book, person: bytes | None, number: CaseNumber) -> tuple[Finding, ...]:
    """V30: the same name and birth date as another case: a warning, no merge."""
    others = forms.same_person(book, person, but=number) if person is not None else []
    if not others:
        return ()
    return (
        Finding(
            pointer="/person/family_name",
            rule="V30",
            severity=Severity.WARNING,
            place=Place(label="Familienname"),
            parameters={"ids": others},
        ),
    )
