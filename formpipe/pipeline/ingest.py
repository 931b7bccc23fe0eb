"""Takes one file in: read, judge, and file what it came to. The case is folded afterwards, by `drain`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePath
from typing import Protocol

from formpipe.canon import answers_of, plan_from_json, submission_json
from formpipe.definition import FormDefinition
from formpipe.errors import FormError
from formpipe.identify import identify
from formpipe.inbox import Claim
from formpipe.ledger import Book, forms, plans
from formpipe.ledger.forms import Decision, FormRow, NewForm
from formpipe.model import Balance, CaseNumber, FilledForm, Finding, Json, Place, Severity, Sha256, Submission, Verdict
from formpipe.normalise.normalise import normalise
from formpipe.person import person_of
from formpipe.pipeline.notices import Drop, owe_notice
from formpipe.pipeline.opened import OpenRoot, Root
from formpipe.prefill import base_of
from formpipe.recorded import balance_json, finding_json
from formpipe.releases import releases_of
from formpipe.validate.validate import Door, validate

CONSENT_RULE = "V01"
CONSENT_SCOPE = "V0"
_DAMAGE = {"repaired", "incomplete"}
"""Marks of a file that could be read only by mending it: nobody knows what it has lost, so it is never taken."""


class ReadsForms(Protocol):
    """Reads the bytes of a file as a form; raises `UnreadableFormError`."""

    def read(self, data: bytes) -> FilledForm:
        """Return what stands on the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A file read and judged: a verdict, or the code why it could not be read.

    `kind` and `container` are `None` where the file did not get that far.
    """

    verdict: Verdict | None = field(default=None, repr=False)
    code: str | None = None
    kind: str | None = None
    version: str | None = None
    container: str | None = None
    balance: Balance | None = None

    @property
    def refused(self) -> Verdict | None:
        """The verdict if the client's consent to processing is missing (V0), so that nothing may be stored."""
        if self.verdict is None:
            return None
        errors = {finding.rule for finding in self.verdict.findings if finding.severity is Severity.ERROR}
        return self.verdict if CONSENT_RULE in errors else None


def read_form(reader: ReadsForms, data: bytes) -> FilledForm | Judged:
    """Return the form that stands in *data*, or why it cannot be read."""
    try:
        return reader.read(data)
    except FormError as error:
        return Judged(code=error.code)


def judge(root: Root, book: Book | None, form: FilledForm) -> Judged:
    """Say what *form* comes to; nothing is stored.

    Args:
        book: Finds the plan that a form was pre-filled from; without one every
            answer counts as typed.
    """
    if _DAMAGE & set(form.marks.flags):
        return Judged(code="damaged", container=form.container)
    if "external" in form.marks.flags:
        return Judged(code="unsafe", container=form.container)
    try:
        definition = identify(form, root.library.definitions)
    except FormError as error:
        return Judged(code=error.code, container=form.container)
    if form.container == "pdf" and _has_lost_fields(form, definition):
        return Judged(code="damaged", container=form.container)
    normalised = normalise(form, definition)
    door = Door(
        today=root.today,
        carrier=root.settings.carrier.code,
        case_pattern=root.settings.case_pattern,
        prefilled=_prefilled(book, form, definition),
        stems=root.library.guard,
    )
    verdict = _with_consent(root, book, validate(normalised, definition, root.validators[definition.kind], door))
    return Judged(
        verdict=verdict,
        kind=definition.kind.kind,
        version=definition.kind.version,
        container=form.container,
        balance=normalised.balance,
    )


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
    balance = {} if judged.balance is None else {"balance": balance_json(judged.balance)}
    if verdict is None or verdict.submission is None:
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
    form_id = forms.add_form(book, new)
    findings = judged.verdict.findings if judged.verdict else ()
    decision = Decision(outcome="rejected", reason=judged.code, findings=[finding_json(each) for each in findings])
    forms.decide(book, form_id, decision, at=at)
    name = "rejected" if judged.code is None else "unreadable"
    owe_notice(book, forms.by_id(book, form_id), name, at=at)


def _file_duplicate(book: Book, new: NewForm, first: FormRow, at: datetime) -> None:
    form_id = forms.add_form(book, replace(new, case=first.case))
    forms.decide(book, form_id, Decision(outcome="duplicate", reason=first.sha256), at=at)
    owe_notice(book, first, "duplicate", drop=Drop(id=str(new.claim), name=new.name_as_dropped), at=at)


def _file_taken(
    root: OpenRoot, book: Book, new: NewForm, submission: Submission, findings: tuple[Finding, ...]
) -> None:
    number = (
        submission.case
        or _corrected_case(book, submission)
        or forms.next_case_number(
            book,
            prefix=root.settings.case_prefix,
            carrier=root.settings.carrier.code,
            year=submission.counts_for.year,
        )
    )
    answers = answers_of(submission)
    replaced = [retire(book, row, at=new.received_at) for row in forms.held_twins(book, answers)]
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
            "replaces": replaced,
        },
        answers=answers,
        person=person,
    )
    forms.add_form(book, taken)


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


def _has_lost_fields(form: FilledForm, definition: FormDefinition) -> bool:
    """Tell whether a PDF of ours lacks a single field of its form: no program that fills PDFs takes fields away."""
    names = {re.sub(r"\[.*$", "", field.name) for field in form.fields}
    return any("[]" not in key and key not in names for key in definition.specs)


def _with_consent(root: Root, book: Book | None, verdict: Verdict) -> Verdict:
    """V01 on a review: V0 is the case's; refused or revoked there, nothing more may be stored of the client."""
    submission = verdict.submission
    rows = plans.versions_of(book, submission.case) if book and submission and submission.case else []
    if not rows or submission is None or _gives_consent(submission):
        return verdict
    if releases_of(plan_from_json(rows[-1].body), root.today).covers(CONSENT_SCOPE):
        return verdict
    missing = Finding(
        pointer="/consents", rule=CONSENT_RULE, severity=Severity.ERROR, place=Place(label="Einwilligungen")
    )
    return Verdict(submission=None, findings=(missing, *verdict.findings))


def _gives_consent(submission: Submission) -> bool:
    rows = submission.data.get("consents")
    return isinstance(rows, list) and any(
        isinstance(row, dict)
        and row.get("scope") == CONSENT_SCOPE
        and row.get("granted") is True
        and not row.get("revoked_on")
        for row in rows
    )


def _prefilled(book: Book | None, form: FilledForm, definition: FormDefinition) -> Mapping[str, Json] | None:
    """Return what the form showed when it was handed out, by its plan version; `None` if it names none we know."""
    if book is None or form.marks.base is None:
        return None
    row = plans.by_checksum(book, form.marks.base)
    return base_of(row.body, definition, checksum=row.checksum) if row else None
