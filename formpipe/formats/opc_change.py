"""Changing a few parts of an Open Packaging (OPC) file and leaving every other as it is, byte for byte."""

from __future__ import annotations

import posixpath

from lxml import etree

from formpipe.formats.opc import CONTENT_TYPES, Package, open_package, parse_xml
from formpipe.formats.opc_write import zip_of
from formpipe.formats.zip_read import read_members

_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"


class Change:
    """A package with the parts that are to be changed in it; `data` gives the file that comes of it."""

    def __init__(self, data: bytes) -> None:
        """Open the package in *data*.

        Raises:
            UnreadableFormError: It is no sound package.
        """
        self.package: Package = open_package(data)
        self._members = read_members(data)
        self._names = {name.casefold(): name for name in self._members}

    def put(self, part: str, root: etree._Element) -> None:
        """Write *root* as the part *part*, which may be a new one."""
        name = self._names.setdefault(part.casefold(), part)
        self._members[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def add(self, part: str, root: etree._Element, *, content_type: str) -> None:
        """Write *root* as the new part *part* and name its type."""
        self.put(part, root)
        types = self.xml(CONTENT_TYPES)
        override = etree.SubElement(types, str(types.tag).replace("Types", "Override"))
        override.set("PartName", f"/{part}")
        override.set("ContentType", content_type)
        self.put(CONTENT_TYPES, types)

    def link(self, source: str, kind: str, part: str) -> None:
        """Link the part *source* (`""`: the package) to *part* by the whole relationship type *kind*."""
        folder, name = posixpath.split(source)
        links = posixpath.join(folder, "_rels", f"{name}.rels")
        known_links = links.casefold() in self._names
        root = self.xml(links) if known_links else etree.Element(f"{{{_RELATIONSHIPS}}}Relationships")
        known = {str(each.get("Id")) for each in root}
        link = etree.SubElement(root, f"{{{_RELATIONSHIPS}}}Relationship")
        link.set("Id", next(new for number in range(1, len(known) + 2) if (new := f"rIdFp{number}") not in known))
        link.set("Type", kind)
        link.set("Target", f"/{part}")
        self.put(links, root)

    def free(self, part: str) -> str:
        """Return *part*, or if there is such a part a name beside it that is free."""
        stem, dot, suffix = part.rpartition(".")
        names = (part if number == 1 else f"{stem}{number}{dot}{suffix}" for number in range(1, len(self._names) + 2))
        return next(each for each in names if each.casefold() not in self._names)

    def xml(self, part: str) -> etree._Element:
        """Return the root of the part *part* as it is by now."""
        return parse_xml(self._members[self._names[part.casefold()]])

    def data(self) -> bytes:
        """Return the package with its changes."""
        return zip_of(self._members.items())


def base_of(root: etree._Element) -> str:
    """Return the beginning of relationship types in the document that *root* is the main part of: Word has two."""
    strict = str(root.tag).startswith("{http://purl.oclc.org/")
    head = "http://purl.oclc.org/ooxml" if strict else "http://schemas.openxmlformats.org"
    return f"{head}/officeDocument{'' if strict else '/2006'}/relationships"
