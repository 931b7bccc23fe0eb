"""The font of PDF fields as PDF objects, and words set in it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pikepdf import Name

from formpipe.blanks.fonts import FieldFont
from formpipe.blanks.pdf_file import Objects


def set_in(font: FieldFont, text: str) -> str | None:
    """Return *text* as a PDF string of glyph numbers, or `None` if the font lacks one of its characters."""
    glyphs = [font.glyphs.get(ord(char)) for char in text]
    if None in glyphs:
        return None
    return "<" + "".join(f"{glyph:04X}" for glyph in glyphs) + ">"


def width_of(font: FieldFont, text: str, size: float) -> float:
    """Return the width of *text* in points; a character the font lacks counts as its missing-glyph sign."""
    return sum(font.widths[font.glyphs.get(ord(char), 0)] for char in text) * size / 1000


def type0(objects: Objects, font: FieldFont) -> int:
    """Add *font* to a PDF as a composite font, embedded, with the way back from its glyphs to characters.

    Returns:
        The number of the font's object.
    """
    prepared = _prepared(font)
    file = objects.add_stream(f"/Length1 {len(font.file)}", prepared.file)
    descriptor = objects.add(f"{prepared.descriptor}/FontFile2 {file} 0 R>>")
    descendant = objects.add(f"{prepared.descendant}/FontDescriptor {descriptor} 0 R>>")
    back = objects.add_stream("", prepared.to_unicode)
    return objects.add(f"{prepared.font}/DescendantFonts[{descendant} 0 R]/ToUnicode {back} 0 R>>")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """What of a font is the same in every file: deflated streams, and dictionaries that lack their references."""

    file: bytes
    to_unicode: bytes
    descriptor: str
    descendant: str
    font: str


@lru_cache(maxsize=4)
def _prepared(font: FieldFont) -> _Prepared:
    name = bytes(Name(f"/FPFORM+{font.name}").unparse()).decode("ascii")
    widths = " ".join(str(width) for width in font.widths)
    box = " ".join(str(edge) for edge in font.box)
    return _Prepared(
        file=zlib.compress(font.file),
        to_unicode=zlib.compress(_to_unicode(font.glyphs)),
        descriptor=f"<</Type/FontDescriptor/FontName{name}/Flags 32/FontBBox[{box}]/ItalicAngle 0"
        f"/Ascent {font.ascent}/Descent {font.descent}/CapHeight {font.ascent}/StemV 80",
        descendant=f"<</Type/Font/Subtype/CIDFontType2/BaseFont{name}"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        f"/W[0[{widths}]]/CIDToGIDMap/Identity",
        font=f"<</Type/Font/Subtype/Type0/BaseFont{name}/Encoding/Identity-H",
    )


def _to_unicode(glyphs: Mapping[int, int]) -> bytes:
    """Return the CMap that leads from a glyph's number back to its character."""
    back = sorted({glyph: code for code, glyph in sorted(glyphs.items(), reverse=True)}.items())
    blocks = []
    for start in range(0, len(back), 100):
        part = back[start : start + 100]
        lines = "\n".join(f"<{glyph:04X}> <{code:04X}>" for glyph, code in part)
        blocks.append(f"{len(part)} beginbfchar\n{lines}\nendbfchar")
    head = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
    )
    tail = "\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    return (head + "\n".join(blocks) + tail).encode("ascii")
