"""Bilingual and large-print templates, and the word lists they take their words from."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.shared import Pt

from formpipe.documents.bilingual import REVIEWED, UNREVIEWED, bilingual, large, texts_of
from formpipe.documents.catalogues import languages_in, load_translation
from formpipe.documents.merge import load_template
from formpipe.errors import SetupError
from formpipe.known import Known
from formpipe.resources import shipped
from formpipe.translation import Translation, translated

AR = Translation(
    language="ar",
    texts={
        "Mein Plan": "خطتي",
        "Stand: {{ goal.status }}": "الحالة: {{ goal.status }}",
        "Ziel": "الهدف",
        "offen": "مفتوح",
        UNREVIEWED: "ترجمة غير مراجعة",
    },
)
PROPERTIES = {"title": "Plan", "author": "Träger"}


def template() -> bytes:
    document = Document()
    document.add_heading("Mein Plan", level=1)
    document.add_paragraph("Stand: {{ goal.status }}").runs[0].font.size = Pt(12)
    document.add_paragraph("{%p for row in rows %}")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "{{ row.label }}"
    table.cell(0, 1).text = "{{ row.value }}"
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{{ head[0] }}")
    document.add_paragraph("Ohne Übersetzung")
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def rendered(path: Path, data: bytes, context: dict[str, Any]) -> Any:  # noqa: ANN401 - python-docx is untyped
    path.write_bytes(data)
    return Document(BytesIO(load_template(path).render({**context, "properties": PROPERTIES})))


def test_labels_and_codes_stand_twice_and_written_text_once(tmp_path: Path) -> None:
    context = {
        "goal": {"status": Known("○ offen", ["offen"])},
        "rows": [{"label": Known("Ziel"), "value": "offen"}],
        "head": [Known("Ziel")],
    }
    made = rendered(tmp_path / "t.docx", bilingual(template(), AR), translated(context, AR))
    texts = [each.text for each in made.paragraphs]
    assert texts[:6] == [
        "Mein Plan",
        "خطتي",
        UNREVIEWED,
        "ترجمة غير مراجعة",
        "Stand: ○ offen",
        "الحالة: ○ مفتوح",
    ]
    assert texts[-3:] == ["Ziel", "الهدف", "Ohne Übersetzung"]
    cells = [cell.text for row in made.tables[0].rows for cell in row.cells]
    assert cells == ["Ziel\nالهدف", "offen"]
    second = made.paragraphs[1]
    assert second._p.pPr.find(f"{{{second._p.nsmap['w']}}}bidi") is not None
    assert second.style.name == "Normal"  # the outline has each heading once


def test_without_a_translation_beside_it_a_value_stands_once(tmp_path: Path) -> None:
    context = {"goal": {"status": "frei"}, "rows": [], "head": ["x"]}
    made = rendered(tmp_path / "t.docx", bilingual(template(), AR), translated(context, AR))
    texts = [each.text for each in made.paragraphs]
    assert texts[4:6] == ["Stand: frei", "الحالة: \u2068frei\u2069"]
    assert texts[-2:] == ["x", "Ohne Übersetzung"]


def test_who_vouches_for_it_takes_the_mark_away(tmp_path: Path) -> None:
    vouched = Translation(language="ar", texts=AR.texts, reviewer="Amal Muster")
    context = {"goal": {"status": ""}, "rows": [], "head": ["x"]}
    made = rendered(tmp_path / "t.docx", bilingual(template(), vouched), translated(context, vouched))
    texts = [each.text for each in made.paragraphs]
    assert REVIEWED in texts
    assert UNREVIEWED not in texts


def test_large_print_is_a_third_larger() -> None:
    shipped_plan = (shipped("templates") / "integrationsplan.docx").read_bytes()
    styles = [Document(BytesIO(data)).styles for data in (shipped_plan, large(shipped_plan))]
    sizes = [[each[name].font.size for name in ("Normal", "Header", "Footer")] for each in styles]
    assert sizes == [[Pt(12), Pt(10), Pt(10)], [Pt(16), Pt(10), Pt(10)]]
    made = Document(BytesIO(large(template())))
    assert made.paragraphs[1].runs[0].font.size == Pt(16)


def test_texts_to_translate_are_those_with_words() -> None:
    assert texts_of(template()) == ("Mein Plan", "Stand: {{ goal.status }}", "Ohne Übersetzung")


@pytest.mark.parametrize("language", languages_in(shipped("templates") / "sprachen"))
def test_the_shipped_plan_takes_every_word_list(tmp_path: Path, language: str) -> None:
    translation = load_translation(shipped("templates") / "sprachen" / f"{language}.po")
    path = tmp_path / "plan.docx"
    path.write_bytes(bilingual((shipped("templates") / "integrationsplan.docx").read_bytes(), translation))
    assert load_template(path).variables == load_template(shipped("templates") / "integrationsplan.docx").variables


def test_a_word_list_is_a_gettext_file(tmp_path: Path) -> None:
    path = tmp_path / "ar.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Last-Translator: Amal Muster\\n"\n\n'
        'msgid "Ziel"\nmsgstr "الهدف"\n\n#, fuzzy\nmsgid "Stand"\nmsgstr "?"\n\nmsgid "leer"\nmsgstr ""\n',
        encoding="utf-8",
    )
    found = load_translation(path)
    assert (found.language, found.reviewer, found.is_right_to_left) == ("ar", "Amal Muster", True)
    assert found.texts == {"Ziel": "الهدف"}
    path.rename(tmp_path / "prs.po")
    assert load_translation(tmp_path / "prs.po").is_right_to_left
    path = (tmp_path / "prs.po").rename(tmp_path / "de-x-leicht.po")
    assert not load_translation(path).is_right_to_left
    assert languages_in(tmp_path) == ("de-x-leicht",)


@pytest.mark.parametrize("body", [b'msgid "a', b"\xff\xfe"])
def test_a_broken_word_list_is_a_fault_of_the_set_up(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "uk.po").write_bytes(body)
    with pytest.raises(SetupError, match="word list"):
        load_translation(tmp_path / "uk.po")
    with pytest.raises(SetupError, match="word list"):
        load_translation(tmp_path / "ru.po")
