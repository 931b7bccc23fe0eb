"""The lock of a root: one run at a time, and a mark that stays if a run is cut short."""

from __future__ import annotations

import fcntl
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from formpipe.errors import StorageError

FILE = "lock"
_MOST = 300


class Last(StrEnum):
    """How the last run of a root stands."""

    ENDED = "ended"
    AT_WORK = "at work"
    CUT_SHORT = "cut short"


@contextmanager
def one_run(archive: Path) -> Iterator[bool]:
    """Hold the lock of the root; gives whether the run before was cut short: then its mark still stands in the file.

    Raises:
        StorageError: Another run holds it, or the folder cannot be used.
    """
    try:
        handle = os.open(archive / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageError("the archive cannot be written to", where=archive) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StorageError(
                f"another run is at work in this root{_holder(handle)}", where=archive, mend="Wait until it has ended."
            ) from None
        cut_short = os.read(handle, 1) != b""
        _mark(handle, archive)
        yield cut_short
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def last_run(archive: Path) -> Last:
    """Return how the last run stands, without keeping anybody from work."""
    try:
        handle = os.open(archive / FILE, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return Last.ENDED
    except OSError as error:
        raise StorageError("the archive cannot be read", where=archive) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return Last.CUT_SHORT if os.read(handle, 1) else Last.ENDED
    except OSError:
        return Last.AT_WORK
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    """Return who holds the lock as the file says, in words for a message."""
    line = os.pread(handle, _MOST, 0).decode("utf-8", "replace").split("\n")[0]
    return f" ({line})" if line.startswith("process ") and line.isprintable() else ""


def _mark(handle: int, archive: Path) -> None:
    try:
        os.pwrite(handle, f"process {os.getpid()} on {platform.node()}\n".encode(), 0)
    except OSError as error:
        raise StorageError("the archive cannot be written to", where=archive) from error
