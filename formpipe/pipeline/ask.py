"""Answers questions about a root without changing it: a form to fill, a file's verdict, a plan, an origin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from formpipe.blanks.write import write_form
from formpipe.canon import plan_checksum, plan_from_json
from formpipe.catalogue import Catalogue
from formpipe.errors import SetupError, StorageError
from formpipe.fold.fold import fold
from formpipe.kinds import CONSENT, REVIEW
from formpipe.ledger import Book, forms, open_ledger
from formpipe.model import Columns, FilledForm, IntegrationPlan, PlanValue
from formpipe.pipeline.again import newest
from formpipe.pipeline.filed import filed_of, submission_of
from formpipe.pipeline.judge import Judged, ReadsForms, judge, read_form
from formpipe.pipeline.opened import Clock, Root, look_at
from formpipe.pipeline.prints import Blanks, as_print, blanks_of, may_be_print
from formpipe.pipeline.sent import Paper, Sent, papers_of, sent_of
from formpipe.prefill import prefill_of
from formpipe.resources import shipped
from formpipe.schemas import load_library
from formpipe.settings import Settings
from formpipe.spell import spell

_PREFILLED = (REVIEW, CONSENT)
_ASK_FOR = " or ".join(_PREFILLED)
_BY_ID = re.compile(r"(G\d{2})(?:-(S\d{2}))?\.(\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a value of a plan comes from: the form, its field there, and what was written."""

    key: str
    value: str = field(repr=False)
    sha256: str
    kind: str
    form_date: date
    name: str
    written: str | None = field(repr=False)


@contextmanager
def looking(settings: Settings, clock: Clock) -> Iterator[tuple[Root, Book | None]]:
    """Open a root to look only; the book is `None` where nothing was ever filed."""
    root = look_at(settings, clock)
    if not settings.ledger.exists():
        yield root, None
        return
    ledger = open_ledger(settings.ledger)
    try:
        with ledger.transaction(keep=False) as book:
            yield root, book
    finally:
        ledger.close()


def judge_file(settings: Settings, clock: Clock, reader: ReadsForms, data: bytes) -> Judged:
    """Return what *data* would come to as a form of this root; nothing is kept."""
    form = read_form(reader, data)
    if isinstance(form, Judged):
        return form
    with looking(settings, clock) as (root, book):
        return judge(root, book, as_print(reader, data, form, blanks_of(root), book))


def read_any(reader: ReadsForms, settings: Settings | None, clock: Clock, data: bytes) -> FilledForm:
    """Return what stands on any form, a print of a blank of the root *settings* too; without a root, of our own blanks.

    Raises:
        UnreadableFormError: It cannot be read.
        SetupError: A schema or a blank of the root is wrong.
    """
    form = reader.read(data)
    if not may_be_print(form):
        return form
    if settings is None:
        return as_print(reader, data, form, Blanks(library=load_library(shipped("schemas"))))
    with looking(settings, clock) as (root, book):
        return as_print(reader, data, form, blanks_of(root), book)


def write_asked_form(
    settings: Settings, clock: Clock, *, kind: str, fmt: Literal["docx", "pdf"], case: str | None
) -> tuple[str, bytes]:
    """Return a name for the form and its bytes: a blank, or one that already holds what the plan of *case* knows.

    Raises:
        SetupError: The case has no plan, or forms of this kind are not pre-filled.
    """
    with looking(settings, clock) as (root, book):
        definition = root.library.newest(kind)
        carrier = settings.carrier.code
        if case is None:
            name = f"{definition.form_type}-{definition.kind.version}.{fmt}"
            return name, write_form(definition, fmt=fmt, carrier=carrier)
        if kind not in _PREFILLED:
            raise SetupError(
                "forms of this kind are not pre-filled here", mend=f"Leave --case out, or ask for {_ASK_FOR}."
            )
        plan = _plan_of(book, case)
        prefill = prefill_of(plan, definition, base=plan_checksum(plan))
        name = f"{plan.case}-{definition.form_type}-nach-v{plan.version}.{fmt}"
        return name, write_form(definition, fmt=fmt, carrier=carrier, prefill=prefill)


def plan_as_of(settings: Settings, clock: Clock, case: str, day: date | None) -> tuple[IntegrationPlan, Catalogue]:
    """Return the plan of *case* (folded from the forms dated up to *day*) and the fields to print it by.

    Raises:
        SetupError: The case has no plan, or had none on that day.
    """
    with looking(settings, clock) as (root, book):
        plan = _plan_of(book, case)
        if day is None or book is None:
            return plan, root.library.catalogue
        filed = [
            each for each in filed_of(book, plan.case, root.library.definitions) if each.submission.counts_for <= day
        ]
        versions = fold(filed, root.library.definitions).versions
        if not versions:
            raise SetupError("there was no plan on that day", where=case)
        return versions[-1], root.library.catalogue


def origins_of(settings: Settings, clock: Clock, case: str, key: str) -> tuple[Origin, ...]:
    """Return the origin of the value *key* of a plan, or of every value below *key*.

    *key* is a plan key (`housing.wbs_status`, `household.members[0].given_names`,
    `goals[0].title`) or names a goal or step by its id (`G01.title`, `G01-S02.status`).

    Raises:
        SetupError: The case has no plan, or nothing of the plan goes by this key.
    """
    with looking(settings, clock) as (root, book):
        plan = _plan_of(book, case)
        found = _values_at(plan, key)
        if not found:
            raise SetupError(
                f"the plan holds nothing under '{key}'", where=case, mend="`formpipe show` lists the keys."
            )
        return tuple(_origin(root, book, name, value) for name, value in found.items() if book is not None)


def list_sent(settings: Settings, clock: Clock, case: str) -> tuple[Sent, ...]:
    """Return the approved papers for the Jobcenter of *case*, and when they were handed over.

    Raises:
        SetupError: The case has no plan.
    """
    with looking(settings, clock) as (root, book):
        plan = _plan_of(book, case)
        return () if book is None else sent_of(book, plan, root.today)


def list_told(settings: Settings, clock: Clock, case: str, key: str | None) -> tuple[Paper, ...]:
    """Return every paper made for the Jobcenter in *case* with what it tells: all, or *key* and what is below it.

    Raises:
        SetupError: The case has no plan.
    """
    with looking(settings, clock) as (root, book):
        number = _plan_of(book, case).case
        return () if book is None else papers_of(root, book, number, key)


def flat_values(plan: IntegrationPlan) -> dict[str, PlanValue]:
    """Return every value of *plan* by its key, goals and steps included (`goals[0].actions[1].title`)."""
    values = dict(plan.values)
    for row, goal in enumerate(plan.goals):
        values |= _prefixed(f"goals[{row}]", goal.columns)
        for step, action in enumerate(goal.actions):
            values |= _prefixed(f"goals[{row}].actions[{step}]", action.columns)
    return values


def _prefixed(head: str, columns: Columns) -> dict[str, PlanValue]:
    return {f"{head}.{name}": value for name, value in columns.items()}


def _values_at(plan: IntegrationPlan, key: str) -> dict[str, PlanValue]:
    by_id = _BY_ID.fullmatch(key)
    if by_id:
        goal_id, step, name = by_id.groups()
        columns: Columns = {}
        for goal in plan.goals:
            if goal.goal_id == goal_id:
                steps = {action.action_id: action.columns for action in goal.actions}
                columns = steps.get(f"{goal_id}-{step}", {}) if step else goal.columns
        return {key: columns[name]} if name in columns else {}
    below = (f"{key}.", f"{key}[")
    return {name: value for name, value in flat_values(plan).items() if name == key or name.startswith(below)}


def _origin(root: Root, book: Book, key: str, value: PlanValue) -> Origin:
    row = forms.by_sha256(book, value.origin)
    if row is None:
        raise StorageError("a form of the plan is not in the ledger", where=value.origin[:12])
    submission = submission_of(row)
    spec = root.library.catalogue.spec_of(key)
    return Origin(
        key=key,
        value=spell(value.value, spec) if spec else str(value.value),
        sha256=value.origin,
        kind=str(submission.kind),
        form_date=value.on,
        name=value.name,
        written=_written(submission.written, value.name),
    )


def _written(written: Mapping[str, str], name: str) -> str | None:
    """Return the raw text of a field; of a list of texts or of ticked boxes, all of it with the name of each."""
    if name in written:
        return written[name]
    parts = {key: text for key, text in written.items() if re.fullmatch(re.escape(name) + r"\[[^\]]*\]", key)}
    return "; ".join(f"{key.removeprefix(name)} {text}" for key, text in parts.items()) or None


def _plan_of(book: Book | None, case: str) -> IntegrationPlan:
    if book is None:
        raise SetupError("there is no plan of this case", where=case, mend="Nothing was filed in this root yet.")
    return plan_from_json(newest(book, case).body)
