"""`plan = fold(accepted forms)`: every version of a case's plan, and the forms that cannot take their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from formpipe.definition import FormDefinition
from formpipe.errors import SetupError
from formpipe.fold.goalreviews import (
    late_warning,
    overdue_warnings,
    review_faults,
    unreviewed,
    unreviewed_fault,
    with_reviews,
)
from formpipe.fold.goalrows import given_by_program, goal_rows, row_faults, with_rows
from formpipe.fold.holding import HeldForm, HeldReason, fault_of, held_for
from formpipe.fold.planvalues import consent_faults, values_after
from formpipe.fold.planwarnings import plan_warnings
from formpipe.fold.standing import stand
from formpipe.model import Filed, Finding, FormKind, IntegrationPlan, Severity, Sha256
from formpipe.sheet import Sheet

FOLD_VERSION = 2
"""Counts up whenever the same forms would make another plan than before."""

INTAKE, REVIEW = "intake", "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """What the forms of a case come to.

    `versions` has one plan per form that stands, in the order of their dates;
    `held` the forms that cannot take their place; `notes` the warnings of those
    that can; `superseded` leads from a form to the correction that replaced it.
    """

    versions: tuple[IntegrationPlan, ...] = field(repr=False)
    held: Mapping[Sha256, HeldForm]
    notes: Mapping[Sha256, tuple[Finding, ...]]
    superseded: Mapping[Sha256, Sha256]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A version with its form: `brought` says which form (by arrival) brought each goal."""

    sheet: Sheet
    plan: IntegrationPlan
    warnings: tuple[Finding, ...]
    brought: Mapping[str, int]
    numbered: tuple[str, ...]


def fold(filed: Iterable[Filed], definitions: Mapping[FormKind, FormDefinition]) -> Fold:
    """Return all versions of the plan that the forms *filed* of one case make.

    The order of *filed* does not matter, nor whether a form comes twice. Forms
    count by their date, the intake first; the order of arrival (`Filed.seq`)
    only breaks ties: of two intakes, or two reviews of one day, the first to
    arrive stands, because a plan that was handed out is not taken back by a
    paper that contradicts it. A correction that cannot take its place leaves
    what it corrects standing.

    Raises:
        SetupError: The definition of a form is missing, or its kind makes no plan.
    """
    sheets = _sheets_of(filed, definitions)
    refused: dict[Sha256, HeldForm] = {}
    while True:
        standing = stand(sheets, refused=frozenset(refused))
        steps, held = _steps_of(standing.sheets)
        failed = next((sha256 for sha256 in held if sheets[sha256].corrects is not None), None)
        if failed is None:
            break
        refused[failed] = held[failed]
    return Fold(
        versions=tuple(step.plan for step in steps),
        held={**standing.held, **held, **refused},
        notes={step.sheet.filed.sha256: notes for step in steps if (notes := _notes_of(step, steps))},
        superseded=standing.superseded,
    )


def _sheets_of(filed: Iterable[Filed], definitions: Mapping[FormKind, FormDefinition]) -> dict[Sha256, Sheet]:
    sheets: dict[Sha256, Sheet] = {}
    for each in sorted(filed, key=lambda form: (form.seq, form.sha256)):
        kind = each.submission.kind
        if kind not in definitions or kind.kind not in {INTAKE, REVIEW}:
            raise SetupError("no plan can be made from a form of this kind and version", where=str(kind))
        sheets.setdefault(each.sha256, Sheet(filed=each, definition=definitions[kind], seq=each.seq))
    return sheets


def _steps_of(sheets: tuple[Sheet, ...]) -> tuple[list[_Step], dict[Sha256, HeldForm]]:
    intakes = sorted((sheet for sheet in sheets if sheet.kind == INTAKE), key=lambda each: each.seq)
    reviews = sorted((sheet for sheet in sheets if sheet.kind == REVIEW), key=lambda each: (each.date, each.seq))
    steps: list[_Step] = []
    held: dict[Sha256, HeldForm] = {}
    for sheet in (*intakes, *reviews):
        outcome = _out_of_order(sheet, steps) or _step_of(sheet, steps)
        if isinstance(outcome, HeldForm):
            held[sheet.filed.sha256] = outcome
        else:
            steps.append(outcome)
    return steps, held


def _out_of_order(sheet: Sheet, steps: list[_Step]) -> HeldForm | None:
    if not steps:
        return None if sheet.kind == INTAKE else HeldForm(reason=HeldReason.WAITING_FOR_INTAKE)
    if sheet.kind == INTAKE:
        reason = HeldReason.TWO_INTAKES
    elif sheet.date < steps[0].sheet.date:
        reason = HeldReason.BEFORE_INTAKE
    elif len(steps) > 1 and sheet.date == steps[-1].sheet.date:
        reason = HeldReason.CONFLICT
    else:
        return None
    told = {"expected": steps[0].sheet.date.isoformat(), "written": sheet.date.isoformat()}
    return held_for([fault_of(sheet, reason, sheet.definition.date_key, told)])


def _step_of(sheet: Sheet, steps: list[_Step]) -> _Step | HeldForm:
    last = steps[-1] if steps else None
    plan = None if last is None else last.plan
    before = {} if plan is None else {goal.goal_id: goal for goal in plan.goals}
    brought = {} if last is None else last.brought
    rows = goal_rows(before, sheet)
    merged = with_rows(before, rows, sheet)
    late = [each for each in unreviewed(before, sheet) if brought[each] > sheet.filed.seq]
    missing = [each for each in unreviewed(before, sheet) if each not in late]
    faults = [
        *row_faults(before, rows, sheet),
        *review_faults(merged, sheet),
        *consent_faults(plan, sheet),
        *([unreviewed_fault(missing, sheet)] if missing else []),
    ]
    if faults:
        return held_for(faults)
    goals = with_reviews(merged, sheet)
    after = IntegrationPlan(
        case=sheet.filed.case,
        version=len(steps) + 1,
        dated=sheet.date,
        values=values_after(plan, sheet),
        goals=tuple(goals[goal_id] for goal_id in sorted(goals)),
        inputs=(*(step.sheet.filed.sha256 for step in steps), sheet.filed.sha256),
    )
    overdue = overdue_warnings(goals, sheet)
    return _Step(
        sheet=sheet,
        plan=after,
        warnings=(*([late_warning(late, sheet)] if late else []), *overdue, *plan_warnings(plan, after, sheet)),
        brought={**dict.fromkeys(goals, sheet.filed.seq), **brought},
        numbered=given_by_program(rows, sheet),
    )


def _notes_of(step: _Step, steps: list[_Step]) -> tuple[Finding, ...]:
    return (*step.warnings, *_renumbered(step, steps))


def _renumbered(step: _Step, steps: list[_Step]) -> Iterator[Finding]:
    """Yield a warning if *step* came in late and took numbers that goals of a form already filed had before."""
    if not step.numbered:
        return
    later = steps[step.plan.version :]
    moved = [goal_id for each in later if each.sheet.seq < step.sheet.seq for goal_id in each.numbered]
    if moved:
        yield step.sheet.finding("goals", "renumbered", Severity.WARNING, {"ids": moved})
