"""Reads a file and says what it comes to; nothing is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from formpipe.canon import plan_from_json
from formpipe.definition import FormDefinition
from formpipe.errors import FormError
from formpipe.identify import identify
from formpipe.ledger import Book, plans
from formpipe.mapping import mapped
from formpipe.model import Balance, FilledForm, Finding, FormMarks, Json, Place, Severity, Submission, Verdict
from formpipe.normalise.normalise import normalise
from formpipe.pipeline.approvals import with_known_paper
from formpipe.pipeline.opened import Root
from formpipe.pipeline.references import rejected_by, unknown_reference, written_in
from formpipe.prefill import base_of
from formpipe.prints import is_print, proposals_of, with_doubts, without_print_marks
from formpipe.readers.requests import BlankFile
from formpipe.releases import releases_of
from formpipe.validate.validate import Door, validate

CONSENT_RULE = "V01"
CONSENT_SCOPE = "V0"
_DAMAGE = {"repaired", "incomplete"}
"""Marks of a file that could be read only by mending it: nobody knows what it has lost, so it is never taken."""


_WITH_MACROS = {"docm", "dotm"}
"""Containers that may hold macros; `extract` reads them as long as they hold none."""


class Reads(Protocol):
    """Reads the bytes of a file as a form; raises `UnreadableFormError`."""

    def read(self, data: bytes) -> FilledForm:
        """Return what stands on the form."""


class ReadsForms(Reads, Protocol):
    """Reads prints of forms too."""

    def print_marks(self, data: bytes) -> FormMarks:
        """Return what the pages of a PDF say it is a print of."""

    def read_print(self, data: bytes, blanks: Sequence[BlankFile]) -> FilledForm | None:
        """Return what stands on a print of one of *blanks*; `None` if it is no such print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A file read and judged: a verdict, or the code why it could not be read.

    `kind` and `container` are `None` where the file did not get that far.
    `proposals` are the answers on a print, by the name of the field, and `base`
    is the plan that it was pre-filled from. `corrects` is the reference that a
    correction copy carries, `written` its answers as they stand in the file.
    """

    verdict: Verdict | None = field(default=None, repr=False)
    code: str | None = None
    kind: str | None = None
    version: str | None = None
    container: str | None = None
    balance: Balance | None = None
    proposals: Mapping[str, Json] | None = field(default=None, repr=False)
    base: str | None = None
    corrects: str | None = None
    written: bytes = field(default=b"", repr=False)

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
    if form.container in _WITH_MACROS:
        return Judged(code="macro", container=form.container)
    if "external" in form.marks.flags:
        return Judged(code="unsafe", container=form.container)
    written = written_in(form)
    try:
        form, definition = recognised(root, form)
    except FormError as error:
        return Judged(code=error.code, container=form.container)
    if form.container == "pdf" and not is_print(form) and _has_lost_fields(form, definition):
        return Judged(code="damaged", container=form.container)
    normalised = normalise(without_print_marks(form), definition)
    base = plans.by_checksum(book, normalised.base) if book is not None and normalised.base is not None else None
    if base is not None:
        normalised = replace(normalised, case=base.case)
    door = Door(
        today=root.today,
        carrier=root.settings.carrier.code,
        case_pattern=root.settings.case_pattern,
        prefilled=None if base is None else base_of(base.body, definition, checksum=base.checksum),
        stems=root.library.guard,
    )
    verdict = validate(normalised, definition, root.validators[definition.kind], door)
    verdict = with_known_paper(book, _with_consent(root, book, with_doubts(verdict, form, definition)))
    if book is not None and form.marks.corrects is not None and rejected_by(book, form.marks.corrects) is None:
        verdict = replace(verdict, findings=(*verdict.findings, unknown_reference()))
    return Judged(
        verdict=verdict,
        kind=definition.kind.kind,
        version=definition.kind.version,
        container=form.container,
        balance=normalised.balance,
        proposals=proposals_of(form) if is_print(form) else None,
        base=form.marks.base,
        corrects=form.marks.corrects,
        written=written,
    )


def recognised(root: Root, form: FilledForm) -> tuple[FilledForm, FormDefinition]:
    """Return *form* under our names, and which form it is.

    Raises:
        UnknownFormError: No form or more than one claims it.
    """
    known = mapped(form, root.library.mappings, root.library.definitions)
    return known, identify(known, root.library.definitions)


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
