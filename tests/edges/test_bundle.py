"""The bundle to print and its cover: order, bookmarks, full sheets, and what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from formpipe.blanks.fonts import find_face
from formpipe.documents.bundle import Chapter, Sheet, bundle
from formpipe.documents.cover import Cover, draw_cover
from formpipe.documents.finish import finish
from formpipe.documents.text import pdf_text
from formpipe.errors import SetupError

NAMED: dict[str, Any] = {"title": "t", "author": "a", "dated": date(2026, 11, 25)}


def paper(pages: int, *, words: str = "x") -> bytes:
    """Return a PDF with tags, of so many pages, each with a link."""
    made = pikepdf.new()
    for number in range(pages):
        page = made.add_blank_page() or made.pages[-1]
        page.Contents = made.make_stream(f"BT ({words} {number}) Tj ET".encode())
        page.StructParents = number
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], StructParent=9)
        page.Annots = pikepdf.Array([made.make_indirect(link)])
    root: Any = made.Root
    root.StructTreeRoot = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot))
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def sheet(title: str, pages: int) -> Sheet:
    return Sheet(title=title, pdf=paper(pages, words=title))


def contents(pdf: bytes) -> list[str]:
    """Return what stands on each page, empty for a blank one."""
    with pikepdf.open(BytesIO(pdf)) as document:
        found = (bytes(page.Contents.read_bytes()) if "/Contents" in page else b"" for page in document.pages)
        return [each.partition(b"(")[2].partition(b")")[0].decode() for each in found]


def targets(pdf: bytes) -> list[tuple[str, int]]:
    """Return each bookmark with the number of the page that it opens."""
    with pikepdf.open(BytesIO(pdf)) as document, document.open_outline() as outline:
        flat = [item for each in outline.root for item in (each, *each.children)]
        return [(item.title, pikepdf.Page(item.destination[0]).index + 1) for item in flat]  # type: ignore[index]


def test_each_paper_begins_on_the_front_of_a_sheet() -> None:
    chapters = [
        Chapter(title="A", sheets=[sheet("a", 3), sheet("b", 2)]),
        Chapter(title="B", sheets=[sheet("c", 1)]),
    ]
    made = bundle(sheet("cover", 1), chapters)
    assert contents(made) == ["cover 0", "", "a 0", "a 1", "a 2", "", "b 0", "b 1", "c 0", ""]
    assert targets(made) == [("cover", 1), ("A", 3), ("a", 3), ("b", 7), ("B", 9), ("c", 9)]
    assert made == bundle(sheet("cover", 1), chapters)


def test_nothing_points_into_tags_that_are_not_there() -> None:
    made = finish(bundle(sheet("cover", 2), [Chapter(title="A", sheets=[sheet("a", 1)])]), **NAMED)
    with pikepdf.open(BytesIO(made)) as document:
        assert "/StructTreeRoot" not in document.Root
        assert str(document.Root.ViewerPreferences.Duplex) == "/DuplexFlipLongEdge"
        for page in document.pages:
            assert "/StructParents" not in page
            assert not any("/StructParent" in each for each in page.get("/Annots", ()))


def test_what_is_no_pdf_is_named() -> None:
    broken = Sheet(title="a", pdf=b"%PDF-1.7 broken")
    with pytest.raises(SetupError, match="a paper to print cannot be opened"):
        _ = broken.pages
    with pytest.raises(SetupError, match="a paper to print cannot be opened"):
        bundle(sheet("cover", 1), [Chapter(title="A", sheets=[broken])])


def cover(rows: Sequence[Sequence[str]], notes: Sequence[str]) -> bytes:
    face = find_face()
    page = Cover(
        title="Druckmappe 25.11.2026",
        lines=["Träger <Ş> & Söhne"],
        head=["Fall", "Papiere", "Seiten", "Termin"],
        rows=rows,
        notes_title="Nicht in dieser Mappe",
        notes=notes,
    )
    return draw_cover(page, regular=face.regular, bold=face.bold)


def test_the_cover_lists_everything_on_as_many_pages_as_it_takes() -> None:
    rows = [[f"MA-CAR-2026-{number:04}", "Integrationsplan\nPapier", str(number), "09:30 Uhr"] for number in range(60)]
    made = cover(rows, ["MA-CAR-2026-9999: Papier – noch nicht freigegeben"])
    text = pdf_text(made)
    assert all(row[0] in text for row in rows)
    assert "Träger <Ş> & Söhne" in text
    assert text.count("Termin") == len(pikepdf.open(BytesIO(made)).pages) > 2
    assert text.endswith("Nicht in dieser Mappe\nMA-CAR-2026-9999: Papier – noch nicht freigegeben")
    assert made == cover(rows, ["MA-CAR-2026-9999: Papier – noch nicht freigegeben"])


def test_an_empty_cover_has_neither_table_nor_list() -> None:
    assert pdf_text(cover([], [])) == "Druckmappe 25.11.2026\nTräger <Ş> & Söhne"
