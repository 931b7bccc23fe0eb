"""A disclosure as a record: its checksum, and each value with the release it goes out under."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import cast

from formpipe.canon import canonical
from formpipe.disclose.disclose import Disclosed, Disclosure
from formpipe.disclose.openrows import FAMILY
from formpipe.model import Json

SHORT = 16
"""So many digits of the checksum stand on the paper and on the form that approves it."""

OTHER_ADULTS = "household.other_adults"
_SENTENCES: Mapping[str, str] = MappingProxyType({"debts": "J4", "counselling": "J6"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One value that goes out: its key in the paper's own numbering (a goal's by its id), and its scopes."""

    key: str
    value: Json = field(repr=False)
    text: str | None = field(default=None, repr=False)
    scope: str


def disclosure_checksum(disclosure: Disclosure) -> str:
    """Return the SHA-256 (hex) of what *disclosure* tells the Jobcenter.

    It changes with what is told and under which releases, and with nothing
    else: not with the plan's version, the day of the paper, or the numbers of
    rows that stay in.
    """
    told: Json = {
        "case": str(disclosure.case),
        "values": {key: _plain(each) for key, each in disclosure.values.items()},
        "goals": [
            {"values": _plains(goal.values), "actions": [_plains(action.values) for action in goal.actions]}
            for goal in disclosure.goals
        ],
        "other_adults": disclosure.other_adults,
        "sentences": list(disclosure.sentences),
        "birth_text": disclosure.birth_text,
        "releases": [[each.scope, each.granted_on.isoformat()] for each in disclosure.releases],
    }
    return hashlib.sha256(canonical(told)).hexdigest()


def told_by(disclosure: Disclosure) -> tuple[Told, ...]:
    """Return every value that *disclosure* tells, values first, then goals with their steps, then fixed sentences."""
    return tuple(_told(disclosure))


def told_json(told: Told) -> dict[str, Json]:
    """Return *told* as JSON data; `told_from_json` makes the same of it."""
    return {"key": told.key, "value": told.value, "text": told.text, "scope": told.scope}


def told_from_json(data: Mapping[str, Json]) -> Told:
    """Return what `told_json` wrote."""
    return Told(
        key=str(data["key"]), value=data["value"], text=cast("str | None", data["text"]), scope=str(data["scope"])
    )


def _told(disclosure: Disclosure) -> Iterator[Told]:
    yield from _under("", disclosure.values)
    for goal in disclosure.goals:
        yield from _under(f"{goal.goal_id}.", goal.values)
        for action in goal.actions:
            yield from _under(f"{action.action_id}.", action.values)
    if disclosure.other_adults:
        yield Told(key=OTHER_ADULTS, value=disclosure.other_adults, scope=FAMILY)
    for code in disclosure.sentences:
        yield Told(key=f"sentences.{code}", value=True, scope=_SENTENCES[code])


def _under(head: str, values: Mapping[str, Disclosed]) -> Iterator[Told]:
    for key, each in values.items():
        yield Told(key=f"{head}{key}", value=each.value, text=each.text, scope=each.scope)


def _plains(values: Mapping[str, Disclosed]) -> dict[str, Json]:
    return {name: _plain(each) for name, each in values.items()}


def _plain(each: Disclosed) -> Json:
    return [each.value, each.text, each.scope]
