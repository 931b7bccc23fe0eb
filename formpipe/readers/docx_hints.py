"""The hints of a form's controls as its glossary keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from lxml import etree

from formpipe.formats.opc import Package
from formpipe.readers.docx_text import text_of
from formpipe.readers.docx_words import Words


class Hints:
    """The glossary of *package*, which is parsed only when a control asks for its hint.

    LibreOffice 7.4 drops `w:showingPlcHdr` from plain-text controls, so that
    the hint looks like an answer; the building block it came from stays.
    """

    def __init__(self, package: Package, main: str, w: Words) -> None:
        self._package = package
        self._main = main
        self._w = w

    def is_hint(self, node: etree._Element, text: str) -> bool:
        """Tell whether *text* is the hint of the control *node*; asked for plain-text controls without a tag only."""
        w = self._w
        properties = node.find(w.sdt_pr)
        if properties is None or properties.find(w("text")) is None or properties.find(w("tag")) is not None:
            return False
        part = properties.find(f"{w('placeholder')}/{w('docPart')}")
        return part is not None and self._texts.get(str(part.get(w.val, ""))) == text.strip()

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        w = self._w
        texts = {}
        for name in self._package.linked("glossaryDocument", self._main):
            for part in self._package.xml(name).iter(w("docPart")):
                own, body = part.find(f"{w('docPartPr')}/{w('name')}"), part.find(w("docPartBody"))
                if own is not None and body is not None:
                    texts[str(own.get(w.val, ""))] = text_of(body, w).text.strip()
        return texts
