"""One content control of a Word form: its key and its label; what stands in it is `docx_answers`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from formpipe.model import Field
from formpipe.readers.docx_answers import Control, answer_of
from formpipe.readers.docx_labels import label_of
from formpipe.readers.docx_words import CHECKBOX, W14, Words
from formpipe.readers.naming import UNNAMED

OWN_PLACEHOLDER = "fp."
_STEP = re.compile(r"/@?(?:[^/:\[\]]+:)?([^/:\[\]]+)(?:\[\d+\])?$")


def field_of(node: etree._Element, w: Words, hints: frozenset[str] = frozenset()) -> Field | None:
    """Return the field that the control *node* (`w:sdt`) is, its name not yet unique; `None` for a mere frame.

    Frames are repeating sections and their rows, groups, building blocks, and
    rich text around other controls: LibreOffice 7.4 writes such a wrapper, with
    the same key, around each check box. *hints* are the texts of the form's
    empty controls, as far as the form says.
    """
    properties: dict[Any, etree._Element] = {c.tag: c for each in node.iterchildren(w.sdt_pr) for c in each}
    content = next(node.iterchildren(w.sdt_content), None)
    if content is None or _is_frame(properties, content, w):
        return None
    control = Control(node, properties, content, w)
    name, source = _name_of(control)
    label = _label_of(control)
    answer = answer_of(control, hints)
    flags = (*answer.flags, "disagree") if source == "tag" and _is_renamed(control, name) else answer.flags
    return Field(
        name=name or label or UNNAMED,
        name_source=source,
        label=label or name or UNNAMED,
        type=answer.type,
        state=answer.state,
        value=answer.value,
        display=answer.display,
        flags=flags,
    )


def group_of(node: etree._Element, w: Words) -> str:
    """Return the group that ONLYOFFICE gave the radio button *node*, or the empty string."""
    group = node.find(f"{w.sdt_pr}/{CHECKBOX}/{W14}groupKey")
    return "" if group is None else str(group.get(f"{W14}val", ""))


def _is_frame(properties: Mapping[str, etree._Element], content: etree._Element, w: Words) -> bool:
    return not w.frames.isdisjoint(properties) or next(content.iter(w.sdt), None) is not None


def _name_of(control: Control) -> tuple[str, str]:
    """Return the control's key and where it stood; an empty text counts as absent."""
    tag = control.attribute(control.w.tag)
    if tag.strip():
        return tag, "tag"
    return next(((text, source) for source, text in _names_of(control) if text.strip()), ("", "label"))


def _names_of(control: Control) -> Iterator[tuple[str, str]]:
    w = control.w
    yield "onlyoffice", control.attribute(w("formPr"), w("key"))
    placeholder = _placeholder_of(control)
    if placeholder.startswith(OWN_PLACEHOLDER):
        yield "placeholder", placeholder.removeprefix(OWN_PLACEHOLDER)
    yield "alias", control.attribute(control.w.alias)
    binding = _STEP.search(control.attribute(w("dataBinding"), w("xpath")))
    if binding:
        yield "binding", binding[1]


def _is_renamed(control: Control, name: str) -> bool:
    """Tell whether our own placeholder says that the control was made under another name than its tag's."""
    placeholder = _placeholder_of(control)
    return placeholder.startswith(OWN_PLACEHOLDER) and placeholder != f"{OWN_PLACEHOLDER}{name}"


def _placeholder_of(control: Control) -> str:
    node = control.properties.get(control.w.placeholder)
    part = None if node is None else node.find(control.w.doc_part)
    return "" if part is None else str(part.get(control.w.val, ""))


def _label_of(control: Control) -> str:
    """Return the control's alias, that of the wrapper LibreOffice put around it, or the words beside it."""
    own = control.attribute(control.w.alias).strip()
    if own:
        return own
    outer = control.node.getparent()
    frame = outer.getparent() if outer is not None and outer.tag == control.w.sdt_content else None
    node = control.node
    if frame is not None and len(outer if outer is not None else ()) == 1:
        node = frame
        alias = frame.find(f"{control.w.sdt_pr}/{control.w.alias}")
        if alias is not None and str(alias.get(control.w.val, "")).strip():
            return str(alias.get(control.w.val, "")).strip()
    return label_of(node, control.w, box=CHECKBOX in control.properties)
