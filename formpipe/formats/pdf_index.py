"""Whether a PDF file says itself where its objects are; a library that has to search mends the file unasked."""

from __future__ import annotations

import re

_TAIL = 2048
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_INDEX = re.compile(rb"\s{0,4}(?:xref\b|\d+\s+\d+\s+obj\b)")


def is_whole(data: bytes) -> bool:
    """Tell whether the end of *data* is there."""
    return b"%%EOF" in data[-_TAIL:]


def is_indexed(data: bytes) -> bool:
    """Tell whether *data* ends with the place of its index and the index begins there.

    Bytes in front of the file, as mail gateways leave them, move all places by
    as much.
    """
    places = _START.findall(data[-_TAIL:])
    if not places:
        return False
    start = int(places[-1])
    return any(_INDEX.match(data, start + before) for before in (0, max(data.find(b"%PDF-"), 0)))
