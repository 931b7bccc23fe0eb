"""Months, ages, and birth dates of which only a part is known."""

from __future__ import annotations

from datetime import date

import pytest

from formpipe.dates import age_on, age_text, birth_text, day_of, months_after
from formpipe.model import Json


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 2, 29), 3, date(2024, 5, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 1), 0, date(2026, 1, 1)),
        (date(2026, 1, 31), 11, date(2026, 12, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 3, 15), 36, date(2029, 3, 15)),
    ],
)
def test_months_keep_the_day_or_end_the_month(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-05-28", date(2026, 5, 28)),
        ("2026-05", None),
        ("keine_angabe", None),
        ("", None),
        (None, None),
        (20260528, None),
        (True, None),
    ],
)
def test_only_a_full_date_is_a_day(value: Json, expected: date | None) -> None:
    assert day_of(value) == expected


@pytest.mark.parametrize(
    ("precision", "on", "age"),
    [
        ("tag", date(2026, 7, 14), 17),
        ("tag", date(2026, 7, 15), 18),
        ("tag", date(2026, 7, 16), 18),
        ("monat", date(2026, 8, 1), 18),
        ("jahr", date(2026, 1, 1), 18),
        ("geschaetzt", date(2026, 12, 31), 18),
    ],
)
def test_an_age_counts_from_what_is_known(precision: str, on: date, age: int) -> None:
    assert age_on(date(2008, 7, 15), precision, on) == age


@pytest.mark.parametrize(
    ("birth", "precision", "text"),
    [
        (date(2025, 4, 28), "tag", "1 Monat"),
        (date(2026, 5, 1), "tag", "0 Monate"),
        (date(2024, 5, 29), "tag", "23 Monate"),
        (date(2024, 5, 28), "tag", "2 Jahre"),
        (date(2024, 5, 28), "jahr", "2 Jahre"),
        (date(2025, 1, 1), "jahr", "1 Jahr"),
        (date(2025, 1, 1), "geschaetzt", "1 Jahr"),
        (date(2019, 2, 14), "monat", "7 Jahre"),
    ],
)
def test_small_children_are_counted_in_months(birth: date, precision: str, text: str) -> None:
    on = date(2025, 5, 28) if text == "1 Monat" else date(2026, 5, 28)
    assert age_text(birth, precision, on) == text


@pytest.mark.parametrize(
    ("value", "precision", "text"),
    [
        ("2003-09-14", "tag", "14.09.2003"),
        ("1979-07-01", "monat", "07.1979"),
        ("1994-01-01", "jahr", "Jahrgang 1994 (Tag unbekannt)"),
        ("1994-01-01", "geschaetzt", "etwa 32 Jahre (Geburtsjahr geschätzt)"),
        ("unbekannt", "tag", "unbekannt"),
    ],
)
def test_a_birth_date_says_no_more_than_is_known(value: str, precision: str, text: str) -> None:
    assert birth_text(value, precision, date(2026, 10, 20)) == text
