"""The archive's record of a plan version: PDF/A-3 with what it was made from inside."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from formpipe.documents.finish import finish
from formpipe.documents.record import Attachment, attachments_of, record
from formpipe.errors import SetupError

DATED = date(2026, 5, 28)
FORM = Attachment(
    name="aufnahme.docx",
    media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    relation="Source",
    description="Bogen",
    data=b"PK\3\4form",
)
PLAN = Attachment(
    name="aaa-plan.json", media_type="application/json", relation="Data", description="Plan", data=b'{"a":1}'
)


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
    b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def plain(*, marks: bool = True) -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    root: Any = made.Root
    if marks:
        root.Metadata = made.make_stream(XMP, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def finished(*, marks: bool = True) -> bytes:
    return finish(plain(marks=marks), title="Integrationsplan", author="Träger", dated=DATED)


def test_a_record_claims_pdf_a_3_and_holds_its_files() -> None:
    made = record(finished(), [FORM, PLAN], dated=DATED)
    assert attachments_of(made) == {FORM.name: FORM.data, PLAN.name: PLAN.data}
    with pikepdf.open(BytesIO(made)) as document:
        root: Any = document.Root
        with document.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "B")
        files = {str(each.UF): each for each in root.AF}
        assert {name: str(each.AFRelationship) for name, each in files.items()} == {
            FORM.name: "/Source",
            PLAN.name: "/Data",
        }
        assert str(files[PLAN.name].EF.F.Subtype) == "/application/json"
        assert str(files[PLAN.name].EF.F.Params.ModDate) == "D:20260528000000Z"
        names = [str(each) for each in list(root.Names.EmbeddedFiles.Names)[::2]]
        assert names == sorted(names)


def test_equal_inputs_give_equal_bytes() -> None:
    assert record(finished(), [FORM, PLAN], dated=DATED) == record(finished(), [PLAN, FORM], dated=DATED)


def test_what_is_no_pdf_a_is_refused() -> None:
    for other in (finished(marks=False), plain(marks=False)):
        with pytest.raises(SetupError, match="no PDF/A-2"):
            record(other, [FORM], dated=DATED)
    with pytest.raises(SetupError, match="cannot be opened"):
        record(b"%PDF-1.7 broken", [FORM], dated=DATED)
    with pytest.raises(SetupError, match="cannot be opened"):
        attachments_of(b"%PDF-1.7 broken")
