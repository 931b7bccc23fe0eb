"""A rejected form as it goes back: the same file with a note at each fault, proven to say what it said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from formpipe.blanks.marked_docx import mark_docx
from formpipe.blanks.marking import Marking, Note
from formpipe.errors import FormError
from formpipe.ledger import Book
from formpipe.ledger.forms import FormRow
from formpipe.model import FilledForm, Finding, Severity, pointer_of
from formpipe.normalise.answers import name_without_copy
from formpipe.normalise.labels import with_keys
from formpipe.pipeline.judge import Reads, recognised
from formpipe.pipeline.notices import PROPOSALS
from formpipe.pipeline.opened import OpenRoot
from formpipe.pipeline.references import reference_of
from formpipe.readers.locate import locate
from formpipe.recorded import finding_from_json
from formpipe.wording.comments import ELSEWHERE, comment_lines, summary_head, summary_tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the note on top of a form says before and after what has no place in it; see `Marking`."""

    head: tuple[str, ...] = field(repr=False)
    tail: tuple[str, ...] = field(default=(), repr=False)
    reference: str = ""
    at: datetime


def correction_copy(root: OpenRoot, book: Book, row: FormRow, reader: Reads) -> bytes:
    """Return the bytes of the rejected form *row* with notes in them; as they came where nothing can be put into them.

    A print has no fields to put them at: it goes back as it came.
    """
    data = root.objects.get(row.sha256)
    return data if PROPOSALS in (row.payload or {}) else with_notes(root, book, row, data, reader)


def with_notes(root: OpenRoot, book: Book, row: FormRow, data: bytes, reader: Reads) -> bytes:
    """Return the form *data* with what is told of the rejected form *row* at its fields; see `noted`."""
    findings = [finding_from_json(each) for each in row.findings]
    reference = reference_of(book, row)
    said = Said(
        head=summary_head(root.library.newest(str(row.kind)).title, findings),
        tail=summary_tail(findings, reference),
        reference=reference,
        at=row.received_at,
    )
    return noted(root, data, [each for each in findings if each.severity is Severity.ERROR], said, reader)


def noted(root: OpenRoot, data: bytes, findings: Sequence[Finding], said: Said, reader: Reads) -> bytes:
    """Return the form *data* with a note for each of *findings*, and what is *said* on top.

    *reader* reads what was made: unless it gives every answer as it stood
    before, the form stays as it is.
    """
    try:
        form = locate(data, reader.read)
        marked = _marked(root, form, data, findings, said)
        return data if marked is None or _plain(reader.read(marked)) != _plain(form) else marked
    except FormError:
        return data


def _marked(root: OpenRoot, form: FilledForm, data: bytes, findings: Sequence[Finding], said: Said) -> bytes | None:
    spots = _spots_of(root, form)
    marking = Marking(
        notes=[Note(spot=_spot_of(each, spots), lines=comment_lines(each)) for each in findings],
        head=said.head,
        elsewhere=ELSEWHERE,
        tail=said.tail,
        reference=said.reference,
        at=said.at,
    )
    if form.container != "pdf":
        return mark_docx(data, marking)
    from formpipe.blanks.marked_pdf import mark_pdf  # noqa: PLC0415  # takes a PDF library, 12 MB

    return mark_pdf(data, marking)


def _spots_of(root: OpenRoot, form: FilledForm) -> Mapping[str, str]:
    """Return where each field of *form* stands in the file, by the pointer under which a finding names it."""
    known, definition = recognised(root, form)
    spots: dict[str, str] = {}
    for each in with_keys(known, definition).fields:
        name = name_without_copy(each.name, definition)
        if name is not None and each.spot:
            spots.setdefault(pointer_of(name), each.spot)
    return spots


def _spot_of(finding: Finding, spots: Mapping[str, str]) -> str:
    """Return where *finding* belongs: at its field, or at the first field of the list or row that it is about."""
    if finding.pointer in spots or not finding.pointer:
        return spots.get(finding.pointer, "")
    below = [pointer for pointer in spots if pointer.startswith(f"{finding.pointer}/")]
    answered = [pointer for pointer in below if not pointer.endswith("_id")]
    return next((spots[pointer] for pointer in (*answered, *below)), "")


def _plain(form: FilledForm) -> FilledForm:
    """Return *form* without what a copy may have otherwise: its reference, and the places of its fields."""
    fields = tuple(replace(each, spot="") for each in form.fields)
    return replace(form, marks=replace(form.marks, corrects=None), fields=fields)
