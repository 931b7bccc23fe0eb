"""The text of a range of WordprocessingML, as a person reads it with all changes accepted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from formpipe.readers.docx_words import FALLBACK, MATH_TEXT, OFF, Words

# Boxes of the symbol fonts; their code points mean nothing in Unicode.
_BOXES = {
    "Wingdings": {
        0xFE: "\N{BALLOT BOX WITH CHECK}",
        0xFD: "\N{BALLOT BOX WITH X}",
        0x78: "\N{BALLOT BOX WITH X}",
        0xFC: "\N{CHECK MARK}",
        0xFB: "\N{BALLOT X}",
        0xA8: "\N{BALLOT BOX}",
        0x6F: "\N{BALLOT BOX}",
        0x71: "\N{BALLOT BOX}",
        0x72: "\N{BALLOT BOX}",
    },
    "Wingdings 2": {
        0x50: "\N{CHECK MARK}",
        0x4F: "\N{BALLOT X}",
        0x52: "\N{BALLOT BOX WITH CHECK}",
        0x53: "\N{BALLOT BOX WITH X}",
        0x54: "\N{BALLOT BOX WITH X}",
        0xA3: "\N{BALLOT BOX}",
        0x2A: "\N{BALLOT BOX}",
    },
}
_SYMBOLS = re.compile("[\uf020-\uf0ff]")
"""Letters of a symbol font as Word keeps them in ordinary text; no other font has any there."""
_PRIVATE_USE = 0xF000
_SURROGATES, _LAST = (0xD800, 0xDFFF), 0xFFFF
_LINE_ENDS = re.compile(r" +$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a range; `tracked` says that changes were accepted in it, `hidden` that some of it is not seen."""

    text: str = field(repr=False)
    tracked: bool = False
    hidden: bool = False


def text_of(node: etree._Element, w: Words) -> Text:
    """Return the text in *node*: paragraphs joined by a line feed, deleted text left out."""
    if not w.special or next(node.iter(*w.special), None) is None:
        return Text(_plain(node, w))
    collector = _Collector(w)
    collector.visit(node)
    return Text("".join(collector.pieces), tracked=collector.tracked, hidden=collector.hidden)


def flags_of(*texts: Text) -> tuple[str, ...]:
    """Return the flags of a field that *texts* make up."""
    tracked, hidden = any(each.tracked for each in texts), any(each.hidden for each in texts)
    return ("tracked",) * tracked + ("review",) * hidden


def without_line_ends(text: str) -> str:
    """Return *text* without the blanks at the end of its lines and the empty lines at its end: nobody sees them."""
    return _LINE_ENDS.sub("", text).rstrip("\n")


def is_on(node: etree._Element | None, w: Words) -> bool:
    """Tell whether the switch *node* is there and on (absent `w:val` is on)."""
    return node is not None and node.get(w.val, "1") not in OFF


def _plain(node: etree._Element, w: Words) -> str:
    pieces: list[str] = []
    begun = False
    for each in node.iter(*w.text):
        tag = each.tag
        if tag in {w.t, MATH_TEXT}:
            pieces.append(_written(each, w))
        elif tag == w.p:
            if begun:
                pieces.append("\n")
            begun = True
        else:
            pieces.append(_mark(each, w))
    return "".join(pieces)


def leaf_text(node: etree._Element, w: Words) -> str:
    """Return the text of a leaf, one of `Words.text` but no paragraph."""
    return _written(node, w) if node.tag in {w.t, MATH_TEXT} else _mark(node, w)


def _written(node: etree._Element, w: Words) -> str:
    """Return the text of a `w:t`, the boxes of a symbol font among it as what they show."""
    text = str(node.text or "")
    if text.isascii() or _SYMBOLS.search(text) is None:
        return text
    run = node.getparent()
    fonts = None if run is None else run.find(f"{w('rPr')}/{w('rFonts')}")
    boxes = _BOXES.get("" if fonts is None else str(fonts.get(w("ascii"), "")), {})
    return _SYMBOLS.sub(lambda found: boxes.get(ord(found[0]) - _PRIVATE_USE, found[0]), text)


def _mark(node: etree._Element, w: Words) -> str:
    """Return the text of a leaf that is not `w:t`; `w:tab` also stands in the definition of tab stops."""
    tag = node.tag
    if tag == w.tab:
        parent = node.getparent()
        return "\t" if parent is not None and parent.tag == w.r else ""
    if tag in {w("br"), w("cr")}:
        return "\n"
    if tag == w("ptab"):
        return "\t"
    return "-" if tag == w("noBreakHyphen") else _symbol(node, w)


def _symbol(node: etree._Element, w: Words) -> str:
    try:
        code = int(node.get(w("char"), ""), 16)
    except ValueError:
        return ""
    font = str(node.get(w("font"), ""))
    if font.startswith("Wingdings"):
        return _BOXES.get(font, {}).get(code - _PRIVATE_USE if code >= _PRIVATE_USE else code, "")
    return chr(code) if 0 <= code <= _LAST and not _SURROGATES[0] <= code <= _SURROGATES[1] else ""


class _Collector:
    """Walks a range that holds changes, hidden text, fields, or drawings stored twice."""

    def __init__(self, w: Words) -> None:
        self.w = w
        self.pieces: list[str] = []
        self.tracked = False
        self.hidden = False
        self.begun = False
        self.merge = False  # the mark of the last paragraph is deleted: the next goes on in the same line
        self.gone = frozenset({w("del"), w("moveFrom")})
        self.kept = frozenset({w("ins"), w("moveTo")})
        self.dropped = frozenset({FALLBACK, w("pPr"), w("rPr"), w("instrText"), w("tcPr"), w("tblPr"), w.sdt_pr})
        self.leaves = frozenset(w.text) - {w.p}

    def visit(self, node: etree._Element) -> None:
        for child in node:
            tag = child.tag
            if tag in self.gone:
                self.tracked = True
            elif tag in self.leaves:
                self.pieces.append(leaf_text(child, self.w))
            elif tag not in self.dropped and not self._is_deleted_row(child):
                self._enter(child)

    def _enter(self, child: etree._Element) -> None:
        tag = child.tag
        if tag in self.kept:
            self.tracked = True
        elif tag == self.w.r:
            self.hidden = self.hidden or is_on(child.find(f"{self.w('rPr')}/{self.w('vanish')}"), self.w)
        elif tag == self.w.p:
            if self.begun and not self.merge:
                self.pieces.append("\n")
            self.begun = True
        self.visit(child)
        if tag == self.w.p:
            mark = child.find(f"{self.w('pPr')}/{self.w('rPr')}")
            self.merge = mark is not None and any(each.tag in self.gone for each in mark)
            self.tracked = self.tracked or self.merge

    def _is_deleted_row(self, node: etree._Element) -> bool:
        if node.tag != self.w.tr or node.find(f"{self.w('trPr')}/{self.w('del')}") is None:
            return False
        self.tracked = True
        return True
