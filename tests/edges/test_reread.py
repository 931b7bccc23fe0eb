"""Finished documents read once more: whatever is missing is found, whatever is there is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from docx import Document
from make_contexts import contexts_of, hardened
from reportlab.pdfgen.canvas import Canvas

from formpipe.documents.compiled import Merged
from formpipe.documents.convert import convert
from formpipe.documents.merge import load_template
from formpipe.documents.package import CORE, members_of
from formpipe.documents.reread import require_text, require_values
from formpipe.errors import SetupError
from formpipe.formats.opc_write import zip_of
from formpipe.resources import shipped
from formpipe.schemas import Library

pytestmark = pytest.mark.usefixtures("kept")

TITLE = "Integrationsplan MA-CAR-2026-0001"
DATA: dict[str, Any] = {
    "name": "Zoë O'Brien & <Söhne>",
    "text": "eins\nzwei\tdrei",
    "script": "حسام الدين",
    "numbers": ["1", "2", "1"],
    "properties": {"title": TITLE, "author": "Träger"},
}


@pytest.fixture
def merged(tmp_path: Path) -> Merged:
    """A document of a few values in body and footer."""
    document = Document()
    for text in ("{{ name }} {{ script }}", "{{ text }}", "{% for x in numbers %}{{ x }} {% endfor %}"):
        document.add_paragraph(text)
    document.sections[0].footer.paragraphs[0].text = "{{ name }}"
    document.save(str(tmp_path / "t.docx"))
    return load_template(tmp_path / "t.docx").merged(DATA)


def changed(merged: Merged, name: str, change: Callable[[bytes], bytes]) -> Merged:
    members = members_of(merged.document)
    members[name] = change(members[name])
    return Merged(document=zip_of(members.items()), values=merged.values)


def test_a_whole_document_is_given_on_as_it_is(merged: Merged) -> None:
    assert require_values(merged, title=TITLE, where="x") == merged.document


@pytest.mark.parametrize("name", ["integrationsplan", "anlage-v", "jobcenter-briefing"])
def test_whatever_people_write_stands_in_the_document(name: str, library: Library) -> None:
    template = load_template(shipped("templates") / f"{name}.docx")
    for context in hardened(contexts_of(library)[name], 8):
        require_values(template.merged(context), title=context["properties"]["title"], where="x")


@pytest.mark.parametrize(
    ("name", "old", "new", "missing"),
    [
        ("word/document.xml", "&amp; &lt;Söhne&gt;", "", 1),
        ("word/document.xml", "<w:br/>", "", 1),
        ("word/document.xml", "<w:tab/>", "", 1),
        ("word/document.xml", "حسام", "حسم", 1),
        ("word/document.xml", "1 2 1 ", "1 2 ", 1),
        ("word/document.xml", "1 2 1 ", "2 1 1 ", 1),
        ("word/footer1.xml", "Zoë", "Zoe", 1),
    ],
)
def test_a_value_that_is_not_where_it_should_be_stops_the_document(
    merged: Merged, name: str, old: str, new: str, missing: int
) -> None:
    bad = changed(merged, name, lambda body: body.replace(old.encode(), new.encode()))
    assert bad.document != merged.document
    with pytest.raises(SetupError, match=f"{missing} values do not stand") as caught:
        require_values(bad, title=TITLE, where="MA-CAR-2026-0001 plan")
    assert caught.value.where == "MA-CAR-2026-0001 plan"
    assert "Zoë" not in str(caught.value)


def test_another_document_in_its_place_is_found(merged: Merged) -> None:
    with pytest.raises(SetupError, match="not the one"):
        require_values(merged, title="Integrationsplan MA-CAR-2026-0002", where="x")


@pytest.mark.parametrize(
    "broken",
    [
        lambda whole: Merged(document=whole.document[:-100], values=whole.values),
        lambda whole: changed(whole, "word/document.xml", lambda body: body[:-20]),
        lambda whole: changed(whole, CORE, lambda _: b""),
        lambda whole: Merged(document=whole.document, values={"word/fehlt.xml": ()}),
    ],
)
def test_what_cannot_be_opened_is_no_document(merged: Merged, broken: Callable[[Merged], Merged]) -> None:
    with pytest.raises(SetupError, match="cannot be opened"):
        require_values(broken(merged), title=TITLE, where="x")


def word_of(*texts: str) -> bytes:
    document = Document()
    for text in texts:
        document.add_paragraph(text)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def pdf_of(*lines: str) -> bytes:
    return pdf_of_pages(lines)


def pdf_of_pages(*pages: Sequence[str]) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer)
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.drawString(72, 700 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_a_pdf_with_all_words_is_enough_however_they_are_broken() -> None:
    require_text(
        pdf_of("Kopf", "Erster Satz mit Straß", "e und Ende."),
        word_of("Erster Satz", "mit Straße und Ende."),
        where="x",
    )


WORD = "Aufenthaltserlaubnis"


def test_a_word_may_be_broken_over_the_end_of_a_page() -> None:
    pages = (("Kopf", f"eine {WORD[:11]}", "Seite 1"), ("Kopf", WORD[11:], "Seite 2"))
    require_text(pdf_of_pages(*pages), word_of(f"eine {WORD}"), where="x")


@pytest.mark.parametrize(
    "pages",
    [
        (("Kopf", f"eine {WORD[:11]}", "Seite 1"), ("Kopf", WORD[12:], "Seite 2")),
        ((f"eine {WORD[11:]}", "Seite 1"), (WORD[:11], "Seite 2")),
        ((f"eine {WORD[:11]}", "Seite 1"), ("Kopf", "Seite 2"), (WORD[11:], "Seite 3")),
        ((f"eine {WORD[:11]} Kopf", "Seite 1"), (WORD[11:], "Seite 2")),
    ],
)
def test_pieces_that_are_not_on_either_side_of_a_page_are_no_word(pages: Sequence[Sequence[str]]) -> None:
    with pytest.raises(SetupError, match="do not stand in the finished PDF"):
        require_text(pdf_of_pages(*pages), word_of(f"eine {WORD}"), where="x")


@pytest.mark.parametrize(
    "lines", [("Erster Satz",), ("Erster Satz mit Strase und Ende.",), ("Satz Satz mit Straße und Ende.",)]
)
def test_a_pdf_that_lacks_a_word_is_found(lines: tuple[str, ...]) -> None:
    with pytest.raises(SetupError, match="do not stand in the finished PDF") as caught:
        require_text(pdf_of(*lines), word_of("Erster Satz mit Straße und Ende."), where="x")
    assert "Straße" not in str(caught.value)


@pytest.mark.parametrize(
    ("meant", "shown"),
    [
        ("Frist 01.09.2026 Beginn 01.09.2026", "Frist 01.09.2026 Beginn 01.09."),
        ("Ausbildung im Ausbildungsvertrag", "im Ausbildungsvertrag"),
    ],
)
def test_a_word_is_there_as_often_as_it_should_be_though_its_letters_stand_elsewhere(meant: str, shown: str) -> None:
    spare = "g n u d l i b s u A 6 2 0 2"  # as in the running header of a further page
    require_text(pdf_of(meant, spare), word_of(meant), where="x")
    with pytest.raises(SetupError, match="1 words or letters"):
        require_text(pdf_of(shown, spare), word_of(meant), where="x")


def with_resources(change: Callable[[pikepdf.Pdf, Any], None]) -> bytes:
    """Return a PDF of one page that says "Name", its resources changed."""
    buffer = BytesIO()
    with pikepdf.open(BytesIO(pdf_of("Name"))) as document:
        change(document, document.pages[0].Resources)
        document.save(buffer)
    return buffer.getvalue()


def _with_map(document: pikepdf.Pdf, resources: Any) -> None:  # noqa: ANN401 - pikepdf is untyped
    resources.Font.F1.ToUnicode = document.make_stream(b"beginbfchar <4E> <0> endbfchar")


def _without_fonts(_: pikepdf.Pdf, resources: Any) -> None:  # noqa: ANN401 - same
    resources.Font = pikepdf.Array([])


def _with_filter(document: pikepdf.Pdf, _: object) -> None:
    document.pages[0].Contents = document.make_stream(b"")
    document.pages[0].Contents.write(b"Name", filter=pikepdf.Name.Anders)


@pytest.mark.parametrize("change", [_with_map, _without_fonts, _with_filter])
def test_a_pdf_that_is_damaged_inside_is_refused(change: Callable[[pikepdf.Pdf, Any], None]) -> None:
    with pytest.raises(SetupError, match="finished PDF"):
        require_text(with_resources(change), word_of("Name und mehr"), where="x")


def test_letters_of_other_scripts_are_counted() -> None:
    with pytest.raises(SetupError, match="4 words or letters"):
        require_text(pdf_of("Name"), word_of("Name حسام"), where="x")


PAGE = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
TOTAL = '<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


@pytest.mark.parametrize("number", [PAGE, TOTAL])
def test_the_number_of_a_page_is_not_what_the_word_file_holds(number: str) -> None:
    members = members_of(word_of("Seite", "Plan"))
    body = members["word/document.xml"].decode()
    counted = body.replace("</w:t></w:r></w:p>", f"</w:t></w:r>{number}</w:p>", 1)
    assert counted != body
    word = zip_of({**members, "word/document.xml": counted.encode()}.items())
    require_text(pdf_of("Seite 7", "Plan"), word, where="x")
    with pytest.raises(SetupError, match="5 words or letters"):  # the word and its four letters, no number
        require_text(pdf_of("Seite 7"), word, where="x")


@pytest.mark.parametrize("data", [b"", b"kein PDF", b"%PDF-1.4\n%%EOF"])
def test_what_is_no_pdf_is_told(data: bytes) -> None:
    with pytest.raises(SetupError, match="cannot be read"):
        require_text(data, word_of("x"), where="x")


@pytest.mark.office
def test_the_pdf_of_a_document_passes_and_one_without_its_last_page_does_not(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = load_template(shipped("templates") / "jobcenter-briefing.docx")
    context = contexts_of(library)["jobcenter-briefing"][0]
    word = template.render(context)
    pdf = convert([("x", word)], tmp_path, timeout_s=120).pdfs["x"]
    require_text(pdf.read_bytes(), word, where="x")
    with monkeypatch.context() as without:  # our own reading of the pages is enough for it
        without.setattr("pypdf.PdfReader", None)
        require_text(pdf.read_bytes(), word, where="x")
    with pikepdf.open(pdf) as document:
        del document.pages[-1]
        document.save(tmp_path / "kurz.pdf")
    with pytest.raises(SetupError, match="do not stand"):
        require_text((tmp_path / "kurz.pdf").read_bytes(), word, where="x")
