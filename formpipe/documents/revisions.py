"""Tracked changes of a template, accepted: what was crossed out goes, what was added stays, who did it is forgotten."""

from __future__ import annotations

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ADDED = (f"{_W}ins", f"{_W}moveTo")
_CROSSED_OUT = (f"{_W}del", f"{_W}moveFrom")
_PROPERTIES_BEFORE = tuple(
    f"{_W}{name}Change" for name in ("rPr", "pPr", "sectPr", "tblPr", "tblPrEx", "tcPr", "trPr", "tblGrid", "numbering")
)
_RANGES = tuple(
    f"{_W}{kind}{name}Range{end}"
    for kind, names in (("move", ("From", "To")), ("customXml", ("Ins", "Del", "MoveFrom", "MoveTo")))
    for name in names
    for end in ("Start", "End")
)
_CELLS = (f"{_W}cellIns", f"{_W}cellMerge")
_CELL_CROSSED_OUT = f"{_W}cellDel"
_P, _PPR, _TR, _TC = f"{_W}p", f"{_W}pPr", f"{_W}tr", f"{_W}tc"


def accept_revisions(root: etree._Element) -> None:
    """Accept every tracked change in *root*, as Word does on «Alle Änderungen annehmen»."""
    for element in list(root.iter(_CELL_CROSSED_OUT)):
        _drop_owner(element, _TC)
    for element in list(root.iter(*_CROSSED_OUT)):
        owners = [str(each.tag) for each in element.iterancestors()][:2]
        if owners[:1] == [f"{_W}trPr"]:
            _drop_owner(element, _TR)
        elif owners == [f"{_W}rPr", _PPR]:
            _merge_with_next(element)
        else:
            drop(element)
    for element in list(root.iter(*_ADDED)):
        unwrap(element)
    for element in list(root.iter(*_PROPERTIES_BEFORE, *_RANGES, *_CELLS)):
        drop(element)


def drop(element: etree._Element) -> None:
    """Take *element* and all that is in it out of its tree; what follows it stays."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def unwrap(element: etree._Element) -> None:
    """Put what is in *element* into its place."""
    parent = element.getparent()
    if parent is not None:
        place = parent.index(element)
        parent[place : place + 1] = list(element)


def _drop_owner(mark: etree._Element, tag: str) -> None:
    owner = next(mark.iterancestors(tag), None)
    drop(mark if owner is None else owner)


def _merge_with_next(mark: etree._Element) -> None:
    """Take the end of the paragraph away that *mark* says is crossed out: its text begins the next paragraph."""
    paragraph = next(mark.iterancestors(_P), None)
    drop(mark)
    follower = None if paragraph is None else paragraph.getnext()
    if paragraph is None or follower is None or follower.tag != _P:
        return
    place = 1 if len(follower) and follower[0].tag == _PPR else 0
    follower[place:place] = [each for each in paragraph if each.tag != _PPR]
    drop(paragraph)
