"""A review that contradicts another one comes back as a form to decide on, with a text that names both values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, cast

from formpipe.blanks.write import write_form
from formpipe.canon import canonical, plan_checksum, plan_from_json
from formpipe.errors import StorageError
from formpipe.fold.conflicts import RULE
from formpipe.fold.fold import Fold
from formpipe.fold.holding import HeldReason
from formpipe.kinds import REVIEW
from formpipe.ledger import Book, documents, forms, plans
from formpipe.ledger.documents import DocumentRow
from formpipe.ledger.forms import FormRow
from formpipe.model import Finding, IntegrationPlan, Sha256, pointer_of
from formpipe.pipeline.correct import Said, noted
from formpipe.pipeline.filed import as_filed, submission_of
from formpipe.pipeline.judge import Reads
from formpipe.pipeline.notices import CORRECTIONS, SHORT, owe_notice
from formpipe.pipeline.opened import OpenRoot
from formpipe.recorded import finding_from_json, finding_json
from formpipe.reissue import reissued
from formpipe.sheet import section_of
from formpipe.spell import spell_date
from formpipe.wording.comments import decision_head

NAME = "conflict"
_ENDING = "klaerung"
_FORMATS = ("docx", "pdf")


def owe_conflict(book: Book, row: FormRow, rows: Sequence[FormRow], folded: Fold, *, at: datetime) -> None:
    """Owe the form to decide on and its text for the held review *row*; both anew when what they tell has changed.

    Args:
        row: The review; `folded` holds it for a conflict.
        rows: The live forms of its case.
        folded: What they come to.
        at: Now.
    """
    before = _before(row, folded)
    of_day = [each for each in rows if each is not row and (each.kind, each.form_date) == (row.kind, row.form_date)]
    of_day = [each for each in of_day if _counts(each, folded)]
    inputs = folded.versions[-1].inputs
    standing = next((each.sha256 for each in of_day if each.sha256 in inputs), row.sha256)
    detail: dict[str, Any] = {
        "form": row.id,
        "base": plan_checksum(before),
        "others": [each.id for each in of_day],
        "corrects": standing,
    }
    findings = [finding_json(each) for each in folded.held[row.sha256].findings]
    about = hashlib.sha256(canonical({**detail, "findings": cast("Any", findings)})).hexdigest()
    owe_notice(book, row, "held", at=at, about=about)
    fmt = row.container if row.container in _FORMATS else _FORMATS[0]
    form = DocumentRow(
        case=before.case,
        plan_checksum=about,
        version=0,
        name=NAME,
        format=fmt,
        path=f"{CORRECTIONS}/{row.sha256[:SHORT]}-{_ENDING}.{fmt}",
        detail=detail,
    )
    documents.owe(book, form, at=at)


def is_conflict(row: FormRow, folded: Fold) -> bool:
    """Tell whether the review *row* contradicts another one, so that somebody must decide."""
    held = folded.held.get(row.sha256)
    return held is not None and held.reason is HeldReason.CONFLICT and row.kind == REVIEW and bool(folded.versions)


def settles(row: FormRow, held: FormRow) -> bool:
    """Tell whether the review *row* decides about *held*, of the same day: a correction, or the same form mended."""
    ours, theirs = submission_of(row), submission_of(held)
    corrects = section_of(ours.data, "form").get("is_correction") is True
    return corrects or (ours.base is not None and ours.base == theirs.base)


def conflict_form(root: OpenRoot, book: Book, row: DocumentRow, reader: Reads) -> bytes:
    """Return the form to decide on that *row* owes, with both values in a note at each field.

    Raises:
        StorageError: The version it is made from is not in the ledger.
    """
    found = plans.by_checksum(book, row.detail["base"])
    if found is None:
        raise StorageError("the plan of an owed form is not in the ledger", where=str(row.case))
    definitions = root.library.definitions
    form, *others = (
        as_filed(book, forms.by_id(book, each), row.case, definitions)
        for each in (row.detail["form"], *row.detail["others"])
    )
    made = reissued(form, others, plan_from_json(found.body), definitions, corrects=Sha256(row.detail["corrects"]))
    fmt = cast("Literal['docx', 'pdf']", row.format)
    definition = definitions[form.submission.kind]
    filled = write_form(definition, fmt=fmt, carrier=root.settings.carrier.code, prefill=made.prefill)
    held = forms.by_id(book, row.detail["form"])
    findings = [_on_new_form(finding_from_json(each), made.names) for each in held.findings]
    said = Said(head=decision_head(definition.title), at=held.received_at)
    return noted(root, filled, [each for each in findings if each.rule == RULE], said, reader)


def contradicted_by(book: Book, form: FormRow) -> str | None:
    """Return the form that stands in the place of a held one, as a person can find it: date, file and checksum."""
    if form.reason not in {HeldReason.CONFLICT, HeldReason.TWO_INTAKES} or form.case is None:
        return None
    taken = [each for each in forms.of_case(book, form.case) if (each.outcome, each.kind) == ("accepted", form.kind)]
    corrected = {_corrects(each) for each in taken}
    for other in taken:
        same_day = form.kind == "intake" or other.form_date == form.form_date
        if same_day and other.sha256 not in corrected:
            day = spell_date(str(other.form_date))
            return f"der Bogen vom {day}, Datei «{other.name_as_dropped}», Prüfsumme {other.sha256}"
    return None


def _on_new_form(finding: Finding, names: Mapping[str, str]) -> Finding:
    """Return *finding* with the place that its field has on the form to decide on; rows may stand elsewhere there."""
    moved = {pointer_of(old): pointer_of(new) for old, new in names.items()}
    return replace(finding, pointer=moved.get(finding.pointer, finding.pointer))


def _before(row: FormRow, folded: Fold) -> IntegrationPlan:
    """Return the version that the review met: the last one of an earlier day, or the first plan."""
    earlier = [plan for plan in folded.versions if plan.dated.isoformat() < str(row.form_date)]
    return earlier[-1] if earlier else folded.versions[0]


def _counts(row: FormRow, folded: Fold) -> bool:
    held = folded.held.get(row.sha256)
    return row.sha256 not in folded.superseded and (held is None or held.reason is HeldReason.CONFLICT)


def _corrects(form: FormRow) -> object:
    """Return the checksum of the form that *form* corrects."""
    return section_of(submission_of(form).data, "form").get("corrects_sha256")
