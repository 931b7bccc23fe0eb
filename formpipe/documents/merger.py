"""docxtpl itself, which merges any template, with its ways of changing or losing a value taken out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from docx.opc.part import Part
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from formpipe.documents.bidi import directed
from formpipe.documents.dialect import environment, unmasked

FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False, huge_tree=False)


class Merger(DocxTemplate):  # type: ignore[misc]  # docxtpl is untyped
    """One template for one document; `texts` are the texts that its parts must hold, `values` what was put in."""

    def __init__(self, source: bytes) -> None:
        super().__init__(BytesIO(source))
        self.texts: dict[str, str] = {}
        self.values: dict[str, tuple[str, ...]] = {}

    def render_xml_part(
        self, src_xml: str, part: Part, context: Mapping[str, Any], jinja_env: SandboxedEnvironment | None = None
    ) -> str:
        """Return the part's XML with the context put in; remembers its text for the check after saving."""
        program = (jinja_env or environment()).from_string(unmasked(src_xml))
        pieces = list(program.root_render_func(program.new_context(dict(context))))
        rendered = "".join(pieces)
        name = str(part.partname).removeprefix("/")
        self.values[name] = tuple(values_of(pieces))
        self.texts[name] = text_of(rendered.encode("utf-8"))
        return directed(str(self.resolve_listing(rendered)))

    def render_properties(self, context: Mapping[str, Any], jinja_env: SandboxedEnvironment | None = None) -> None:
        """Leave the properties alone: `package.finished` writes them."""

    def render_footnotes(self, context: Mapping[str, Any], jinja_env: SandboxedEnvironment | None = None) -> None:
        """Put the context into the footnotes, once.

        docxtpl 0.20 does it once for each section of the document, so that in
        the second round it would run what a person wrote as template code.
        """
        for part in self.footnotes():
            xml = self.patch_xml(part.blob.decode("utf-8"))
            part._blob = self.render_xml_part(xml, part, context, jinja_env).encode("utf-8")

    def footnotes(self) -> Iterator[Part]:
        """Give the part with the footnotes, if there is one."""
        yield from (part for part in self.docx.part.package.parts if part.content_type == FOOTNOTES)

    def sources(self) -> list[str]:
        """Return the XML of body, headers, footers and footnotes as Jinja source."""
        self.render_init()
        parts = [self.get_xml()]
        parts += [self.get_part_xml(part) for _, part in self.headers_and_footers()]
        parts += [part.blob.decode("utf-8") for part in self.footnotes()]
        return [unmasked(self.patch_xml(xml)) for xml in parts]

    def headers_and_footers(self) -> Iterator[tuple[str, Part]]:
        """Give each header and footer with the name of its relationship."""
        for kind in (self.HEADER_URI, self.FOOTER_URI):
            yield from self.get_headers_footers(kind)


def values_of(pieces: list[str]) -> Iterator[str]:
    """Give what the data put into the *pieces* of a rendered template: Jinja marks what it has escaped.

    What a template prints as markup of its own is left out.
    """
    for piece in pieces:
        if type(piece) is not str and "<" not in piece:
            yield str(piece.unescape()) if "&" in piece else str(piece)  # type: ignore[attr-defined]  # Markup


def text_of(xml: bytes) -> str:
    """Return the text of the part *xml* without its breaks and tabs."""
    root = etree.fromstring(xml, _PARSER)
    text = "".join(element.text or "" for element in root.iter(_TEXT))
    return text.translate({ord("\n"): None, ord("\t"): None})
