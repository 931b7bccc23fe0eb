"""A second reading of a PDF form by other code over another library, to compare the first with.

It goes down from the top with what is inherited in hand, where `acroform` climbs
up from each field; qpdf parses, where pypdf does there. It is kept small: no
labels, no pages, no states beyond what was chosen or written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeAlias

import pikepdf

from formpipe.readers.marks import CORRECTS, NOTE_AUTHOR, reference_in
from formpipe.readers.second_texts import lines_of, name_of

_MOST_DEPTH = 64
_MOST_OBJECTS = 20_000
_INHERITED = ("/FT", "/Ff", "/V", "/Opt")
_RADIO, _PUSH = 1 << 15, 1 << 16
_BUTTON, _WIDGET = pikepdf.Name.Btn, pikepdf.Name.Widget
_Key = tuple[int, int]
_Raw: TypeAlias = Any  # an object of the file: pikepdf gives its own kinds and Python's


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """What the second reading found in one field: its kind (`Tx`, ...), what was written or chosen, its first page."""

    kind: str
    values: tuple[str, ...] = field(repr=False)
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading:
    """The fields of a form by full name, each field of a name in its turn; those without a name stand under "".

    `in_tree` says that the form's tree leads to every widget that a page shows,
    and that there are as many pages as the file says. `properties` are the
    document's own, by name without slash.
    """

    fields: Mapping[str, tuple[Second, ...]] = field(repr=False)
    in_tree: bool
    properties: Mapping[str, str] = field(repr=False)


@dataclass(slots=True)
class _Group:
    """A field: what it has or inherits, and its widgets; `above` is the group that it is a named button of."""

    name: str
    entries: dict[str, _Raw]
    widgets: list[_Raw] = field(default_factory=list)
    page: int | None = None
    above: _Group | None = None


@dataclass(slots=True)
class _Tour:
    """The fields so far by their object, the fields of the widgets that were met, and what was entered."""

    groups: dict[_Key, _Group] = field(default_factory=dict)
    owners: dict[_Key, _Group] = field(default_factory=dict)
    entered: set[_Key] = field(default_factory=set)
    direct: int = 0
    in_tree: bool = True

    def key(self, node: _Raw) -> _Key:
        """Return the number of *node*; one that has none gets a number of its own."""
        found: _Key = node.objgen
        if found != (0, 0):
            return found
        self.direct -= 1
        return self.direct, 0


def second_reading(data: bytes) -> SecondReading:
    """Return what stands in the form *data*, push buttons left out.

    Raises whatever pikepdf raises for a file that it cannot read.
    """
    tour = _Tour()
    with pikepdf.open(BytesIO(data)) as pdf:
        form = pdf.Root.get("/AcroForm")
        for each in _array(_at(form, "/Fields")) if isinstance(form, pikepdf.Dictionary) else ():
            _go_down(each, {}, "", tour, 0)
        for number, page in enumerate(pdf.pages, 1):
            for each in _array(_at(page.obj, "/Annots")):
                _look_at(each, number, tour)
        found: dict[str, tuple[Second, ...]] = {}
        for group in tour.groups.values():
            if group.widgets and not _is_push(group.entries):
                found[group.name] = (*found.get(group.name, ()), _second_of(group))
        whole = _at(_at(pdf.Root, "/Pages"), "/Count") == len(pdf.pages)
        properties = {CORRECTS: _reference_on(pdf.pages[0].obj), **_properties_of(pdf)} if pdf.pages else {}
        return SecondReading(fields=found, in_tree=tour.in_tree and whole, properties=properties)


def _properties_of(pdf: pikepdf.Pdf) -> Mapping[str, str]:
    info = _at(pdf.trailer, "/Info")
    if not isinstance(info, pikepdf.Dictionary):
        return {}
    return {name.removeprefix("/"): lines_of(value) for name, value in info.items()}


def _reference_on(page: _Raw) -> str:
    """Return the reference that our own note on top of *page* is named by, or nothing."""
    notes = (each for each in _array(_at(page, "/Annots")) if isinstance(each, pikepdf.Dictionary))
    names = (lines_of(_at(each, "/NM")) for each in notes if lines_of(_at(each, "/T")) == NOTE_AUTHOR)
    return next(filter(None, map(reference_in, names)), "")


def _at(node: _Raw, key: str) -> _Raw:
    """Return the entry *key* of *node*, or `None`; `get` of pikepdf 10 takes ten times as long where there is none."""
    return node[key] if key in node else None  # noqa: SIM401 - see above


def _array(value: _Raw) -> Iterator[_Raw]:
    if isinstance(value, pikepdf.Array):
        yield from value


def _go_down(node: _Raw, above: dict[str, _Raw], stem: str, tour: _Tour, depth: int) -> None:
    if not isinstance(node, pikepdf.Dictionary) or depth > _MOST_DEPTH or len(tour.entered) > _MOST_OBJECTS:
        return
    key = tour.key(node)
    if key in tour.entered:
        return
    tour.entered.add(key)
    own = above | {name: node[name] for name in _INHERITED if name in node}
    name = _joined(stem, node)
    kids = [kid for kid in _array(_at(node, "/Kids")) if isinstance(kid, pikepdf.Dictionary)]
    if "/FT" in own and (_is_group(node) or not any("/T" in kid or "/Kids" in kid for kid in kids)):
        group = _Group(name, own)
        tour.groups[key] = group
        for widget in kids or [node]:
            if "/Rect" in widget:
                group.widgets.append(widget)
            tour.owners[tour.key(widget)] = group
            if kids and "/Rect" in widget and lines_of(_at(widget, "/T")):
                more = {each: widget[each] for each in _INHERITED if each in widget}
                button = _Group(_joined(name, widget), own | more, [widget], above=group)
                tour.groups[tour.key(widget)] = button
        return
    for kid in kids:
        _go_down(kid, own, name, tour, depth + 1)


def _look_at(widget: _Raw, page: int, tour: _Tour) -> None:
    """Give the widget's field its page; one that only its page leads to counts with its field, or as one."""
    if not isinstance(widget, pikepdf.Dictionary):
        return
    key = tour.key(widget)
    group = tour.owners.get(key)
    if group is None:
        if _at(widget, "/Subtype") != _WIDGET:
            return
        tour.in_tree = False
        group = _owner_of(widget, tour)
        if group is None:
            return
        tour.owners[key] = group
        group.widgets.append(widget)
    group.page = group.page or page


def _owner_of(widget: _Raw, tour: _Tour) -> _Group | None:
    """Return the field that *widget* belongs to by what stands above it; `None` if it is of no kind."""
    chain = [widget]
    while isinstance(above := _at(chain[-1], "/Parent"), pikepdf.Dictionary) and len(chain) < _MOST_DEPTH:
        chain.append(above)
    owner = next((index for index, each in enumerate(chain) if "/T" in each), 0)
    if not any("/FT" in each for each in chain[owner:]):
        owner = 0
    known = tour.groups.get(chain[owner].objgen)
    if known is not None:
        return known
    name = ""
    entries: dict[str, _Raw] = {}
    for each in reversed(chain):
        entries |= {key: each[key] for key in _INHERITED if key in each}
        name = _joined(name, each)
    if "/FT" not in entries:
        return None
    group = tour.groups[tour.key(chain[owner])] = _Group(name, entries)
    return group


def _joined(stem: str, node: _Raw) -> str:
    own = lines_of(_at(node, "/T"))
    return f"{stem}.{own}" if stem and own else stem or own


def _number(value: _Raw) -> int:
    return value if isinstance(value, int) else 0


def _is_group(node: _Raw) -> bool:
    return _at(node, "/FT") == _BUTTON and bool(_number(_at(node, "/Ff")) & _RADIO)


def _is_push(entries: Mapping[str, _Raw]) -> bool:
    return entries["/FT"] == _BUTTON and bool(_number(_at(entries, "/Ff")) & _PUSH)


def _second_of(group: _Group) -> Second:
    kind = name_of(group.entries["/FT"])
    page = group.above.page if group.above is not None else group.page
    return Second(kind=kind, values=_values_of(group, kind, _at(group.entries, "/V")), page=page)


def _values_of(group: _Group, kind: str, value: _Raw) -> tuple[str, ...]:
    if kind == "Sig":
        return ("signed",) if isinstance(value, pikepdf.Dictionary) else ()
    if kind == "Btn":
        return _states(group, value)
    written = [lines_of(each) for each in (_array(value) if isinstance(value, pikepdf.Array) else (value,))]
    texts = [text for text in written if text.strip()]
    return tuple(_stored(text, group.entries) for text in texts) if kind == "Ch" else tuple(texts)


def _states(group: _Group, value: _Raw) -> tuple[str, ...]:
    if value is None:
        shown = {name_of(_at(widget, "/AS")) for widget in group.widgets} - {"", "Off"}
        state = min(shown, default="Off")
    else:
        state = name_of(value)
    if state in {"", "Off"}:
        return ()
    options = [lines_of(each) for each in _array(_at(group.entries, "/Opt"))]
    return (options[int(state)] if state.isdecimal() and int(state) < len(options) else state,)


def _stored(text: str, entries: Mapping[str, _Raw]) -> str:
    """Return the stored value of the choice that *text* is, by what is stored or by what is shown."""
    pairs = [
        [lines_of(part) for part in (_array(each) if isinstance(each, pikepdf.Array) else (each,))]
        for each in _array(_at(entries, "/Opt"))
    ]
    if any(pair and pair[0] == text for pair in pairs):
        return text
    return next((pair[0] for pair in pairs if pair and pair[-1] == text), text)
