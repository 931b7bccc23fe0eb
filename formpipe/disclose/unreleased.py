"""What a person wrote and the client did not release, in all its spellings, and whether a finished paper holds it.

This is the second look at a paper for the Jobcenter, after the filter: it asks
the plan, not the disclosure, what must not be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from formpipe.address import ADDRESS_KEYS, is_address_protected
from formpipe.catalogue import Catalogue
from formpipe.definition import FieldSpec, ValueType
from formpipe.disclose.disclose import Disclosure, narrowed
from formpipe.disclose.disclosed import ALWAYS, SCOPES
from formpipe.disclose.haystack import Needle, haystack_of, mirrored, needle_of
from formpipe.goals import NEUTRAL
from formpipe.model import Columns, IntegrationPlan, Json
from formpipe.releases import BASE, Releases, releases_of
from formpipe.spell import NO_ANSWER, spell

SHORTEST = 4
"""A value with fewer letters and digits is not looked for: it would be found everywhere."""

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(T.*)?")
_PHONE = re.compile(r"\+49[ /()-]*(?=\d)")
_TYPES = frozenset(
    {ValueType.TEXT, ValueType.TEXTS, ValueType.DATE, ValueType.DATE_TIME, ValueType.INTEGER, ValueType.NUMBER}
)
_MONTHS = (
    *("januar", "februar", "märz", "april", "mai", "juni", "juli"),
    *("august", "september", "oktober", "november", "dezember"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A value that a person wrote, by the plan's key, as it may be spelled."""

    key: str
    needles: tuple[Needle, ...] = field(repr=False)


def written_of(plan: IntegrationPlan, catalogue: Catalogue) -> tuple[Written, ...]:
    """Return all that a person wrote into *plan*: texts, names, numbers, addresses and exact dates.

    Codes, yes and no, "keine Angabe" and what has fewer than four letters and
    digits are left out. A field that no form knows counts as text.
    """
    found: list[Written] = []
    for key, value in _values(plan):
        spec = catalogue.spec_of(key)
        if spec is not None and (spec.codes is not None or spec.type not in _TYPES):
            continue
        for each in value if isinstance(value, list) else [value]:
            needles = tuple(_needles(each, spec))
            if needles:
                found.append(Written(key=key, needles=needles))
    return tuple(found)


def leaked_keys(readings: Iterable[str], written: Iterable[Written], *, allowed: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of what stands in one of *readings* but in no spelling in what is *allowed*; sorted.

    Args:
        readings: The parts of a file as texts.
        written: All that a person wrote.
        allowed: The texts that may stand in the file.
    """
    known, searched = haystack_of(allowed), haystack_of(readings)
    return tuple(
        sorted(
            {
                each.key
                for each in written
                if not any(map(known.holds, each.needles)) and any(map(searched.holds, each.needles))
            }
        )
    )


def trusted(plan: IntegrationPlan, disclosure: Disclosure, catalogue: Catalogue) -> Disclosure:
    """Return *disclosure* with no more than a second look lets go: what the paper may say.

    Apart from the filter, a value may go only if its field's own rule and a
    release in force let it; a protected address never does, nor a goal that is
    not meant for the Jobcenter or that failed.
    """
    releases = releases_of(plan, disclosure.on)
    hidden = ADDRESS_KEYS if is_address_protected(plan.values) else ()
    return narrowed(
        disclosure,
        may_go=lambda key: key not in hidden and _may_go(catalogue.spec_of(key), releases),
        meant=frozenset(goal.goal_id for goal in plan.goals if _is_meant(goal.columns)),
    )


def _may_go(spec: FieldSpec | None, releases: Releases) -> bool:
    if spec is None:
        return False
    scopes = {BASE if rule == ALWAYS else rule for rule in (spec.jobcenter, *spec.jobcenter_values.values())}
    return any(scope in SCOPES and releases.covers(scope) for scope in scopes)


def _is_meant(columns: Columns) -> bool:
    cells = {name: held.value for name, held in columns.items()}
    return cells.get("jc_relevant") is True and cells.get("status") in NEUTRAL


def _values(plan: IntegrationPlan) -> Iterator[tuple[str, Json]]:
    for key, held in plan.values.items():
        yield key, held.value
    for row, goal in enumerate(plan.goals):
        for name, held in goal.columns.items():
            yield f"goals[{row}].{name}", held.value
        for step, action in enumerate(goal.actions):
            for name, held in action.columns.items():
                yield f"goals[{row}].actions[{step}].{name}", held.value


def _needles(value: Json, spec: FieldSpec | None) -> Iterator[Needle]:
    if value is None or isinstance(value, bool) or value in NO_ANSWER:
        return
    stored = str(value)
    day = _DATE.fullmatch(stored)
    if day is not None:
        yield from (Needle(letters=letters, gaps=None) for letters in _dates(day[1], day[2], day[3]))
        return
    for text in _spellings(stored if spec is None else spell(value, spec), stored):
        needle = needle_of(text)
        if len(needle.letters) < SHORTEST:
            continue
        yield needle
        mirror = mirrored(needle)
        if mirror is not None:
            yield mirror


def _dates(year: str, month: str, day: str) -> Iterator[str]:
    """Yield the ways to write a day, without what parts them; the hour of a moment alone tells nothing."""
    name = _MONTHS[int(month) - 1]
    yield from (f"{day}{month}{year}", f"{year}{month}{day}", f"{day}{month}{year[2:]}")
    yield from (f"{int(day)}{int(month)}{year}", f"{int(day)}{name}{year}", f"{day}{name}{year}")


def _spellings(spelled: str, stored: str) -> Iterator[str]:
    yield spelled
    if stored != spelled:
        yield stored
    if _PHONE.match(stored):
        yield _PHONE.sub("0", stored)
    whole, comma, rest = spelled.partition(",")
    if whole.isdecimal() and len(whole) >= SHORTEST:
        yield f"{int(whole):,}".replace(",", ".") + comma + rest
