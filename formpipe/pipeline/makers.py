"""Draws forms and finishes PDFs: in this process, or in several beside it where a run has several workers.

A process beside this one opens neither ledger nor folder: it is told all that
its work needs, and what it made is kept by this one. What one of them cannot do
is done here, so nothing depends on them but the time.
"""

from __future__ import annotations

import pickle
import queue
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from formpipe.pipeline.works import MOST, PATIENCE_S, PROGRAM, Shared, draw, finish
from formpipe.prefill import Prefill
from formpipe.readers.pipes import receive, send

if TYPE_CHECKING:
    from formpipe.pipeline.finished import Finished, Finishing

_AHEAD = 4
"""Pieces of work that are given out before the oldest is waited for, for each process."""

_MODULE = "formpipe.pipeline.maker"

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


class Makers:
    """Hands out work to *count* processes; with one, the work is done here when it is asked for.

    Use it in a `with` block: the processes end with it, and when this process
    ends, however that comes.
    """

    def __init__(self, shared: Shared, count: int = 1) -> None:
        self._shared = shared
        self._processes = [_Process(shared) for _ in range(count)] if count > 1 else []
        self._free: queue.SimpleQueue[_Process] = queue.SimpleQueue()
        for each in self._processes:
            self._free.put(each)
        self._threads = ThreadPoolExecutor(max_workers=count) if self._processes else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._processes:
            each.kill()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
        for each in self._processes:
            each.end()  # only now: a thread may have waited at its pipe

    def draw(self, prefill: Prefill) -> Callable[[], Mapping[str, bytes]]:
        """Begin to draw the next review form; what is returned gives it by format, or raises as `write_forms` does."""
        return self._later(draw, prefill)

    def finish(self, job: Finishing) -> Callable[[], Finished]:
        """Begin to finish a PDF; what is returned gives it, or raises as `finished` does."""
        return self._later(finish, job)

    def begun(self, works: Iterable[_Given], begin: Callable[[_Given], _Made]) -> Iterator[tuple[_Given, _Made]]:
        """Yield each of *works* with what *begin* returned for it, while some of those behind it are begun already."""
        waiting: deque[tuple[_Given, _Made]] = deque()
        for work in works:
            waiting.append((work, begin(work)))
            if len(waiting) > _AHEAD * len(self._processes):
                yield waiting.popleft()
        yield from waiting

    def _later(self, work: Callable[[Shared, _Given], _Made], given: _Given) -> Callable[[], _Made]:
        here = cache(partial(work, self._shared, given))
        if self._threads is None:
            return here
        made = self._threads.submit(self._ask, work, given)
        return lambda: here() if made.result() is None else made.result()  # what failed tells here why

    def _ask(self, work: Callable[[Shared, Any], Any], given: Any) -> Any:  # noqa: ANN401  # see `_Process.ask`
        process = self._free.get()
        try:
            return process.ask(work, given)
        finally:
            self._free.put(process)


class _Process:
    """A process that does one piece of work at a time; one that ended is not started again."""

    def __init__(self, shared: Shared) -> None:
        self._process = _started()
        self._unsent: Shared | None = shared

    def ask(self, work: Callable[[Shared, Any], Any], given: Any) -> Any:  # noqa: ANN401  # whatever the work makes
        """Return what came of *work*; `None` if it failed there, or the process ended over it."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        try:
            if self._unsent is not None:
                for frame in (PROGRAM, pickle.dumps(self._unsent)):
                    send(process.stdin.fileno(), frame, timeout_s=PATIENCE_S)
                self._unsent = None
            send(process.stdin.fileno(), pickle.dumps((work, given)), timeout_s=PATIENCE_S)
            return pickle.loads(receive(process.stdout.fileno(), most=MOST, timeout_s=PATIENCE_S))  # noqa: S301
        except Exception:  # noqa: BLE001 - it is gone, or the program was exchanged meanwhile: the work is done here
            self.kill()
            self.end()
            return None

    def kill(self) -> None:
        """Let it do no more; whoever waits for it learns that it is gone."""
        process = self._process  # a thread may let go of it meanwhile
        if process is not None:
            process.kill()

    def end(self) -> None:
        """Let go of the process, which was killed."""
        process, self._process = self._process, None
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            process.wait()


def _started() -> subprocess.Popen[bytes] | None:
    """Return a new process, if the system gives one; not a fork, which would hold the root's lock after this one."""
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # whoever stops this process by the keyboard stops that one through it
            bufsize=0,
        )
    except OSError:
        return None
