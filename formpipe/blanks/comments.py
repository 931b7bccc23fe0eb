"""The comments of a Word file, and the marks in its text that say what each is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from lxml import etree

from formpipe.blanks.anchors import Anchor, Story
from formpipe.blanks.marking import AUTHOR, INITIALS
from formpipe.formats.opc_change import Change, base_of

_PART = "word/comments.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_PARAGRAPH_ID = "{http://schemas.microsoft.com/office/word/2010/wordml}paraId"
_THREADS = "{http://schemas.microsoft.com/office/word/2012/wordml}"


class Comments:
    """The comments of one document, those that it has and those that are added."""

    def __init__(self, change: Change, main: str, story: Story) -> None:
        """Take the comments of the document in *change*, whose main part *main* is read as *story*."""
        self._change, self._main, self._story = change, main, story
        known = change.package.linked("comments", main)
        self._part = known[0] if known else None
        space = story.name("").strip("{}")
        self._root = change.xml(known[0]) if known else etree.Element(story.name("comments"), nsmap={"w": space})
        self._ends: dict[etree._Element, etree._Element] = {}

    def forget_ours(self) -> None:
        """Take our own comments out, with their marks and what Word noted about them."""
        ours = [each for each in self._root if each.get(self._w("author")) == AUTHOR]
        numbers = {each.get(self._w("id")) for each in ours}
        threads = {str(paragraph.get(_PARAGRAPH_ID)) for each in ours for paragraph in each.iter(self._w("p"))}
        for each in ours:
            self._root.remove(each)
        names = ("commentRangeStart", "commentRangeEnd", "commentReference")
        for mark in list(self._story.root.iter(*map(self._w, names))):
            if mark.get(self._w("id")) in numbers:
                self._take_out(mark)
        for part in self._change.package.linked("commentsExtended", self._main):
            self._forget_threads(part, threads)

    def add(self, lines: Sequence[str], anchor: Anchor, at: datetime) -> None:
        """Add a comment of *lines* about *anchor*.

        A second one about the same thing stands behind the first, around
        nothing, as none may lie within another.
        """
        known = [int(number) for each in self._root if (number := str(each.get(self._w("id")))).isdecimal()]
        number = str(max(known, default=-1) + 1)
        comment = etree.SubElement(self._root, self._w("comment"))
        moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for name, value in (("id", number), ("author", AUTHOR), ("date", moment), ("initials", INITIALS)):
            comment.set(self._w(name), value)
        for line in lines:
            run = etree.SubElement(etree.SubElement(comment, self._w("p")), self._w("r"))
            text = etree.SubElement(run, self._w("t"))
            text.text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", line)  # a person's words may hold anything
            text.set(_SPACE, "preserve")
        self._mark(anchor, number)

    def save(self) -> None:
        """Write the comments; a document that had none gets a part for them."""
        if self._part is not None:
            self._change.put(self._part, self._root)
            return
        part = self._change.free(_PART)
        self._change.add(part, self._root, content_type=_TYPE)
        self._change.link(self._main, f"{base_of(self._story.root)}/comments", part)

    def _mark(self, anchor: Anchor, number: str) -> None:
        start, end, inner = (
            etree.Element(self._w(name), {self._w("id"): number})
            for name in ("commentRangeStart", "commentRangeEnd", "commentReference")
        )
        reference = etree.Element(self._w("r"))
        reference.append(inner)
        key = anchor.paragraph if anchor.last is None else anchor.last
        before = self._ends.get(key, None if anchor.first is not None else anchor.last)
        if before is not None:
            before.addnext(start)
            start.addnext(end)
        elif anchor.first is not None and anchor.last is not None:
            anchor.first.addprevious(start)
            anchor.last.addnext(end)
        else:
            anchor.paragraph.insert(0, start)
            start.addnext(end)
        end.addnext(reference)
        self._ends[key] = reference

    def _take_out(self, mark: etree._Element) -> None:
        """Remove *mark*, and the run around it if that holds nothing else."""
        holder, *above = mark.iterancestors()
        holder.remove(mark)
        if holder.tag == self._w("r") and all(each.tag == self._w("rPr") for each in holder):
            above[0].remove(holder)

    def _forget_threads(self, part: str, threads: set[str]) -> None:
        root = self._change.xml(part)
        for each in list(root):
            if each.get(f"{_THREADS}paraId") in threads:
                root.remove(each)
            elif each.get(f"{_THREADS}paraIdParent") in threads:
                del each.attrib[f"{_THREADS}paraIdParent"]  # somebody's answer to ours stays, by itself
        self._change.put(part, root)

    def _w(self, name: str) -> str:
        return self._story.name(name)
