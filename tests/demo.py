"""Shows the whole way on invented cases: `make demo`.

One root per carrier, blanks written by the program, filled by real programs,
dropped, taken in by the installed command; then every value that was typed
must stand in a document made of it, else the demo fails and names its key.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import click
from expected import expected_of, is_latin, missing_of, squeezed, text_of_docx, text_of_pdf
from fill_docx import fill_docx
from fill_office import fill_docx_office, has_office
from fill_pdf import fill_pdf, fill_pdf_pdftk, has_pdftk
from make_forms import Answers, answers_of, forms_of, kind_of, load_case, printed_of

from formpipe.definition import FormDefinition
from formpipe.documents.convert import office_program
from formpipe.model import Json
from formpipe.readers.read import read
from formpipe.resources import shipped
from formpipe.schemas import Library, load_library

NOW = "2026-11-22T09:00:00+01:00"
_COMMAND = Path(sys.executable).with_name("formpipe")
_FOLDER = Path(__file__).parents[1] / "demo"
_FORM_FAULT = 3
_SIGNED = {"form.filled_on": NOW[:10], "form.filled_by": "xxx-demo"}
_PAPERS = ("*-integrationsplan-*", "vertraulich/*-anlage-*", "*-jobcenter-briefing-*")

_FILLERS = {
    "word": ("docx", "XML, wie Word", fill_docx),
    "office": ("docx", "LibreOffice", fill_docx_office),
    "pdf": ("pdf", "pikepdf", fill_pdf),
    "pdftk": ("pdf", "pdftk", fill_pdf_pdftk),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """One case of the demo: who fills each of its forms, and which of them are written on the pre-filled form."""

    name: str
    fillers: tuple[str, ...]
    prefilled: tuple[int, ...] = ()
    case: Mapping[str, Json] = field(repr=False)

    @property
    def carrier(self) -> str:
        """The carrier's code."""
        return str(self.case["carrier"])


def _play(name: str, *fillers: str, prefilled: tuple[int, ...] = ()) -> Play:
    return Play(name=name, fillers=fillers, prefilled=prefilled, case=load_case(name))


PLAYS = (
    _play("case1", "office", "word", "word", "office", prefilled=(3,)),
    _play("case2", "word", "office"),
    _play("case3", "pdftk", "word", "pdf"),
    _play("case4", "pdf", "pdf", "word", prefilled=(2,)),
    _play("case5", "office", "word"),
    _play("case6", "word", "word"),
    _play("new", "word", "word", prefilled=(1,)),
)
"""Together they take every filler and both kinds of review form."""


class DemoError(Exception):
    """The program did something else than it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the demo plays: its folder, the schemas, and what is installed (`pdfs`: what makes PDFs)."""

    folder: Path
    library: Library = field(repr=False)
    office: bool
    pdftk: bool
    pdfs: bool

    def root(self, carrier: str) -> Path:
        """Return the root of *carrier*."""
        return self.folder / carrier

    def verb(self, carrier: str, verb: str, *arguments: str, expected: int = 0) -> str:
        """Run a verb on the root of *carrier* and return what it prints."""
        return run(verb, "-C", str(self.root(carrier)), *arguments, expected=expected)

    def filler(self, wanted: str) -> str:
        """Return the filler *wanted*, or the one that stands in for a program that is not installed."""
        if wanted == "office" and not self.office:
            return "word"
        return "pdf" if wanted == "pdftk" and not self.pdftk else wanted


def run(*arguments: str, expected: int = 0) -> str:
    """Run the installed command and return what it prints.

    Raises:
        DemoError: It ended with another exit code than *expected*.
    """
    environment = os.environ | {"FORMPIPE_NOW": NOW}
    done = subprocess.run([str(_COMMAND), *arguments], check=False, capture_output=True, text=True, env=environment)
    if done.returncode != expected:
        raise DemoError(f"formpipe {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def main() -> int:
    """Play the demo and return the exit code: 1 if a value is missing or a run ended otherwise than it should."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _FOLDER
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    stage = Stage(
        folder=folder,
        library=load_library(shipped("schemas")),
        office=has_office(),
        pdftk=has_pdftk(),
        pdfs=office_program() is not None,
    )
    try:
        missing = play(stage, PLAYS)
        approve(stage, next(each for each in PLAYS if each.name == "case1"))
        revoke(stage, next(each for each in PLAYS if each.name == "case3"), "J1")
    except DemoError as error:
        click.echo(str(error), err=True)
        return 1
    for line in missing:
        click.echo(f"FEHLT  {line}", err=True)
    click.echo(_closing(stage, failed=bool(missing)))
    return 1 if missing else 0


def play(stage: Stage, plays: Sequence[Play]) -> list[str]:
    """Play *plays* round by round and return what is missing, as `case version key`.

    Raises:
        DemoError: A run ended otherwise than it should.
    """
    for carrier in sorted({each.carrier for each in plays}):
        run("init", str(stage.root(carrier)), "--carrier", carrier)
    missing: list[str] = []
    for number in range(max(len(each.fillers) for each in plays)):
        playing = [each for each in plays if number < len(each.fillers)]
        click.echo(f"\nRunde {number + 1}: {'Aufnahme' if number == 0 else 'Überprüfung'}")
        for each in playing:
            _drop(stage, each, number)
        bad = plays[0].carrier if number == 0 else ""
        if bad:
            _drop_bad(stage, bad)
        _run_all(stage, sorted({each.carrier for each in playing}), bad)
        for each in playing:
            missing += _missing(stage, each, number)
    return missing


def approve(stage: Stage, play: Play) -> None:
    """Let the client approve the paper for the Jobcenter on the form beside it; the paper is made again.

    Raises:
        DemoError: It is still a draft, or nothing tells that it will be handed over.
    """
    folder = stage.root(play.carrier) / "outbox" / _number_of(play)
    form = next(folder.glob("*-freigabe-v*.docx"))
    answers: Answers = {**_SIGNED, "jobcenter.briefing_approved_on": NOW[:10]}
    (stage.root(play.carrier) / "inbox" / "Freigabe.docx").write_bytes(fill_docx(form.read_bytes(), answers))
    click.echo(f"\nFreigabe und Widerruf\n  {play.carrier}  {play.name}: das Papier ist freigegeben")
    stage.verb(play.carrier, "run")
    paper = text_of_docx(next(folder.glob("*-jobcenter-briefing-v*.docx")).read_bytes())
    sent = stage.verb(play.carrier, "briefing", _number_of(play), "--sent")
    if "ENTWURF" in paper or "expected" not in sent:
        raise DemoError("the approved paper is still a draft")
    click.echo(f"  {play.carrier}  {sent.strip()}")


def revoke(stage: Stage, play: Play, scope: str) -> None:
    """Let the client take back the release of *scope* on a consent form that shows the present ones.

    Raises:
        DemoError: The paper still rests on it.
    """
    path = stage.folder / "blanks" / f"einwilligung-{play.name}.pdf"
    stage.verb(play.carrier, "form", "consent", "--case", _number_of(play), "--format", "pdf", "-o", str(path))
    shown = printed_of(read(path.read_bytes()), stage.library.newest("consent"))
    row = next(name.removesuffix(".scope") for name, value in shown.items() if value == scope)
    answers: Answers = {**_SIGNED, f"{row}.revoked_on": NOW[:10]}
    (stage.root(play.carrier) / "inbox" / "Widerruf.pdf").write_bytes(fill_pdf(path.read_bytes(), answers))
    click.echo(f"  {play.carrier}  {play.name}: {scope} ist widerrufen")
    stage.verb(play.carrier, "run")
    paper = next((stage.root(play.carrier) / "outbox" / _number_of(play)).glob("*-jobcenter-briefing-v*.docx"))
    if f", {scope})" in text_of_docx(paper.read_bytes()):
        raise DemoError("the paper still rests on a release that was taken back")


def _run_all(stage: Stage, carriers: Sequence[str], bad: str) -> None:
    """Let the program take in the inboxes, two roots at a time; the root *bad* must end with a form's fault."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        runs = [pool.submit(stage.verb, each, "run", expected=_FORM_FAULT if each == bad else 0) for each in carriers]
    for carrier, said in zip(carriers, runs, strict=True):
        for line in said.result().splitlines():
            click.echo(f"  {carrier}  {line}")


def _drop(stage: Stage, play: Play, number: int) -> None:
    """Fill form *number* of a case and put it into the carrier's inbox, under a name as people give one."""
    record = forms_of(play.case)[number]
    fmt, tool, fill = _FILLERS[stage.filler(play.fillers[number])]
    definition = stage.library.newest(kind_of(record))
    if number in play.prefilled:
        blank = next((stage.root(play.carrier) / "outbox" / _number_of(play)).glob(f"*-ueberpruefungsbogen-*.{fmt}"))
        answers = answers_of(record, definition, printed_of(read(blank.read_bytes()), definition))
    else:
        blank = _blank(stage, play.carrier, definition, fmt)
        answers = answers_of(record, definition)
    name = f"{definition.title} {play.name} Größe {number + 1}.{fmt}"
    (stage.root(play.carrier) / "inbox" / name).write_bytes(fill(blank.read_bytes(), answers))
    way = "vorausgefüllt, " if number in play.prefilled else ""
    click.echo(f"  {play.carrier}  {play.name}: {len(answers)} Angaben ({way}{fmt}, ausgefüllt mit {tool})")


def _drop_bad(stage: Stage, carrier: str) -> None:
    """Drop one form with a date that does not exist."""
    record = forms_of(load_case("new"))[0]
    definition = stage.library.newest("intake")
    answers: Answers = answers_of(record, definition) | {"person.birth_date": "31.02.1990"}
    blank = _blank(stage, carrier, definition, "docx")
    (stage.root(carrier) / "inbox" / "Fehlerhafter Bogen.docx").write_bytes(fill_docx(blank.read_bytes(), answers))
    click.echo(f"  {carrier}  ein Bogen mit dem Geburtsdatum 31.02.1990")


def _blank(stage: Stage, carrier: str, definition: FormDefinition, fmt: str) -> Path:
    """Return a blank, written by the command when it is first wanted."""
    path = stage.folder / "blanks" / f"{carrier}-{definition.kind}.{fmt}"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        stage.verb(carrier, "form", definition.kind.kind, "--format", fmt, "-o", str(path))
    return path


def _number_of(play: Play) -> str:
    """Return the case's number; a review names the one that the program gave."""
    record = forms_of(play.case)[-1]
    case = record["case"]
    return str(case["case_id"]) if isinstance(case, dict) else ""


def _missing(stage: Stage, play: Play, number: int) -> list[str]:
    """Return the values of form *number* that stand in no document of the version it made."""
    record = forms_of(play.case)[number]
    values = expected_of(record, stage.library.newest(kind_of(record)))
    folder = stage.root(play.carrier) / "outbox" / _number_of(play)
    words = [path for pattern in _PAPERS for path in sorted(folder.glob(f"{pattern}v{number + 1}.docx"))]
    keys = missing_of(values, " ".join(text_of_docx(path.read_bytes()) for path in words))
    lines = [f"{_number_of(play)} v{number + 1} {key}" for key in keys]
    if stage.pdfs:
        text = "".join(text_of_pdf(path.with_suffix(".pdf")) for path in words)
        latin = [value for value in values if all(is_latin(each) for each in value.texts)]
        lost = [value.key for value in latin if not all(squeezed(each) in text for each in value.texts)]
        lines += [f"{_number_of(play)} v{number + 1} {key} (PDF)" for key in lost]
    click.echo(f"  {play.carrier}  {play.name}: {len(values) - len(keys)} von {len(values)} Angaben gefunden")
    return lines


def _closing(stage: Stage, *, failed: bool) -> str:
    """Return the last words: what came out and where it lies."""
    lines = ["", "Es fehlen Angaben (siehe oben)." if failed else "Jede Angabe steht in einem Dokument ihrer Fassung."]
    lines += [f"Dokumente: {each}" for each in sorted(stage.folder.glob("*/outbox/MA-*"))]
    lines += [f"Zu berichtigen: {each}" for each in sorted(stage.folder.glob("*/outbox/korrektur/*.txt"))]
    if not stage.pdfs:
        lines.append(
            "LibreOffice fehlt: die PDF-Dateien stehen noch aus. "
            "Nach 'apt-get install libreoffice-writer-nogui python3-uno' macht der nächste Lauf von formpipe sie."
        )
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
