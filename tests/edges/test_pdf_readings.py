"""Every place of a PDF where a word can stand is read: pages, properties, annotations, names, streams."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from docx import Document

from formpipe.disclose.haystack import haystack_of, mirrored, needle_of
from formpipe.documents.convert import convert
from formpipe.documents.finish import finish
from formpipe.documents.pdf_fonts import font_text_of
from formpipe.documents.pdf_readings import page_texts, pdf_readings
from formpipe.errors import SetupError

pytestmark = pytest.mark.usefixtures("kept")

WORD = "Geheim & Söhne"
NEEDLE = needle_of(WORD)
CMAP = b"""begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange
2 beginbfchar <0001> <0047> <0002> <00650068> endbfchar
3 beginbfrange <0003> <0004> <0065> <0010> <0011> [<0069> <006D>] <0020> <0020> <0020002600200053> endbfrange
2 beginbfchar <0030> <00F6> <0031> <0068006E0065> endbfchar endcmap"""

Change = Callable[[pikepdf.Pdf], None]


def pdf(change: Change | None = None) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.pages[0].Contents = document.make_stream(b"BT /F1 12 Tf (Ein Satz) Tj ET")
    document.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary())
    if change is not None:
        change(document)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def content(body: bytes) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        document.pages[0].Contents = document.make_stream(body)

    return change


def stream(body: bytes, **keys: Any) -> Change:  # noqa: ANN401 - entries of a stream
    def change(document: pikepdf.Pdf) -> None:
        document.Root.Extra = document.make_stream(body, **keys)

    return change


def root(**entries: Any) -> Change:  # noqa: ANN401 - entries of the catalogue
    def change(document: pikepdf.Pdf) -> None:
        for name, value in entries.items():
            document.Root[f"/{name}"] = value

    return change


def info(document: pikepdf.Pdf) -> None:
    document.docinfo["/Keywords"] = WORD


def annotation(document: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Contents=WORD, Rect=[0, 0, 1, 1])
    document.pages[0].Annots = pikepdf.Array([document.make_indirect(note)])


def attachment(document: pikepdf.Pdf) -> None:
    document.attachments["x.txt"] = WORD.encode("utf-16")


def outline(document: pikepdf.Pdf) -> None:
    with document.open_outline() as made:
        made.root.append(pikepdf.OutlineItem(WORD, 0))


def two_parts(document: pikepdf.Pdf) -> None:
    parts = (b"BT /F1 12 Tf (Geheim & S\\366)", b" Tj (hne) Tj ET")
    document.pages[0].Contents = pikepdf.Array([document.make_stream(part) for part in parts])


def form(document: pikepdf.Pdf) -> None:
    document.Root.Extra = document.make_stream(b"BT (Geheim & S\\366hne) Tj ET", Subtype=pikepdf.Name.Form)


def mapped(document: pikepdf.Pdf) -> None:
    font = document.make_indirect(pikepdf.Dictionary(ToUnicode=document.make_stream(CMAP)))
    document.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font, F2=font))
    glyphs = b"<00010002>-3<0003>12 <0010> -999 <001100>"  # the last code is cut short, and nothing
    document.pages[0].Contents = document.make_stream(
        b"BT /F1 12 Tf 1 0 Td [" + glyphs + b"]TJ /F2 12 Tf [<0020>-2<0030>] TJ T* <0031> Tj ET"
    )


@pytest.mark.parametrize(
    "change",
    [
        content(b"BT (Geheim & S\\366hne) Tj ET"),
        content(b"BT (Geheim) Tj 0 -12 Td (& S\\366hne) Tj ET"),
        content(b"BT [(Geh) -120 (eim) -250 (& S) 10 <f6> (hn\\145)] TJ ET"),
        content(b"BT <47 65 68 65 69 6D 20 26 20 53 F6 68 6E 65> Tj ET"),
        content(b"BT <47656865696D20262> Tj (S\\366hne) ' ET"),
        content("BT (Ein Satz) Tj ET % Geheim & Söhne".encode()),
        content(b"/Span <</ActualText (\xfe\xff" + WORD.encode("utf-16-be") + b")>> BDC EMC"),
        stream(WORD.encode()),
        stream(WORD.encode("utf-16")),
        stream(b"\0\1\2\xff" * 4 + b"Geheim & S\xc3\xb6hne GmbH" + b"\xff\0"),
        stream(b"<x a='Geheim &amp; S&#246;hne'/>", Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML),
        stream(b"x", Note=pikepdf.String(WORD)),
        root(Extra=pikepdf.Dictionary(A=pikepdf.Array([pikepdf.String(WORD)]))),
        root(Extra=pikepdf.Name("/Geheim-Söhne")),
        root(**{WORD: 1}),
        info,
        annotation,
        attachment,
        outline,
        two_parts,
        form,
        mapped,
    ],
)
def test_a_word_is_found_wherever_it_stands(change: Change) -> None:
    assert haystack_of(pdf_readings(pdf(change))).holds(NEEDLE)


def test_how_a_pdf_is_built_is_no_word_of_a_person() -> None:
    read = haystack_of(pdf_readings(pdf(root(Lang=pikepdf.String("de"), Number=3))))
    assert not any(read.holds(needle_of(word)) for word in ("Catalog", "Font", "Page", "Contents"))
    assert read.holds(needle_of("Ein Satz"))
    assert not read.holds(needle_of("Satz 3"))


def test_where_signs_stand_on_the_page_is_no_number() -> None:
    read = haystack_of(pdf_readings(pdf(content(b"BT 56.8 809.489 Td (Ein) Tj [<45> -123456 <46>] TJ ET"))))
    assert not any(read.holds(needle_of(number)) for number in ("809489", "568809489", "123456"))


def test_a_font_without_a_map_shows_its_codes() -> None:
    assert font_text_of(None).text(b"Ab") == "Ab"
    assert font_text_of(pikepdf.new().make_stream(b"1 beginbfchar <41> <> endbfchar")).text(b"A") == "A"


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(SetupError, match="cannot be searched"):
        list(pdf_readings(b"kein PDF"))


VALUES = (
    "حسام الدين المستري",
    "ሙሴ ተስፋይ",
    "Олександра-Вікторія",
    "Nguyễn Thị Ánh",
    "Şêrko Çelîk",
    "fließend offiziell Effekt",
    "Donaudampfschifffahrtsgesellschaftskapitän und ein langer Satz, der über das Ende der Zeile geht, und noch weiter",
    "07.03.1994",
)


@pytest.mark.office
def test_what_libreoffice_draws_is_read_by_its_fonts(tmp_path: Path) -> None:
    document = Document()
    for value in VALUES:
        document.add_paragraph(f"Vorher: {value} nachher")
    buffer = BytesIO()
    document.save(buffer)
    made = convert([("x", buffer.getvalue())], tmp_path, timeout_s=120).pdfs["x"].read_bytes()
    neutral: dict[str, Any] = {"title": "T", "author": "A", "dated": date(2026, 5, 28)}
    for each in (made, finish(made, **neutral)):
        read = haystack_of(pdf_readings(each))
        missing = [value for value in VALUES if not read.holds(needle_of(value)) and not read.holds(mirror_of(value))]
        assert missing == []


def mirror_of(value: str) -> Any:  # noqa: ANN401 - a needle
    return mirrored(needle_of(value)) or needle_of(value)


def with_font(map_of_signs: bytes | None) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font)
        if map_of_signs is not None:
            font.ToUnicode = document.make_stream(map_of_signs)
        document.pages[0].Resources.Font.F1 = document.make_indirect(font)
        body = b"BT /F1 12 Tf <00010002> Tj 5 0 Td <0003> Tj ET"
        document.pages[0].Contents = pikepdf.Array([document.make_stream(body), document.make_stream(b"% Ende")])

    return change


def test_the_text_of_each_page_is_what_its_fonts_say() -> None:
    texts = page_texts(pdf(with_font(CMAP)))
    assert texts is not None
    assert ["".join(text.split()) for text in texts] == ["Gehe"]


@pytest.mark.parametrize("data", [pdf(with_font(None)), pdf(with_font(b"")), b"kein PDF"])
def test_signs_without_a_meaning_are_not_guessed(data: bytes) -> None:
    assert page_texts(data) is None
