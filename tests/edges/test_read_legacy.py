"""Form fields of Word 97 to 2003."""

from __future__ import annotations

import pytest
from make_docx import docx_of, p, run

from formpipe.model import Field, FieldState, FieldType
from formpipe.readers.read import read


def fields_of(body: str) -> list[Field]:
    return list(read(docx_of(body)).fields)


def begin(data: str, name: str = "f") -> str:
    inner = f'<w:ffData><w:name w:val="{name}"/>{data}</w:ffData>' if data else ""
    return f'<w:r><w:fldChar w:fldCharType="begin">{inner}</w:fldChar></w:r>'


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def legacy(data: str, result: str, name: str = "f") -> str:
    code = "<w:r><w:instrText> FORM </w:instrText></w:r>"
    return begin(data, name) + code + mark("separate") + result + mark("end")


def bookmark(name: str) -> str:
    return f'<w:bookmarkStart w:id="0" w:name="{name}"/>'


TEXT = '<w:textInput><w:default w:val="Vorgabe"/></w:textInput>'
PLAIN = "<w:textInput/>"


@pytest.mark.parametrize(
    ("data", "result", "state", "value", "display"),
    [
        (TEXT, run("Anna"), FieldState.FILLED, "Anna", None),
        (TEXT, run("Vorgabe"), FieldState.DEFAULT, None, "Vorgabe"),
        (TEXT, run("\u2002" * 5), FieldState.EMPTY, None, None),
        (PLAIN, run("An") + run("na"), FieldState.FILLED, "Anna", None),
        (PLAIN, run("An") + f"<w:del>{run('xx')}</w:del><w:ins>{run('na')}</w:ins>", FieldState.FILLED, "Anna", None),
        (PLAIN, "", FieldState.EMPTY, None, None),
        ("<w:enabled/>", run("Anna"), FieldState.FILLED, "Anna", None),
    ],
)
def test_a_text_is_its_result(
    data: str, result: str, state: FieldState, value: str | None, display: str | None
) -> None:
    (field,) = fields_of(p(legacy(data, result)))
    assert (field.name, field.name_source, field.type) == ("f", "legacy", FieldType.TEXT)
    assert (field.state, field.value, field.display) == (state, value, display)


@pytest.mark.parametrize(
    ("data", "state", "value"),
    [
        ("<w:checked/>", FieldState.FILLED, True),
        ('<w:checked w:val="0"/>', FieldState.FILLED, False),
        ('<w:default w:val="1"/>', FieldState.DEFAULT, True),
        ('<w:default w:val="0"/>', FieldState.DEFAULT, False),
        ('<w:checked w:val="0"/><w:default w:val="1"/>', FieldState.FILLED, False),
        ("", FieldState.DEFAULT, False),
    ],
)
def test_a_box_is_checked_or_its_default(
    data: str,
    state: FieldState,
    value: bool,  # noqa: FBT001 - a column of the table
) -> None:
    (field,) = fields_of(p(legacy(f"<w:checkBox>{data}</w:checkBox>", ""), run(" Newsletter"), run(" ja:")))
    assert (field.type, field.state, field.value, field.label) == (FieldType.CHECKBOX, state, value, "Newsletter ja")


ITEMS = '<w:listEntry w:val="Frau"/><w:listEntry w:val="Herr"/>'


@pytest.mark.parametrize(
    ("data", "state", "value", "display"),
    [
        ('<w:result w:val="1"/>', FieldState.FILLED, "Herr", None),
        ('<w:result w:val="2"/>', FieldState.EMPTY, None, None),
        ('<w:result w:val="-1"/>', FieldState.EMPTY, None, None),
        ("<w:result/>", FieldState.FILLED, "Frau", None),
        ('<w:default w:val="1"/>', FieldState.DEFAULT, None, "Herr"),
        ("", FieldState.DEFAULT, None, "Frau"),
    ],
)
def test_a_list_is_its_result_or_its_default(
    data: str, state: FieldState, value: str | None, display: str | None
) -> None:
    (field,) = fields_of(p(legacy(f"<w:ddList>{data}{ITEMS}</w:ddList>", "")))
    assert (field.type, field.state, field.value, field.display) == (FieldType.CHOICE, state, value, display)


@pytest.mark.parametrize(
    ("body", "name", "source"),
    [
        (bookmark("Telefon_Copy_1") + legacy(PLAIN, run("1"), ""), "Telefon", "bookmark"),
        (legacy(PLAIN, bookmark("Telefon") + run("1"), ""), "Telefon", "bookmark"),
        (bookmark("_GoBack") + legacy(PLAIN, run("1"), "__Fieldmark__1_2"), "unnamed", "label"),
        (run("Telefon: ") + legacy(PLAIN, run("1"), ""), "Telefon", "label"),
        (bookmark("Anfang") + legacy(PLAIN, run("1"), "Telefon"), "Telefon", "legacy"),
    ],
)
def test_the_name_is_its_own_or_the_bookmark_or_the_label(body: str, name: str, source: str) -> None:
    (field,) = fields_of(p(body))
    assert (field.name, field.name_source) == (name, source)


def test_a_bookmark_names_the_next_field_of_its_paragraph_only() -> None:
    body = p(bookmark("A"), legacy(PLAIN, run("1"), ""), legacy(PLAIN, run("2"), "")) + p(bookmark("B"))
    assert [field.name for field in fields_of(body + p(legacy(PLAIN, run("3"), "")))] == ["A", "unnamed", "unnamed#2"]


def test_a_result_may_span_paragraphs_and_lack_its_separator() -> None:
    spanning = p(begin(PLAIN), mark("separate"), run("eins")) + p(run("zwei"), mark("end"))
    assert [field.value for field in fields_of(spanning)] == ["eins\nzwei"]
    before = p(begin(PLAIN)) + p(run("FORM"), mark("separate"), run("eins"), mark("end"))
    assert [field.value for field in fields_of(before)] == ["eins"]
    bare = p(begin("<w:checkBox><w:checked/></w:checkBox>"), mark("end"))
    assert [field.value for field in fields_of(bare)] == [True]


def test_fields_in_fields_and_other_codes_keep_apart() -> None:
    inner = begin(PLAIN, "inner") + mark("separate") + run("innen") + mark("end")
    body = p(begin(PLAIN, "outer"), mark("separate"), run("a"), inner, run("b"), mark("end"), legacy("", run("7")))
    assert [(field.name, field.value) for field in fields_of(body)] == [("outer", "ainnenb"), ("inner", "innen")]


def test_broken_marks_are_no_field_and_a_missing_end_is_flagged() -> None:
    assert fields_of(p(begin(PLAIN)) + p(mark("end"), mark("separate"), mark("end"), run("x")))[0].flags == ()
    (field,) = fields_of(p(run("x"), begin(PLAIN, "open"), mark("separate"), run("ohne Ende")))
    assert (field.name, field.state, field.flags) == ("open", FieldState.EMPTY, ("review",))


def test_a_text_without_a_separator_is_a_guess() -> None:
    (field,) = fields_of(p(begin(PLAIN), run("Anna"), mark("end")))
    assert (field.value, field.flags) == ("Anna", ("review",))


def test_a_field_may_stand_in_one_run() -> None:
    parts = "".join(f'<w:fldChar w:fldCharType="{kind}"/>{text}' for kind, text in ONE_RUN)
    data = f'<w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="f"/>{PLAIN}</w:ffData></w:fldChar>'
    (field,) = fields_of(p(f"<w:r>{data}<w:instrText>FORMTEXT</w:instrText>{parts}</w:r>"))
    assert (field.value, field.flags) == ("Anna\tMaria", ())


ONE_RUN = (("separate", "<w:t>Anna</w:t><w:tab/><w:t>Maria</w:t>"), ("end", ""))


@pytest.mark.parametrize(
    ("result", "flags"),
    [
        (f"<w:del>{run('alt')}</w:del><w:ins>{run('neu')}</w:ins>", ("tracked",)),
        (f"<w:ins>{run('neu')}</w:ins>", ("tracked",)),
        (run("neu"), ()),
    ],
)
def test_changes_in_a_field_are_flagged(result: str, flags: tuple[str, ...]) -> None:
    (field,) = fields_of(p(legacy(PLAIN, result)))
    assert (field.value, field.flags) == ("neu", flags)


@pytest.mark.parametrize(
    ("chosen", "result", "flags"),
    [
        ('<w:result w:val="1"/>', "", ()),
        ('<w:result w:val="1"/>', run("b"), ()),
        ('<w:result w:val="7"/>', "", ("review",)),
        ('<w:result w:val="0"/>', run("b"), ("review",)),
        ("", run("b"), ("review",)),
        ("", run("anderes"), ()),
    ],
)
def test_a_list_that_shows_something_else_is_flagged(chosen: str, result: str, flags: tuple[str, ...]) -> None:
    entries = "".join(f'<w:listEntry w:val="{each}"/>' for each in "ab")
    (field,) = fields_of(p(legacy(f"<w:ddList>{chosen}{entries}</w:ddList>", result)))
    assert field.flags == flags
