"""The font of PDF fields as PDF objects, and words set in it."""

from __future__ import annotations

from collections.abc import Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from formpipe.blanks.fonts import FieldFont


def set_in(font: FieldFont, text: str) -> str | None:
    """Return *text* as a PDF string of glyph numbers, or `None` if the font lacks one of its characters."""
    glyphs = [font.glyphs.get(ord(char)) for char in text]
    if None in glyphs:
        return None
    return "<" + "".join(f"{glyph:04X}" for glyph in glyphs) + ">"


def width_of(font: FieldFont, text: str, size: float) -> float:
    """Return the width of *text* in points; a character the font lacks counts as its missing-glyph sign."""
    return sum(font.widths[font.glyphs.get(ord(char), 0)] for char in text) * size / 1000


def type0(pdf: pikepdf.Pdf, font: FieldFont) -> pikepdf.Object:
    """Return *font* as a composite font of *pdf*, embedded, with the way back from its glyphs to characters."""
    name = Name(f"/FPFORM+{font.name}")
    file = pdf.make_stream(font.file, Length1=len(font.file))
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=32,
        FontBBox=Array(font.box),
        ItalicAngle=0,
        Ascent=font.ascent,
        Descent=font.descent,
        CapHeight=font.ascent,
        StemV=80,
        FontFile2=file,
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        W=Array([0, Array(font.widths)]),
        CIDToGIDMap=Name.Identity,
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(_to_unicode(font.glyphs)),
        )
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
