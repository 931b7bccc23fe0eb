"""All that a finished Word file says, part by part, as texts to be searched; without what its template has too."""

from __future__ import annotations

import html
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from urllib.parse import unquote

from lxml import etree

from formpipe.documents.package import members_of
from formpipe.documents.runs import runs_of

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPHS = (f"{_W}p", "{http://schemas.openxmlformats.org/drawingml/2006/main}p")
_BREAKS = (f"{_W}br", f"{_W}tab", f"{_W}cr", f"{_W}noBreakHyphen", *_PARAGRAPHS)
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False, huge_tree=False)
_XML = (".xml", ".rels")


def docx_readings(document: bytes, template: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the texts of every part of *document*, its attributes, comments and names.

    Left out is what *template* has too: parts that are the same byte for byte,
    attribute values and names of parts. What it prints is not left out.

    Args:
        document: A Word file that we made.
        template: The parts of its template by name.
    """
    with zipfile.ZipFile(BytesIO(document)) as archive:
        yield archive.comment.decode("utf-8", "replace")
        for entry in archive.infolist():
            yield "\n".join(text.decode("utf-8", "replace") for text in (entry.comment, entry.extra))
    for name, body in members_of(document).items():
        base = template.get(name)
        if base is None:
            yield name
        if body == base:
            continue
        if name.endswith(_XML):
            yield from _xml_readings(body, base)
        else:
            yield from runs_of(body)


def _xml_readings(body: bytes, base: bytes | None) -> Iterator[str]:
    root = etree.fromstring(body, _PARSER)
    known = _attributes_of(etree.fromstring(base, _PARSER)) if base is not None else set()
    yield from _decoded("\n".join(sorted(_attributes_of(root) - known)))
    yield from _decoded("\n".join(each.text or "" for each in root.iter(etree.Comment, etree.PI)))
    yield from _decoded(_text_of(root))


def _decoded(text: str) -> Iterator[str]:
    """Yield *text*, and what it says where it was escaped once more than it had to be (`&amp;amp;`, `%20`)."""
    yield text
    if "&" in text or "%" in text:
        yield unquote(html.unescape(text))


def _attributes_of(root: etree._Element) -> set[str]:
    found = root.xpath("//@*", smart_strings=False)
    return {str(each) for each in found} if isinstance(found, list) else set()


def _text_of(root: etree._Element) -> str:
    for element in root.iter(*_BREAKS):
        element.tail = f"\n{element.tail or ''}"
    return str(etree.tostring(root, method="text", encoding="unicode"))
