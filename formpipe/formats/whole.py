"""Whether a file is all there, by its structure: a copy under way, or one made in full size first, is not."""

from __future__ import annotations

import io
import zipfile
import zlib

_PDF_TAIL = 2048
_MOST_INFLATED = 64 * 1024 * 1024
_HOLE = bytes(8192)
"""Two pages of a disk: a part that has not been copied yet while a later one has."""


def is_whole(data: bytes) -> bool:
    """Tell whether the file is whole by its structure: a ZIP's directory and members, a PDF's end mark and no hole.

    One that begins with NUL bytes was made in full size, and nothing has been
    copied into it yet. Anything else (Word 97, RTF, text) shows no end and
    counts as whole.
    """
    if data[:4] == b"PK\x03\x04":
        return _zip_is_whole(data)
    if data[:5] == b"%PDF-":
        return b"%%EOF" in data[-_PDF_TAIL:] and _HOLE not in data
    return data[:4].strip(b"\0") != b""


def _zip_is_whole(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MOST_INFLATED:
                return True  # far above any form: the reader refuses it, under its own limits
            return archive.testzip() is None
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError, zlib.error):
        # RuntimeError: encrypted member, NotImplementedError: odd method. The file is
        # whole as far as its directory goes; what is wrong with it the reader will say.
        return zipfile.is_zipfile(io.BytesIO(data))
