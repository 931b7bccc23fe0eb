"""Copies a root's record into one file while it is in use, and brings it back."""

from __future__ import annotations

import hashlib
import re
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

from formpipe.durable import TEMP_PREFIX, make_folder, publish_temp, sync_folder, sync_tree
from formpipe.errors import StorageError
from formpipe.ledger import documents, open_ledger
from formpipe.ledger.copy import copy_ledger
from formpipe.model import Sha256
from formpipe.objects import Objects
from formpipe.outbox import Outbox
from formpipe.pipeline.lock import one_run
from formpipe.pipeline.opened import PRIVATE, WORK_PREFIX
from formpipe.settings import FILE, Settings, load_settings

_LEDGER = ("ledger.sqlite", "ledger.seal", "key")
_OBJECT = re.compile(r"objects/([0-9a-f]{2})/(\1[0-9a-f]{62})")
_OWN = ("schemas", "templates")
_NOT_COPIED = {"archive", "inbox", "outbox"}
_PIECE = 1 << 20


def back_up(settings: Settings, target: Path) -> int:
    """Write settings, own schemas and templates, ledger, key and objects of the root to *target* (tar).

    The ledger is copied first: whatever object it names is there, as none is
    ever taken away. What lies in the inbox is not in the record and not copied;
    what we put into the outbox is brought back from the objects.

    Returns:
        How many objects were copied.

    Raises:
        StorageError: There is nothing to copy, *target* exists, or a file cannot be read or written.
    """
    if not settings.ledger.exists():
        raise StorageError("there is no record yet", where=settings.archive, mend="Run `formpipe run` first.")
    if target.exists():
        raise StorageError("a file of that name is already there", where=target)
    temp = target.with_name(f"{TEMP_PREFIX}{target.name}")
    try:
        with TemporaryDirectory(prefix=WORK_PREFIX, dir=settings.archive) as work:
            copy_ledger(settings.ledger, Path(work) / _LEDGER[0])
            shutil.copyfile(settings.ledger.with_name("key"), Path(work) / "key")
            count = _pack(settings, Path(work), temp)
        publish_temp(temp, target)
    except OSError as error:
        raise StorageError("the backup cannot be written", where=target, mend=str(error.strerror)) from error
    finally:
        temp.unlink(missing_ok=True)
    return count


def restore(file: Path, root: Path) -> Settings:
    """Bring the record in *file* into the folder *root*, which must not have one, and its outbox with it.

    All is checked and written beside its place first, then renamed into it.

    Returns:
        The settings of the restored root.

    Raises:
        StorageError: There is a record already, or *file* is no backup, damaged, or cannot be read.
        SetupError: The settings in it are not understood.
    """
    make_folder(root)
    with TemporaryDirectory(prefix=WORK_PREFIX, dir=root) as work:
        try:
            _unpack(file, Path(work))
        except (OSError, tarfile.TarError, EOFError) as error:
            raise StorageError("this is no whole backup", where=file) from error
        _place(Path(work), root)
    settings = load_settings(root)
    _fill_outbox(settings)
    return settings


def _pack(settings: Settings, work: Path, temp: Path) -> int:
    count = 0
    store = Objects(settings.objects)
    with temp.open("xb") as stream:
        temp.chmod(0o600)
        with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for name, path in _small_files(settings, work):
                _add(tar, name, path)
            for sha256 in store.checksums():
                _add(tar, f"archive/objects/{sha256[:2]}/{sha256}", store.path_of(sha256))
                count += 1
    return count


def _small_files(settings: Settings, work: Path) -> Iterator[tuple[str, Path]]:
    yield FILE, settings.root / FILE
    for folder in _OWN:
        for path in sorted((settings.root / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(settings.root).as_posix(), path
    for named in (settings.services, settings.carrier.logo):
        if named is not None and named.is_file() and named.is_relative_to(settings.root):
            yield named.relative_to(settings.root).as_posix(), named
    for name in _LEDGER:
        if (work / name).exists():
            yield f"archive/{name}", work / name


def _add(tar: tarfile.TarFile, name: str, path: Path) -> None:
    with path.open("rb") as stream:
        member = tarfile.TarInfo(name)
        member.size = path.stat().st_size
        member.mode = 0o600
        tar.addfile(member, stream)


def _unpack(file: Path, work: Path) -> None:
    with tarfile.open(file, mode="r:") as tar:
        for member in tar:
            stream = tar.extractfile(member) if member.isreg() else None
            place = _place_of(member.name)
            if stream is None or place is None:
                raise StorageError("a backup holds files of a root only; this one holds others", where=file)
            target = work / place
            target.parent.mkdir(parents=True, exist_ok=True)
            checksum = _write(stream, target)
            if place.startswith("archive/objects/") and checksum != target.name:
                raise StorageError("an object in the backup is damaged", where=file)
    if not all((work / "archive" / name).is_file() for name in ("ledger.sqlite", "key")) or not (work / FILE).is_file():
        raise StorageError("this is no whole backup", where=file)
    (work / "archive" / "objects").mkdir(exist_ok=True)
    for folder in (each for each in (work / "archive").rglob("*") if each.is_dir()):
        folder.chmod(PRIVATE)


def _place_of(name: str) -> str | None:
    """Return *name* if it is one that a backup of ours has, else `None`: nothing is written outside the root."""
    inside = name.removeprefix("archive/")
    if name == FILE or (inside != name and (inside in _LEDGER or _OBJECT.fullmatch(inside))):
        return name
    parts = PurePosixPath(name).parts
    strange = inside != name or not parts or any(each in {"..", "/"} for each in parts) or "\0" in name
    return None if strange or parts[0] in _NOT_COPIED else name


def _write(stream: IO[bytes], target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("xb") as out:
        target.chmod(0o600)
        while piece := stream.read(_PIECE):
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()


def _place(work: Path, root: Path) -> None:
    """Put what was unpacked in its place, the archive last and by one rename: without it there is no record."""
    sync_tree(work)
    if not (root / FILE).exists():
        (work / FILE).rename(root / FILE)
    settings = load_settings(root)
    if settings.ledger.exists() or (settings.archive.exists() and any(settings.archive.iterdir())):
        raise StorageError("there is a record already", where=settings.archive, mend="Restore into an empty folder.")
    for own in sorted(each for each in work.iterdir() if each.name != "archive"):
        if not (root / own.name).exists():
            own.rename(root / own.name)
    _into_archive(work / "archive", settings)
    sync_folder(root)


def _into_archive(unpacked: Path, settings: Settings) -> None:
    usual = settings.archive / "ledger.sqlite" == settings.ledger and settings.archive / "objects" == settings.objects
    if not usual:
        raise StorageError(
            "ledger and objects of this root have places of their own",
            where=settings.root / FILE,
            mend="Take 'ledger' and 'objects' out of formpipe.toml to restore, then move them.",
        )
    with suppress(FileNotFoundError):
        settings.archive.rmdir()
    make_folder(settings.archive.parent)
    shutil.move(unpacked, settings.archive)
    settings.archive.chmod(PRIVATE)
    sync_folder(settings.archive.parent)


def _fill_outbox(settings: Settings) -> None:
    """Put back what lay in the outbox when the ledger was copied; what is there already stays."""
    make_folder(settings.outbox)
    make_folder(settings.inbox)
    store, outbox = Objects(settings.objects), Outbox(settings.outbox)
    with one_run(settings.archive):
        ledger = open_ledger(settings.ledger)
        try:
            with ledger.transaction(keep=False) as book:
                files = documents.all_published(book)
        finally:
            ledger.close()
        for file in files:
            outbox.put(file.path, store.get(Sha256(file.sha256)), ours=None)
