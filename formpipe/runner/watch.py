"""The service: takes in what comes to rest in the inbox, for ever, until it is told to stop."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from formpipe.durable import storage_error
from formpipe.errors import FormpipeError
from formpipe.pipeline.judge import ReadsForms
from formpipe.pipeline.opened import Clock, OpenRoot, open_root
from formpipe.pipeline.run import RunRequest, RunResult, take_in
from formpipe.runner.local import open_readers
from formpipe.runner.settling import Settling
from formpipe.runner.status import Status, StatusFile
from formpipe.settings import Settings

FIRST_LOOK_S = 1.0
"""A file's first reading gets so long; what needs more goes behind all fresh files and then gets the full limits."""

_BATCH = 50
_RESCAN_S = 300.0
_LONGEST_PAUSE_S = 60.0


class Stopped(BaseException):
    """The service was told to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRequest:
    """How to watch: seconds between polls, files read at a time, whether PDFs are made."""

    poll_s: float = 2.0
    jobs: int = 1
    pdf: bool = True


class Stop:
    """Whether the service is to stop; may be set by a signal handler."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.over = False

    def set(self) -> None:
        """Ask for the end after the file or document in hand."""
        self._event.set()

    def check(self) -> None:
        """Raise `Stopped` if the end was asked for."""
        if self._event.is_set():
            raise Stopped

    def wait(self, seconds: float) -> None:
        """Let *seconds* pass.

        Raises:
            Stopped: The end was asked for meanwhile.
        """
        if self._event.wait(seconds):
            raise Stopped


@dataclass(slots=True, kw_only=True)
class Watcher:
    """One service on one open root; `slow` are the claims put off for their first look took too long."""

    root: OpenRoot
    quick: ReadsForms
    full: ReadsForms
    request: WatchRequest
    settling: Settling
    stop: Stop
    status: Status
    slow: list[str] = field(default_factory=list)
    looked_at: float | None = None

    def tick(self, at: float) -> RunResult | None:
        """Poll once, take in what is ready, and return what came of it; `None` if there was nothing to do.

        Fresh files come first, then one that was put off. From time to time all
        that is owed or was left is looked for without a file.

        Raises:
            FormpipeError: A folder cannot be used, or no reading process started.
            OSError: The disk refuses something of the run itself.
            Stopped: The end was asked for.
        """
        ready = self.settling.ready(at=at, now=self.root.clock(), most=_BATCH)
        if ready:
            return self._take(ready, leave=self.slow, reader=self.quick, put_off=True)
        if self.slow:
            first, *rest = self.slow
            result = self._take((), leave=rest, reader=self.full, put_off=False)
            self.slow = [each for each in self.slow if each != first]
            return result
        if self.looked_at is None or at - self.looked_at >= _RESCAN_S:
            result = self._take((), leave=(), reader=self.quick, put_off=True)
            self.looked_at = at
            return result
        return None

    def _take(self, files: Sequence[Path], *, leave: Sequence[str], reader: ReadsForms, put_off: bool) -> RunResult:
        request = RunRequest(
            files=files, jobs=self.request.jobs, pdf=self.request.pdf, put_off=put_off, leave=frozenset(leave)
        )
        result = take_in(self.root, reader, request, sleep=self.stop.wait, step=self.stop.check)
        self.slow += result.slow
        return result


def watch(
    settings: Settings,
    clock: Clock,
    request: WatchRequest,
    stop: Stop,
    *,
    tell: Callable[[RunResult | FormpipeError, Status], None],
    monotonic: Callable[[], float],
) -> None:
    """Take in what comes to rest in the inbox until *stop* is set.

    A folder that cannot be used is told once, then tried again after ever
    longer pauses; nothing is lost meanwhile.

    Raises:
        SetupError: A schema is wrong.
        StorageError: The root cannot be opened, or another run is at work in it.
    """
    with ExitStack() as stack:
        quick = stack.enter_context(open_readers(request.jobs, wall_s=FIRST_LOOK_S))
        full = stack.enter_context(open_readers(1))
        root = stack.enter_context(open_root(settings, clock))
        settling = Settling(root.inbox, quiet_s=settings.settle_s)
        status = Status(counts=Counter())
        file = StatusFile(settings.archive / "status.json", clock)
        watcher = Watcher(
            root=root, quick=quick, full=full, request=request, settling=settling, stop=stop, status=status
        )
        with suppress(Stopped):
            _loop(watcher, file, tell, monotonic)
        stop.over = True
        status.state = "stopped"
        file.write(status)


def _loop(
    watcher: Watcher,
    file: StatusFile,
    tell: Callable[[RunResult | FormpipeError, Status], None],
    monotonic: Callable[[], float],
) -> None:
    status, poll_s = watcher.status, watcher.request.poll_s
    pause_s = poll_s
    told: list[str] = []
    while True:
        try:
            result = watcher.tick(monotonic())
        except (FormpipeError, OSError) as error:
            trouble = error if isinstance(error, FormpipeError) else storage_error(error, watcher.root.settings.root)
            if status.note_error(trouble):
                tell(trouble, status)
            watcher.looked_at = None  # what was claimed already must not wait for the next full look
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
        else:
            pause_s = poll_s
            recovered = status.note_result(result, waiting=watcher.settling.waiting, slow=len(watcher.slow))
            errors = [str(each) for each in result.errors] if result is not None else told
            if result is not None and (recovered or result.outcomes or errors != told):
                tell(result, status)
            told = errors
        status.oldest_waiting_s = watcher.settling.oldest_s
        file.write(status)
        busy = status.state == "watching" and (watcher.slow or (result is not None and result.outcomes))
        watcher.stop.wait(0.0 if busy else pause_s)
