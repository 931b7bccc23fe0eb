"""A consistent copy of the ledger while others write to it, by SQLite's own backup."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from formpipe.errors import StorageError
from formpipe.ledger.ledger import key_of
from formpipe.ledger.seal import set_seal

_BUSY_S = 30.0


def copy_ledger(ledger: Path, target: Path) -> None:
    """Write the ledger as it stands between two transactions to *target*, sealed, with its key beside it.

    Raises:
        StorageError: One of the files cannot be used.
    """
    key = key_of(ledger)
    try:
        with (
            closing(sqlite3.connect(ledger, timeout=_BUSY_S)) as source,
            closing(sqlite3.connect(target, timeout=_BUSY_S)) as copy,
        ):
            source.backup(copy)
    except sqlite3.Error as error:
        reason = getattr(error, "sqlite_errorname", type(error).__name__)
        raise StorageError("the ledger cannot be copied", where=ledger, mend=f"The database says: {reason}") from None
    target.chmod(0o600)
    set_seal(target, key)
