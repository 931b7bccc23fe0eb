"""The scenes that faults are tried on: roots with a form in the inbox, and a run in a process of its own."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pikepdf
from faultpoints import Disk, Fault
from make_forms import forms_of, load_case
from make_pdf import PDF_A
from roots import NOW, Root, make_root
from sqlalchemy import text

from formpipe.definition import FormDefinition
from formpipe.documents.convert import Conversion
from formpipe.errors import FormpipeError
from formpipe.ledger import Book, open_ledger
from formpipe.ledger.documents import DocumentRow
from formpipe.model import FilledForm, FormMarks
from formpipe.normalise.normalise import normalise
from formpipe.pipeline import correct, finished, judge, makers, pdfs, render
from formpipe.pipeline.judge import Reads
from formpipe.pipeline.make import make
from formpipe.pipeline.opened import OpenRoot, open_root
from formpipe.pipeline.run import RunRequest, RunResult, take_in
from formpipe.pipeline.works import Shared, draw
from formpipe.prefill import Prefill
from formpipe.readers.read import read
from formpipe.readers.requests import BlankFile
from formpipe.resources import shipped
from formpipe.schemas import load_library
from formpipe.settings import load_settings

for _module in ("blanks.marked_pdf", "blanks.pdf", "ledger.migrate", "readers.pdf"):
    importlib.import_module(f"formpipe.{_module}")  # loaded where they are needed: here once, not in each fork

TRACEBACK, REFUSED = 70, 5
_QUERIES = {
    "forms": "SELECT sha256, case_id, kind, version, form_date, container, name_as_dropped FROM form",
    "decisions": "SELECT f.sha256, d.outcome, d.reason, d.findings, d.plan_version FROM decision d "
    "JOIN form f ON f.id = d.form_id WHERE d.number = (SELECT max(number) FROM decision WHERE form_id = f.id)",
    "plans": "SELECT case_id, version, checksum FROM plan",
    "cases": "SELECT case_id, versions FROM case_file",
    "documents": "SELECT case_id, version, format, path, object, published IS NULL FROM document",
    "published": "SELECT path, sha256, case_id FROM published",
    "sightings": "SELECT count(*) FROM sighting",
    "returned": "SELECT rule, count(*) FROM returned",
    "events": "SELECT event, count(*) FROM chain GROUP BY event",
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A root as it is before, and the checksums of the forms that lie in its inbox."""

    name: str
    root: Root
    dropped: tuple[str, ...]


class _Reader:
    """Reads in this process and remembers, so that a run costs what the disk costs."""

    def __init__(self) -> None:
        self._known: dict[bytes, FilledForm] = {}

    def read(self, data: bytes) -> FilledForm:
        """Return what stands on the form."""
        if data not in self._known:
            self._known[data] = read(data)
        return self._known[data]

    def print_marks(self, data: bytes) -> FormMarks:
        """Return that nothing is known of it: no scenario has a print."""
        del data
        return FormMarks()

    def read_print(self, data: bytes, blanks: Sequence[BlankFile]) -> FilledForm | None:
        """Return that it is no print."""
        del data, blanks
        return None


_READER = _Reader()
_MADE: dict[tuple[object, ...], bytes] = {}
_DRAWN: dict[str, Mapping[str, bytes]] = {}
_NORMALISED: dict[int, tuple[FilledForm, object]] = {}


def _stub_pdf(documents: Sequence[tuple[str, bytes]], folder: Path, **_: object) -> Conversion:
    """Stand in for LibreOffice: a "PDF/A" of one page for each document, the same for the same one and no other."""
    pdfs = {}
    for name, docx in documents:
        with pikepdf.new() as pdf:
            page = pdf.add_blank_page()
            page.Contents = pdf.make_stream(b"% " + hashlib.sha256(docx).hexdigest().encode())
            pdf.Root.Metadata = pdf.make_stream(PDF_A)
            pdf.save(folder / f"{name}.pdf", static_id=True)
        pdfs[name] = folder / f"{name}.pdf"
    return Conversion(pdfs=pdfs)


@contextmanager
def stand_ins() -> Iterator[None]:
    """Make PDFs without LibreOffice meanwhile, and each paper and form once: the disk is what is tried here."""
    with ExitStack() as stack:
        for module, name, stub in (
            (pdfs, "convert", _stub_pdf),
            (render, "office_program", lambda: Path("stub")),
            (render, "make", _made),
            (makers, "draw", _drawn),
            (finished, "require_text", lambda *_, **__: None),
            (judge, "normalise", _normalised),
            (correct, "reference_of", lambda _, row: f"{row.sha256[:12]}-{row.sha256[:20]}"),  # else of a random id
        ):
            stack.enter_context(patch.object(module, name, stub))
        yield


def _drawn(shared: Shared, prefill: Prefill) -> Mapping[str, bytes]:
    if prefill.base not in _DRAWN:
        _DRAWN[prefill.base] = draw(shared, prefill)
    return _DRAWN[prefill.base]


def _made(root: OpenRoot, book: Book, row: DocumentRow, reader: Reads) -> bytes:
    if row.name not in {"plan", "annex"}:  # making a paper for the Jobcenter leaves a record
        return make(root, book, row, reader)
    key = (row.name, row.format, row.plan_checksum, row.on)
    if key not in _MADE:
        _MADE[key] = make(root, book, row, reader)
    return _MADE[key]


def _normalised(form: FilledForm, definition: FormDefinition) -> Any:  # noqa: ANN401 - what normalise gives
    if id(form) not in _NORMALISED:
        _NORMALISED[id(form)] = (form, normalise(form, definition))
    return _NORMALISED[id(form)][1]


def scenarios(folder: Path, names: Sequence[str] = ()) -> list[Scenario]:
    """Return the scenarios *names* (none: all), each with its root made below *folder*; see `stand_ins`."""
    library = load_library(shipped("schemas"))
    fresh = make_root(folder / "fresh", "CAR", library)
    case = load_case("case1")
    intake, first, second, *_ = (fresh.filled(each) for each in forms_of(case))
    wrong = fresh.filled(forms_of(case)[0], changed={"person.birth_date": "31.02.1990"})
    without = fresh.filled(forms_of(case)[0], changed={"consents[0].granted": "nein"})
    checksum = hashlib.sha256(intake).hexdigest()
    says = {"form.is_correction": "ja", "form.corrects_sha256": checksum, "person.birth_date": "03.04.1992"}
    correction = fresh.filled(forms_of(case)[0], changed=says)
    plays: dict[str, tuple[tuple[bytes, ...], tuple[bytes, ...]]] = {
        "intake": ((), (intake,)),
        "review": ((intake,), (first,)),
        "late review": ((intake, second), (first,)),
        "review first": ((first,), (intake,)),
        "correction": ((intake,), (correction,)),
        "duplicate": ((intake,), (intake,)),
        "reject": ((), (wrong,)),
        "mended": ((wrong,), (intake,)),
        "no consent": ((), (without,)),
        "several": ((), (second, wrong, intake, first, b"no form at all")),
    }
    return [_prepared(folder, fresh, name, *plays[name]) for name in names or plays]


def _prepared(folder: Path, fresh: Root, name: str, before: Sequence[bytes], dropped: Sequence[bytes]) -> Scenario:
    root = fresh.copy(folder / name.replace(" ", "-"))
    for data in before:
        root.drop("vorher.docx", data)
        run(root)
    for number, data in enumerate(dropped):
        root.drop(f"{number} Muster.docx", data)
        os.utime(root.path / "inbox" / f"{number} Muster.docx", (number + 1.0, number + 1.0))
    return Scenario(name, root, tuple(hashlib.sha256(data).hexdigest() for data in dropped))


def in_fork(root: Root, fault: Fault | None) -> tuple[int, dict[str, Any]]:
    """Run once in a process of its own and return how it ended and what it told (steps, audit)."""
    inner, outer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inner)
        _run_and_exit(root, fault, outer)
    os.close(outer)
    with os.fdopen(inner, "rb") as stream:
        told = stream.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(told) if told else {}


def run(root: Root) -> RunResult:
    """Take in what lies in the inbox, in this process."""
    settings = load_settings(root.path)
    with open_root(settings, lambda: datetime.fromisoformat(NOW)) as opened:
        files = sorted((root.path / "inbox").glob("*.docx"))
        return take_in(opened, _READER, RunRequest(files=files), sleep=lambda _: None)


def _run_and_exit(root: Root, fault: Fault | None, outer: int) -> None:
    disk = Disk(root.path, fault)
    code, why = 0, ""
    disk.install()
    try:
        code = REFUSED if run(root).errors else 0
    except FormpipeError as error:
        code, why = REFUSED, str(error)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it must be told and not kill the matrix
        code, why = TRACEBACK, f"{error!r} {traceback.format_tb(error.__traceback__)[-3:]}"
    data = json.dumps({"kinds": disk.kinds, "audit": disk.finish(), "why": why}).encode()
    while data:
        data = data[os.write(outer, data) :]
    os._exit(code)


def state_of(root: Root) -> dict[str, Any]:
    """Return everything that must be the same whichever way it came about."""
    ledger = open_ledger(root.path / "archive" / "ledger.sqlite")
    try:
        with ledger.transaction(keep=False) as book:
            rows = {
                name: sorted(str(tuple(row)) for row in book.connection.execute(text(query)))
                for name, query in _QUERIES.items()
            }
    finally:
        ledger.close()
    sums = {
        folder: {name: hashlib.sha256(data).hexdigest() for name, data in root.files(folder).items()}
        for folder in ("inbox", "outbox", "archive/objects")
    }
    leftovers = [str(each) for each in root.path.rglob("*") if each.name.startswith((".tmp-", ".work-"))]
    return {**rows, **sums, "leftovers": leftovers}
