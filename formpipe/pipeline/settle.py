"""Folds the cases that have undecided forms; one that the program itself fails on holds up no other.

A form that brings a fault of ours to light is tried once more by the next run,
then kept and refused: the same rule as for files that cannot even be judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from formpipe.errors import FormError, FormpipeError
from formpipe.inbox import Claim
from formpipe.ledger import Book, forms
from formpipe.ledger.forms import Decision, FormRow
from formpipe.model import CaseNumber, Sha256
from formpipe.pipeline.drain import drain, give_up_waiting, undecided
from formpipe.pipeline.notices import owe_notice
from formpipe.pipeline.opened import OpenRoot

INTERNAL = "internal"
STRIKES = 2


class Settler:
    """What one run folds. A case that fails is told in *faults* and left until the next run."""

    def __init__(self, root: OpenRoot, faults: list[FormpipeError]) -> None:
        self._root = root
        self._faults = faults
        self._left: set[CaseNumber] = set()

    def settle(self, claims: Mapping[Sha256, Claim]) -> None:
        """Fold every case that has an undecided form, each in a transaction of its own.

        Args:
            claims: The files of the inbox that are not let go of yet; a strike is noted beside them.
        """
        with self._root.ledger.transaction() as book:
            give_up_waiting(self._root, book)
            numbers = undecided(book)
        for number in numbers:
            if number not in self._left:
                self._drain_or_strike(number, claims)

    def undecided(self) -> frozenset[Sha256]:
        """Return the forms that have no decision for their case could not be folded."""
        if not self._left:
            return frozenset()
        with self._root.ledger.transaction(keep=False) as book:
            return frozenset(row.sha256 for number in self._left for row in _received(book, number))

    def _drain_or_strike(self, number: CaseNumber, claims: Mapping[Sha256, Claim]) -> None:
        try:
            with self._root.ledger.transaction() as book:
                drain(self._root, book, number)
        except (FormpipeError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours that a form brings out; other cases must go on
            self._strike(number, claims, error)

    def _strike(self, number: CaseNumber, claims: Mapping[Sha256, Claim], error: Exception) -> None:
        with self._root.ledger.transaction(keep=False) as book:
            rows = _received(book, number)
        theirs = [claims[row.sha256] for row in rows if row.sha256 in claims]
        counts = [self._root.inbox.strike(claim) for claim in theirs]
        over = max(counts, default=STRIKES) >= STRIKES
        self._faults.append(internal_error(error, number, over=over))
        if over:
            _quarantine(self._root, number, rows)
        else:
            self._left.add(number)


def internal_error(error: Exception, where: str, *, over: bool) -> FormError:
    """Return what is told of a form that the program fails on; its text may hold a value, so only its kind is."""
    what = f"internal error with this form ({type(error).__name__})"
    mend = "It is kept and refused." if over else "It is tried once more by the next run."
    return FormError(what, code=INTERNAL, where=where, mend=mend)


def _quarantine(root: OpenRoot, number: CaseNumber, rows: Sequence[FormRow]) -> None:
    """Refuse the one of *rows* without which the case can be folded, the newest first; if there is none, all."""
    for suspects in (*([row] for row in reversed(rows)), rows):
        try:
            with root.ledger.transaction() as book:
                _refuse(root, book, suspects)
                drain(root, book, number)
        except (FormpipeError, OSError):
            raise
        except Exception:  # noqa: BLE001, S112 - it was not this one, or not this one alone
            continue
        else:
            return
    with root.ledger.transaction() as book:
        _refuse(root, book, rows)


def _refuse(root: OpenRoot, book: Book, rows: Sequence[FormRow]) -> None:
    at = root.clock()
    for row in rows:
        forms.decide(book, row.id, Decision(outcome="rejected", reason=INTERNAL), at=at)
        owe_notice(book, forms.by_id(book, row.id), "unreadable", at=at)


def _received(book: Book, number: CaseNumber) -> list[FormRow]:
    return [row for row in forms.with_outcome(book, "received") if row.case == number]
