"""`plan = fold(accepted forms)`: every version of a case's plan, and the forms that cannot take their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from formpipe.definition import FormDefinition
from formpipe.errors import SetupError
from formpipe.fold.holding import HeldForm, HeldReason, base_fault, fault_of, held_for
from formpipe.fold.planvalues import takes_back
from formpipe.fold.standing import stand
from formpipe.fold.steps import Roots, Step, consented, contradicted, standing_of, step_of
from formpipe.kinds import CONSENT, INTAKE, PLAN_KINDS
from formpipe.model import Filed, Finding, FormKind, IntegrationPlan, Severity, Sha256
from formpipe.sheet import Sheet

FOLD_VERSION = 4
"""Counts up whenever the same forms would make another plan than before."""


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


def fold(filed: Iterable[Filed], definitions: Mapping[FormKind, FormDefinition]) -> Fold:
    """Return all versions of the plan that the forms *filed* of one case make.

    The order of *filed* does not matter, nor whether a form comes twice. Forms
    count by their date, the intake first. A pre-filled form says only what was
    changed on it; where it changes what a form that its base does not know
    changed before it to something else, it is held. Of two reviews of one day
    both are, but for a correction. Of two intakes the first to arrive stands
    (`Filed.seq`). Corrections that cannot take their place leave what they
    correct standing.

    Raises:
        SetupError: The definition of a form is missing, or its kind makes no plan.
    """
    sheets = _sheets_of(filed, definitions)
    roots = {sha256: _root_of(sheet, sheets) for sha256, sheet in sheets.items()}
    refused: dict[Sha256, HeldForm] = {}
    while True:
        standing = stand(sheets, refused=frozenset(refused))
        steps, held = _steps_of(standing.sheets, roots)
        failed = [sheets[sha256] for sha256 in held if sheets[sha256].corrects is not None]
        if not failed:
            break
        first = min((each.kind != INTAKE, each.date) for each in failed)
        refused |= {each.filed.sha256: held[each.filed.sha256] for each in failed if _day(each) == first}
    return Fold(
        versions=tuple(step.plan for step in steps),
        held={**standing.held, **held, **refused},
        notes={step.sheet.filed.sha256: notes for step in steps if (notes := _notes_of(step, steps))},
        superseded=standing.superseded,
    )


def _day(sheet: Sheet) -> tuple[bool, date]:
    return sheet.kind != INTAKE, sheet.date


def _root_of(sheet: Sheet, sheets: Mapping[Sha256, Sheet]) -> Sha256:
    """Return the form that *sheet* corrects in the first place, itself if it is no correction."""
    passed: list[Sha256] = []
    while sheet.filed.sha256 not in passed:
        passed.append(sheet.filed.sha256)
        sheet = sheets.get(sheet.corrects or sheet.filed.sha256, sheet)
    return passed[-1] if len(set(passed)) == len(passed) else passed[0]


def _sheets_of(filed: Iterable[Filed], definitions: Mapping[FormKind, FormDefinition]) -> dict[Sha256, Sheet]:
    sheets: dict[Sha256, Sheet] = {}
    for each in sorted(filed, key=lambda form: (form.seq, form.sha256)):
        kind = each.submission.kind
        if kind not in definitions or kind.kind not in PLAN_KINDS:
            raise SetupError("no plan can be made from a form of this kind and version", where=str(kind))
        sheets.setdefault(each.sha256, Sheet(filed=each, definition=definitions[kind], seq=each.seq))
    return sheets


def _steps_of(sheets: tuple[Sheet, ...], roots: Roots) -> tuple[list[Step], dict[Sha256, HeldForm]]:
    intakes = sorted((sheet for sheet in sheets if sheet.kind == INTAKE), key=lambda each: each.seq)
    later = sorted((sheet for sheet in sheets if sheet.kind != INTAKE), key=_place)
    steps: list[Step] = []
    held: dict[Sha256, HeldForm] = {}
    for sheet in intakes:
        outcome = _out_of_order(sheet, steps) or step_of(sheet, steps, roots)
        if isinstance(outcome, HeldForm):
            held[sheet.filed.sha256] = outcome
        else:
            steps.append(outcome)
    for (_, is_review), group in groupby(later, key=lambda each: (each.date, each.kind != CONSENT)):
        if not is_review:
            for sheet in group:
                outcome = _out_of_order(sheet, steps) or consented(sheet, steps)
                if isinstance(outcome, HeldForm):
                    held[sheet.filed.sha256] = outcome
                else:
                    steps.append(outcome)
            continue
        of_day = {each.filed.sha256: _out_of_order(each, steps) or step_of(each, steps, roots) for each in group}
        held |= {sha256: each for sha256, each in of_day.items() if isinstance(each, HeldForm)}
        able = [each for each in of_day.values() if isinstance(each, Step)]
        chosen = standing_of(able, roots)
        others = [each for each in able if each is not chosen]
        held |= {each.sheet.filed.sha256: contradicted(each, able, steps) for each in others}
        steps += [chosen] if chosen is not None else []
    return steps, held


def _place(sheet: Sheet) -> tuple[date, int, bool, int]:
    """Return where a form that is no intake comes: by its date, then consents before the review of that day (V32).

    Of several consent forms of one day those that take something back come
    last, so that whatever arrived when, nothing of that day outlives them.
    """
    if sheet.kind != CONSENT:
        return sheet.date, 1, False, sheet.seq
    return sheet.date, 0, takes_back(sheet), sheet.seq


def _out_of_order(sheet: Sheet, steps: list[Step]) -> HeldForm | None:
    if not steps:
        return None if sheet.kind == INTAKE else HeldForm(reason=HeldReason.WAITING_FOR_INTAKE)
    if sheet.kind == INTAKE:
        reason = HeldReason.TWO_INTAKES
    elif sheet.date < steps[0].sheet.date:
        reason = HeldReason.BEFORE_INTAKE
    elif sheet.filed.submission.base is not None and sheet.filed.base is None:
        return held_for([base_fault(sheet)])
    else:
        return None
    told = {"expected": steps[0].sheet.date.isoformat(), "written": sheet.date.isoformat()}
    return held_for([fault_of(sheet, reason, sheet.definition.date_key, told)])


def _notes_of(step: Step, steps: list[Step]) -> tuple[Finding, ...]:
    return (*step.warnings, *_renumbered(step, steps))


def _renumbered(step: Step, steps: list[Step]) -> Iterator[Finding]:
    """Yield a warning if *step* came in late and took numbers that goals of a form already filed had before."""
    if not step.numbered:
        return
    later = steps[step.plan.version :]
    moved = [goal_id for each in later if each.sheet.seq < step.sheet.seq for goal_id in each.numbered]
    if moved:
        yield step.sheet.finding("goals", "renumbered", Severity.WARNING, {"ids": moved})
