"""Finished PDFs as bytes: the same ones each time, with streams whose ends can be told from the line's."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pikepdf

_AMBIGUOUS = b"\r\nendstream"


def saved(document: pikepdf.Pdf) -> bytes:
    """Return *document* as bytes; equal documents give equal bytes.

    PDF/A wants an end of line before `endstream` that is no part of the
    stream (ISO 19005-2, 6.1.7). After compressed data that end in a carriage
    return a reader may take both for the end of line, and the stream for too
    short: such data get a line feed behind them, which no decoder looks at.
    """
    made = _bytes_of(document, pikepdf.ObjectStreamMode.generate)
    if _AMBIGUOUS not in made:
        return made
    with pikepdf.open(BytesIO(made)) as again:
        for each in again.objects:
            if isinstance(each, pikepdf.Stream) and "/Filter" in each and each.read_raw_bytes().endswith(b"\r"):
                packed: Any = each.get("/Filter"), each.get("/DecodeParms")
                each.write(each.read_raw_bytes() + b"\n", filter=packed[0], decode_parms=packed[1])
        made = _bytes_of(again, pikepdf.ObjectStreamMode.generate)
        # Streams of objects and references are made while saving, and can end so, too.
        return _bytes_of(again, pikepdf.ObjectStreamMode.disable) if _AMBIGUOUS in made else made


def _bytes_of(document: pikepdf.Pdf, mode: pikepdf.ObjectStreamMode) -> bytes:
    buffer = BytesIO()
    document.save(buffer, deterministic_id=True, object_stream_mode=mode)
    return buffer.getvalue()
