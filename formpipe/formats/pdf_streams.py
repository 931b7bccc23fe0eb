"""Whether the compressed streams of a PDF are whole: a flipped byte in one can take fields away without a word."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any

import pikepdf

_STEP = 1 << 16
_MOST = 64 * 1024 * 1024


def has_broken_stream(data: bytes) -> bool:
    """Tell whether a Flate stream of the PDF *data* ends early or fails its checksum (RFC 1950).

    pypdf and qpdf both read over such a fault and give what came before it.
    Streams under more than one filter are left to the reader; more than 64 MiB
    of content in all counts as broken.
    """
    try:
        with pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True) as document:
            return _any_broken(document)
    except pikepdf.PdfError:
        return True


def _any_broken(document: pikepdf.Pdf) -> bool:
    left = _MOST
    for each in document.objects:
        if not isinstance(each, pikepdf.Stream) or not _is_plain_flate(each):
            continue
        size = _inflated_size(each.read_raw_bytes(), left)
        if size is None:
            return True
        left -= size
    return False


def _is_plain_flate(stream: Any) -> bool:  # noqa: ANN401 - pikepdf's objects are untyped
    filters = stream.get("/Filter")
    if isinstance(filters, pikepdf.Array):
        return len(filters) == 1 and str(filters[0]) == "/FlateDecode"
    return filters is not None and str(filters) == "/FlateDecode"


def _inflated_size(raw: bytes, most: int) -> int | None:
    """Return how many bytes *raw* inflates to, `None` if it is broken or gives more than *most*."""
    inflater = zlib.decompressobj()
    size, rest = 0, raw
    try:
        while rest and not inflater.eof:
            size += len(inflater.decompress(rest, _STEP))
            rest = inflater.unconsumed_tail
            if size > most:
                return None
    except zlib.error:
        return None
    return size if inflater.eof or not raw else None
