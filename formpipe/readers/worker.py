"""The process that reads files under limits; the helper forks it, keeps it for many files and ends it after a fault."""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
from pathlib import Path

from formpipe.errors import UnreadableFormError
from formpipe.formats.zip_read import MIB
from formpipe.model import Json
from formpipe.readers.pipes import MOST_ANSWER, WALL_S, PipeError, PipeTimeoutError, receive, send
from formpipe.readers.read import read
from formpipe.readers.requests import READ
from formpipe.readers.wire import error_to_json, form_to_json

MOST_REQUEST = 32 * MIB
MOST_FILES = 500
CPU_S = 10
MEMORY = 512 * MIB
_MOST_KEPT = 128 * MIB
_FILES = 32
_MOST_HANDLES = 4096
_PRINTS = "formpipe.readers.flat_answers"
_TAKEN = (b'{"form"', b'{"marks"', b'{"layout"')
_LIMIT = {"code": "limit", "message": "reading took more time or memory than a form needs"}
_NO_PART = b'{"part": null}'
_CRASH = {"code": "damaged", "message": "the reading process ended without an answer"}


class Worker:
    """A reading process that is there when it is asked; it is not meant for several threads at once.

    A file that it refuses, or that ends it, is its last: the next one gets a
    process that has seen nothing. So does the one after `most_files`, and after
    a file that left much memory in use.
    """

    def __init__(self, *, wall_s: float = WALL_S, most_files: int = MOST_FILES) -> None:
        self._wall_s = wall_s
        self._most_files = most_files
        self._pid = 0
        self._pipes = (-1, -1)
        self._read = 0
        self._mapped = 0

    def answer(self, data: bytes) -> bytes:
        """Return what the process makes of *data*; one that dies or is too slow gives an error.

        Raises:
            ImportError: A part of the program cannot be loaded.
        """
        if not self._pid:
            self._start()
        source, target = self._pipes
        body, slow = b"", False
        try:
            send(source, data, timeout_s=self._wall_s)
            body = receive(target, most=MOST_ANSWER, timeout_s=self._wall_s)
        except PipeTimeoutError:
            slow = True
        except PipeError:
            pass  # the way it ended says why
        self._read += 1
        if body.startswith(_TAKEN) and self._read < self._most_files and self._grown() < _MOST_KEPT:
            return body
        status = self.end()
        if body == _NO_PART:
            raise ImportError
        return body or _refused(_LIMIT if slow or _hit_limit(status) else _CRASH)

    def end(self) -> int:
        """End the process if there is one, and return how it ended."""
        if not self._pid:
            return 0
        for handle in self._pipes:
            os.close(handle)
        os.kill(self._pid, signal.SIGKILL)  # not yet waited for, so the number is still this child's
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        return status

    def _start(self) -> None:
        (inner, source), (target, outer) = os.pipe(), os.pipe()
        self._pid = os.fork()
        if self._pid == 0:  # pragma: no cover - runs in the forked process, where nothing is measured
            os.close(source)
            os.close(target)
            run(inner, outer)
        os.close(inner)
        os.close(outer)
        self._pipes = (source, target)
        self._read = 0
        self._mapped = mapped(self._pid)

    def _grown(self) -> int:
        return mapped(self._pid) - self._mapped


def answer(request: bytes) -> bytes:
    """Return the answer to *request* as JSON, or why there is none."""
    letter, data = request[:1], request[1:]
    try:
        found = {"form": form_to_json(read(data))} if letter == READ else _print_answer(letter, data)
        return json.dumps(found).encode("ascii")
    except UnreadableFormError as error:
        return _refused(error_to_json(error))
    except (MemoryError, RecursionError):
        return _refused(_LIMIT)
    except ImportError:
        return _NO_PART
    except Exception:  # noqa: BLE001 - whatever a library raises, this file cannot be read
        return _refused(_CRASH)


def set_limits(*, memory: int = MEMORY) -> None:
    """Limit this process for good: *memory* bytes above what it has now, no files, no core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (mapped(os.getpid()) + memory,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def set_time(*, cpu_s: int = CPU_S) -> None:
    """Give this process *cpu_s* seconds from now; a process that lifts this itself still meets the helper's clock."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + cpu_s, most))


def mapped(pid: int) -> int:
    """Return how much address space the process *pid* has, in bytes; `0` where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def run(source: int, target: int) -> None:  # pragma: no cover - see `Worker`
    """Answer for the files that come on *source* until it ends, and end this process whatever happens."""
    try:
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1):  # the helper's own pipes are no business of a file's
            os.dup2(null, standard)
        low, high = sorted((source, target))
        for first, last in ((3, low), (low + 1, high), (high + 1, _MOST_HANDLES)):
            os.closerange(first, last)
        set_limits()
        while True:
            data = receive(source, most=MOST_REQUEST, timeout_s=None)
            set_time()
            send(target, answer(data), timeout_s=WALL_S)
    finally:
        os._exit(0)


def _print_answer(letter: bytes, body: bytes) -> dict[str, Json]:
    """Answer about a print or a blank; what that needs takes a third of the helper's start and is seldom asked for."""
    found: dict[str, Json] = importlib.import_module(_PRINTS).print_answer(letter, body)
    return found


def _hit_limit(status: int) -> bool:
    """Tell whether the kernel ended the process for its use of time or memory."""
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGKILL}


def _refused(error: object) -> bytes:
    return json.dumps({"error": error}).encode("ascii")
