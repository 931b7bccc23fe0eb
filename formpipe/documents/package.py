"""What a Word file carries besides its text: taken out of templates, set in documents."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from io import BytesIO
from xml.sax.saxutils import escape

from lxml import etree

from formpipe.documents.rows import splittable
from formpipe.documents.traces import forget, hiding_styles, is_styles
from formpipe.formats.opc_write import CONTENT_TYPES, XML_DECLARATION, zip_of

CORE = "docProps/core.xml"
_KEPT_LINKS = {
    *("officeDocument", "styles", "settings", "numbering", "fontTable", "font", "theme", "header", "footer"),
    *("footnotes", "endnotes", "image", "hyperlink", "chart", "chartUserShapes"),
    *("diagramData", "diagramLayout", "diagramQuickStyle", "diagramColors", "diagramDrawing"),
}
"""What a template needs to be shown; whatever else a package links to is of no use to a reader, or of too much."""
_RELS = ".rels"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def members_of(package: bytes) -> dict[str, bytes]:
    """Return the parts of a Word file by name.

    Raises:
        zipfile.BadZipFile: It is no ZIP.
    """
    with zipfile.ZipFile(BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def scrubbed(package: bytes) -> bytes:
    """Return the template *package* without what nobody is to read.

    What stays is what is printed: no properties, thumbnail, comments, custom
    XML, macros, building blocks or embedded files (by the kind of their link,
    wherever they lie), and in the parts nothing that `traces.forget` takes out.

    Raises:
        zipfile.BadZipFile: It is no ZIP.
        lxml.etree.XMLSyntaxError: One of its parts is no XML.
    """
    members = members_of(package)
    parts = {name: etree.fromstring(body, _PARSER) for name, body in members.items() if _is_xml(name)}
    lost = {name: _cut_links(root) for name, root in parts.items() if name.endswith(_RELS)}
    kept = _linked(parts, members)
    hidden = next((hiding_styles(parts[name]) for name in sorted(kept & parts.keys()) if is_styles(parts[name])), None)
    for name in kept & parts.keys():
        if name == CONTENT_TYPES:
            _forget_overrides(parts[name], kept)
        elif not name.endswith(_RELS):
            forget(parts[name], hidden=hidden or frozenset(), lost=lost.get(_links_of(name), ()))
    done = {name: _bytes_of(parts[name]) if name in parts else members[name] for name in kept}
    return zip_of(sorted(done.items(), key=content_types_first))


def finished(package: bytes, merged: Iterable[str], *, title: str, author: str) -> bytes:
    """Return the document *package* with *title* and *author* as its only properties; equal parts give equal bytes.

    In the parts *merged*, which data went into, long rows may be broken.
    """
    members = members_of(package)
    for name in merged:
        members[name] = splittable(members[name].decode("utf-8")).encode("utf-8")
    members[CORE] = core_of(title, author).encode("utf-8")
    return zip_of(sorted(members.items(), key=content_types_first))


def content_types_first(member: tuple[str, bytes]) -> tuple[bool, str]:
    """Return the key that sorts the members of a package as we write them."""
    return (member[0] != CONTENT_TYPES, member[0])


def core_of(title: str, author: str) -> str:
    """Return the part that holds the properties of a document."""
    return (
        f'{XML_DECLARATION}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        "<dc:language>de-DE</dc:language></cp:coreProperties>"
    )


def _is_xml(name: str) -> bool:
    return name.endswith((".xml", _RELS))


def _bytes_of(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _links_of(name: str) -> str:
    """Return the member that holds the links of the member *name* (of the package as a whole for the empty name)."""
    folder, _, last = name.rpartition("/")
    return f"{folder}/_rels/{last}{_RELS}".removeprefix("/")


def _cut_links(links: etree._Element) -> tuple[str, ...]:
    """Take the links out that are not of a kind we keep; return their ids."""
    cut = [link for link in links if not _is_kept(link)]
    for link in cut:
        links.remove(link)
    return tuple(str(link.get("Id")) for link in cut)


def _is_kept(link: etree._Element) -> bool:
    kind = str(link.get("Type")).rpartition("/")[2]
    return kind in _KEPT_LINKS and (kind == "hyperlink" or link.get("TargetMode") != "External")


def _linked(parts: Mapping[str, etree._Element], members: Mapping[str, bytes]) -> set[str]:
    """Return the members that the links lead to, the links themselves and the list of types."""
    kept, queue = {CONTENT_TYPES} & members.keys(), [""]
    while queue:
        source = queue.pop()
        links = _links_of(source)
        if links not in parts:
            continue
        kept.add(links)
        for link in parts[links]:
            target = _target_of(source, str(link.get("Target")))
            if link.get("TargetMode") != "External" and target in members and target not in kept:
                kept.add(target)
                queue.append(target)
    return kept


def _target_of(source: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target)).removeprefix("/")


def _forget_overrides(types: etree._Element, kept: AbstractSet[str]) -> None:
    for entry in list(types):
        if entry.get("PartName") is not None and str(entry.get("PartName")).removeprefix("/") not in kept:
            types.remove(entry)
