"""What stands in the parts of a template and is not meant to be read: taken out before anything is made from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from lxml import etree

from formpipe.documents.revisions import accept_revisions, drop, unwrap

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{_WORD}}}"
_SETTINGS, _STYLES = f"{_W}settings", f"{_W}styles"
# All that settings may say of who works with the file, where it lies and what it is connected with.
_FORGOTTEN_SETTINGS = {
    *("rsids", "docVars", "attachedTemplate", "mailMerge", "proofState", "trackRevisions", "writeProtection"),
    *("attachedSchema", "schemaLibrary", "saveThroughXslt", "docId", "smartTagType"),
}
_COMMENT_MARKS = ("commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef")
_MARKS = (*_COMMENT_MARKS, "proofErr", "permStart", "permEnd", "dataBinding")
_WRAPPERS = (f"{_W}smartTag", f"{_W}customXml")
_WRAPPERS_PROPERTIES = (f"{_W}smartTagPr", f"{_W}customXmlPr")
_NUMBERED = re.compile(r"rsid|(?:para|text|durable)Id$")
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_POINTS_ELSEWHERE = (f"{_RELATIONSHIPS}link", f"{_RELATIONSHIPS}href")
_ON = {None, "1", "true", "on"}
_COMMENTS = (etree._Comment, etree._ProcessingInstruction)
_JINJA = re.compile("[{}]")


def forget(root: etree._Element, *, hidden: frozenset[str], lost: Iterable[str]) -> None:
    """Take out of the part *root* what nobody is to read.

    That is tracked changes (accepted), marks of comments, XML comments, hidden
    text, markup of custom XML, numbers by which Word knows who changed what and
    when, and links to parts that are gone. Hidden text with template tags stays:
    it is part of what the template does.

    Args:
        root: The part; changed in place.
        hidden: The styles that hide text (`hiding_styles`).
        lost: The ids of relationships of this part that are gone.
    """
    for element in root.iter(etree.Element):
        _forget_comments(element)
    accept_revisions(root)
    for element in list(root.iter(*_WRAPPERS_PROPERTIES)):
        drop(element)
    for element in list(root.iter(*_WRAPPERS)):
        unwrap(element)
    for element in list(root.iter(*(f"{{*}}{name}" for name in _MARKS))):
        drop(element)
    for run in list(_hidden_runs(root, hidden)):
        drop(run)
    if root.tag == _SETTINGS:
        for element in list(root):
            if etree.QName(element).localname in _FORGOTTEN_SETTINGS:
                root.remove(element)
    _forget_numbers(root)
    _forget_links(root, frozenset(lost))


def hiding_styles(styles: etree._Element) -> frozenset[str]:
    """Return the ids of the styles in *styles* that hide what is written in them, by themselves or by inheritance."""
    known = {str(style.get(f"{_W}styleId")): style for style in styles.iter(f"{_W}style")}
    return frozenset(name for name in known if _hides(name, known))


def is_styles(root: etree._Element) -> bool:
    """Tell whether the part *root* defines styles."""
    return root.tag == _STYLES


def _hides(name: str, known: dict[str, etree._Element]) -> bool:
    seen: set[str] = set()
    while name in known and name not in seen:
        seen.add(name)
        said = _says_hidden(known[name])
        if said is not None:
            return said
        based = known[name].find(f"{_W}basedOn")
        name = "" if based is None else str(based.get(f"{_W}val"))
    return False


def _says_hidden(owner: etree._Element) -> bool | None:
    """Return what the properties of *owner* say, `None` if they do not speak of it."""
    mark = owner.find(f"{_W}rPr/{_W}vanish")
    return None if mark is None else mark.get(f"{_W}val") in _ON


def _hidden_runs(root: etree._Element, hidden: frozenset[str]) -> Iterator[etree._Element]:
    """Yield the hidden runs, but for those next to each other that hold a template tag."""
    for paragraph in root.iter(f"{_W}p"):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        is_hidden = style is not None and style.get(f"{_W}val") in hidden
        own = (run for run in paragraph.iter(f"{_W}r") if next(run.iterancestors(f"{_W}p")) is paragraph)
        runs = [(run, _is_hidden(run, hidden, default=is_hidden)) for run in own]
        for hides, group in groupby(runs, key=lambda each: each[1]):
            found = [run for run, _ in group]
            if hides and not _JINJA.search("".join(_text_of(run) for run in found)):
                yield from found


def _text_of(run: etree._Element) -> str:
    return str(etree.tostring(run, method="text", encoding="unicode", with_tail=False))


def _is_hidden(run: etree._Element, hidden: frozenset[str], *, default: bool) -> bool:
    said = _says_hidden(run)
    if said is not None:
        return said
    style = run.find(f"{_W}rPr/{_W}rStyle")
    return default if style is None else style.get(f"{_W}val") in hidden


def _forget_numbers(root: etree._Element) -> None:
    for mark in list(root.iter(f"{_W}rsid")):
        drop(mark)
    for element in root.iter(etree.Element):
        for attribute in [key for key in element.attrib if _NUMBERED.match(etree.QName(str(key)).localname)]:
            del element.attrib[attribute]


def _forget_links(root: etree._Element, lost: frozenset[str]) -> None:
    """Take out what points at a relationship that is gone: a picture loses where it came from, others go as a whole."""
    for element in list(root.iter(etree.Element)):
        for key, value in list(element.attrib.items()):
            if str(key).startswith(_RELATIONSHIPS) and value in lost:
                if key in _POINTS_ELSEWHERE:
                    del element.attrib[key]
                else:
                    drop(element)


def _forget_comments(parent: etree._Element) -> None:
    """Take comments and instructions of XML out of *parent*; the text around them stays."""
    for each in [each for each in parent if isinstance(each, _COMMENTS)]:
        before = each.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + (each.tail or "")
        else:
            parent.text = (parent.text or "") + (each.tail or "")
        parent.remove(each)
