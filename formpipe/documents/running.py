"""Running headers and footers of a Word file: which of its parts a page shows."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from lxml import etree

_BODY, _LINKS, _SETTINGS = "word/document.xml", "word/_rels/document.xml.rels", "word/settings.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LINK_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_REFERENCES = frozenset({f"{_W}headerReference", f"{_W}footerReference"})
_HOLDERS = frozenset({f"{_W}body", f"{_W}pPr"})  # of a section; anywhere else it is what a section was before
_OFF = frozenset({"0", "false", "off"})
_ON_A_PAGE_OF_ITS_OWN = frozenset({"nextPage", "evenPage", "oddPage"})
_FIRST, _EVEN, _OTHER = "first", "even", "default"


def running_parts(members: Mapping[str, bytes], *, pages: int | None = None) -> frozenset[str]:
    """Return the headers and footers among *members* that stand on a page.

    Word keeps a header for even pages or for the first one although the switch
    for it is off. A section without one of its own has that of the section before.

    Args:
        members: The parts of a Word file by name.
        pages: How many pages the document has, `None` if that is not known: then all that it shows if it is long
            enough. Which pages belong to which of several sections nobody knows; of those only what is sure.
    """
    sections = [each for each in _root_of(members, _BODY).iter(f"{_W}sectPr") if _parent_tag(each) in _HOLDERS]
    has_even = _is_on(_root_of(members, _SETTINGS), "evenAndOddHeaders")
    held: dict[tuple[str, str], str] = {}
    shown: set[str] = set()
    for section in sections:
        held |= {
            (str(each.tag), str(each.get(f"{_W}type"))): str(each.get(_LINK_ID))
            for each in section
            if each.tag in _REFERENCES
        }
        kinds = _kinds(section, pages if len(sections) == 1 or pages is None else 0, has_even=has_even)
        if section is sections[0] or pages is None or _begins_a_page(section):
            shown |= {link for (_, kind), link in held.items() if kind in kinds}
    return frozenset(name for link, name in _targets(members) if link in shown)


def _kinds(section: etree._Element, pages: int | None, *, has_even: bool) -> frozenset[str]:
    """Return the kinds of headers that *section* shows on so many *pages*; 0: on one or more, nobody knows."""
    has_first = _is_on(section, "titlePg")
    if pages is None:
        return frozenset({_OTHER} | ({_FIRST} if has_first else set()) | ({_EVEN} if has_even else set()))
    if not pages:
        return frozenset({_FIRST} if has_first else set() if has_even else {_OTHER})
    # LibreOffice 7.4 takes the document's first page for an odd one, whatever number is printed on it.
    return frozenset(
        _FIRST if has_first and page == 1 else _EVEN if has_even and page % 2 == 0 else _OTHER
        for page in range(1, pages + 1)
    )


def _begins_a_page(section: etree._Element) -> bool:
    kind = section.find(f"{_W}type")
    return kind is None or str(kind.get(f"{_W}val", "nextPage")) in _ON_A_PAGE_OF_ITS_OWN


def _is_on(element: etree._Element, name: str) -> bool:
    switch = element.find(f"{_W}{name}")
    return switch is not None and str(switch.get(f"{_W}val", "1")) not in _OFF


def _root_of(members: Mapping[str, bytes], name: str) -> etree._Element:
    return etree.fromstring(members.get(name, b"<none/>"), _PARSER)


def _parent_tag(element: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None else str(parent.tag)


def _targets(members: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for link in _root_of(members, _LINKS):
        target = posixpath.normpath(posixpath.join("/word", str(link.get("Target"))))
        yield str(link.get("Id")), target.removeprefix("/")
