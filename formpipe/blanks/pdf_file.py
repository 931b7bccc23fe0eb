"""The objects of a PDF, written as text into one file (ISO 32000-1, 7.5.7 and 7.5.8).

A form has more than a thousand objects. Made by pikepdf, each takes several
calls into the library, and qpdf parses and writes all of them again, which
takes longer than all else about a form. Only this much is needed of a format
that is open to everybody: numbered objects, streams of objects, and the stream
that says where they are. The same objects always give the same bytes.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate

import pikepdf
from pikepdf import String

_HEADER = b"%PDF-1.5\n%\xbf\xf7\xa2\xfe\n"
_ENTRY = struct.Struct(">BLH")
_FREE = _ENTRY.pack(0, 0, 0xFFFF)
_HELD = 100  # objects in one stream: a reader that wants one of them unpacks all
_PLAIN = str.maketrans({"(": r"\(", ")": r"\)", "\\": r"\\"})


def text_of(text: str) -> str:
    """Return *text* as a PDF string."""
    if text.isascii() and text.isprintable():
        return f"({text.translate(_PLAIN)})"
    return bytes(String(text).unparse()).decode("latin-1")


def references(numbers: Iterable[int]) -> str:
    """Return the objects *numbers* as an array of references."""
    return f"[{' '.join(f'{number} 0 R' for number in numbers)}]"


class Objects:
    """The objects of a file that is being made, by their numbers."""

    def __init__(self) -> None:
        self._plain: dict[int, bytes] = {}
        self._streams: dict[int, bytes] = {}
        self._next = 1

    def reserve(self) -> int:
        """Return the number of an object that is added later by `put`."""
        self._next += 1
        return self._next - 1

    def put(self, number: int, body: str) -> None:
        """Let the object *number* be *body*."""
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

    def adopt(self, pdf: pikepdf.Pdf, left_out: Collection[int]) -> None:
        """Add the objects of *pdf* with the numbers they have, before any others; those *left_out* stay free."""
        for each in pdf.objects:
            number = int(each.objgen[0])
            self._next = max(self._next, number + 1)
            if number in left_out:
                continue
            if isinstance(each, pikepdf.Stream):
                content = each.read_raw_bytes()
                each.stream_dict.Length = len(content)
                self._streams[number] = b"%bstream\n%b\nendstream" % (each.stream_dict.unparse(), content)
            else:
                self._plain[number] = bytes(each.unparse(resolved=True))

    def extend(self, number: int, entries: str) -> None:
        """Add *entries* to the dictionary that the object *number* is."""
        self._plain[number] = self._plain[number].removesuffix(b">>") + entries.encode("latin-1") + b">>"

    def file(self, *, root: int, info: int) -> bytes:
        """Return the file of all objects with the catalogue *root* and the document's information *info*."""
        places = {0: _FREE}
        pieces = [_HEADER]
        offset = len(_HEADER)
        for number, body in (*self._streams.items(), *self._held(places)):
            pieces.append(b"%d 0 obj\n%b\nendobj\n" % (number, body))
            places[number] = _ENTRY.pack(1, offset, 0)
            offset += len(pieces[-1])
        listing = self.reserve()
        places[listing] = _ENTRY.pack(1, offset, 0)
        identity = hashlib.sha256(b"".join(pieces)).hexdigest()[:32]
        entries = (
            f"/Type/XRef/Filter/FlateDecode/W[1 4 2]/Size {self._next}/Root {root} 0 R/Info {info} 0 R"
            f"/ID[<{identity}><{identity}>]"
        )
        table = zlib.compress(b"".join(places.get(number, _FREE) for number in range(self._next)))
        pieces.append(b"%d 0 obj\n%b\nendobj\n" % (listing, _stream(entries, table)))
        pieces.append(b"startxref\n%d\n%%%%EOF\n" % offset)
        return b"".join(pieces)

    def _held(self, places: dict[int, bytes]) -> list[tuple[int, bytes]]:
        """Return the streams that hold all objects that are none, and note in *places* where they are."""
        numbers = sorted(self._plain)
        streams = []
        for start in range(0, len(numbers), _HELD):
            part = numbers[start : start + _HELD]
            holder = self.reserve()
            streams.append((holder, _object_stream(part, [self._plain[number] for number in part])))
            places |= {number: _ENTRY.pack(2, holder, index) for index, number in enumerate(part)}
        return streams


def _stream(entries: str, content: bytes) -> bytes:
    head = f"<</Length {len(content)}{entries}>>".encode("latin-1")
    return b"%bstream\n%b\nendstream" % (head, content)


def _object_stream(numbers: Sequence[int], bodies: Sequence[bytes]) -> bytes:
    """Return *bodies* as one stream: pairs of number and place in front, then the objects."""
    offsets = accumulate((len(body) + 1 for body in bodies), initial=0)
    index = b" ".join(b"%d %d" % pair for pair in zip(numbers, offsets, strict=False))
    content = zlib.compress(b"\n".join((index, *bodies)))
    return _stream(f"/Type/ObjStm/Filter/FlateDecode/N {len(bodies)}/First {len(index) + 1}", content)
