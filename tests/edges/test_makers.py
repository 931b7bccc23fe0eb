"""Processes that draw forms and finish PDFs beside a run: the same bytes, and a run that needs none of them."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from make_pdf import empty_page
from make_plans import versions_of

from formpipe.blanks.write import write_form
from formpipe.canon import plan_checksum
from formpipe.documents.record import Attachment
from formpipe.errors import SetupError
from formpipe.pipeline import makers as beside
from formpipe.pipeline.finished import Finishing, finished
from formpipe.pipeline.maker import serve
from formpipe.pipeline.makers import Makers
from formpipe.pipeline.works import MOST, PROGRAM, Shared, draw, finish
from formpipe.prefill import Prefill, prefill_of
from formpipe.readers.pipes import receive, send
from formpipe.resources import shipped
from formpipe.schemas import Library, load_library

_SOON_S = 20.0
_FILES = (
    Attachment(name="bogen.docx", media_type="application/pdf", relation="Source", description="Bogen", data=b"PK"),
    Attachment(name="plan.json", media_type="application/json", relation="Data", description="Plan", data=b"{}"),
)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(shipped("schemas"))


@pytest.fixture(scope="module")
def shared(library: Library) -> Shared:
    return Shared(definition=library.newest("review"), carrier="CAR", catalogue=library.catalogue)


@pytest.fixture(scope="module")
def prefills(library: Library) -> list[Prefill]:
    return [
        prefill_of(plan, library.newest("review"), base=plan_checksum(plan)) for plan in versions_of("case1", library)
    ]


def job(**changed: Any) -> Finishing:  # noqa: ANN401 - as it comes
    """Return how an empty page is finished, made of a Word file without a word."""
    word = BytesIO()
    Document().save(word)
    made = Finishing(
        pdf=empty_page(),
        word=word.getvalue(),
        title="Integrationsplan",
        author="Träger",
        dated=date(2026, 5, 28),
        where="MA-CAR-2026-0001 plan",
    )
    return replace(made, **changed)


@contextmanager
def only_beside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let work that would be done in this process fail."""

    def cache(_work: Any) -> Any:  # noqa: ANN401 - as it comes
        def refuse() -> None:
            raise AssertionError

        return refuse

    with monkeypatch.context() as patch:
        patch.setattr(beside, "cache", cache)
        yield


def test_what_is_made_beside_is_the_same(
    shared: Shared, prefills: list[Prefill], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Makers(shared) as one:
        here = [made() for _, made in one.begun(prefills, one.draw)]
        paper = one.finish(job(attachments=_FILES))()
    with only_beside(monkeypatch), Makers(shared, 2) as two:
        drawn = [made() for _, made in two.begun(prefills, two.draw)]
        again = two.finish(job(attachments=_FILES))()
    assert drawn == here
    for prefill, forms in zip(prefills, drawn, strict=True):
        for fmt, data in forms.items():
            assert data == write_form(shared.definition, fmt=fmt, carrier="CAR", prefill=prefill)  # type: ignore[arg-type]
    assert set(drawn[0]) == {"docx", "pdf"}
    assert again == paper == finished(job(attachments=_FILES), shared.catalogue)


def test_some_is_begun_before_the_first_is_done(shared: Shared) -> None:
    begun: list[int] = []
    with Makers(shared, 2) as two:
        works = two.begun(range(20), begun.append)
        assert next(works)[0] == 0
        assert 2 < len(begun) < 20
        assert [work for work, _ in works] == list(range(1, 20))
    with Makers(shared) as one:
        begun.clear()
        assert next(one.begun(range(20), begun.append))[0] == 0
        assert begun == [0]


def test_what_fails_beside_fails_here_and_says_why(shared: Shared) -> None:
    with Makers(shared, 2) as two:
        with pytest.raises(SetupError, match="cannot be opened"):
            two.finish(job(pdf=b"kein PDF"))()
        assert two.finish(job())().record is None  # the process went on


def test_a_process_that_was_ended_is_done_without(
    shared: Shared, prefills: list[Prefill], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = beside._started

    def noting() -> subprocess.Popen[bytes] | None:
        process = start()
        assert process is not None
        started.append(process)
        return process

    monkeypatch.setattr(beside, "_started", noting)
    with Makers(shared, 2) as two:
        later = [two.draw(prefill) for prefill in prefills]
        for process in started:
            process.kill()
        assert [made()["docx"] for made in later] == [
            write_form(shared.definition, fmt="docx", carrier="CAR", prefill=prefill) for prefill in prefills
        ]
    assert all(process.poll() is not None for process in started)


def test_a_system_without_processes_left_is_done_without(
    shared: Shared, prefills: list[Prefill], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_command: object, **_options: object) -> None:
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with Makers(shared, 2) as two:
        assert set(two.draw(prefills[0])()) == {"docx", "pdf"}


@pytest.mark.parametrize("is_hanging", [False, True])
def test_processes_end_with_what_started_them(*, is_hanging: bool) -> None:
    code = (
        "import sys\n"
        "from formpipe.pipeline import makers\n"
        "two = makers.Makers('', 2)\n"
        "assert [each.ask(len, None) for each in two._processes] == [None, None]\n"
        "assert all(each._process.poll() is None for each in two._processes)\n"
        "print(*(each._process.pid for each in two._processes), flush=True)\n"
        "sys.stdin.read()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdin is not None
    children = [int(each) for each in parent.stdout.readline().split()]
    assert len(children) == 2
    for child in children * is_hanging:
        os.kill(child, signal.SIGSTOP)
    parent.kill()
    parent.wait()
    for pipe in (parent.stdin, parent.stdout):
        pipe.close()
    end = time.monotonic() + _SOON_S
    while any(map(_lives, children)):
        assert time.monotonic() < end
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_process_answers_each_piece_and_ends_with_its_pipe(shared: Shared, prefills: list[Prefill]) -> None:
    (inner, source), (target, outer) = os.pipe(), os.pipe()
    thread = threading.Thread(target=serve, args=(inner, outer))
    thread.start()
    for frame in (PROGRAM, pickle.dumps(shared)):
        send(source, frame, timeout_s=_SOON_S)
    answers = []
    for work, given in ((draw, prefills[0]), (finish, job(pdf=b"kein PDF")), (finish, job())):
        send(source, pickle.dumps((work, given)), timeout_s=_SOON_S)
        answers.append(pickle.loads(receive(target, most=MOST, timeout_s=_SOON_S)))  # noqa: S301 - our own
    os.close(source)
    thread.join(_SOON_S)
    assert not thread.is_alive()
    for handle in (inner, target, outer):
        os.close(handle)
    assert answers == [draw(shared, prefills[0]), None, finish(shared, job())]


def test_a_process_of_another_version_of_the_program_is_done_without(
    shared: Shared, prefills: list[Prefill], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "PROGRAM", b"formpipe 0.0.0")
    with Makers(shared, 2) as two:
        process = two._processes[0]._process
        assert process is not None
        assert two._processes[0].ask(draw, prefills[0]) is None
        assert process.wait(_SOON_S) is not None
        assert two.draw(prefills[0])() == draw(shared, prefills[0])
