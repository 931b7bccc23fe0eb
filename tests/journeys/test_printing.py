"""One PDF to print for a day: what is in it, in which order, and what is named as missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

import pikepdf
import pytest
from fill_docx import fill_docx
from make_forms import forms_of, load_case
from roots import Ran, Root, number_of

from formpipe.documents.text import pdf_text
from formpipe.errors import WithheldError
from formpipe.pipeline import make, render

NUMBER = number_of(load_case("case1"))
NOW = "2025-04-01T09:00:00+02:00"
DAY = "2025-04-02"
SIGNED = {"form.filled_on": "2025-04-01", "form.filled_by": "xxx-demo"}


def printed(root: Root, tmp_path: Path, *arguments: str) -> tuple[Ran, dict[str, Any], Path]:
    target = tmp_path / "mappe.pdf"
    ran = root.command("print", "--format", "json", "-o", str(target), *arguments)
    return ran, json.loads(ran.out), target


def outline_of(pdf: bytes) -> list[tuple[str, list[str]]]:
    with pikepdf.open(BytesIO(pdf)) as document, document.open_outline() as outline:
        return [(each.title, [child.title for child in each.children]) for each in outline.root]


def drop(root: Root, changed: Mapping[str, str] | None = None) -> None:
    """Drop an intake whose appointment at the Jobcenter is on the day."""
    answers = {"jobcenter.appointment_at": "02.04.2025 09:30", **(changed or {})}
    root.drop("eins.docx", root.filled(forms_of(load_case("case1"))[0], changed=answers))


@pytest.fixture
def carrier(new_root: Callable[[str], Root]) -> Root:
    """A root in which nothing has happened yet."""
    return new_root("CAR").at(NOW)


@pytest.fixture(scope="module")
def drafted(fresh: Callable[[str], Root], tmp_path_factory: pytest.TempPathFactory) -> Root:
    """A root whose case has its PDFs; the client has not approved the paper for the Jobcenter. Only to be copied."""
    root = fresh("CAR").copy(tmp_path_factory.mktemp("drafted") / "root").at(NOW)
    drop(root, {"health.confidential_note": "nur für die Anlage"})
    ran = root.command("run")
    assert ran.exit_code == 0, ran.err
    return root


@pytest.fixture(scope="module")
def approved(drafted: Root, tmp_path_factory: pytest.TempPathFactory) -> Root:
    """The same root with a paper that is approved. Only to be copied."""
    root = drafted.copy(tmp_path_factory.mktemp("approved") / "root")
    form = next((root.path / "outbox" / NUMBER).glob("*-freigabe-v*.docx"))
    answers = {**SIGNED, "jobcenter.briefing_approved_on": "2025-04-01"}
    root.drop("freigabe.docx", fill_docx(form.read_bytes(), answers))
    ran = root.command("run")
    assert ran.exit_code == 0, ran.err
    return root


@pytest.mark.office
def test_the_day_of_the_appointment(approved: Root, tmp_path: Path) -> None:
    root = approved.copy(tmp_path / "root")
    ran, told, target = printed(root, tmp_path, "--on", DAY)
    assert ran.exit_code == 0, ran.err
    assert told["papers"] == [{"case": NUMBER, "paper": "plan"}, {"case": NUMBER, "paper": "briefing"}]
    assert told["missing"] == []
    assert target.stat().st_mode & 0o777 == 0o600
    pdf = target.read_bytes()
    papers = ["Integrationsplan", "Papier für das Jobcenter"]
    assert outline_of(pdf) == [("Druckmappe 02.04.2025", []), (NUMBER, papers)]
    text = pdf_text(pdf)
    assert "ENTWURF" not in text
    assert "Vertrauliche Anlage" not in text
    assert text.startswith("Druckmappe 02.04.2025")
    assert "09:30 Uhr" in text
    with pikepdf.open(BytesIO(pdf)) as document:
        assert len(document.pages) % 2 == 0
        assert str(document.Root.Lang) == "de-DE"
        assert str(document.docinfo["/Title"]) == "Druckmappe 02.04.2025"
        with document.open_metadata() as xmp:
            assert "pdfaid:part" not in xmp
    again = tmp_path / "again"
    again.mkdir()
    _, _, other = printed(root, again, "--on", DAY)
    assert other.read_bytes() == pdf


@pytest.mark.office
def test_on_another_day_there_is_the_plan_alone_and_the_annex_only_when_named(approved: Root, tmp_path: Path) -> None:
    root = approved.copy(tmp_path / "root")
    _, told, _ = printed(root, tmp_path)
    assert [each["paper"] for each in told["papers"]] == ["plan"]
    other = tmp_path / "other"
    other.mkdir()
    ran, told, target = printed(root, other, "--case", NUMBER, "--annex")
    assert ran.exit_code == 0, ran.err
    assert [each["paper"] for each in told["papers"]] == ["plan", "annex", "briefing"]
    assert "Vertrauliche Anlage" in pdf_text(target)
    assert root.command("print", "--annex").exit_code == 2


@pytest.mark.office
def test_a_draft_is_not_in_it_and_is_named(drafted: Root, tmp_path: Path) -> None:
    root = drafted.copy(tmp_path / "root")
    ran, told, target = printed(root, tmp_path, "--on", DAY)
    assert ran.exit_code == 0
    assert told["missing"] == [{"case": NUMBER, "paper": "briefing", "reason": "draft"}]
    assert f"{NUMBER}: the briefing is not in it: the client has not approved it" in ran.err
    text = pdf_text(target)
    assert f"{NUMBER}: Papier für das Jobcenter – noch nicht freigegeben (ENTWURF)" in text
    assert "Ergänzung zum" not in text


def test_without_libreoffice_what_is_owed_is_named(
    carrier: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = carrier
    drop(root)
    assert root.run().exit_code == 0
    monkeypatch.setattr(render, "office_program", lambda: None)
    ran, told, target = printed(root, tmp_path, NUMBER, "--annex")
    assert ran.exit_code == 4
    assert told["papers"] == []
    assert {each["paper"]: each["reason"] for each in told["missing"]} == {
        "plan": "owed",
        "annex": "none",
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


def test_before_its_day_a_plan_is_not_printed(carrier: Root) -> None:
    drop(carrier)
    assert carrier.run().exit_code == 0
    assert carrier.command("print", "--on", "2025-01-01").out.startswith("nothing to print")


def test_a_release_that_is_refused_on_the_day_is_named(
    carrier: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = carrier
    monkeypatch.setattr(render, "office_program", lambda: None)
    drop(root, {"consents[1].granted": "nein"})
    assert root.run().rows[0]["outcome"] == "accepted"
    ran, told, target = printed(root, tmp_path, "--on", DAY)
    assert told["missing"] == [
        {"case": NUMBER, "paper": "briefing", "reason": "refused"},
        {"case": NUMBER, "paper": "plan", "reason": "owed"},
    ]
    assert "nothing is released on that day" in ran.err
    assert "keine gültige Freigabe an diesem Tag" in pdf_text(target).replace("\n", " ")


def test_a_plan_that_both_have_signed_is_printed_only_when_it_is_named(
    root: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "office_program", lambda: None)
    signed = {"sign.client_signed_on": "20.11.2026", "sign.manager_signed_on": "21.11.2026"}
    root.drop("eins.docx", root.filled(forms_of(load_case("new"))[0], changed=signed))
    number = root.run().rows[0]["case"]
    assert root.command("print").out.startswith("nothing to print")
    _, told, _ = printed(root, tmp_path, number)
    assert ("plan", "owed") in [(each["paper"], each["reason"]) for each in told["missing"]]


@pytest.mark.office
def test_a_paper_that_was_withheld_is_named(approved: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = approved.copy(tmp_path / "root")

    def leaky(*_given: Any, **_named: Any) -> NoReturn:  # noqa: ANN401 - as it comes
        raise WithheldError("the paper for the Jobcenter holds what was not released: x")

    monkeypatch.setattr(make, "check_word", leaky)
    ran, told, target = printed(root, tmp_path, "--on", "2025-04-03", NUMBER)
    assert ran.exit_code == 6
    assert told["missing"] == [{"case": NUMBER, "paper": "briefing", "reason": "withheld"}]
    assert "zurückgehalten, weil nicht Freigegebenes darin stand" in pdf_text(target).replace("\n", " ")
