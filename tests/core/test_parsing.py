"""German dates, times, numbers and telephone numbers as people write them."""

from __future__ import annotations

import pytest

from formpipe.normalise.parsing import (
    Fault,
    PartialDate,
    read_bg_number,
    read_date,
    read_moment,
    read_number,
    read_phone,
)

MONTHS = (
    "Januar Jan",
    "Februar Feb",
    "März Mär",
    "April Apr",
    "Mai",
    "Juni Jun",
    "Juli Jul",
    "August Aug",
    "September Sep",
    "Oktober Okt",
    "November Nov",
    "Dezember Dez",
)


@pytest.mark.parametrize(
    ("text", "known", "precision", "filled"),
    [
        ("31.03.2026", "2026-03-31", "tag", "2026-03-31"),
        ("1.3.2026", "2026-03-01", "tag", "2026-03-01"),
        ("01. 03. 2026", "2026-03-01", "tag", "2026-03-01"),
        ("1 . 3 . 2026", "2026-03-01", "tag", "2026-03-01"),
        ("31. März 2026", "2026-03-31", "tag", "2026-03-31"),
        ("31.März  2026", "2026-03-31", "tag", "2026-03-31"),
        ("5. Okt. 2026", "2026-10-05", "tag", "2026-10-05"),
        ("2026-03-31", "2026-03-31", "tag", "2026-03-31"),
        ("2026-03-31T00:00:00Z", "2026-03-31", "tag", "2026-03-31"),
        ("2026-03-31T00:00:00.000+00:00", "2026-03-31", "tag", "2026-03-31"),
        ("2026-03-31T00:00:00", "2026-03-31", "tag", "2026-03-31"),
        ("XX.07.1979", "1979-07", "monat", "1979-07-01"),
        ("xx.07.1979", "1979-07", "monat", "1979-07-01"),
        ("00.07.1979", "1979-07", "monat", "1979-07-01"),
        ("0.7.1979", "1979-07", "monat", "1979-07-01"),
        ("07.1979", "1979-07", "monat", "1979-07-01"),
        ("8.2023", "2023-08", "monat", "2023-08-01"),
        ("1979-07", "1979-07", "monat", "1979-07-01"),
        ("Juli 1979", "1979-07", "monat", "1979-07-01"),
        ("00.00.1990", "1990", "jahr", "1990-01-01"),
        ("XX.XX.1990", "1990", "jahr", "1990-01-01"),
        ("00.1990", "1990", "jahr", "1990-01-01"),
        ("1990", "1990", "jahr", "1990-01-01"),
        ("1900", "1900", "jahr", "1900-01-01"),
        ("2100", "2100", "jahr", "2100-01-01"),
        ("ca. 1990", "1990", "geschaetzt", "1990-01-01"),
        ("ca 1990", "1990", "geschaetzt", "1990-01-01"),
        ("Ca.1990", "1990", "geschaetzt", "1990-01-01"),
        ("circa 1990", "1990", "geschaetzt", "1990-01-01"),
        ("etwa 1990", "1990", "geschaetzt", "1990-01-01"),
        ("um 1990", "1990", "geschaetzt", "1990-01-01"),
        ("29.02.2024", "2024-02-29", "tag", "2024-02-29"),
    ],
)
def test_read_date(text: str, known: str, precision: str, filled: str) -> None:
    found = read_date(text)
    assert isinstance(found, PartialDate)
    assert (found.known, found.precision, found.filled) == (known, precision, filled)


@pytest.mark.parametrize(
    ("word", "month"),
    [
        *((word, number) for number, words in enumerate(MONTHS, start=1) for word in words.split()),
        ("Jänner", 1),
        ("Feber", 2),
        ("Maerz", 3),
        ("Mrz", 3),
        ("Sept", 9),
    ],
)
def test_months_by_name(word: str, month: int) -> None:
    found = read_date(f"2. {word} 2026")
    assert isinstance(found, PartialDate)
    assert found.known == f"2026-{month:02d}-02"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31.02.1990", "impossible"),
        ("29.02.2025", "impossible"),
        ("32.01.1990", "impossible"),
        ("13.1990", "impossible"),
        ("1990-13-01", "impossible"),
        ("31. April 1990", "impossible"),
        ("1.1.88", "two_digit_year"),
        ("07.79", "two_digit_year"),
        ("5. Mai 88", "two_digit_year"),
        ("01.01.1899", "year_range"),
        ("01.01.2101", "year_range"),
        ("ca. 1899", "year_range"),
        ("0226", "year_range"),
        ("15.00.1990", "no_date"),
        ("15.XX.1990", "no_date"),
        ("2. Xyz 1990", "no_date"),
        ("morgen", "no_date"),
        ("", "no_date"),
        ("01.01.1990 (geschätzt)", "no_date"),
        ("ca. 07.1979", "no_date"),
        ("1.1.198", "no_date"),
        ("31/03/2026", "no_date"),
        ("2026-03-31T09:30:00", "no_date"),
        ("٣١.٠٣.٢٠٢٦", "no_date"),
        ("1.1.20266", "no_date"),
    ],
)
def test_no_date(text: str, why: str) -> None:
    found = read_date(text)
    assert isinstance(found, Fault)
    assert found.rule == "format"
    assert dict(found.parameters) == {"format": "date", "reason": why}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("25.11.2026 09:30", "2026-11-25T09:30:00+01:00"),
        ("25.11.2026, 09:30 Uhr", "2026-11-25T09:30:00+01:00"),
        ("25.11.2026,9:30", "2026-11-25T09:30:00+01:00"),
        ("25.11.2026 um 9.30 Uhr", "2026-11-25T09:30:00+01:00"),
        ("25.11.2026, um 9 Uhr", "2026-11-25T09:00:00+01:00"),
        ("25. November 2026, 9:30Uhr", "2026-11-25T09:30:00+01:00"),
        ("1. Oktober 2026 14:05", "2026-10-01T14:05:00+02:00"),
        ("1. August 2026 14:05", "2026-08-01T14:05:00+02:00"),
        ("2026-11-25T09:30:15+01:00", "2026-11-25T09:30:15+01:00"),
        ("2026-11-25T08:30:00Z", "2026-11-25T09:30:00+01:00"),
        ("2026-11-25T08:30:00.000Z", "2026-11-25T09:30:00+01:00"),
        ("2026-11-25T03:30:00-05:00", "2026-11-25T09:30:00+01:00"),
        ("2026-11-25T09:30", "2026-11-25T09:30:00+01:00"),
        ("2026-11-25 09:30", "2026-11-25T09:30:00+01:00"),
        ("25.10.2026 02:30 MEZ", "2026-10-25T02:30:00+01:00"),
        ("25.10.2026 02:30 Uhr MESZ", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+01:00"),
        ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+02:00"),
        ("25.10.2026 01:59", "2026-10-25T01:59:00+02:00"),
        ("25.10.2026 03:00", "2026-10-25T03:00:00+01:00"),
        ("29.03.2026 01:59", "2026-03-29T01:59:00+01:00"),
        ("29.03.2026 03:00", "2026-03-29T03:00:00+02:00"),
        ("01.07.2026 00:00", "2026-07-01T00:00:00+02:00"),
    ],
)
def test_read_moment(text: str, moment: str) -> None:
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("25.10.2026 02:30", "doubled"),
        ("2026-10-25 02:00", "doubled"),
        ("29.03.2026 02:30", "left_out"),
        ("25.11.2026", "no_time"),
        ("11.2026", "no_time"),
        ("11.2026 09:30", "no_moment"),
        ("ca. 2026 09:30", "no_moment"),
        ("Mittwoch", "no_moment"),
        ("", "no_moment"),
        ("25.11.2026 24:30", "impossible"),
        ("25.11.2026 09:60", "impossible"),
        ("31.02.2026 09:30", "impossible"),
        ("1.1.26 9:00", "two_digit_year"),
        ("1.1.1826 9:00", "year_range"),
        ("heute 9:00", "no_date"),
    ],
)
def test_no_moment(text: str, why: str) -> None:
    found = read_moment(text)
    assert isinstance(found, Fault)
    assert found.rule == "format"
    assert dict(found.parameters) == {"format": "date-time", "reason": why}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("0", 0),
        ("1.234,5", 1234.5),
        ("1.234", 1234),
        ("12.345.678", 12345678),
        ("2,5", 2.5),
        ("2.5", 2.5),
        ("2,50", 2.5),
        ("1.2345", 1.2345),
        ("1234,75", 1234.75),
        ("640 €", 640),
        ("640,00€", 640),
        ("850,50 EUR", 850.5),
        ("850 Euro", 850),
        ("850,-", 850),
        ("850,– €", 850),
        ("30 Std.", 30),
        ("30 Std", 30),
        ("30 Std./Woche", 30),
        ("30 Stunden", 30),
        ("19,5 h", 19.5),
        ("4 Jahre", 4),
        ("1 Jahr", 1),
        ("3 Zimmer", 3),
        ("5 Personen", 5),
        ("+1", 1),
        ("-2", -2),
        ("\u22122", -2),
        ("- 2", -2),
        ("123456789012345", 123456789012345),
    ],
)
def test_read_number(text: str, number: float) -> None:
    found = read_number(text, whole=False)
    assert found == number
    assert type(found) is type(number)


@pytest.mark.parametrize(
    "text",
    ["", "zwölf", "1,2,3", "1.23.4", "1..2", "ca. 5", "5 Katzen", "€", "1234567890123456", "5-6", "1,", "٥"],
)
def test_no_number(text: str) -> None:
    found = read_number(text, whole=False)
    assert isinstance(found, Fault)
    assert (found.rule, dict(found.parameters)) == ("type", {"expected": "number"})


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("4,0", 4), ("1.200", 1200)])
def test_whole_numbers(text: str, number: int) -> None:
    found = read_number(text, whole=True)
    assert found == number
    assert isinstance(found, int)


@pytest.mark.parametrize("text", ["2,5", "2.5", "zwei"])
def test_no_whole_number(text: str) -> None:
    found = read_number(text, whole=True)
    assert isinstance(found, Fault)
    assert (found.rule, dict(found.parameters)) == ("type", {"expected": "integer"})


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0621 5550123", "+496215550123"),
        ("0171-392 00 01", "+491713920001"),
        ("+49 (0)621 5550199", "+496215550199"),
        ("0049 621/293-12", "+4962129312"),
        ("+963 11 1234567", "+963111234567"),
        ("0621–5550123", "+496215550123"),
    ],
)
def test_read_phone(text: str, number: str) -> None:
    assert read_phone(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "0621", "5550123", "keins", "0621 5550123 (Nachbar)", "+", "0( )", "0621 5550123 5550124 5550125", "+490"],
)
def test_no_phone(text: str) -> None:
    found = read_phone(text)
    assert isinstance(found, Fault)
    assert found.rule == "format"
    assert dict(found.parameters) == {"format": "phone", "reason": "no_phone"}


@pytest.mark.parametrize("text", ["99999BG0000001", "99999//0000001", "99999 bg 0000001", "99999\u00a0BG0000001"])
def test_read_bg_number(text: str) -> None:
    assert read_bg_number(text) == "99999BG0000001"


def test_a_fault_keeps_its_parameters_out_of_its_repr() -> None:
    assert repr(Fault(rule="format", parameters={"written": "Muster"})) == "Fault(rule='format')"
    assert dict(Fault(rule="clear").parameters) == {}
