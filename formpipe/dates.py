"""Calendar arithmetic and ages, and a birth date as it is printed when only part of it is known."""

from __future__ import annotations

import calendar
from datetime import date

from formpipe.model import Json
from formpipe.spell import spell_date

MONTHS_PER_YEAR = 12
ADULT_AGE = 18
_INFANT_MONTHS = 24
_YEAR_KNOWN_ONLY = ("jahr", "geschaetzt")


def day_of(value: Json) -> date | None:
    """Return the date that *value* writes in full (`2026-05-28`), else `None`: a word, a month, nothing."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def months_after(day: date, months: int) -> date:
    """Return *day* plus *months*: the same day of the month, or its last day where the month is shorter (N18)."""
    years, month = divmod(day.month - 1 + months, MONTHS_PER_YEAR)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def age_on(birth: date, precision: str, on: date) -> int:
    """Return the age in whole years; from the year alone where no more is known (domain 2.4)."""
    return months_of_age(birth, precision, on) // MONTHS_PER_YEAR


def months_of_age(birth: date, precision: str, on: date) -> int:
    """Return the age in whole months; from the year alone, so a multiple of twelve, where no more is known."""
    years = on.year - birth.year
    if precision in _YEAR_KNOWN_ONLY:
        return years * MONTHS_PER_YEAR
    return years * MONTHS_PER_YEAR + on.month - birth.month - (on.day < birth.day)


def age_text(birth: date, precision: str, on: date) -> str:
    """Return the age as printed: `7 Jahre`, and `13 Monate` under two years where the month is known."""
    months = months_of_age(birth, precision, on)
    if months < _INFANT_MONTHS and precision not in _YEAR_KNOWN_ONLY:
        return "1 Monat" if months == 1 else f"{months} Monate"
    years = months // MONTHS_PER_YEAR
    return "1 Jahr" if years == 1 else f"{years} Jahre"


def birth_text(value: str, precision: str, on: date) -> str:
    """Return the birth date *value* (ISO) as printed, with no more than is known of it.

    The missing parts of a partial date are stored as 01 and must not be
    printed: `14.09.2003`, `07.1979`, `Jahrgang 1994 (Tag unbekannt)`,
    `etwa 32 Jahre (Geburtsjahr geschätzt)` as of *on*.
    """
    birth = day_of(value)
    if birth is None:
        return value
    if precision == "monat":
        return spell_date(value[:7])
    if precision == "jahr":
        return f"Jahrgang {birth.year} (Tag unbekannt)"
    if precision == "geschaetzt":
        return f"etwa {age_on(birth, precision, on)} Jahre (Geburtsjahr geschätzt)"
    return spell_date(value)
