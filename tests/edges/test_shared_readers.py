"""Several reading processes for several threads: their end waits for no file, and leaves no process behind."""

from __future__ import annotations

import subprocess
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from make_docx import docx_of, p, text_control

from formpipe.model import FilledForm
from formpipe.readers import child
from formpipe.readers.pipes import send
from formpipe.runner.local import open_readers

GOOD = docx_of(p(text_control("person.family_name", "Öztürk")))
_SOON_S = 20.0


def test_the_end_comes_while_files_are_read_and_no_process_is_started_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    at_work = threading.Event()
    start = child._start

    def noting(wall_s: float) -> subprocess.Popen[bytes]:
        started.append(start(wall_s))
        return started[-1]

    def sending(handle: int, body: bytes, *, timeout_s: float) -> None:
        at_work.set()
        time.sleep(0.05)  # so that the end finds a file in hand
        send(handle, body, timeout_s=timeout_s)

    monkeypatch.setattr(child, "_start", noting)
    monkeypatch.setattr("formpipe.readers.child.send", sending)
    with ThreadPoolExecutor(max_workers=2) as pool:
        with open_readers(2) as readers:
            reads: list[Future[FilledForm]] = [pool.submit(readers.read, GOOD) for _ in range(200)]
            assert at_work.wait(_SOON_S)
        ended = [each.poll() for each in started]
        count = len(started)
    assert all(each.done() for each in reads)
    assert None not in ended
    assert len(started) == count <= 2
    assert reads[-1].exception() is not None


def test_a_reader_that_an_interrupt_took_holds_up_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formpipe.runner.local._SOON_S", 0.01)
    with open_readers(2) as readers:
        lost = readers._free.get()
        assert readers.read(GOOD).container == "docx"
    assert lost is not readers._free.get()
    assert readers._free.empty()
