"""Content controls as WordprocessingML.

Text controls are inline rich-text controls without a `w:text` child: under
forms protection LibreOffice 7.4 lets nobody type into plain-text controls and
garbles values of mixed scripts in them. LibreOffice also drops every `w:tag`
but keeps the name of the placeholder, so that name carries the field's name a
second time. No building block stands behind it: Word limits the names of
building blocks, and shows blanks for a placeholder it cannot find, which the
reader takes for "not filled in".
"""

from __future__ import annotations

from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from formpipe.blanks.controls import Control, ControlKind, Option

PLACEHOLDER_PREFIX = "fp."
_MOST_ALIAS = 64
_FIRST_ID = 100_000
_ISO_DATE = 10
_TICKED, _UNTICKED = "\u2612", "\u2610"


def control_xml(control: Control, number: int) -> str:
    """Return *control* as an inline `w:sdt`, the *number*-th of its form (from 0)."""
    empty = control.kind is not ControlKind.CHECK and control.shown is None
    names, placeholder = _names_xml(control.name, control.label)
    return (
        f'<w:sdt><w:sdtPr>{names}<w:id w:val="{_FIRST_ID + number}"/>'
        f'<w:lock w:val="{"sdtContentLocked" if control.locked else "sdtLocked"}"/>{placeholder}'
        f"{'<w:showingPlcHdr/>' if empty else ''}{_type_xml(control)}</w:sdtPr>"
        f"<w:sdtContent>{_content_xml(control, empty=empty)}</w:sdtContent></w:sdt>"
    )


def text_xml(text: str) -> str:
    """Return *text* as `w:t` elements with a `w:br` for each line end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)


@lru_cache(maxsize=8192)  # a form has some hundred; both are the schema's
def _names_xml(name: str, label: str) -> tuple[str, str]:
    """Return the elements that name a control, and its placeholder."""
    return (
        f"<w:alias w:val={quoteattr(label[:_MOST_ALIAS])}/><w:tag w:val={quoteattr(name)}/>",
        f"<w:placeholder><w:docPart w:val={quoteattr(PLACEHOLDER_PREFIX + name)}/></w:placeholder>",
    )


@lru_cache(maxsize=512)  # as many as a schema has lists of codes
def _items_xml(hint: str, options: tuple[Option, ...]) -> str:
    items = "".join(
        f"<w:listItem w:displayText={quoteattr(option.shown)} w:value={quoteattr(option.value)}/>" for option in options
    )
    return f'<w:listItem w:displayText={quoteattr(hint)} w:value=""/>{items}'


def _type_xml(control: Control) -> str:
    if control.kind is ControlKind.DATE:
        value = control.value
        is_date = value is not None and len(value) == _ISO_DATE and value[0].isdigit()
        full = f' w:fullDate="{value}T00:00:00Z"' if is_date else ""
        return (
            f'<w:date{full}><w:dateFormat w:val="dd.MM.yyyy"/><w:lid w:val="de-DE"/>'
            '<w:storeMappedDataAs w:val="dateTime"/><w:calendar w:val="gregorian"/></w:date>'
        )
    if control.kind is ControlKind.CHOICE:
        last = f" w:lastValue={quoteattr(control.value)}" if control.value is not None else ""
        return f"<w:dropDownList{last}>{_items_xml(control.hint, control.options)}</w:dropDownList>"
    if control.kind is ControlKind.CHECK:
        return (
            f'<w14:checkbox><w14:checked w14:val="{int(control.ticked)}"/>'
            '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
            '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox>'
        )
    return ""


def _content_xml(control: Control, *, empty: bool) -> str:
    if control.kind is ControlKind.CHECK:
        fonts = '<w:rFonts w:ascii="MS Gothic" w:hAnsi="MS Gothic" w:eastAsia="MS Gothic" w:hint="eastAsia"/>'
        return f"<w:r><w:rPr>{fonts}</w:rPr><w:t>{_TICKED if control.ticked else _UNTICKED}</w:t></w:r>"
    if empty:
        return _hint_xml(control.hint)
    return f"<w:r>{text_xml(control.shown or '')}</w:r>"


@lru_cache(maxsize=32)
def _hint_xml(hint: str) -> str:
    return f'<w:r><w:rPr><w:rStyle w:val="PlaceholderText"/></w:rPr>{text_xml(hint)}</w:r>'
