"""Paragraphs in a script that runs from right to left: their direction, so that a full stop stands at the right end."""

from __future__ import annotations

import re
import unicodedata

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LANGUAGE = "ar-SA"  # of the complex script as a whole; which language it is, nobody has said
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
# What follows `bidi` in a paragraph's properties, and `rtl` in a run's (ECMA-376 part 1, CT_PPr and CT_RPr).
_AFTER_BIDI = {
    f"{_W}{name}"
    for name in (
        *("adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap"),
        *("jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr"),
        *("sectPr", "pPrChange"),
    )
}
_AFTER_RTL = {f"{_W}{name}" for name in ("cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath", "rPrChange")}


def runs_right_to_left(text: str) -> bool:
    """Tell whether *text* holds a letter that is written from right to left."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def directed(xml: str) -> str:
    """Return the part *xml* with each paragraph marked that is written from right to left.

    That is one that begins so and has more such letters than others: a name of
    a town or a course within a sentence does not turn it. Any other paragraph
    stays as it is: there the order of its parts is the template's.
    """
    if not runs_right_to_left(xml):
        return xml
    root = etree.fromstring(xml.encode("utf-8"), _PARSER)
    for paragraph in root.iter(f"{_W}p"):
        if _is_right_to_left("".join(each.text or "" for each in paragraph.iter(f"{_W}t"))):
            _mark(paragraph)
    return etree.tostring(root, encoding="unicode")


def _is_right_to_left(text: str) -> bool:
    strong = [kind != "L" for kind in map(unicodedata.bidirectional, text) if kind in {"L", "R", "AL"}]
    return bool(strong) and strong[0] and sum(strong) * 2 > len(strong)


def _mark(paragraph: etree._Element) -> None:
    _insert(_properties(paragraph, "pPr"), "bidi", _AFTER_BIDI)
    for run in paragraph.iter(f"{_W}r"):
        properties = _properties(run, "rPr")
        _insert(properties, "rtl", _AFTER_RTL)
        language = properties.find(f"{_W}lang")
        if language is None:
            language = etree.SubElement(properties, f"{_W}lang")
        if f"{_W}bidi" not in language.attrib:
            language.set(f"{_W}bidi", _LANGUAGE)


def _properties(element: etree._Element, name: str) -> etree._Element:
    found = element.find(f"{_W}{name}")
    if found is None:
        found = etree.Element(f"{_W}{name}")
        element.insert(0, found)
    return found


def _insert(properties: etree._Element, name: str, followers: set[str]) -> None:
    if properties.find(f"{_W}{name}") is None:
        place = next((index for index, each in enumerate(properties) if each.tag in followers), len(properties))
        properties.insert(place, etree.Element(f"{_W}{name}"))
