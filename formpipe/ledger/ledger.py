"""Opens the ledger and gives out transactions on it.

SQLite with the settings that survive a power cut (engine: journal DELETE,
synchronous EXTRA, BEGIN IMMEDIATE); one file, so one thing to back up.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError

from formpipe.durable import make_folder, sync_folder, write_file
from formpipe.errors import StorageError
from formpipe.ledger.place import refuse_share
from formpipe.ledger.seal import is_sealed, set_seal

_KEY_BYTES = 32
_KEY = re.compile(rf"[0-9a-f]{{{2 * _KEY_BYTES}}}")
_BUSY_MS = 30_000
_ID_DIGITS = 16
REVISION = "0003"
"""The newest of the migrations: what the tables of an up-to-date ledger say they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One open transaction: its connection, and the key of the keyed hashes."""

    connection: Connection = field(repr=False)
    key: bytes = field(repr=False)

    def keyed(self, data: bytes) -> str:
        """Return the keyed SHA-256 of *data* in hex; without the key nothing can be guessed from it."""
        return hmac.new(self.key, data, "sha256").hexdigest()


class Ledger:
    """An open ledger; made by `open_ledger`."""

    def __init__(self, path: Path, engine: Engine, key: bytes) -> None:
        self._path = path
        self._engine = engine
        self._key = key

    @property
    def id(self) -> str:
        """What tells this ledger from every other one; nothing can be told from it of the key."""
        return hmac.new(self._key, b"ledger", "sha256").hexdigest()[:_ID_DIGITS]

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[Book]:
        """Give out a writing transaction; it is kept at the end, or undone if *keep* is false or on an error.

        Raises:
            StorageError: The database refuses (locked, full, read-only, damaged).
        """
        try:
            with self._engine.connect() as connection, connection.begin() as begun:
                yield Book(connection=connection, key=self._key)
                if not keep:
                    begun.rollback()
        except DatabaseError as error:
            raise _storage_error(error, self._engine) from None

    @contextmanager
    def rehearsal(self) -> Iterator[Ledger]:
        """Give out a ledger whose transactions see each other, and of which nothing is kept.

        Raises:
            StorageError: See `transaction`.
        """
        with self.transaction(keep=False) as book:
            yield _Rehearsal(self._path, self._engine, book)

    def seal(self) -> None:
        """Let go of the file and seal it as it is now.

        Raises:
            StorageError: It cannot be read, or the seal not written.
        """
        self.close()
        set_seal(self._path, self._key)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


class _Rehearsal(Ledger):
    """Gives out savepoints of one open transaction."""

    def __init__(self, path: Path, engine: Engine, book: Book) -> None:
        super().__init__(path, engine, book.key)
        self._book = book

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[Book]:
        with self._book.connection.begin_nested() as point:
            yield self._book
            if not keep:
                point.rollback()


def open_ledger(path: Path) -> Ledger:
    """Return the ledger at *path*, made or brought up to date where needed.

    The key lies beside it as `key` (owner only) and is made with it.

    Raises:
        StorageError: The folder lies on a network share, cannot be used, or the file is no ledger.
    """
    make_folder(path.parent, mode=0o700)
    refuse_share(path.parent)
    key = _key_beside(path)
    sealed = is_sealed(path)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _BUSY_MS / 1000})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    try:
        with engine.connect() as connection, connection.begin():
            _bring_up_to_date(connection, path)
    except DatabaseError as error:
        raise _storage_error(error, engine) from None
    path.chmod(0o600)
    sync_folder(path.parent)
    if sealed:
        set_seal(path, key)  # a newer program may have brought the tables up to date
    return Ledger(path, engine, key)


def _storage_error(error: DatabaseError, engine: Engine) -> StorageError:
    """Name the kind of fault only: the text of a database error holds the values of the statement."""
    busy = isinstance(error, OperationalError)
    what = "the ledger cannot be used" if busy else "the ledger refused an entry or is damaged"
    return StorageError(what, where=str(engine.url.database), mend=f"The database says: {_reason(error)}")


def _reason(error: DatabaseError) -> str:
    name = getattr(error.orig, "sqlite_errorname", None)
    return str(name or type(error.orig).__name__)


def _set_up(raw: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    raw.isolation_level = None  # we say BEGIN ourselves; the driver would begin too late
    cursor = raw.cursor()
    cursor.execute("PRAGMA journal_mode=DELETE")
    cursor.execute("PRAGMA synchronous=EXTRA")
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _bring_up_to_date(connection: Connection, path: Path) -> None:
    if _revision_of(connection) == REVISION:
        return
    from formpipe.ledger.migrate import migrate  # noqa: PLC0415  # Alembic takes 30 MB, and is seldom needed

    migrate(connection, path)


def _revision_of(connection: Connection) -> str | None:
    """Return which migration the tables are of; `None` for a new ledger."""
    named = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").scalar()
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() if named else None


def key_of(ledger: Path) -> bytes:
    """Return the key of the file *ledger*, which lies beside it.

    Raises:
        StorageError: It is missing or damaged.
    """
    place = ledger.with_name("key")
    try:
        text = place.read_text(encoding="ascii")
    except FileNotFoundError:
        raise StorageError("the ledger's key is missing", where=place, mend="Restore it from a backup.") from None
    except (OSError, ValueError) as error:
        raise StorageError("the ledger's key cannot be read", where=place) from error
    if not _KEY.fullmatch(text):
        raise StorageError("the ledger's key cannot be read", where=place, mend="Restore it from a backup.")
    return bytes.fromhex(text)


def _key_beside(path: Path) -> bytes:
    place = path.with_name("key")
    if not place.exists() and not path.exists():
        write_file(place, secrets.token_hex(_KEY_BYTES).encode("ascii"), mode=0o600)
    return key_of(path)
