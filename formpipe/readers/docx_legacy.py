"""Form fields of Word 97 to 2003 (FORMTEXT, FORMCHECKBOX, FORMDROPDOWN) in a Word form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from formpipe.model import Field, FieldState, FieldType
from formpipe.readers.docx_labels import label_of
from formpipe.readers.docx_text import is_on, text_of, without_line_ends
from formpipe.readers.docx_words import Words
from formpipe.readers.naming import UNNAMED

_NOT_A_NAME = re.compile(r"__Fieldmark__|_GoBack|_Toc|_Ref|_Hlk")
_COPY = re.compile(r"_Copy_\d+$")


@dataclass(slots=True)
class _Open:
    """A field between its begin and its end mark; `reading` after the separator."""

    begin: etree._Element
    pieces: list[str] = field(default_factory=list, repr=False)
    reading: bool = False
    paragraphs: int = 0
    bookmark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Legacy:
    """Where a legacy field ends, what its result shows, and the bookmark in or around it."""

    end: etree._Element
    text: str = field(repr=False)
    bookmark: str = ""


def legacy_fields_of(root: etree._Element, w: Words) -> Mapping[etree._Element, Legacy]:
    """Return the form fields below *root* by their begin mark (`w:fldChar`), results read with all changes accepted.

    A field may span paragraphs, hold another one, and lack its separator.
    """
    if next(root.iter(w.ff_data), None) is None:
        return {}
    reader = _Reader(w)
    gone = (w("del"), w("moveFrom"))
    for node in root.iter(w.fld_char, w.r, w.p, w("bookmarkStart")):
        if node.tag == w.r:
            if next(node.iterancestors(*gone), None) is None:
                reader.run(node)
        else:
            reader.mark(node)
    return reader.closed


class _Reader:
    """The state machine over marks and runs in document order."""

    def __init__(self, w: Words) -> None:
        self.w = w
        self.open: list[_Open] = []
        self.closed: dict[etree._Element, Legacy] = {}
        self.bookmark = ""

    def run(self, node: etree._Element) -> None:
        if next(node.iterchildren(self.w.fld_char), None) is not None:
            return
        text = text_of(node, self.w).text
        for each in self.open:
            if each.reading:
                each.pieces.append(text)

    def mark(self, node: etree._Element) -> None:
        if node.tag == self.w.p:
            for each in self.open:
                if each.reading:
                    each.pieces.append("\n")
            if not self.open:
                self.bookmark = ""
        elif node.tag == self.w("bookmarkStart"):
            name = _COPY.sub("", str(node.get(self.w("name"), "")))
            if not _NOT_A_NAME.match(name):
                self.bookmark = name
                if self.open and not self.open[-1].bookmark:
                    self.open[-1].bookmark = name
        else:
            self._field_char(node)

    def _field_char(self, node: etree._Element) -> None:
        kind = node.get(self.w("fldCharType"))
        if kind == "begin":
            self.open.append(_Open(node, bookmark=self.bookmark))
            self.bookmark = ""
        elif kind == "separate" and self.open:
            self.open[-1].reading = True
        elif kind == "end" and self.open:
            done = self.open.pop()
            self.closed[done.begin] = Legacy(end=node, text="".join(done.pieces), bookmark=done.bookmark)


def legacy_field_of(begin: etree._Element, legacy: Legacy | None, w: Words) -> Field | None:
    """Return the form field that starts at *begin*, its name not yet unique; `None` for any other field code."""
    data = begin.find(w.ff_data)
    if data is None or legacy is None:
        return None
    box, choices, text = (data.find(w(name)) for name in ("checkBox", "ddList", "textInput"))
    run, last = begin.getparent(), legacy.end.getparent()
    label = "" if run is None else label_of(run, w, box=box is not None, last=last)
    name_node = data.find(w("name"))
    own = "" if name_node is None else str(name_node.get(w.val, ""))
    own = "" if _NOT_A_NAME.match(own) else own
    name, source = next(
        ((text, source) for text, source in ((own, "legacy"), (legacy.bookmark, "bookmark"), (label, "label")) if text),
        (UNNAMED, "label"),
    )
    kind, state, value, shown = FieldType.TEXT, FieldState.EMPTY, None, None
    if box is not None:
        return _box(name, source, label, box, w)
    if choices is not None:
        kind = FieldType.CHOICE
        state, value, shown = _choice(choices, w)
    else:
        state, value, shown = _text(legacy.text, text, w)
    return Field(name=name, name_source=source, label=label or name, type=kind, state=state, value=value, display=shown)


def _box(name: str, source: str, label: str, node: etree._Element, w: Words) -> Field:
    checked, default = node.find(w("checked")), node.find(w("default"))
    touched = checked is not None
    return Field(
        name=name,
        name_source=source,
        label=label or name,
        type=FieldType.CHECKBOX,
        state=FieldState.FILLED if touched else FieldState.DEFAULT,
        value=is_on(checked if touched else default, w),
    )


def _choice(node: etree._Element, w: Words) -> tuple[FieldState, str | None, str | None]:
    """Return what was chosen; without `w:result` nobody touched it, and what is shown is the default."""
    items = [str(item.get(w.val, "")) for item in node.iterchildren(w("listEntry"))]
    result, default = node.find(w("result")), node.find(w("default"))
    if result is None:
        return FieldState.DEFAULT, None, _item(items, default, w)
    value = _item(items, result, w)
    return (FieldState.EMPTY if value is None else FieldState.FILLED), value, None


def _item(items: list[str], index: etree._Element | None, w: Words) -> str | None:
    number = "0" if index is None else str(index.get(w.val, "0"))
    return items[int(number)] if number.isdecimal() and int(number) < len(items) else None


def _text(text: str, node: etree._Element | None, w: Words) -> tuple[FieldState, str | None, str | None]:
    """Return what was typed; Word shows five EN SPACEs in an empty field."""
    if not text.strip():
        return FieldState.EMPTY, None, None
    default = None if node is None else node.find(w("default"))
    if default is not None and str(default.get(w.val, "")) == text:
        return FieldState.DEFAULT, None, text
    return FieldState.FILLED, without_line_ends(text), None
