"""Finished PDFs: neutral properties, German, the same bytes each time, nothing active."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from docx import Document

from formpipe.documents.convert import convert
from formpipe.documents.finish import finish
from formpipe.errors import SetupError

DATED = date(2026, 5, 28)
NAMES: dict[str, Any] = {"title": "Integrationsplan MA-CAR-2026-0001 & <x>", "author": "Träger & Co", "dated": DATED}
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" '
    b'xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">'
    b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>"
    b"<xmp:CreateDate>2001-01-01T00:00:00Z</xmp:CreateDate></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def plain(*, clock: str = "20010101", marks: bool = True, profile: bool = True) -> pikepdf.Pdf:
    made = pikepdf.new()
    made.add_blank_page()
    made.pages[0].Contents = made.make_stream(b"BT (Text) Tj ET")
    made.docinfo["/Title"] = "Ada Muster"
    made.docinfo["/Keywords"] = "geheim"
    made.docinfo["/CreationDate"] = f"D:{clock}000000Z"
    trailer: Any = made.trailer
    trailer.DocChecksum = pikepdf.Name(f"/{clock}")
    root: Any = made.Root
    root.Lang = "en-US"
    if marks:
        root.Metadata = made.make_stream(XMP, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    intent = pikepdf.Dictionary(S=pikepdf.Name.GTS_PDFA1)
    if profile:
        intent.DestOutputProfile = made.make_stream(clock.encode() * 16, N=3)
    root.OutputIntents = pikepdf.Array([intent])
    return made


def bytes_of(document: pikepdf.Pdf) -> bytes:
    buffer = BytesIO()
    document.save(buffer, static_id=False)
    return buffer.getvalue()


def test_properties_are_neutral_and_agree_with_each_other() -> None:
    with pikepdf.open(BytesIO(finish(bytes_of(plain()), **NAMES))) as made:
        info = {str(key): str(value) for key, value in made.docinfo.items()}
        assert info == {
            "/Title": NAMES["title"],
            "/Author": NAMES["author"],
            "/Producer": "formpipe",
            "/Creator": "formpipe",
            "/CreationDate": "D:20260528000000Z",
            "/ModDate": "D:20260528000000Z",
        }
        root: Any = made.Root
        assert str(root.Lang) == "de-DE"
        assert bool(root.ViewerPreferences.DisplayDocTitle) is True
        assert "/DocChecksum" not in made.trailer
        assert "/ID" in made.trailer
        with made.open_metadata() as xmp:
            assert xmp["dc:title"] == NAMES["title"]
            assert xmp["dc:creator"] == [NAMES["author"]]
            assert xmp["xmp:CreateDate"] == xmp["xmp:ModifyDate"] == "2026-05-28T00:00:00Z"
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("2", "B", "1")
        raw = made.Root.Metadata.read_bytes()
    assert b"2001" not in raw


def test_a_pdf_that_claims_nothing_is_given_no_claim() -> None:
    with pikepdf.open(BytesIO(finish(bytes_of(plain(marks=False, profile=False)), **NAMES))) as made:
        raw = made.Root.Metadata.read_bytes()
        assert b"<pdfaid" not in raw
        assert b"<pdfuaid" not in raw


def test_the_time_of_making_leaves_no_trace() -> None:
    one, other = (finish(bytes_of(plain(clock=clock)), **NAMES) for clock in ("20010101", "20260528"))
    with pikepdf.open(BytesIO(one)) as made:
        profile = made.Root.OutputIntents[0].DestOutputProfile.read_bytes()
    assert profile[24:36] == bytes(12)
    assert profile[84:100] == bytes(16)
    assert profile[36:84] == (b"20010101" * 16)[36:84]
    again = finish(bytes_of(plain()), **NAMES)
    assert one == again
    assert one != other  # the rest of this made-up profile differs


def test_a_finished_pdf_can_be_finished_again() -> None:
    once = finish(bytes_of(plain()), **NAMES)
    assert finish(once, **NAMES) == once


@pytest.mark.parametrize("kind", ["script", "named", "attachment", "action"])
def test_scripts_and_attachments_are_refused(kind: str) -> None:
    made = plain()
    root: Any = made.Root
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("x"))
    if kind == "script":
        root.OpenAction = script
    elif kind == "action":
        root.AA = pikepdf.Dictionary(WC=script)
    else:
        name = "JavaScript" if kind == "named" else "EmbeddedFiles"
        root.Names = pikepdf.Dictionary({f"/{name}": pikepdf.Dictionary(Names=pikepdf.Array())})
    with pytest.raises(SetupError, match="script"):
        finish(bytes_of(made), **NAMES)


def test_an_action_that_only_goes_to_a_page_is_kept() -> None:
    made = plain()
    root: Any = made.Root
    root.OpenAction = pikepdf.Array([made.pages[0].obj, pikepdf.Name.Fit])
    with pikepdf.open(BytesIO(finish(bytes_of(made), **NAMES))) as done:
        assert "/OpenAction" in done.Root


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(SetupError, match="cannot be opened"):
        finish(b"kein PDF", **NAMES)


@pytest.mark.office
def test_two_conversions_of_one_document_are_the_same_bytes(tmp_path: Path) -> None:
    document = Document()
    document.core_properties.title = "Ada Muster"
    document.add_paragraph("Ein Text über حسام")
    buffer = BytesIO()
    document.save(buffer)
    done = []
    for name in ("eins", "zwei"):
        folder = tmp_path / name
        folder.mkdir()
        pdf = convert([("plan", buffer.getvalue())], folder, timeout_s=120).pdfs["plan"]
        done.append(finish(pdf.read_bytes(), **NAMES))
    assert done[0] == done[1]
    assert b"Ada Muster" not in done[0]


def content_of(stream: bytes, *, marks: bool = True) -> bytes:
    made = plain(marks=marks)
    made.pages[0].Contents = made.make_stream(stream)
    with pikepdf.open(BytesIO(finish(bytes_of(made), **NAMES))) as done:
        return b" ".join(done.pages[0].Contents.read_bytes().split())


def test_a_line_without_a_mark_is_marked_as_decoration() -> None:
    assert content_of(b"q 1 w 0 0 m 9 9 l S Q") == b"q 1 w /Artifact BMC 0 0 m 9 9 l S EMC Q"
    assert content_of(b"1 1 5 5 re f 0 g 2 2 m 3 3 l S") == (
        b"/Artifact BMC 1 1 5 5 re f EMC 0 g /Artifact BMC 2 2 m 3 3 l S EMC"
    )


def test_what_has_a_mark_or_is_text_stays() -> None:
    for stream in (
        b"/Artifact BMC 0 0 m 9 9 l S EMC",
        b"/P <</MCID 0>> BDC /Span BMC BT (x) Tj ET EMC 0 0 m 9 9 l S EMC",
        b"BT (x) Tj ET",
    ):
        assert content_of(stream) == stream
    bare = b"0 0 m 9 9 l S"
    assert content_of(bare, marks=False) == bare  # a PDF that claims nothing


def test_the_mark_of_pdf_ua_is_described_for_pdf_a() -> None:
    with pikepdf.open(BytesIO(finish(bytes_of(plain()), **NAMES))) as made:
        raw = made.Root.Metadata.read_bytes()
    assert raw.count(b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>") == 1


def tagged(*tables: list[list[str]]) -> bytes:
    """Return a tagged PDF with *tables*: the kinds of the cells of each row."""
    made = plain()

    def element(kind: str, below: list[Any]) -> Any:  # noqa: ANN401 - pikepdf is untyped
        return made.make_indirect(pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), K=pikepdf.Array(below)))

    made_tables = [
        element("Table", [element("TR", [element(cell, [0]) for cell in row]) for row in rows]) for rows in tables
    ]
    root: Any = made.Root
    # One element below another may stand without a list around it.
    root.StructTreeRoot = made.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=element("Document", made_tables))
    )
    return bytes_of(made)


def heads_of(pdf: bytes) -> list[list[list[str]]]:
    with pikepdf.open(BytesIO(finish(pdf, **NAMES))) as made:
        root: Any = made.Root
        return [
            [[f"{cell.S}{cell.get('/A', {}).get('/Scope', '')}" for cell in row.K] for row in table.K]
            for table in root.StructTreeRoot.K.K
        ]


def test_the_labels_of_a_table_are_heads_of_their_rows() -> None:
    pair, three = ["TD", "TD"], ["TD", "TD", "TD"]
    told = heads_of(tagged([pair, pair], [["TH", "TH"], pair], [three], [pair, three]))
    assert told == [
        [["/TH/Row", "/TD"], ["/TH/Row", "/TD"]],
        [["/TH", "/TH"], ["/TD", "/TD"]],
        [["/TD", "/TD", "/TD"]],
        [["/TD", "/TD"], ["/TD", "/TD", "/TD"]],
    ]
    assert heads_of(tagged([])) == [[]]
