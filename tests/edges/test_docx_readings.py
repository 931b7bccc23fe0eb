"""Every place of a Word file where a word can stand is read; what its template says everywhere is not."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from docx import Document

from formpipe.disclose.haystack import haystack_of, needle_of
from formpipe.documents.docx_readings import docx_readings
from formpipe.documents.package import members_of
from formpipe.formats.opc_write import zip_of

WORD = "Geheim & Söhne"
NEEDLE = needle_of(WORD)
ESCAPED = WORD.replace("&", "&amp;")


def made() -> bytes:
    document = Document()
    document.add_paragraph("Ein Satz")
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


PLAIN = members_of(made())
BODY = "word/document.xml"


def is_found(members: dict[str, bytes], base: dict[str, bytes] | None = None) -> bool:
    readings = docx_readings(zip_of(sorted(members.items())), PLAIN if base is None else base)
    return haystack_of(readings).holds(NEEDLE)


def with_body(old: str, new: str) -> dict[str, bytes]:
    changed = PLAIN[BODY].decode().replace(old, new)
    assert changed != PLAIN[BODY].decode()
    return {**PLAIN, BODY: changed.encode()}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Ein Satz", ESCAPED),
        ("Ein Satz", WORD.upper().replace("&", "&amp;")),
        ("Ein Satz", ESCAPED.replace("&", "&amp;")),
        ("Ein Satz", "Geheim</w:t><w:tab/><w:t>&amp; S&#246;hne"),
        ("Ein Satz", "Geh</w:t></w:r><w:r><w:t>eim &amp; Söh</w:t></w:r><w:r><w:t>ne"),
        ("<w:t>Ein Satz</w:t>", f"<w:delText>{ESCAPED}</w:delText>"),
        ("<w:t>Ein Satz</w:t>", f'<w:instrText>HYPERLINK "{ESCAPED}"</w:instrText>'),
        ("<w:t>Ein Satz</w:t>", f"<!-- {WORD} --><w:t>x</w:t>"),
        ("<w:t>Ein Satz</w:t>", f"<?mark {WORD}?><w:t>x</w:t>"),
        ("<w:t>Ein Satz</w:t>", f"<w:t><![CDATA[{WORD}]]></w:t>"),
        ("<w:t>Ein Satz</w:t>", f'<w:bookmarkStart w:id="1" w:name="{ESCAPED}"/><w:t>x</w:t>'),
        ("<w:t>Ein Satz</w:t>", '<w:bookmarkStart w:id="1" w:name="Geheim%20S%C3%B6hne"/><w:t>x</w:t>'),
    ],
)
def test_a_word_is_found_wherever_it_stands_in_a_part(old: str, new: str) -> None:
    assert is_found(with_body(old, new))


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("docProps/core.xml", f"<x>{ESCAPED}</x>".encode()),
        ("docProps/custom.xml", f"<x><y>{ESCAPED}</y></x>".encode()),
        ("customXml/item1.xml", f"<?xml version='1.0' encoding='UTF-16'?><x>{ESCAPED}</x>".encode("utf-16")),
        ("word/media/image1.png", b"\x89PNG\0\xff" + b"Geheim & S\xc3\xb6hne GmbH" + b"\xff\0"),
        ("word/media/image1.png", b"\x89PNG\0\xff" + "Geheim & Soehne".encode("utf-16-le") + b"\xff\0"),
        ("word/embeddings/note.txt", WORD.encode("utf-16")),
        ("word/embeddings/note.txt", WORD.encode("utf-16-be").join((b"\xfe\xff", b""))),
        ("word/embeddings/note.txt", WORD.encode()),
        ("word/Geheim Söhne.xml", b"<x/>"),
        ("word/_rels/document.xml.rels", f'<x Target="http://127.0.0.1/{ESCAPED}"/>'.encode()),
    ],
)
def test_a_word_is_found_in_every_part_and_in_its_name(name: str, body: bytes) -> None:
    needle = needle_of("Geheim & Soehne") if b"S\0o\0e" in body else NEEDLE
    readings = docx_readings(zip_of(sorted({**PLAIN, name: body}.items())), PLAIN)
    assert haystack_of(readings).holds(needle)


def test_a_word_is_found_in_what_the_package_says_of_itself() -> None:
    for where in ("archive", "entry", "extra"):
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            entry = zipfile.ZipInfo("a.xml")
            if where == "entry":
                entry.comment = WORD.encode()
            if where == "extra":
                entry.extra = b"\xca\xfe\x10\x00" + WORD.encode() + b" "
            archive.writestr(entry, "<x/>")
            if where == "archive":
                archive.comment = WORD.encode()
        assert haystack_of(docx_readings(buffer.getvalue(), {"a.xml": b"<x/>"})).holds(NEEDLE)


def test_what_the_template_has_too_is_not_read_but_for_its_text() -> None:
    changed = with_body("<w:t>Ein Satz</w:t>", f'<w:bookmarkStart w:id="1" w:name="{ESCAPED}"/><w:t>x</w:t>')
    assert not is_found(changed, changed)
    again = {**changed, BODY: changed[BODY].replace(b"<w:t>x<", b"<w:t>y<")}
    assert not is_found(again, changed)
    assert is_found(with_body("Ein Satz", ESCAPED), {})


def test_two_paragraphs_are_not_one_word() -> None:
    body = "<w:p><w:r><w:t>Bei</w:t></w:r></w:p><w:p><w:r><w:t>spiel</w:t></w:r></w:p>"
    members = with_body("<w:sectPr", f"{body}<w:sectPr")
    assert not haystack_of(docx_readings(zip_of(sorted(members.items())), PLAIN)).holds(needle_of("Beispiel"))
