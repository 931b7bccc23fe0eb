"""One process on one machine: reads with a few helper processes, does the rest in order."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress

from formpipe.model import FilledForm, FormMarks
from formpipe.pipeline.opened import Clock, open_root
from formpipe.pipeline.run import RunRequest, RunResult, take_in
from formpipe.readers.child import Reader
from formpipe.readers.pipes import WALL_S
from formpipe.readers.requests import BlankFile
from formpipe.settings import Settings

_SOON_S = 1.0
"""So long a reading that was ended may take to come back."""


class SharedReaders:
    """Several reading processes used by several threads; each read has one to itself."""

    def __init__(self, readers: Sequence[Reader]) -> None:
        self._readers = tuple(readers)
        self._free: queue.SimpleQueue[Reader] = queue.SimpleQueue()
        for reader in readers:
            self._free.put(reader)

    def read(self, data: bytes) -> FilledForm:
        """Return what stands on the form; waits for a free process.

        Raises:
            UnreadableFormError: The file cannot be read.
        """
        with self._one() as reader:
            return reader.read(data)

    def print_marks(self, data: bytes) -> FormMarks:
        """Return what the pages of a PDF say it is a print of; see `read`."""
        with self._one() as reader:
            return reader.print_marks(data)

    def read_print(self, data: bytes, blanks: Sequence[BlankFile]) -> FilledForm | None:
        """Return what stands on a print of one of *blanks*, `None` if it is no such print; see `read`."""
        with self._one() as reader:
            return reader.read_print(data, blanks)

    def close(self) -> None:
        """End all reading, also what other threads are at: they may read ahead while the run ends."""
        for reader in self._readers:
            reader.stop()
        held: list[Reader] = []
        for _ in self._readers:
            with suppress(queue.Empty):  # an interrupt in between may have taken one for ever
                held.append(self._free.get(timeout=_SOON_S))
        for reader in held:
            reader.close()
            self._free.put(reader)  # whoever waits for one learns that it is over

    @contextmanager
    def _one(self) -> Iterator[Reader]:
        reader = self._free.get()
        try:
            yield reader
        finally:
            self._free.put(reader)


@contextmanager
def open_readers(jobs: int, *, wall_s: float = WALL_S) -> Iterator[SharedReaders]:
    """Start *jobs* reading processes that give a file *wall_s* seconds, and stop them afterwards."""
    with closing(SharedReaders([Reader(wall_s=wall_s) for _ in range(jobs)])) as readers:
        yield readers


def run_once(
    settings: Settings, clock: Clock, request: RunRequest, *, step: Callable[[], None] = lambda: None
) -> RunResult:
    """Take in the inbox once and return what became of each file.

    Raises:
        SetupError: A schema or template is wrong.
        StorageError: A folder cannot be used, or another run is at work.
    """
    with open_root(settings, clock) as root, open_readers(request.jobs) as readers:
        return take_in(root, readers, request, sleep=time.sleep, step=step)
