"""A filled Word form with comments: the same file, its answers untouched, a comment at each fault and one on top."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from formpipe.blanks.anchors import Anchor, Story
from formpipe.blanks.comments import Comments
from formpipe.blanks.doc_property import set_property
from formpipe.blanks.marking import REFERENCE, Marking
from formpipe.formats.opc_change import Change


def mark_docx(data: bytes, marking: Marking) -> bytes | None:
    """Return the Word form *data* with the comments of *marking*, or `None` if it has no place for them.

    Comments of ours from an earlier time go, others stay. A fault in what is no
    part of the running text (a header, a footnote) is told in the comment on
    top, as Word takes no comments there. Only the parts that change are written
    anew.

    Raises:
        UnreadableFormError: The file is no sound Word form.
    """
    change = Change(data)
    (main,) = change.package.linked("officeDocument")[:1]
    story = Story(change.xml(main))
    nodes = list(story.root.iter())
    places = [_node_at(nodes, main, note.spot) for note in marking.notes]
    comments = Comments(change, main, story)
    comments.forget_ours()
    top = story.first_paragraph()
    if top is None:
        return None
    anchors = [None if node is None else story.anchor_of(node) for node in places]
    for note, anchor in zip(marking.notes, anchors, strict=True):
        if anchor is not None:
            comments.add(note.lines, anchor, marking.at)
    placed = {index for index, anchor in enumerate(anchors) if anchor is not None}
    # the beginning of the paragraph: around nothing, so never around another one
    comments.add(marking.top(placed), Anchor(top, None, top.find(story.name("pPr"))), marking.at)
    comments.save()
    change.put(main, story.root)
    if marking.reference:
        set_property(change, story.root, REFERENCE, marking.reference)
    return change.data()


def _node_at(nodes: Sequence[etree._Element], main: str, spot: str) -> etree._Element | None:
    part, _, place = spot.rpartition("#")
    return nodes[int(place)] if part == main and place.isdecimal() and int(place) < len(nodes) else None
