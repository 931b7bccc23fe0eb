"""What a print says box by box: small forms of others, each glyph and path placed here."""

from __future__ import annotations

import json
from io import BytesIO

import pikepdf
import pytest
from make_prints import (
    COMB,
    COMBO,
    LABELS,
    MULTI,
    MULTILINE,
    PUSH,
    RADIO,
    READ_ONLY,
    SIZE,
    Box,
    Draw,
    blank_of,
    sheet,
    text,
    with_pages,
)
from pikepdf import Array, Dictionary, Name, String
from reportlab.lib.colors import Color, black, white
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from formpipe.errors import UnreadableFormError
from formpipe.model import Field, FieldState, FieldType
from formpipe.prints import FLAT, PAGES
from formpipe.readers import child, worker
from formpipe.readers.flat_blank import layout_of_blank
from formpipe.readers.flat_layout import blank_from_json, blank_to_json
from formpipe.readers.flat_pdf import read_print
from formpipe.readers.requests import MARKS, BlankFile, blank_request, print_request
from formpipe.readers.wire import marks_from_json

FIRST = (80.0, 265.0, 200.0, 281.0)
SECOND = (80.0, 235.0, 200.0, 251.0)
BESIDE = (205.0, 265.0, 300.0, 281.0)
NOTES = (80.0, 90.0, 200.0, 150.0)
TICK = (300.0, 196.0, 310.0, 206.0)
A = Box(name="a", rects=(FIRST,))
B = Box(name="b", rects=(SECOND,))
CHECK = Box(name="c", kind="Btn", rects=(TICK,), states=("ja",))
BUTTONS = ((300.0, 196.0, 310.0, 206.0), (320.0, 196.0, 330.0, 206.0), (340.0, 196.0, 350.0, 206.0))
COLOURS = (("r", "rot"), ("b", "blau"), ("b2", "blau"), ("gr", "grün"))


def fields(*boxes: Box, drawn: tuple[Draw, ...], blank: bytes | None = None) -> dict[str, Field]:
    """The fields of a print of a blank with *boxes* on which *drawn* was drawn."""
    layout = layout_of_blank(blank or blank_of(*boxes))
    assert blank_from_json(json.loads(json.dumps(blank_to_json(layout)))) == layout
    form = read_print(sheet(drawn), [layout])
    assert form is not None
    return {each.name: each for each in form.fields}


def value_of(box: Box, *drawn: Draw) -> tuple[object, bool]:
    """What the print says in *box*, and whether it is certain."""
    found = fields(box, drawn=drawn)[box.name]
    return found.value, not found.flags


def line(x0: float, y0: float, x1: float, y1: float) -> Draw:
    return lambda canvas: canvas.line(x0, y0, x1, y1)


def rect(x: float, y: float, width: float, height: float, *, fill: Color | None = None) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(fill or black)
        canvas.rect(x, y, width, height, stroke=0 if fill else 1, fill=1 if fill else 0)

    return draw


def circle(x: float, y: float, radius: float, *, fill: bool = False) -> Draw:
    return lambda canvas: canvas.circle(x, y, radius, fill=int(fill))


def picture(x: float, y: float, width: float, height: float) -> Draw:
    from PIL import Image  # noqa: PLC0415 - ReportLab's own dependency, used here only

    return lambda canvas: canvas.drawImage(ImageReader(Image.new("L", (4, 4))), x, y, width, height)


# --- text


def test_text_that_fits_is_taken_and_empty_stays_empty() -> None:
    found = fields(A, B, drawn=(text("Jürgen Öz", 82, 269),))
    assert (found["a"].state, found["a"].value, found["a"].flags) == (FieldState.FILLED, "Jürgen Öz", ())
    assert (found["a"].page, found["a"].name_source, found["a"].label) == (1, "flat", "a")
    assert (found["b"].state, found["b"].value, found["b"].flags) == (FieldState.EMPTY, None, ())


def test_text_at_the_edge_may_be_cut_off() -> None:
    assert value_of(A, text("Ludwigshafen am Rhein", 82, 269)) == ("Ludwigshafen am Rhein", True)
    assert value_of(A, text("Ludwigshafen am Rheinufer", 82, 269)) == ("Ludwigshafen am Rheinufer", False)
    assert value_of(A, text("Fast ohne Anfang", 115, 269)) == ("Fast ohne Anfang", False)


@pytest.mark.parametrize(
    ("align", "x", "certain"), [(1, 110, True), (1, 80.5, False), (2, 140, True), (2, 81, False), (2, 160, False)]
)
def test_text_from_the_middle_or_the_right(align: int, x: float, *, certain: bool) -> None:
    box = Box(name="a", rects=(FIRST,), align=align)
    assert value_of(box, text("Rheinufer 1", x, 269)) == ("Rheinufer 1", certain)


def test_type_made_small_enough_may_come_near_the_edge() -> None:
    box = Box(name="a", rects=(FIRST,), look="/Helv 0 Tf 0 g")
    words = "Ludwigshafen am Rheinufer"
    assert value_of(box, text(words, 82, 269, size=9.3)) == (words, True)
    assert value_of(box, text(words + " am Wasser, im", 82, 269, size=5.0))[0] == words + " am Wasser, im"


def test_a_text_that_runs_into_the_next_box_tells_both() -> None:
    beside = Box(name="b", rects=(BESIDE,))
    long = text("Ein Name, der nun wirklich nicht in sein Feld passt", 82, 269)
    found = fields(A, beside, CHECK, drawn=(long,))
    assert found["a"].flags == found["b"].flags == ("review",)
    assert found["b"].value is None
    found = fields(A, beside, drawn=(text("Ein Name, fast zu lang fürs F", 82, 269), text("Berlin", 207, 269)))
    assert (found["b"].value, found["b"].flags) == ("Berlin", ())
    found = fields(A, beside, drawn=(long, text("Berlin", 207, 269)))
    assert found["b"].flags == ("review",)


def test_a_line_that_leaves_its_box_is_no_text_of_the_box_below() -> None:
    low = Box(name="b", rects=((80.0, 250.0, 200.0, 264.0),))
    both = (text("Erste Zeile", 82, 267), text("zweite Zeile", 82, 255))
    found = fields(A, low, drawn=both)
    assert found["a"].flags == found["b"].flags == ("review",)
    found = fields(A, low, drawn=(*both, text("Ort", 150, 254)))
    assert (found["a"].value, found["a"].flags) == ("Erste Zeile\nzweite Zeile", ("review",))
    assert (found["b"].value, found["b"].flags) == ("Ort", ("review",))
    found = fields(A, drawn=both)
    assert (found["a"].value, found["a"].flags) == ("Erste Zeile\nzweite Zeile", ("review",))
    found = fields(A, B, drawn=(text("Erste", 82, 269), text("Zweite", 82, 239)))
    assert found["a"].flags == found["b"].flags == ()


def test_text_in_no_box_does_not_vanish() -> None:
    found = fields(A, drawn=(text("oben", 330, 290), text("am Rand", 320, 60), text("notiert", 365, 60)))
    loose = [each for name, each in found.items() if name.startswith("unassigned#")]
    assert [(each.name, each.value, each.flags, each.page) for each in loose] == [
        ("unassigned#1", "oben", ("review",), 1),
        ("unassigned#2", "am Rand notiert", ("review",), 1),
    ]


def test_blanks_that_were_not_drawn_are_put_in() -> None:
    assert value_of(A, text("Anna", 82, 269), text("Maria", 108, 269)) == ("Anna Maria", True)
    comb = Box(name="a", rects=(FIRST,), flags=COMB)
    cells = tuple(text(each, 86 + 12 * index, 269) for index, each in enumerate("68159"))
    assert value_of(comb, *cells) == ("68159", True)
    assert value_of(comb, *cells, text("9", 195.5, 269)) == ("681599", False)


def test_what_cannot_be_read_for_sure_is_told() -> None:
    assert value_of(A, text("Anna", 82, 269), text("Berta", 85, 269)) == ("AnnaBerta", False)
    assert value_of(A, text("Anna", 82, 269), text("Anna", 82.1, 269)) == ("Anna", True)  # bold by drawing twice

    def faint(canvas: Canvas) -> None:
        canvas.setFillColor(white)
        canvas.drawString(82, 269, "unsichtbar")

    def faint_cmyk(canvas: Canvas) -> None:
        canvas.setFillColorCMYK(0, 0, 0, 0)
        canvas.drawString(82, 269, "unsichtbar")

    assert value_of(A, faint) == value_of(A, faint_cmyk) == ("unsichtbar", False)
    anna = text("Anna", 82, 269)
    assert value_of(A, rect(81, 266, 60, 14, fill=white), anna) == ("Anna", True)
    assert value_of(A, anna, rect(81, 266, 60, 14, fill=white)) == ("Anna", False)
    assert value_of(A, anna, line(80, 273, 110, 273)) == ("Anna", False)
    assert value_of(A, anna, line(82, 266, 110, 279)) == ("Anna", False)
    assert value_of(A, anna, line(80, 265.5, 200, 265.5)) == ("Anna", True)
    assert value_of(A, anna, picture(150, 268, 20, 10)) == ("Anna", False)
    assert value_of(A, line(82, 266, 110, 279)) == (None, False)
    assert value_of(A, anna, circle(120, 273, 4)) == ("Anna", False)
    assert value_of(A, text("M\xfcller, \u02dc.", 82, 269)) == (
        "M\xfcller, \u02dc.",
        False,
    )  # was a capital letter once
    assert value_of(A, text("Müller, Ä.", 82, 269)) == ("Müller, Ä.", True)


@pytest.mark.parametrize("drawn", [line(60, 220, 260, 290), line(100, 273, 395, 273), circle(230, 273, 60)])
def test_a_stroke_from_elsewhere_through_a_box_is_told(drawn: Draw) -> None:
    assert value_of(A, text("Anna", 82, 269), drawn) == ("Anna", False)
    assert value_of(A, drawn) == (None, False)


@pytest.mark.parametrize("drawn", [line(60, 100, 260, 120), line(60, 284, 260, 300), line(20, 265, 390, 265)])
def test_a_stroke_that_passes_a_box_by_is_none_in_it(drawn: Draw) -> None:
    assert value_of(A, text("Anna", 82, 269), drawn) == ("Anna", True)


def test_several_lines_are_joined_by_their_widths() -> None:
    box = Box(name="a", rects=(NOTES,), flags=MULTILINE)
    first = "Ein Satz, der am Rand"
    assert value_of(box, text(first, 82, 138), text("umbrochen wird", 82, 126)) == (f"{first} umbrochen wird", True)
    assert value_of(box, text("Kurz", 82, 138), text("und neu", 82, 126)) == ("Kurz\nund neu", True)
    assert value_of(box, text("Ein Satz, der zu Ende.", 82, 138), text("Umbrochenes", 82, 126))[1] is False
    assert value_of(box, text("Kurz", 82, 138), text("eingerückt", 90, 126)) == ("Kurz\neingerückt", False)
    end = 198 - stringWidth("Ort", "Helvetica", 10) - 2.8
    almost = text("genau", end - stringWidth("genau", "Helvetica", 10), 138)
    assert value_of(box, text("Hier", 82, 138), almost, text("Ort", 82, 126))[1] is False
    full = [text(f"Zeile {number} mit Text darin", 82, 140 - 12 * number) for number in range(4)]
    assert value_of(box, *full)[1] is False
    fitted = Box(name="a", rects=(NOTES,), flags=MULTILINE, look="/Helv 0 Tf 0 g")
    small = [text(f"Zeile {number} mit wenig", 82, 140 - 12 * number) for number in range(4)]
    assert value_of(fitted, *small)[1] is True


def test_letters_read_from_the_right_are_a_proposal() -> None:
    from formpipe.readers.flat_text import logical  # noqa: PLC0415

    assert logical("Anna 12") == "Anna 12"
    assert logical("12 ﺪﻤﺤﻣ") == "محمد 12"
    assert logical("A1 םולש") == "שלום A1"


# --- boxes to tick


@pytest.mark.parametrize(
    ("drawn", "value", "certain"),
    [
        ((), False, True),
        ((text("4", 302, 198, size=8, font="ZapfDingbats"),), True, True),
        ((text("X", 302, 198, size=8),), True, True),
        ((line(301, 197, 309, 205), line(301, 205, 309, 197)), True, True),
        ((rect(302, 198, 6, 6, fill=black),), True, True),
        ((circle(305, 201, 3, fill=True),), True, True),
        ((rect(300, 196, 10, 10),), False, True),
        ((line(300, 196, 310, 196), line(300, 196, 300, 206)), False, True),
        ((rect(301, 197, 8, 8, fill=white),), False, True),
        ((rect(300, 196, 10, 10, fill=black),), True, False),
        ((picture(301, 197, 8, 8),), True, False),
        ((text("XX", 301, 198, size=6),), True, False),
        ((rect(290, 190, 14, 14, fill=white),), False, True),
        ((picture(290, 190, 14, 14),), True, False),
        ((line(303, 199, 325, 220),), False, False),
        ((circle(312, 205, 8),), False, False),
        ((line(295, 212, 345, 208),), False, True),
        ((rect(302, 200, 6, 0.8, fill=black),), True, False),
    ],
)
def test_a_box_is_ticked_by_anything_but_its_frame(drawn: tuple[Draw, ...], value: object, *, certain: bool) -> None:
    assert value_of(CHECK, *drawn) == (value, certain)


def test_a_ticked_box_shows_its_state() -> None:
    found = fields(CHECK, drawn=(text("X", 302, 198, size=8),))["c"]
    assert (found.type, found.state, found.display) == (FieldType.CHECKBOX, FieldState.FILLED, "ja")
    twice = Box(name="c", kind="Btn", rects=(TICK, BUTTONS[1]), states=("ja", "ja"))
    assert value_of(twice, text("X", 302, 198, size=8)) == (True, False)


def test_of_a_group_the_odd_one_is_proposed() -> None:
    group = Box(name="g", kind="Btn", flags=RADIO, rects=BUTTONS, states=("eins", "zwei", "drei"))
    rings = tuple(circle(x, 201, 4.5) for x in (305, 325, 345))
    dot = circle(325, 201, 2, fill=True)
    assert value_of(group) == value_of(group, *rings) == (None, False)
    assert value_of(group, *rings, dot) == ("zwei", False)
    assert value_of(group, text("l", 342, 198, size=8, font="ZapfDingbats")) == ("drei", False)
    assert value_of(group, *(text("X", x, 198, size=8) for x in (302, 322))) == (None, False)
    pair = Box(name="g", kind="Btn", flags=RADIO, rects=BUTTONS[:2], states=("eins", "zwei"))
    assert value_of(pair, *rings[:2], dot) == ("zwei", False)
    assert value_of(pair, *rings[:2]) == (None, False)


# --- choices, lists, signatures


def test_a_choice_is_a_proposal_by_its_label() -> None:
    box = Box(name="a", kind="Ch", flags=COMBO, rects=(FIRST,), options=COLOURS)
    found = fields(box, drawn=(text("rot", 82, 269),))["a"]
    assert (found.value, found.display, found.flags) == ("r", "rot", ("review",))
    assert value_of(box, text("gr", 82, 269)) == ("gr", False)
    assert value_of(box, text("blau", 82, 269)) == ("blau", False)
    assert value_of(box) == (None, True)


def test_what_stood_there_before_is_certain() -> None:
    box = Box(name="a", kind="Ch", flags=COMBO, rects=(FIRST,), options=COLOURS, value="r")
    assert value_of(box, text("rot", 82, 269)) == ("r", True)
    assert value_of(box, text("gr", 82, 269)) == ("gr", False)
    assert value_of(box) == (None, False)


def test_what_the_form_prints_itself_is_read_from_the_print() -> None:
    drawn = (text("rot", 82, 269),)
    box = Box(name="a", kind="Ch", flags=COMBO | READ_ONLY, rects=(FIRST,), options=COLOURS, value="r", hidden=True)
    own = Box(name="b", flags=READ_ONLY, rects=(SECOND,), value="Wort")
    blank = blank_of(box, own, drawn=(*drawn, text("Wort", 82, 239)))
    found = fields(drawn=(text("rot", 82, 269), text("Wort", 82, 239)), blank=blank)
    assert [(each.value, each.flags) for each in found.values()] == [("r", ()), ("Wort", ())]
    found = fields(drawn=(text("grün", 82, 269), text("Ort", 82, 239)), blank=blank)
    assert [(each.value, each.display, each.flags) for each in found.values()] == [
        ("gr", "grün", ()),
        ("Ort", None, ()),
    ]
    found = fields(drawn=(text("lila", 82, 269), text("Wort", 82, 239)), blank=blank)
    assert found["a"].flags == ("review",)
    layout = layout_of_blank(blank, {"a": [["l", "lila"]]})
    form = read_print(sheet((text("lila", 82, 269), text("Wort", 82, 239))), [layout])
    assert form is not None
    assert [(each.value, each.flags) for each in form.fields] == [("l", ()), ("Wort", ())]


def test_a_list_says_what_stands_on_a_bar() -> None:
    box = Box(name="a", kind="Ch", flags=MULTI, rects=(NOTES,), options=COLOURS[:2])
    items = (text("rot", 82, 138), text("blau", 82, 124))
    assert value_of(box) == value_of(box, *items) == (None, False)
    assert value_of(box, rect(81, 121, 118, 12, fill=black), *items) == (("b",), False)


def test_a_signature_is_told_and_a_button_says_nothing() -> None:
    sign = Box(name="s", kind="Sig", rects=(FIRST,))
    assert value_of(sign) == (None, True)
    assert value_of(sign, circle(120, 273, 5)) == ("signed", False)
    assert value_of(sign, text("A. Muster", 82, 269)) == ("signed", False)
    push = Box(name="p", kind="Btn", flags=PUSH, rects=(FIRST,))
    assert value_of(push, text("Drucken", 82, 269)) == (None, True)


def test_one_field_in_several_places_says_one_thing() -> None:
    box = Box(name="a", rects=(FIRST, SECOND))
    assert value_of(box, text("Anna", 82, 269), text("Anna", 82, 239)) == ("Anna", True)
    assert value_of(box, text("Anna", 82, 269), text("Berta", 82, 239)) == (None, False)
    assert value_of(box, text("Anna", 82, 269)) == ("Anna", True)


def test_hidden_boxes_and_those_on_no_page_hold_nothing() -> None:
    hidden = Box(name="h", rects=(FIRST,), hidden=True)
    found = fields(hidden, A, drawn=(text("Anna", 82, 269),))
    assert {name: each.value for name, each in found.items()} == {"a": "Anna"}
    with pikepdf.open(BytesIO(blank_of(A, B))) as pdf:
        del pdf.pages[0].Annots[1]
        pdf.pages[0].Annots[0].Rect = Array([1, 2])
        target = BytesIO()
        pdf.save(target)
    assert layout_of_blank(target.getvalue()).fields == ()


# --- pages


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_compared_as_it_is_seen(turn: int) -> None:
    layout = layout_of_blank(blank_of(A, rotate=turn))
    with pikepdf.open(BytesIO(sheet((text("Anna", 82, 269),)))) as pdf:
        pdf.pages[0].rotate(turn, relative=False)
        target = BytesIO()
        pdf.save(target)
    form = read_print(target.getvalue(), [layout])
    assert form is not None
    (box,) = layout.fields[0].boxes
    width, height = (SIZE[1], SIZE[0]) if turn != 180 else SIZE
    assert 0 <= box.rect[0] < box.rect[2] <= width
    assert 0 <= box.rect[1] < box.rect[3] <= height


def test_a_page_that_lacks_much_or_lies_otherwise_is_none_of_the_form() -> None:
    layout = layout_of_blank(blank_of(A))
    assert read_print(sheet((), labels=LABELS[:2]), [layout]) is None
    assert read_print(sheet((), labels=[(label, y, x) for label, x, y in LABELS]), [layout]) is None
    assert read_print(sheet((), labels=[]), [layout_of_blank(sheet((), labels=[]))]) is None
    same = sheet((), labels=[("Wort", 20.0, y) for y in (100.0, 120.0, 140.0)])
    assert read_print(same, [layout_of_blank(same)]) is None  # nothing tells how it lies


def test_text_of_a_font_without_names_is_told() -> None:
    with pikepdf.open(BytesIO(sheet(()))) as pdf:
        info = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0)
        inner = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name.Odd, CIDSystemInfo=info, DW=600)
        font = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name.Odd,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(inner)]),
        )
        pdf.pages[0].Resources.Font["/Odd"] = pdf.make_indirect(font)
        pdf.pages[0].contents_add(b"BT /Odd 10 Tf 82 269 Td <000100020003> Tj ET")
        target = BytesIO()
        pdf.save(target)
    form = read_print(target.getvalue(), [layout_of_blank(blank_of(A))])
    assert form is not None
    assert (form.fields[0].value, form.fields[0].flags) == ("\ufffd\ufffd\ufffd", ("review",))


# --- the reading process


def test_what_is_asked_of_prints_and_blanks_is_answered() -> None:
    blank, data = blank_of(A), sheet((text("Anna", 82, 269), text("Formular abc/2026.1", 20, 20)))
    assert json.loads(worker.answer(MARKS + data))["marks"]["kind"] == "abc"
    layout = json.loads(worker.answer(blank_request(BlankFile(data=blank, options={"x": [("a", "b")]}))))["layout"]
    form = json.loads(worker.answer(print_request(data, [layout])))["form"]
    assert [each["value"] for each in form["fields"]] == ["Anna", "Formular abc/2026.1"]
    assert json.loads(worker.answer(print_request(sheet((), labels=[]), [layout]))) == {"form": None}
    assert json.loads(worker.answer(print_request(b"%PDF-", [layout])))["error"]["code"] == "damaged"


def test_layouts_are_kept_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_MOST_LAYOUTS", 1)
    monkeypatch.setattr(child, "_LAYOUTS", {})
    data = sheet((text("Anna", 82, 269),))
    with child.Reader() as reader:
        for box in (A, B, B):
            form = reader.read_print(data, [BlankFile(data=blank_of(box))])
            assert form is not None
            assert form.fields[0].name == box.name
    assert len(child._LAYOUTS) == 1


def test_marks_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UnreadableFormError):
        marks_from_json({"kind": 1})


def test_a_page_is_of_the_form_once() -> None:
    layout = layout_of_blank(blank_of(A))
    form = read_print(sheet((text("Anna", 82, 269),)), [layout])
    assert form is not None
    assert form.marks.flags == (FLAT,)
    twice = with_pages(sheet((text("Anna", 82, 269),)), [0, 0])
    again = read_print(twice, [layout])
    assert again is not None
    assert [each.value for each in again.fields] == ["Anna"]
    assert again.marks.flags == (FLAT, PAGES)
