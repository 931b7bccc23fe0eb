"""AcroForm fields for a drawn PDF: a real tree of names, merged field and widget, one font for all values.

An empty text or choice field gets no appearance: viewers and the PDF libraries
that fill forms make one from the value, and a shared one would show another
field's words. A pre-filled one gets its own. `NeedAppearances` stays out, as
poppler (22.12) then shows ticked boxes empty. A closed field is hidden: the
drawing shows its value, wrapped, as no viewer would.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from formpipe.blanks.controls import Control, ControlKind, Option
from formpipe.blanks.fonts import FieldFont
from formpipe.blanks.pdf_font import set_in, type0, width_of

ON_STATE = "/ja"
SIZE = 8.5
_INDENT, _TOP, _LEADING, _CAPITALS = 2.0, 2.5, 1.2, 0.72
_SMALLEST = 5.5
_READ_ONLY, _REQUIRED, _MULTILINE, _COMBO = 1, 1 << 1, 1 << 12, 1 << 17
_HIDDEN, _PRINT = 2, 4
_TICK = "4"  # a check mark in ZapfDingbats, for viewers that draw boxes themselves
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


def with_fields(drawing: bytes, placed: Iterable[Placed], font: FieldFont, marks: Mapping[str, str]) -> bytes:
    """Return *drawing* with the fields *placed*; *marks* become entries of the document's information.

    The same input always gives the same bytes.
    """
    with pikepdf.open(BytesIO(drawing)) as pdf:
        _Tree(pdf, font).add(placed)
        root = pdf.Root
        root.Lang = String("de-DE")
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D)]))
        for page in pdf.pages:
            page.obj.Tabs = Name.R
        for key in set(pdf.docinfo.keys()) - {"/Title"}:
            del pdf.docinfo[key]
        for key, value in marks.items():
            pdf.docinfo[Name(f"/{key}")] = String(value)
        buffer = BytesIO()
        pdf.save(buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return buffer.getvalue()


class _Tree:
    """The tree of fields of one file, built leaf by leaf."""

    def __init__(self, pdf: pikepdf.Pdf, font: FieldFont) -> None:
        self._pdf = pdf
        self._nodes: dict[str, pikepdf.Object] = {}
        self._options: dict[tuple[Option, ...], pikepdf.Object] = {}
        dingbats = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.ZapfDingbats)
        self._font = font
        self._type0 = type0(pdf, font)
        fonts = Dictionary({"/FpSans": self._type0, "/ZaDb": pdf.make_indirect(dingbats)})
        self._form = pdf.make_indirect(
            Dictionary(Fields=Array(), DA=String(f"/FpSans {SIZE} Tf 0 g"), DR=Dictionary(Font=fonts))
        )
        pdf.Root.AcroForm = self._form

    def add(self, placed: Iterable[Placed]) -> None:
        """Add a field for each control of *placed*, in order."""
        annotations: dict[int, list[pikepdf.Object]] = {}
        for each in placed:
            annotations.setdefault(each.page, []).append(self._leaf(each))
        for number, widgets in annotations.items():
            self._pdf.pages[number].obj.Annots = self._pdf.make_indirect(Array(widgets))

    def _node(self, path: str) -> pikepdf.Object:
        if path not in self._nodes:
            parent, _, name = path.rpartition(".")
            node = self._pdf.make_indirect(Dictionary(T=String(name), Kids=Array()))
            self._nodes[path] = node
            self._attach(node, parent)
        return self._nodes[path]

    def _attach(self, child: pikepdf.Object, parent: str) -> None:
        if parent:
            node = self._node(parent)
            child.Parent = node
            node.Kids.append(child)
        else:
            self._form.Fields.append(child)

    def _leaf(self, each: Placed) -> pikepdf.Object:
        control = each.control
        parent, _, name = control.name.rpartition(".")
        leaf = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            T=String(name),
            TU=String(_tooltip(control)),
            Rect=Array([round(edge, 2) for edge in each.rect]),
            P=self._pdf.pages[each.page].obj,
            F=_PRINT | _HIDDEN * control.locked,
        )
        flags = _READ_ONLY * control.locked | _REQUIRED * control.required
        if control.kind is ControlKind.CHECK:
            self._as_box(leaf, each)
        elif control.kind is ControlKind.CHOICE:
            leaf.FT = Name.Ch
            leaf.Opt = self._opt(control.options)
            flags |= _COMBO
            self._fill(leaf, each, control.value)
        else:
            leaf.FT = Name.Tx
            flags |= _MULTILINE * (control.multiline or len(each.words) > 1)
            self._fill(leaf, each, control.shown)
        if flags:
            leaf.Ff = flags
        indirect = self._pdf.make_indirect(leaf)
        self._attach(indirect, parent)
        return indirect

    def _fill(self, leaf: pikepdf.Dictionary, each: Placed, value: str | None) -> None:
        """Give *leaf* its value, and an appearance if the font has all its characters."""
        size = self._size_for(each)
        leaf.DA = String(f"/FpSans {size} Tf 0 g")
        if value is None:
            return
        leaf.V = String(value.replace("\n", "\r"))
        lines = [set_in(self._font, line) for line in each.words]
        if each.control.locked or None in lines:
            return
        height = each.rect[3] - each.rect[1]
        top = height - _TOP - size if each.control.multiline or len(lines) > 1 else (height - size * _CAPITALS) / 2
        shown = " ".join(f"{line} Tj 0 {-size * _LEADING:.2f} Td" for line in lines)
        drawing = f"/Tx BMC q BT /FpSans {size} Tf 0 g {_INDENT} {top:.2f} Td {shown} ET Q EMC"
        leaf.AP = Dictionary(N=self._appearance(drawing, each.rect, Dictionary(FpSans=self._type0)))

    def _size_for(self, each: Placed) -> float:
        """Return the size of type: smaller for a choice whose label is too long for its field."""
        room = each.rect[2] - each.rect[0] - 2 * _INDENT
        needed = max((width_of(self._font, line, SIZE) for line in each.words), default=0.0)
        return max(_SMALLEST, round(SIZE * room / needed - 0.05, 1)) if needed > room else SIZE

    def _opt(self, options: tuple[Option, ...]) -> pikepdf.Object:
        if options not in self._options:
            pairs = [Array([String(""), String(" ")])]  # the way back to "nothing"
            pairs += [Array([String(option.value), String(option.shown)]) for option in options]
            self._options[options] = self._pdf.make_indirect(Array(pairs))
        return self._options[options]

    def _as_box(self, leaf: pikepdf.Dictionary, each: Placed) -> None:
        state = Name(ON_STATE) if each.control.ticked else Name.Off
        leaf.FT = Name.Btn
        leaf.V = state
        leaf.AS = state
        leaf.DA = String(f"/ZaDb {SIZE} Tf 0 g")
        leaf.MK = Dictionary(CA=String(_TICK))
        left, bottom, right, top = each.rect
        points = (
            round(share * size, 2) for x, y in _TICK_PATH for share, size in ((x, right - left), (y, top - bottom))
        )
        tick = "q 1.3 w 1 J 1 j {} {} m {} {} l {} {} l S Q".format(*points)
        states = {ON_STATE: self._appearance(tick, each.rect), "/Off": self._appearance("", each.rect)}
        leaf.AP = Dictionary(N=Dictionary(states))

    def _appearance(
        self, drawing: str, rect: tuple[float, float, float, float], fonts: pikepdf.Dictionary | None = None
    ) -> pikepdf.Stream:
        return self._pdf.make_stream(
            drawing.encode("ascii"),
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([0, 0, round(rect[2] - rect[0], 2), round(rect[3] - rect[1], 2)]),
            Resources=Dictionary(Font=fonts) if fonts is not None else Dictionary(),
        )


def _tooltip(control: Control) -> str:
    return f"{control.label} – {control.help}" if control.help else control.label
