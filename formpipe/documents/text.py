"""The text of a finished document, part by part and page by page: for searching it, not for showing it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from lxml import etree

from formpipe.documents.package import members_of
from formpipe.documents.running import running_parts

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_RUNNING = frozenset({f"{_WORD}hdr", f"{_WORD}ftr"})
_FIELD, _SIMPLE_FIELD = f"{_WORD}fldChar", f"{_WORD}fldSimple"
_SPACES = {f"{_WORD}br": "\n", f"{_WORD}cr": "\n", f"{_WORD}tab": "\t"}


def docx_text(document: bytes, *, pages: int | None = None) -> str:
    """Return the text of body, headers, footers and notes; a line for each paragraph.

    Left out is what a program reckons anew when it shows the paper (results of
    fields: the number of the page, how many there are), and headers and footers
    that it does not show, as far as *pages* (how many there are) tells.
    """
    members = members_of(document)
    running = running_parts(members, pages=pages)
    lines: list[str] = []
    for name, body in sorted(members.items()):
        if not (name.startswith("word/") and name.endswith(".xml")):
            continue
        root = etree.fromstring(body, _PARSER)
        if root.tag not in _RUNNING or name in running:
            lines += ["".join(_pieces(paragraph)) for paragraph in root.iter(f"{_WORD}p")]
    return "\n".join(lines)


def pdf_text(document: bytes | Path) -> str:
    """Return the text of all pages as it stands on them; only for PDFs that we made."""
    import pdfplumber  # noqa: PLC0415  # 6 MB, for PDFs only

    source = BytesIO(document) if isinstance(document, bytes) else document
    with pdfplumber.open(source) as pdf:
        return "\n".join(page.extract_text() for page in pdf.pages)


def _pieces(paragraph: etree._Element) -> Iterator[str]:
    depth = 0  # fields may stand in fields
    for element in paragraph.iter(f"{_WORD}t", _FIELD, *_SPACES):
        if element.tag == _FIELD:
            depth += {"begin": 1, "end": -1}.get(str(element.get(f"{_WORD}fldCharType")), 0)
        elif not depth and next(element.iterancestors(_SIMPLE_FIELD), None) is None:
            yield _SPACES.get(str(element.tag), element.text or "")
