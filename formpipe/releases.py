"""What the client has released on a given day: the consents in force (domain 4.2), and why one is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from formpipe.dates import ADULT_AGE, age_on, day_of, months_after
from formpipe.flatten import plan_rows
from formpipe.model import Columns, IntegrationPlan, Json

BASE = "J0"
"""Without it there is no paper for the Jobcenter at all."""

GUARDIANS = frozenset({"sorgeberechtigt", "betreuung"})
"""Who signs for a client under 18 (V25)."""

TOLD = frozenset({"zweck", "folgen_verweigerung", "widerruf"})
"""What must be told before a consent is given (§ 67b Abs. 2 SGB X)."""

_PROCESSING = "V0"
_DEFAULT_MONTHS = 12
_ENDING = ("J", "D")


class Lapse(StrEnum):
    """Why a consent is not in force on a day."""

    MISSING = "release_missing"
    REFUSED = "release_refused"
    CONTRADICTED = "release_contradicted"
    UNTOLD = "release_untold"
    UNDATED = "release_undated"
    FUTURE = "release_future"
    UNSIGNED = "release_unsigned"
    REVOKED = "release_revoked"
    EXPIRED = "release_expired"
    HELD = "release_held"


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


@dataclass(frozen=True, slots=True)
class _Born:
    day: Json = field(repr=False)
    precision: Json = field(repr=False)

    def is_minor(self, on: date) -> bool:
        birth = day_of(self.day)
        return birth is not None and age_on(birth, str(self.precision), on) < ADULT_AGE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    consent_id: str
    scope: str
    recipient: str = field(repr=False)
    granted: bool
    told: bool
    signed: bool
    granted_on: date | None
    ends: date | None
    revoked_on: date | None
    is_revocation: bool
    written_on: date


def releases_of(plan: IntegrationPlan, on: date) -> Releases:
    """Return the consents of *plan* that are in force on the day *on*.

    Of the rows of one scope and recipient the newest counts: by the day it was
    given, then by its form's date; of two that are equally new a refusal, then
    the higher number. It is in force if it was granted, on or before *on*,
    after telling purpose, consequences of refusal and the right to withdraw,
    signed by a guardian if the client was under 18 that day (V0 is judged at
    the door); if it has not ended (J and D scopes end after twelve months
    unless the row says otherwise); and if no row of that scope and recipient
    was revoked or refused since it was given, where a recipient written with
    more words is the same one. A row that says nothing but that its scope is
    revoked does so for every recipient. What cannot be read as a date counts
    against the release.
    """
    rows = _rows_of(plan)
    found = [_release_of(newest, rows, on) for newest in _newest(rows)]
    client: dict[str, Release] = {}
    for release in found:
        if isinstance(release, Release):
            known = client.get(release.scope)
            client[release.scope] = release if known is None else max(known, release, key=lambda each: each.granted_on)
    members = (_release_of(row, [row], on) for row in _rows_of(plan, of_members=True))
    return Releases(
        on=on,
        client=tuple(client[scope] for scope in sorted(client)),
        members=tuple(release for release in members if isinstance(release, Release)),
    )


def lapse_of(plan: IntegrationPlan, scope: str, on: date) -> Lapse | None:
    """Return why the client's release of *scope* is not in force on the day *on*, or `None` if it is.

    Of several recipients the newest row's reason is told.
    """
    rows = _rows_of(plan)
    newest = [row for row in _newest(rows) if row.scope == scope]
    found = [(_age(row), _release_of(row, rows, on)) for row in newest]
    if any(isinstance(each, Release) for _, each in found):
        return None
    lapses = [(age, each) for age, each in found if isinstance(each, Lapse)]
    if lapses:
        return max(lapses)[1]
    return Lapse.REVOKED if any(row.scope == scope for row in rows) else Lapse.MISSING


def _rows_of(plan: IntegrationPlan, *, of_members: bool = False) -> list[_Row]:
    """Return the client's own rows, or those that a household member names."""
    own = _ids_of_members(plan)
    said = (plan.values.get(f"person.{name}") for name in ("birth_date", "birth_date_precision"))
    born = _Born(*(None if each is None or of_members else each.value for each in said))
    rows = (_row_of(cells, born) for cells in plan_rows(plan.values, "consents").values())
    return [row for row in rows if (row.consent_id in own) is of_members]


def _ids_of_members(plan: IntegrationPlan) -> set[Json]:
    members = plan_rows(plan.values, "household.members").values()
    return {cells["consent_ref"].value for cells in members if "consent_ref" in cells}


def _row_of(row: Columns, born: _Born) -> _Row:
    cells = {name: value.value for name, value in row.items()}
    scope, granted_on = str(cells.get("scope")), day_of(cells.get("granted_on"))
    informed, revoked = cells.get("informed"), cells.get("revoked_on")
    return _Row(
        consent_id=str(cells.get("consent_id")),
        scope=scope,
        recipient=" ".join(str(cells.get("recipient") or "").casefold().split()),
        granted=cells.get("granted") is True,
        told=isinstance(informed, list) and TOLD.issubset(str(each) for each in informed),
        signed=cells.get("signed_by") in GUARDIANS or not (granted_on and born.is_minor(granted_on)),
        granted_on=granted_on,
        ends=_end_of(scope, granted_on, day_of(cells.get("valid_until"))),
        revoked_on=None if revoked is None else day_of(revoked) or date.min,
        is_revocation=revoked is not None and "granted" not in cells and "granted_on" not in cells,
        written_on=max(value.on for value in row.values()),
    )


def _end_of(scope: str, granted_on: date | None, stated: date | None) -> date | None:
    if stated is not None:
        return stated
    if granted_on is None or not scope.startswith(_ENDING):
        return None
    return months_after(granted_on, _DEFAULT_MONTHS) - timedelta(days=1)


def _newest(rows: Iterable[_Row]) -> list[_Row]:
    """Return the row that counts of each scope and recipient."""
    newest: dict[tuple[str, str], _Row] = {}
    for row in rows:
        if not row.is_revocation:
            subject = (row.scope, row.recipient)
            newest[subject] = max(newest.get(subject, row), row, key=_age)
    return list(newest.values())


def _age(row: _Row) -> tuple[date, date, bool, str]:
    return row.granted_on or date.max, row.written_on, not row.granted, row.consent_id


def _release_of(row: _Row, rows: Sequence[_Row], on: date) -> Release | Lapse:
    """Return what *row* comes to on the day *on*, given all *rows* of the client (or of one member)."""
    others = [each for each in rows if each.scope == row.scope and (each.is_revocation or _is_alike(each, row))]
    given = row.granted_on or date.max
    lapse = _flaw_of(row, others) or _end_by(row, given, others, on)
    return lapse or Release(scope=row.scope, granted_on=given, consent_id=row.consent_id)


def _is_alike(one: _Row, other: _Row) -> bool:
    """Tell whether two rows speak of one recipient, perhaps with more words in one of them."""
    return one.recipient.startswith(other.recipient) or other.recipient.startswith(one.recipient)


def _flaw_of(row: _Row, others: Iterable[_Row]) -> Lapse | None:
    """Return what the consent has lacked from the day it was written."""
    if not row.granted:
        equals = (each for each in others if each.granted and _age(each)[:2] == _age(row)[:2])
        return Lapse.CONTRADICTED if any(equals) else Lapse.REFUSED
    if row.granted_on is None:
        return Lapse.UNDATED
    if not row.told:
        return Lapse.UNTOLD
    return None if row.signed or row.scope == _PROCESSING else Lapse.UNSIGNED


def _end_by(row: _Row, given: date, others: Iterable[_Row], on: date) -> Lapse | None:
    """Return what keeps a good consent, *given* on its day, from being in force on the day *on*."""
    if given > on:
        return Lapse.FUTURE
    if row.revoked_on is not None and row.revoked_on <= on:
        return Lapse.REVOKED
    for each in others:
        last = None if each.revoked_on is None or each.revoked_on > on else each.revoked_on
        if last is not None and (given < last or (each.is_revocation and given == last)):
            return Lapse.REVOKED
    if any(not each.granted and not each.is_revocation and _age(each) > _age(row) for each in others):
        return Lapse.REFUSED
    return Lapse.EXPIRED if row.ends is not None and row.ends < on else None
