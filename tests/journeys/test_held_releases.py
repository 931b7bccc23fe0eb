"""A form that takes back a release and waits for a decision: nothing is made on that release meanwhile."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from fill_docx import fill_docx
from make_forms import Answers
from roots import Root

from formpipe.formats.opc_write import zip_of
from formpipe.readers.read import read

CASE = "MA-CAR-2025-0012"
SIGNED: Answers = {"form.filled_on": "22.11.2026", "form.filled_by": "car-mmuster"}
REVIEW: Answers = {**SIGNED, "review.review_date": "22.11.2026", "review.occasion": "turnus"}
BASE = "consents[4]"  # the base release of this case in force (C06)
REVOKED: Answers = {f"{BASE}.revoked_on": "22.11.2026"}
REFUSED: Answers = {f"{BASE}.granted": "nein"}


@pytest.fixture
def root(played: Callable[[str], Root], tmp_path: Path) -> Root:
    return played("case1").copy(tmp_path / "root")


def blank_of(root: Root, kind: str) -> bytes:
    """Return the pre-filled form of *kind* for the case."""
    path = root.path / f"{kind}.docx"
    made = root.command("form", kind, "--case", CASE, "-o", str(path))
    assert made.exit_code == 0, made.err
    form = path.read_bytes()
    path.unlink()
    return form


def of_unknown_plan(form: bytes) -> bytes:
    """Return *form* as if it had been made from a version of the plan that is not known here."""
    base = read(form).marks.base
    assert base is not None
    with zipfile.ZipFile(BytesIO(form)) as package:
        parts = {name: package.read(name).replace(base.encode(), b"0" * 64) for name in package.namelist()}
    return zip_of(parts.items())


def held(root: Root, kind: str, answers: Answers) -> None:
    """Drop a form of *kind* that cannot be taken, for nobody knows the plan that it was made from."""
    root.drop("fremd.docx", fill_docx(of_unknown_plan(blank_of(root, kind)), {**answers}))
    ran = root.run()
    assert [(row["outcome"], row["reason"]) for row in ran.rows] == [("held", "unknown_base")], ran.out


@pytest.mark.parametrize("ends", [REVOKED, REFUSED], ids=["revoked", "refused"])
@pytest.mark.parametrize(("kind", "head"), [("review", REVIEW), ("consent", SIGNED)])
def test_no_paper_is_made_while_it_waits(root: Root, kind: str, head: Answers, ends: Answers) -> None:
    held(root, kind, {**head, **ends})
    before = root.files("outbox", CASE)
    refused = root.command("briefing", CASE, "--on", "2026-11-24")
    assert refused.exit_code == 3
    assert "no_release V32, release_held" in refused.err
    assert root.files("outbox", CASE) == before


@pytest.mark.parametrize(("kind", "head"), [("review", REVIEW), ("consent", SIGNED)])
def test_a_form_that_waits_and_takes_nothing_back_stops_no_paper(root: Root, kind: str, head: Answers) -> None:
    held(root, kind, head)
    assert root.command("briefing", CASE, "--on", "2026-11-24").exit_code == 0


def test_the_receipt_of_another_form_says_why_there_is_no_paper(root: Root) -> None:
    held(root, "consent", {**SIGNED, **REVOKED})
    root.drop("ueberpruefung.docx", fill_docx(blank_of(root, "review"), dict(REVIEW)))
    assert [row["outcome"] for row in root.run().rows] == ["accepted"]
    (receipt,) = (root.path / "outbox" / CASE).glob("2026-11-22-ueberpruefung-*-eingang.txt")
    assert "nimmt eine Einwilligung zurück oder ändert sie" in " ".join(receipt.read_text(encoding="utf-8").split())
    assert not list((root.path / "outbox" / CASE).glob("*briefing-v5*"))


@pytest.mark.office
def test_a_pdf_that_is_still_owed_is_not_made_either(root: Root) -> None:
    briefings = root.path / "outbox" / CASE
    assert list(briefings.glob("*briefing-v4.docx"))
    held(root, "consent", {**SIGNED, **REVOKED})
    ran = root.command("run", "--format", "json")
    assert ran.exit_code == 6
    assert "release_held" in ran.err
    assert list(briefings.glob("*integrationsplan-v4.pdf"))
    assert not list(briefings.glob("*briefing-v4.pdf"))

    root.drop("widerruf.docx", fill_docx(blank_of(root, "consent"), {**SIGNED, **REVOKED}))
    ran = root.command("run", "--format", "json")
    assert ran.exit_code == 0, ran.err
    assert not list(briefings.glob("*briefing*"))
