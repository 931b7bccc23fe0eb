"""Filed forms as submissions again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from formpipe.canon import plan_from_json, submission_from_json
from formpipe.definition import FormDefinition
from formpipe.errors import StorageError
from formpipe.kinds import PLAN_KINDS
from formpipe.ledger import Book, forms, plans
from formpipe.ledger.forms import FormRow
from formpipe.ledger.plans import PlanRow
from formpipe.model import Balance, CaseNumber, Data, Filed, FormKind, Submission
from formpipe.normalise.assembling import assemble
from formpipe.prefill import base_of
from formpipe.recorded import balance_from_json
from formpipe.rules.edits import edits_of

Definitions = Mapping[FormKind, FormDefinition]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """The answers of a form that was filed before its base was known."""

    data: Data = field(repr=False)
    written: Mapping[str, str] = field(repr=False)
    names: Mapping[str, str] = field(repr=False)
    empty: frozenset[str]
    failed: frozenset[str] = frozenset()


def submission_of(row: FormRow) -> Submission:
    """Return the submission that *row* was filed with.

    Raises:
        StorageError: The form was never taken (it has none).
    """
    if row.payload is None or "submission" not in row.payload:
        raise StorageError("a form of the ledger has no answers", where=row.sha256[:12])
    return submission_from_json(row.payload["submission"])


def balance_of(row: FormRow) -> Balance | None:
    """Return what became of the fields of the form *row*, or `None` if it could not be read."""
    known = row.payload.get("balance") if row.payload else None
    return balance_from_json(known) if known else None


def filed_of(book: Book, number: CaseNumber, definitions: Definitions) -> list[Filed]:
    """Return the live forms of a case that its plan is made of, as the fold takes them."""
    rows = (row for row in forms.of_case(book, number) if row.kind in PLAN_KINDS)
    return [as_filed(book, row, number, definitions) for row in rows]


def as_filed(book: Book, row: FormRow, number: CaseNumber, definitions: Definitions) -> Filed:
    """Return *row* as the fold takes it, with the plan version that it was pre-filled from.

    A base that came to be known only after the form was filed (forms of a
    whole case dropped at once) is used from then on.
    """
    submission = submission_of(row)
    base = base_row(book, submission, number)
    if base is not None and submission.empty is not None:
        submission = _edited(submission, base, submission.empty, definitions[submission.kind])
    plan = None if base is None else plan_from_json(base.body)
    return Filed(sha256=row.sha256, seq=row.seq, case=number, submission=submission, base=plan)


def base_row(book: Book, submission: Submission, number: CaseNumber) -> PlanRow | None:
    """Return the version of the plan of the case *number* that *submission* was pre-filled from, if it is known."""
    found = None if submission.base is None else plans.by_checksum(book, submission.base)
    return found if found is not None and found.case == number else None


def _edited(submission: Submission, base: PlanRow, empty: tuple[str, ...], definition: FormDefinition) -> Submission:
    prefilled = base_of(base.body, definition, checksum=base.checksum)
    stored = _Stored(data=submission.data, written=submission.written, names=submission.names, empty=frozenset(empty))
    known = assemble(prefilled, prefilled.keys(), definition).data
    return replace(submission, data=edits_of(stored, prefilled, known, definition), empty=None)
