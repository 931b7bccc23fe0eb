"""Whether inbox and outbox are still the folders they were: the mount point of a share that is gone is neither.

The archive remembers where they lie, and whether on another file system than
itself. One that did, and does no more, is gone; an inbox also if it stands
empty without our private folder, which is there from the first run on.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from formpipe.durable import make_folder, write_file
from formpipe.errors import StorageError
from formpipe.inbox import CLAIMS, PRIVATE, ROOT_MARK
from formpipe.settings import Settings

_FILE = "folders.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a folder lies, relative to the root if it is in it, and whether on another file system than the archive."""

    path: str
    away: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where inbox and outbox lie. Each is gone once it lies on the file system that it must be away from, if any."""

    inbox_away_from: int | None
    outbox_away_from: int | None


def make_places(settings: Settings) -> Places:
    """Make inbox and outbox where this root has none yet, and remember them; a known one may be gone, and stays so.

    The outbox in a root's own folder may be deleted and is made again.

    Raises:
        StorageError: A folder cannot be made.
    """
    device = settings.archive.stat().st_dev
    known = _known(settings)
    inbox = _looked_after(settings, settings.inbox, known.get("inbox"), device)
    outbox = _looked_after(settings, settings.outbox, known.get("outbox"), device)
    if known != {"inbox": inbox, "outbox": outbox}:
        if inbox != known.get("inbox"):
            make_folder(settings.inbox / CLAIMS, mode=PRIVATE)
        data = json.dumps({"inbox": asdict(inbox), "outbox": asdict(outbox)}).encode()
        write_file(settings.archive / _FILE, data, replace=True)
    return Places(
        inbox_away_from=device if inbox.away else None,
        outbox_away_from=device if outbox.away else None,
    )


def require_own_inbox(settings: Settings, root_id: str) -> None:
    """Check that no other root takes the files of the inbox; one that lies outside of its root is marked as its own.

    Raises:
        StorageError: Another root has marked it.
    """
    claims, own = settings.inbox / CLAIMS, f"{ROOT_MARK}{root_id}"
    other = next((each.name for each in claims.glob(f"{ROOT_MARK}*") if each.name != own), None)
    if other is not None:
        raise StorageError(
            "another root takes the files of this inbox",
            where=settings.inbox,
            mend=f"Each root needs one of its own. If that root is no more, remove {CLAIMS}/{other} in the inbox.",
        )
    if not settings.inbox.resolve().is_relative_to(settings.root.resolve()):
        make_folder(claims, mode=PRIVATE)
        make_folder(claims / own, mode=PRIVATE)


def _looked_after(settings: Settings, folder: Path, known: Place | None, device: int) -> Place:
    inside = folder.is_relative_to(settings.root)
    path = str(folder.relative_to(settings.root) if inside else folder)
    if known is None or known.path != path:
        make_folder(folder, mode=PRIVATE)
        return Place(path=path, away=folder.stat().st_dev != device)
    if folder == settings.outbox and inside and not known.away:
        make_folder(folder, mode=PRIVATE)
    away = known.away or (folder.is_dir() and folder.stat().st_dev != device)
    return Place(path=path, away=away)


def _known(settings: Settings) -> dict[str, Place]:
    try:
        told = json.loads((settings.archive / _FILE).read_bytes())
        return {name: Place(**told[name]) for name in ("inbox", "outbox")}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}
