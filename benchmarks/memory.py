"""How much memory the service takes after a thousand forms, and after ten thousand."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from measured import FORMPIPE, measured, tell
from roots import NOW, Root, make_root
from scale import drop_intakes
from timing import Pair

from formpipe.resources import shipped
from formpipe.schemas import load_library

_FORMS, _BATCH, _EARLY = 10_000, 500, 1_000
_POLL_S, _LOOK_S = 0.5, 2.0


def memory() -> Iterator[Pair]:
    """Give the service forms in batches; MiB of all its processes at most (shared pages once) early and late."""
    with TemporaryDirectory() as name:
        root = make_root(Path(name) / "root", "CAR", load_library(shipped("schemas")))
        command = [str(FORMPIPE), "watch", "-C", str(root.path), "--no-pdf", "--poll", str(_POLL_S)]
        process = subprocess.Popen(
            command,
            env={**os.environ, "FORMPIPE_NOW": NOW},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        most: list[float] = []
        try:
            for batch in range(_FORMS // _BATCH):
                most.append(_after(root, batch, process))
                tell(f"{(batch + 1) * _BATCH} forms: {most[-1]:.0f} MiB")
        finally:
            process.terminate()
            process.wait()
    early, late = most[_EARLY // _BATCH : 2 * _EARLY // _BATCH], most[-(_EARLY // _BATCH) :]
    what = f"memory of `watch` (MiB), after {_EARLY:,} and {_FORMS:,} forms"
    yield Pair(what=what, slow=f"{_FORMS:,}", fast=f"{_EARLY:,}", slow_ms=tuple(late), fast_ms=tuple(early))


def _after(root: Root, batch: int, process: subprocess.Popen[str]) -> float:
    """Drop a batch, wait until it is done, and return how much memory was taken at most meanwhile."""
    with measured(process, every_s=_POLL_S) as taken:
        drop_intakes(root, batch, _BATCH)
        while _accepted(root) < (batch + 1) * _BATCH:
            if process.poll() is not None:
                raise _EndedError
            time.sleep(_LOOK_S)
    return taken.most


def _accepted(root: Root) -> int:
    """Return how many receipts lie in the outbox: the last that is made of a form."""
    return sum(1 for _ in (root.path / "outbox").glob("MA-*/*-eingang.txt"))


class _EndedError(Exception):
    """The service ended by itself."""
