"""`doctor --templates`: every template read, merged with three plans of nobody, converted; its faults as comments."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lxml import etree
from pypdf import PdfReader

from formpipe.blanks.marked_docx import mark_docx
from formpipe.blanks.marking import Marking, Note
from formpipe.documents.convert import convert, office_program
from formpipe.documents.largeprint import large
from formpipe.documents.merge import template_of
from formpipe.documents.preflight import Fault, faults_of
from formpipe.documents.reread import require_text, require_values
from formpipe.documents.shapes import Names, shape_of
from formpipe.durable import make_folder, remove_file, write_file
from formpipe.errors import FormpipeError, SetupError
from formpipe.known import all_held
from formpipe.pipeline.approved import approve
from formpipe.pipeline.clientpapers import FILES
from formpipe.pipeline.make import TEMPLATES
from formpipe.pipeline.opened import Clock, Root, look_at
from formpipe.pipeline.papers import services_of
from formpipe.pipeline.samples import Size, contexts_of, sample_plan
from formpipe.settings import Settings
from formpipe.wording.templates import ELSEWHERE, HEAD, fault_lines

FOLDER = "vorlagen-pruefung"
"""In the outbox: the copies of templates with comments."""

_BRIEFING, _SHEET = "briefing", "sheet"
_DATA_OF = {_SHEET: "plan"}
_PDF_TIMEOUT_S = 120.0
DOCUMENTS = {**TEMPLATES, _SHEET: FILES[_SHEET]}
"""The templates that are looked at, by what is made of them."""

Contexts = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateReport:
    """What was found in the template *name*.

    `pages` are those of the smallest, the usual and the largest document, none
    without LibreOffice. `errors` are faults that have no place. `copy` is the
    commented copy, if there is something to say in it.
    """

    name: str
    faults: tuple[Fault, ...]
    errors: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    copy: Path | None = None

    @property
    def is_sound(self) -> bool:
        """Whether documents may be made of it."""
        return not self.errors and not any(fault.is_error for fault in self.faults)


def look_at_templates(settings: Settings, clock: Clock) -> tuple[TemplateReport, ...]:
    """Look at every template of the root, write commented copies, and note those that may be used.

    Raises:
        SetupError: A schema or a file of settings is wrong.
        StorageError: A copy cannot be written.
    """
    root = look_at(settings, clock)
    contexts = _contexts_of(root)
    reports, sound = [], {}
    for document, name in DOCUMENTS.items():
        try:
            source = root.template(name).read_bytes()
        except OSError as error:
            reports.append(TemplateReport(name=name, faults=(), errors=(f"cannot be read ({type(error).__name__})",)))
            continue
        report = _report(root, document, source, contexts)
        reports.append(report)
        if report.is_sound:
            sound[name] = source
    make_folder(settings.archive, mode=0o700)
    approve(settings, sound)
    return tuple(reports)


def _contexts_of(root: Root) -> Contexts:
    """Return the data of each document for the three samples, the smallest first."""
    services = services_of(root)
    made = [contexts_of(root, sample_plan(root.library.catalogue, size), services) for size in Size]
    return {document: [each[_DATA_OF.get(document, document)] for each in made] for document in DOCUMENTS}


def _report(root: Root, document: str, source: bytes, contexts: Contexts) -> TemplateReport:
    name, samples = DOCUMENTS[document], contexts[document]
    shape = shape_of(samples)
    elsewhere = (
        {key for each in contexts.values() for sample in each for key in sample} if document == _BRIEFING else ()
    )
    try:
        faults = faults_of(source, shape if isinstance(shape, Names) else Names(inner={}), elsewhere=elsewhere)
    except (zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        return TemplateReport(name=name, faults=(), errors=(f"is no Word file ({type(error).__name__})",))
    errors: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    if not any(fault.is_error for fault in faults):
        whole = large(source) if document == _SHEET else source  # as it is printed
        pages, errors = _tried(root.template(name), whole, samples)
    return TemplateReport(
        name=name, faults=faults, errors=errors, pages=pages, copy=_copied(root, name, source, faults)
    )


def _tried(path: Path, source: bytes, samples: Sequence[Mapping[str, Any]]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the pages of the documents that *source*, read from *path*, makes of *samples*, and what went wrong."""
    name = path.name
    try:
        template = template_of(source, path)
        words = [
            require_values(template.merged(all_held(each)), title=str(each["properties"]["title"]), where=name)
            for each in samples
        ]
    except FormpipeError as error:
        return (), (str(error),)
    if office_program() is None:
        return (), ()
    pages, errors = [], []
    with TemporaryDirectory(prefix="formpipe-") as work:
        done = convert([(str(index), word) for index, word in enumerate(words)], Path(work), timeout_s=_PDF_TIMEOUT_S)
        for index, (word, size) in enumerate(zip(words, Size, strict=True)):
            if str(index) not in done.pdfs:
                errors.append(f"LibreOffice makes no PDF of the {size.name.lower()} document")
                continue
            pdf = done.pdfs[str(index)].read_bytes()
            pages.append(len(PdfReader(io.BytesIO(pdf)).pages))
            try:
                require_text(pdf, word, where=f"{name}, {size.name.lower()} document")
            except SetupError as error:
                errors.append(str(error))
    return tuple(pages), tuple(errors)


def _copied(root: Root, name: str, source: bytes, faults: Sequence[Fault]) -> Path | None:
    """Write the template with a comment at each fault into the outbox; an older copy goes."""
    target = root.settings.outbox / FOLDER / f"{Path(name).stem}-befunde.docx"
    notes = [Note(spot=each.spot, lines=fault_lines(each.kind, each.name, each.near)) for each in faults]
    marking = Marking(notes=notes, head=HEAD, elsewhere=ELSEWHERE, tail=(), reference="", at=root.clock())
    marked = _marked(source, marking) if notes else None
    if marked is None:
        if target.exists():
            remove_file(target)
        return None
    make_folder(target.parent)
    write_file(target, marked, replace=True)
    return target


def _marked(source: bytes, marking: Marking) -> bytes | None:
    try:
        return mark_docx(source, marking)
    except FormpipeError:
        return None  # what is no sound Word file has no place for comments; the terminal tells its faults


def report_lines(report: TemplateReport) -> Iterator[tuple[str, str]]:
    """Yield the state (`ok`, `missing`, `warning`) and the words of each line about a template."""
    for fault in report.faults:
        near = f"; did you mean '{fault.near}'?" if fault.near else ""
        yield "missing" if fault.is_error else "warning", f"{fault.kind} '{fault.name}' at {fault.spot}{near}"
    for error in report.errors:
        yield "missing", error
    if report.copy is not None:
        yield "warning", f"commented copy: {FOLDER}/{report.copy.name} in the outbox"
    if report.is_sound:
        told = ", ".join(map(str, report.pages))
        yield "ok", f"{told} pages (smallest, usual, largest)" if told else "not converted: no LibreOffice"
