"""The fonts of PDF forms: found on the machine, and cut down to the scripts that a PDF field can show.

A field has one font and no shaping, so right-to-left and complex scripts do
not show in it, whatever the font holds: their values are stored right all the
same, and printed right in the documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from formpipe.errors import SetupError

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path("/Library/Fonts"),
    Path("/System/Library/Fonts/Supplemental"),
    Path("C:/Windows/Fonts"),
)
_FACES = (
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("Carlito-Regular.ttf", "Carlito-Bold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
)
_SCRIPTS = (
    (0x20, 0x24F),  # Latin
    (0x2B0, 0x36F),  # modifiers, combining marks (DIN 91379)
    (0x370, 0x52F),  # Greek, Cyrillic
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x2010, 0x2026),  # dashes, quotes
    (0x20AC, 0x20AC),  # euro
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A regular and a bold font file of one family."""

    regular: Path
    bold: Path


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FieldFont:
    """A font cut down for fields: its file, and for each character the glyph's number and width (1/1000 em).

    Each one equals itself only, so that what is made out of it can be kept beside it.
    """

    name: str
    file: bytes = field(repr=False)
    glyphs: Mapping[int, int] = field(repr=False)
    widths: tuple[int, ...] = field(repr=False)
    ascent: int
    descent: int
    box: tuple[int, int, int, int]


@lru_cache(maxsize=4)
def find_face(folders: tuple[Path, ...] = FOLDERS) -> Face:
    """Return the first usable family of fonts under *folders*.

    Raises:
        SetupError: None of the known families is installed.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.[tT][tT][fF]")) if folder.is_dir() else ():
            found.setdefault(path.name, path)
    for regular, bold in _FACES:
        if regular in found and bold in found:
            return Face(regular=found[regular], bold=found[bold])
    raise SetupError(
        "no font for PDF forms is installed",
        mend="On Debian or Ubuntu: apt-get install fonts-noto-core. Forms as Word files need none.",
    )


@lru_cache(maxsize=4)
def field_font(path: Path) -> FieldFont:
    """Return the font file *path* cut down to Latin, Greek and Cyrillic; the same file always gives the same bytes."""
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "kern", "DSIG"]
    options.recalc_timestamp = False
    font = TTFont(str(path), recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in _SCRIPTS for code in range(first, last + 1)])
    subsetter.subset(font)
    buffer = BytesIO()
    font.save(buffer, reorderTables=True)
    return _described(font, path.stem, buffer.getvalue())


def _described(font: TTFont, name: str, file: bytes) -> FieldFont:
    scale = 1000 / font["head"].unitsPerEm
    order = font.getGlyphOrder()
    number = {glyph: index for index, glyph in enumerate(order)}
    head, rise = font["head"], font["hhea"]
    return FieldFont(
        name=name,
        file=file,
        glyphs={code: number[glyph] for code, glyph in sorted(font.getBestCmap().items())},
        widths=tuple(round(font["hmtx"][glyph][0] * scale) for glyph in order),
        ascent=round(rise.ascent * scale),
        descent=round(rise.descent * scale),
        box=(round(head.xMin * scale), round(head.yMin * scale), round(head.xMax * scale), round(head.yMax * scale)),
    )
