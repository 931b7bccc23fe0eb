"""Which files of the inbox are ready, and taking them out of everybody's reach.

A file is ready when it is a plain file, complete in its structure, and
unchanged between two looks. It is claimed by a rename into the inbox's own
private folder, so that a crash leaves it there for the next run.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from formpipe.durable import copy_file, make_folder, move_file, remove_file, sha256_of_file
from formpipe.errors import StorageError
from formpipe.model import Sha256

CLAIMS = ".formpipe"
MOST_BYTES = 20 * 1024 * 1024
"""No form is larger (security 3.4): such a file is not read into memory."""

LOOK_S = 0.2
PATIENCE_S = 15 * 60.0
_LITTER = ("~$", ".", "~WRL", ".~lock.")
_LITTER_ENDS = (".tmp", ".part", ".crdownload", ".partial", ".lnk", ".ini", "~")
_LITTER_NAMES = frozenset({"thumbs.db", "desktop.ini"})
_PDF_TAIL = 2048
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_MOST_INFLATED = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A file taken from the inbox. `id` is random and names its folder; `name` is the name as dropped.

    `sha256` identifies it to operators: dropped names often hold a client's name.
    """

    id: str
    path: Path = field(repr=False)
    name: str = field(repr=False)
    seen_at: datetime

    def read(self) -> bytes | None:
        """Return the file's bytes, or `None` if there are more than a form can have (`MOST_BYTES`).

        Raises:
            StorageError: It cannot be read.
        """
        return _read(self.path)


@dataclass(frozen=True, slots=True)
class _Look:
    path: Path
    size: int
    changed_ns: int
    inode: int


class Inbox:
    """The inbox at *folder*."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._claims = folder / CLAIMS

    def ready(self, *, sleep: Callable[[float], None], now: datetime) -> list[Path]:
        """Return the files that can be taken, oldest first.

        A file whose structure is not complete waits without a fault for
        `PATIENCE_S` after its last change, then counts as ready (and is rejected).

        Raises:
            StorageError: The folder cannot be read.
        """
        first = self._look()
        if first:
            sleep(LOOK_S)
        unchanged = [look for look in self._look() if look in first]
        return [
            look.path
            for look in unchanged
            if _is_complete(look.path) or (_is_overdue(look, now) and _can_read(look.path))
        ]

    def waiting(self) -> list[Path]:
        """Return every complete file, oldest first, without waiting for a second look (for a rehearsal)."""
        return [look.path for look in self._look() if _is_complete(look.path)]

    def claim(self, path: Path) -> Claim | None:
        """Take *path* into the private folder, or return `None` if it has vanished.

        Raises:
            StorageError: The share refuses the rename.
        """
        claim_id = secrets.token_hex(16)
        make_folder(self._claims, mode=0o700)
        folder = self._claims / claim_id
        make_folder(folder, mode=0o700)
        target = folder / path.name
        try:
            seen_at = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
            _take(path, target)
        except (FileNotFoundError, StorageError):
            folder.rmdir()
            if path.exists():
                raise
            return None
        return Claim(id=claim_id, path=target, name=visible_name(path), seen_at=seen_at)

    def claimed(self) -> list[Claim]:
        """Return what earlier runs claimed and did not finish, oldest first."""
        if not self._claims.is_dir():
            return []
        found = []
        for folder in sorted(each for each in self._claims.iterdir() if each.is_dir()):
            files = sorted(each for each in folder.iterdir() if _look_at(each) and not is_litter(each.name))
            if files:
                found.append(_claim_of(folder, files[0]))
            else:
                _drop_folder(folder)
        return sorted(found, key=lambda claim: (claim.seen_at, claim.name))

    def finish(self, claim: Claim) -> None:
        """Remove a claimed file for good: its bytes are kept elsewhere by now."""
        remove_file(claim.path)
        _drop_folder(claim.path.parent)

    def put_back(self, claim: Claim) -> None:
        """Let the next run see a claimed file as a new one: it changed while it was being read."""
        target = self._folder / claim.path.name
        if target.exists():
            target = target.with_stem(f"{target.stem}-{claim.id[:6]}")
        move_file(claim.path, target)
        _drop_folder(claim.path.parent)

    def give_back(self, claim: Claim, target: Path) -> None:
        """Move a claimed file unchanged to *target*, which must not exist."""
        make_folder(target.parent)
        _take(claim.path, target)
        _drop_folder(claim.path.parent)

    def _look(self) -> list[_Look]:
        try:
            with os.scandir(self._folder) as entries:
                found = [_look_at(Path(entry.path)) for entry in entries if not is_litter(entry.name)]
        except OSError as error:
            raise StorageError("the inbox cannot be read", where=self._folder) from error
        return sorted(
            (look for look in found if look is not None), key=lambda look: (look.changed_ns, os.fsencode(look.path))
        )


def is_litter(name: str) -> bool:
    """Tell whether *name* is other programs' (lock files, temp files, partial downloads, hidden)."""
    lower = name.lower()
    return name.startswith(_LITTER) or lower.endswith(_LITTER_ENDS) or lower in _LITTER_NAMES


def _look_at(path: Path) -> _Look | None:
    """Stat without following links: only plain files count (security: symlinks, FIFOs, devices)."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return _Look(path, status.st_size, status.st_mtime_ns, status.st_ino)


def _claim_of(folder: Path, path: Path) -> Claim:
    seen_at = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    return Claim(id=folder.name, path=path, name=visible_name(path), seen_at=seen_at)


def visible_name(path: Path) -> str:
    """Return the name of *path* as it may stand in a text: what steers a line is shown as `\ufffd`."""
    name = os.fsencode(path.name).decode("utf-8", "replace")
    return "".join("\ufffd" if unicodedata.category(each) in _UNSEEN else each for each in name)


def _take(source: Path, target: Path) -> None:
    """Move *source*; from another file system it is copied, and removed after the copy is safe."""
    try:
        move_file(source, target)
    except StorageError as error:
        if not isinstance(error.__cause__, OSError) or error.__cause__.errno != errno.EXDEV:
            raise
        copy_file(source, target)
        remove_file(source)


def _drop_folder(folder: Path) -> None:
    """Remove a claim's folder if nothing is left in it; shares put litter of their own there."""
    for each in folder.iterdir():
        if is_litter(each.name) and each.is_file():
            remove_file(each)
    with suppress(OSError):
        folder.rmdir()


def _is_overdue(look: _Look, now: datetime) -> bool:
    return now.timestamp() - look.changed_ns / 1e9 > PATIENCE_S


def _is_complete(path: Path) -> bool:
    """Tell whether the file is whole by its structure: a ZIP's directory, a PDF's end mark.

    Anything else (Word 97, RTF, text) shows no end and counts as whole.
    """
    try:
        data = _read(path)
    except StorageError:
        return False  # in use by another program, or gone: looked at again in the next run
    if data is None:
        return True  # far too large: refused at once
    if data[:4] == b"PK\x03\x04":
        return _zip_is_complete(path)
    if data[:5] == b"%PDF-":
        return b"%%EOF" in data[-_PDF_TAIL:]
    return len(data) > 0


def _zip_is_complete(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MOST_INFLATED:
                return True  # far above any form: the reader refuses it, under its own limits
            return archive.testzip() is None
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError, zlib.error):
        # RuntimeError: encrypted member, NotImplementedError: odd method. The file is
        # whole as far as its directory goes; what is wrong with it the reader will say.
        return zipfile.is_zipfile(path)


def _can_read(path: Path) -> bool:
    try:
        _read(path)
    except StorageError:
        return False
    return True


def _read(path: Path) -> bytes | None:
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


def checksum_of(claim: Claim) -> Sha256:
    """Return the checksum of a claimed file's bytes as they are now."""
    return sha256_of_file(claim.path)
