"""What the service says of itself, for people and for monitoring; counts and times, no personal data."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from formpipe.durable import write_file
from formpipe.errors import FormpipeError, StorageError
from formpipe.pipeline.opened import Clock
from formpipe.pipeline.run import RunResult

_EVERY_S = 60.0


@dataclass(slots=True, kw_only=True)
class Status:
    """How the service stands.

    `state` is `watching`, `trouble` (a folder cannot be used) or `stopped`;
    `counts` are the outcomes since its start, `waiting` files not yet at rest,
    not complete or open in a program, `slow` files put off; `oldest_waiting_s` is how long the
    oldest of them has been as it is.
    """

    counts: Counter[str]
    state: str = "watching"
    waiting: int = 0
    slow: int = 0
    oldest_waiting_s: float = 0.0
    pdfs_owed: int = 0
    trouble: str | None = None

    def note_error(self, error: FormpipeError) -> bool:
        """Take note of *error* and return whether it is a new one."""
        told = self.state == "trouble" and self.trouble == error.what
        self.state, self.trouble = "trouble", error.what
        return not told

    def note_result(self, result: RunResult | None, *, waiting: int, slow: int) -> bool:
        """Take note of what a poll came to and return whether it ended a trouble."""
        recovered = self.state == "trouble"
        self.state, self.trouble = "watching", None
        self.waiting, self.slow = waiting, slow
        if result is not None:
            self.counts.update(type(each).__name__.lower() for each in result.outcomes)
            self.pdfs_owed = result.pdfs_owed
        return recovered

    def line(self) -> str:
        """Return the status as one line."""
        counts = ", ".join(f"{count} {word}" for word, count in sorted(self.counts.items())) or "nothing taken in yet"
        waiting = f"{self.waiting} waiting, {self.slow} put off, {self.pdfs_owed} PDFs owed"
        return f"{self.state}: {counts}; {waiting}" + (f"; {self.trouble}" if self.trouble else "")


class StatusFile:
    """The status as JSON at *path*, written when it changes and every minute as a sign of life."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._last: tuple[object, datetime] | None = None
        self._success: datetime | None = None

    def write(self, status: Status) -> None:
        """Write *status*; where that cannot be done the file stays as it is, and its time tells."""
        now = self._clock()
        if status.state != "trouble":
            self._success = now
        data: dict[str, object] = {
            "state": status.state,
            "counts": dict(sorted(status.counts.items())),
            "waiting": status.waiting,
            "slow": status.slow,
            "pdfs_owed": status.pdfs_owed,
            "trouble": status.trouble,
        }
        if self._last and self._last[0] == data and (now - self._last[1]).total_seconds() < _EVERY_S:
            return
        self._last = (data, now)
        times = {
            "at": now.isoformat(),
            "last_success": self._success.isoformat() if self._success else None,
            "oldest_waiting_s": round(status.oldest_waiting_s),
        }
        with suppress(StorageError):
            write_file(self._path, json.dumps({**data, **times}, indent=1).encode() + b"\n", mode=0o600, replace=True)
