"""PDF forms: every gotcha of fillers and converters that is known, each in a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from make_pdf import COMBO, EDIT, MULTI, PUSH, RADIO, Form, pdf_of
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfgen.canvas import Canvas

from formpipe.errors import UnreadableFormError
from formpipe.formats.pdf_index import is_indexed
from formpipe.formats.pdf_objects import configure, identity, text_of
from formpipe.model import Field, FieldState, FieldType
from formpipe.readers.read import read


def fields_of(build: Callable[[Form], object]) -> dict[str, Field]:
    return {field.name: field for field in read(pdf_of(build)).fields}


def only(build: Callable[[Form], object]) -> Field:
    (field,) = read(pdf_of(build)).fields
    return field


def code_of(data: bytes) -> str:
    with pytest.raises(UnreadableFormError) as caught:
        read(data)
    return caught.value.code


# --- where fields are found


def test_names_are_joined_through_the_tree() -> None:
    def build(form: Form) -> None:
        title = form.widget(T="title", FT=Name.Tx, V=String("Sprachkurs"), TU=String("Ziel"))
        form.add(form.node(form.node(title, T="actions[1]"), T="goals[0]"), title)

    field = only(build)
    assert (field.name, field.name_source, field.label) == ("goals[0].actions[1].title", "name", "Ziel")
    assert (field.type, field.state, field.value, field.page) == (FieldType.TEXT, FieldState.FILLED, "Sprachkurs", 1)


def test_type_and_value_are_inherited() -> None:
    def build(form: Form) -> None:
        one, two = form.widget(T="a"), form.widget(T="b", V=String("eigen"))
        form.add(form.node(one, two, T="g", FT=Name.Tx, V=String("geerbt")), one, two)

    assert {name: field.value for name, field in fields_of(build).items()} == {"g.a": "geerbt", "g.b": "eigen"}


def test_unnamed_nodes_give_no_name() -> None:
    def build(form: Form) -> None:
        leaf = form.widget(T="x", FT=Name.Tx)
        form.add(form.node(form.node(leaf)), leaf)
        form.add(form.widget(FT=Name.Tx, V=String("v")))
        form.add(form.widget(FT=Name.Tx, V=String("w")))
        kid = form.widget(FT=Name.Tx)
        form.add(form.node(kid, T="y", V=String("oben")), kid)

    found = fields_of(build)
    assert {name: field.value for name, field in found.items()} == {
        "x": None,
        "unnamed": "v",
        "unnamed#2": "w",
        "y": "oben",
    }
    assert found["unnamed"].name_source == "label"


def test_widgets_that_no_tree_holds_are_found_on_the_page() -> None:
    def build(form: Form) -> None:
        del form.pdf.Root.AcroForm
        form.show(form.widget(T="orphan", FT=Name.Tx, V=String("Anna")))
        kids = [form.widget("ja", "Off", AS=Name(f"/{state}")) for state in ("ja", "Off")]
        form.node(*kids, T="box", FT=Name.Btn, V=Name.ja)
        form.show(*kids)
        form.show(form.widget(), Dictionary(Subtype=Name.Link), form.pdf.make_indirect(Array()))

    found = fields_of(build)
    assert {name: (field.value, field.page) for name, field in found.items()} == {
        "orphan": ("Anna", 1),
        "box": (True, 1),
    }


def test_an_orphan_below_a_named_group_keeps_its_full_name() -> None:
    def build(form: Form) -> None:
        inside, outside = form.widget(T="a", FT=Name.Tx), form.widget(T="b", FT=Name.Tx, V=String("v"))
        form.add(form.node(inside, T="g"), inside)
        outside.Parent = inside.Parent
        form.show(outside)
        lone = form.widget(FT=Name.Tx, V=String("l"))
        lone.Parent = inside.Parent
        form.show(lone)

    assert {name: field.value for name, field in fields_of(build).items()} == {"g.a": None, "g.b": "v", "g": "l"}


def test_a_widget_that_its_field_forgot_still_counts() -> None:
    def build(form: Form) -> None:
        known = form.widget("a", "Off")
        form.add(form.node(known, T="r", FT=Name.Btn, Ff=RADIO), known)
        late = form.widget("b", "Off", AS=Name.b)
        late.Parent = known.Parent
        form.show(late)

    assert only(build).value == "b"


def test_trees_tied_in_a_knot_end() -> None:
    def build(form: Form) -> None:
        leaf = form.widget(T="x", FT=Name.Tx, V=String("v"))
        top = form.node(leaf, T="t")
        middle = form.node(top, T="m")
        top.Kids.append(middle)
        top.Parent = middle
        form.add(top, leaf)
        form.fields.append(leaf)
        form.fields.append(Array())

    found = read(pdf_of(build)).fields  # the two readings enter the knot at different ends
    assert [(field.name, field.value, field.flags) for field in found] == [
        ("m.t.x", "v", ("disagree",)),
        ("t.x", "v", ("disagree",)),
    ]


def test_fields_without_a_widget_are_left_out() -> None:
    def build(form: Form) -> None:
        form.fields.append(form.pdf.make_indirect(Dictionary(T="ghost", FT=Name.Tx, V=String("v"))))
        form.text("real")

    assert list(fields_of(build)) == ["real"]


def test_a_form_of_too_many_objects_is_refused() -> None:
    def build(form: Form) -> None:
        form.fields.extend(form.pdf.make_indirect(Dictionary()) for _ in range(20_001))

    assert code_of(pdf_of(build)) == "limit"


def test_a_file_without_a_form_has_no_fields() -> None:
    form = Form()
    del form.pdf.Root.AcroForm
    assert read(form.saved()).fields == ()


# --- text


@pytest.mark.parametrize(
    ("value", "text", "flags"),
    [
        (String("Grüße, Łódź"), "Grüße, Łódź", ()),
        (b"\xff\xfeA\0", "A", ()),
        (b"\xef\xbb\xbf\xc3\xa4", "ä", ()),
        (b"\xe4\x80", "ä•", ()),
        ("eins\r\nzwei\rdrei\nvier", "eins\nzwei\ndrei\nvier", ()),
        (b"\xfe\xff\xd8\x00\x00A", "\ufffdA", ("review", "disagree")),
        (Name("/Anna"), "Anna", ()),
        (12, "12", ()),
        (" ", None, ()),
        (Dictionary(a=1), None, ("review",)),
    ],
)
def test_a_text_is_its_value_however_it_is_written(value: object, text: str | None, flags: tuple[str, ...]) -> None:
    written = pikepdf.String(value) if isinstance(value, bytes) else value
    field = only(lambda form: form.text("x", written))
    assert (field.value, field.flags) == (text, flags)
    assert field.state is (FieldState.EMPTY if text is None else FieldState.FILLED)


def test_a_text_in_a_stream_is_read() -> None:
    field = only(lambda form: form.text("x", form.pdf.make_stream("\ufeffÄ\r\nb".encode("utf-16-be"))))
    assert field.value == "Ä\nb"


def test_what_equals_the_default_stands_on_the_paper_and_counts() -> None:
    for value in ("Deutschland", "Polen"):
        field = only(lambda form, value=value: form.text("x", String(value), DV=String("Deutschland")))  # type: ignore[misc]
        assert (field.state, field.value) == (FieldState.FILLED, value)
    assert only(lambda form: form.text("x", DV=String("Deutschland"))).state is FieldState.EMPTY


def test_a_stale_drawing_and_rich_text_do_not_count() -> None:
    field = only(lambda form: form.text("x", String("neu"), RV=String("<p>alt</p>"), AP=Dictionary(N=form.look())))
    assert (field.value, field.flags) == ("neu", ())


@pytest.mark.parametrize(
    ("kind", "above", "beside", "value", "flags"),
    [
        (Name.Tx, None, "Anna", "Anna", ("review", "disagree")),
        (Name.Tx, "Anna", "Anna", "Anna", ()),
        (Name.Tx, "Anna", "Berta", "Anna", ("review",)),
        (Name.Ch, None, "Anna", "Anna", ("review", "disagree")),
        (Name.Ch, "Anna", "Berta", "Anna", ("review",)),
    ],
)
def test_a_value_at_a_widget_is_never_lost_and_never_sure(
    kind: Name, above: str | None, beside: str, value: str, flags: tuple[str, ...]
) -> None:
    def build(form: Form) -> None:
        widget = form.widget(V=String(beside))
        entries = {} if above is None else {"V": String(above)}
        form.add(form.node(widget, T="x", FT=kind, **entries), widget)

    field = only(build)
    assert (field.value, field.flags) == (value, flags)


@pytest.mark.parametrize(
    ("entries", "flags"),
    [
        ({"FT": Name.Tx, "RV": String("<p>Anna</p>")}, ("review",)),
        ({"FT": Name.Tx, "RV": String(" ")}, ()),
        ({"FT": Name.Ch, "Opt": Array([String("a"), String("b")]), "I": Array([1])}, ("review",)),
        ({"FT": Name.Ch, "Opt": Array([String("a"), String("b")]), "I": Array([])}, ()),
    ],
)
def test_what_only_other_programs_show_of_an_empty_field_is_flagged(
    entries: dict[str, object], flags: tuple[str, ...]
) -> None:
    field = only(lambda form: form.add(form.widget(T="x", **entries)))
    assert (field.value, field.flags) == (None, flags)


def test_names_are_never_guessed_as_chinese() -> None:
    def build(form: Form) -> None:
        form.text("x", Name("/R"))

    data = pdf_of(build).replace(b"/V /R", b"/V /R\xfcde") + b""
    assert data.count(b"\xfcde") == 1
    assert read(data).fields[0].value == "Rüde"


# --- buttons


def box(form: Form, *states: str, **entries: object) -> None:
    form.add(form.widget(*(states or ("ja", "Off")), T="x", FT=Name.Btn, **entries))


@pytest.mark.parametrize(
    ("entries", "value", "display", "flags"),
    [
        ({"V": Name.ja, "AS": Name.ja}, True, "ja", ()),
        ({"V": Name.Off, "AS": Name.Off}, False, None, ()),
        ({}, False, None, ()),
        ({"AS": Name.ja}, True, "ja", ()),
        ({"V": String("/ja")}, True, "ja", ()),
        ({"V": String("")}, False, None, ()),
        ({"V": Name.ja, "AS": Name.Off}, True, "ja", ("review",)),
        ({"V": String(""), "AS": Name.ja}, False, None, ("review",)),
        ({"V": True}, False, None, ("review",)),
        ({"V": Name.Off, "AS": Name.ja}, False, None, ("review",)),
        ({"V": Name.Yes}, True, "Yes", ("review",)),
    ],
)
def test_a_box_is_ticked_by_any_state_but_off(
    entries: dict[str, object],
    value: bool,  # noqa: FBT001 - a column of the table
    display: str | None,
    flags: tuple[str, ...],
) -> None:
    field = only(lambda form: box(form, **entries))
    assert (field.type, field.state) == (FieldType.CHECKBOX, FieldState.FILLED)
    assert (field.value, field.display, field.flags) == (value, display, flags)


def test_a_radio_group_that_shows_two_choices_and_stores_none_is_flagged() -> None:
    def build(form: Form) -> None:
        kids = [form.widget(state, "Off", AS=Name(f"/{state}")) for state in ("0", "1")]
        form.add(form.node(*kids, T="x", FT=Name.Btn, Ff=RADIO), *kids)

    field = only(build)
    assert (field.value, field.flags) == ("0", ("review",))


def test_a_box_without_looks_is_read_by_its_value() -> None:
    field = only(lambda form: form.add(form.widget(T="x", FT=Name.Btn, V=Name("/0"))))
    assert (field.value, field.display, field.flags) == (True, "0", ())


def radio(form: Form, value: object, **entries: object) -> None:
    kids = [form.widget(state, "Off") for state in ("0", "1")]
    more = {} if value is None else {"V": value}
    form.add(form.node(*kids, T="x", FT=Name.Btn, Ff=RADIO, **more, **entries), *kids)


@pytest.mark.parametrize(
    ("value", "entries", "expected"),
    [
        (Name("/1"), {}, "1"),
        (String("/1"), {}, "1"),
        (Name("/1"), {"Opt": Array([String("Frau"), String("Herr")])}, "Herr"),
        (Name("/1"), {"Opt": Array([String("Frau")])}, "1"),
        (Name.Off, {}, None),
        (None, {}, None),
    ],
)
def test_a_radio_group_is_its_export_value(value: object, entries: dict[str, object], expected: str | None) -> None:
    field = only(lambda form: radio(form, value, **entries))
    assert (field.type, field.value) == (FieldType.RADIO, expected)
    assert field.state is (FieldState.EMPTY if expected is None else FieldState.FILLED)


def test_boxes_of_one_name_with_several_states_are_a_choice() -> None:
    def build(form: Form) -> None:
        kids = [form.widget(state, "Off", AS=Name(f"/{state}")) for state in ("a", "b")]
        kids[1].AS = Name.Off
        form.add(form.node(*kids, T="x", FT=Name.Btn), *kids)

    assert (only(build).type, only(build).value) == (FieldType.RADIO, "a")


def test_buttons_of_a_group_may_carry_names_and_boxes_of_a_group_do() -> None:
    def build(form: Form) -> None:
        buttons = [form.widget(state, "Off", T=f"n{state}") for state in ("a", "b")]
        form.add(form.node(*buttons, T="r", FT=Name.Btn, Ff=RADIO, V=Name.b), *buttons)
        boxes = [form.widget("ja", "Off", T=name) for name in ("c", "d")]
        boxes[0].V = Name.ja
        form.add(form.node(*boxes, T="g", FT=Name.Btn), *boxes)

    found = {name: (field.value, field.flags) for name, field in fields_of(build).items()}
    assert found == {
        "r": ("b", ()),
        "r.na": ("b", ("review",)),  # inherited, and not what this button stands for
        "r.nb": ("b", ()),
        "g.c": (True, ()),
        "g.d": (False, ()),
    }
    assert {field.page for field in fields_of(build).values()} == {1}


def test_push_buttons_and_signatures_have_their_type() -> None:
    def build(form: Form) -> None:
        form.add(form.widget(T="send", FT=Name.Btn, Ff=PUSH))
        form.add(form.widget(T="blank", FT=Name.Sig))
        form.add(form.widget(T="signed", FT=Name.Sig, V=Dictionary(Name=String("Anna"))))

    found = {name: (field.type, field.state, field.value) for name, field in fields_of(build).items()}
    assert found == {
        "send": (FieldType.BUTTON, FieldState.EMPTY, None),
        "blank": (FieldType.SIGNATURE, FieldState.EMPTY, None),
        "signed": (FieldType.SIGNATURE, FieldState.FILLED, "signed"),
    }


# --- choices

PAIRS = Array([Array([String(""), String(" ")]), Array([String("de"), String("Deutsch")]), String("fa")])


@pytest.mark.parametrize(
    ("value", "flags", "expected", "display", "marks"),
    [
        (String("de"), COMBO, "de", "Deutsch", ()),
        (String("Deutsch"), COMBO, "de", "Deutsch", ()),
        (String("fa"), COMBO, "fa", None, ()),
        (String("tr"), COMBO, "tr", None, ("off_list",)),
        (String("tr"), COMBO | EDIT, "tr", None, ()),
        (String(" "), COMBO, None, None, ()),
        (String(""), COMBO, None, None, ()),
        (None, COMBO, None, None, ()),
        (Array([String("de")]), COMBO, "de", "Deutsch", ()),
        (Array([String("de"), String("fa")]), 0, ("de", "fa"), None, ()),
        (String("de"), MULTI, ("de",), None, ()),
        (Array([String("Deutsch"), String("x")]), MULTI, ("de", "x"), None, ("off_list",)),
        (Array([]), MULTI, None, None, ()),
    ],
)
def test_a_choice_gives_what_is_stored(
    value: object, flags: int, expected: str | tuple[str, ...] | None, display: str | None, marks: tuple[str, ...]
) -> None:
    def build(form: Form) -> None:
        more = {} if value is None else {"V": value}
        form.add(form.widget(T="x", FT=Name.Ch, Ff=flags, Opt=PAIRS, **more))

    field = only(build)
    assert field.type is (FieldType.MULTICHOICE if isinstance(expected, tuple) or flags == MULTI else FieldType.CHOICE)
    assert (field.value, field.display, field.flags) == (expected, display, marks)


def test_a_choice_without_choices_or_in_odd_letters_is_kept() -> None:
    plain = only(lambda form: form.add(form.widget(T="x", FT=Name.Ch, V=String("v"), Opt=Array([Array([])]))))
    assert (plain.value, plain.flags) == ("v", ())
    odd = only(lambda form: form.add(form.widget(T="x", FT=Name.Ch, V=pikepdf.String(b"\xfe\xff\xd8\x00\x00A"))))
    assert odd.flags == ("review", "disagree")


# --- one name, several fields


def test_fields_of_one_name_are_one() -> None:
    def two(first: object, second: object) -> Field:
        def build(form: Form) -> None:
            form.text("x", first)
            form.text("x", second)

        return only(build)

    assert (two(String("a"), String("b")).value, two(String("a"), String("b")).flags) == (None, ("conflict",))
    assert (two(String("a"), String("a")).value, two(String("a"), String("a")).flags) == ("a", ())
    assert two(None, String("b")).value == "b"
    assert two(String("a"), None).value == "a"


def test_a_third_field_of_one_name_does_not_end_the_conflict() -> None:
    def build(form: Form) -> None:
        for text in ("a", "b", "b"):
            form.text("x", String(text))

    assert (only(build).value, only(build).flags) == (None, ("conflict",))


# --- files


def test_an_empty_password_opens_and_another_does_not() -> None:
    form = Form()
    form.text("x", String("Anna"))
    for opening in (
        pikepdf.Encryption(user="", owner="o", R=6),
        pikepdf.Encryption(user="", owner="o", R=4),
        pikepdf.Encryption(user="", owner="o", R=3, aes=False, metadata=False),
    ):
        assert read(form.saved(opening)).fields[0].value == "Anna"
    assert code_of(form.saved(pikepdf.Encryption(user="geheim", owner="o"))) == "encrypted"


def good() -> bytes:
    form = Form()
    form.text("x", String("Anna"))
    form.pdf.docinfo["/FormpipeForm"] = "intake"
    return form.saved()


def unindexed(data: bytes) -> bytes:
    """The file without the place of its index."""
    return data[: data.rindex(b"startxref")]


def test_a_file_with_a_broken_index_is_repaired_and_flagged() -> None:
    form = read(unindexed(good()) + b"%%EOF")
    assert form.fields[0].value == "Anna"
    assert form.fields[0].flags == form.marks.flags == ("repaired",)
    cut = read(unindexed(good()))
    assert (cut.fields[0].value, cut.marks.flags) == ("Anna", ("repaired", "incomplete"))
    assert read(good()).marks.flags == ()


def test_a_file_whose_index_a_library_had_to_search_for_is_flagged_too() -> None:
    data = good()
    start = data.rindex(b"startxref")
    form = read(data[:start] + b"startxref\n7\n%%EOF\n")
    assert (form.fields[0].value, form.fields[0].flags) == ("Anna", ("repaired",))
    assert not is_indexed(data[:start])


def test_bytes_in_front_and_zeros_behind_are_no_damage() -> None:
    for data in (b"Mail: Bogen\n" * 9 + good(), good() + bytes(3000), good() + b"\n\n"):
        form = read(data)
        assert (form.fields[0].value, form.fields[0].flags, form.marks.flags) == ("Anna", (), ())


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF", good()[:60]])
def test_what_cannot_be_repaired_is_damaged(data: bytes) -> None:
    assert code_of(data) == "damaged"


def test_a_damaged_file_with_a_password_is_encrypted() -> None:
    form = Form()
    form.text("x", String("Anna"))
    data = form.saved(pikepdf.Encryption(user="geheim", owner="o"))
    assert code_of(unindexed(data)) == "encrypted"


def test_a_page_that_is_its_own_parent_is_damaged() -> None:
    form = Form()
    form.pdf.Root.Pages.Kids = Array([form.pdf.Root.Pages])
    assert code_of(form.saved()) == "damaged"


def test_a_stream_beyond_all_measure_is_a_limit() -> None:
    data = pdf_of(lambda form: form.text("x", form.pdf.make_stream(bytes(17 * 1024 * 1024))))
    assert code_of(data) == "limit"


def test_errors_hold_nothing_from_the_file() -> None:
    with pytest.raises(UnreadableFormError) as caught:
        read(b"%PDF-1.7\n(Geheim) Geheim")
    assert "Geheim" not in str(caught.value)
    assert caught.value.__cause__ is None


# --- marks


def test_marks_come_from_the_properties() -> None:
    def build(form: Form) -> None:
        form.text("x")
        for name, value in (
            ("Form", "review"),
            ("Version", "2026.1"),
            ("Case", "MA-CAR-2025-0012"),
            ("Base", "ab" * 32),
        ):
            form.pdf.docinfo[f"/Formpipe{name}"] = value

    marks = read(pdf_of(build)).marks
    assert (marks.kind, marks.version, marks.case, marks.base) == ("review", "2026.1", "MA-CAR-2025-0012", "ab" * 32)


def printed(field: str) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(50, 50, "Formular aufnahme/2026.1 \u00b7 Fall MA-CAR-2025-0012")
    canvas.showPage()
    canvas.save()
    with pikepdf.open(BytesIO(buffer.getvalue())) as pdf:
        widget = Dictionary(Subtype=Name.Widget, Rect=Array([0, 0, 9, 9]), T=String(field), FT=Name.Tx)
        pdf.pages[0].Annots = Array([pdf.make_indirect(widget)])
        pdf.Root.AcroForm = Dictionary(Fields=pdf.pages[0].Annots)
        target = BytesIO()
        pdf.save(target)
    return target.getvalue()


def test_the_footer_of_our_own_form_stands_in_for_lost_properties() -> None:
    marks = read(printed("form.type")).marks
    assert (marks.kind, marks.version, marks.case) == ("intake", "2026.1", "MA-CAR-2025-0012")
    assert read(printed("other")).marks.kind is None


# --- objects


def test_a_direct_object_is_known_by_its_address() -> None:
    configure()
    one: list[int] = []
    assert identity(one) == id(one)
    assert text_of(None) == (None, True)
