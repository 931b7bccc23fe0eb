"""Objects added to a PDF as text, behind what it holds already (ISO 32000-1, 7.5.6).

A form has more than a thousand objects. Each of them built by pikepdf out of
its parts takes several calls into the library; written as text, all of them are
read in one go when pikepdf opens the file to finish it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from itertools import accumulate

import pikepdf
from pikepdf import String

_ENTRY = struct.Struct(">BLH")
_PLAIN = str.maketrans({"(": r"\(", ")": r"\)", "\\": r"\\"})


def text_of(text: str) -> str:
    """Return *text* as a PDF string."""
    if text.isascii() and text.isprintable():
        return f"({text.translate(_PLAIN)})"
    return bytes(String(text).unparse()).decode("latin-1")


class Update:
    """A PDF and what is added to it; `pages` are the references to its pages, in order."""

    def __init__(self, pdf: bytes) -> None:
        with pikepdf.open(BytesIO(pdf)) as opened:
            self.pages = [bytes(page.obj.unparse()).decode("ascii") for page in opened.pages]
            self._first = int(opened.trailer.Size)
            kept = (f"/{key} {opened.trailer[f'/{key}'].unparse().decode('latin-1')}" for key in ("Root", "Info", "ID"))
            self._trailer = "".join(kept)
        self._pdf = pdf
        self._plain: dict[int, bytes] = {}
        self._streams: dict[int, bytes] = {}
        self._next = self._first

    def reserve(self) -> int:
        """Return the number of an object that is added later by `put`."""
        self._next += 1
        return self._next - 1

    def put(self, number: int, body: str) -> None:
        """Let the reserved object *number* be *body*."""
        self._plain[number] = body.encode("latin-1")

    def add(self, body: str) -> int:
        """Add the object *body* and return its number."""
        number = self.reserve()
        self.put(number, body)
        return number

    def add_stream(self, entries: str, packed: bytes) -> int:
        """Add a stream that was deflated already, with the further *entries* of its dictionary; return its number."""
        number = self.reserve()
        self._streams[number] = _stream(f"/Filter/FlateDecode{entries}", packed)
        return number

    def data(self) -> bytes:
        """Return the PDF with all that was added: the streams, all else in one stream, and where it is."""
        holder, listing = self.reserve(), self.reserve()
        places = {number: _ENTRY.pack(2, holder, index) for index, number in enumerate(self._plain)}
        pieces = [self._pdf, b"\n"]
        offset = len(self._pdf) + 1
        for number, body in (*self._streams.items(), (holder, _object_stream(self._plain))):
            piece = b"%d 0 obj\n%b\nendobj\n" % (number, body)
            pieces.append(piece)
            places[number] = _ENTRY.pack(1, offset, 0)
            offset += len(piece)
        places[listing] = _ENTRY.pack(1, offset, 0)
        before = int(self._pdf[self._pdf.rindex(b"startxref") + len(b"startxref") :].split()[0])
        entries = f"/Type/XRef/W[1 4 2]/Index[{self._first} {len(places)}]/Size {self._next}/Prev {before}"
        body = _stream(entries + self._trailer, b"".join(place for _, place in sorted(places.items())))
        pieces.append(b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (listing, body, offset))
        return b"".join(pieces)


def _stream(entries: str, content: bytes) -> bytes:
    head = f"<</Length {len(content)}{entries}>>".encode("latin-1")
    return b"%bstream\n%b\nendstream" % (head, content)


def _object_stream(objects: Mapping[int, bytes]) -> bytes:
    """Return *objects* as one stream: pairs of number and place in front, then the objects."""
    offsets = accumulate((len(body) + 1 for body in objects.values()), initial=0)
    index = b" ".join(b"%d %d" % (number, offset) for number, offset in zip(objects, offsets, strict=False))
    content = b"\n".join((index, *objects.values()))
    return _stream(f"/Type/ObjStm/N {len(objects)}/First {len(index) + 1}", content)


def packed(drawing: str) -> bytes:
    """Return the drawing operators *drawing* deflated, as pikepdf would."""
    return zlib.compress(drawing.encode("ascii"))
