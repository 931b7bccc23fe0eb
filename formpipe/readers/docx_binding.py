"""The XML that a Word control is bound to, beside the text that a person saw."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from formpipe.errors import UnreadableFormError
from formpipe.formats.opc import Package, local_name
from formpipe.model import Field, FieldState, FieldType
from formpipe.readers.docx_words import OFF, Words
from formpipe.readers.naming import flagged

_STEP = re.compile(r"(@?)(?:([^/:@\[\]]+):)?([^/:@\[\]]+)(?:\[(\d+)\])?")
_PREFIX = re.compile(r"""xmlns:([^=\s]+)\s*=\s*["']([^"']*)["']""")
_DAY = 10
_ON = frozenset({"1", "true", "on"})

Stores = Mapping[str, etree._Element]


def stores_of(package: Package, main: str) -> Stores:
    """Return the custom XML parts of *main* by their store id; an empty or broken one is left out.

    LibreOffice 7.4 writes some of them with no byte in them; the text on the
    form is the answer anyway.
    """
    stores = {}
    for name in package.linked("customXml", main):
        for properties in package.linked("customXmlProps", name):
            try:
                root, props = package.xml(name), package.xml(properties)
            except UnreadableFormError:
                continue
            item = next((str(value) for key, value in props.items() if str(key).endswith("itemID")), "")
            stores[item.casefold()] = root
    return stores


def bound(field: Field, binding: etree._Element, stores: Stores, w: Words) -> Field:
    """Return *field* beside the XML it is bound to: the text wins, a difference is flagged.

    Only line breaks are taken from the XML, where white space is all that differs.
    """
    store = stores.get(str(binding.get(w("storeItemID"), "")).casefold())
    if store is None:
        return field
    prefixes = dict(_PREFIX.findall(str(binding.get(w("prefixMappings"), ""))))
    stored = _value_at(store, str(binding.get(w("xpath"), "")), prefixes)
    if stored is None or field.type is FieldType.PICTURE:
        return field
    if field.state is not FieldState.FILLED:
        return flagged(field, "binding") if stored.strip() else field
    if field.type is FieldType.CHECKBOX:
        said = stored.strip().casefold()
        same = said in _ON if field.value else said in {*OFF, ""}
        return field if same else flagged(field, "binding")
    value = str(field.value)
    if stored in {value, field.display} or (field.type is FieldType.DATE and stored[:_DAY] == value[:_DAY]):
        return field
    if "".join(value.split()) == "".join(stored.split()):
        lost = "\n" in stored.strip() and "\n" not in value and "\t" not in value
        return replace(field, value=stored) if lost else field
    return flagged(field, "binding")


def _value_at(root: etree._Element, path: str, prefixes: Mapping[str, str]) -> str | None:
    """Return the text at a plain path (`/n:data[1]/n:name[1]`, last step perhaps `@name`), or `None`.

    The path stands in the file: only steps are understood, never all of XPath.
    """
    node: etree._Element | None = None
    for step in path.strip("/").split("/"):
        found = _STEP.fullmatch(step)
        if found is None:
            return None
        attribute, prefix, name, number = found.groups()
        wanted = f"{{{prefixes[prefix]}}}{name}" if prefixes.get(prefix) else name
        if attribute:
            return None if node is None else node.get(wanted)
        candidates = [root] if node is None else list(node)
        same = [
            each for each in candidates if each.tag == wanted or (prefix not in prefixes and local_name(each) == name)
        ]
        index = int(number or "1") - 1
        if not 0 <= index < len(same):
            return None
        node = same[index]
    return None if node is None else "".join(str(text) for text in node.itertext())
