"""One custom property of a Word file; Word and LibreOffice keep such properties when they save."""

from __future__ import annotations

from lxml import etree

from formpipe.formats.opc_change import Change, base_of

_PART = "docProps/custom.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_FIRST = 2
_KINDS = ("custom-properties", "customProperties")  # the second in files by the strict standard


def set_property(change: Change, main: etree._Element, name: str, value: str) -> None:
    """Set the property *name* of the document whose main part is *main*."""
    known = [part for kind in _KINDS for part in change.package.linked(kind)]
    base = base_of(main)
    kind = _KINDS["purl" in base]
    types = f"{base.removesuffix('/relationships')}/docPropsVTypes"
    space = f"{base.removesuffix('/relationships')}/{kind}"
    empty = f'<Properties xmlns="{space}" xmlns:vt="{types}"/>'
    root = change.xml(known[0]) if known else etree.fromstring(empty)
    for each in list(root):
        if each.get("name") == name:
            root.remove(each)
    numbers = [int(number) for each in root if (number := str(each.get("pid"))).isdecimal()]
    entry = etree.SubElement(root, f"{{{etree.QName(root).namespace}}}property")
    entry.set("fmtid", _SET)
    entry.set("pid", str(max(numbers, default=_FIRST - 1) + 1))
    entry.set("name", name)
    etree.SubElement(entry, f"{{{types}}}lpwstr").text = value
    if known:
        change.put(known[0], root)
    else:
        part = change.free(_PART)
        change.add(part, root, content_type=_TYPE)
        change.link("", f"{base}/{kind}", part)
