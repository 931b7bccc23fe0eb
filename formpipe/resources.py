"""Where the shipped schemas and templates lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

from formpipe.errors import SetupError

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Return the folder `schemas` or `templates` that came with the program.

    Raises:
        SetupError: The installation lacks it.
    """
    for folder in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise SetupError(
        f"the folder '{name}' of the installation is missing", where=_PACKAGE, mend="Install formpipe again."
    )
