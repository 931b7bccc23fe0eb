"""Fails where branch coverage falls below the floors: 100 % in the core, 95 % over all.

Run by `make coverage` on combined data.
"""

from __future__ import annotations

import io
import sys
import tomllib
from pathlib import Path

import coverage

ROOT = Path(__file__).resolve().parent.parent
CORE_FLOOR = 100.0
FLOOR = 95.0
GROUND = {"settings", "resources", "errors"}
"""What touches the environment or is only named: not core."""


def core_files() -> list[str]:
    """Return the files of the core: in pyproject.toml the layers below the edges and formats, above the ground."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers: list[str] = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    first = next(number for number, layer in enumerate(layers) if "formats" in layer) + 1
    names = [name.strip() for layer in layers[first:] for name in layer.split("|")]
    pure = [name for name in names if name not in GROUND]
    return [f"formpipe/{name}.py" for name in pure] + [f"formpipe/{name}/*" for name in pure]


def main() -> int:
    """Print the reports and return 1 if a floor is missed."""
    data = coverage.Coverage(config_file=str(ROOT / "pyproject.toml"))
    data.load()
    print("core:")  # noqa: T201 - this is a report
    core = data.report(include=core_files(), file=sys.stdout, show_missing=True)
    whole = data.report(file=io.StringIO())
    below = data.report(file=sys.stdout, show_missing=True) if whole < FLOOR else whole
    print(f"branch coverage: core {core:.2f} %, all {below:.2f} %")  # noqa: T201
    return int(core < CORE_FLOOR or whole < FLOOR)


if __name__ == "__main__":
    sys.exit(main())
