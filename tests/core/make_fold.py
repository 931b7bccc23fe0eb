"""Small definitions, filed forms and plans for the tests of the fold and of the disclosure; all data invented."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from formpipe.definition import FieldSpec, FormDefinition, ListSpec, ValueType
from formpipe.fold.fold import Fold, fold
from formpipe.fold.holding import HeldForm
from formpipe.model import (
    Action,
    CaseNumber,
    Filed,
    FormKind,
    Goal,
    IntegrationPlan,
    Json,
    PlanValue,
    Sha256,
    Submission,
)

CASE = CaseNumber("MA-CAR-2026-0001")
START = "2026-01-15"
INTAKE_KIND = FormKind(kind="intake", version="2026.1")
REVIEW_KIND = FormKind(kind="review", version="2026.1")
CONSENT_KIND = FormKind(kind="consent", version="2026.1")

_LISTS = {
    "household.members[]": ("member_id", "HM"),
    "childcare.children[]": (None, None),
    "counselling[]": (None, None),
    "education.qualifications[]": (None, None),
    "language.certificates[]": (None, None),
    "language.courses[]": (None, None),
    "language.others[]": (None, None),
    "needs[]": (None, None),
    "work.experience[]": (None, None),
    "goals[]": ("goal_id", "G"),
    "goals[].actions[]": ("action_id", "S"),
    "consents[]": ("consent_id", "C"),
    "review.goal_reviews[]": (None, None),
    "review.action_updates[]": (None, None),
}
_LABELS = {
    "case.intake_date": "Aufnahme am",
    "review.review_date": "Datum der Überprüfung",
    "goals[].goal_id": "Ziel-Nr.",
    "review.goal_reviews[].status_new": "neuer Stand",
}


def definition(kind: FormKind, date_key: str) -> FormDefinition:
    return FormDefinition(
        kind=kind,
        title=kind.kind,
        form_type=kind.kind,
        date_key=date_key,
        sections=(),
        schema={},
        specs={key: FieldSpec(key=key, label=label, type=ValueType.TEXT) for key, label in _LABELS.items()},
        lists={
            key: ListSpec(key=key, label=f"Liste {key}", columns=(), id_name=name, id_prefix=prefix)
            for key, (name, prefix) in _LISTS.items()
        },
    )


INTAKE = definition(INTAKE_KIND, "case.intake_date")
REVIEW = definition(REVIEW_KIND, "review.review_date")
CONSENT = replace(
    definition(CONSENT_KIND, "form.filled_on"), lists={"consents[]": definition(CONSENT_KIND, "-").lists["consents[]"]}
)
DEFINITIONS = {INTAKE_KIND: INTAKE, REVIEW_KIND: REVIEW, CONSENT_KIND: CONSENT}


def sha(label: str) -> Sha256:
    return Sha256(hashlib.sha256(label.encode()).hexdigest())


def goal(goal_id: str = "", *, status: str = "offen", area: str = "arbeit", **columns: object) -> dict[str, Any]:
    """Return a goal's row, complete enough to be begun (C6)."""
    named = {"life_area": area, "title": f"Ziel {goal_id or 'neu'}", "status": status}
    row = {**named, "indicator": "Nachweis liegt vor", "due_date": "2026-12-31", **columns}
    return {"goal_id": goal_id, **row} if goal_id else row


def seen(goal_id: str, status: str, **columns: object) -> dict[str, Any]:
    return {"goal_id": goal_id, "status_new": status, **columns}


def intake(label: str = "intake", seq: int = 1, day: str = START, **parts: object) -> Filed:
    given: dict[str, Any] = dict(parts)
    case = {"intake_date": day, "carrier": "CAR", **given.pop("case", {})}
    return form(label, seq, INTAKE_KIND, day, {"case": case, "form": {"type": "aufnahme"}, **given})


def review(label: str, seq: int, day: str, **parts: object) -> Filed:
    """Return a review of *day*; `goals_seen`, `steps`, `changes` and `own` go into its review section."""
    given: dict[str, Any] = dict(parts)
    own = {
        "review_date": day,
        "goal_reviews": given.pop("goals_seen", []),
        "action_updates": given.pop("steps", []),
        "changes": given.pop("changes", {}),
        **given.pop("own", {}),
    }
    data = {"case": {"case_id": CASE}, "form": {"type": "ueberpruefung"}, "review": own, **given}
    return form(label, seq, REVIEW_KIND, day, data)


def consents(label: str, seq: int, day: str, *rows: dict[str, Any]) -> Filed:
    """Return a form of *day* that gives and takes back consents."""
    data = {"form": {"type": "einwilligung", "filled_on": day}, "case": {"case_id": CASE}, "consents": list(rows)}
    return form(label, seq, CONSENT_KIND, day, data)


def correction(of: Filed, filed: Filed) -> Filed:
    """Return *filed* as a correction of *of*."""
    return corrects(of.sha256, filed)


def corrects(checksum: str, filed: Filed) -> Filed:
    old = filed.submission
    data = dict(old.data)
    data["form"] = {"type": "berichtigt", "is_correction": True, "corrects_sha256": checksum}
    return Filed(
        sha256=filed.sha256,
        seq=filed.seq,
        case=filed.case,
        submission=Submission(kind=old.kind, case=old.case, counts_for=old.counts_for, data=data, names=old.names),
    )


def form(
    label: str, seq: int, kind: FormKind, day: str, data: Mapping[str, Any], names: Mapping[str, str] | None = None
) -> Filed:
    submission = Submission(
        kind=kind, case=CASE, counts_for=date.fromisoformat(day), data=dict(data), names=dict(names or {})
    )
    return Filed(sha256=sha(label), seq=seq, case=CASE, submission=submission)


def folded(*filed: Filed) -> Fold:
    return fold(filed, DEFINITIONS)


def newest(*filed: Filed) -> IntegrationPlan:
    """Return the newest plan of forms that all stand."""
    result = folded(*filed)
    assert not result.held
    return result.versions[-1]


def held(filed: Filed, *others: Filed) -> HeldForm:
    """Return why the fold of *filed* with *others* holds *filed*, which it must, and only it."""
    result = folded(*others, filed)
    assert set(result.held) == {filed.sha256}
    return result.held[filed.sha256]


def told(filed: Filed, *others: Filed) -> list[tuple[str, str, dict[str, object]]]:
    """Return rule, pointer and parameters of the warnings of *filed*."""
    notes = folded(*others, filed).notes.get(filed.sha256, ())
    assert all(each.severity == "warning" for each in notes)
    return [(each.rule, each.pointer, dict(each.parameters)) for each in notes]


def faults(found: HeldForm) -> list[tuple[str, str, dict[str, object]]]:
    """Return rule, pointer and parameters of the findings of *found*."""
    assert all(each.severity == "error" for each in found.findings)
    return [(each.rule, each.pointer, dict(each.parameters)) for each in found.findings]


def values_of(plan: IntegrationPlan) -> dict[str, Any]:
    return {key: value.value for key, value in plan.values.items()}


def cells_of(plan: IntegrationPlan, goal_id: str, action_id: str = "") -> dict[str, Any]:
    """Return the plain columns of a goal or of a step."""
    found = next(each for each in plan.goals if each.goal_id == goal_id)
    if not action_id:
        return {name: value.value for name, value in found.columns.items()}
    action = next(each for each in found.actions if each.action_id == action_id)
    return {name: value.value for name, value in action.columns.items()}


def origins_of(plan: IntegrationPlan) -> dict[str, tuple[str, str]]:
    """Return for each value the checksum of its form and the field's name there."""
    return {key: (value.origin, value.name) for key, value in plan.values.items()}


def said(value: Json, on: str = START, name: str = "any.field") -> PlanValue:
    return PlanValue(value=value, origin=sha("form"), name=name, on=date.fromisoformat(on))


def plan(
    values: Mapping[str, Any] | None = None, goals: list[dict[str, Any]] | None = None, *, dated: str = "2026-05-28"
) -> IntegrationPlan:
    """Return a plan of plain *values* and *goals* (rows as on a form)."""
    return IntegrationPlan(
        case=CASE,
        version=3,
        dated=date.fromisoformat(dated),
        values={key: value if isinstance(value, PlanValue) else said(value) for key, value in (values or {}).items()},
        goals=tuple(_goal_of(row) for row in goals or []),
        inputs=(sha("form"),),
    )


def _goal_of(row: Mapping[str, Any]) -> Goal:
    return Goal(
        goal_id=row["goal_id"],
        columns={name: said(value) for name, value in row.items() if name not in ("goal_id", "actions")},
        actions=tuple(
            Action(
                action_id=each["action_id"],
                columns={name: said(value) for name, value in each.items() if name != "action_id"},
            )
            for each in row.get("actions", [])
        ),
    )
