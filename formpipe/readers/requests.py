"""What the reading process can be asked: read a file, say what a print is of, measure a blank, read a print.

A request is a letter and what belongs to it; the letter is not the file's to choose.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from formpipe.model import Json

READ, MARKS, BLANK, PRINT = b"R", b"M", b"B", b"P"
_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankFile:
    """A blank as a fillable PDF.

    `options` are the choices (stored, shown) of fields that the blank itself
    prints, by name: a print of another carrier's blank shows another of them.
    """

    data: bytes = field(repr=False)
    options: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


def blank_request(blank: BlankFile) -> bytes:
    """Return the request to measure *blank*."""
    return BLANK + _framed({name: [list(pair) for pair in pairs] for name, pairs in blank.options.items()}, blank.data)


def print_request(data: bytes, layouts: Sequence[Json]) -> bytes:
    """Return the request to read the print *data* of one of the blanks measured as *layouts*."""
    return PRINT + _framed(list(layouts), data)


def unframed(body: bytes) -> tuple[Any, bytes]:
    """Return the JSON in front of a request's file, and the file."""
    (length,) = _LENGTH.unpack_from(body)
    start = _LENGTH.size
    return json.loads(body[start : start + length]), body[start + length :]


def _framed(head: Json, data: bytes) -> bytes:
    body = json.dumps(head).encode("ascii")
    return _LENGTH.pack(len(body)) + body + data
