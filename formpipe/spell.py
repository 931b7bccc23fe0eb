"""A typed value as the German text that stands on paper; `normalise` reads it back to the same value."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from formpipe.definition import FieldSpec, ValueType
from formpipe.known import Known, joined
from formpipe.model import Json

NO_ANSWER = {"keine_angabe": "keine Angabe", "unbekannt": "unbekannt"}
"""Answers that every optional field takes (domain 2.1): asked and declined; asked and not known."""

BOOLEANS = {True: "ja", False: "nein"}

_DATE_LENGTH = 10
_MONTH_LENGTH = 7


def spell(value: Json, spec: FieldSpec) -> str:
    """Return the German text of *value*, a value of the field *spec*.

    Codes become their label, dates TT.MM.JJJJ (a month MM.JJJJ), numbers get a
    decimal comma, lists are joined with commas; `None` is the empty string. A
    code the list no longer holds is given as it stands. Labels are `Known`.
    """
    if value is None:
        return ""
    if isinstance(value, list):
        return joined(spell(each, spec) for each in value)
    if isinstance(value, str) and value in NO_ANSWER:
        return Known(NO_ANSWER[value])
    if spec.codes is not None:
        title = spec.codes.title_of(value)
        return str(value) if title is None else Known(title)
    if isinstance(value, bool):
        return Known(BOOLEANS[value])
    if isinstance(value, int | float):
        return spell_number(value)
    if spec.type is ValueType.DATE:
        return spell_date(str(value))
    if spec.type is ValueType.DATE_TIME:
        return spell_moment(str(value))
    return str(value)


def spell_number(value: float) -> str:
    """Return *value* with a decimal comma, at most two decimals and none when whole: `4`, `2,5`."""
    text = format(Decimal(str(value)).normalize(), "f")
    return text.replace(".", ",")


def spell_date(value: str) -> str:
    """Return an ISO date as `28.05.2026`, an ISO month as `05.2026`, anything else as it stands."""
    if len(value) == _DATE_LENGTH:
        return date.fromisoformat(value).strftime("%d.%m.%Y")
    if len(value) == _MONTH_LENGTH:
        return date.fromisoformat(f"{value}-01").strftime("%m.%Y")
    return value


def spell_moment(value: str) -> str:
    """Return an RFC 3339 moment as `25.11.2026, 09:30 Uhr` in the time it was written in."""
    moment = datetime.fromisoformat(value)
    return moment.strftime("%d.%m.%Y, %H:%M Uhr")
