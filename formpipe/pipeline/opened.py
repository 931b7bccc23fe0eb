"""Opens a root: its folders, its ledger, its schemas, under a lock that lets only one run in."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from jsonschema import Draft202012Validator

from formpipe.durable import clear_temporary, make_folder, storage_error
from formpipe.errors import StorageError
from formpipe.inbox import Inbox
from formpipe.ledger import Ledger, open_ledger
from formpipe.model import FormKind
from formpipe.objects import Objects
from formpipe.outbox import Outbox
from formpipe.pipeline.lock import one_run
from formpipe.pipeline.places import make_places, require_own_inbox
from formpipe.resources import shipped
from formpipe.schemas import Library, load_library
from formpipe.settings import Settings
from formpipe.validate.validate import validator_of

Clock: TypeAlias = Callable[[], datetime]

LOCAL_TIME = ZoneInfo("Europe/Berlin")
PRIVATE = 0o700
WORK_PREFIX = ".work-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """What is known of a root without opening its record: its settings, its schemas, and what time it is.

    `clock` gives aware moments; a run asks it once for each thing it notes.
    """

    settings: Settings
    library: Library = field(repr=False)
    validators: Mapping[FormKind, Draft202012Validator] = field(repr=False)
    clock: Clock = field(repr=False)

    @property
    def today(self) -> date:
        """The day it is where the forms are filled."""
        return self.clock().astimezone(LOCAL_TIME).date()

    def template(self, name: str) -> Path:
        """Return the Word template *name*; the root's own copy wins over the one that came with the program."""
        own = self.settings.templates / name
        return own if own.is_file() else shipped("templates") / name


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoot(Root):
    """A root opened for a run: where things are read from and written to."""

    ledger: Ledger = field(repr=False)
    objects: Objects = field(repr=False)
    inbox: Inbox = field(repr=False)
    outbox: Outbox = field(repr=False)

    def require_folders(self) -> None:
        """Raise if inbox or outbox is gone or stands empty where a share was, or the inbox is another root's.

        Raises:
            StorageError: Nothing is taken or written before it is back.
        """
        self.inbox.require()
        self.outbox.require()
        require_own_inbox(self.settings, self.ledger.id)


def look_at(settings: Settings, clock: Clock) -> Root:
    """Return the root of *settings* without opening its record.

    Raises:
        SetupError: A schema is wrong.
    """
    library = library_of(settings)
    return Root(settings=settings, library=library, validators=_validators(library), clock=clock)


def library_of(settings: Settings) -> Library:
    """Return the schemas: those that came with the program, file by file overruled by the root's own.

    A library is kept until one of its files changes.

    Raises:
        SetupError: A schema is wrong.
    """
    own = settings.schemas if settings.schemas.is_dir() else None
    folders = [shipped("schemas")] if own is None else [shipped("schemas"), own]
    return _library(folders[0], own, tuple(_stamps(folders)))


@lru_cache(maxsize=4)
def _library(folder: Path, own: Path | None, stamps: tuple[tuple[str, int, int], ...]) -> Library:
    del stamps
    return load_library(folder, extra=own)


def _stamps(folders: Iterable[Path]) -> Iterator[tuple[str, int, int]]:
    for folder in folders:
        for path in sorted(folder.rglob("*.json")):
            status = path.stat()
            yield str(path), status.st_mtime_ns, status.st_size


@contextmanager
def open_root(settings: Settings, clock: Clock) -> Iterator[OpenRoot]:
    """Open the root of *settings* for one run and close it afterwards.

    Raises:
        SetupError: A schema is wrong.
        StorageError: A folder cannot be used, or another run is at work. Whatever
            the disk refuses during the run, down to a temp folder, comes out as this.
    """
    library = library_of(settings)
    try:
        _make_folders(settings)
        with one_run(settings.archive) as cut_short:
            places = make_places(settings)
            if cut_short:
                _clear_leftovers(settings)
            ledger = open_ledger(settings.ledger)
            try:
                yield OpenRoot(
                    settings=settings,
                    library=library,
                    validators=_validators(library),
                    ledger=ledger,
                    objects=Objects(settings.objects),
                    inbox=Inbox(settings.inbox, away_from=places.inbox_away_from),
                    outbox=Outbox(settings.outbox, away_from=places.outbox_away_from),
                    clock=clock,
                )
                ledger.seal()
            finally:
                ledger.close()
    except OSError as error:
        raise storage_error(error, settings.root) from error


def _make_folders(settings: Settings) -> None:
    for folder in (settings.archive, settings.objects):
        make_folder(folder, mode=PRIVATE)
        _refuse_open(folder)


def _validators(library: Library) -> Mapping[FormKind, Draft202012Validator]:
    return {kind: validator_of(each, library.registry) for kind, each in library.definitions.items()}


def _refuse_open(folder: Path) -> None:
    """The record of a case is nobody's but the program's (security 4): refuse to work where others can read it."""
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        raise StorageError("others can read the archive", where=folder, mend=f"Run: chmod 700 {folder.name}")


def _clear_leftovers(settings: Settings) -> None:
    """Remove what a run left that was cut short: half-written files and work folders hold personal data too."""
    for folder in (settings.archive, settings.objects, settings.outbox):
        clear_temporary(folder)
    for folder in (settings.archive, settings.root):  # a restore works in the root itself
        for work in folder.glob(f"{WORK_PREFIX}*"):
            shutil.rmtree(work)
