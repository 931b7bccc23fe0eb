"""Codes of a list found by value or label, yes and no, and the words for no answer."""

from __future__ import annotations

import pytest

from formpipe.definition import Code, CodeList, FieldSpec, ValueType
from formpipe.normalise.choosing import choose, choose_boolean, no_answer_of, takes_no_answer
from formpipe.normalise.parsing import Fault

STATUS = CodeList(
    name="status",
    title="Stand",
    codes=(
        Code(value="in_arbeit", title="in Arbeit"),
        Code(value="teilweise", title="teilweise erreicht", easy="ein Teil ist geschafft"),
        Code(value="kurs", title="Kurs"),
        Code(value="andere", title="in_arbeit (andere)", easy="Kurs"),
    ),
)
SCALE = CodeList(
    name="scale",
    title="Skala",
    codes=tuple(Code(value=number, title=f"Stufe {number}") for number in (-2, -1, 0, 1, 2)),
)
MANY = CodeList(name="many", title="viele", codes=tuple(Code(value=f"c{n}", title=f"Land {n}") for n in range(13)))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("in_arbeit", "in_arbeit"),
        ("in Arbeit", "in_arbeit"),
        ("IN ARBEIT", "in_arbeit"),
        ("in-arbeit", "in_arbeit"),
        ("teilweise-erreicht", "teilweise"),
        ("Ein Teil ist geschafft", "teilweise"),
        ("kurs", "kurs"),
        ("in_arbeit (andere)", "andere"),
    ],
)
def test_choose(text: str, value: str) -> None:
    assert choose(text, STATUS) == value


@pytest.mark.parametrize(
    ("text", "value"), [("2", 2), ("+2", 2), ("-2", -2), ("\u22122", -2), ("0", 0), ("Stufe 1", 1), ("stufe -1", -1)]
)
def test_choose_a_number(text: str, value: int) -> None:
    found = choose(text, SCALE)
    assert found == value
    assert isinstance(found, int)


def test_no_plus_before_nothing() -> None:
    assert isinstance(choose("+0", SCALE), Fault)
    assert isinstance(choose("+-1", SCALE), Fault)


def test_a_label_of_two_codes_names_none() -> None:
    found = choose("Kurs", STATUS)
    assert isinstance(found, Fault)
    assert found.parameters["choices"] == ("in Arbeit", "teilweise erreicht", "Kurs", "in_arbeit (andere)")


def test_a_short_list_is_told_whole() -> None:
    found = choose("fertig", STATUS)
    assert isinstance(found, Fault)
    assert found.rule == "enum"
    assert found.parameters["near"] is False
    assert len(choose_titles("fertig", STATUS)) == 4


def choose_titles(text: str, codes: CodeList) -> tuple[str, ...]:
    found = choose(text, codes)
    assert isinstance(found, Fault)
    titles = found.parameters["choices"]
    assert isinstance(titles, tuple)
    return titles


def test_of_a_long_list_what_is_near_is_told() -> None:
    found = choose("Land 77", MANY)
    assert isinstance(found, Fault)
    assert found.parameters["near"] is True
    assert "Land 7" in choose_titles("Land 77", MANY)
    assert len(choose_titles("Land 77", MANY)) == 5
    assert choose_titles("xyz", MANY) == ()
    twelve = CodeList(name="twelve", title="zwölf", codes=MANY.codes[:12])
    assert len(choose_titles("xyz", twelve)) == 12


def test_a_long_text_is_no_code() -> None:
    long = CodeList(name="long", title="lang", codes=(Code(value="a" * 200, title="b" * 201),))
    assert choose("a" * 200, long) == "a" * 200
    assert isinstance(choose("b" * 201, long), Fault)


@pytest.mark.parametrize("text", ["ja", "Ja", "j", "x", "X", "true", "True", "wahr", "✓", "✔", "☒", "☑"])
def test_yes(text: str) -> None:
    assert choose_boolean(text) is True


@pytest.mark.parametrize("text", ["nein", "Nein", "n", "false", "False", "falsch"])
def test_no(text: str) -> None:
    assert choose_boolean(text) is False


@pytest.mark.parametrize("text", ["vielleicht", "", "0", "1", "x" * 201])
def test_neither_yes_nor_no(text: str) -> None:
    found = choose_boolean(text)
    assert isinstance(found, Fault)
    assert found.rule == "enum"
    assert dict(found.parameters) == {"choices": ("ja", "nein", "keine Angabe", "unbekannt"), "near": False}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("keine Angabe", "keine_angabe"),
        ("Keine angabe", "keine_angabe"),
        ("keine_angabe", "keine_angabe"),
        ("k. A.", "keine_angabe"),
        ("k.A.", "keine_angabe"),
        ("kA", "keine_angabe"),
        ("unbekannt", "unbekannt"),
        ("Unbekannt", "unbekannt"),
        ("keine", None),
        ("nicht bekannt", None),
        ("unbekannt" + " " * 192, None),
        ("unbekannt" + " " * 191, "unbekannt"),
    ],
)
def test_no_answer_of(text: str, answer: str | None) -> None:
    assert no_answer_of(text) == answer


def test_takes_no_answer() -> None:
    plain = FieldSpec(key="a.b", label="B", type=ValueType.TEXT)
    declined = CodeList(name="d", title="d", codes=(Code(value="keine_angabe", title="keine Angabe"),))
    coded = FieldSpec(key="a.b", label="B", type=ValueType.CODE, codes=declined)
    open_field = FieldSpec(key="a.b", label="B", type=ValueType.TEXT, no_answer=True)
    assert not takes_no_answer(plain, "keine_angabe")
    assert takes_no_answer(open_field, "unbekannt")
    assert takes_no_answer(coded, "keine_angabe")
    assert not takes_no_answer(coded, "unbekannt")
