"""AcroForm fields for a drawn PDF: a real tree of names, merged field and widget, one font for all values.

An empty text or choice field gets no appearance: viewers and the PDF libraries
that fill forms make one from the value, and a shared one would show another
field's words. A pre-filled one gets its own. `NeedAppearances` stays out, as
poppler (22.12) then shows ticked boxes empty. A closed field is hidden: the
drawing shows its value, wrapped, as no viewer would.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO

import pikepdf

from formpipe.blanks.controls import Control, ControlKind, Option
from formpipe.blanks.fonts import FieldFont
from formpipe.blanks.pdf_file import Objects, references, text_of
from formpipe.blanks.pdf_font import set_in, type0, width_of

ON_STATE = "/ja"
SIZE = 8.5
_INDENT, _TOP, _LEADING, _CAPITALS = 2.0, 2.5, 1.2, 0.72
_SMALLEST = 5.5
_READ_ONLY, _REQUIRED, _MULTILINE, _COMBO = 1, 1 << 1, 1 << 12, 1 << 17
_HIDDEN, _PRINT = 2, 4
_TICK = "4"  # a check mark in ZapfDingbats, for viewers that draw boxes themselves
_CATALOGUE = "/Lang(de-DE)/ViewerPreferences<</DisplayDocTitle true>>/PageLabels<</Nums[0<</S/D>>]>>"
_TICK_PATH = ((0.2, 0.5), (0.42, 0.24), (0.82, 0.8))  # ours is a line, as a machine may lack that font


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A control on its page (from 0) in the rectangle left, bottom, right, top (points).

    `words` is what stands in it, in the lines it takes there.
    """

    control: Control
    page: int
    rect: tuple[float, float, float, float]
    words: tuple[str, ...] = field(default=(), repr=False)


def with_fields(
    drawing: bytes, contents: Sequence[str], placed: Iterable[Placed], font: FieldFont, marks: Mapping[str, str]
) -> bytes:
    """Return *drawing* with *contents* on its pages and the fields *placed*.

    The same input always gives the same bytes.

    Args:
        drawing: A PDF with empty pages and the fonts of their words.
        contents: The operators of each page.
        placed: The fields.
        font: What they are written in.
        marks: Entries of the document's information beside the title.
    """
    objects = Objects()
    with pikepdf.open(BytesIO(drawing)) as pdf:
        root = pdf.Root.objgen[0]
        pages = [each.obj.objgen[0] for each in pdf.pages]
        info = {"Title": str(pdf.docinfo.Title), **marks}
        left_out = {pdf.docinfo.objgen[0], *(each.obj.Contents.objgen[0] for each in pdf.pages)}
        for each in pdf.pages:
            del each.obj.Contents
        objects.adopt(pdf, left_out)
    tree = _Tree(objects, pages, font)
    widgets = tree.add(placed)
    for page, (number, content) in enumerate(zip(pages, contents, strict=True)):
        drawn = objects.add_stream("", zlib.compress(content.encode("ascii")))
        fields = f"/Annots {objects.add(references(widgets[page]))} 0 R" if page in widgets else ""
        objects.extend(number, f"/Contents {drawn} 0 R/Tabs/R{fields}")
    objects.extend(root, f"/AcroForm {tree.form} 0 R{_CATALOGUE}")
    named = "".join(f"/{key}{text_of(value)}" for key, value in info.items())
    return objects.file(root=root, info=objects.add(f"<<{named}>>"))


class _Tree:
    """The tree of fields of one file, built leaf by leaf; `form` is the number of its root."""

    def __init__(self, objects: Objects, pages: Sequence[int], font: FieldFont) -> None:
        self._objects = objects
        self._pages = pages
        self._font = font
        self._type0 = type0(objects, font)
        self._dingbats = objects.add("<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>")
        self._kids: dict[str, tuple[int, list[int]]] = {"": (objects.reserve(), [])}
        self._options: dict[tuple[Option, ...], int] = {}
        self.form = self._kids[""][0]

    def add(self, placed: Iterable[Placed]) -> dict[int, list[int]]:
        """Add a field for each control of *placed*, in order; return the fields of each page."""
        widgets: dict[int, list[int]] = {}
        for each in placed:
            widgets.setdefault(each.page, []).append(self._leaf(each))
        self._close()
        return widgets

    def _close(self) -> None:
        """Write the inner nodes, whose children are all known now."""
        for path, (number, kids) in self._kids.items():
            if path:
                parent, _, name = path.rpartition(".")
                above = f"/Parent {self._kids[parent][0]} 0 R" if parent else ""
                self._objects.put(number, f"<</T{_fixed(name)}/Kids{references(kids)}{above}>>")
        fonts = f"<</FpSans {self._type0} 0 R/ZaDb {self._dingbats} 0 R>>"
        fields = references(self._kids[""][1])
        self._objects.put(self.form, f"<</Fields{fields}/DA(/FpSans {SIZE} Tf 0 g)/DR<</Font{fonts}>>>>")

    def _node(self, path: str) -> tuple[int, list[int]]:
        if path not in self._kids:
            number = self._objects.reserve()
            self._kids[path] = (number, [])
            self._node(path.rpartition(".")[0])[1].append(number)
        return self._kids[path]

    def _leaf(self, each: Placed) -> int:
        control = each.control
        parent, _, name = control.name.rpartition(".")
        flags = _READ_ONLY * control.locked | _REQUIRED * control.required
        if control.kind is ControlKind.CHECK:
            own = self._box(each)
        elif control.kind is ControlKind.CHOICE:
            own = f"/FT/Ch/Opt {self._opt(control.options)} 0 R{self._filling(each, control.value)}"
            flags |= _COMBO
        else:
            own = f"/FT/Tx{self._filling(each, control.shown)}"
            flags |= _MULTILINE * (control.multiline or len(each.words) > 1)
        leaf = self._objects.reserve()
        number, kids = self._node(parent)
        kids.append(leaf)
        left, bottom, right, top = (_number(edge) for edge in each.rect)
        self._objects.put(
            leaf,
            f"<</Type/Annot/Subtype/Widget/T{_fixed(name)}/TU{_fixed(_tooltip(control))}"
            f"/Rect[{left} {bottom} {right} {top}]/P {self._pages[each.page]} 0 R"
            f"/F {_PRINT | _HIDDEN * control.locked}{own}{f'/Ff {flags}' if flags else ''}"
            f"{f'/Parent {number} 0 R' if parent else ''}>>",
        )
        return leaf

    def _filling(self, each: Placed, value: str | None) -> str:
        """Return the entries of a field with its *value*, and with an appearance if the font has all its characters."""
        size = self._size_for(each)
        entries = f"/DA(/FpSans {size} Tf 0 g)"
        if value is None:
            return entries
        entries += f"/V{text_of(value.replace(chr(10), chr(13)))}"
        lines = [set_in(self._font, line) for line in each.words]
        if each.control.locked or None in lines:
            return entries
        height = each.rect[3] - each.rect[1]
        top = height - _TOP - size if each.control.multiline or len(lines) > 1 else (height - size * _CAPITALS) / 2
        shown = " ".join(f"{line} Tj 0 {-size * _LEADING:.2f} Td" for line in lines)
        drawing = f"/Tx BMC q BT /FpSans {size} Tf 0 g {_INDENT} {top:.2f} Td {shown} ET Q EMC"
        fonts = f"/Font<</FpSans {self._type0} 0 R>>"
        return f"{entries}/AP<</N {self._appearance(_packed(drawing), each.rect, fonts)} 0 R>>"

    def _size_for(self, each: Placed) -> float:
        """Return the size of type: smaller for a choice whose label is too long for its field."""
        room = each.rect[2] - each.rect[0] - 2 * _INDENT
        needed = max((width_of(self._font, line, SIZE) for line in each.words), default=0.0)
        return max(_SMALLEST, round(SIZE * room / needed - 0.05, 1)) if needed > room else SIZE

    def _opt(self, options: tuple[Option, ...]) -> int:
        if options not in self._options:
            self._options[options] = self._objects.add(_pairs(options))
        return self._options[options]

    def _box(self, each: Placed) -> str:
        """Return the entries of a check box."""
        state = ON_STATE if each.control.ticked else "/Off"
        left, bottom, right, top = each.rect
        points = tuple(
            round(share * size, 2) for x, y in _TICK_PATH for share, size in ((x, right - left), (y, top - bottom))
        )
        on, off = (self._appearance(drawing, each.rect) for drawing in (_tick(points), _NOTHING))
        return (
            f"/FT/Btn/V{state}/AS{state}/DA(/ZaDb {SIZE} Tf 0 g)/MK<</CA({_TICK})>>"
            f"/AP<</N<<{ON_STATE} {on} 0 R/Off {off} 0 R>>>>"
        )

    def _appearance(self, drawing: bytes, rect: tuple[float, float, float, float], fonts: str = "") -> int:
        box = f"0 0 {_number(rect[2] - rect[0])} {_number(rect[3] - rect[1])}"
        return self._objects.add_stream(f"/Type/XObject/Subtype/Form/BBox[{box}]/Resources<<{fonts}>>", drawing)


def _packed(drawing: str) -> bytes:
    return zlib.compress(drawing.encode("ascii"))


_NOTHING = _packed("")


@lru_cache(maxsize=64)  # boxes have few sizes
def _tick(points: tuple[float, ...]) -> bytes:
    return _packed("q 1.3 w 1 J 1 j {} {} m {} {} l {} {} l S Q".format(*points))


@lru_cache(maxsize=4096)  # names and labels of schemas only, never an answer
def _fixed(text: str) -> str:
    return text_of(text)


@lru_cache(maxsize=512)  # as many as a schema has lists of codes
def _pairs(options: tuple[Option, ...]) -> str:
    pairs = "".join(f"[{text_of(option.value)}{text_of(option.shown)}]" for option in options)
    return f"[[()( )]{pairs}]"  # first the way back to "nothing"


@lru_cache(maxsize=8192)  # edges and sizes
def _number(value: float) -> str:
    """Return *value* with two places, as pikepdf writes it: without needless zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _tooltip(control: Control) -> str:
    return f"{control.label} – {control.help}" if control.help else control.label
