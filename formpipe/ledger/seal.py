"""A seal over the ledger's file as the last run left it, so that one changed byte anywhere in it is noticed.

SQLite has no checksums of its pages, and the audit chain vouches for what was
decided, not for every byte. The seal is keyed and stands beside the file.
"""

from __future__ import annotations

import hmac
from enum import StrEnum
from pathlib import Path

from formpipe.durable import remove_file, sha256_of_file, write_file
from formpipe.errors import StorageError

MOST_BYTES = 512 * 1024 * 1024
"""A larger ledger is not sealed: summing it up after each run would cost more than the run."""

_COUNTER = slice(24, 28)


class Seal(StrEnum):
    """What the seal says: the file is as it was left, it is not, or nothing is known."""

    WHOLE = "whole"
    BROKEN = "broken"
    NONE = "none"


def set_seal(ledger: Path, key: bytes) -> None:
    """Seal the file *ledger* as it is now; nothing is done where it has not changed since it was sealed.

    Raises:
        StorageError: A file cannot be read or written.
    """
    place = _place(ledger)
    if ledger.stat().st_size > MOST_BYTES:
        remove_file(place)
    elif _counter_in(place) != _counter_of(ledger):
        write_file(place, _seal_of(ledger, key).encode("ascii"), mode=0o600, replace=True)


def is_sealed(ledger: Path) -> bool:
    """Tell whether the file was not written to since it was sealed (its bytes are not compared)."""
    return ledger.exists() and _counter_in(_place(ledger)) == _counter_of(ledger)


def look_at_seal(ledger: Path, key: bytes) -> Seal:
    """Return whether the file *ledger* is as it was sealed.

    Raises:
        StorageError: A file cannot be read.
    """
    try:
        said = _place(ledger).read_bytes()
    except OSError:
        return Seal.NONE
    return Seal.WHOLE if hmac.compare_digest(said, _seal_of(ledger, key).encode("ascii")) else Seal.BROKEN


def _place(ledger: Path) -> Path:
    return ledger.with_suffix(".seal")


def _seal_of(ledger: Path, key: bytes) -> str:
    keyed = hmac.new(key, sha256_of_file(ledger).encode("ascii"), "sha256").hexdigest()
    return f"{_counter_of(ledger)} {keyed}\n"


def _counter_of(ledger: Path) -> str:
    """Return SQLite's own count of the changes of the file (its header, bytes 24 to 27)."""
    try:
        with ledger.open("rb") as stream:
            return stream.read(_COUNTER.stop)[_COUNTER].hex()
    except OSError as error:
        raise StorageError("the ledger cannot be read", where=ledger) from error


def _counter_in(place: Path) -> str | None:
    try:
        return place.read_text(encoding="ascii").partition(" ")[0]
    except (OSError, UnicodeDecodeError):
        return None
