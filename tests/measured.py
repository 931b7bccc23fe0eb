"""The real command as a process of its own, with the memory that it and all it starts take at most."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from roots import NOW

FORMPIPE = Path(sys.executable).with_name("formpipe")
_PROC = Path("/proc")
_EVERY_S = 0.03
_MIB = 1024


@dataclass(slots=True)
class Memory:
    """How much memory a process and its descendants took (MiB); Linux only.

    `most` and `seen` count shared pages once, `plain` in each process that has them.
    """

    most: float = 0.0
    plain: float = 0.0
    seen: list[float] = field(default_factory=list)

    def look(self, pid: int) -> None:
        """Measure once."""
        family = _family(pid)
        now = sum(_told(each, "smaps_rollup", "Pss:") for each in family)
        self.plain = max(self.plain, sum(_told(each, "status", "VmRSS:") for each in family))
        self.most = max(self.most, now)
        self.seen.append(now)


@contextmanager
def measured(process: subprocess.Popen[str], *, every_s: float = _EVERY_S) -> Iterator[Memory]:
    """Measure *process* and its descendants until the block ends."""
    memory, over = Memory(), threading.Event()

    def look() -> None:
        while not over.wait(every_s):
            memory.look(process.pid)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield memory
    finally:
        over.set()
        thread.join()


def start(verb: str, root: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the command on *root*."""
    command = [str(FORMPIPE), verb, "-C", str(root), *arguments]
    environment = {**os.environ, "FORMPIPE_NOW": NOW}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True)


def tell(line: str) -> None:
    """Say on standard error how far a long proof has come, so that one that is stopped leaves its figures."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def wait_until_taken(inbox: Path, *, most_s: float, left: int = 0) -> bool:
    """Wait until no more than *left* files lie in *inbox*, claimed ones counted too; tell whether it came to that."""
    ends = time.monotonic() + most_s
    while time.monotonic() < ends:
        with suppress(FileNotFoundError):  # a claim's folder went while it was being looked into
            if sum(1 for each in inbox.rglob("*") if each.is_file() or each.is_symlink()) <= left:
                return True
        time.sleep(_EVERY_S)
    return False


def _family(pid: int) -> list[int]:
    found = [pid]
    for each in found:
        try:
            tasks = list((_PROC / str(each) / "task").iterdir())
            found += [int(child) for task in tasks for child in (task / "children").read_text().split()]
        except OSError:
            continue  # it has ended meanwhile
    return found


def _told(pid: int, file: str, what: str) -> float:
    try:
        lines = (_PROC / str(pid) / file).read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / _MIB for line in lines if line.startswith(what))
