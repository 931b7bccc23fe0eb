"""What only the confidential annex prints stands in no other paper, message or output, and steers none of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from canaries import word_of
from expected import text_of_docx
from fill_docx import fill_docx
from make_forms import Answers
from privacy import words_in, words_of_text
from pypdf import PdfReader
from roots import Ran, Root

from formpipe.definition import Printed
from formpipe.documents.pdf_readings import pdf_readings
from formpipe.model import pattern_of

CASE = "MA-CAR-2025-0012"
CONFIDENTIAL = "vertraulich"
HEAD: Answers = {
    "form.filled_on": "22.11.2026",
    "form.filled_by": "car-mmuster",
    "review.review_date": "21.11.2026",
    "review.occasion": "turnus",
    "review.participants[klient]": True,
    "review.goal_reviews[2].status_new": "aufgegeben",
    "goals[0].title": "Schwimmen lernen",
    "goals[0].life_area": "teilhabe",
    "goals[0].status": "offen",
    "goals[0].agreed_with_client": "ja",
    "goals[0].indicator": "Schwimmabzeichen",
    "goals[0].due_date": "31.01.2027",
    "review.review_no": "4",
}
"""A review that gives up a goal and agrees on another."""

TEXTS = {
    name: word_of(number)
    for number, name in enumerate(
        (
            "benefits.sanctions_note",
            "childcare.children[0].support_need",
            "counselling[0].provider",
            "goals[0].drop_reason",
            "health.confidential_note",
            "health.work_limits",
            "jobcenter.result",
            "review.goal_reviews[2].drop_reason",
            "review.manager_note",
        ),
        start=20_000,
    )
}
"""A word of its own for each text of the annex."""

REST: Answers = {
    "counselling[0].attendance_release": "nein",
    "counselling[0].referral_date": "03.02.2026",
    "counselling[0].service": "suchtberatung",
    "counselling[0].status": "angenommen",
    "family.parenting_support": "ja",
    "family.pregnancy_due": "19.03.2027",
    "family.protection_need": "nein",
    "finance.debts": "ja_ungeordnet",
    "finance.debts_range": "ueber_10000",
    "finance.urgent[pfaendung]": True,
    "health.care_level": "3",
    "health.gdb": "60",
    "health.rehab_need": "beantragt",
    "housing.loss_risk": "kuendigung",
    "review.goal_reviews[1].obstacle": "motivation",
}
"""Answers of the annex that are codes and dates."""

ON_FORMS = {word for name, word in TEXTS.items() if not name.startswith(("review.", "goals["))}
"""What the next review form asks anew with what is known; what a review said of itself and of goals is not on it."""


def others(words: Mapping[str, str]) -> Answers:
    """Return the texts that a form cannot do without, in other words."""
    return {name: f"anders {word[::-1]}" for name, word in words.items() if name.endswith("drop_reason")}


def reviewed(root: Root, answers: Answers) -> Ran:
    """Drop the pre-filled review of the case with *answers*."""
    (form,) = (root.path / "outbox" / CASE).glob("*ueberpruefungsbogen*.docx")
    root.drop("bogen.docx", fill_docx(form.read_bytes(), {**HEAD, **answers}))
    return root.run()


def words_of_file(name: str, data: bytes) -> set[str]:
    """Return the words without vowels, days and numbers in the file *name*, its name included."""
    if data.startswith(b"PK"):
        found = words_in(data)
    elif data.startswith(b"%PDF"):
        texts = [*pdf_readings(data), *(page.extract_text() for page in PdfReader(BytesIO(data)).pages)]
        found = {word for text in texts for word in words_of_text(text)}
    else:
        found = set(words_of_text(data.decode("utf-8")))
    return found | set(words_of_text(name))


def papers(root: Root) -> dict[str, str]:
    """Return the texts of the plan and the paper for the Jobcenter, by their names."""
    folder = root.path / "outbox" / CASE
    found = [each for each in sorted(folder.glob("*.docx")) if re.search("integrationsplan|briefing", each.name)]
    return {each.name: text_of_docx(each.read_bytes()) for each in found}


@pytest.fixture
def root(played: Callable[[str], Root], tmp_path: Path) -> Root:
    return played("case1").copy(tmp_path / "root")


def test_each_field_of_the_annex_is_tried(root: Root) -> None:
    specs = root.definition("review").specs.values()
    annex = {spec.key for spec in specs if spec.printed is Printed.ANNEX}
    tried = {pattern_of(name.removesuffix("[pfaendung]")) for name in (*TEXTS, *REST)}
    assert tried == annex
    assert {spec.key for spec in specs if spec.key.endswith("manager_note")} == {"review.manager_note"}


def test_what_the_annex_holds_stands_nowhere_else_and_steers_nothing(root: Root, tmp_path: Path) -> None:
    twin = root.copy(tmp_path / "twin")
    ran = reviewed(root, {**REST, **TEXTS})
    assert ran.exit_code == 0, ran.rows[0]["findings"]
    assert reviewed(twin, others(TEXTS)).exit_code == 0

    words = set(TEXTS.values())
    assert not words & set(words_of_text(ran.out + ran.err))
    files = root.files("outbox")
    annex = {name for name in files if f"/{CONFIDENTIAL}/" in name}
    assert set().union(*(words_of_file(name, files[name]) for name in annex)) >= words
    for name in files.keys() - annex:
        allowed = ON_FORMS if "ueberpruefungsbogen" in name else set()
        assert not words_of_file(name, files[name]) & (words - allowed), name

    made = papers(root)
    assert {re.sub(r"^[0-9-]+|-v[0-9]+\.docx$", "", name) for name in made} == {
        "integrationsplan",
        "jobcenter-briefing",
    }
    assert made == papers(twin)


@pytest.mark.office
def test_what_the_annex_holds_stands_in_no_pdf_but_its_own(root: Root) -> None:
    (form,) = (root.path / "outbox" / CASE).glob("*ueberpruefungsbogen*.docx")
    root.drop("bogen.docx", fill_docx(form.read_bytes(), {**HEAD, **REST, **TEXTS}))
    ran = root.command("run", "--format", "json")
    assert ran.exit_code == 0, ran.err
    files = {name: data for name, data in root.files("outbox", CASE).items() if name.endswith("-v5.pdf")}
    kinds = {re.sub(r"[0-9-]+([a-z-]+)-v5.pdf$", r"\1", name): data for name, data in files.items()}
    words = {kind: words_of_file("", data) & set(TEXTS.values()) for kind, data in kinds.items()}
    assert {kind for kind, found in words.items() if found - ON_FORMS} == {f"{CONFIDENTIAL}/anlage"}
    assert words[f"{CONFIDENTIAL}/anlage"] == set(TEXTS.values())
    assert words["integrationsplan"] == words["jobcenter-briefing"] == words["freigabe"] == set()
