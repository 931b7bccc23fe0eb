"""PDF objects as pypdf gives them, made plain: references followed once, strings decoded, limits set."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import pypdf
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from formpipe.formats.zip_read import MIB

MOST_DEPTH = 64
_CHARSETS: Final = ("utf-8", "latin1")
_BOMS = ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"), (b"\xef\xbb\xbf", "utf-8"))


@cache
def configure() -> None:
    r"""Set pypdf's limits to what a form needs, and its names to one reading; for the whole process.

    pypdf 7.1 tries GBK for names that are not UTF-8, so that `/R\\xfcde` becomes
    a Chinese letter; a release without that guess would make this line idle.
    Its warnings may quote the file and are not wanted.
    """
    NameObject.CHARSETS = _CHARSETS  # type: ignore[assignment]  # declared with three
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    limits: dict[str, Any] = dict.fromkeys(
        (
            "zlib_maximum_output_length",
            "lzw_maximum_output_length",
            "run_length_maximum_output_length",
            "maximum_declared_stream_length",
            "array_based_stream_maximum_output_length",
        ),
        16 * MIB,
    )
    limits |= {"page_tree_maximum_entries": 500, "stream_decoding_work_maximum_length": 64 * MIB}
    pypdf.overwrite_configuration(jbig2dec_binary=None, **limits)


def resolved(value: object) -> object:
    """Return what *value* refers to; a reference to a reference, or to nothing, is `None`."""
    if isinstance(value, IndirectObject):
        value = value.get_object()
    return None if isinstance(value, NullObject | IndirectObject) else value


def dictionary(value: object) -> DictionaryObject | None:
    """Return *value* as a dictionary, or `None` if it is none."""
    value = resolved(value)
    return value if isinstance(value, DictionaryObject) else None


def raw(node: DictionaryObject, key: str) -> object:
    """Return the entry *key* of *node* with its reference, or `None`."""
    return node.raw_get(key) if key in node else None


def entries(value: object) -> Iterator[object]:
    """Yield the entries of the array *value* with their references; nothing if it is none."""
    value = resolved(value)
    if isinstance(value, ArrayObject):
        yield from list.__iter__(value)


def identity(value: object) -> tuple[int, int] | int:
    """Return what tells one object from another: its number, or its address if it stands in another object."""
    if isinstance(value, IndirectObject):
        return value.idnum, value.generation
    reference = getattr(value, "indirect_reference", None)
    return (reference.idnum, reference.generation) if isinstance(reference, IndirectObject) else id(value)


def name_of(value: object) -> str | None:
    """Return the name *value* without its slash; also a string that some programs write in its place."""
    value = resolved(value)
    if isinstance(value, NameObject):
        return str(value).removeprefix("/")
    text, _ = text_of(value)
    return None if text is None else text.removeprefix("/")


def text_of(value: object) -> tuple[str | None, bool]:
    """Return the text of *value* with line feeds for line ends, and whether all of it could be decoded.

    Text may stand in a string, a stream, or (wrongly) in a name or a number.
    """
    value = resolved(value)
    if isinstance(value, StreamObject):
        return _decoded(value.get_data())
    if isinstance(value, ByteStringObject):
        return _decoded(bytes(value))
    if isinstance(value, NameObject):
        return str(value).removeprefix("/"), True
    if isinstance(value, TextStringObject):
        return _lines(str(value)), True
    if isinstance(value, PdfObject) and isinstance(value, int | float):
        return str(value), True
    return None, value is None


def _decoded(data: bytes) -> tuple[str, bool]:
    encoding, body = next(((name, data[len(bom) :]) for bom, name in _BOMS if data.startswith(bom)), ("", data))
    for each in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            return _lines(body.decode(each)), True
        except UnicodeDecodeError:
            continue
    return _lines(body.decode(encoding or "latin1", errors="replace")), False


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
