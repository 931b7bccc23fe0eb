"""One answer, typed by the field it stands in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from formpipe.definition import Code, CodeList, FieldSpec, ValueType
from formpipe.normalise.parsing import Fault
from formpipe.normalise.reading import Reading, read_answer

TEXT = FieldSpec(key="a.b", label="B", type=ValueType.TEXT, no_answer=True)
DATE = replace(TEXT, type=ValueType.DATE)
STATUS = CodeList(
    name="s",
    title="S",
    codes=(
        Code(value="offen", title="offen"),
        Code(value="unbekannt", title="nicht bekannt"),
        Code(value="keine_angabe", title="keine Angabe"),
    ),
)
CODE = replace(TEXT, type=ValueType.CODE, codes=STATUS, no_answer=False)
BOOLEAN = replace(TEXT, type=ValueType.BOOLEAN)


def value(text: str, spec: FieldSpec) -> object:
    found = read_answer(text, spec)
    assert isinstance(found, Reading)
    return found.value


def fault(text: str, spec: FieldSpec) -> tuple[str, dict[str, object]]:
    found = read_answer(text, spec)
    assert isinstance(found, Fault)
    return found.rule, dict(found.parameters)


def test_texts_keep_what_is_written() -> None:
    assert value("Ḥusām & <b>", TEXT) == "Ḥusām & <b>"
    assert value("a\n b", TEXT) == "a b"
    assert value("a\n b", replace(TEXT, multiline=True)) == "a\n b"
    assert value("12", replace(TEXT, type=ValueType.TEXTS)) == "12"
    assert read_answer("a", TEXT) == Reading(value="a")


@pytest.mark.parametrize("name", ["case.case_id", "case.predecessor_case_id", "household.members[].case_id"])
def test_case_numbers_are_taken_in_small_letters(name: str) -> None:
    spec = replace(TEXT, key=name)
    assert value("ma-Sta-2026-0001", spec) == "MA-STA-2026-0001"
    assert value("ma-sta-2026-001", spec) == "ma-sta-2026-001"
    assert value("x ma-sta-2026-0001", spec) == "x ma-sta-2026-0001"
    assert value("ma-sta-2026-0001", TEXT) == "ma-sta-2026-0001"


def test_forbidden_characters_are_shown() -> None:
    assert fault("a\u202eb", TEXT) == ("characters", {"characters": ("U+202E",), "written": "a[U+202E]b"})
    assert fault("\x00", CODE)[0] == "characters"


def test_presentation_forms_are_kept_and_told() -> None:
    found = read_answer("\ufedf\ufe8e", TEXT)
    assert isinstance(found, Reading)
    assert found.value == "\ufedf\ufe8e"
    assert [(note.rule, dict(note.parameters)) for note in found.notes] == [
        ("presentation_forms", {"normalised": "\u0644\u0627"})
    ]


def test_the_clear_mark() -> None:
    assert read_answer("—gelöscht—", replace(TEXT, clearable=True)) == Reading(value=None)
    assert read_answer("- gelöscht -", replace(CODE, clearable=True)) == Reading(value=None)
    assert fault("—gelöscht—", TEXT) == ("clear", {})


def test_no_answer_where_it_is_one() -> None:
    assert value("keine Angabe", TEXT) == "keine_angabe"
    assert value("unbekannt", DATE) == "unbekannt"
    assert value("k. A.", BOOLEAN) == "keine_angabe"
    assert fault("keine Angabe", replace(TEXT, no_answer=False)) == ("no_answer", {})
    assert fault("unbekannt", replace(BOOLEAN, no_answer=False)) == ("no_answer", {})


def test_codes_come_before_the_words_for_no_answer() -> None:
    assert value("offen", CODE) == "offen"
    assert value("nicht bekannt", CODE) == "unbekannt"
    assert value("keine Angabe", CODE) == "keine_angabe"
    assert value("k. A.", CODE) == "keine_angabe"
    assert value("unbekannt", CODE) == "unbekannt"
    short = replace(CODE, codes=CodeList(name="s", title="S", codes=STATUS.codes[:1]))
    assert fault("unbekannt", short) == ("enum", {"choices": ("offen",), "near": False})
    assert value("unbekannt", replace(short, no_answer=True)) == "unbekannt"
    assert fault("fertig", CODE)[0] == "enum"


def test_entries_of_a_coded_list() -> None:
    assert value("offen", replace(CODE, type=ValueType.CODES)) == "offen"
    assert value("nicht bekannt", replace(CODE, type=ValueType.TEXTS)) == "unbekannt"


def test_booleans() -> None:
    codes = CodeList(name="boolean", title="B", codes=(Code(value=True, title="ja"), Code(value=False, title="nein")))
    assert value("ja", replace(BOOLEAN, codes=codes)) is True
    assert value("nein", BOOLEAN) is False
    assert fault("vielleicht", BOOLEAN)[0] == "enum"


def test_numbers() -> None:
    number, whole = replace(TEXT, type=ValueType.NUMBER), replace(TEXT, type=ValueType.INTEGER)
    assert value("2,5", number) == 2.5
    assert value("12", whole) == 12
    assert fault("2,5", whole) == ("type", {"expected": "integer"})
    assert fault("viel", number) == ("type", {"expected": "number"})


def test_moments() -> None:
    moment = replace(TEXT, type=ValueType.DATE_TIME)
    assert value("25.11.2026 09:30", moment) == "2026-11-25T09:30:00+01:00"
    assert fault("25.11.2026", moment) == ("format", {"format": "date-time", "reason": "no_time"})


def test_phones_and_bg_numbers() -> None:
    phone, number = replace(TEXT, normalise="phone"), replace(TEXT, normalise="bg_nummer")
    assert value("0621 5550123", phone) == "+496215550123"
    assert value("keine Angabe", phone) == "keine_angabe"
    assert fault("Nachbar", phone)[0] == "format"
    assert value("99999//0000001", number) == "99999BG0000001"
    assert value("unbekannt", number) == "unbekannt"


def test_whole_dates() -> None:
    assert read_answer("31.03.2026", DATE) == Reading(value="2026-03-31")
    assert fault("03.2026", DATE) == ("format", {"format": "date", "reason": "partial"})
    assert fault("31.02.2026", DATE) == ("format", {"format": "date", "reason": "impossible"})


@pytest.mark.parametrize(
    ("text", "filled", "precision"),
    [
        ("31.03.1990", "1990-03-31", "tag"),
        ("XX.07.1979", "1979-07-01", "monat"),
        ("1990", "1990-01-01", "jahr"),
        ("ca. 1990", "1990-01-01", "geschaetzt"),
    ],
)
def test_dates_with_a_precision(text: str, filled: str, precision: str) -> None:
    spec = replace(DATE, precision_key="c", partial=True)
    assert read_answer(text, spec) == Reading(value=filled, precision=precision)


def test_partial_dates() -> None:
    spec = replace(DATE, partial=True)
    assert read_answer("31.03.2026", spec) == Reading(value="2026-03-31")
    assert read_answer("08.2023", spec) == Reading(value="2023-08")
    assert read_answer("2023", spec) == Reading(value="2023")
    found = read_answer("ca. 2023", spec)
    assert isinstance(found, Reading)
    assert found.value == "2023"
    assert [(note.rule, dict(note.parameters)) for note in found.notes] == [("estimated", {"taken": "2023"})]


@pytest.mark.parametrize("kind", [ValueType.DATE, ValueType.DATE_TIME, ValueType.INTEGER, ValueType.BOOLEAN])
def test_a_long_text_is_not_searched(kind: ValueType) -> None:
    short = {ValueType.DATE: "1.3.2026", ValueType.DATE_TIME: "1.3.2026 9:00", ValueType.INTEGER: "5 h"}.get(kind, "ja")
    spread = short.replace(" ", " " * 300) if " " in short else short + " " * 300
    assert isinstance(read_answer(short, replace(TEXT, type=kind)), Reading)
    assert isinstance(read_answer(spread, replace(TEXT, type=kind)), Fault)


def test_the_longest_text_that_is_searched() -> None:
    assert value("1.3." + " " * 192 + "2026", DATE) == "2026-03-01"
    assert fault("1.3." + " " * 193 + "2026", DATE)[0] == "format"
    phone = replace(TEXT, normalise="phone")
    assert value("0621" + " " * 189 + "5550123", phone) == "+496215550123"
    assert fault("0621" + " " * 190 + "5550123", phone)[0] == "format"
