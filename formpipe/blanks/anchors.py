"""Where a comment may stand in the text of a Word form: beside or around a control, never in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from formpipe.formats.opc import local_name

_FRAMES = frozenset(
    {
        "group",
        "docPartObj",
        "docPartList",
        "citation",
        "bibliography",
        "equation",
        "repeatingSection",
        "repeatingSectionItem",
    }
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The children of one paragraph from *first* to *last* that a comment is about; none: the paragraph is empty."""

    paragraph: etree._Element
    first: etree._Element | None = None
    last: etree._Element | None = None


@dataclass(slots=True)
class Story:
    """The text of the document: the root of its main part; `open` are its paragraphs outside of controls."""

    root: etree._Element
    open: list[etree._Element] = field(default_factory=list)

    def name(self, local: str) -> str:
        """Return *local* in the namespace of the part, of which Word knows two."""
        return f"{str(self.root.tag).partition('}')[0]}}}{local}"

    def anchor_of(self, node: etree._Element) -> Anchor | None:
        """Return what a comment about *node* (a control, a cell, a paragraph) is put around, `None` if nothing can be.

        That is the control where it stands in a line of text, with whatever
        stands around it there. A control around paragraphs, cells or rows
        leaves no such place; the words before it, its label, take the comment.
        """
        paragraph = self._outermost(node)
        if paragraph is None:
            own = {self.name("p"): [node], self.name("tc"): list(node.iterchildren(self.name("p")))}
            return next(map(self._whole, own[node.tag] if node.tag in own else self._beside(node)), None)
        first = _child_of(paragraph, node)
        last = self._end_of(node, paragraph) if node.tag == self.name("fldChar") else first
        return Anchor(paragraph, first, last)

    def first_paragraph(self) -> etree._Element | None:
        """Return the first paragraph that a comment may stand in."""
        return next(self._open_paragraphs(), None)

    def _whole(self, paragraph: etree._Element) -> Anchor:
        children = [each for each in paragraph if each.tag != self.name("pPr")]
        if not children:
            return Anchor(paragraph, None, paragraph.find(self.name("pPr")))
        return Anchor(paragraph, children[0], children[-1])

    def _outermost(self, node: etree._Element) -> etree._Element | None:
        """Return the paragraph around *node* that stands in no text box."""
        return next(reversed(list(node.iterancestors(self.name("p")))), None)

    def _open_paragraphs(self) -> Iterator[etree._Element]:
        """Yield the paragraphs that stand in no control and in no text box."""
        for each in self.root.iter(self.name("p")):
            if self._outermost(each) is None and not any(map(self._is_answer, each.iterancestors(self.name("sdt")))):
                yield each

    def _is_answer(self, control: etree._Element) -> bool:
        """Tell whether *control* is one that is filled in, no frame around others."""
        properties = {local_name(child) for each in control.iterchildren(self.name("sdtPr")) for child in each}
        return properties.isdisjoint(_FRAMES) and next(control.iterdescendants(control.tag), None) is None

    def _beside(self, control: etree._Element) -> list[etree._Element]:
        """Return the paragraphs for *control*, the first is best: in its cell, else the last before it, else after."""
        if not self.open:
            self.open = list(self._open_paragraphs())
        cell = next(control.iterancestors(self.name("tc")), None)
        in_cell = [each for each in self.open if cell is not None and cell in each.iterancestors()]
        order = {each: place for place, each in enumerate(self.root.iter(self.name("p"), self.name("sdt")))}
        before = [each for each in self.open if order[each] < order[control]]
        return in_cell or before[-1:] or self.open

    def _end_of(self, begin: etree._Element, paragraph: etree._Element) -> etree._Element:
        """Return the child of *paragraph* that holds the end of the legacy field that *begin* opens, or its last."""
        marks = list(paragraph.iter(self.name("fldChar")))
        depth = 0
        for each in marks[marks.index(begin) :]:
            depth += {"begin": 1, "end": -1}.get(str(each.get(self.name("fldCharType"))), 0)
            if not depth:
                return _child_of(paragraph, each)
        return paragraph[-1]


def _child_of(paragraph: etree._Element, node: etree._Element) -> etree._Element:
    """Return the child of *paragraph* that is *node* or holds it."""
    path = [node, *node.iterancestors()]
    return path[path.index(paragraph) - 1]
