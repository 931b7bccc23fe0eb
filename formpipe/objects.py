"""Write-once files by checksum: `objects/<ab>/<sha256>`, readable by the owner only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from formpipe.durable import (
    TEMP_PREFIX,
    copy_file,
    make_folder,
    remove_file,
    sha256_of,
    sha256_of_file,
    write_file,
)
from formpipe.errors import StorageError
from formpipe.model import Sha256

_NAME = re.compile(r"[0-9a-f]{64}")
_SHORT = 12
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


class Objects:
    """The store below *folder*; needs no lock, since an object is never changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> Sha256:
        """Keep *data* and return its checksum; keeping the same bytes again changes nothing.

        Raises:
            StorageError: The store cannot be written to, or holds other bytes under that checksum.
        """
        sha256 = sha256_of(data)
        target = self._path(sha256)
        if not target.parent.is_dir():
            make_folder(target.parent, mode=_FOLDER_MODE)
        if not target.exists():
            write_file(target, data, mode=_FILE_MODE)
        elif sha256_of(target.read_bytes()) != sha256:
            raise StorageError("the object store holds other bytes under this checksum", where=target)
        return sha256

    def put_file(self, path: Path, sha256: Sha256) -> None:
        """Keep the file *path*, whose checksum is *sha256*, without reading it into memory at once.

        Raises:
            StorageError: It cannot be read, has changed, or the store cannot be written to.
        """
        target = self._path(sha256)
        make_folder(target.parent, mode=_FOLDER_MODE)
        if not target.exists():
            copy_file(path, target, mode=_FILE_MODE)
            if sha256_of_file(target) != sha256:
                remove_file(target)
                raise StorageError("a file changed while it was taken", where=target.parent)

    def get(self, sha256: Sha256) -> bytes:
        """Return the bytes of *sha256*, checked against it.

        Raises:
            StorageError: The object is missing or damaged.
        """
        target = self._path(sha256)
        try:
            data = target.read_bytes()
        except OSError as error:
            raise StorageError("an object is missing", where=target, mend="Restore it from a backup.") from error
        if sha256_of(data) != sha256:
            raise StorageError("an object is damaged", where=target, mend="Restore it from a backup.")
        return data

    def faults(self) -> Iterator[tuple[str, str]]:
        """Return what is wrong with the store: kind and the first digits of the checksum, each file looked at once.

        Raises:
            StorageError: The store cannot be read.
        """
        for path in self._files():
            if path.name.startswith(TEMP_PREFIX):
                continue  # being written, or left by a crash: no object yet
            if not _NAME.fullmatch(path.name) or path.parent.name != path.name[:2]:
                yield "object_unknown", path.parent.name[:_SHORT]
            elif sha256_of_file(path) != path.name:
                yield "object_damaged", path.name[:_SHORT]

    def checksums(self) -> Iterator[Sha256]:
        """Return the checksums of all objects by their names, sorted."""
        return (Sha256(path.name) for path in self._files() if _NAME.fullmatch(path.name))

    def path_of(self, sha256: Sha256) -> Path:
        """Return where the object lies."""
        return self._path(sha256)

    def _files(self) -> Iterator[Path]:
        try:
            for folder in sorted(self._folder.iterdir()):
                yield from sorted(folder.iterdir()) if folder.is_dir() else [folder]
        except OSError as error:
            raise StorageError("the object store cannot be read", where=self._folder) from error

    def has(self, sha256: Sha256) -> bool:
        """Tell whether the object is there (its bytes are not checked)."""
        return self._path(sha256).is_file()

    def _path(self, sha256: Sha256) -> Path:
        return self._folder / sha256[:2] / sha256
