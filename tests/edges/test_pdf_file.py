"""PDFs as text: strings, many objects, the same bytes; a pen's operators beside those of ReportLab's canvas."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pypdf
import pytest
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from formpipe.blanks.fonts import find_face
from formpipe.blanks.pdf_file import Objects, references, text_of
from formpipe.blanks.pdf_pen import Pen, colour
from formpipe.blanks.pdf_words import BOLD, REGULAR, Text

TEXTS = ("", "Name", r"(offen \ zu)", "Straße – 3 €", "Zeile\rZeile", "Łódź", "سوريا", "𝔄", "þÿ", "\x00\x7f")


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_back(text: str) -> None:
    objects = Objects()
    info = objects.add(f"<</Title{text_of(text)}>>")

    with pikepdf.open(BytesIO(_file(objects, info))) as pdf:
        assert str(pdf.docinfo.Title) == text


@pytest.mark.parametrize("count", [0, 1, 94, 95, 96, 97, 250])
def test_every_object_is_found(count: int) -> None:
    objects = Objects()
    numbers = [objects.add(f"({index})") for index in range(count)]
    streams = [objects.add_stream("/Index 1", b"x\x9c\x03\x00\x00\x00\x00\x01") for _ in range(3)]
    late = objects.reserve()
    free = objects.reserve()
    objects.put(late, "[1 2]")
    listed = objects.add(f"<</All{references([*numbers, *streams, late, free])}>>")
    objects.extend(listed, "/More true")
    data = _file(objects, listed)

    with pikepdf.open(BytesIO(data)) as pdf:
        assert pdf.check_pdf_syntax() == []
        found = list(pdf.docinfo.All)
        assert [str(each) for each in found[:count]] == [str(index) for index in range(count)]
        assert [each.read_bytes() for each in found[count : count + 3]] == [b""] * 3
        assert [int(each) for each in found[-2]] == [1, 2]
        assert found[-1] is None
        assert pdf.docinfo.More is True
    second = pypdf.PdfReader(BytesIO(data), strict=True).trailer["/Info"]["/All"]
    assert [str(each.get_object()) for each in list(second)[:count]] == [str(index) for index in range(count)]


def test_objects_of_another_file_keep_their_numbers() -> None:
    source = pikepdf.new()
    kept = source.make_stream(b"drawn", Kind=1)
    left_out = source.make_indirect(pikepdf.Array([1]))
    source.Root.Kept, source.Root.Other = kept, source.make_indirect(pikepdf.Dictionary(Of=kept))
    objects = Objects()

    objects.adopt(source, {left_out.objgen[0]})
    root = source.Root.objgen[0]
    new = objects.add("<</Title(x)>>")

    with pikepdf.open(BytesIO(objects.file(root=root, info=new))) as pdf:
        assert new > max(each.objgen[0] for each in source.objects)
        assert pdf.Root.Kept.objgen == pdf.Root.Other.Of.objgen == kept.objgen
        assert pdf.Root.Kept.read_bytes() == b"drawn"
        assert int(pdf.Root.Kept.Kind) == 1
        assert pdf.get_object(left_out.objgen) is None


def test_the_identity_is_that_of_the_content() -> None:
    def made(text: str) -> pikepdf.Pdf:
        objects = Objects()
        return pikepdf.open(BytesIO(_file(objects, objects.add(f"<</Title({text})>>"))))

    one, same, other = made("a"), made("a"), made("b")

    assert [bytes(each) for each in one.trailer.ID] == [bytes(each) for each in same.trailer.ID]
    assert bytes(one.trailer.ID[0]) == bytes(one.trailer.ID[1]) != bytes(other.trailer.ID[0])


def _file(objects: Objects, info: int) -> bytes:
    pages = objects.reserve()
    page = objects.add(f"<</Type/Page/Parent {pages} 0 R/MediaBox[0 0 9 9]/Resources<<>>>>")
    objects.put(pages, f"<</Type/Pages/Count 1/Kids[{page} 0 R]>>")
    return objects.file(root=objects.add(f"<</Type/Catalog/Pages {pages} 0 R>>"), info=info)


WORDS = ("Familienname (Geburtsname)", "Grüße – 3 €", "Ελλάδα", "".join(map(chr, range(0x400, 0x520))), "x\\y")
CORNERS = (0.0, 0.25, 39.64, 123.456789, 787.8900001, 0.000001)


def test_a_pen_writes_what_the_canvas_would() -> None:
    face = find_face()
    for name, path in ((REGULAR, face.regular), (BOLD, face.bold)):
        pdfmetrics.registerFont(TTFont(name, str(path)))
    buffer = BytesIO()
    theirs = Canvas(buffer, invariant=1, pageCompression=0)
    pen = Pen(Canvas(BytesIO()))

    for kind in (Text(font=REGULAR, size=7.5), Text(font=BOLD, size=17)):
        for x, words in zip(CORNERS, (*WORDS, WORDS[1]), strict=True):
            pen.fill(colour(0x1F3864))
            pen.box(x, 2.5, 10, x)
            pen.words(kind, x, x + 1, words)
            pen.stroke(colour(0x9AA3AE), 0.6)
            pen.frame(x, x, 9.0, 9.0)
            pen.line((x, 1), (2, x))
            theirs.setFillColor(HexColor(0x1F3864))
            theirs.rect(x, 2.5, 10, x, stroke=0, fill=1)
            theirs.setFont(kind.font, kind.size)
            theirs.drawString(x, x + 1, words)
            theirs.setStrokeColor(HexColor(0x9AA3AE))
            theirs.setLineWidth(0.6)
            theirs.rect(x, x, 9.0, 9.0, stroke=1, fill=0)
            theirs.line(x, 1, 2, x)
    pen.turn()
    theirs.showPage()

    theirs.save()
    with pikepdf.open(buffer) as pdf:
        drawn = pdf.pages[0].Contents.read_bytes().decode("latin-1")
    assert drawn.partition("\n")[2].rstrip() == pen.pages[0]
    assert len(pen.pages[0].splitlines()) > 80
