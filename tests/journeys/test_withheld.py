"""A paper in which unreleased data stand is withheld, and nothing else with it: filter or PDF are broken on purpose."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from expected import text_of_docx
from make_forms import forms_of, load_case
from roots import Root, number_of

from formpipe.disclose import disclosed, openvalues
from formpipe.documents.finish import finish
from formpipe.pipeline import finished

DAY = "2025-04-01T09:00:00+02:00"
WORD = "Zimmerpflanzenzucht"
LEAK = "development.interests"


def break_filter(patch: pytest.MonkeyPatch, leak: str = LEAK) -> None:
    """Let the filter let a field through whose rule is `never`."""

    def let_through(spec: Any, value: Any, releases: Any) -> disclosed.Disclosed | None:  # noqa: ANN401 - as it comes
        if spec is not None and spec.key == leak:
            return disclosed.Disclosed(value=value, scope="J0")
        return disclosed.disclosed_of(spec, value, releases)

    patch.setattr(openvalues, "disclosed_of", let_through)


@pytest.fixture
def broken_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Break the filter for the whole test."""
    break_filter(monkeypatch)


def intake(root: Root, name: str, word: str = WORD) -> bytes:
    record = forms_of(load_case(name))[0]
    return root.filled(record, changed={LEAK: word})


def papers(root: Root, number: str) -> list[str]:
    return sorted(name.removeprefix(f"{number}/") for name in root.files("outbox") if name.startswith(number))


@pytest.mark.usefixtures("broken_filter")
def test_only_the_paper_that_holds_it_is_withheld(new_root: Callable[[str], Root]) -> None:
    root, case = new_root("CAR").at(DAY), load_case("case1")
    number = number_of(case)
    root.drop("eins.docx", intake(root, "case1"))
    ran = root.run()
    assert ran.exit_code == 6
    assert ran.rows[0]["outcome"] == "accepted"
    assert f"holds what was not released: {LEAK}" in ran.err
    assert number in ran.err
    assert WORD.casefold() not in (ran.out + ran.err).casefold()
    names = papers(root, number)
    assert [name for name in names if "briefing" in name or name.startswith(".")] == []
    assert any("integrationsplan-v1.docx" in name for name in names)
    receipt = next(name for name in names if name.endswith("-eingang.txt"))
    text = root.files("outbox")[f"{number}/{receipt}"].decode()
    assert "Kein Papier für das Jobcenter: Es wurde zurückgehalten" in text
    assert "jobcenter-briefing" not in text


def test_once_the_fault_is_mended_the_paper_is_made(new_root: Callable[[str], Root]) -> None:
    root, number = new_root("CAR").at(DAY), number_of(load_case("case1"))
    with pytest.MonkeyPatch.context() as patch:
        break_filter(patch)
        root.drop("eins.docx", intake(root, "case1"))
        assert root.run().exit_code == 6
    ran = root.run()
    assert ran.exit_code == 0, ran.err
    briefing = next(name for name in papers(root, number) if name.endswith("jobcenter-briefing-v1.docx"))
    assert WORD not in text_of_docx(root.files("outbox")[f"{number}/{briefing}"])


@pytest.mark.usefixtures("broken_filter")
def test_a_word_that_is_printed_anyway_is_no_leak(new_root: Callable[[str], Root]) -> None:
    root = new_root("CAR").at(DAY)
    root.drop("eins.docx", intake(root, "case1", "Kurzprofil"))
    assert root.run().exit_code == 0


def test_the_verb_says_so_too_and_leaves_the_older_paper(played: Callable[[str], Root], tmp_path: Path) -> None:
    root, number = played("case1").copy(tmp_path / "root"), number_of(load_case("case1"))
    before = [name for name in papers(root, number) if name.endswith("jobcenter-briefing-v4.docx")]
    assert len(before) == 1
    with pytest.MonkeyPatch.context() as patch:
        break_filter(patch, "development.life_wish")
        ran = root.command("briefing", number, "--on", "2026-11-23")
    assert ran.exit_code == 6, ran.err
    assert "development.life_wish" in ran.err
    assert [name for name in papers(root, number) if name.endswith(".docx") and "briefing" in name] == before


@pytest.mark.office
def test_a_pdf_is_searched_by_itself(new_root: Callable[[str], Root], monkeypatch: pytest.MonkeyPatch) -> None:
    root, number = new_root("CAR").at(DAY), number_of(load_case("case1"))

    def chatty(pdf: bytes, **named: Any) -> bytes:  # noqa: ANN401 - as it comes
        with pikepdf.open(BytesIO(finish(pdf, **named))) as document:
            document.docinfo["/Keywords"] = f"Hobby: {WORD.upper()}"
            buffer = BytesIO()
            document.save(buffer)
        return buffer.getvalue()

    monkeypatch.setattr(finished, "finish", chatty)
    root.drop("eins.docx", intake(root, "case1"))
    ran = root.command("run", "--format", "json")
    assert ran.exit_code == 6
    assert f"holds what was not released: {LEAK}" in ran.err
    names = papers(root, number)
    assert [name.rpartition(".")[2] for name in names if "briefing" in name] == ["docx"]
    assert any(name.endswith("integrationsplan-v1.pdf") for name in names)
