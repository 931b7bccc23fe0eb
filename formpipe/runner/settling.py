"""Which files of the inbox have come to rest: unchanged for the quiet window, by a clock that never jumps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from formpipe.inbox import Inbox
from formpipe.looks import Look

_LONGEST_PAUSE_S = 60.0


@dataclass(slots=True)
class _Seen:
    """A file as it was last seen, since when it is so, and when to look into it again."""

    look: Look
    since: float
    again_at: float
    pause_s: float


class Settling:
    """Watches *inbox* from poll to poll.

    A file's structure is looked at only once it rests, and again after ever
    longer pauses while it is incomplete: a copy that was made in full size
    first, with its time kept, changes without looking changed.
    """

    def __init__(self, inbox: Inbox, *, quiet_s: float) -> None:
        self._inbox = inbox
        self._quiet_s = quiet_s
        self._seen: dict[Path, _Seen] = {}
        self.waiting = 0
        self.oldest_s = 0.0

    def ready(self, *, at: float, now: datetime, most: int) -> list[Path]:
        """Return up to *most* files that may be taken, oldest first.

        One that is still there afterwards, as its folder or another program
        refused it, comes again after a pause.

        Args:
            at: Seconds of a monotonic clock.
            now: The time of day, for what has been incomplete for too long.

        Raises:
            StorageError: The inbox cannot be read.
        """
        looks, held = self._inbox.survey(now)
        self._seen = {look.path: self._seen_again(look, at) for look in looks}
        rested = (look.path for look in looks if self._is_ready(self._seen[look.path], at, now))
        ready = list(islice(rested, most))
        self.waiting = len(looks) + held - len(ready)
        self.oldest_s = max((at - seen.since for path, seen in self._seen.items() if path not in ready), default=0.0)
        return ready

    def _seen_again(self, look: Look, at: float) -> _Seen:
        known = self._seen.get(look.path)
        if known is not None and known.look == look:
            return known
        pause_s = max(self._quiet_s, 1.0)
        return _Seen(look, since=at, again_at=at + self._quiet_s, pause_s=pause_s)

    def _is_ready(self, seen: _Seen, at: float, now: datetime) -> bool:
        if at == seen.since or at < seen.again_at:
            return False
        seen.again_at = at + seen.pause_s
        seen.pause_s = min(2 * seen.pause_s, _LONGEST_PAUSE_S)
        return self._inbox.may_take(seen.look, now)
