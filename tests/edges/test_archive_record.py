"""The archive's record of a plan version: PDF/A-3 with what it was made from inside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from make_pdf import empty_page

from formpipe.documents.finish import finish
from formpipe.documents.record import Attachment, attachments_of, record, require_record
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


def finished(*, marks: bool = True) -> bytes:
    return finish(empty_page(marks=marks), title="Integrationsplan", author="Träger", dated=DATED)


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
    for other in (finished(marks=False), empty_page(marks=False)):
        with pytest.raises(SetupError, match="no PDF/A-2"):
            record(other, [FORM], dated=DATED)
    with pytest.raises(SetupError, match="cannot be opened"):
        record(b"%PDF-1.7 broken", [FORM], dated=DATED)
    with pytest.raises(SetupError, match="cannot be opened"):
        attachments_of(b"%PDF-1.7 broken")


def test_a_record_that_shows_other_pages_or_gives_back_other_files_is_refused() -> None:
    pdf = finished()
    made = record(pdf, [FORM, PLAN], dated=DATED)
    require_record(made, pdf, [FORM, PLAN], where="MA")
    with pikepdf.open(BytesIO(pdf)) as document:
        document.pages[0].Contents = document.make_stream(b"q Q")
        buffer = BytesIO()
        document.save(buffer)
    for other, files in ((buffer.getvalue(), [FORM, PLAN]), (pdf, [FORM]), (pdf, [FORM, replace(PLAN, data=b"{}")])):
        with pytest.raises(SetupError, match="does not hold what it was made of"):
            require_record(made, other, files, where="MA")
    with pytest.raises(SetupError, match="cannot be opened"):
        require_record(b"kein PDF", pdf, [FORM, PLAN], where="MA")
