"""LibreOffice kept warm: what each way of misbehaving costs, with a stand-in; and that the real one does its work."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import NoReturn

import pikepdf
import pytest
from docx import Document
from reportlab.pdfgen.canvas import Canvas

from formpipe.documents import convert as module
from formpipe.documents import office
from formpipe.documents.convert import convert
from formpipe.documents.office import bridge_python, office_program
from formpipe.documents.sound import is_sound
from formpipe.documents.warm import Limits, warm_pdfs, worker_command

STUB = Path(__file__).parents[1] / "stub_office.py"
NAMES = ("one", "bad", "two", "three")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Where the stand-in notes each start."""
    return tmp_path / "notes"


def good_pdf(folder: Path) -> Path:
    """Return a PDF with text, which names no font that could be missing."""
    path = folder / "good.pdf"
    made = pikepdf.new()
    made.add_blank_page()
    made.pages[0].Contents = made.make_stream(b"BT (Text) Tj ET")
    made.save(path)
    return path


def served(mode: str, tmp_path: Path, notes: Path, *, limits: Limits, names: tuple[str, ...] = NAMES) -> set[str]:
    work = tmp_path / "work"
    work.mkdir()
    command = (sys.executable, str(STUB), mode, str(good_pdf(tmp_path)), str(notes))
    made = warm_pdfs(command, [(name, b"x") for name in names], work, limits=limits)
    assert {path.name for path in work.iterdir()} == {f"{name}.pdf" for name in made}
    assert all(path.parent == work for path in made.values())
    return set(made)


MISBEHAVIOURS = (
    *("hangs", "hangs with a child", "dies", "writes nothing", "writes an empty file", "writes garbage"),
    *("writes another file", "babbles", "closes its mouth", "answers a list"),
)


@pytest.mark.parametrize("mode", MISBEHAVIOURS)
def test_a_document_that_goes_wrong_costs_only_itself(mode: str, tmp_path: Path, notes: Path) -> None:
    begun = time.monotonic()
    made = served(mode, tmp_path, notes, limits=Limits(timeout_s=2))
    assert made == {"one", "two", "three"}
    assert time.monotonic() - begun < 30
    assert notes.read_text(encoding="utf-8").count("start True True") == 2


def test_the_whole_group_is_ended(tmp_path: Path, notes: Path) -> None:
    served("hangs with a child", tmp_path, notes, limits=Limits(timeout_s=1), names=("bad",))
    child = Path(f"/proc/{(tmp_path / 'child').read_text(encoding='utf-8')}/stat")
    assert not child.exists() or child.read_text(encoding="utf-8").split()[2] in {"Z", "X"}


@pytest.mark.parametrize(("mode", "starts"), [("never starts", 1), ("dies at the start", 1)])
def test_one_that_does_not_start_is_not_asked_again(mode: str, starts: int, tmp_path: Path, notes: Path) -> None:
    assert served(mode, tmp_path, notes, limits=Limits(timeout_s=2, start_s=1)) == set()
    assert notes.read_text(encoding="utf-8").count("start") == starts


def test_one_that_keeps_hanging_is_given_up(tmp_path: Path, notes: Path) -> None:
    names = ("bad", "bad", "bad", "bad", "one")
    assert served("hangs", tmp_path, notes, limits=Limits(timeout_s=1), names=names) == set()
    assert notes.read_text(encoding="utf-8").count("start") == 3


@pytest.mark.parametrize(
    ("mode", "limits", "starts"),
    [
        ("well", Limits(timeout_s=9), 1),
        ("well", Limits(timeout_s=9, documents=2), 3),
        ("grows", Limits(timeout_s=9), 5),
        ("grows", Limits(timeout_s=9, growth_kb=1_000_000), 1),
    ],
)
def test_it_is_started_anew_after_some_documents_or_when_it_has_grown(
    mode: str, limits: Limits, starts: int, tmp_path: Path, notes: Path
) -> None:
    assert served(mode, tmp_path, notes, limits=limits) == set(NAMES)
    assert notes.read_text(encoding="utf-8").count("start") == starts


def test_several_share_the_documents_each_with_its_own_profile(tmp_path: Path, notes: Path) -> None:
    command = (sys.executable, str(STUB), "well", str(good_pdf(tmp_path)), str(notes))
    documents = [(str(number), b"x") for number in range(6)]
    made = warm_pdfs(command, documents, tmp_path, limits=Limits(timeout_s=20), workers=2)
    assert sorted(made) == [str(number) for number in range(6)]
    assert notes.read_text(encoding="utf-8").count("start True True") == 2


@pytest.mark.parametrize(("processors", "starts"), [(99, len(NAMES)), (2, 2), (None, 1)])
def test_no_more_are_started_than_there_are_documents_or_processors(
    processors: int | None, starts: int, tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = (sys.executable, str(STUB), "well", str(good_pdf(tmp_path)), str(notes))
    monkeypatch.setattr(module, "worker_command", lambda _python, _office: command)
    monkeypatch.setattr(module, "bridge_python", lambda: Path(sys.executable))
    monkeypatch.setattr(module, "office_program", lambda: Path("soffice"))
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    folder = tmp_path / "out"
    folder.mkdir()
    made = convert([(name, b"x") for name in NAMES], folder, timeout_s=20, workers=64)
    assert set(made.pdfs) == set(NAMES)
    assert notes.read_text(encoding="utf-8").count("start") == starts


def test_a_pipe_that_is_left_behind_is_taken_away(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formpipe.documents.warm._PIPES", tmp_path)
    monkeypatch.setattr("formpipe.documents.warm._pipe_of", lambda _room: "formpipe-x")
    left, others = tmp_path / "OSL_PIPE_0_formpipe-x", tmp_path / "OSL_PIPE_0_other"
    for path in (left, others):
        path.touch()
    served("well", tmp_path, notes, limits=Limits(timeout_s=9))
    assert not left.exists()
    assert others.exists()


def test_what_fails_warm_is_tried_once_more_by_a_fresh_program(
    tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = good_pdf(tmp_path)
    command = (sys.executable, str(STUB), "dies", str(good), str(notes))
    monkeypatch.setattr(module, "worker_command", lambda _python, _office: command)
    monkeypatch.setattr(module, "bridge_python", lambda: Path(sys.executable))
    fresh = tmp_path / "soffice"
    find_folder = 'for last; do [ "$next" ] && out="$last" && next=; [ "$last" = --outdir ] && next=1; done; '
    fresh.write_text(f'#!/bin/sh\n{find_folder} cp "{good}" "$out/bad.pdf"\n', encoding="utf-8")
    fresh.chmod(0o700)
    monkeypatch.setattr(module, "office_program", lambda: fresh)
    folder = tmp_path / "out"
    folder.mkdir()
    made = convert([(name, b"x") for name in NAMES], folder, timeout_s=20)
    assert (set(made.pdfs), made.failed) == (set(NAMES), ())


def test_without_a_bridge_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lame = tmp_path / "python3"
    lame.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    lame.chmod(0o700)
    monkeypatch.setattr(office, "_BRIDGE_PYTHONS", (tmp_path / "fehlt", lame))
    assert bridge_python.__wrapped__() is None
    able = tmp_path / "able"
    able.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    able.chmod(0o700)
    monkeypatch.setattr(office, "_BRIDGE_PYTHONS", (lame, able))
    assert bridge_python.__wrapped__() == able


def test_a_pdf_whose_font_is_not_in_it_is_no_proof(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(72, 700, "Text in Helvetica, die nicht dabei ist")
    canvas.save()
    assert not is_sound(path)
    assert is_sound(good_pdf(tmp_path))


def document(text: str) -> bytes:
    made = Document()
    made.add_paragraph(text)
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


@pytest.mark.office
def test_the_real_one_stays_warm_and_survives_bad_documents(tmp_path: Path) -> None:
    python, program = bridge_python(), office_program()
    if python is None or program is None:
        pytest.skip("no LibreOffice with its Python bridge")
    command = worker_command(python, program)
    batch = [("eins", document("Text")), ("schlecht", b"kein Word"), ("zwei", document("حسام"))]
    made = warm_pdfs(command, batch, tmp_path, limits=Limits(timeout_s=120))
    assert set(made) == {"eins", "zwei"}


class Struck(Sequence[tuple[str, bytes]]):
    """Documents for LibreOffice; before the one called "bad" is given to it, it gets a *blow*."""

    def __init__(self, names: Sequence[str], blow: signal.Signals, work: Path) -> None:
        self._batch = [(name, document(f"Text {name}")) for name in names]
        self._blow, self._work = blow, work
        self.struck: list[int] = []

    def __len__(self) -> int:
        return len(self._batch)

    def __getitem__(self, index: object) -> NoReturn:
        raise AssertionError

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        for name, data in self._batch:
            if name == "bad":
                self.struck += offices_below(self._work)
                for number in self.struck:
                    os.kill(number, self._blow)
            yield name, data


def offices_below(work: Path) -> list[int]:
    """Return the process numbers of the LibreOffices whose profile lies below *work*."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            program, *rest = (process / "cmdline").read_bytes().split(b"\0")
            if program.endswith(b"soffice.bin") and any(str(work).encode() in each for each in rest):
                found.append(int(process.name))
    return found


def served_by_the_real_one(documents: Struck, work: Path, timeout_s: float) -> set[str]:
    python, program = bridge_python(), office_program()
    if python is None or program is None:
        pytest.skip("no LibreOffice with its Python bridge")
    return set(warm_pdfs(worker_command(python, program), documents, work, limits=Limits(timeout_s=timeout_s)))


@pytest.mark.office
def test_the_real_one_that_is_killed_costs_one_document_and_leaves_nothing(tmp_path: Path) -> None:
    documents = Struck(["one", "bad", "two"], signal.SIGKILL, tmp_path)
    assert served_by_the_real_one(documents, tmp_path, 120) == {"one", "two"}
    assert len(documents.struck) == 1
    assert offices_below(tmp_path) == []
    assert {path.name for path in tmp_path.iterdir()} == {"one.pdf", "two.pdf"}


@pytest.mark.heavy
@pytest.mark.office
def test_the_real_one_that_hangs_is_ended_when_its_time_is_up(tmp_path: Path) -> None:
    documents = Struck(["one", "bad", "two"], signal.SIGSTOP, tmp_path)
    assert served_by_the_real_one(documents, tmp_path, 20) == {"one", "two"}
    assert len(documents.struck) == 1
    assert offices_below(tmp_path) == []
