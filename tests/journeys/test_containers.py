"""What is no Word document or PDF, and what reaches out of its file: refused with a code and a way out in German."""

from __future__ import annotations

import io
import zipfile

import pytest
from make_docx import zipped
from make_forms import forms_of, load_case
from roots import Root, command

_INTAKE = forms_of(load_case("new"))[0]
_TEMPLATE = (
    '<Relationship Id="rOut" TargetMode="External" Target="https://example.org/a.dotm" Type="http://schemas'
    '.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
)
_OTHERS = {
    "odt": zipped([("mimetype", b"application/vnd.oasis.opendocument.text")]),
    "fodt": b'<?xml version="1.0"?>\n<office:document xmlns:office="x"/>',
    "rtf": b"{\\rtf1\\ansi Hallo}",
    "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le"),
    "flat-opc": b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><a/>',
    "html": b"<html><body>Hallo</body></html>",
}


@pytest.mark.parametrize("container", sorted(_OTHERS))
def test_another_format_is_refused_by_its_content_and_told_how_to_save_it(container: str, root: Root) -> None:
    sha256 = root.drop("bogen.docx", _OTHERS[container])
    path = str(root.path / "inbox" / "bogen.docx")
    (extracted,) = command("extract", path, "--format", "json").rows
    assert extracted["container"] == container
    assert extracted["error"]["code"] == "unsupported"
    assert ".docx" in extracted["error"]["message"]
    ran = root.run(path)
    assert ran.exit_code == 3
    assert [(row["outcome"], row["reason"]) for row in ran.rows] == [("rejected", "unsupported")]
    notice = root.files("outbox", "hinweise")[f"{sha256[:12]}-nicht-lesbar.txt"].decode()
    assert "mit «Speichern unter» als Word-Dokument (.docx)" in " ".join(notice.split())


def test_a_form_that_reaches_out_is_read_and_never_taken(root: Root) -> None:
    root.drop("bogen.docx", _reaching_out(root.filled(_INTAKE)))
    path = str(root.path / "inbox" / "bogen.docx")
    (extracted,) = command("extract", path, "--format", "json").rows
    assert extracted["error"] is None
    assert {"external"} == {flag for field in extracted["fields"] for flag in field["flags"]}
    text = command("extract", path).out
    assert text.count("[external]") == len(extracted["fields"])
    ran = root.run(path)
    assert [(row["outcome"], row["reason"]) for row in ran.rows] == [("rejected", "unsafe")]


def test_a_form_saved_for_macros_is_read_and_never_taken(root: Root) -> None:
    plain, macros = (
        b"openxmlformats-officedocument.wordprocessingml.document.main",
        b"ms-word.document.macroEnabled.main",
    )
    with zipfile.ZipFile(io.BytesIO(root.filled(_INTAKE))) as source:
        members = [(name, source.read(name).replace(plain, macros)) for name in source.namelist()]
    root.drop("bogen.docx", zipped(members))
    path = str(root.path / "inbox" / "bogen.docx")
    (extracted,) = command("extract", path, "--format", "json").rows
    assert (extracted["container"], extracted["error"]) == ("docm", None)
    ran = root.run(path)
    assert [(row["outcome"], row["reason"]) for row in ran.rows] == [("rejected", "macro")]


def test_what_became_of_the_fields_is_told(root: Root) -> None:
    root.drop("gut.docx", root.filled(_INTAKE))
    (row,) = root.run().rows
    assert row["fields"]["total"] > row["fields"]["filled"] > 0
    (receipt,) = (text.decode() for path, text in root.files("outbox").items() if path.endswith("-eingang.txt"))
    assert f"{row['fields']['total']} Felder: {row['fields']['filled']} ausgefüllt" in receipt
    assert ", 0 unbekannt" in receipt
    sha256 = root.drop("falsch.docx", root.filled(_INTAKE, changed={"person.birth_date": "31.02.1990"}))
    (row,) = root.run().rows
    correction = root.files("outbox", "korrektur")[f"{sha256[:12]}-korrektur.txt"].decode()
    assert f"{row['fields']['total']} Felder: {row['fields']['filled']} ausgefüllt" in correction
    lines = root.command("run", "--no-pdf", str(root.path / "outbox" / "korrektur" / f"{sha256[:12]}.docx")).out
    assert f"{row['fields']['total']} fields: {row['fields']['filled']} filled, 0 unknown" in lines


def _reaching_out(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        members = [(name, source.read(name)) for name in source.namelist()]
    end = b"</Relationships>"
    return zipped(
        (name, body.replace(end, _TEMPLATE.encode()) if name == "word/_rels/document.xml.rels" else body)
        for name, body in members
    )
