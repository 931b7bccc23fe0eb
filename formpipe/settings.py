"""The root and its settings: `formpipe.toml` read once, checked, and typed.

One root belongs to one carrier (design 3); without a carrier nothing runs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from formpipe.errors import SetupError

FILE = "formpipe.toml"
REGIMES = ("dsgvo", "kdg", "dsg_ekd")
_CODE = re.compile(r"[A-Z]{2,4}")
_KNOWN = {
    "carrier",
    "case_prefix",
    "managers",
    "paths",
    "ledger",
    "objects",
    "settle_s",
    "wait_days",
    "services",
    "client_languages",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """The controller whose root this is; `legal_regime` picks the data-protection law (domain 4.1)."""

    code: str
    name: str
    address: str = ""
    legal_regime: str = "dsgvo"
    logo: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a run needs to know of its root; all paths absolute.

    `settle_s` is `watch`'s quiet window in seconds, `wait_days` how long a
    review waits for its intake, `services` the file with the municipal services,
    `client_languages` the languages that a client's plan is made in as well.
    """

    root: Path
    carrier: Carrier
    case_prefix: str = "MA"
    managers: Mapping[str, str] = field(default_factory=dict, repr=False)
    inbox: Path
    outbox: Path
    archive: Path
    ledger: Path
    objects: Path
    schemas: Path
    templates: Path
    settle_s: float = 5.0
    wait_days: int = 30
    services: Path | None = None
    client_languages: tuple[str, ...] = ()

    @property
    def case_pattern(self) -> re.Pattern[str]:
        """Pattern of this root's case numbers; ASCII digits only."""
        return re.compile(rf"{self.case_prefix}-{self.carrier.code}-[0-9]{{4}}-[0-9]{{4}}")


def load_settings(root: Path) -> Settings:
    """Return the settings of *root*.

    Raises:
        SetupError: No `formpipe.toml`, no carrier, or a setting that is not understood.
    """
    path = root / FILE
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SetupError(
            "this folder is no formpipe root", where=path, mend="Make one: formpipe init DIR --carrier CODE"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SetupError("the settings cannot be read", where=path, mend=str(error)) from error
    unknown = sorted(set(raw) - _KNOWN)
    if unknown:
        raise SetupError(f"unknown setting '{unknown[0]}'", where=path, mend=f"Known: {', '.join(sorted(_KNOWN))}")
    return _settings_of(root.resolve(), raw, path)


def _settings_of(root: Path, raw: dict[str, Any], path: Path) -> Settings:
    paths = _table(raw, "paths", path)
    archive = root / _text(paths, "archive", path, "archive")
    services = _text(raw, "services", path, "")
    return Settings(
        root=root,
        carrier=_carrier_of(root, raw, path),
        case_prefix=_matching(_text(raw, "case_prefix", path, "MA"), "case_prefix", path),
        managers={str(key): str(value) for key, value in _table(raw, "managers", path).items()},
        inbox=root / _text(paths, "inbox", path, "inbox"),
        outbox=root / _text(paths, "outbox", path, "outbox"),
        archive=archive,
        ledger=root / _text(raw, "ledger", path, str(archive / "ledger.sqlite")),
        objects=root / _text(raw, "objects", path, str(archive / "objects")),
        schemas=root / "schemas",
        templates=root / "templates",
        settle_s=_number(raw, "settle_s", path, 5.0),
        wait_days=int(_number(raw, "wait_days", path, 30)),
        services=root / services if services else None,
        client_languages=_texts(raw, "client_languages", path),
    )


def _carrier_of(root: Path, raw: dict[str, Any], path: Path) -> Carrier:
    table = _table(raw, "carrier", path)
    if not table.get("code"):
        raise SetupError("the root has no carrier", where=path, mend='Add [carrier] with code = "CAR" and a name.')
    regime = _text(table, "legal_regime", path, "dsgvo")
    if regime not in REGIMES:
        raise SetupError("unknown legal_regime", where=path, mend=f"One of: {', '.join(REGIMES)}")
    code = _matching(_text(table, "code", path, ""), "carrier.code", path)
    logo = _text(table, "logo", path, "")
    return Carrier(
        code=code,
        name=_text(table, "name", path, code),
        address=_text(table, "address", path, ""),
        legal_regime=regime,
        logo=root / logo if logo else None,
    )


def _matching(value: str, key: str, path: Path) -> str:
    if not _CODE.fullmatch(value):
        raise SetupError(f"'{key}' must be two to four capital letters", where=path)
    return value


def _table(raw: Mapping[str, Any], key: str, path: Path) -> dict[str, Any]:
    value = raw.get(key, {})
    if not isinstance(value, dict):
        raise SetupError(f"'{key}' must be a table", where=path, mend=f"Write [{key}].")
    return value


def _text(raw: Mapping[str, Any], key: str, path: Path, default: str) -> str:
    value = raw.get(key, default)
    if not isinstance(value, str):
        raise SetupError(f"'{key}' must be a text", where=path)
    return value


def _texts(raw: Mapping[str, Any], key: str, path: Path) -> tuple[str, ...]:
    value = raw.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise SetupError(f"'{key}' must be a list of texts", where=path)
    return tuple(value)


def _number(raw: Mapping[str, Any], key: str, path: Path, default: float) -> float:
    value = raw.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise SetupError(f"'{key}' must be a number from 0", where=path)
    return value
