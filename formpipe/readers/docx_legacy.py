"""Form fields of Word 97 to 2003 (FORMTEXT, FORMCHECKBOX, FORMDROPDOWN) in a Word form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from formpipe.model import Field, FieldState, FieldType
from formpipe.readers.docx_labels import label_of
from formpipe.readers.docx_text import is_on, leaf_text, text_of, without_line_ends
from formpipe.readers.docx_words import Words
from formpipe.readers.naming import UNNAMED, flagged

_NOT_A_NAME = re.compile(r"__Fieldmark__|_GoBack|_Toc|_Ref|_Hlk")
_COPY = re.compile(r"_Copy_\d+$")


@dataclass(slots=True)
class _Open:
    """A field between its begin and its end mark; `reading` after the separator."""

    begin: etree._Element
    pieces: list[str] = field(default_factory=list, repr=False)
    code: list[str] = field(default_factory=list, repr=False)  # text before the separator
    reading: bool = False
    tracked: bool = False
    paragraphs: int = 0
    bookmark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Legacy:
    """Where a legacy field ends, what its result shows, and the bookmark in or around it.

    `tracked` says that changes were accepted in it, `broken` that its
    separator or its end is missing and what belongs to it is a guess.
    """

    end: etree._Element
    text: str = field(repr=False)
    bookmark: str = ""
    tracked: bool = False
    broken: bool = False

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of the field."""
        return (*(("tracked",) * self.tracked), *(("review",) * self.broken))


def legacy_fields_of(root: etree._Element, w: Words) -> Mapping[etree._Element, Legacy]:
    """Return the form fields below *root* by their begin mark (`w:fldChar`), results read with all changes accepted.

    A field may span paragraphs, hold another one, and lack its separator.
    """
    if next(root.iter(w.ff_data), None) is None:
        return {}
    reader = _Reader(w)
    for node in root.iter(w.r, w.p, w("bookmarkStart")):
        if node.tag == w.r:
            reader.run(node)
        else:
            reader.mark(node)
    reader.end()
    return reader.closed


class _Reader:
    """The state machine over marks and runs in document order."""

    def __init__(self, w: Words) -> None:
        self.w = w
        self.open: list[_Open] = []
        self.closed: dict[etree._Element, Legacy] = {}
        self.bookmark = ""
        self.gone = (w("del"), w("moveFrom"))

    def run(self, node: etree._Element) -> None:
        marks = next(node.iterchildren(self.w.fld_char), None) is not None
        if not marks and not self.open:
            return
        gone = next(node.iterancestors(*self.gone), None) is not None
        changed = gone or next(node.iterancestors(*self.w.kept), None) is not None
        if not marks:
            self._text("" if gone else text_of(node, self.w).text, changed=changed)
            return
        for child in node:  # some programs put a whole field into one run
            if child.tag == self.w.fld_char:
                self._field_char(child)
            elif child.tag in self.w.text and not gone:
                self._text(leaf_text(child, self.w), changed=changed)

    def _text(self, text: str, *, changed: bool) -> None:
        for each in self.open:
            (each.pieces if each.reading else each.code).append(text)
            each.tracked = each.tracked or changed

    def end(self) -> None:
        """Close what the story leaves open: it is known to be there, and no more."""
        for each in self.open:
            self.closed[each.begin] = Legacy(end=each.begin, text="", bookmark=each.bookmark, broken=True)

    def mark(self, node: etree._Element) -> None:
        if node.tag == self.w.p:
            for each in self.open:
                if each.reading:
                    each.pieces.append("\n")
            if not self.open:
                self.bookmark = ""
        else:
            name = _COPY.sub("", str(node.get(self.w("name"), "")))
            if not _NOT_A_NAME.match(name):
                self.bookmark = name
                if self.open and not self.open[-1].bookmark:
                    self.open[-1].bookmark = name

    def _field_char(self, node: etree._Element) -> None:
        kind = node.get(self.w("fldCharType"))
        if kind == "begin":
            self.open.append(_Open(node, bookmark=self.bookmark))
            self.bookmark = ""
        elif kind == "separate" and self.open:
            self.open[-1].reading = True
        elif kind == "end" and self.open:
            done = self.open.pop()
            code = "".join(done.code)
            broken = not done.reading and bool(code.strip())
            text = code if broken else "".join(done.pieces)
            self.closed[done.begin] = Legacy(
                end=node, text=text, bookmark=done.bookmark, tracked=done.tracked, broken=broken
            )


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
    flags = legacy.flags
    if box is not None:
        return flagged(_box(name, source, label, box, w), *flags)
    if choices is not None:
        kind = FieldType.CHOICE
        state, value, shown = _choice(choices, w)
        if _is_off_list(choices, w) or _shows_another(legacy.text.strip(), choices, value or shown, w):
            flags = (*flags, "review")
    else:
        state, value, shown = _text(legacy.text, text, w)
    found = Field(
        name=name, name_source=source, label=label or name, type=kind, state=state, value=value, display=shown
    )
    return flagged(found, *flags)


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


def _is_off_list(node: etree._Element, w: Words) -> bool:
    """Tell whether the list says that an item is chosen that it does not have."""
    return node.find(w("result")) is not None and _choice(node, w)[1] is None


def _shows_another(text: str, node: etree._Element, chosen: str | None, w: Words) -> bool:
    """Tell whether another item of the list is shown than is chosen; Word itself writes no text there."""
    return text != chosen and text in {str(item.get(w.val, "")) for item in node.iterchildren(w("listEntry"))}


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
