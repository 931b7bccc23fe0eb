"""The shipped word lists and the papers made with them: complete, with the same tags, and of nobody's own words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from babel.messages.pofile import read_po
from catalogues import TEMPLATES, names, texts, update
from make_plans import versions_of
from pypdf import PdfReader

from formpipe.documents.bilingual import UNREVIEWED, UNTRANSLATED, bilingual
from formpipe.documents.catalogues import FOLDER, languages_in, load_translation
from formpipe.documents.convert import convert
from formpipe.documents.largeprint import large
from formpipe.documents.merge import Template, template_of
from formpipe.documents.reread import require_text, require_values
from formpipe.documents.text import docx_text
from formpipe.model import IntegrationPlan
from formpipe.present import letterhead_of, plan_context
from formpipe.resources import shipped
from formpipe.schemas import Library
from formpipe.translation import Translation, tags_of, translated

pytestmark = pytest.mark.usefixtures("kept")

COMPLETE = ("ar", "ru", "tr", "uk")
EMPTY = ("ckb", "en", "fa", "fr", "ka", "kmr", "prs", "ps", "so", "sq", "ti", "ur")
LISTS = languages_in(shipped("templates") / FOLDER)
PRINTED = "work.target_occupation"


def list_of(language: str) -> Path:
    return shipped("templates") / FOLDER / f"{language}.po"


@cache
def template_in(language: str, name: str = "integrationsplan.docx") -> Template:
    source = (shipped("templates") / name).read_bytes()
    return template_of(bilingual(source, load_translation(list_of(language))), Path(name))


def context_of(plan: IntegrationPlan, library: Library) -> dict[str, Any]:
    carrier = letterhead_of(library.law, name="Träger (Muster)", address="Beispielweg 1", regime="kdg")
    return plan_context(plan, (), library.catalogue, carrier=carrier, services=(), managers={})


def with_text(plan: IntegrationPlan, key: str, text: str) -> IntegrationPlan:
    held = next(iter(plan.values.values()))
    return replace(plan, values={**plan.values, key: replace(held, value=text)})


def test_each_language_has_a_list_that_a_translator_can_fill(library: Library) -> None:
    assert set(LISTS) == {*COMPLETE, *EMPTY, "de-x-leicht"}
    wanted = set(texts(library.catalogue, [(shipped("templates") / name).read_bytes() for name in TEMPLATES]))
    for language in EMPTY:
        with list_of(language).open("rb") as file:
            assert {str(each.id) for each in read_po(file) if each.id} == wanted
        assert load_translation(list_of(language)).texts == {}


@pytest.mark.parametrize("language", EMPTY)
def test_a_list_without_texts_gives_the_german_paper(language: str, library: Library) -> None:
    plain = context_of(versions_of("case1", library)[-1], library)
    made = docx_text(template_in(language).render(translated(plain, load_translation(list_of(language)))))
    german = docx_text(template_of((shipped("templates") / "integrationsplan.docx").read_bytes(), Path()).render(plain))
    assert made.replace(f"{UNTRANSLATED}\n", "", 1) == german


@pytest.mark.parametrize("language", COMPLETE)
def test_a_word_list_lacks_nothing_and_holds_nothing_else(language: str, library: Library) -> None:
    wanted = set(texts(library.catalogue, [(shipped("templates") / name).read_bytes() for name in TEMPLATES]))
    assert set(load_translation(list_of(language)).texts) == wanted


@pytest.mark.parametrize("language", LISTS)
def test_a_word_list_is_sound(language: str) -> None:
    translation = load_translation(list_of(language))
    assert translation.reviewer == ""
    for german, other in translation.texts.items():
        assert tags_of(german) == tags_of(other)
        assert other == other.strip()
        signs = Counter(german[:2]) & Counter({"✔": 1, "○": 1})
        assert not signs - Counter(other[:2])


@pytest.mark.parametrize("language", [*COMPLETE, "de-x-leicht"])
def test_what_a_person_wrote_stands_once(language: str, library: Library) -> None:
    plan = with_text(versions_of("case1", library)[-1], PRINTED, "Sprache")  # a label that has a translation
    assert load_translation(list_of("uk")).of("Sprache")
    translation = load_translation(list_of(language))
    plain = context_of(plan, library)
    both = translated(plain, translation)
    row = next(row for section in both["sections"] for row in section["fields"] if row["value"] == "Sprache")
    assert "value_t" not in row
    document = template_in(language).render(both)
    text = docx_text(document)
    typed = [str(held.value) for held in plan.values.values() if isinstance(held.value, str) and " " in held.value]
    german = docx_text(template_of((shipped("templates") / "integrationsplan.docx").read_bytes(), Path()).render(plain))
    shown = [each for each in typed if each in german]
    assert len(shown) > 10
    assert all(text.count(each) >= german.count(each) for each in shown)
    assert UNREVIEWED in text
    assert document == template_in(language).render(both)


@pytest.mark.parametrize("canary", ["Kanarienvogel-7731", "{{ person.name }}", "<w:p>& {% if x %}"])
def test_a_canary_goes_through_untouched(canary: str, library: Library) -> None:
    plan = with_text(versions_of("case3", library)[-1], PRINTED, canary)
    context = translated(context_of(plan, library), load_translation(list_of("uk")))
    made = template_in("uk").merged(context)
    assert docx_text(require_values(made, title=context["properties"]["title"], where="x")).count(canary) == 1


@pytest.mark.parametrize("language", COMPLETE)
def test_the_sheet_says_goals_and_next_steps(language: str, library: Library) -> None:
    translation = load_translation(list_of(language))
    plain = context_of(versions_of("case5", library)[-1], library)
    text = docx_text(template_in(language, "einfache-sprache.docx").render(translated(plain, translation)))
    steps = [step for goal in plain["goals_active"] for step in goal["next_steps"]]
    assert steps
    for goal in plain["goals_active"]:
        assert text.count(goal["title"]) >= 1
    for step in steps:
        assert step["title"] in text
    assert translation.of("Das kommt als Nächstes") in text
    done = [step["title"] for goal in plain["goals_active"] for step in goal["steps"] if step not in goal["next_steps"]]
    assert not [title for title in done if title in text]


@pytest.mark.office
@pytest.mark.parametrize(("case", "language"), [("case1", "ar"), ("case4", "tr")])
def test_the_pdf_holds_the_text_in_embedded_fonts(case: str, language: str, library: Library, tmp_path: Path) -> None:
    translation = load_translation(list_of(language))
    source = large(bilingual((shipped("templates") / "einfache-sprache.docx").read_bytes(), translation))
    word = template_of(source, Path()).render(
        translated(context_of(versions_of(case, library)[-1], library), translation)
    )
    pdf = convert([("x", word)], tmp_path, timeout_s=100).pdfs["x"].read_bytes()
    require_text(pdf, word, where="x")
    fonts = {
        str(font["/BaseFont"]): font
        for page in PdfReader(BytesIO(pdf)).pages
        for font in (each.get_object() for each in page["/Resources"]["/Font"].values())  # type: ignore[index]
    }
    assert all("+" in name for name in fonts)
    wanted = "NotoNaskhArabic" if language == "ar" else "Ethiopic"
    assert any(wanted in name for name in fonts)


def test_a_translated_line_in_arabic_says_its_direction(library: Library) -> None:
    translation = load_translation(list_of("ar"))
    word = template_in("ar").render(translated(context_of(versions_of("case1", library)[-1], library), translation))
    with ZipFile(BytesIO(word)) as archive:
        body = archive.read("word/document.xml").decode()
    mixed = [each for each in body.split("</w:p>") if "§\u00a017\u00a0KDG" in each or "SGB X" in each]
    assert len(mixed) > 1
    assert any("<w:bidi/>" in each and "<w:rtl/>" in each for each in mixed)
    assert "Noto Naskh Arabic" in body


def test_word_lists_are_brought_up_to_date(tmp_path: Path, library: Library) -> None:
    path = tmp_path / "fr.po"
    known = {"Ziel": "But"}
    assert update(path, {"Ziel": "plan", "Stand": "plan"}, known) == 2  # nobody has translated anything yet
    path.write_bytes(path.read_bytes().replace(b'msgid "Stand"\nmsgstr ""', b'msgid "Stand"\nmsgstr "Etat"'))
    assert update(path, {"Ziel": "plan", "Stand": "plan"}, known) == 0
    assert load_translation(path).texts == {"Ziel": "But", "Stand": "Etat"}
    assert update(path, {"Stand": "plan", "neu": "plan"}, {}) == 1
    assert load_translation(path) == Translation(language="fr", texts={"Stand": "Etat"})
    with path.open("rb") as file:
        assert [str(each.id) for each in read_po(file) if each.id] == ["Stand", "neu"]
    assert names(library.catalogue, "fr")["Türkei"] == "Turquie"
    assert names(library.catalogue, "de-x-leicht") == {}
    assert names(library.catalogue, "xx-unbekannt") == {}
