"""How files lie in a folder where others put them: what can be told of one without taking it."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from formpipe.errors import StorageError
from formpipe.formats.whole import is_whole

MOST_BYTES = 20 * 1024 * 1024
"""No form is larger (security 3.4): such a file is not read into memory."""

PATIENCE_S = 15 * 60.0
"""So long after its last change nobody copies it any more."""


@dataclass(frozen=True, slots=True)
class Look:
    """A file as it lies there: what must not change while it settles."""

    path: Path = field(repr=False)
    size: int
    changed_ns: int
    inode: int


def look_at(path: Path) -> Look | None:
    """Stat without following links: only plain files count (security: symlinks, FIFOs, devices)."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return Look(path, status.st_size, status.st_mtime_ns, status.st_ino)


def age_s(look: Look, now: datetime) -> float:
    """Return the seconds since the last change."""
    return now.timestamp() - look.changed_ns / 1e9


def is_overdue(look: Look, now: datetime) -> bool:
    """Tell whether nobody copies it any more."""
    return age_s(look, now) > PATIENCE_S


def is_complete(path: Path) -> bool:
    """Tell whether the file at *path* is all there by its structure; one in use or gone is not."""
    try:
        data = read_limited(path)
    except StorageError:
        return False  # in use by another program, or gone: looked at again later
    return data is None or is_whole(data)  # far too large: refused at once


def can_read(path: Path) -> bool:
    """Tell whether no other program keeps the file at *path* to itself."""
    try:
        read_limited(path)
    except StorageError:
        return False
    return True


def read_limited(path: Path) -> bytes | None:
    """Return the bytes of the file at *path*, or `None` if there are more than a form can have (`MOST_BYTES`).

    Raises:
        StorageError: It cannot be read; the name as dropped is not told.
    """
    handle = None
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as stream:
            if os.fstat(handle).st_size > MOST_BYTES:
                return None
            return stream.read()
    except OSError as error:
        # the name as dropped may hold a person's name: say the folder only
        raise StorageError("a dropped file cannot be read", where=path.parent) from error
