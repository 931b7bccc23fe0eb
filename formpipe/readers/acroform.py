"""PDF forms: an own walk over the fields and the widgets (pypdf's `get_fields` loses fields, or raises)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from formpipe.errors import UnreadableFormError
from formpipe.formats.pdf_objects import MOST_DEPTH, dictionary, entries, identity, raw, resolved, text_of
from formpipe.model import Field, FieldState
from formpipe.readers.acroform_values import Node, field_of, node_of
from formpipe.readers.naming import Found, flagged, named

MOST_OBJECTS = 20_000
_RADIO = 1 << 15
_Key = tuple[int, int] | int


@dataclass(slots=True)
class _Walk:
    """What was found so far; every object is entered once, however the tree is tied.

    `owners` leads from a widget to its field.
    """

    nodes: dict[_Key, Node] = field(default_factory=dict)
    owners: dict[_Key, _Key] = field(default_factory=dict)
    seen: set[_Key] = field(default_factory=set)

    def enter(self, key: _Key) -> bool:
        """Note *key* and tell whether it is new."""
        new = key not in self.seen
        self.seen.add(key)
        if len(self.seen) > MOST_OBJECTS:
            raise UnreadableFormError(f"the form has more than {MOST_OBJECTS} objects", code="limit")
        return new


def form_of(reader: PdfReader) -> DictionaryObject | None:
    """Return the form that the document names as its own, if it does."""
    root = dictionary(reader.trailer.get("/Root"))
    return None if root is None else dictionary(root.get("/AcroForm"))


def acroform_fields(reader: PdfReader, *, pages: bool = True) -> tuple[Field, ...]:
    """Return the fields of the form in *reader* in the order of its tree, then those that only a page leads to.

    Fields of one full name are one field by the standard: their values must
    agree, else it has the flag `conflict` and no value. A field without a
    widget is left out: nobody could have filled it in.

    Args:
        pages: Look at the pages too. It costs as much as all the rest and is
            needed for page numbers and for fields outside the tree.

    Raises:
        UnreadableFormError: The form is too large.
    """
    fields: dict[object, Field] = {}
    for key, node in enumerate(nodes_of(reader, pages=pages)):
        found = field_of(node)
        name: object = found.name if found.name_source == "name" else key
        fields[name] = _same(fields[name], found) if name in fields else found
    return named(Found(field=each) for each in fields.values())


def nodes_of(reader: PdfReader, *, pages: bool = True) -> tuple[Node, ...]:
    """Return the fields that have a widget, in the same order; see `acroform_fields`.

    Raises:
        UnreadableFormError: The form is too large.
    """
    form = form_of(reader)
    walk = _Walk()
    if form is not None:
        for each in entries(raw(form, "/Fields")):
            _descend(each, walk, 0)
    for number, page in enumerate(reader.pages if pages else (), 1):
        for annotation in entries(raw(page, "/Annots")):
            _visit_widget(annotation, number, walk)
    return tuple(node for node in walk.nodes.values() if node.widgets)


def _descend(value: object, walk: _Walk, depth: int) -> None:
    node = dictionary(value)
    if node is None or depth > MOST_DEPTH or not walk.enter(identity(value)):
        return
    kids = [kid for kid in entries(raw(node, "/Kids")) if dictionary(kid) is not None]
    has_fields = any("/T" in kid or "/Kids" in kid for kid in map(dictionary, kids) if kid is not None)
    if not has_fields or _is_radio_group(node):
        found = node_of(node)
        if found.inherited("/FT") is not None:
            _add(found, identity(value), kids or [value], walk)
            return
    for kid in kids:
        _descend(kid, walk, depth + 1)


def _is_radio_group(node: DictionaryObject) -> bool:
    """Tell whether *node* is a group whose buttons carry names of their own, as some programs write it."""
    flags = resolved(node.get("/Ff"))
    return resolved(node.get("/FT")) == "/Btn" and isinstance(flags, int) and bool(flags & _RADIO)


def _add(node: Node, key: _Key, widgets: list[object], walk: _Walk) -> None:
    """Note the field *node*; its widgets count once a page shows them, or if they have a place on one.

    A button with a name of its own is a field by the standard, besides being
    one of its group.
    """
    shown = [widget for widget in map(dictionary, widgets) if widget is not None and "/Rect" in widget]
    walk.nodes[key] = replace(node, widgets=tuple(shown))
    for widget in widgets:
        walk.owners[identity(widget)] = key
        walk.enter(identity(widget))
    for button in shown:
        if button is not node.chain[0] and text_of(raw(button, "/T"))[0]:
            walk.nodes[identity(button)] = node_of(button, [button])


def _visit_widget(value: object, page: int, walk: _Walk) -> None:
    """Give the widget's field its page; a field that the tree does not lead to is found here."""
    widget = dictionary(value)
    if widget is None or resolved(widget.get("/Subtype")) != "/Widget":
        return
    key = walk.owners.get(identity(value))
    if key is None:
        owner = next((each for each in node_of(widget).chain if "/T" in each), widget)
        key = identity(owner)
        if key not in walk.nodes:
            if node_of(widget).inherited("/FT") is None or not walk.enter(identity(value)):
                return
            key = key if node_of(owner).inherited("/FT") is not None else identity(value)
            walk.nodes[key] = node_of(owner if key == identity(owner) else widget)
        walk.owners[identity(value)] = key
        walk.nodes[key] = replace(walk.nodes[key], widgets=(*walk.nodes[key].widgets, widget))
    if walk.nodes[key].page is None:
        walk.nodes[key] = replace(walk.nodes[key], page=page)


def _same(first: Field, second: Field) -> Field:
    """Return the one field that two objects of one full name are."""
    if second.value is None or second.value == first.value:
        return first
    if first.value is None and first.state is not FieldState.FILLED and not first.flags:
        return second
    return replace(flagged(first, "conflict"), value=None, display=None)
