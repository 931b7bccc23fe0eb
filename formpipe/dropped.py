"""Names of dropped files: which are other programs' own, which stand for a form that is open, how one is shown."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path

_LOCKS = ("~$", ".~lock.")
_LITTER = ("~$", ".", "~WRL", ".~lock.")
_LITTER_ENDS = (".tmp", ".part", ".crdownload", ".partial", ".lnk", ".ini", "~")
_LITTER_NAMES = frozenset({"thumbs.db", "desktop.ini"})
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def is_litter(name: str) -> bool:
    """Tell whether *name* is other programs' (lock files, temp files, partial downloads, hidden)."""
    lower = name.lower()
    return name.startswith(_LITTER) or lower.endswith(_LITTER_ENDS) or lower in _LITTER_NAMES


def is_lock(name: str) -> bool:
    """Tell whether *name* is the lock file that Word or LibreOffice keeps beside a file it has open."""
    return name.startswith(_LOCKS)


def held_by(locks: Iterable[str], names: Iterable[str]) -> set[str]:
    """Return those of *names* that one of the lock files *locks* stands for.

    LibreOffice's is `.~lock.<name>#`; Word's is `~$<name>`, for a longer name without its first two letters.
    """
    held = set()
    for lock in locks:
        if lock.startswith(".~lock."):
            meant = {lock.removeprefix(".~lock.").removesuffix("#")}
            held |= meant & set(names)
        else:
            rest = lock.removeprefix("~$")
            held |= {name for name in names if name in {rest, name[:2] + rest}}
    return held


def visible_name(path: Path) -> str:
    """Return the name of *path* as it may stand in a text: what steers a line is shown as `\ufffd`."""
    name = os.fsencode(path.name).decode("utf-8", "replace")
    return "".join("\ufffd" if unicodedata.category(each) in _UNSEEN else each for each in name)
