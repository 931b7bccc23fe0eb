"""Reading an Open Packaging (OPC) file: parts, content types, relationships, and XML that can do no harm."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from lxml import etree

from formpipe.errors import UnreadableFormError
from formpipe.formats.zip_read import MIB, read_members

CONTENT_TYPES = "[Content_Types].xml"
MOST_XML = 8 * MIB
_REFUSED = {"vbaProject": "macro", "aFChunk": "unsafe"}  # a chunk brings text that only Word would show
_OUTSIDE = frozenset({"control", "activeXControlBinary", "oleObject", "subDocument", "frame"})
_OUTSIDE_TYPES = ("activeX", "activeX+xml", "oleObject")
# Word writes these two by itself when a document was made from a template or a
# list on a disk. A share or a web address would be asked for it.
_LOCAL_LINKS = frozenset({"attachedTemplate", "mailMergeSource"})
_DISK = re.compile(r"file:///?[A-Za-z]:|[A-Za-z]:[\\/]")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ASCII_LIKE = re.compile(rb"(?i)utf-?8|us-ascii|ascii|iso-8859-\d+|windows-125\d")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """A link of a part: `kind` is the last step of its type, `target` a part's name (`external`: an address)."""

    id: str
    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An OPC file whose members were inflated and checked; names are looked up as the standard says, without case.

    `external` says that it holds or links to something that reading does not
    follow: an address other than a hyperlink's, an embedded object, a control
    with code behind it.
    """

    parts: Mapping[str, bytes] = field(repr=False)
    defaults: Mapping[str, str]
    overrides: Mapping[str, str]
    links: Mapping[str, tuple[Relationship, ...]]
    external: bool = False

    def has(self, name: str) -> bool:
        """Tell whether the part *name* exists."""
        return name.casefold() in self.parts

    def body(self, name: str) -> bytes:
        """Return the bytes of the part *name*.

        Raises:
            UnreadableFormError: There is no such part.
        """
        try:
            return self.parts[name.casefold()]
        except KeyError:
            raise UnreadableFormError("a part of the document is missing", code="damaged") from None

    def xml(self, name: str) -> etree._Element:
        """Return the root of the XML part *name*.

        Raises:
            UnreadableFormError: It is missing, broken, too large, or has a DTD.
        """
        return parse_xml(self.body(name))

    def content_type(self, name: str) -> str:
        """Return the content type of the part *name*, or the empty string."""
        folded = name.casefold()
        return self.overrides.get(folded) or self.defaults.get(folded.rpartition(".")[2], "")

    def relationships(self, source: str = "") -> tuple[Relationship, ...]:
        """Return the links of the part *source*; the empty name is the package itself."""
        return self.links.get(source.casefold(), ())

    def linked(self, kind: str, source: str = "") -> tuple[str, ...]:
        """Return the names of the parts that *source* links to by *kind* and that exist."""
        links = self.relationships(source)
        return tuple(link.target for link in links if link.kind == kind and not link.external and self.has(link.target))


def open_package(data: bytes) -> Package:
    """Return the package in *data*.

    Refused are a DTD in any XML part, macros, and chunks of other formats.
    Nothing that it links to is followed.

    Raises:
        UnreadableFormError: It is no sound package, or does not pass.
    """
    members = read_members(data)
    parts = {name.casefold(): body for name, body in members.items()}
    if CONTENT_TYPES.casefold() not in parts:
        raise UnreadableFormError("the archive is no office document", code="unsupported")
    for name, body in parts.items():
        if name.endswith((".xml", ".rels", ".vml")):
            _check_xml(body)
    types = parse_xml(parts[CONTENT_TYPES.casefold()])
    package = Package(
        parts=parts,
        defaults=_types_of(types, "Default", "Extension"),
        overrides=_types_of(types, "Override", "PartName"),
        links=_links_of(parts),
    )
    _refuse_active(package)
    return replace(package, external=_leads_out(package))


def parse_xml(body: bytes) -> etree._Element:
    """Return the root of *body*: no entities, no network, no DTD, no repair.

    Raises:
        UnreadableFormError: It is broken (`damaged`), too large (`limit`) or has a DTD (`unsafe`).
    """
    if len(body) > MOST_XML:
        raise UnreadableFormError("an XML part is too large", code="limit")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        # the library's message may quote the text around the fault
        raise UnreadableFormError("an XML part is broken", code="damaged") from None
    info: Any = root.getroottree().docinfo  # the stubs lack `doctype`
    if info.doctype or info.internalDTD is not None:
        raise UnreadableFormError("an XML part has a DTD", code="unsafe")
    return root


def local_name(node: etree._Element) -> str:
    """Return the name of *node* without its namespace."""
    return str(node.tag).rpartition("}")[2]


def _check_xml(body: bytes) -> None:
    """Refuse a DTD in a part that may never be parsed, in any encoding that a parser would take.

    The standard allows UTF-8 and UTF-16 only. A search is enough for encodings
    in which `<` is one byte; a wide one is parsed.
    """
    declared = _ENCODING.match(body[3:] if body.startswith(b"\xef\xbb\xbf") else body)
    if body.startswith(_WIDE):
        parse_xml(body)
    elif declared is not None and not _ASCII_LIKE.fullmatch(declared[1]):
        raise UnreadableFormError("an XML part is written in an odd encoding", code="unsafe")
    elif b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise UnreadableFormError("an XML part has a DTD", code="unsafe")


def _types_of(root: etree._Element, element: str, key: str) -> dict[str, str]:
    return {
        str(node.get(key, "")).lstrip("/").casefold(): str(node.get("ContentType", ""))
        for node in root
        if local_name(node) == element
    }


def _links_of(parts: Mapping[str, bytes]) -> dict[str, tuple[Relationship, ...]]:
    """Return the links of every part by its name without case."""
    found = {}
    for name, body in parts.items():
        folder, last = posixpath.split(name)
        if last.endswith(".rels") and posixpath.basename(folder) == "_rels":
            home = posixpath.dirname(folder)
            source = posixpath.join(home, last.removesuffix(".rels"))
            found[source] = tuple(_relationship_of(node, home) for node in parse_xml(body))
    return found


def _relationship_of(node: etree._Element, folder: str) -> Relationship:
    target, external = str(node.get("Target", "")), node.get("TargetMode") == "External"
    if not external:
        path = unquote(target.partition("#")[0])
        target = posixpath.normpath(path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path))
        if target.startswith(".."):
            raise UnreadableFormError("a link leads out of the document", code="unsafe")
    return Relationship(
        id=str(node.get("Id", "")),
        kind=str(node.get("Type", "")).rstrip("/").rpartition("/")[2],
        target=target,
        external=external,
    )


def _refuse_active(package: Package) -> None:
    if any(package.content_type(name).endswith(("vbaProject", "vbaProject+xml")) for name in package.parts):
        raise UnreadableFormError("the document holds macros", code="macro")
    for link in _all_links(package):
        if link.kind in _REFUSED:
            raise UnreadableFormError("the document holds active content", code=_REFUSED[link.kind])


def _leads_out(package: Package) -> bool:
    types = (package.content_type(name) for name in package.parts)
    return any(each.endswith(_OUTSIDE_TYPES) for each in types) or any(map(_is_outside, _all_links(package)))


def _is_outside(link: Relationship) -> bool:
    if link.kind in _OUTSIDE:
        return True
    local = link.kind in _LOCAL_LINKS and _DISK.match(link.target)
    return link.external and link.kind != "hyperlink" and not local


def _all_links(package: Package) -> Iterator[Relationship]:
    return (link for links in package.links.values() for link in links)
