"""Which of a root's own templates `doctor --templates` has found sound; one that has changed since makes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from formpipe.documents.merge import Template, load_template
from formpipe.durable import sha256_of, write_file
from formpipe.errors import SetupError
from formpipe.pipeline.opened import Root
from formpipe.settings import Settings

FILE = "templates.json"
"""In the archive: the checksum of each template that was found sound, by its name."""

_Stamped: TypeAlias = tuple[Path, int, int]


def approve(settings: Settings, sound: Mapping[str, bytes]) -> None:
    """Note that the templates *sound*, by name, are those that may be used; a name that is missing may not."""
    noted = {name: sha256_of(data) for name, data in sorted(sound.items())}
    write_file(settings.archive / FILE, json.dumps(noted, indent=1).encode(), mode=0o600, replace=True)


def approved_path(root: Root, name: str) -> Path:
    """Return where the template *name* lies: the root's own, if it has one, else the one that came with the program.

    Raises:
        SetupError: It is the root's own and not the one that `doctor
            --templates` last found sound (once that was run).
    """
    path = root.template(name)
    if path.parent == root.settings.templates:
        _require_approved(root.settings.archive / FILE, path)
    return path


def approved_template(root: Root, name: str) -> Template:
    """Return the template *name*, read once until its file changes.

    Raises:
        SetupError: It is wrong, or not the one that was last found sound.
    """
    return _loaded(_stamped(approved_path(root, name)))


def _require_approved(noted: Path, path: Path) -> None:
    try:
        known = json.loads(noted.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return  # nobody has asked for it yet
    except (OSError, ValueError) as error:
        raise SetupError("the list of approved templates cannot be read", where=noted, mend=_MEND) from error
    if not isinstance(known, dict) or known.get(path.name) != _checksum(_stamped(path)):
        raise SetupError("the template is not the one that was last found sound", where=path, mend=_MEND)


_MEND = "Run: formpipe doctor --templates. Until then its documents stay owed."


def _stamped(path: Path) -> _Stamped:
    """Return *path* with what tells that the file has changed; a missing one is told of when it is opened."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return path, 0, 0
    return path, status.st_mtime_ns, status.st_size


@lru_cache(maxsize=8)
def _loaded(file: _Stamped) -> Template:
    return load_template(file[0])


@lru_cache(maxsize=8)
def _checksum(file: _Stamped) -> str:
    return sha256_of(file[0].read_bytes())
