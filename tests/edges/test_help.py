"""The overview of the verbs: at once, and word for word what Click would print."""

from __future__ import annotations

import subprocess
import sys

import pytest

import formpipe.cli
from formpipe.cli.group import main
from formpipe.cli.start import overview, start


def test_the_overview_is_that_of_click(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main.main(["--help"], prog_name="formpipe")
    assert capsys.readouterr().out == overview()


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("columns", ["", "0", "viele", "200"])
def test_the_overview_is_printed_without_click(
    flag: str, columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["formpipe", flag])
    monkeypatch.setenv("COLUMNS", columns)
    start()
    assert capsys.readouterr().out == overview()


@pytest.mark.parametrize(("arguments", "columns"), [(["-h"], "60"), (["show", "-h"], "80"), (["--version"], "80")])
def test_everything_else_is_left_to_click(
    arguments: list[str], columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["formpipe", *arguments])
    monkeypatch.setenv("COLUMNS", columns)
    with pytest.raises(SystemExit) as ended:
        start()
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert out
    assert out != overview()


def test_neither_click_nor_a_verb_is_loaded_for_it() -> None:
    script = (
        "import sys; from formpipe.cli.start import start; sys.argv = ['formpipe', '--help']; start();"
        "sys.exit(sum(name.partition('.')[0] in {'click', 'lxml', 'jinja2', 'typing'} for name in sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-S", "-c", script], check=False, capture_output=True, env=_path()).returncode
        == 0
    )


def _path() -> dict[str, str]:
    return {"PYTHONPATH": str(formpipe.__path__[0]).removesuffix("/formpipe")}


def test_the_package_gives_the_command_and_nothing_else() -> None:
    assert formpipe.cli.main is main
    with pytest.raises(AttributeError):
        formpipe.cli.nothing  # noqa: B018
