"""A failpoint at every step that a run takes on the disk, and an audit of the order of these steps.

Meant for a forked process: it puts wrappers around the functions of `os` that
change a file system, around what is written through `os.fdopen`, and around
SQLAlchemy's commit, and counts the calls. At the chosen step it ends the
process as `kill -9` would, or lets the step fail as a disk does.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from sqlalchemy.engine.default import DefaultDialect

KILLED = 9
_ERRORS = {"enospc": errno.ENOSPC, "eio": errno.EIO, "erofs": errno.EROFS}
_STICKY = {"enospc", "erofs"}
_FILLS = {"open", "mkdir", "link", "rename", "replace", "write", "fsync", "commit"}
_CHANGES = _FILLS | {"unlink", "rmdir", "ftruncate", "chmod"}
_SQLITE = {
    "enospc": "database or disk is full",
    "eio": "disk I/O error",
    "erofs": "attempt to write a readonly database",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at which step (from 0): `kill` (before), `killafter`, `torn`, `enospc`, `eio`, `erofs`."""

    step: int
    mode: str


def modes_of(kind: str) -> list[str]:
    """Return the modes that make sense for a step of this kind."""
    modes = ["kill", "killafter", "eio"]
    if kind == "write":
        modes.append("torn")
    if kind in _FILLS:
        modes.append("enospc")
    if kind not in {"write", "fsync"}:
        modes.append("erofs")
    return modes


class Disk:
    """Counts the steps below *root*, makes *fault* happen, and notes what would be lost if the power went."""

    def __init__(self, root: Path, fault: Fault | None) -> None:
        self._root = str(root)
        self._fault = fault
        self._failing: str | None = None
        self._paths: dict[int, str] = {}
        self._unsynced: set[str] = set()
        self._dirty: set[str] = set()
        self.kinds: list[str] = []
        self.audit: list[str] = []

    def install(self) -> None:
        """Put the wrappers in place, for good."""
        for name in ("mkdir", "rmdir", "unlink", "rename", "replace", "link", "chmod"):
            setattr(os, name, self._wrapped(name, getattr(os, name)))
        os.fsync = self._on_handle("fsync", os.fsync)
        os.ftruncate = self._on_handle("ftruncate", os.ftruncate)
        self._open, self._fdopen = os.open, os.fdopen
        os.open = self._opened
        os.fdopen = self._stream  # type: ignore[assignment]
        commit: Callable[..., None] = DefaultDialect.do_commit

        def committed(dialect: DefaultDialect, connection: Any) -> None:  # noqa: ANN401 - the driver's own
            self._step("commit", lambda: commit(dialect, connection))

        DefaultDialect.do_commit = committed  # type: ignore[method-assign]

    def finish(self) -> list[str]:
        """Return what was done in an order that a power cut would punish."""
        return [*self.audit, *(f"exit with an unsynced folder: {each}" for each in sorted(self._dirty))]

    def _mine(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and os.path.abspath(os.fspath(path)).startswith(self._root)  # noqa: PTH100 - no link is followed

    def _step(self, kind: str, act: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the wrapped function gives
        number = len(self.kinds)
        self.kinds.append(kind)
        fault = self._fault
        if self._failing and kind in (_FILLS if self._failing == "enospc" else _CHANGES - {"write", "fsync"}):
            self._fail(kind, self._failing)
        if fault is None or number != fault.step:
            return act()
        if fault.mode in _ERRORS:
            self._failing = fault.mode if fault.mode in _STICKY else None
            self._fail(kind, fault.mode)
        if fault.mode == "killafter":
            act()
        os._exit(KILLED)

    def _fail(self, kind: str, mode: str) -> None:
        if kind == "commit":
            raise sqlite3.OperationalError(_SQLITE[mode])
        raise OSError(_ERRORS[mode], os.strerror(_ERRORS[mode]))

    def _wrapped(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *rest: Any, **options: Any) -> Any:  # noqa: ANN401 - as the wrapped function
            if not self._mine(path):
                return real(path, *rest, **options)

            def act() -> Any:  # noqa: ANN401 - as the wrapped function
                done = real(path, *rest, **options)
                self._note(name, *(os.path.abspath(os.fspath(each)) for each in (path, *rest[:1]) if self._mine(each)))  # noqa: PTH100 - see above
                return done

            return self._step(name, act)

        return call

    def _on_handle(self, name: str, real: Callable[..., None]) -> Callable[..., None]:
        def call(handle: int, *rest: Any) -> None:  # noqa: ANN401 - as the wrapped function
            if handle not in self._paths:
                real(handle, *rest)
                return

            def act() -> None:
                real(handle, *rest)
                path = self._paths[handle]
                self._unsynced.discard(path)
                self._dirty.discard(path)

            self._step(name, act)

        return call

    def _opened(self, path: Any, flags: int, *rest: Any, **options: Any) -> int:  # noqa: ANN401 - as os.open
        if not self._mine(path):
            return self._open(path, flags, *rest, **options)
        if not flags & (os.O_WRONLY | os.O_RDWR):
            handle = self._open(path, flags, *rest, **options)
            self._paths[handle] = os.path.abspath(os.fspath(path))  # noqa: PTH100 - see above
            return handle
        made: list[int] = []
        self._step("open", lambda: made.append(self._open(path, flags, *rest, **options)))
        self._paths[made[0]] = os.path.abspath(os.fspath(path))  # noqa: PTH100 - see above
        if not self._paths[made[0]].endswith("/lock"):
            self._unsynced.add(self._paths[made[0]])
        return made[0]

    def _stream(self, handle: int, mode: str = "r", *rest: Any) -> Any:  # noqa: ANN401 - as os.fdopen
        stream = self._fdopen(handle, mode, *rest)
        return _Stream(stream, self) if "w" in mode and handle in self._paths else stream

    def write(self, stream: IO[bytes], data: bytes) -> int:
        """Write *data* as one step; a torn one leaves the first half of it."""
        if self._fault is not None and self._fault.mode == "torn" and self._fault.step == len(self.kinds):
            stream.write(data[: len(data) // 2])
            stream.flush()
            os._exit(KILLED)
        done = self._step("write", lambda: stream.write(data))
        return int(done)

    def _note(self, name: str, *paths: str) -> None:
        """Keep the books on what is not on the disk yet. Temp files and work folders may be lost."""
        if name in {"rename", "replace", "link"}:
            if paths[0] in self._unsynced and ".work-" not in paths[0]:
                self.audit.append(f"{name} of an unsynced file: {_shown(paths[0])}")
            self._unsynced.discard(paths[0])
        if name == "unlink" and "/.formpipe/" in paths[0] and self._dirty - {str(Path(paths[0]).parent)}:
            self.audit.append(f"a form let go of while folders are unsynced: {sorted(map(_shown, self._dirty))}")
        if name not in {"chmod", "rmdir"}:  # an empty folder that comes back does no harm
            touched = paths[1:] if name == "link" else paths
            self._dirty |= {str(Path(each).parent) for each in touched if ".tmp-" not in each and ".work-" not in each}
        if name == "rmdir":
            self._dirty.discard(paths[0])


class _Stream:
    """A file open for writing whose writes are steps."""

    def __init__(self, stream: IO[bytes], disk: Disk) -> None:
        self._stream = stream
        self._disk = disk

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def write(self, data: bytes) -> int:
        """Write *data* as one step."""
        return self._disk.write(self._stream, data)

    def flush(self) -> None:
        """Hand everything to the system."""
        self._stream.flush()

    def fileno(self) -> int:
        """Return the handle."""
        return self._stream.fileno()


def _shown(path: str) -> str:
    return "/".join(Path(path).parts[-3:])
