"""The folder people take from. What is theirs is never replaced or removed.

A file counts as ours while its checksum is the one we published; people may
fill a form where it lies, and then it is theirs. So is one that Word or
LibreOffice has open, by the lock file that they put beside it.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from formpipe.durable import make_folder, remove_file, require_share, sha256_of, write_file
from formpipe.errors import StorageError
from formpipe.model import Sha256

_MOST_NAMES = 1000
_FOLDER, _FILE = 0o775, 0o664


@dataclass(frozen=True, slots=True)
class Outbox:
    """The outbox at *folder*; all paths given and returned are relative to it, with `/`.

    It lies on another device than `away_from`, else it is the mount point of a share that is gone.
    """

    folder: Path
    away_from: int | None = None

    def require(self) -> None:
        """Raise if nothing may be written here.

        Raises:
            StorageError: The folder is gone, or only the mount point of its share is there.
        """
        require_share(self.folder, "outbox", self.away_from)

    def put(self, path: str, data: bytes, *, ours: Sha256 | None) -> str:
        """Write *data* at *path* and return the path it got.

        A file with the same content is left as it is. One that we published
        (its checksum is *ours*) is replaced; any other is somebody's, and the
        new file gets the next free name (`…-2.docx`).

        Raises:
            StorageError: The folder cannot be written to.
        """
        target = self._inside(path)
        rights = self._rights()
        make_folder(target.parent, mode=rights)
        for number in range(1, _MOST_NAMES):
            place = target if number == 1 else target.with_stem(f"{target.stem}-{number}")
            there = self._checksum(place)
            if there is None:
                write_file(place, data, mode=rights & _FILE)
            elif there == ours and there != sha256_of(data) and not _is_open(place):
                write_file(place, data, mode=rights & _FILE, replace=True)
            elif there != sha256_of(data):
                continue
            return place.relative_to(self.folder.resolve()).as_posix()
        raise StorageError("no free name for the file", where=target, mend="Tidy the folder up.")

    def free(self, path: str) -> str:
        """Return *path*, or if it is taken the next name that is not (`…-2.docx`).

        Raises:
            StorageError: Far too many are taken.
        """
        target = self._inside(path)
        make_folder(target.parent, mode=self._rights())
        for number in range(1, _MOST_NAMES):
            place = target if number == 1 else target.with_stem(f"{target.stem}-{number}")
            if not place.exists():
                return place.relative_to(self.folder.resolve()).as_posix()
        raise StorageError("no free name for the file", where=target.parent, mend="Tidy the folder up.")

    def holds(self, path: str, sha256: Sha256) -> bool:
        """Tell whether the file at *path* has this checksum."""
        return self._checksum(self._inside(path)) == sha256

    def remove(self, path: str, *, ours: Sha256) -> bool:
        """Remove the file at *path* if it is still the one we published and nobody has it open; tell if it is gone."""
        target = self._inside(path)
        there = self._checksum(target)
        ours_alone = there == ours and not _is_open(target)
        if ours_alone:
            remove_file(target)
        return there is None or ours_alone

    def _rights(self) -> int:
        """Return the rights of the outbox itself, which all in it gets: who may look in is the operator's to say."""
        self.require()
        return stat.S_IMODE(self.folder.stat().st_mode) & _FOLDER

    def _inside(self, path: str) -> Path:
        target = (self.folder / path).resolve()
        if not target.is_relative_to(self.folder.resolve()):
            raise StorageError("a path leads out of the outbox", where=self.folder)
        return target

    def _checksum(self, place: Path) -> Sha256 | None:
        try:
            return sha256_of(place.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError("a file in the outbox cannot be read", where=self.folder) from error


def _is_open(place: Path) -> bool:
    """Tell whether a program has the file open; Word drops up to two letters of a long name for its mark."""
    name = place.name
    locks = (f".~lock.{name}#", *(f"~${name[cut:]}" for cut in range(3)))
    return any(place.with_name(lock).exists() for lock in locks)
