"""XFA: a form of data alone, and data beside fields that say the same or something else."""

from __future__ import annotations

import pytest
from make_pdf import PUSH, Form, pdf_of
from pikepdf import Array, Name, String

from formpipe.errors import UnreadableFormError
from formpipe.model import Field, FieldState, FieldType
from formpipe.readers.read import read
from formpipe.readers.xfa_match import says_the_same

OPEN = '<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data>'
CLOSE = "</xfa:data></xfa:datasets>"
XDP = '<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template><field name="a"/></template>{}</xdp:xdp>'


def add_stream(form: Form, inner: str) -> None:
    """Add the whole XFA as one stream."""
    form.form.XFA = form.pdf.make_stream(XDP.format(f"{OPEN}{inner}{CLOSE}").encode())


def add_packets(form: Form, **packets: str) -> None:
    """Add the XFA as an array of named packets."""
    parts = [part for name, body in packets.items() for part in (String(name), form.pdf.make_stream(body.encode()))]
    form.form.XFA = Array(parts)


def dynamic(inner: str) -> tuple[Field, ...]:
    return read(pdf_of(lambda form: add_stream(form, inner))).fields


def code_of(form: Form) -> str:
    with pytest.raises(UnreadableFormError) as caught:
        read(form.saved())
    return caught.value.code


def test_a_form_of_data_alone_is_read() -> None:
    inner = "<form1><name>محمد Łódź</name><leer/><text>eins\r\nzwei</text><seite><ort>Berlin</ort></seite></form1>"
    assert [(field.name, field.label, field.value, field.state, field.flags) for field in dynamic(inner)] == [
        ("form1.name", "name", "محمد Łódź", FieldState.FILLED, ()),
        ("form1.leer", "leer", None, FieldState.EMPTY, ()),
        ("form1.text", "text", "eins\nzwei", FieldState.FILLED, ()),
        ("form1.seite.ort", "ort", "Berlin", FieldState.FILLED, ()),
    ]
    packets = pdf_of(lambda form: add_packets(form, preamble="<a>", datasets=f"{OPEN}{inner}{CLOSE}", postamble="</a>"))
    assert read(packets).fields == dynamic(inner)


def test_packets_that_are_one_only_together_are_joined() -> None:
    def build(form: Form) -> None:
        add_packets(form, a="<xdp>", b=f"{OPEN}<f><x>v</x></f>", c=f"{CLOSE}</xdp>")
        form.form.XFA.append(String("odd"))

    assert [field.value for field in read(pdf_of(build)).fields] == ["v"]


def test_rows_choices_and_rich_text() -> None:
    inner = (
        "<f><row><x>1</x></row><row><x>2</x></row>"
        "<many><value>a</value><value>b</value></many>"
        '<rich><body xmlns="http://www.w3.org/1999/xhtml"><p>eins <b>zwei</b></p><p>drei</p></body></rich>'
        '<gruppe xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/" xfa:dataNode="dataGroup"/></f>'
    )
    found = {field.name: (field.type, field.value) for field in dynamic(inner)}
    assert found == {
        "f.row.x": (FieldType.TEXT, "1"),
        "f.row.x#2": (FieldType.TEXT, "2"),
        "f.many": (FieldType.MULTICHOICE, ("a", "b")),
        "f.rich": (FieldType.TEXT, "eins zwei\ndrei"),
    }


def test_what_cannot_be_read_is_not_an_empty_form() -> None:
    for body, code in (
        ("<xdp/>", "unsupported"),
        ("<xdp><datasets/></xdp>", "unsupported"),
        ("<xdp><a>", "damaged"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "unsafe"),
        (f"<a>{' ' * (8 * 1024 * 1024)}</a>", "limit"),
    ):
        form = Form()
        form.form.XFA = form.pdf.make_stream(body.encode())
        assert code_of(form) == code


# --- fields and data


def test_fields_win_and_a_difference_is_flagged() -> None:
    def build(form: Form) -> None:
        form.text("f[0].seite[0].gleich[0]", String("a"))
        form.text("f[0].seite[0].anders[0]", String("b"))
        form.text("f[0].seite[0].fehlt[0]")
        form.text("f[0].seite[0].ohne[0]", String("c"))
        form.add(form.widget(T="f[0].knopf[0]", FT=Name.Btn, Ff=PUSH))
        add_stream(form, "<f><gleich>a</gleich><anders>B</anders><fehlt>x</fehlt><knopf>1</knopf></f>")

    assert [(field.value, field.flags) for field in read(pdf_of(build)).fields] == [
        ("a", ()),
        ("b", ("disagree",)),
        (None, ("disagree",)),
        ("c", ()),
        (None, ()),
    ]


def test_repeated_names_are_matched_in_their_order_or_not_at_all() -> None:
    def build(form: Form) -> None:
        for row, text in enumerate(("a", "b")):
            form.text(f"f[0].row[{row}].x[0]", String(text))
            form.text(f"f[0].row[{row}].y[0]", String(text))
        add_stream(form, "<f><row><x>a</x></row><row><x>c</x></row><row><y>q</y></row></f>")

    assert [field.flags for field in read(pdf_of(build)).fields] == [(), (), ("disagree",), ()]


def test_data_beside_fields_without_an_answer_are_not_lost() -> None:
    def build(form: Form) -> None:
        form.text("f[0].x[0]")
        form.add(form.widget("1", "Off", T="f[0].b[0]", FT=Name.Btn, V=Name.Off))
        add_stream(form, "<f><x>v</x><b>0</b><more>w</more></f>")

    assert [(field.name, field.value, field.flags) for field in read(pdf_of(build)).fields] == [
        ("f[0].x[0]", None, ("disagree",)),
        ("f[0].b[0]", False, ()),
        ("f.x", "v", ("disagree",)),
        ("f.more", "w", ()),
    ]


def test_fields_beside_xfa_that_cannot_be_read_are_for_a_person_to_see() -> None:
    def build(form: Form) -> None:
        form.text("x", String("v"))
        form.form.XFA = form.pdf.make_stream(b"<xdp>")

    (field,) = read(pdf_of(build)).fields
    assert (field.value, field.flags) == ("v", ("review",))


def field_of(value: object, type_: FieldType = FieldType.TEXT, display: str | None = None) -> Field:
    return Field(
        name="x",
        name_source="name",
        label="x",
        type=type_,
        state=FieldState.FILLED,
        value=value,  # type: ignore[arg-type]
        display=display,
    )


@pytest.mark.parametrize(
    ("value", "texts", "same"),
    [
        ("a  b", ["a b"], True),
        ("a", ["A"], False),
        ("a", [], False),
        (None, [], True),
        (None, ["a"], False),
        ("02.01.2026", ["2026-01-02"], True),
        ("02.01.2026", ["2026-01-03"], False),
        ("1.234,50 €", ["1234.5"], True),
        ("1234,5", ["1234.50000000"], True),
        ("100", ["10"], False),
        ("-5", ["5"], False),
        ("---", ["???"], False),
        ("1.2.3.4,5,6", ["1.2"], False),
        ("a1", ["b1"], False),
        (("a", "b"), ["b", "a"], True),
        (("a", "b"), ["a\nb"], True),
        (("a", "b"), ["a"], False),
    ],
)
def test_texts_are_compared_by_what_they_mean(value: object, texts: list[str], same: bool) -> None:  # noqa: FBT001 - a column of the table
    assert says_the_same(field_of(value), texts) is same


def test_boxes_and_choices_are_compared_by_what_was_chosen() -> None:
    assert says_the_same(field_of(value=True, type_=FieldType.CHECKBOX), ["1"])
    assert not says_the_same(field_of(value=True, type_=FieldType.CHECKBOX), ["0"])
    assert says_the_same(field_of(value=False, type_=FieldType.CHECKBOX), ["Off"])
    assert says_the_same(field_of(value=False, type_=FieldType.CHECKBOX), [])
    assert says_the_same(field_of("de", FieldType.CHOICE, "Deutsch"), ["Deutsch"])
    assert not says_the_same(field_of("de", FieldType.CHOICE, "Deutsch"), ["Farsi"])
