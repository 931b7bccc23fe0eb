"""All that a finished PDF says as texts to be searched: pages by ToUnicode, strings, names, streams."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import pikepdf

from formpipe.disclose.haystack import POSSIBLE_BREAK
from formpipe.documents.pdf_fonts import FontText, font_text_of
from formpipe.documents.runs import runs_of
from formpipe.errors import SetupError

_STRING = re.compile(rb"\((?:[^()\\]|\\.)*\)|<(?:[0-9A-Fa-f]\s*)*>", re.DOTALL)
_NAME = re.compile(rb"/([^\s()<>\[\]{}/%]+)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_WIDE_MOVE = -180  # thousandths of the font's size; a space is 200 and more
_KERNED = re.compile(rb">\s*-?\d{1,2}(?:\.\d+)?\s*<")
_TOKEN = re.compile(
    rb"<([0-9A-Fa-f\s]+)>|\(((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*)\)"
    rb"|/([^\s()<>\[\]{}/%]+)\s+[-.\d]+\s+Tf\b|(\b(?:Td|TD|Tm|BT)\b|\bT\*|['\"]|(?<=[>)\s])-\d{3,}(?:\.\d+)?(?=\s*[<(]))",
    re.DOTALL,
)
_GLYPHS = re.compile(rb"<[0-9A-Fa-f\s]*>")
_ASIDES = re.compile(rb"%[^\r\n]*|/[^\s()<>\[\]{}/%]+")
_MARKED = re.compile(rb"<<(?!\s*/MCID \d+\s*>>).*?>>", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_SIGNS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_OWN_NAMES = frozenset(
    """
    Abstract Artifact Ascent Author BBox BaseFont Block Bold Bottom Catalog Center Column Columns Contents Count
    CreationDate Creator DecodeParms Descent Dest DestOutputProfile DisplayDocTitle Document Encoding End Filter First
    FirstChar Flags Font FontBBox FontDescriptor FontFile FontName Footer Header Height Image Info Inline ItalicAngle
    Justify Kids Lang Last LastChar Layout Left Length Link MarkInfo Marked MediaBox Metadata ModDate Next Note Outlines
    OutputConditionIdentifier OutputIntent Page Pages Pagination Parent ParentTree Placement Predictor Prev ProcSet
    Producer Reference Resources Right RoleMap Root Scope Size Span Standard Start StructElem StructParents
    StructTreeRoot Subtype Table Text Title Type Underline ViewerPreferences Width Widths
    """.split()  # noqa: SIM905 - ninety quoted names are no easier to read
)
"""Names that every PDF may have: they say how it is built, and are words that a person may have written too."""
_CONTAINERS = frozenset({"/ObjStm", "/XRef"})


def pdf_readings(pdf: bytes) -> Iterator[str]:
    """Yield the texts of every part of *pdf*.

    Raises:
        SetupError: It cannot be opened.
    """
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            yield from _readings(document)
    except Exception as error:  # a damaged PDF raises anything
        raise SetupError(
            "the PDF cannot be searched", mend="Look whether LibreOffice works: formpipe doctor."
        ) from error


def page_texts(pdf: bytes) -> list[str] | None:
    """Return what each page of *pdf* shows, in the order it is drawn; `None` if that cannot be told with certainty.

    That is so where a font does not say what its signs mean, or where the file
    is damaged in any way.
    """
    fonts: dict[tuple[int, int], FontText] = {}
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            found = [
                _shown(
                    b"\n".join(each.read_bytes() for each in contents_of(page)),
                    _known(page.obj.get("/Resources"), fonts),
                )
                for page in document.pages
            ]
    except Exception:  # noqa: BLE001  # a damaged PDF raises anything; who asks has another reader
        return None
    return found if all(font.texts for font in fonts.values()) else None


def contents_of(page: pikepdf.Page) -> list[Any]:
    """Return the streams that draw *page*, in their order."""
    contents: Any = page.obj.get("/Contents", [])
    return list(contents) if isinstance(contents, pikepdf.Array) else [contents]


def _readings(document: pikepdf.Pdf) -> Iterator[str]:
    fonts: dict[tuple[int, int], FontText] = {}
    shown: set[tuple[int, int]] = set()
    for page in document.pages:
        parts = contents_of(page)
        shown |= {each.objgen for each in parts}
        yield from _content_readings(b"\n".join(each.read_bytes() for each in parts), page.obj, fonts)
    syntax = [document.trailer.unparse()]
    for each in document.objects:
        if not isinstance(each, pikepdf.Object):
            continue  # a number, which stands for a length or a place
        if not isinstance(each, pikepdf.Stream):
            syntax.append(each.unparse(resolved=True))
        elif str(each.get("/Type")) not in _CONTAINERS:
            syntax.append(each.stream_dict.unparse())
            if each.objgen not in shown:
                yield from _stream_readings(each, fonts)
    yield from _syntax_readings(b"\n".join(syntax))


def _stream_readings(stream: Any, fonts: dict[tuple[int, int], FontText]) -> Iterator[str]:  # noqa: ANN401 - untyped
    body, kind = stream.read_bytes(), str(stream.get("/Subtype"))
    if kind == "/XML":
        yield html.unescape(body.decode("utf-8", "replace"))
    elif kind == "/Form":
        yield from _content_readings(body, stream, fonts)
    else:
        yield from runs_of(_GLYPHS.sub(b"\n", body))


def _content_readings(body: bytes, owner: Any, fonts: dict[tuple[int, int], FontText]) -> Iterator[str]:  # noqa: ANN401
    """Yield the text that the content *body* of a page or form shows, and its names, comments and marked properties."""
    yield _shown(body, _known(owner.get("/Resources"), fonts))
    yield from runs_of(b"\n".join(sorted(set(_ASIDES.findall(body)))))
    yield from _syntax_readings(b"\n".join(_MARKED.findall(body)))


def _syntax_readings(syntax: bytes) -> Iterator[str]:
    """Yield the strings and names of objects; each string once."""
    strings = {str(pikepdf.Object.parse(match)) for match in _STRING.findall(syntax)}
    yield "\n".join(sorted(strings))
    yield "\n".join(sorted({_plain(name) for name in _NAME.findall(syntax)} - _OWN_NAMES))


def _plain(name: bytes) -> str:
    return _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), name).decode("utf-8", "replace")


def _shown(content: bytes, known: Mapping[str, FontText]) -> str:
    """Return the text that *content* shows, in the order it is drawn, with a mark wherever it moves.

    Signs are set one by one with small moves between them (kerning), which are
    taken out first; pikepdf's own parser makes an object of each, and costs as
    much as all the rest of the search.
    """
    font = font_text_of(None)
    parts: list[str] = []
    for digits, literal, name, move in _TOKEN.findall(_KERNED.sub(b"", content)):
        if digits:
            parts.append(font.text(_unhexed(digits)))
        elif literal:
            parts.append(font.text(_ESCAPE.sub(_unescaped, literal)))
        elif name:
            font = known.get(_plain(name), font)
        elif not move.startswith(b"-") or float(move) < _WIDE_MOVE:
            parts.append(POSSIBLE_BREAK)
    return "".join(parts)


def _known(resources: Any, fonts: dict[tuple[int, int], FontText]) -> dict[str, FontText]:  # noqa: ANN401 - untyped
    """Return the fonts of a page by the name they have there; each is read once for a document."""
    named: dict[str, FontText] = {}
    for name, font in ({} if resources is None else resources.get("/Font", {})).items():
        if font.objgen not in fonts:
            fonts[font.objgen] = font_text_of(font.get("/ToUnicode"))
        named[str(name).removeprefix("/")] = fonts[font.objgen]
    return named


def _unhexed(digits: bytes) -> bytes:
    packed = b"".join(digits.split())
    return bytes.fromhex((packed + b"0" * (len(packed) % 2)).decode())


def _unescaped(match: re.Match[bytes]) -> bytes:
    sign = match[1]
    return bytes([int(sign, 8)]) if sign.isdigit() else _SIGNS.get(sign, sign)
