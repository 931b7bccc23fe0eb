"""Writing that survives a crash: temp file, fsync, rename, fsync of the folder.

A reader of the folder sees the old file, the new file, or none; never a part.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from formpipe.errors import StorageError
from formpipe.model import Sha256

TEMP_PREFIX = ".tmp-"
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


def sha256_of(data: bytes) -> Sha256:
    """Return the SHA-256 of *data* in hex."""
    return Sha256(hashlib.sha256(data).hexdigest())


def make_folder(folder: Path, *, mode: int = 0o700) -> None:
    """Make *folder* and what is above it, each brought to the disk; one that exists keeps its rights.

    Args:
        mode: Rights of what is made, whatever the process's umask.

    Raises:
        StorageError: It cannot be made.
    """
    try:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            with _exactly(mode):
                each.mkdir(mode=mode, exist_ok=True)
            sync_folder(each.parent)
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError as error:
        raise StorageError("the folder cannot be made", where=folder, mend=_reason(error)) from error


def require_share(folder: Path, what: str, away_from: int | None) -> None:
    """Raise if *folder*, the *what*, lies on the device *away_from*: then it is the mount point that its share left.

    Raises:
        StorageError: It does, or is gone altogether.
    """
    try:
        device = folder.stat().st_dev
    except OSError as error:
        mend = "Mount its share, or make the folder."
        raise StorageError(f"the {what} is gone", where=folder, mend=mend) from error
    if device == away_from:
        raise StorageError(
            f"the {what} is no longer on the share where it was",
            where=folder,
            mend="Mount the share. If it is to lie here from now on, remove folders.json from the archive.",
        )


def sync_folder(folder: Path) -> None:
    """Bring the entries of *folder* to the disk.

    Raises:
        StorageError: The disk refuses, or the folder is gone.
    """
    try:
        _sync(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise StorageError("the folder cannot be brought to the disk", where=folder, mend=_reason(error)) from error


def sync_tree(folder: Path) -> None:
    """Bring every file below *folder*, every folder, and itself to the disk.

    Raises:
        StorageError: The disk refuses.
    """
    for path in sorted(folder.rglob("*")):
        try:
            _sync(path, os.O_RDONLY)
        except OSError as error:
            raise StorageError("a file cannot be brought to the disk", where=folder, mend=_reason(error)) from error
    sync_folder(folder)


def publish_temp(temp: Path, target: Path) -> None:
    """Bring the finished file *temp* to the disk and give it the name *target*, which must not exist.

    Raises:
        StorageError: The name is taken, or the disk refuses.
    """
    try:
        _sync(temp, os.O_RDONLY)
        _link(temp, target)
        sync_folder(target.parent)
    except FileExistsError:
        raise StorageError("a file of that name is already there", where=target) from None
    except OSError as error:
        raise StorageError("the file cannot be written", where=target, mend=_reason(error)) from error


def write_file(target: Path, data: bytes, *, mode: int = 0o600, replace: bool = False) -> None:
    """Write *data* as *target* so that it is whole or not there at all.

    Args:
        mode: Rights of the new file, whatever the process's umask.
        replace: Whether a file of that name may be replaced.

    Raises:
        StorageError: The target exists and may not be replaced, or the folder
            cannot be written to (full, read-only, gone).
    """
    temp = target.with_name(f"{TEMP_PREFIX}{secrets.token_hex(8)}")
    try:
        _write_synced(temp, data, mode)
        if replace:
            temp.replace(target)
        else:
            _link(temp, target)
        sync_folder(target.parent)
    except FileExistsError:
        raise StorageError("a file of that name is already there", where=target) from None
    except OSError as error:
        raise StorageError("the file cannot be written", where=target, mend=_reason(error)) from error
    finally:
        with suppress(OSError):  # gone, or the next run clears it away
            temp.unlink()


def move_file(source: Path, target: Path) -> None:
    """Rename *source* to *target*, which must not exist, and bring both folders to the disk.

    Raises:
        StorageError: The name is taken, or the move is refused.
    """
    try:
        if target.exists():
            raise StorageError("a file of that name is already there", where=target.parent)
        source.rename(target)
        sync_folder(target.parent)
        sync_folder(source.parent)
    except OSError as error:
        # a dropped file's name may hold a person's: the folder is named only
        raise StorageError("a file cannot be moved here", where=target.parent, mend=_reason(error)) from error


def remove_file(path: Path) -> None:
    """Remove *path* if it is there and bring its folder to the disk.

    Raises:
        StorageError: The folder refuses it.
    """
    try:
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise StorageError("a file cannot be removed", where=path.parent, mend=_reason(error)) from error


def clear_temporary(folder: Path) -> None:
    """Remove the temp files that a crash left in *folder* and below it."""
    for leftover in sorted(folder.rglob(f"{TEMP_PREFIX}*")):
        if leftover.is_file():
            remove_file(leftover)


def copy_file(source: Path, target: Path, *, mode: int = 0o600) -> None:
    """Write the content of *source* as *target*, which must not exist, piece by piece.

    Raises:
        StorageError: The source cannot be read, or the target not written.
    """
    temp = target.with_name(f"{TEMP_PREFIX}{secrets.token_hex(8)}")
    try:
        handle = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as stream, source.open("rb") as read:
            shutil.copyfileobj(read, stream)
            stream.flush()
            os.fsync(stream.fileno())
        _link(temp, target)
        sync_folder(target.parent)
    except OSError as error:
        raise StorageError("a file cannot be copied here", where=target.parent, mend=_reason(error)) from error
    finally:
        with suppress(OSError):  # gone, or the next run clears it away
            temp.unlink()


def sha256_of_file(path: Path) -> Sha256:
    """Return the SHA-256 of the file *path* in hex, read piece by piece.

    Raises:
        StorageError: It cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return Sha256(hashlib.file_digest(stream, "sha256").hexdigest())
    except OSError as error:
        raise StorageError("a file cannot be read", where=path.parent, mend=_reason(error)) from error


def _link(temp: Path, target: Path) -> None:
    """Give *temp* the name *target*; unlike rename(2) this fails where the name is taken.

    Some shares know no hard links. There a name that is taken in the very moment
    is lost; only people write beside us (one run per root), and under other names.
    """
    try:
        os.link(temp, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        temp.rename(target)
    else:
        temp.unlink()


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _exactly(mode: int) -> Iterator[None]:
    """Let what is made meanwhile get *mode* at once: a chmod afterwards could be cut off, and a share may refuse it."""
    before = os.umask(0o777 & ~mode)
    try:
        yield
    finally:
        os.umask(before)


def _write_synced(temp: Path, data: bytes, mode: int) -> None:
    with _exactly(mode):
        handle = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def storage_error(error: OSError, where: Path) -> StorageError:
    """Return *error* as ours; its path is not told, since a path may hold a person's name."""
    return StorageError("a folder or file of the root cannot be used", where=where, mend=_reason(error))


def _reason(error: OSError) -> str:
    """Name the cause by its number only: the text of an OSError holds a path, and a path may hold a name."""
    return f"The system says: {os.strerror(error.errno or 0)}."
