"""What the bytes shown in a PDF's font mean: its ToUnicode map (ISO 32000-1, 9.10.3)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_CODE_SPACE = re.compile(rb"begincodespacerange\s*<([0-9A-Fa-f]+)>")
_CHARS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]*)>|\[([^\]]*)\])")
_HEX = re.compile(rb"<([0-9A-Fa-f]*)>")
_BYTE = 2  # hexadecimal digits


@dataclass(frozen=True, slots=True, kw_only=True)
class FontText:
    """A font's map from codes of `width` bytes (1 or 2) to text; a code that it lacks stands for itself."""

    width: int
    texts: Mapping[int, str] = field(repr=False)

    def text(self, shown: bytes) -> str:
        """Return what *shown* means."""
        codes = shown if self.width == 1 else struct.unpack(f">{len(shown) // 2}H", shown[: len(shown) // 2 * 2])
        return "".join([self.texts.get(code) or chr(code) for code in codes])


def font_text_of(stream: Any) -> FontText:  # noqa: ANN401 - pikepdf is untyped
    """Return the map in the ToUnicode *stream*; without one, codes of one byte that stand for themselves."""
    if stream is None:
        return FontText(width=1, texts={})
    body = stream.read_bytes()
    space = _CODE_SPACE.search(body)
    return FontText(width=min(len(space[1]) // _BYTE, 2) if space else 1, texts=dict(_entries(body)))


def _entries(body: bytes) -> Iterator[tuple[int, str]]:
    for block in _CHARS.findall(body):
        for code, text in _PAIR.findall(block):
            yield int(code, 16), _decoded(text)
    for block in _RANGES.findall(body):
        for first, last, start, listed in _RANGE.findall(block):
            codes = range(int(first, 16), int(last, 16) + 1)
            if listed:
                yield from zip(codes, map(_decoded, _HEX.findall(listed)), strict=False)
            else:
                head, tail = _decoded(start)[:-1], ord(_decoded(start)[-1:] or "\0")
                yield from ((code, head + chr(tail + place)) for place, code in enumerate(codes))


def _decoded(digits: bytes) -> str:
    return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be", "replace")
