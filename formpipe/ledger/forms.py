"""Forms and what was decided about them. Nothing is changed; the last decision is the present one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, func, insert, select, update

from formpipe.ledger import chain
from formpipe.ledger.ledger import Book
from formpipe.ledger.tables import case, decision, form, returned, sighting
from formpipe.model import CaseNumber, Sha256

LIVE = ("received", "accepted", "held")
"""Outcomes of forms that the fold of their case looks at."""

_OPEN = frozenset({"received", "held"})
"""Outcomes that a later run may change by itself; their forms are marked and found by an index."""

_NUMBER_WIDTH = 4


def _forms() -> Select[Any]:
    last = select(func.max(decision.c.number)).where(decision.c.form_id == form.c.id).correlate(form).scalar_subquery()
    decided = [decision.c.outcome, decision.c.reason, decision.c.findings, decision.c.plan_version]
    return select(form, *decided).outerjoin(decision, decision.c.number == last)


# Built once: see `chain`.
_FORMS = _forms()
_BY_ID = _FORMS.where(form.c.id == bindparam("id"))
_BY_SHA256 = _FORMS.where(form.c.sha256 == bindparam("sha256"))
_OF_CASE = _FORMS.where(form.c.case_id == bindparam("number")).order_by(form.c.seq)
_SAME_ANSWERS = _FORMS.where(form.c.answers_key == bindparam("answers")).order_by(form.c.seq)
_SAME_PERSON = _FORMS.where(form.c.person_key == bindparam("person"), form.c.case_id != bindparam("number"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewForm:
    """A form about to be filed. `payload` is the submission as JSON, `None` if it could not be taken."""

    sha256: Sha256
    claim: str | None
    name_as_dropped: str = field(repr=False)
    received_at: datetime
    container: str | None = None
    case: CaseNumber | None = None
    case_typed: bool = False
    kind: str | None = None
    version: str | None = None
    form_date: str | None = None
    payload: Mapping[str, Any] | None = field(default=None, repr=False)
    answers: bytes | None = field(default=None, repr=False)
    person: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided about a form; `findings` as `recorded.finding_json` writes them."""

    outcome: str
    reason: str | None = None
    findings: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    plan_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """A filed form with its last decision (`outcome`, `reason`, `findings`, `plan_version`)."""

    id: str
    seq: int
    sha256: Sha256
    claim: str | None
    case: CaseNumber | None
    kind: str | None
    form_date: str | None
    name_as_dropped: str = field(repr=False)
    container: str | None
    received_at: datetime
    payload: Mapping[str, Any] | None = field(repr=False)
    outcome: str
    reason: str | None
    findings: list[dict[str, Any]] = field(repr=False)
    plan_version: int | None


def add_form(book: Book, new: NewForm) -> str:
    """File *new* and return its random id; its bytes must be in the object store already.

    A form that was filed before and could not be taken is filled in instead:
    with a newer schema, or on a later day, the same bytes may be right.
    """
    known = by_sha256(book, new.sha256)
    form_id = known.id if known else secrets.token_hex(16)
    values = {
        "claim": new.claim,
        "case_id": new.case,
        "case_typed": int(new.case_typed),
        "kind": new.kind,
        "version": new.version,
        "form_date": new.form_date,
        "payload": new.payload,
        "answers_key": book.keyed(new.answers) if new.answers is not None else None,
        "person_key": book.keyed(new.person) if new.person is not None else None,
        "name_as_dropped": new.name_as_dropped,
        "container": new.container,
    }
    if known:
        again = {**values, "received_at": new.received_at.isoformat()}
        book.connection.execute(update(form).where(form.c.id == form_id).values(**again))
        decide(book, form_id, Decision(outcome="received"), at=new.received_at)
        return form_id
    received = new.received_at
    book.connection.execute(
        insert(form).values(id=form_id, sha256=new.sha256, received_at=received.isoformat(), **values)
    )
    chain.append(book, "received", subject=form_id, at=received, case=new.case, content=new.sha256)
    return form_id


def decide(book: Book, form_id: str, new: Decision, *, at: datetime) -> None:
    """Add a decision about a form; one that says the same as the last one is not repeated."""
    row = by_id(book, form_id)
    known = (row.outcome, row.reason, row.findings, row.plan_version)
    if row.outcome != "received" and known == (new.outcome, new.reason, list(new.findings), new.plan_version):
        return
    book.connection.execute(
        insert(decision).values(
            form_id=form_id,
            outcome=new.outcome,
            reason=new.reason,
            findings=list(new.findings),
            plan_version=new.plan_version,
            at=at.isoformat(),
        )
    )
    book.connection.execute(update(form).where(form.c.id == form_id).values(open=int(new.outcome in _OPEN)))
    if (row.outcome, row.reason) != (new.outcome, new.reason):
        chain.append(book, new.outcome, subject=form_id, at=at, case=row.case, content=new.reason or "")


def note_sighting(book: Book, form_id: str, *, claim: str | None, at: datetime) -> None:
    """Remember that a form was dropped once more; a claim is counted once."""
    known = claim and book.connection.execute(select(sighting.c.id).where(sighting.c.claim == claim)).first()
    if not known:
        book.connection.execute(insert(sighting).values(form_id=form_id, claim=claim, at=at.isoformat()))


def seen_claim(book: Book, claim: str) -> bool:
    """Tell whether the drop *claim* was already counted as one more sighting of a filed form."""
    return book.connection.execute(select(sighting.c.id).where(sighting.c.claim == claim)).first() is not None


def note_returned(book: Book, what: bytes, *, claim: str, rule: str, at: datetime) -> None:
    """Remember a form that may not be stored: when, which rule, and *what* (its checksum) keyed; once per drop."""
    if book.connection.execute(select(returned.c.id).where(returned.c.id == claim)).first() is None:
        book.connection.execute(
            insert(returned).values(id=claim, bytes_key=book.keyed(what), rule=rule, at=at.isoformat())
        )
        chain.append(book, "returned", subject=claim, at=at)


def by_id(book: Book, form_id: str) -> FormRow:
    """Return the form *form_id*."""
    row = book.connection.execute(_BY_ID, {"id": form_id}).mappings().one()
    return _row(row)


def by_sha256(book: Book, sha256: str) -> FormRow | None:
    """Return the form with these bytes, or `None`."""
    row = book.connection.execute(_BY_SHA256, {"sha256": sha256}).mappings().first()
    return _row(row) if row else None


def by_prefix(book: Book, prefix: str) -> list[FormRow]:
    """Return the forms whose checksum begins with the hex digits *prefix*."""
    rows = book.connection.execute(_FORMS.where(form.c.sha256.startswith(prefix))).mappings()
    return list(map(_row, rows))


def assign_case(book: Book, form_ids: Sequence[str], number: CaseNumber) -> None:
    """Note that forms which could not be taken are of the case *number*, so that whatever is kept of it is found."""
    unassigned = form.c.id.in_(form_ids) & form.c.case_id.is_(None)
    book.connection.execute(update(form).where(unassigned).values(case_id=number))


def same_answers(book: Book, answers: bytes, *, case_typed: CaseNumber | None) -> FormRow | None:
    """Return the first live form with the same answers, or `None`.

    The case number is left out of the comparison where one of the two has none (design 4).
    """
    rows = book.connection.execute(_SAME_ANSWERS, {"answers": book.keyed(answers)}).mappings()
    for raw in rows:
        row = _row(raw)
        other = row.case if raw["case_typed"] else None
        same_case = case_typed is None or other is None or other == case_typed
        if row.outcome == "held":
            same_case = other == case_typed  # mending the number is how a held intake finds its own case
        if row.outcome in LIVE and same_case:
            return row
    return None


def held_twins(book: Book, answers: bytes) -> list[FormRow]:
    """Return the held forms with the same answers but for their case number."""
    rows = book.connection.execute(_SAME_ANSWERS, {"answers": book.keyed(answers)}).mappings()
    return [row for row in map(_row, rows) if row.outcome == "held"]


def same_person(book: Book, person: bytes, *, but: CaseNumber) -> list[CaseNumber]:
    """Return the numbers of other cases whose intake names the same person (V30), sorted."""
    rows = book.connection.execute(_SAME_PERSON, {"person": book.keyed(person), "number": but}).mappings()
    return sorted({row.case for row in map(_row, rows) if row.case and row.outcome in LIVE})


def of_case(book: Book, number: CaseNumber) -> list[FormRow]:
    """Return the live forms of a case in order of arrival."""
    rows = book.connection.execute(_OF_CASE, {"number": number}).mappings()
    return [row for row in map(_row, rows) if row.outcome in LIVE and row.payload is not None]


def with_outcome(book: Book, *outcomes: str) -> list[FormRow]:
    """Return all forms whose last decision is one of *outcomes*, in order of arrival."""
    found = _FORMS.order_by(form.c.seq)
    if _OPEN.issuperset(outcomes):
        found = found.where(form.c.open == 1)
    return [row for row in map(_row, book.connection.execute(found).mappings()) if row.outcome in outcomes]


def next_case_number(book: Book, *, prefix: str, carrier: str, year: int) -> CaseNumber:
    """Return the lowest number above all of that year's; call it in the transaction that files the intake."""
    head = f"{prefix}-{carrier}-{year:04d}-"
    taken = book.connection.execute(select(func.max(form.c.case_id)).where(form.c.case_id.startswith(head))).scalar()
    known = book.connection.execute(select(func.max(case.c.case_id)).where(case.c.case_id.startswith(head))).scalar()
    last = max((str(each)[len(head) :] for each in (taken, known) if each), default="0")
    return CaseNumber(f"{head}{int(last) + 1:0{_NUMBER_WIDTH}d}")


def has_intake(book: Book, number: CaseNumber) -> bool:
    """Tell whether a live intake with this number is filed."""
    return any(row.kind == "intake" for row in of_case(book, number))


def _row(raw: RowMapping) -> FormRow:
    return FormRow(
        id=raw["id"],
        seq=raw["seq"],
        sha256=raw["sha256"],
        claim=raw["claim"],
        case=raw["case_id"],
        kind=raw["kind"],
        form_date=raw["form_date"],
        name_as_dropped=raw["name_as_dropped"],
        container=raw["container"],
        received_at=datetime.fromisoformat(raw["received_at"]),
        payload=raw["payload"],
        outcome=raw["outcome"] or "received",
        reason=raw["reason"],
        findings=raw["findings"] or [],
        plan_version=raw["plan_version"],
    )
