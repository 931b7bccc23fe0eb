"""Writing an Open Packaging (OPC) file: the same parts always give the same bytes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

CONTENT_TYPES = "[Content_Types].xml"
XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# The fields of a ZIP's headers (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16) and what we write into them.
_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL = struct.Struct("<4sBBHHHHHLLLHHHHHLL")
_END = struct.Struct("<4sHHHHLLH")
_VERSION = 20
_DEFLATED = 8
_NAME_IS_UTF8 = 0x800
_MOMENT = (0, (1 << 5) | 1)  # midnight, 1 January 1980
_MODE = 0o600 << 16
_UNIX = 3
_LEVEL = 6
_RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_TYPES_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONSHIPS_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a package; `name` without the leading slash; `type` is its content type."""

    name: str
    type: str
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """A link from a part (or, from the empty source, the package) to the part *target*, relative to the source."""

    id: str
    type: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of a ZIP, compressed: ready to be written into any number of files."""

    name: bytes
    crc: int
    size: int
    packed: bytes = field(repr=False)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Checksum, packed and plain size, as both headers hold them."""
        return self.crc, len(self.packed), self.size


def pack(name: str, body: bytes) -> Member:
    """Return *body* as a member called *name*."""
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = deflate.compress(body) + deflate.flush()
    return Member(name=name.encode("utf-8"), crc=zlib.crc32(body), size=len(body), packed=packed)


def zip_of(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a ZIP of *entries* in their order, with fixed times, modes and compression."""
    return zip_of_members(pack(name, body) for name, body in entries)


def zip_of_members(members: Iterable[Member]) -> bytes:
    """Return a ZIP of *members* in their order; `zipfile` would compress each of them again."""
    pieces: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for member in members:
        flags = 0 if member.name.isascii() else _NAME_IS_UTF8
        lengths = len(member.name), 0
        local = _LOCAL.pack(b"PK\3\4", _VERSION, flags, _DEFLATED, *_MOMENT, *member.sizes, *lengths)
        pieces += (local, member.name, member.packed)
        made_by = _VERSION, _UNIX
        head = b"PK\1\2", *made_by, _VERSION, flags, _DEFLATED, *_MOMENT, *member.sizes, *lengths
        directory += (_CENTRAL.pack(*head, 0, 0, 0, _MODE, offset), member.name)
        offset += len(local) + len(member.name) + len(member.packed)
    listed = b"".join(directory)
    count = len(directory) // 2
    return b"".join((*pieces, listed, _END.pack(b"PK\5\6", 0, 0, count, count, len(listed), offset, 0)))


def package_of(parts: Iterable[Part], relationships: Mapping[str, Iterable[Relationship]]) -> bytes:
    """Return the package of *parts* with *relationships* by their source part (`""` is the package).

    The content types come first, then the relationships, then the parts as
    given: the order in which Word writes them, and in which readers look.
    """
    listed = tuple(parts)
    entries = [(CONTENT_TYPES, _content_types_of(listed))]
    entries += [(_relationships_name(source), _relationships_of(links)) for source, links in relationships.items()]
    entries += [(part.name, XML_DECLARATION + part.body) for part in listed]
    return zip_of((name, text.encode("utf-8")) for name, text in entries)


def _content_types_of(parts: Iterable[Part]) -> str:
    overrides = "".join(
        f"<Override PartName={quoteattr('/' + part.name)} ContentType={quoteattr(part.type)}/>" for part in parts
    )
    return (
        f'{XML_DECLARATION}<Types xmlns="{_TYPES_NAMESPACE}">'
        f'<Default Extension="rels" ContentType="{_RELATIONSHIPS_TYPE}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relationships_name(source: str) -> str:
    folder, _, name = source.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def _relationships_of(links: Iterable[Relationship]) -> str:
    lines = "".join(
        f"<Relationship Id={quoteattr(link.id)} Type={quoteattr(link.type)} Target={quoteattr(link.target)}/>"
        for link in links
    )
    return f'{XML_DECLARATION}<Relationships xmlns="{_RELATIONSHIPS_NAMESPACE}">{lines}</Relationships>'
