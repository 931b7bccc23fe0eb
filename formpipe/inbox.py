"""Which files of the inbox are ready, and taking them out of everybody's reach.

A file is ready when it is a plain file, complete in its structure, and
unchanged between two looks. It is claimed by a rename into the inbox's own
private folder, so that a crash leaves it there for the next run.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from formpipe.dropped import held_by, is_litter, is_lock, visible_name
from formpipe.durable import (
    copy_file,
    make_folder,
    move_file,
    remove_file,
    require_share,
    sha256_of_file,
    sync_folder,
    write_file,
)
from formpipe.errors import StorageError
from formpipe.looks import PATIENCE_S, Look, age_s, can_read, is_complete, is_overdue, look_at, read_limited
from formpipe.model import Sha256

CLAIMS = ".formpipe"
ROOT_MARK = ".root-"
"""Begins the name of an empty folder among the claims that says whose inbox it is."""

PRIVATE = 0o700
LOOK_S = 0.2
_STRIKE = ".strike-"


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
        return read_limited(self.path)


class Inbox:
    """The inbox at *folder*, which lies on another device than *away_from*, else its share is gone."""

    def __init__(self, folder: Path, *, away_from: int | None = None) -> None:
        self._folder = folder
        self._away_from = away_from
        self._claims = folder / CLAIMS

    def ready(self, *, sleep: Callable[[float], None], now: datetime) -> list[Path]:
        """Return the files that can be taken, oldest first.

        A file whose structure is not complete waits without a fault for
        `PATIENCE_S` after its last change, then counts as ready (and is rejected).

        Raises:
            StorageError: The folder cannot be read.
        """
        first = self.look(now)
        if first:
            sleep(LOOK_S)
        return [look.path for look in self.look(now) if look in first and self.may_take(look, now)]

    def look(self, now: datetime) -> list[Look]:
        """Return the files that lie there, oldest first; not one that a program has open by its lock file.

        Raises:
            StorageError: The folder cannot be read, or is none that was ever used: the mount point of a share.
        """
        return self.survey(now)[0]

    def survey(self, now: datetime) -> tuple[list[Look], int]:
        """Return what `look` does, and how many files a program has open by its lock file.

        A lock file is believed for `PATIENCE_S` after its last change.

        Raises:
            StorageError: See `look`.
        """
        paths = self._entries()
        held = self._held_open(paths, now)
        found = [look for path in paths if not is_litter(path.name) and (look := look_at(path)) is not None]
        free = [look for look in found if look.path.name not in held]
        return sorted(free, key=lambda look: (look.changed_ns, os.fsencode(look.path))), len(found) - len(free)

    def require(self) -> None:
        """Raise if the folder cannot be used; see `look`.

        Raises:
            StorageError: It is gone, or stands empty without our private folder.
        """
        self._entries()

    def _entries(self) -> list[Path]:
        require_share(self._folder, "inbox", self._away_from)
        if self._claims.is_symlink():  # what lies behind it was never dropped, and would be taken and removed
            raise StorageError(
                "the private folder of the inbox is a link",
                where=self._folder,
                mend=f"Remove the link {CLAIMS} and make a folder of that name.",
            )
        try:
            with os.scandir(self._folder) as entries:
                paths = [Path(entry.path) for entry in entries]
        except OSError as error:
            raise StorageError("the inbox cannot be read", where=self._folder) from error
        if not paths:
            raise StorageError(
                "the inbox is an empty folder that was never used",
                where=self._folder,
                mend=f"Mount its share. If the folder is right, make the folder {CLAIMS} in it.",
            )
        return paths

    def _held_open(self, paths: Sequence[Path], now: datetime) -> set[str]:
        locks = [path for path in paths if is_lock(path.name)]
        fresh = [look.path.name for look in map(look_at, locks) if look and abs(age_s(look, now)) <= PATIENCE_S]
        return held_by(fresh, [path.name for path in paths])

    def may_take(self, look: Look, now: datetime) -> bool:
        """Tell whether the file is complete, or has been incomplete for longer than anybody copies."""
        return is_complete(look.path) or (is_overdue(look, now) and can_read(look.path))

    def waiting(self, now: datetime) -> list[Path]:
        """Return what `ready` would, without waiting for a second look (for a rehearsal)."""
        return [look.path for look in self.look(now) if self.may_take(look, now)]

    def claim(self, path: Path) -> Claim | None:
        """Take *path* into the private folder, or return `None` if it has vanished.

        Raises:
            StorageError: The share refuses the rename.
        """
        claim_id = secrets.token_hex(16)
        make_folder(self._claims, mode=PRIVATE)
        folder = self._claims / claim_id
        make_folder(folder, mode=PRIVATE)
        target = folder / path.name
        try:
            seen_at = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
            _take(path, target)
        except (FileNotFoundError, StorageError):
            if not look_at(target):
                folder.rmdir()
                if path.exists():
                    raise
                return None
            sync_folder(folder)  # it was moved, but not brought to the disk
            sync_folder(self._folder)
        return Claim(id=claim_id, path=target, name=visible_name(path), seen_at=seen_at)

    def claimed(self) -> list[Claim]:
        """Return what earlier runs claimed and did not finish, oldest first."""
        if not self._claims.is_dir():
            return []
        found = []
        for folder in sorted(
            each for each in self._claims.iterdir() if _is_folder(each) and not each.name.startswith(ROOT_MARK)
        ):
            files = sorted(each for each in folder.iterdir() if look_at(each) and not is_litter(each.name))
            if files:
                found.append(_claim_of(folder, files[0]))
            else:
                _drop_folder(folder)
        return sorted(found, key=lambda claim: (claim.seen_at, claim.name))

    def finish(self, claim: Claim) -> None:
        """Remove a claimed file for good: its bytes are kept elsewhere by now."""
        remove_file(claim.path)
        _drop_folder(claim.path.parent)

    def strike(self, claim: Claim) -> int:
        """Note beside a claimed file that the program failed on it, and return how often it has by now."""
        count = 1 + strikes_of(claim)
        write_file(claim.path.parent / f"{_STRIKE}{count}", b"", mode=0o600)
        return count

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


def _is_folder(path: Path) -> bool:
    """Tell whether a folder lies at *path*; a link to one is none."""
    return path.is_dir() and not path.is_symlink()


def _claim_of(folder: Path, path: Path) -> Claim:
    seen_at = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    return Claim(id=folder.name, path=path, name=visible_name(path), seen_at=seen_at)


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


def strikes_of(claim: Claim) -> int:
    """Return how often the program has failed on a claimed file."""
    return sum(each.name.startswith(_STRIKE) for each in claim.path.parent.iterdir())


def checksum_of(claim: Claim) -> Sha256:
    """Return the checksum of a claimed file's bytes as they are now."""
    return sha256_of_file(claim.path)
