"""What mypy refuses: a Disclosure made elsewhere, and a paper made of a plan."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAD = """
from datetime import date
from typing import Any
from formpipe.catalogue import Catalogue
from formpipe.disclose.disclose import Disclosure, Refusal, disclose
from formpipe.model import CaseNumber, IntegrationPlan
from formpipe.present import Letterhead, briefing_context
from formpipe.releases import Releases

def paper(plan: IntegrationPlan, releases: Releases, catalogue: Catalogue, carrier: Letterhead, on: date) -> Any:
"""
MADE = """
    return Disclosure(
        case=plan.case, version=1, dated=on, on=on, values={}, goals=(), other_adults=0, sentences=(),
        birth_text=None, releases=(), token=TOKEN
    )
"""
SNIPPETS = {
    "right": """
    found = disclose(plan, releases, catalogue, on=on, stems=())
    if isinstance(found, Refusal):
        return None
    return briefing_context(found, catalogue, carrier=carrier, law={}, managers={})
""",
    "no_token": MADE.replace(", token=TOKEN", ""),
    "own_token": MADE.replace("TOKEN", "object()"),
    "of_a_plan": "\n    return briefing_context(plan, catalogue, carrier=carrier, law={}, managers={})\n",
    "unasked": """
    found = disclose(plan, releases, catalogue, on=on, stems=())
    return briefing_context(found, catalogue, carrier=carrier, law={}, managers={})
""",
    "changed": """
    found = disclose(plan, releases, catalogue, on=on, stems=())
    assert isinstance(found, Disclosure)
    found.version = 2
    return found
""",
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What mypy says of each snippet, all in one call."""
    folder = tmp_path_factory.mktemp("snippets")
    for name, body in SNIPPETS.items():
        (folder / f"{name}.py").write_text(HEAD + body, encoding="utf-8")
    config = Path(__file__).parents[2] / "pyproject.toml"
    command = [sys.executable, "-m", "mypy", "--config-file", str(config), "--cache-dir", str(folder / "cache")]
    files = [str(folder / f"{name}.py") for name in SNIPPETS]
    run = subprocess.run([*command, *files], capture_output=True, text=True, check=False, cwd=config.parent)
    said = {name: [line for line in run.stdout.splitlines() if f"{name}.py:" in line] for name in SNIPPETS}
    return {name: "\n".join(lines) for name, lines in said.items()}


def test_the_right_way_is_accepted(verdicts: dict[str, str]) -> None:
    assert "error" not in verdicts["right"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("no_token", 'Missing named argument "token"'),
        ("own_token", "[arg-type]"),
        ("of_a_plan", "[arg-type]"),
        ("unasked", "[arg-type]"),
        ("changed", "read-only"),
    ],
)
def test_mypy_refuses_every_other_way(name: str, code: str, verdicts: dict[str, str]) -> None:
    assert code in verdicts[name]
