"""One field of a PDF form: its full name, its kind, and its value as the file stores it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from pypdf.generic import ArrayObject, DictionaryObject

from formpipe.formats.pdf_objects import MOST_DEPTH, dictionary, entries, identity, name_of, raw, resolved, text_of
from formpipe.model import Field, FieldState, FieldType
from formpipe.readers.naming import UNNAMED, flagged

_RADIO, _PUSH, _COMBO, _EDIT, _MULTI = 1 << 15, 1 << 16, 1 << 17, 1 << 18, 1 << 21
_OFF = "Off"
_TYPES = {"/Tx": FieldType.TEXT, "/Sig": FieldType.SIGNATURE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A field, first in `chain`, with those above it, and its widgets; `page` counts from 1."""

    chain: tuple[DictionaryObject, ...]
    widgets: tuple[DictionaryObject, ...] = ()
    page: int | None = None

    def inherited(self, key: str) -> object:
        """Return the nearest *key* of the field or those above it, or `None`."""
        for node in self.chain:
            value = resolved(raw(node, key)) if key in node else None
            if value is not None:
                return value
        return None

    @property
    def name(self) -> str:
        """The fully qualified name: the partial names from the top, joined by dots."""
        names = (text_of(raw(node, "/T"))[0] for node in self.chain)
        return ".".join(reversed([name for name in names if name]))

    @property
    def flags(self) -> int:
        """The field flags, `0` if there are none."""
        value = self.inherited("/Ff")
        return int(value) if isinstance(value, int) else 0


def node_of(field: DictionaryObject, widgets: Iterable[DictionaryObject] = ()) -> Node:
    """Return *field* with those above it, each once however they are tied."""
    chain = [field]
    seen = {identity(field)}
    while len(chain) < MOST_DEPTH:
        above = dictionary(raw(chain[-1], "/Parent"))
        if above is None or identity(above) in seen:
            break
        seen.add(identity(above))
        chain.append(above)
    return Node(chain=tuple(chain), widgets=tuple(widgets))


def field_of(node: Node) -> Field:
    """Return the field that *node* is, its name not yet unique."""
    label, _ = text_of(node.inherited("/TU"))
    full = node.name
    name = full or UNNAMED
    found = Field(
        name=name,
        name_source="name" if full else "label",
        label=label or name,
        type=_type_of(node),
        state=FieldState.EMPTY,
        page=node.page,
    )
    match found.type:
        case FieldType.BUTTON:
            return found
        case FieldType.SIGNATURE:
            signed = dictionary(node.inherited("/V")) is not None
            return replace(found, state=FieldState.FILLED, value="signed") if signed else found
        case FieldType.CHECKBOX | FieldType.RADIO:
            return _button(found, node)
        case FieldType.CHOICE | FieldType.MULTICHOICE:
            return _choice(found, node)
        case _:
            return _text(found, node)


def _type_of(node: Node) -> FieldType:
    kind = str(node.inherited("/FT"))
    if kind == "/Btn":
        if node.flags & _PUSH:
            return FieldType.BUTTON
        several = len({state for widget in node.widgets for state in on_states(widget)}) > 1
        return FieldType.RADIO if node.flags & _RADIO or several else FieldType.CHECKBOX
    if kind == "/Ch":
        many = node.flags & _MULTI and not node.flags & _COMBO
        return FieldType.MULTICHOICE if many else FieldType.CHOICE
    return _TYPES.get(kind, FieldType.TEXT)


def _text(found: Field, node: Node) -> Field:
    """Read `/V` only: the drawing beside it may be stale, and rich text says the same with marks.

    What equals the form's own default stands on the paper and may be what the
    person meant, so it counts.
    """
    value, doubtful = _value_of(node)
    text, whole = text_of(value)
    flags = () if whole and not doubtful else ("review",)
    if text is None or not text.strip():
        rich, _ = text_of(node.inherited("/RV"))
        return flagged(found, *flags, *(("review",) if rich is not None and rich.strip() else ()))
    return flagged(replace(found, state=FieldState.FILLED, value=text), *flags)


def _value_of(node: Node) -> tuple[object, bool]:
    """Return the field's value, and whether a widget that is no field of its own holds another.

    The standard knows no value there; what a program wrote there all the same
    is taken where the field has none, and stays doubtful.
    """
    value = node.inherited("/V")
    beside = [
        each
        for widget in node.widgets
        if widget is not node.chain[0] and "/T" not in widget and (each := resolved(raw(widget, "/V"))) is not None
    ]
    doubtful = any(each != value for each in beside)
    return (beside[0] if value is None and beside else value), doubtful


def on_states(widget: DictionaryObject) -> list[str]:
    """Return the names of the states that are on: any name is possible, also `0` or `ja`."""
    looks = dictionary(raw(widget, "/AP"))
    normal = None if looks is None else dictionary(raw(looks, "/N"))
    return [] if normal is None else [str(key).removeprefix("/") for key in normal if key != f"/{_OFF}"]


def _button(found: Field, node: Node) -> Field:
    """Read the state from `/V`, or from the widgets where there is none; they may contradict it."""
    value = node.inherited("/V")
    shown = {name_of(raw(widget, "/AS")) for widget in node.widgets} - {None, _OFF, ""}
    stored = _state_of(name_of(value), node)
    state = stored if stored is not None else next((str(each) for each in sorted(map(str, shown))), _OFF)
    known = {each for widget in node.widgets for each in on_states(widget)}
    on = state not in {_OFF, ""}
    contradicted = _is_contradicted(stored, shown, node) or (value is not None and stored is None)
    found = flagged(found, "review") if contradicted or (on and known and state not in known) else found
    export = _export_of(state, node) if on else None
    if found.type is FieldType.CHECKBOX:
        return replace(found, state=FieldState.FILLED, value=on, display=export)
    return replace(found, state=FieldState.FILLED, value=export) if on else found


def _is_contradicted(stored: str | None, shown: Collection[str | None], node: Node) -> bool:
    """Tell whether the paper shows (*shown* are the states that are on) something else than what is *stored*."""
    if stored is None:
        return len(shown) > 1
    if stored in {_OFF, ""} or shown:
        return bool(shown) and shown != {stored}
    return any(name_of(raw(widget, "/AS")) == _OFF for widget in node.widgets)


def _state_of(stored: str | None, node: Node) -> str | None:
    """Return the state that *stored* names; some programs store the export value in its place."""
    options = [text_of(option)[0] for option in entries(node.inherited("/Opt"))]
    known = {each for widget in node.widgets for each in on_states(widget)}
    return str(options.index(stored)) if stored in options and stored not in known | {_OFF} else stored


def _export_of(state: str, node: Node) -> str:
    """Return the export value of *state*: with `/Opt` it is a number that counts the widgets."""
    options = [text_of(option)[0] for option in entries(node.inherited("/Opt"))]
    option = options[int(state)] if state.isdecimal() and int(state) < len(options) else None
    return state if option is None else option


def options_of(node: Node) -> list[tuple[str, str]]:
    """Return the choices as (stored, shown)."""
    found = []
    for each in entries(node.inherited("/Opt")):
        value = resolved(each)
        pair = list(entries(value)) if isinstance(value, ArrayObject) else [value, value]
        texts = [text_of(text)[0] or "" for text in pair]
        if texts:
            found.append((texts[0], texts[-1]))
    return found


def _choice(found: Field, node: Node) -> Field:
    value, doubtful = _value_of(node)
    many = isinstance(value, ArrayObject)
    texts = [text_of(each) for each in (entries(value) if many else (value,))]
    chosen = [text for text, _ in texts if text is not None and text.strip()]
    found = found if all(whole for _, whole in texts) and not doubtful else flagged(found, "review")
    if not chosen:
        # what is marked in the list counts for nothing by itself, but somebody saw it
        return flagged(found, "review") if any(True for _ in entries(node.inherited("/I"))) else found
    options = options_of(node)
    pairs = [_pair_of(text, options) for text in chosen]
    free = found.type is FieldType.CHOICE and bool(node.flags & _EDIT)
    if any(pair is None for pair in pairs) and options and not free:
        found = flagged(found, "off_list")
    stored = tuple(text if pair is None else pair[0] for text, pair in zip(chosen, pairs, strict=True))
    if found.type is FieldType.MULTICHOICE or len(stored) > 1:
        return replace(found, type=FieldType.MULTICHOICE, state=FieldState.FILLED, value=stored)
    shown = None if pairs[0] is None or pairs[0][1] == stored[0] else pairs[0][1]
    return replace(found, state=FieldState.FILLED, value=stored[0], display=shown)


def _pair_of(text: str, options: list[tuple[str, str]]) -> tuple[str, str] | None:
    """Return the choice that *text* is: by what is stored, else by what is shown (PDFium writes that)."""
    by_stored = next((pair for pair in options if pair[0] == text), None)
    return by_stored or next((pair for pair in options if pair[1] == text), None)
