"""Typed values as German text."""

from __future__ import annotations

import pytest

from formpipe.definition import Code, CodeList, FieldSpec, ValueType
from formpipe.model import Json
from formpipe.spell import spell, spell_date, spell_moment, spell_number

STATUS = CodeList(
    name="status",
    title="Stand",
    codes=(Code(value="laeuft", title="läuft"), Code(value=1, title="Stufe eins"), Code(value=True, title="ja")),
)


def field(kind: ValueType, codes: CodeList | None = None) -> FieldSpec:
    return FieldSpec(key="a.b", label="B", type=kind, codes=codes)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (None, ValueType.TEXT, ""),
        ("Ḥusām", ValueType.TEXT, "Ḥusām"),
        ("keine_angabe", ValueType.TEXT, "keine Angabe"),
        ("unbekannt", ValueType.DATE, "unbekannt"),
        ("2026-05-28", ValueType.DATE, "28.05.2026"),
        ("2023-08", ValueType.DATE, "08.2023"),
        ("1990", ValueType.DATE, "1990"),
        ("2026-11-25T09:30:00+01:00", ValueType.DATE_TIME, "25.11.2026, 09:30 Uhr"),
        (4, ValueType.INTEGER, "4"),
        (2.5, ValueType.NUMBER, "2,5"),
        (100.0, ValueType.NUMBER, "100"),
        (True, ValueType.BOOLEAN, "ja"),
        (False, ValueType.BOOLEAN, "nein"),
        (["eins", "zwei"], ValueType.TEXTS, "eins, zwei"),
        ([], ValueType.TEXTS, ""),
    ],
)
def test_each_type_has_its_spelling(value: Json, kind: ValueType, expected: str) -> None:
    assert spell(value, field(kind)) == expected


def test_codes_become_labels_and_an_unknown_code_stands_as_it_is() -> None:
    spec = field(ValueType.CODE, STATUS)
    assert [spell(value, spec) for value in ("laeuft", 1, True, "weg")] == ["läuft", "Stufe eins", "ja", "weg"]
    assert spell(["laeuft", "weg"], field(ValueType.CODES, STATUS)) == "läuft, weg"


def test_one_and_true_are_two_codes() -> None:
    assert STATUS.title_of(1) == "Stufe eins"
    assert STATUS.title_of(True) == "ja"  # noqa: FBT003 - the code itself
    assert STATUS.title_of(None) is None


@pytest.mark.parametrize(("value", "expected"), [(0, "0"), (0.5, "0,5"), (1200, "1200"), (1234.25, "1234,25")])
def test_numbers(value: float, expected: str) -> None:
    assert spell_number(value) == expected


def test_dates_and_moments() -> None:
    assert spell_date("2026-02-01") == "01.02.2026"
    assert spell_moment("2026-07-01T08:05:00+02:00") == "01.07.2026, 08:05 Uhr"
