"""Headers and footers that no page shows are not looked for in a PDF; those that one shows are."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from formpipe.documents.convert import convert, office_program
from formpipe.documents.package import members_of
from formpipe.documents.reread import require_text
from formpipe.documents.running import running_parts
from formpipe.documents.text import docx_text
from formpipe.errors import SetupError
from formpipe.formats.opc_write import zip_of

ALL = frozenset({"erste", "gerade", "jede"})


def document_of(*, first: bool, even: bool, pages: int, start: int = 0) -> bytes:
    """Return a Word file with a header of each kind, switched on or off, and so many pages."""
    document = Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "jede"
    section.first_page_header.paragraphs[0].text = "erste"
    section.even_page_header.paragraphs[0].text = "gerade"
    section.footer.paragraphs[0].text = "Fuß"
    section.different_first_page_header_footer = first
    document.settings.odd_and_even_pages_header_footer = even
    if start:
        numbering = parse_xml(f'<w:pgNumType {nsdecls("w")} w:start="{start}"/>')
        section._sectPr.insert_element_before(numbering, "w:cols", "w:docGrid")
    for number in range(pages):
        paragraph = document.add_paragraph(f"Seite{number}")
        paragraph.paragraph_format.page_break_before = number > 0
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def shown(document: bytes, pages: int | None = None) -> frozenset[str]:
    return ALL & set(docx_text(document, pages=pages).split())


CASES = [
    # first, even, pages, what they show
    (False, False, 2, {"jede"}),
    (True, False, 1, {"erste"}),
    (True, False, 2, {"erste", "jede"}),
    (False, True, 1, {"jede"}),
    (False, True, 2, {"jede", "gerade"}),
    (True, True, 2, {"erste", "gerade"}),
    (True, True, 3, ALL),
]


@pytest.mark.parametrize(("first", "even", "pages", "expected"), CASES)
def test_only_headers_that_a_page_shows_are_text(*, first: bool, even: bool, pages: int, expected: set[str]) -> None:
    document = document_of(first=first, even=even, pages=pages)
    assert shown(document, pages) == expected
    assert "Fuß" in docx_text(document, pages=2 * pages)
    assert shown(document) == {"jede"} | ({"erste"} if first else set()) | ({"gerade"} if even else set())


def test_the_first_page_is_an_odd_one_whatever_its_number() -> None:
    assert shown(document_of(first=False, even=True, pages=1, start=2), 1) == {"jede"}


@pytest.mark.office
@pytest.mark.skipif(office_program() is None, reason="LibreOffice is not installed")
def test_the_pdfs_of_all_of_them_are_whole_and_a_lost_header_is_found(tmp_path: Path) -> None:
    made = {str(number): document_of(first=f, even=e, pages=p) for number, (f, e, p, _) in enumerate(CASES)}
    made["start"] = document_of(first=False, even=True, pages=1, start=2)
    done = convert(list(made.items()), tmp_path, timeout_s=120)
    assert sorted(done.pdfs) == sorted(made)
    for name, word in made.items():
        require_text(done.pdfs[name].read_bytes(), word, where=name)
    with pytest.raises(SetupError, match="do not stand"):  # the header of even pages is missing
        require_text(done.pdfs["0"].read_bytes(), made["4"], where="x")


def sections_of(kind: WD_SECTION, *, first: bool, even: bool = False) -> bytes:
    """Return a Word file of two sections: the second begins as *kind* says and has a first page's header at most."""
    document = Document()
    before = document.sections[0]
    before.header.paragraphs[0].text = "jede"
    before.first_page_header.paragraphs[0].text = "erste"
    document.settings.odd_and_even_pages_header_footer = even
    document.add_paragraph("eins")
    after = document.add_section(kind)
    before.different_first_page_header_footer = False
    after.different_first_page_header_footer = first
    document.add_paragraph("zwei")
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("kind", "first", "expected"),
    [
        (WD_SECTION.NEW_PAGE, True, {"jede", "erste"}),  # it has the first page's header of the section before
        (WD_SECTION.NEW_PAGE, False, {"jede"}),
        (WD_SECTION.CONTINUOUS, True, {"jede"}),  # begins on the page that is there
    ],
)
def test_of_several_sections_what_is_sure(kind: WD_SECTION, *, first: bool, expected: set[str]) -> None:
    assert shown(sections_of(kind, first=first), 2) == expected


def test_of_several_sections_with_other_even_pages_nothing_is_sure() -> None:
    assert shown(sections_of(WD_SECTION.NEW_PAGE, first=False, even=True), 2) == set()
    assert shown(sections_of(WD_SECTION.NEW_PAGE, first=False, even=True)) == {"jede"}


def test_a_section_as_it_was_before_a_change_shows_nothing() -> None:
    members = members_of(document_of(first=False, even=False, pages=1))
    body = members["word/document.xml"].decode()
    start, end = body.rindex("<w:sectPr"), body.rindex("</w:sectPr>")
    old = body[start : body.index(">", start)] + ">" + "<w:titlePg/></w:sectPr>"
    change = f'<w:sectPrChange w:id="1" w:author="x">{old}</w:sectPrChange>'
    members["word/document.xml"] = (body[:end] + change + body[end:]).encode()
    changed = zip_of(members.items())
    assert shown(changed, 1) == {"jede"}


def test_a_file_without_links_has_no_running_parts() -> None:
    assert running_parts({"word/document.xml": b"<x/>"}) == frozenset()
