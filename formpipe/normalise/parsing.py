"""German dates, times, numbers and telephone numbers as people write them.

Each reader returns the typed value, or a `Fault` that says what is wrong;
nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

import phonenumbers

from formpipe.normalise.characters import fold

BERLIN = ZoneInfo("Europe/Berlin")
YEARS = range(1900, 2101)
"""Years that an answer can lie in; anything else is a slip of the pen."""

_MONTH_NAMES = (
    "januar jänner jan",
    "februar feber feb",
    "märz maerz mär mrz",
    "april apr",
    "mai",
    "juni jun",
    "juli jul",
    "august aug",
    "september sept sep",
    "oktober okt",
    "november nov",
    "dezember dez",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()} | {"xx": 0}
_NUMERIC = re.compile(
    r"(?:(?P<day>[0-9]{1,2}|xx) ?\. ?)?(?P<month>[0-9]{1,2}|xx) ?\. ?(?P<year>[0-9]{4}|[0-9]{2})", re.ASCII
)
_WORDS = re.compile(r"(?:(?P<day>[0-9]{1,2}) ?\. ?)?(?P<month>[a-zä]+)\.? (?P<year>[0-9]{4}|[0-9]{2})")
_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})(?:t00:00:00(?:\.0+)?(?:z|\+00:00)?)?)?")
_YEAR = re.compile(r"(?P<year>[0-9]{4})")
_ABOUT = re.compile(r"(?:ca\.?|circa|etwa|um) ?(?P<year>[0-9]{4})")
_MOMENT = re.compile(
    r"(?P<day>.+?)(?:,? ?um |, ?| |(?<=[0-9])t)"
    r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.0+)?)?)?"
    r"(?: ?uhr)?(?: ?(?P<zone>mez|mesz|z|[+-][0-9]{2}:[0-9]{2}))?"
)
_ZONES = {"mez": "+01:00", "mesz": "+02:00", "z": "+00:00"}
_UNIT = re.compile(r" ?(?:€|eur|euro|std\.?(?: ?/ ?woche)?|stunden|h|jahre?|zimmer|personen)\Z")
_EVEN_MONEY = re.compile(r",-+\Z")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_PLAIN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_PHONE = re.compile(r"(?:\+|0)[0-9 ()/.\-–]+")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_MOST_DIGITS = 15
_EMPTY: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why an answer could not be taken: the finding's rule and its parameters."""

    rule: str
    parameters: Mapping[str, object] = field(default_factory=lambda: _EMPTY, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """A date as far as it is known; `month` and `day` are `None` where they are not."""

    year: int
    month: int | None = None
    day: int | None = None
    estimated: bool = False

    @property
    def precision(self) -> str:
        """The code of the precision: `tag`, `monat`, `jahr`, `geschaetzt`."""
        if self.estimated:
            return "geschaetzt"
        return "jahr" if self.month is None else "monat" if self.day is None else "tag"

    @property
    def filled(self) -> str:
        """The ISO date with 01 for what is not known."""
        return date(self.year, self.month or 1, self.day or 1).isoformat()

    @property
    def known(self) -> str:
        """The known part alone: `1979-07-15`, `1979-07` or `1979`."""
        return self.filled[: {"tag": 10, "monat": 7}.get(self.precision, 4)]


def read_date(text: str) -> PartialDate | Fault:
    """Return the date that *text* says, whole or in part (R10, R11 of the formats).

    Taken: `31.03.2026`, `1.3.2026`, `31. März 2026`, ISO; in part `03.2026`,
    `XX.03.2026`, `00.00.2026`, `2026`, `ca. 2026`.
    """
    words = _in_small(text)
    about = _ABOUT.fullmatch(words)
    if about is not None:
        return _date_of(int(about["year"]), None, None, estimated=True)
    for form in (_NUMERIC, _ISO, _WORDS, _YEAR):
        match = form.fullmatch(words)
        if match is not None:
            parts = match.groupdict()
            return _checked_date(parts.get("day"), parts.get("month"), parts["year"])
    return _date_fault("no_date")


def _in_small(text: str) -> str:
    return re.sub(r"\s+", " ", text.casefold()).strip()


def _checked_date(day: str | None, month: str | None, year: str) -> PartialDate | Fault:
    if len(year) == len("88"):
        return _date_fault("two_digit_year")
    number = _month_of(month) if month else None
    if month and number is None:
        return _date_fault("no_date")
    known_month = number or None
    known_day = int(day) or None if day and day != "xx" else None
    if known_day is not None and known_month is None:
        return _date_fault("no_date")
    return _date_of(int(year), known_month, known_day)


def _month_of(text: str) -> int | None:
    """Return the number of the month *text*, 0 where it is written as unknown, `None` if it is none."""
    return int(text) if text.isdecimal() else _MONTHS.get(text)


def _date_of(year: int, month: int | None, day: int | None, *, estimated: bool = False) -> PartialDate | Fault:
    if year not in YEARS:
        return _date_fault("year_range")
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return _date_fault("impossible")
    return PartialDate(year=year, month=month, day=day, estimated=estimated)


def _date_fault(reason: str) -> Fault:
    return Fault(rule="format", parameters={"format": "date", "reason": reason})


def read_moment(text: str) -> str | Fault:
    """Return the date and time that *text* says as RFC 3339 in the time of Berlin.

    A text without an offset is Berlin's time. The hour that a change of clocks
    leaves out is an error, and so is the one that it doubles unless `MEZ`,
    `MESZ` or an offset stands behind it.
    """
    match = _MOMENT.fullmatch(_in_small(text))
    if match is None:
        day = read_date(text)
        return _moment_fault("no_time") if isinstance(day, PartialDate) else _moment_fault("no_moment")
    day = read_date(match["day"])
    if isinstance(day, Fault):
        return _moment_fault(str(day.parameters["reason"]))
    if day.precision != "tag":
        return _moment_fault("no_moment")
    clock = f"{int(match['hour']):02d}:{match['minute'] or '00'}:{match['second'] or '00'}"
    zone = match["zone"] or ""
    try:
        moment = datetime.fromisoformat(f"{day.filled}T{clock}{_ZONES.get(zone, zone)}")
    except ValueError:
        return _moment_fault("impossible")
    return moment.astimezone(BERLIN).isoformat() if zone else _in_berlin(moment)


def _in_berlin(naive: datetime) -> str | Fault:
    first, second = (naive.replace(tzinfo=BERLIN, fold=each) for each in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.isoformat()
    # The clock went forward (this time was left out) if the earlier reading has the smaller offset.
    left_out = (first.utcoffset() or timedelta()) < (second.utcoffset() or timedelta())
    return _moment_fault("left_out" if left_out else "doubled")


def _moment_fault(reason: str) -> Fault:
    return Fault(rule="format", parameters={"format": "date-time", "reason": reason})


def read_number(text: str, *, whole: bool) -> int | float | Fault:
    """Return the number that *text* says in German spelling: `1.234,5`, `2,5`, `12`, `640 €`, `30 Std.`.

    A dot before three digits groups thousands; any other single dot is taken
    as a decimal sign. *whole* refuses a fraction.
    """
    bare = re.sub(r"(?<=^[+-]) ", "", fold(text))
    bare = _EVEN_MONEY.sub("", _UNIT.sub("", bare))
    if _GROUPED.fullmatch(bare):
        digits = bare.replace(".", "").replace(",", ".")
    elif _PLAIN.fullmatch(bare):
        digits = bare.replace(",", ".")
    else:
        digits = ""
    if not digits or len(digits) > _MOST_DIGITS:
        return Fault(rule="type", parameters={"expected": "integer" if whole else "number"})
    number = Decimal(digits)
    if number == number.to_integral_value():
        return int(number)
    return Fault(rule="type", parameters={"expected": "integer"}) if whole else float(number)


def read_phone(text: str) -> str | Fault:
    """Return the telephone number *text* in E.164; a number without 0 or + in front is not complete."""
    fault = Fault(rule="format", parameters={"format": "phone", "reason": "no_phone"})
    if not _PHONE.fullmatch(text):
        return fault
    try:
        number = phonenumbers.parse(text, "DE")
    except phonenumbers.NumberParseException:
        return fault
    spelled = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return spelled if phonenumbers.is_possible_number(number) and _E164.fullmatch(spelled) else fault


def read_bg_number(text: str) -> str:
    """Return the number of a Bedarfsgemeinschaft without spaces, with `BG` where letters print `//`."""
    return re.sub(r"\s", "", text).upper().replace("//", "BG")
