"""What stands in one content control of a Word form: its kind, its state, its value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeAlias

from lxml import etree

from formpipe.model import FieldState, FieldType
from formpipe.readers.docx_dates import iso_of, parse, shows, spellings
from formpipe.readers.docx_text import flags_of, is_on, text_of, without_line_ends
from formpipe.readers.docx_words import CHECKBOX, OFF, W14, Words

_TICKED = "\N{BALLOT BOX WITH X}\N{BALLOT BOX WITH CHECK}\N{CHECK MARK}\N{HEAVY CHECK MARK}\N{BALLOT X}xX"
_UNTICKED = "\N{BALLOT BOX}\N{WHITE SQUARE}"
_PLACEHOLDER_STYLE = re.compile(r"(?i)placeholder|platzhalter")
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_Items: TypeAlias = list[tuple[str, str]]
_MOST_RUNS = 40  # beside a hint; more runs are a text somebody formatted


@dataclass(frozen=True, slots=True)
class Control:
    """A control and the parts of it that all kinds need; its text is read when it is asked for."""

    node: etree._Element
    properties: Mapping[Any, etree._Element]
    content: etree._Element
    w: Words

    def attribute(self, name: str, attribute: str | None = None) -> str:
        """Return an attribute (`w:val` unless named) of the property with the full *name*, or the empty string."""
        node = self.properties.get(name)
        return "" if node is None else str(node.get(attribute or self.w.val, ""))


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands in a control."""

    type: FieldType
    state: FieldState = FieldState.EMPTY
    value: str | bool | None = field(default=None, repr=False)
    display: str | None = field(default=None, repr=False)
    flags: tuple[str, ...] = ()


def answer_of(control: Control, hints: frozenset[str]) -> Answer:
    """Return what stands in *control*; *hints* are the texts of the form's empty controls, as far as it says."""
    kind = _type_of(control)
    showing = is_on(control.properties.get(control.w.showing), control.w) and kind is not FieldType.CHECKBOX
    if showing and not hints:  # a foreign form: its word is all there is
        return Answer(kind, FieldState.PLACEHOLDER, flags=("review",) if _looks_chosen(control) else ())
    if kind is FieldType.PICTURE:
        return Answer(kind, FieldState.PLACEHOLDER) if showing else _picture(control)
    text = text_of(control.content, control.w)
    if showing:
        typed, beside_hint = _typed(control, text.text.strip(), hints)
        if not typed:
            return Answer(kind, FieldState.PLACEHOLDER)
        text = replace(text, text=typed, hidden=text.hidden or beside_hint)
    answer = _answer(control, kind, text.text, hints)
    typed_hint = answer.state is FieldState.FILLED and text.text.strip() in hints  # or a program took its mark away
    if not (text.tracked or text.hidden or typed_hint):
        return answer
    flags = (*flags_of(text), *(("review",) * typed_hint))
    return replace(answer, flags=tuple(dict.fromkeys((*flags, *answer.flags))))


def _answer(control: Control, kind: FieldType, text: str, hints: frozenset[str]) -> Answer:
    """Return what *text*, that of *control*, says; no mark tells that it is a hint."""
    if kind is FieldType.CHECKBOX:
        return _box(control, text)
    if not text.strip():
        return Answer(kind, flags=("review",) if kind is FieldType.DATE and _stored_day(control) else ())
    items = _items(control) if kind is FieldType.CHOICE else []
    if _is_hint(control, text.strip(), items, hints):
        return Answer(kind, FieldState.PLACEHOLDER)
    if kind is FieldType.DATE:
        return _date(control, text)
    if kind is FieldType.CHOICE:
        return _choice(control, text, items)
    return Answer(kind, FieldState.FILLED, without_line_ends(text))


def _type_of(control: Control) -> FieldType:
    if CHECKBOX in control.properties:
        return FieldType.CHECKBOX
    if control.w.date in control.properties:
        return FieldType.DATE
    if control.w("picture") in control.properties:
        return FieldType.PICTURE
    return FieldType.TEXT if control.properties.keys().isdisjoint(control.w.lists) else FieldType.CHOICE


def _looks_chosen(control: Control) -> bool:
    """Tell whether a day or a choice stands in a control that counts as empty, and not in the style of hints."""
    if in_placeholder_style(control.content, control.w):
        return False
    text = text_of(control.content, control.w).text.strip()
    return _stored_day(control) is not None or any(
        shown.strip() == text and stored for shown, stored in _items(control)
    )


def _typed(control: Control, text: str, hints: frozenset[str]) -> tuple[str, bool]:
    """Return what was typed into a control that still counts as empty, and whether some of its hint stands beside it.

    LibreOffice 7.4 does not unset `w:showingPlcHdr` when somebody types. What
    was typed replaces the hint, or stands before, after or within it, then in
    runs of its own.
    """
    if text in hints:
        return "", False
    pieces = [text_of(run, control.w).text for run in control.content.iter(control.w.r)]
    pieces = [piece for piece in pieces if piece]
    if len(pieces) > _MOST_RUNS:
        return text, False
    for first in range(len(pieces)):
        for last in range(len(pieces), first, -1):
            rest = "".join((*pieces[:first], *pieces[last:]))
            if rest in hints:
                return "".join(pieces[first:last]).strip(), True
    return text, False


def _is_hint(control: Control, text: str, items: _Items, hints: frozenset[str]) -> bool:
    """Tell whether *text* is the control's hint, where the control itself can say so.

    After LibreOffice 7.4 a plain-text control has lost its `w:showingPlcHdr`.
    """
    if any(not value and shown.strip() == text for shown, value in items):
        return True
    return (text == control.attribute(control.w.alias).strip() or text in hints) and in_placeholder_style(
        control.content, control.w
    )


def in_placeholder_style(content: etree._Element, w: Words) -> bool:
    """Tell whether every run with text has the style of hints; LibreOffice may leave it on what was typed over one."""
    runs = [run for run in content.iter(w.r) if run.find(w.t) is not None]
    styles = (run.find(f"{w('rPr')}/{w('rStyle')}") for run in runs)
    return all(style is not None and _PLACEHOLDER_STYLE.search(str(style.get(w.val, ""))) for style in styles)


def _items(control: Control) -> _Items:
    """Return the choices as (shown, stored); a choice without a shown text shows what it stores."""
    w = control.w
    value, shown = w("value"), w("displayText")
    for kind in w.lists:
        node = control.properties.get(kind)
        if node is not None:
            items = node.iterchildren(w("listItem"))
            return [(item.get(shown, "") or item.get(value, ""), item.get(value, "")) for item in items]
    return []


def _choice(control: Control, written: str, items: _Items) -> Answer:
    """Give the stored value of the choice whose text stands there; any other text is kept as written."""
    text = written.strip()
    found = [each for each in items if each[0].strip() == text] or [each for each in items if each[1] == text]
    if found:
        last_value, known = control.w("lastValue"), control.properties
        last = next((control.attribute(kind, last_value) for kind in control.w.lists if kind in known), "")
        shown, stored = next((each for each in found if each[1] == last), found[0])
        several = len({each[1] for each in found}) > 1 and stored != last
        display = shown if shown != stored else None
        return Answer(FieldType.CHOICE, FieldState.FILLED, stored, display, ("review",) if several else ())
    flags = () if control.w("comboBox") in control.properties else ("off_list",)
    return Answer(FieldType.CHOICE, FieldState.FILLED, without_line_ends(written), flags=flags)


def _date(control: Control, written: str) -> Answer:
    """Give the stored day if the text agrees with it; if they differ the text is what the person saw."""
    w = control.w
    node = control.properties[w.date]
    pattern, language = (
        str(child.get(w.val, "")) if child is not None else ""
        for child in (node.find(w("dateFormat")), node.find(w("lid")))
    )
    text = written.strip()
    stored = _stored_day(control)
    day = parse(text, language) if stored is None else stored
    if day is None:
        return Answer(FieldType.DATE, FieldState.FILLED, written)
    if stored is None or shows(text, day, pattern, language):
        return Answer(FieldType.DATE, FieldState.FILLED, day.isoformat(), text)
    # LibreOffice 7.4 may leave the hint behind the day that it wrote in front of it
    if text.startswith(spellings(day, pattern, language)) and in_placeholder_style(control.content, control.w):
        return Answer(FieldType.DATE, FieldState.FILLED, day.isoformat(), text)
    return Answer(FieldType.DATE, FieldState.FILLED, written, flags=("review",))


def _stored_day(control: Control) -> date | None:
    return iso_of(control.attribute(control.w.date, control.w("fullDate")))


def _box(control: Control, written: str) -> Answer:
    node = control.properties[CHECKBOX]
    checked = node.find(f"{W14}checked")
    ticked = checked is not None and checked.get(f"{W14}val", "1") not in OFF
    shown = written.strip()[:1]
    yes = shown in _symbol(node, "checkedState", _TICKED)
    no = shown in _symbol(node, "uncheckedState", _UNTICKED)
    contradicts = bool(shown) and yes is not no and ticked is not yes
    return Answer(FieldType.CHECKBOX, FieldState.FILLED, ticked, flags=("review",) if contradicts else ())


def _symbol(node: etree._Element, name: str, others: str) -> str:
    """Return the characters that show a state: the control's own one and the usual ones."""
    state = node.find(f"{W14}{name}")
    try:
        return others + chr(int(state.get(f"{W14}val", ""), 16)) if state is not None else others
    except (ValueError, OverflowError):
        return others


def _picture(control: Control) -> Answer:
    """Give the relationship of the picture; the story that holds it knows the part's name."""
    attributes = next((blip.attrib.items() for blip in control.content.iter(_BLIP)), ())
    target = next((str(value) for key, value in attributes if str(key).endswith("}embed")), "")
    return Answer(FieldType.PICTURE, FieldState.FILLED, target) if target else Answer(FieldType.PICTURE)
