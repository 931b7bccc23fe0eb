"""The municipal services: their kinds come with the program, the places only from the root's own file."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from formpipe.errors import SetupError
from formpipe.present import Service, ServiceEntry

FILE = "services.json"
_ENTRY = ("name", "address", "phone")


def load_services(schemas: Path, places: Path | None = None) -> tuple[Service, ...]:
    """Return the services that every plan names, in the order of `services.json`.

    Args:
        schemas: The folder that holds `services.json`.
        places: The root's TOML file: under each kind's code a list of tables
            (`[[schuldnerberatung]]`) with `name`, `address`, `phone`. A place
            that is not there is never made up.

    Raises:
        SetupError: A file cannot be read, or holds what is not understood.
    """
    path = schemas / FILE
    try:
        kinds = [
            (str(kind["code"]), str(kind["title"]), str(kind["text"]))
            for kind in json.loads(path.read_text(encoding="utf-8"))["kinds"]
        ]
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise SetupError("the kinds of services cannot be read", where=path, mend=_hint(error)) from error
    known = {code for code, _, _ in kinds}
    entries = _entries(places, known) if places is not None else {}
    return tuple(
        Service(code=code, title=title, text=text, entries=entries.get(code, ())) for code, title, text in kinds
    )


def _entries(path: Path, known: set[str]) -> dict[str, tuple[ServiceEntry, ...]]:
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SetupError("the file of services cannot be read", where=path, mend=_hint(error)) from error
    unknown = sorted(set(raw) - known)
    if unknown:
        raise SetupError(
            f"unknown kind of service '{unknown[0]}'", where=path, mend=f"Known: {', '.join(sorted(known))}"
        )
    return {code: tuple(_entry(entry, code, path) for entry in _listed(raw[code], code, path)) for code in raw}


def _listed(value: object, code: str, path: Path) -> list[object]:
    if not isinstance(value, list):
        raise SetupError(f"'{code}' must be a list of places", where=path, mend=f"Write [[{code}]].")
    return value


def _entry(value: object, code: str, path: Path) -> ServiceEntry:
    if not (
        isinstance(value, dict) and set(value) <= set(_ENTRY) and all(isinstance(each, str) for each in value.values())
    ):
        raise SetupError(
            f"a place under '{code}' is not understood", where=path, mend=f"Texts only: {', '.join(_ENTRY)}."
        )
    return ServiceEntry(**value)


def _hint(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if isinstance(error, KeyError | TypeError) else str(error)
