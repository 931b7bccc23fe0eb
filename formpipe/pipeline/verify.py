"""Checks the record of a root: every object, every row of the ledger, every plan, the audit chain.

Nothing is changed, and nobody is kept from work for longer than one case takes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from formpipe.canon import plan_checksum, plan_from_json
from formpipe.errors import StorageError
from formpipe.fold.fold import FOLD_VERSION, fold
from formpipe.ledger import Book, Ledger, chain, crosscheck, forms, open_ledger, plans
from formpipe.ledger.crosscheck import Edition
from formpipe.ledger.ledger import key_of
from formpipe.ledger.seal import Seal, look_at_seal
from formpipe.model import CaseNumber, Sha256
from formpipe.objects import Objects
from formpipe.pipeline.filed import filed_of
from formpipe.pipeline.lock import Last, last_run
from formpipe.pipeline.opened import Clock, Root, look_at
from formpipe.settings import Settings

_PIECE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is not as it was recorded; `where` names it without personal data."""

    kind: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was looked at, and what is wrong. `sealed` tells whether every byte of the ledger's file was compared."""

    objects: int = 0
    cases: int = 0
    entries: int = 0
    unnamed: int = 0
    sealed: bool = False
    faults: tuple[Fault, ...] = ()


def verify(settings: Settings, clock: Clock) -> Checked:
    """Return what is wrong with the record of the root.

    A flipped byte of an object is found by its checksum, one in the ledger's
    file by the seal of the last run; that is not looked at while a run is at
    work or after one that was cut short (the next run mends and seals).

    Raises:
        SetupError: A schema is wrong.
    """
    root = look_at(settings, clock)
    store = Objects(settings.objects)
    found: list[Fault] = []
    if settings.objects.is_dir():
        found += (Fault(kind=kind, where=where) for kind, where in store.faults())
    kept = set(store.checksums()) if settings.objects.is_dir() else set()
    if not settings.ledger.exists():
        found += [Fault(kind="ledger_missing", where=settings.ledger.name)] if kept else []
        return Checked(objects=len(kept), faults=tuple(found))
    try:
        sealed = _seal(settings)
        ledger = open_ledger(settings.ledger)
    except StorageError as error:
        found.append(Fault(kind="ledger_unreadable", where=error.what))
        return Checked(objects=len(kept), faults=tuple(found))
    if sealed is Seal.BROKEN:
        found.append(Fault(kind="ledger_changed", where=settings.ledger.name))
    try:
        return _with_ledger(root, ledger, kept, found, sealed=sealed is not Seal.NONE)
    finally:
        ledger.close()


def _with_ledger(root: Root, ledger: Ledger, kept: set[Sha256], found: list[Fault], *, sealed: bool) -> Checked:
    cases: list[str] = []
    named: set[str] = set()
    entries = 0
    try:
        with ledger.transaction(keep=False) as book:
            if not crosscheck.is_sound(book):
                found.append(Fault(kind="ledger_damaged", where=root.settings.ledger.name))
        entries = _walk(ledger, found)
        with ledger.transaction(keep=False) as book:
            found += (Fault(kind="not_in_chain", where=each) for each in crosscheck.unvouched(book))
            named = set(crosscheck.objects_named(book))
            cases = crosscheck.cases_named(book)
        found += (Fault(kind="object_missing", where=each[:12]) for each in sorted(named - kept))
        for case in cases:
            with ledger.transaction(keep=False) as book:
                found += _plans(root, book, CaseNumber(case))
    except StorageError as error:
        found.append(Fault(kind="ledger_damaged", where=error.what))
    return Checked(
        objects=len(kept),
        cases=len(cases),
        entries=entries,
        unnamed=len(kept - named),
        sealed=sealed,
        faults=tuple(found),
    )


def _seal(settings: Settings) -> Seal:
    """Compare the ledger's file with its seal, unless it may change meanwhile or was left by a run cut short."""
    before = last_run(settings.archive)
    said = look_at_seal(settings.ledger, key_of(settings.ledger))
    at_rest = before is Last.ENDED and last_run(settings.archive) is Last.ENDED
    if said is Seal.BROKEN and at_rest:
        # a run may have come and gone in between
        said = look_at_seal(settings.ledger, key_of(settings.ledger))
    return said if at_rest else Seal.NONE


def _walk(ledger: Ledger, found: list[Fault]) -> int:
    """Walk the chain piece by piece and return how many of its entries fit."""
    link, count = chain.BEGIN, 0
    while True:
        try:
            with ledger.transaction(keep=False) as book:
                step = chain.walk(book, link, most=_PIECE)
        except chain.BrokenChainError as error:
            found.append(Fault(kind="chain_broken", where=f"entry {error.number}"))
            return count
        if step is None:
            return count
        count += step.number - link.number
        link = step


def _plans(root: Root, book: Book, case: CaseNumber) -> Iterator[Fault]:
    """Compare the plans of *case* with their checksums, and the present ones with a fresh fold of its forms."""
    try:
        for each in crosscheck.editions_of(book, case):
            if plan_checksum(plan_from_json(each.body)) != each.checksum:
                yield Fault(kind="plan_damaged", where=f"{case} version {each.version}")
        yield from _folded(root, book, case)
    except (StorageError, json.JSONDecodeError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        yield Fault(kind="case_unreadable", where=case)  # a damaged row: whatever it holds, it cannot be folded


def _folded(root: Root, book: Book, case: CaseNumber) -> Iterator[Fault]:
    rows = forms.of_case(book, case)
    current = _current(book, case)
    if any(row.outcome == "received" for row in rows) or any(each.fold_version != FOLD_VERSION for each in current):
        return  # the next run folds it
    fresh = fold(filed_of(book, case, root.library.definitions), root.library.definitions).versions
    wanted = {plan.version: plan_checksum(plan) for plan in fresh}
    have = {each.version: each.checksum for each in current}
    for version in sorted(wanted.keys() | have.keys()):
        if wanted.get(version) != have.get(version):
            yield Fault(kind="plan_differs", where=f"{case} version {version}")


def _current(book: Book, case: CaseNumber) -> list[Edition]:
    """Return the newest edition of each present version."""
    present = {row.version for row in plans.versions_of(book, case)}
    newest = {each.version: each for each in crosscheck.editions_of(book, case) if each.version in present}
    return list(newest.values())
