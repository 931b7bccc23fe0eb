"""Programs that the tests keep: what a run starts and ends anew is started once for many tests.

Only starts and waits are spared. Each file is still read in a process of its
own, which the helper forks for it; each document is still turned into PDF by
LibreOffice; each file is looked at twice before it is taken; all is written, but
nothing waits until the disk has it. A form is drawn once for each layout. A
program that did not answer as it should is ended and never given to the next
test.

What is spared has tests of its own, which keep nothing: `test_child.py`,
`test_warm.py`, `test_convert.py`, `test_inbox.py`, `test_durable.py`,
`test_ledger.py`, `test_syscalls.py`, `test_blanks_docx.py`, `test_blanks_pdf.py`,
`test_reproducible.py`, and all that run the installed command.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from sqlite3 import Connection
from types import TracebackType

import pytest

from formpipe import inbox
from formpipe.blanks import pdf, write
from formpipe.blanks.docx import write_docx
from formpipe.documents import convert, warm
from formpipe.documents.office import fresh_room
from formpipe.ledger import ledger
from formpipe.readers.child import Reader

_MOST_DRAWN = 256
"""Of some 200 KB each, and as many of some 60 KB."""


class Kept:
    """The idle reading processes by their patience, at most one LibreOffice, and drawn forms; `close` ends them all."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self.write_pdf = lru_cache(maxsize=_MOST_DRAWN)(pdf.write_pdf)
        self.write_docx = lru_cache(maxsize=_MOST_DRAWN)(write_docx)
        self._idle: dict[float, list[subprocess.Popen[bytes]]] = {}
        self._office: tuple[warm._Worker, ExitStack] | None = None

    def enter(self, reader: Reader) -> Reader:
        """Give *reader* an idle process if there is one."""
        idle = self._idle.get(reader._wall_s)
        if reader._helper is None and idle:
            reader._helper = idle.pop()
        return reader

    def leave(self, reader: Reader, error: BaseException | None) -> None:
        """Keep the process of *reader*, unless it was left in the middle of something."""
        helper = reader._helper
        if error is None and helper is not None and helper.poll() is None:
            reader._helper = None
            self._idle.setdefault(reader._wall_s, []).append(helper)
        else:
            reader.close()

    def pdfs(
        self,
        command: Sequence[str],
        documents: Sequence[tuple[str, bytes]],
        work: Path,
        *,
        limits: warm.Limits,
        workers: int = 1,
    ) -> dict[str, Path]:
        """Stand in for `warm_pdfs`: the kept LibreOffice first, and what it leaves to one that is started for it."""
        queue = warm._Queue(documents=iter(documents), pdfs={})
        office = self._office_of(command, limits)
        if office is None or warm._serve_with(office, queue, work, limits):
            self._end_office()
            queue.pdfs.update(warm.warm_pdfs(command, list(queue.documents), work, limits=limits, workers=workers))
        return queue.pdfs

    def close(self) -> None:
        """End every program that is kept."""
        self._end_office()
        for helper in (each for idle in self._idle.values() for each in idle):
            for pipe in (helper.stdin, helper.stdout):
                if pipe is not None:
                    pipe.close()
            with suppress(ProcessLookupError):
                os.killpg(helper.pid, signal.SIGKILL)
            helper.wait()
        self._idle.clear()

    def _office_of(self, command: Sequence[str], limits: warm.Limits) -> warm._Worker | None:
        if self._office is None:
            stack = ExitStack()
            worker = warm._Worker(command, stack.enter_context(fresh_room(self._work)))
            stack.callback(worker.end)
            self._office = (worker, stack)
            if not worker.starts(limits):
                self._end_office()
        return None if self._office is None else self._office[0]

    def _end_office(self) -> None:
        office, self._office = self._office, None
        if office is not None:
            office[1].close()


@contextmanager
def keeping(kept: Kept) -> Iterator[None]:
    """Let the runs of this process use *kept*, and wait neither between two looks at the inbox nor for the disk."""
    set_up = ledger._set_up

    def set_up_in_haste(connection: Connection, record: object) -> None:
        set_up(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    def enter(reader: Reader) -> Reader:
        return kept.enter(reader)

    def leave(
        reader: Reader, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del kind, trace
        kept.leave(reader, error)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reader, "__enter__", enter)
        patch.setattr(Reader, "__exit__", leave)
        patch.setattr(convert, "warm_pdfs", kept.pdfs)
        patch.setattr(pdf, "write_pdf", kept.write_pdf)
        patch.setattr(write, "write_docx", kept.write_docx)
        patch.setattr(inbox, "LOOK_S", 0.0)
        patch.setattr(ledger, "_set_up", set_up_in_haste)
        patch.setattr(os, "fsync", lambda _: None)
        yield
