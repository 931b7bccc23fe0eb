"""Names and strings of PDF objects as pikepdf gives them."""

from __future__ import annotations

import re
from decimal import Decimal

import pikepdf

_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_BOMS = ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"), (b"\xef\xbb\xbf", "utf-8"))


def name_of(value: object) -> str:
    """Return the name *value* without its slash; also a string that some programs write in its place."""
    if not isinstance(value, pikepdf.Name):
        return lines_of(value).removeprefix("/")
    try:
        return str(value).removeprefix("/")
    except UnicodeDecodeError:  # some programs write names in Latin-1
        raw: bytes = value.unparse()
        return _ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode("ascii")), raw).decode("latin1")[1:]


def lines_of(value: object) -> str:
    """Return the text of *value* with line feeds for line ends, empty if it holds none."""
    if isinstance(value, pikepdf.Name):
        return name_of(value)
    if isinstance(value, pikepdf.Stream):
        text = _decoded(value.read_bytes())
    elif isinstance(value, pikepdf.String):
        text = str(value)
    else:
        return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    encoding, skip = next(((name, len(bom)) for bom, name in _BOMS if data.startswith(bom)), ("", 0))
    if encoding:
        return data[skip:].decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
