"""The hints of a form's controls as its glossary keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from lxml import etree

from formpipe.formats.opc import Package
from formpipe.model import Field, FieldState
from formpipe.readers.docx_answers import in_placeholder_style
from formpipe.readers.docx_text import text_of
from formpipe.readers.docx_words import Words
from formpipe.readers.naming import flagged


class Hints:
    """The glossary of *package*, which is parsed only when a control asks for its hint.

    LibreOffice 7.4 drops `w:showingPlcHdr` from plain-text controls, so that
    the hint looks like an answer; the building block it came from stays.
    """

    def __init__(self, package: Package, main: str, w: Words) -> None:
        self._package = package
        self._main = main
        self._w = w

    def beside(self, field: Field, node: etree._Element) -> Field:
        """Return *field* as it is, seen beside the hint of its control *node*.

        What equals the hint is no answer, whatever mark is missing; unless
        LibreOffice took it away, a person should look. Neither is anything else
        in a control that still counts as empty, but it may have been typed.
        """
        w = self._w
        part = node.find(f"{w.sdt_pr}/{w('placeholder')}/{w('docPart')}")
        filled = field.state is FieldState.FILLED
        if part is None or not (isinstance(field.value, str) if filled else field.state is FieldState.PLACEHOLDER):
            return field
        known = self._texts.get(str(part.get(w.val, "")))
        if known is None:
            return field
        if filled:
            if known not in {str(field.value).strip(), field.display}:
                return field
            empty = replace(field, state=FieldState.PLACEHOLDER, value=None, display=None)
            return empty if self._is_after_office(node) else flagged(empty, "review")
        content = node.find(w.sdt_content)
        shown = "" if content is None or in_placeholder_style(content, w) else text_of(content, w).text.strip()
        return flagged(field, "review") if shown not in {"", known} else field

    def _is_after_office(self, node: etree._Element) -> bool:
        w = self._w
        plain = node.find(f"{w.sdt_pr}/{w('text')}") is not None
        return plain and node.find(f"{w.sdt_pr}/{w('tag')}") is None

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
