"""README, changelog and Makefile against the program."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from make_forms import forms_of, load_case
from roots import Root

from formpipe import __version__
from formpipe.cli.verbs import VERBS
from formpipe.settings import load_settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SUM = re.compile(r"\b[0-9a-f]{12}\b")


def test_the_readmes_first_example_gives_its_output(new_root: Callable[[str], Root]) -> None:
    example = README.partition("```console\n")[2].partition("```")[0]
    command, _, shown = example.partition("\n")
    assert command == "$ formpipe run -C caritas"
    root = new_root("CAR")
    record = forms_of(load_case("case1"))[0]
    root.drop("1-gut.docx", root.filled(record, changed={"case.case_id": None, "case.intake_date": "12.03.2026"}))
    root.drop("2-falsch.docx", root.filled(record, changed={"person.birth_date": "31.02.1990"}))
    ran = root.command("run", "--no-pdf", "-q")
    lines = [line for line in ran.out.splitlines() if not line.lstrip().startswith("warning")]
    assert SUM.sub("*", "\n".join(lines)) == SUM.sub("*", shown.rstrip("\n"))
    assert ran.exit_code == 3


def test_the_readme_has_every_verb_with_the_words_of_its_help() -> None:
    rows = dict(re.findall(r"^\| `formpipe ([a-z]+)` \| (.+) \|$", README, re.MULTILINE))
    assert list(rows) == list(VERBS)
    for verb, (_, said) in VERBS.items():
        assert rows[verb].rstrip(".").casefold() == said.rstrip(".").casefold(), verb


def test_the_readme_has_every_setting(tmp_path: Path) -> None:
    (tmp_path / "formpipe.toml").write_text('[carrier]\ncode = "CAR"\n', encoding="utf-8")
    assert load_settings(tmp_path).carrier.code == "CAR"
    section = README.partition("## Settings")[2].partition("\n## ")[0]
    named = set(re.findall(r"`\[?([a-z_.]+)\]?`", section))
    known = {"case_prefix", "managers", "ledger", "objects", "settle_s", "wait_days", "services"}
    known |= {f"carrier.{key}" for key in ("code", "name", "address", "legal_regime", "logo")}
    known |= {f"paths.{key}" for key in ("inbox", "outbox", "archive")}
    assert known <= named


def test_the_changelog_begins_with_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)", changelog, re.MULTILINE)[0] == __version__


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    documents = [README, *(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md"))]
    named = {name for text in documents for name in re.findall(r"`make ([a-z]+)`|^make ([a-z]+)", text, re.MULTILINE)}
    assert {first or second for first, second in named} <= targets


def test_every_document_that_is_named_exists() -> None:
    for text in (README, *(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md"))):
        for path in re.findall(r"`(docs/[A-Za-z0-9_/.-]+\.(?:md|csv))`", text):
            assert (ROOT / path).is_file(), path
