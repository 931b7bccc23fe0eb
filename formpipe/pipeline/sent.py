"""What the Jobcenter was told: which papers were handed over, to whom and when, and what stood in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from formpipe.dates import day_of
from formpipe.disclose.record import SHORT, Told, told_from_json
from formpipe.ledger import Book, briefings
from formpipe.ledger.briefings import BriefingRow
from formpipe.model import CaseNumber, IntegrationPlan
from formpipe.pipeline.approvals import Approval, approvals_of
from formpipe.pipeline.opened import Root
from formpipe.releases import BASE, releases_of
from formpipe.spell import spell

_APPOINTMENT = "jobcenter.appointment_at"
_BY_ID = {"G": "goals[].", "S": "goals[].actions[]."}


class Delivery(StrEnum):
    """What became of an approved paper."""

    HANDED_OVER = "handed_over"
    ASSUMED = "assumed"
    EXPECTED = "expected"
    NOT_HANDED_OVER = "not_handed_over"
    ENDED = "release_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An approved paper: its version and checksum, to whom, when, and how that is known.

    `HANDED_OVER` was written on the approval; `ASSUMED` is the day of the
    appointment, which has come; `EXPECTED` one that has not; `ENDED` says that
    the release ended before that day.
    """

    version: int
    checksum: str
    recipient: str = field(repr=False)
    approved_on: date
    day: date
    state: Delivery
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldValue:
    """A value in a paper: its key, its text, and the release it went out under."""

    key: str
    text: str = field(repr=False)
    scope: str
    consent_id: str | None
    granted_on: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper for the Jobcenter that was made: when it was for, whether it was approved, and all it tells."""

    version: int
    on: date
    checksum: str
    recipient: str = field(repr=False)
    approved_on: date | None
    told: tuple[ToldValue, ...]


def sent_of(book: Book, plan: IntegrationPlan, today: date) -> tuple[Sent, ...]:
    """Return the approved papers of a case, as of *today*, by the day they were, or are to be, handed over.

    Args:
        book: Holds the papers and the approvals.
        plan: The newest plan of the case: whether the release still held on that day.
        today: Until when the day of an appointment has come.
    """
    made = briefings.briefings_of(book, plan.case)
    found = []
    for approval in approvals_of(book, plan.case):
        paper = next((row for row in reversed(made) if approval.is_of(row.checksum)), None)
        if paper is not None:
            day = _day_of(paper, approval)
            is_released = releases_of(plan, day).covers(BASE)
            found.append(_sent(paper, approval, day, _state_of(approval, day, today, is_released=is_released)))
    return tuple(sorted(found, key=lambda each: (each.day, each.version, each.checksum)))


def papers_of(root: Root, book: Book, number: CaseNumber, key: str | None) -> tuple[Paper, ...]:
    """Return every paper made for the Jobcenter with what it tells: all, or *key* and what is below it."""
    approvals = approvals_of(book, number)
    return tuple(_paper(root, row, approvals, key) for row in briefings.briefings_of(book, number))


def _sent(paper: BriefingRow, approval: Approval, day: date, state: Delivery) -> Sent:
    return Sent(
        version=paper.version,
        checksum=paper.checksum[:SHORT],
        recipient=approval.recipient or paper.recipient,
        approved_on=approval.approved_on,
        day=day,
        state=state,
        scopes=tuple(str(each["scope"]) for each in paper.releases),
    )


def _day_of(paper: BriefingRow, approval: Approval) -> date:
    """Return when the paper was handed over: as the approval says, else at the appointment, else the paper's day."""
    if approval.handed_over_on is not None:
        return approval.handed_over_on
    said = next((str(each["value"]) for each in paper.told if each["key"] == _APPOINTMENT), "")
    return day_of(said[:10]) or max(paper.on, approval.approved_on)


def _state_of(approval: Approval, day: date, today: date, *, is_released: bool) -> Delivery:
    if approval.handed_over is False:
        return Delivery.NOT_HANDED_OVER
    if approval.handed_over_on is not None:
        return Delivery.HANDED_OVER
    if not is_released:
        return Delivery.ENDED
    return Delivery.ASSUMED if day <= today else Delivery.EXPECTED


def _paper(root: Root, row: BriefingRow, approvals: list[Approval], key: str | None) -> Paper:
    told = (told_from_json(each) for each in row.told)
    return Paper(
        version=row.version,
        on=row.on,
        checksum=row.checksum[:SHORT],
        recipient=row.recipient,
        approved_on=max((each.approved_on for each in approvals if each.is_of(row.checksum)), default=None),
        told=tuple(value for each in told if _is_below(each.key, key) for value in _values(root, each, row)),
    )


def _is_below(key: str, wanted: str | None) -> bool:
    return wanted is None or key == wanted or key.startswith((f"{wanted}.", f"{wanted}["))


def _values(root: Root, told: Told, row: BriefingRow) -> Iterator[ToldValue]:
    """Yield the value once for each release it goes out under."""
    by_scope: dict[str, Any] = {str(each["scope"]): each for each in row.releases}
    for scope in told.scope.split(", "):
        release = by_scope.get(scope, {})
        yield ToldValue(
            key=told.key,
            text=_text_of(root, told),
            scope=scope,
            consent_id=release.get("consent_id"),
            granted_on=release.get("granted_on"),
        )


def _text_of(root: Root, told: Told) -> str:
    if told.text is not None:
        return told.text
    row, _, name = told.key.rpartition(".")
    head = _BY_ID["S"] if "-S" in row else _BY_ID["G"] if row[:1] == "G" else None
    spec = root.library.catalogue.spec_of(told.key if head is None else f"{head}{name}")
    return str(told.value) if spec is None else spell(told.value, spec)
