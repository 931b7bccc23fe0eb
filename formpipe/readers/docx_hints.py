"""The hints of a form's controls as its glossary keeps them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from lxml import etree

from formpipe.errors import UnreadableFormError
from formpipe.formats.opc import Package
from formpipe.model import Field, FieldState
from formpipe.readers.docx_answers import in_placeholder_style
from formpipe.readers.docx_text import text_of
from formpipe.readers.docx_words import Words
from formpipe.readers.naming import flagged

_ODD = re.compile(r"[\s&<>\"'-]")
"""Where a text may be written otherwise in XML, or be cut into runs."""


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
        name = str(part.get(w.val, ""))
        if filled:
            shown = str(field.display or field.value).strip()
            if not self._may_hold(_ODD.split(shown)[0]) or self._texts.get(name) != shown:
                return field
            empty = replace(field, state=FieldState.PLACEHOLDER, value=None, display=None)
            return empty if self._is_after_office(node) else flagged(empty, "review")
        content = next(node.iterchildren(w.sdt_content))
        shown = "" if in_placeholder_style(content, w) else text_of(content, w).text.strip()
        if not shown or self._may_hold(f">{shown}<"):
            return field
        return flagged(field, "review") if self._texts.get(name, shown) != shown else field

    def _may_hold(self, text: str) -> bool:
        """Tell, without parsing, whether *text* stands in the glossary."""
        return text.encode() in self._raw

    @cached_property
    def _raw(self) -> bytes:
        return b"".join(self._package.body(name) for name in self._package.linked("glossaryDocument", self._main))

    def _is_after_office(self, node: etree._Element) -> bool:
        w = self._w
        plain = node.find(f"{w.sdt_pr}/{w('text')}") is not None
        return plain and node.find(f"{w.sdt_pr}/{w('tag')}") is None

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        w = self._w
        texts = {}
        for name in self._package.linked("glossaryDocument", self._main):
            try:
                root = self._package.xml(name)
            except UnreadableFormError:  # nobody sees it on the paper
                continue
            for part in root.iter(w("docPart")):
                own, body = part.find(f"{w('docPartPr')}/{w('name')}"), part.find(w("docPartBody"))
                if own is not None and body is not None:
                    texts[str(own.get(w.val, ""))] = text_of(body, w).text.strip()
        return texts
