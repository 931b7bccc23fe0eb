"""One form laid on the plan it meets: the next version, or why it cannot take its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from formpipe.fold.conflicts import (
    Fact,
    Facts,
    Other,
    changed,
    clash_faults,
    conflict_faults,
    facts_of,
)
from formpipe.fold.goalreviews import (
    late_warning,
    overdue_warnings,
    review_faults,
    unreviewed,
    unreviewed_fault,
    with_reviews,
)
from formpipe.fold.goalrows import given_by_program, goal_rows, row_faults, with_rows
from formpipe.fold.holding import Fault, HeldForm, HeldReason, fault_of, held_for
from formpipe.fold.planvalues import consent_faults, values_after
from formpipe.fold.planwarnings import plan_warnings
from formpipe.fold.rebasing import Rebased, rebased
from formpipe.model import Finding, Goal, IntegrationPlan, Severity, Sha256
from formpipe.sheet import Sheet

Roots = Mapping[Sha256, Sha256]
"""From each form to the one that it corrects in the first place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A version with its form: `brought` says which form (by arrival) brought each goal."""

    sheet: Sheet
    plan: IntegrationPlan
    warnings: tuple[Finding, ...]
    brought: Mapping[str, int]
    numbered: tuple[str, ...]


def step_of(sheet: Sheet, steps: Sequence[Step], roots: Roots) -> Step | HeldForm:
    """Return the version that *sheet* makes after *steps*, or why it makes none."""
    last = steps[-1] if steps else None
    plan = None if last is None else last.plan
    fitted = rebased(sheet, plan)
    sheet = fitted.sheet
    before = {} if plan is None else {goal.goal_id: goal for goal in plan.goals}
    brought = {} if last is None else last.brought
    rows = goal_rows(before, sheet)
    merged = with_rows(before, rows, sheet)
    unseen = unreviewed(before, sheet)
    late = [each for each in unseen if _is_late(each, sheet, brought)]
    missing = [each for each in unseen if each not in late]
    faults = [
        *row_faults(before, rows, sheet),
        *review_faults(merged, sheet),
        *consent_faults(plan, sheet),
        *([unreviewed_fault(missing, sheet)] if missing else []),
    ]
    if any(each.reason is HeldReason.UNKNOWN_GOAL for each in faults):
        return held_for(faults)
    goals = with_reviews(merged, sheet)
    after = _version(sheet, steps, goals)
    faults = [*_conflicts(fitted, after, steps, roots), *faults]
    if faults:
        return held_for(faults)
    warnings = [*([late_warning(late, sheet)] if late else []), *overdue_warnings(goals, sheet)]
    return Step(
        sheet=sheet,
        plan=after,
        warnings=(*warnings, *_taken(fitted), *plan_warnings(plan, after, sheet)),
        brought={**dict.fromkeys(goals, sheet.filed.seq), **brought},
        numbered=given_by_program(rows, sheet),
    )


def consented(sheet: Sheet, steps: Sequence[Step]) -> Step | HeldForm:
    """Return the version that a form for consents makes of the last one: the goals stay, and nothing need be said.

    It is never held for saying something else than another form: taking back
    holds at once, and the order of the forms sees to it (V32).
    """
    last = steps[-1]
    sheet = rebased(sheet, last.plan).sheet
    faults = list(consent_faults(last.plan, sheet))
    if faults:
        return held_for(faults)
    after = replace(
        last.plan,
        version=last.plan.version + 1,
        dated=sheet.date,
        values=values_after(last.plan, sheet),
        inputs=(*last.plan.inputs, sheet.filed.sha256),
    )
    return Step(sheet=sheet, plan=after, warnings=(), brought=last.brought, numbered=())


def standing_of(of_day: Sequence[Step], roots: Roots) -> Step | None:
    """Return which of several reviews of one day stands, or `None` if none of them does.

    It is the only one, or the only correction, or the one that all others were
    made from. No matter which came first.
    """
    corrections = [each for each in of_day if each.sheet.corrects is not None]
    asked = corrections or of_day
    firsts = [each for each in asked if not _known(each.sheet, roots) & {_root(other, roots) for other in of_day}]
    return firsts[0] if len(firsts) == 1 else None


def contradicted(step: Step, of_day: Sequence[Step], steps: Sequence[Step]) -> HeldForm:
    """Return why the form of *step* is held beside the others *of_day*: the day, and each value they do not share."""
    sheet = step.sheet
    before, after = facts_of(steps[-1].plan, sheet), facts_of(step.plan, sheet)
    faults = [fault_of(sheet, HeldReason.CONFLICT, sheet.definition.date_key, {"reason": "day"})]
    for each in of_day:
        if each is not step:
            faults += conflict_faults(sheet, before, after, _others(before, each, sheet))
    return held_for(faults)


def _version(sheet: Sheet, steps: Sequence[Step], goals: Mapping[str, Goal]) -> IntegrationPlan:
    return IntegrationPlan(
        case=sheet.filed.case,
        version=len(steps) + 1,
        dated=sheet.date,
        values=values_after(steps[-1].plan if steps else None, sheet),
        goals=tuple(goals[goal_id] for goal_id in sorted(goals)),
        inputs=(*(step.sheet.filed.sha256 for step in steps), sheet.filed.sha256),
    )


def _is_late(goal_id: str, sheet: Sheet, brought: Mapping[str, int]) -> bool:
    """Tell whether the form could not know of a goal: it did not stand on it, or came in after it."""
    base = sheet.filed.base
    if base is not None:
        return goal_id not in {goal.goal_id for goal in base.goals}
    return brought[goal_id] > sheet.filed.seq


def _conflicts(fitted: Rebased, after: IntegrationPlan, steps: Sequence[Step], roots: Roots) -> Iterator[Fault]:
    """Yield what the form and forms that its base does not know made different, and what its base has of later days."""
    sheet, base = fitted.sheet, fitted.sheet.filed.base
    if base is None or not steps:
        return
    yield from clash_faults(sheet, fitted.clashes, steps[-1].sheet.date)
    before = facts_of(steps[-1].plan, sheet)
    others: dict[Fact, Other] = {}
    known = _known(sheet, roots)
    for number, step in enumerate(steps):
        if _root(step, roots) not in known:
            earlier = facts_of(steps[number - 1].plan, sheet) if number else {}
            others |= {fact: _now(fact, before, step.sheet.date) for fact in _changed_by(step, earlier, sheet)}
    if base.dated > sheet.date:
        shown = facts_of(base, sheet)
        others |= {fact: _now(fact, shown, base.dated) for fact in changed(shown, before)}
    yield from conflict_faults(sheet, before, facts_of(after, sheet), others)


def _known(sheet: Sheet, roots: Roots) -> frozenset[Sha256]:
    """Return the forms that the base of *sheet* was made from, each as that which it corrects."""
    base = sheet.filed.base
    own = roots[sheet.filed.sha256]
    return frozenset(roots.get(each, each) for each in (() if base is None else base.inputs)) - {own}


def _root(step: Step, roots: Roots) -> Sha256:
    return roots[step.sheet.filed.sha256]


def _changed_by(step: Step, earlier: Facts, sheet: Sheet) -> frozenset[Fact]:
    return changed(earlier, facts_of(step.plan, sheet))


def _now(fact: Fact, before: Facts, on: date) -> Other:
    return Other(value=before[fact].value if fact in before else None, on=on)


def _others(before: Facts, other: Step, sheet: Sheet) -> dict[Fact, Other]:
    after = facts_of(other.plan, sheet)
    return {fact: _now(fact, after, other.sheet.date) for fact in changed(before, after)}


def _taken(fitted: Rebased) -> Iterator[Finding]:
    """Yield a warning that new rows of the form got other numbers than those printed into them."""
    if fitted.numbers:
        ids = [f"{old} → {new}" for old, new in sorted(fitted.numbers.items())]
        yield fitted.sheet.finding("goals", "renumbered", Severity.WARNING, {"reason": "taken", "ids": ids})
