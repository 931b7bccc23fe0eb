"""Builds small Word files from WordprocessingML: what no library writes, and what some programs write wrong."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_EXTERNAL = ' TargetMode="External"'
_SPACES = (
    f'xmlns:r="{REL}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A Word file to be; `links` are further relationships of the main part as (kind, target, external)."""

    body: str
    links: tuple[tuple[str, str, bool], ...] = ()
    parts: Mapping[str, str | bytes] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    namespace: str = W
    main_type: str = MAIN
    types: str = ""


def root_of(name: str, inner: str, namespace: str = W) -> str:
    """Return a part with the root element *name*."""
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} xmlns:w="{namespace}" {_SPACES}>{inner}</w:{name}>'


def parts_of(word: Word) -> dict[str, bytes]:
    """Return the members of *word* by name."""
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{REL}/{kind}" Target="{target}"{_EXTERNAL * external}/>'
        for number, (kind, target, external) in enumerate(word.links, 1)
    )
    custom = "".join(f'<property name="{name}"><t>{text}</t></property>' for name, text in word.properties.items())
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{word.main_type}"/>{word.types}</Types>'
        ),
        "_rels/.rels": _relationships(
            f'<Relationship Id="a" Type="{REL}/officeDocument" Target="word/document.xml"/>'
            f'<Relationship Id="b" Type="{REL}/custom-properties" Target="/docProps/custom.xml"/>'
        ),
        "word/document.xml": root_of("document", f"<w:body>{word.body}</w:body>", word.namespace),
        "word/_rels/document.xml.rels": _relationships(links),
        **({"docProps/custom.xml": f"<Properties>{custom}</Properties>"} if custom else {}),
        **word.parts,
    }
    return {name: body.encode() if isinstance(body, str) else body for name, body in parts.items()}


def docx_of(word: Word | str) -> bytes:
    """Return the file that *word* is; a text is the body of a plain one."""
    return zipped(parts_of(Word(body=word) if isinstance(word, str) else word).items())


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return an ordinary archive of *members*."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members:
            archive.writestr(name, body)
    return buffer.getvalue()


def sdt(properties: str, content: str) -> str:
    """Return a content control."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def text_control(name: str, text: str, more: str = "") -> str:
    """Return an inline control with the tag *name*."""
    return sdt(f'<w:tag w:val="{name}"/>{more}', run(text))


def run(text: str, properties: str = "") -> str:
    """Return a run with *text*."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*inner: str) -> str:
    """Return a paragraph."""
    return f"<w:p>{''.join(inner)}</w:p>"


def table(*rows: Iterable[str]) -> str:
    """Return a table of rows of cells' contents."""
    lines = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A member of a hand-made archive; what is `None` is made right."""

    name: str
    body: bytes = b""
    method: int = 0
    flags: int = 0
    local_name: str | None = None
    size: int | None = None
    local_size: int | None = None
    crc: int | None = None
    mode: int = 0
    made_by: int = 3
    at: int | None = None
    packed: bytes | None = None


def raw_zip(members: Iterable[Raw], *, end: bytes | None = None) -> bytes:
    """Return an archive with just these headers, however wrong; *end* replaces the end record."""
    out, directory, count = BytesIO(), b"", 0
    for each in members:
        packed = each.body if each.packed is None else each.packed
        crc = zlib.crc32(each.body) if each.crc is None else each.crc
        size = len(each.body) if each.size is None else each.size
        local_size = size if each.local_size is None else each.local_size
        offset = out.tell() if each.at is None else each.at
        name, local = each.name.encode(), (each.local_name or each.name).encode()
        if each.at is None:
            head = (b"PK\3\4", 20, each.flags, each.method, 0, 0, crc, len(packed), local_size, len(local), 0)
            out.write(struct.pack("<4s5H3L2H", *head) + local + packed)
        record = (b"PK\1\2", 20 | each.made_by << 8, 20, each.flags, each.method, 0, 0, crc, len(packed), size)
        directory += struct.pack("<4s6H3L", *record)
        directory += struct.pack("<5H2L", len(name), 0, 0, 0, 0, each.mode << 16, offset) + name
        count += 1
    at = out.tell()
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), at, 0)
    return out.getvalue() + directory + (last if end is None else end)


def _relationships(inner: str) -> str:
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )
