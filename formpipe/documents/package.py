"""What a Word file carries besides its text: taken out of templates, set in documents."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from io import BytesIO
from xml.sax.saxutils import escape

from lxml import etree

from formpipe.documents.rows import splittable
from formpipe.formats.opc_write import CONTENT_TYPES, XML_DECLARATION, zip_of

CORE = "docProps/core.xml"
_DROPPED = re.compile(
    r"docProps/(?!core\.xml$)|customXml/|word/(comments|people|commentsExtended|commentsIds)[^/]*\.xml$"
    r"|word/(vbaProject|vbaData|printerSettings|webSettings)|word/activeX/|word/embeddings/"
)
_SETTINGS = "word/settings.xml"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FORGOTTEN_SETTINGS = ("rsids", "docVars", "attachedTemplate", "mailMerge", "proofState")
_RSID = re.compile(rf"^\{{{re.escape(_WORD)}\}}rsid")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def members_of(package: bytes) -> dict[str, bytes]:
    """Return the parts of a Word file by name.

    Raises:
        zipfile.BadZipFile: It is no ZIP.
    """
    with zipfile.ZipFile(BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def scrubbed(package: bytes) -> bytes:
    """Return the template *package* without thumbnails, comments, custom XML, macros, and Word's revision numbers.

    Raises:
        zipfile.BadZipFile: It is no ZIP.
        lxml.etree.XMLSyntaxError: One of its parts is no XML.
    """
    members = members_of(package)
    kept = {name: body for name, body in members.items() if not _DROPPED.match(name)}
    dropped = set(members) - set(kept)
    for name, body in kept.items():
        if name.endswith(".rels"):
            kept[name] = _without_links(body, name, dropped)
        elif name == CONTENT_TYPES:
            kept[name] = _without_overrides(body, dropped)
        elif name.startswith("word/") and name.endswith(".xml"):
            kept[name] = _without_traces(body, is_settings=name == _SETTINGS)
    return zip_of(sorted(kept.items(), key=content_types_first))


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


def _bytes_of(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _without_links(body: bytes, name: str, dropped: set[str]) -> bytes:
    folder = name.replace("_rels/", "").rpartition("/")[0]
    root = etree.fromstring(body, _PARSER)
    for link in list(root):
        target = link.get("Target", "")
        absolute = target.removeprefix("/") if target.startswith("/") else f"{folder}/{target}".removeprefix("/")
        if absolute in dropped or absolute.startswith("../customXml") or "customXml/" in target:
            root.remove(link)
    return _bytes_of(root)


def _without_overrides(body: bytes, dropped: set[str]) -> bytes:
    root = etree.fromstring(body, _PARSER)
    for entry in list(root):
        if entry.get("PartName", "").removeprefix("/") in dropped:
            root.remove(entry)
    return _bytes_of(root)


def _without_traces(body: bytes, *, is_settings: bool) -> bytes:
    root = etree.fromstring(body, _PARSER)
    for style in root.findall(f".//{{{_WORD}}}rsid/.."):
        for mark in style.findall(f"{{{_WORD}}}rsid"):
            style.remove(mark)
    for element in root.iter(etree.Element):
        for attribute in [key for key in element.attrib if _RSID.match(str(key))]:
            del element.attrib[attribute]
    if is_settings:
        for name in _FORGOTTEN_SETTINGS:
            for element in root.findall(f"{{{_WORD}}}{name}"):
                root.remove(element)
    return _bytes_of(root)
