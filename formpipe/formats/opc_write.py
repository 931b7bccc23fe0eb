"""Writing an Open Packaging (OPC) file: the same parts always give the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.sax.saxutils import quoteattr

CONTENT_TYPES = "[Content_Types].xml"
XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o600 << 16
_UNIX = 3
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


def zip_of(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a ZIP of *entries* in their order, with fixed times, modes and compression."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, body in entries:
            entry = zipfile.ZipInfo(name, date_time=_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX  # zipfile writes the system it runs on otherwise
            entry.external_attr = _MODE
            archive.writestr(entry, body)
    return buffer.getvalue()


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
