"""Dates of Word's date picker: the stored day against the text that a person saw."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = {
    "de": (
        [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
        ["Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
    ),
    "en": (
        [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    ),
}
_DAYS = {
    "de": (
        ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
        ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
    ),
    "en": (
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    ),
}
_TOKEN = re.compile(r"'([^']*)'|(d{1,4}|M{1,4}|y{1,4})|([^'dMy]+)")
_NUMERIC = re.compile(r"\s*(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})\s*")
_NAMED = re.compile(r"\s*(\d{1,2})\.?\s+([^\W\d_]+)\.?,?\s+(\d{4})\s*")
_SPACES = re.compile(r"\s+")


def iso_of(stored: str) -> date | None:
    """Return the day of a `w:fullDate`, whose time and zone mean nothing, or `None`."""
    try:
        return date.fromisoformat(stored[:10])
    except ValueError:
        return None


def shows(text: str, day: date, pattern: str, language: str) -> bool:
    """Tell whether *text* is how the control shows *day*: by its own *pattern*, or as a German date."""
    wanted = _SPACES.sub(" ", text).strip()
    return wanted in {_SPACES.sub(" ", each).strip() for each in spellings(day, pattern, language)} or (
        parse(text, language) == day
    )


def spellings(day: date, pattern: str, language: str) -> tuple[str, ...]:
    """Return how a control with *pattern* (`dd.MM.yyyy`) may show *day*, most likely first."""
    own = _formatted(day, pattern, _language_of(language)) if pattern else None
    german = f"{day.day:02d}.{day.month:02d}.{day.year}"
    return (german,) if own is None or own == german else (own, german)


def parse(text: str, language: str) -> date | None:
    """Return the day that *text* spells in full (`31.03.2026`, `31. März 2026`), or `None`.

    Nothing is guessed: two-digit years, partial and impossible dates are left
    to whoever knows the field.
    """
    numeric, by_name = _NUMERIC.fullmatch(text), _NAMED.fullmatch(text)
    if numeric:
        day, month, year = numeric.groups()
        return _day(int(year), int(month), int(day))
    if by_name:
        day, name, year = by_name.groups()
        number = _month_of(name, _language_of(language))
        return _day(int(year), number, int(day)) if number else None
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _language_of(language: str) -> str:
    return "en" if language.casefold().startswith("en") else "de"


def _month_of(name: str, language: str) -> int | None:
    folded = name.casefold()
    for names in (*_MONTHS[language], *_MONTHS["de"]):
        for number, each in enumerate(names, 1):
            if each.casefold() == folded:
                return number
    return None


def _formatted(day: date, pattern: str, language: str) -> str | None:
    """Return *day* in Word's picture *pattern*, or `None` if that holds something else than a date."""
    if re.search(r"[hHms]", re.sub(r"'[^']*'", "", pattern)):
        return None
    pieces = []
    for quoted, token, literal in _TOKEN.findall(pattern):
        pieces.append(_piece(day, token, language) if token else quoted or literal)
    return "".join(pieces)


def _piece(day: date, token: str, language: str) -> str:
    long_months, short_months = _MONTHS[language]
    long_days, short_days = _DAYS[language]
    return {
        "d": str(day.day),
        "dd": f"{day.day:02d}",
        "ddd": short_days[day.weekday()],
        "dddd": long_days[day.weekday()],
        "M": str(day.month),
        "MM": f"{day.month:02d}",
        "MMM": short_months[day.month - 1],
        "MMMM": long_months[day.month - 1],
        "y": f"{day.year % 100}",
        "yy": f"{day.year % 100:02d}",
    }.get(token, f"{day.year:04d}")
