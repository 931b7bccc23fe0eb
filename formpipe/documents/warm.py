"""LibreOffice kept warm: one process for many documents, so that each costs its export and not the start."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from formpipe.documents.office import environment_of, fresh_room, kill_group, without_network

_WORKER = Path(__file__).with_name("uno_worker.py")
_START_S = 60.0
_PIPES = Path("/tmp")  # noqa: S108  # where LibreOffice puts its pipes, whatever TMPDIR says
FILTER: Mapping[str, int | bool] = {
    "SelectPdfVersion": 2,  # PDF/A-2b
    "UseTaggedPDF": True,
    "PDFUACompliance": True,
    "ExportBookmarks": True,
}
"""What the export is asked for, as UNO takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a LibreOffice is ended: a document that takes too long, many documents, or a memory that grew."""

    timeout_s: float
    documents: int = 200
    growth_kb: int = 400_000
    start_s: float = _START_S


@dataclass(slots=True, kw_only=True)
class _Queue:
    """Documents still to be made, what was made, and how many more may hang: a LibreOffice that hangs, hangs again."""

    documents: Iterator[tuple[str, bytes]] = field(repr=False)
    pdfs: dict[str, Path]
    hangs_left: int = 3


def warm_pdfs(
    command: Sequence[str], documents: Iterable[tuple[str, bytes]], work: Path, *, limits: Limits, workers: int = 1
) -> dict[str, Path]:
    """Return the PDF of each of *documents* that could be made, by name; a PDF lies in *work*.

    A document that fails takes its LibreOffice with it: nothing that it left
    behind reaches the next one.

    Args:
        command: `worker_command(…)`.
        workers: How many LibreOffices at once, each with a profile and a process group of its own.
    """
    queue = _Queue(documents=iter(documents), pdfs={})
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for served in [pool.submit(_serve, command, queue, work, limits) for _ in range(workers)]:
            served.result()
    return queue.pdfs


def worker_command(python: Path, office: Path) -> tuple[str, ...]:
    """Return the words that start a worker; the profile's and the pipe's name come behind them."""
    return (*without_network(), str(python), str(_WORKER), str(office))


def _serve(command: Sequence[str], queue: _Queue, work: Path, limits: Limits) -> None:
    """Make documents until none is left, starting LibreOffice anew whenever it is worn, dead or not to be trusted."""
    left = True
    while left and queue.hangs_left > 0:
        with fresh_room(work) as room:
            worker = _Worker(command, room)
            try:
                left = worker.starts(limits) and _serve_with(worker, queue, work, limits)
            finally:
                worker.end()


def _serve_with(worker: _Worker, queue: _Queue, work: Path, limits: Limits) -> bool:
    """Make documents with *worker* and return whether another one should go on."""
    from formpipe.documents.sound import is_sound  # noqa: PLC0415  # takes a PDF library, 10 MB

    for count, (name, document) in enumerate(queue.documents, start=1):
        made, answered = worker.make(name, document, limits.timeout_s)
        if not answered:
            queue.hangs_left -= 1
        if not (answered and made is not None and is_sound(made)):
            return True
        queue.pdfs[name] = made.replace(work / made.name)
        if count == limits.documents or worker.growth_kb > limits.growth_kb:
            return True
    return False


class _Worker:
    """One LibreOffice with the process that speaks to it; both die together."""

    def __init__(self, command: Sequence[str], room: Path) -> None:
        self._room = room
        self._pipe = _pipe_of(room)
        self._process = subprocess.Popen(
            [*command, str((room / "profile").absolute()), self._pipe],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment_of(room),
            start_new_session=True,
        )
        assert self._process.stdin is not None  # noqa: S101  # both were asked for
        assert self._process.stdout is not None  # noqa: S101
        self._questions, self._answers = self._process.stdin, self._process.stdout
        self._at_start_kb = 0
        self.growth_kb = 0

    def starts(self, limits: Limits) -> bool:
        """Tell whether LibreOffice is ready."""
        answer = self._answer(limits.start_s)
        self._at_start_kb = 0 if answer is None else int(answer.get("memory_kb", 0))
        return answer is not None

    def make(self, name: str, document: bytes, timeout_s: float) -> tuple[Path | None, bool]:
        """Return where the PDF should be, if the worker lives, and whether it answered in time."""
        source, target = self._room / "in" / f"{name}.docx", self._room / "out" / f"{name}.pdf"
        source.write_bytes(document)
        job = {"source": str(source.absolute()), "target": str(target.absolute()), "filter": FILTER}
        begun = time.monotonic()
        with suppress(BrokenPipeError):
            self._questions.write(json.dumps(job).encode() + b"\n")
            self._questions.flush()
        answer = self._answer(timeout_s)
        if answer is None:
            return None, time.monotonic() - begun < timeout_s
        self.growth_kb = int(answer.get("memory_kb", 0)) - self._at_start_kb
        return target, True

    def end(self) -> None:
        """End the whole process group, and take away the pipe that a killed LibreOffice leaves."""
        kill_group(self._process)
        for stream in (self._questions, self._answers):
            with suppress(BrokenPipeError):
                stream.close()
        for path in _PIPES.glob(f"OSL_PIPE_*_{self._pipe}"):
            path.unlink(missing_ok=True)

    def _answer(self, timeout_s: float) -> Mapping[str, Any] | None:
        """Return the next line that the worker prints, `None` if it dies, babbles or is silent for too long."""
        stream, line, end = self._answers.fileno(), b"", time.monotonic() + timeout_s
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([stream], [], [], max(0.0, end - time.monotonic()))
            piece = os.read(stream, 4096) if ready else b""
            if not piece:
                return None
            line += piece
        try:
            answer = json.loads(line)
        except ValueError:
            return None
        return answer if isinstance(answer, dict) else None


def _pipe_of(room: Path) -> str:
    return f"formpipe-{room.name}"
