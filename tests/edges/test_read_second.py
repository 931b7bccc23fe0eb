"""Two readings of one PDF form: the second finds what the first finds, and where they differ it is shown."""

from __future__ import annotations

from collections.abc import Callable

import pikepdf
import pytest
from make_pdf import COMBO, MULTI, PUSH, RADIO, Form, pdf_of
from pikepdf import Array, Dictionary, Name, String

from formpipe.errors import UnreadableFormError
from formpipe.model import Field, FieldState, FieldType
from formpipe.readers import pdf
from formpipe.readers.acroform_second import Second, SecondReading, second_reading
from formpipe.readers.agreeing import compared, doubted
from formpipe.readers.read import read


def values_of(build: Callable[[Form], object]) -> dict[str, list[tuple[str, ...]]]:
    found = second_reading(pdf_of(build)).fields
    return {name: [each.values for each in fields] for name, fields in found.items()}


# --- the second reading itself


def test_kind_value_and_page_are_found_down_the_tree() -> None:
    def build(form: Form) -> None:
        one, two = form.widget(T="a"), form.widget(T="b", V=String("eigen"))
        form.add(form.node(one, two, T="g", FT=Name.Tx, V=String("geerbt")), one, two)

    found = second_reading(pdf_of(build))
    assert found.fields == {
        "g.a": (Second(kind="Tx", values=("geerbt",), page=1),),
        "g.b": (Second(kind="Tx", values=("eigen",), page=1),),
    }
    assert found.in_tree


def test_widgets_outside_the_tree_are_found_with_their_names() -> None:
    def build(form: Form) -> None:
        form.show(form.widget(T="orphan", FT=Name.Tx, V=String("Anna")))
        kids = [form.widget("ja", "Off", AS=Name(f"/{state}")) for state in ("ja", "Off")]
        form.node(*kids, T="box", FT=Name.Btn)
        form.show(*kids)
        form.show(form.widget(), Dictionary(Subtype=Name.Link), form.pdf.make_indirect(Array()))
        inside, lone = form.widget(T="a", FT=Name.Tx), form.widget(FT=Name.Tx, V=String("l"))
        form.add(form.node(inside, T="g"), inside)
        lone.Parent = inside.Parent
        form.show(lone)

    data = pdf_of(build)
    assert values_of(build) == {"g.a": [()], "orphan": [("Anna",)], "box": [("ja",)], "g": [("l",)]}
    assert not second_reading(data).in_tree
    assert [field.flags for field in read(data).fields] == [()] * 4


def test_a_file_that_says_another_number_of_pages_makes_the_first_look_at_them() -> None:
    data = pdf_of(lambda form: form.text("x"))
    assert data.count(b"/Count 1") == 1
    assert not second_reading(data.replace(b"/Count 1", b"/Count 7")).in_tree


def test_what_stands_above_a_widget_is_followed_to_a_certain_height() -> None:
    def build(form: Form) -> None:
        widget = form.widget(T="x", FT=Name.Tx, V=String("v"))
        below = widget
        for _ in range(70):
            below = form.node(below)
        form.show(widget)

    (field,) = read(pdf_of(build)).fields
    assert (field.name, field.value, field.flags) == ("x", "v", ())


def test_knots_depths_and_odd_things_end() -> None:
    def build(form: Form) -> None:
        leaf = form.widget(T="x", FT=Name.Tx, V=String("v"))
        top = form.node(leaf, T="t")
        top.Kids.append(top)
        form.add(top, leaf)
        form.fields.append(Array())
        form.fields.append(form.pdf.make_indirect(Dictionary(T="ghost", FT=Name.Tx, V=String("v"))))
        form.add(form.widget(T="direct", FT=Name.Sig))
        form.fields.append(Dictionary(T="d", FT=Name.Tx, V=String("w"), Rect=Array([0, 0, 1, 1])))

    assert values_of(build) == {"t.x": [("v",)], "direct": [()], "d": [("w",)]}
    del_form = Form()
    del del_form.pdf.Root.AcroForm
    assert second_reading(del_form.saved()).fields == {}


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (String("Grüße, Łódź"), ("Grüße, Łódź",)),
        (pikepdf.String(b"\xff\xfeA\0"), ("A",)),
        (pikepdf.String(b"\xef\xbb\xbf\xc3\xa4"), ("ä",)),
        (String("eins\r\nzwei\rdrei"), ("eins\nzwei\ndrei",)),
        (Name("/Anna"), ("Anna",)),
        (12, ("12",)),
        (True, ()),
        (String(" "), ()),
        (None, ()),
    ],
)
def test_texts_are_read_however_they_are_written(value: object, texts: tuple[str, ...]) -> None:
    assert values_of(lambda form: form.text("x", value)) == {"x": [texts]}


@pytest.mark.parametrize(
    ("body", "text"), [("\ufeffÄ".encode("utf-16-be"), "Ä"), ("ä".encode(), "ä"), (b"\xe4", "ä"), (b"\x81", "\ufffd")]
)
def test_texts_in_streams_are_read(body: bytes, text: str) -> None:
    assert values_of(lambda form: form.text("x", form.pdf.make_stream(body))) == {"x": [(text,)]}


def test_buttons_choices_and_signatures() -> None:
    def build(form: Form) -> None:
        form.add(form.widget(T="push", FT=Name.Btn, Ff=PUSH))
        form.add(form.widget("ja", "Off", T="box", FT=Name.Btn, V=Name.Off))
        form.add(form.widget("ja", "Off", T="seen", FT=Name.Btn, AS=Name.ja))
        form.add(form.widget("ja", "Off", T="text", FT=Name.Btn, V=String("/ja")))
        buttons = [form.widget(str(state), "Off", T=f"n{state}") for state in (0, 1)]
        options = Array([String("arm"), String("reich")])
        form.add(form.node(*buttons, T="r", FT=Name.Btn, Ff=RADIO, V=Name("/1"), Opt=options), *buttons)
        pairs = Array([Array([String("de"), String("Deutsch")]), String("fa"), Array([])])
        form.add(form.widget(T="shown", FT=Name.Ch, Ff=COMBO, Opt=pairs, V=String("Deutsch")))
        form.add(form.widget(T="kept", FT=Name.Ch, Ff=COMBO, Opt=pairs, V=String("de")))
        form.add(form.widget(T="many", FT=Name.Ch, Ff=MULTI, Opt=pairs, V=Array([String("fa"), String("x")])))
        form.add(form.widget(T="signed", FT=Name.Sig, V=Dictionary(Name=String("Anna"))))

    assert values_of(build) == {
        "box": [()],
        "seen": [("ja",)],
        "text": [("ja",)],
        "r": [("reich",)],
        "r.n0": [("reich",)],
        "r.n1": [("reich",)],
        "shown": [("de",)],
        "kept": [("de",)],
        "many": [("fa", "x")],
        "signed": [("signed",)],
    }
    assert [field.flags for field in read(pdf_of(build)).fields if field.flags] == [("review",), ("off_list",)]


def test_names_in_latin_1_are_read() -> None:
    data = pdf_of(lambda form: form.text("x", Name("/R"))).replace(b"/V /R", b"/V /R\xfcde")
    assert second_reading(data).fields["x"][0].values == ("Rüde",)


def test_an_export_value_in_the_place_of_a_state_is_understood() -> None:
    def build(form: Form) -> None:
        buttons = [form.widget(str(state), "Off", AS=Name(f"/{state}" if state else "/Off")) for state in (0, 1)]
        options = Array([String("arm"), String("reich")])
        form.add(form.node(*buttons, T="r", FT=Name.Btn, Ff=RADIO, V=String("reich"), Opt=options), *buttons)

    (field,) = read(pdf_of(build)).fields
    assert (field.value, field.flags) == ("reich", ())


# --- the two beside each other


def field_of(value: object, **entries: object) -> Field:
    made: dict[str, object] = {"name": "x", "name_source": "name", "label": "x", "type": FieldType.TEXT}
    state = FieldState.EMPTY if value is None else FieldState.FILLED
    return Field(**(made | {"state": state, "value": value} | entries))  # type: ignore[arg-type]


def reading_of(*values: tuple[str, ...], name: str = "x", kind: str = "Tx") -> SecondReading:
    found = tuple(Second(kind=kind, values=each, page=2) for each in values)
    return SecondReading(fields={name: found}, in_tree=True, properties={})


def only(field: Field | None, reading: SecondReading) -> Field:
    (found,) = compared((field,) if field else (), reading)
    return found


@pytest.mark.parametrize(
    ("field", "values", "agrees"),
    [
        (field_of("a"), [("a",)], True),
        (field_of("a"), [("b",)], False),
        (field_of("a"), [()], False),
        (field_of(None), [("a",)], False),
        (field_of(None), [()], True),
        (field_of("a"), [("a",), ()], True),
        (field_of("a"), [("a",), ("b",)], False),
        (field_of(None, flags=("conflict",)), [("a",), ("b",)], True),
        (field_of(("a", "b")), [("a", "b")], True),
        (field_of(value=True, type=FieldType.CHECKBOX, display="ja"), [("ja",)], True),
        (field_of(value=True, type=FieldType.CHECKBOX, display="ja"), [()], False),
        (field_of(value=False, type=FieldType.CHECKBOX), [()], True),
        (field_of(None, type=FieldType.BUTTON), [("a",)], True),
    ],
)
def test_a_difference_is_flagged_and_the_value_stays(
    field: Field,
    values: list[tuple[str, ...]],
    agrees: bool,  # noqa: FBT001 - a column of the table
) -> None:
    found = only(field, reading_of(*values))
    assert ("disagree" not in found.flags, found.value, found.page) == (agrees, field.value, 2)


def test_a_field_that_only_one_reading_finds_is_shown_and_flagged() -> None:
    missing = SecondReading(fields={}, in_tree=True, properties={})
    assert only(field_of("a"), missing).flags == ("disagree",)
    added = only(None, reading_of(("a",)))
    assert (added.name, added.value, added.state, added.flags) == ("x", "a", FieldState.FILLED, ("disagree",))
    box = only(None, reading_of((), kind="Btn"))
    assert (box.type, box.value, box.state) == (FieldType.CHECKBOX, False, FieldState.FILLED)
    assert only(None, reading_of(("ja",), kind="Btn")).display == "ja"
    empty = only(None, reading_of((), kind="Ch", name=""))
    assert (empty.name, empty.name_source, empty.state) == ("unnamed", "label", FieldState.EMPTY)
    torn = only(None, reading_of(("a",), ("b",)))
    assert (torn.value, torn.state, torn.flags) == (None, FieldState.FILLED, ("conflict", "disagree"))


def test_fields_without_a_name_are_compared_by_what_they_hold() -> None:
    unnamed = field_of("a", name="unnamed", name_source="label")
    assert only(unnamed, reading_of(("b",), ("a",), name="")).flags == ()
    assert only(unnamed, reading_of(("b",), name="")).flags == ("disagree",)


def test_without_a_second_reading_everything_is_doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doubted((field_of("a"),))[0].flags == ("disagree",)
    form = Form()
    form.text("x", String("Anna"))
    form.pdf.docinfo["/FormpipeForm"] = "review"
    data = form.saved()

    def refuse(_: bytes) -> SecondReading:
        raise pikepdf.PdfError

    monkeypatch.setattr(pdf, "second_reading", refuse)
    found = read(data)
    assert [(field.value, field.page, field.flags) for field in found.fields] == [("Anna", 1, ("disagree",))]
    assert found.marks.kind == "review"


def test_a_second_reading_without_memory_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    def swell(_: bytes) -> SecondReading:
        raise MemoryError

    monkeypatch.setattr(pdf, "second_reading", swell)
    with pytest.raises(UnreadableFormError) as caught:
        read(pdf_of(lambda form: form.text("x")))
    assert caught.value.code == "limit"
