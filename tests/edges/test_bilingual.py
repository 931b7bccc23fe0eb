"""Bilingual and large-print templates, and the word lists they take their words from."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Pt, Twips

from formpipe.documents.bilingual import REVIEWED, UNREVIEWED, UNTRANSLATED, bilingual, texts_of
from formpipe.documents.catalogues import languages_in, load_translation
from formpipe.documents.largeprint import large
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
    table = document.add_table(rows=1, cols=2, style="Table Grid")
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


WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def test_columns_run_from_right_to_left_where_the_language_does() -> None:
    russian = Translation(language="ru", texts=AR.texts)
    nothing = Translation(language="ar", texts={})
    for translation, expected in ((AR, True), (russian, False), (nothing, False)):
        document = Document(BytesIO(bilingual(template(), translation)))
        properties = document.tables[0]._tbl.tblPr
        names = [each.tag.removeprefix(WORD) for each in properties]
        assert ("bidiVisual" in names) is expected
        if expected:
            assert names.index("bidiVisual") == names.index("tblStyle") + 1  # Word refuses another order


def test_a_text_stays_on_one_page_with_its_translation_and_rows_are_free() -> None:
    document = Document(BytesIO(bilingual(template(), AR)))
    kept = {each.text: each.paragraph_format.keep_with_next for each in document.paragraphs}
    assert kept["Stand: {{ goal.status }}"] is True
    assert kept["Ohne Übersetzung"] is None
    inside = [each for row in document.tables[0].rows for cell in row.cells for each in cell.paragraphs]
    assert not [each.text for each in inside if each.paragraph_format.keep_with_next]


def test_a_paper_that_nobody_translated_says_so_once_and_is_german(tmp_path: Path) -> None:
    nothing = Translation(language="fa", texts={})
    context = {"goal": {"status": Known("offen")}, "rows": [{"label": Known("Ziel"), "value": "x"}], "head": ["x"]}
    made = rendered(tmp_path / "t.docx", bilingual(template(), nothing), translated(context, nothing))
    texts = [each.text for each in made.paragraphs]
    assert texts == ["Mein Plan", UNTRANSLATED, "Stand: offen", "x", "Ohne Übersetzung"]


def widths_of(columns: list[int], texts: tuple[str, ...] = (), style: str = "") -> list[list[int]]:
    """Return the widths of a table of *columns* in large print, of its grid and of two rows; a third is one cell."""
    document = Document()
    table = document.add_table(rows=3, cols=len(columns))
    for column, width in zip(table.columns, columns, strict=True):
        column.width = Twips(width)
        for cell in column.cells:
            cell.width = Twips(width)
    table.cell(2, 0).merge(table.cell(2, len(columns) - 1))
    for cell, text in zip(table.rows[1].cells, texts, strict=False):
        cell.text = text
    if style:
        document.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
        table.cell(1, 0).paragraphs[0].style = style
    buffer = BytesIO()
    document.save(buffer)
    made = Document(BytesIO(large(buffer.getvalue()))).tables[0]
    return [
        [each.width.twips for each in made.columns],
        *([cell.width.twips for cell in row.cells] for row in made.rows[:2]),
    ]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([3700, 2690, 1390, 1859], [3300, 2690, 1790, 1859]),
        ([4536, 567, 4536], [4536, 567, 4536]),  # two signatures and a gap
        ([1400, 1400, 1400], [1400, 1400, 1400]),  # nothing to take from
        ([9000], [9000]),
    ],
)
def test_a_date_fits_into_each_column_of_large_print(columns: list[int], expected: list[int]) -> None:
    assert widths_of(columns) == [expected] * 3


@pytest.mark.parametrize(
    ("columns", "texts", "style", "expected"),
    [
        ([3515, 6123], ("{{ field.label }}", "{{ field.value }}"), "", [3700, 5938]),
        ([3515, 6123], ("Fallnummer", "{{ document.case }}"), "Angabe", [3700, 5938]),
        ([3515, 6123], ("", "{{ document.case }}"), "Angabe", [3515, 6123]),
        ([2948, 6690], ("{{ row.title }}", "{{ field.lead }}"), "", [3400, 6238]),
        ([3742, 2268, 3628], ("{{ entry.what }}", "{{ entry.status }}", "x"), "", [4150, 2268, 3220]),
        (
            [3628, 2438, 2097, 1474],
            ("{{ consent.scope }}", "{{ consent.recipient }}", "{{ consent.state }}", "{{ consent.until }}"),
            "",
            [2547, 2750, 2550, 1790],
        ),
    ],
)
def test_a_column_of_large_print_holds_the_longest_word_of_what_stands_in_it(
    columns: list[int], texts: tuple[str, ...], style: str, expected: list[int]
) -> None:
    assert widths_of(columns, texts, style) == [expected] * 3


def test_large_print_is_a_third_larger() -> None:
    shipped_plan = (shipped("templates") / "integrationsplan.docx").read_bytes()
    styles = [Document(BytesIO(data)).styles for data in (shipped_plan, large(shipped_plan))]
    sizes = [[each[name].font.size for name in ("Normal", "Header", "Footer")] for each in styles]
    assert sizes == [[Pt(12), Pt(10), Pt(10)], [Pt(16), Pt(10), Pt(10)]]
    made = Document(BytesIO(large(template())))
    assert made.paragraphs[1].runs[0].font.size == Pt(16)


def test_a_line_to_write_on_is_as_long_in_large_print() -> None:
    document = Document()
    document.add_paragraph("{{ entry.a_name or '" + "_" * 40 + "' }}")
    document.add_paragraph("Datum: ____")
    buffer = BytesIO()
    document.save(buffer)
    made = Document(BytesIO(large(buffer.getvalue())))
    assert [each.text for each in made.paragraphs] == ["{{ entry.a_name or '" + "_" * 30 + "' }}", "Datum: ____"]


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
