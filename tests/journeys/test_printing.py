"""One PDF to print for a day: what is in it, in which order, and what is named as missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fill_docx import fill_docx
from make_forms import load_case
from roots import Ran, Root, number_of

from formpipe.documents.text import pdf_text
from formpipe.pipeline import render

NUMBER = number_of(load_case("case1"))
DAY = "2026-11-25"
SIGNED = {"form.filled_on": "2026-11-22", "form.filled_by": "xxx-demo"}


def printed(root: Root, tmp_path: Path, *arguments: str) -> tuple[Ran, dict[str, Any], Path]:
    target = tmp_path / "mappe.pdf"
    ran = root.command("print", "--format", "json", "-o", str(target), *arguments)
    return ran, json.loads(ran.out), target


def outline_of(pdf: bytes) -> list[tuple[str, list[str]]]:
    with pikepdf.open(BytesIO(pdf)) as document, document.open_outline() as outline:
        return [(each.title, [child.title for child in each.children]) for each in outline.root]


@pytest.fixture(scope="module")
def approved(played: Callable[[str], Root], tmp_path_factory: pytest.TempPathFactory) -> Root:
    """A root whose case has its PDFs, and a paper for the Jobcenter that the client has approved."""
    root = played("case1").copy(tmp_path_factory.mktemp("approved") / "root")
    form = next((root.path / "outbox" / NUMBER).glob("*-freigabe-v*.docx"))
    answers = {**SIGNED, "jobcenter.briefing_approved_on": "2026-11-22"}
    root.drop("freigabe.docx", fill_docx(form.read_bytes(), answers))
    ran = root.command("run")
    assert ran.exit_code == 0, ran.err
    return root


@pytest.mark.office
def test_the_day_of_the_appointment(approved: Root, tmp_path: Path) -> None:
    ran, told, target = printed(approved, tmp_path, "--on", DAY)
    assert ran.exit_code == 0, ran.err
    assert told["papers"] == [{"case": NUMBER, "paper": "plan"}, {"case": NUMBER, "paper": "briefing"}]
    assert told["missing"] == []
    assert target.stat().st_mode & 0o777 == 0o600
    pdf = target.read_bytes()
    papers = ["Integrationsplan", "Papier für das Jobcenter"]
    assert outline_of(pdf) == [("Druckmappe 25.11.2026", []), (NUMBER, papers)]
    text = pdf_text(pdf)
    assert "ENTWURF" not in text
    assert "Vertrauliche Anlage" not in text
    assert text.startswith("Druckmappe 25.11.2026")
    assert "09:30 Uhr" in text
    with pikepdf.open(BytesIO(pdf)) as document:
        assert len(document.pages) % 2 == 0
        assert str(document.Root.Lang) == "de-DE"
        assert str(document.docinfo["/Title"]) == "Druckmappe 25.11.2026"
        with document.open_metadata() as xmp:
            assert "pdfaid:part" not in xmp
    again = tmp_path / "again"
    again.mkdir()
    _, _, other = printed(approved, again, "--on", DAY)
    assert other.read_bytes() == pdf


@pytest.mark.office
def test_on_another_day_there_is_the_plan_alone_and_the_annex_only_when_named(approved: Root, tmp_path: Path) -> None:
    _, told, _ = printed(approved, tmp_path)
    assert [each["paper"] for each in told["papers"]] == ["plan"]
    other = tmp_path / "other"
    other.mkdir()
    ran, told, target = printed(approved, other, "--case", NUMBER, "--annex")
    assert ran.exit_code == 0, ran.err
    assert [each["paper"] for each in told["papers"]] == ["plan", "annex", "briefing"]
    assert "Vertrauliche Anlage" in pdf_text(target)
    assert approved.command("print", "--annex").exit_code == 2


@pytest.mark.office
def test_a_draft_is_not_in_it_and_is_named(played: Callable[[str], Root], tmp_path: Path) -> None:
    root = played("case1").copy(tmp_path / "root")
    ran, told, target = printed(root, tmp_path, "--on", DAY)
    assert ran.exit_code == 0
    assert told["missing"] == [{"case": NUMBER, "paper": "briefing", "reason": "draft"}]
    assert f"{NUMBER}: the briefing is not in it: the client has not approved it" in ran.err
    text = pdf_text(target)
    assert f"{NUMBER}: Papier für das Jobcenter – noch nicht freigegeben (ENTWURF)" in text
    assert "Ergänzung zum" not in text


def test_without_libreoffice_what_is_owed_is_named(
    played: Callable[[str], Root], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = played("case1").copy(tmp_path / "root")
    monkeypatch.setattr(render, "office_program", lambda: None)
    ran, told, target = printed(root, tmp_path, NUMBER, "--annex")
    assert ran.exit_code == 4
    assert told["papers"] == []
    assert {each["paper"]: each["reason"] for each in told["missing"]} == {
        "plan": "owed",
        "annex": "owed",
        "briefing": "draft",
    }
    text = pdf_text(target)
    assert f"{NUMBER}: Integrationsplan – das PDF ist noch nicht erstellt" in text
    assert "0 Fälle, 0 Seiten" in text


def test_nothing_to_print_is_said_and_writes_nothing(
    root: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = root.command("print")
    assert (ran.exit_code, ran.out) == (0, "nothing to print for 2026-11-22\n")
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".pdf"] == []
    (tmp_path / "druckmappe-2026-11-22.pdf").write_bytes(b"schon da")
    assert root.command("print").exit_code == 5
    assert root.command("print", "MA-STA-2026-0099", "--on", DAY).exit_code == 4


def test_before_its_day_a_plan_is_not_printed(played: Callable[[str], Root], tmp_path: Path) -> None:
    root = played("case1").copy(tmp_path / "root")
    assert root.command("print", "--on", "2026-01-01").out.startswith("nothing to print")
