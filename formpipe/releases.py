"""What the client has released on a given day: the consents in force (domain 4.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from formpipe.dates import day_of, months_after
from formpipe.flatten import plan_rows
from formpipe.model import Columns, IntegrationPlan, Json

BASE = "J0"
"""Without it there is no paper for the Jobcenter at all."""

_DEFAULT_MONTHS = 12
_ENDING = ("J", "D")
_TOLD = frozenset({"zweck", "folgen_verweigerung", "widerruf"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A consent in force: its scope, the day it was given, and its row (`C02`)."""

    scope: str
    granted_on: date
    consent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """The consents in force on the day `on`.

    `client` are those that count for the client, at most one per scope, sorted
    by scope; `members` those that a household member's `consent_ref` names.
    """

    on: date
    client: tuple[Release, ...]
    members: tuple[Release, ...] = ()

    def covers(self, scope: str) -> bool:
        """Tell whether the client has released *scope*."""
        return any(release.scope == scope for release in self.client)

    def covers_member(self, consent_id: Json, scope: str) -> bool:
        """Tell whether the household member whose `consent_ref` is *consent_id* has released *scope*."""
        return any(release.consent_id == consent_id and release.scope == scope for release in self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    consent_id: str
    scope: str
    recipient: str = field(repr=False)
    granted: bool
    told: bool
    granted_on: date | None
    ends: date | None
    revoked_on: date | None
    written_on: date


def releases_of(plan: IntegrationPlan, on: date) -> Releases:
    """Return the consents of *plan* that are in force on the day *on*.

    Of the rows of one scope and recipient the newest counts: by the day it was
    given, then by its form's date, then by its number. It is in force if it was
    granted, on or before *on*, after telling purpose, consequences of refusal
    and the right to withdraw; if it has not ended (J and D scopes end after
    twelve months unless the row says otherwise); and if no row of that scope
    and recipient was revoked since it was given. What cannot be read as a date
    counts against the release.
    """
    rows = [_row_of(cells) for cells in plan_rows(plan.values, "consents").values()]
    members_of = plan_rows(plan.values, "household.members").values()
    own = {cells["consent_ref"].value for cells in members_of if "consent_ref" in cells}
    by_subject: dict[tuple[str, str], list[_Row]] = {}
    for row in rows:
        if row.consent_id not in own:
            by_subject.setdefault((row.scope, row.recipient), []).append(row)
    client: dict[str, Release] = {}
    for same_subject in by_subject.values():
        newest = max(same_subject, key=_age)
        release = _release_of(newest, same_subject, on)
        if release is not None:
            known = client.get(release.scope)
            client[release.scope] = release if known is None else max(known, release, key=lambda each: each.granted_on)
    members = (_release_of(row, [row], on) for row in rows if row.consent_id in own)
    return Releases(
        on=on,
        client=tuple(client[scope] for scope in sorted(client)),
        members=tuple(release for release in members if release is not None),
    )


def _row_of(row: Columns) -> _Row:
    cells = {name: value.value for name, value in row.items()}
    scope, granted_on = str(cells.get("scope")), day_of(cells.get("granted_on"))
    informed, revoked = cells.get("informed"), cells.get("revoked_on")
    return _Row(
        consent_id=str(cells.get("consent_id")),
        scope=scope,
        recipient=" ".join(str(cells.get("recipient")).casefold().split()),
        granted=cells.get("granted") is True,
        told=isinstance(informed, list) and _TOLD.issubset(str(each) for each in informed),
        granted_on=granted_on,
        ends=_end_of(scope, granted_on, day_of(cells.get("valid_until"))),
        revoked_on=None if revoked is None else day_of(revoked) or date.min,
        written_on=max(value.on for value in row.values()),
    )


def _end_of(scope: str, granted_on: date | None, stated: date | None) -> date | None:
    if stated is not None:
        return stated
    if granted_on is None or not scope.startswith(_ENDING):
        return None
    return months_after(granted_on, _DEFAULT_MONTHS) - timedelta(days=1)


def _age(row: _Row) -> tuple[date, date, str]:
    return row.granted_on or date.max, row.written_on, row.consent_id


def _release_of(row: _Row, same_subject: Iterable[_Row], on: date) -> Release | None:
    if not row.granted or not row.told or row.granted_on is None or row.granted_on > on:
        return None
    if row.ends is not None and row.ends < on:
        return None
    if row.revoked_on is not None and row.revoked_on <= on:
        return None
    for other in same_subject:
        if other.revoked_on is not None and row.granted_on < other.revoked_on <= on:
            return None
    return Release(scope=row.scope, granted_on=row.granted_on, consent_id=row.consent_id)
