"""One spelling for each plan and submission: canonical JSON, there and back, and checksums of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from formpipe.model import (
    Action,
    CaseNumber,
    Columns,
    FormKind,
    Goal,
    IntegrationPlan,
    Json,
    PlanValue,
    Sha256,
    Submission,
)


def canonical(data: Json) -> bytes:
    """Return *data* as UTF-8 JSON with sorted keys and no spaces; equal data give equal bytes."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()


class _Kept:
    """The checksum of the plan that was asked for last: a plan is not changed, and asked for ten times in a row."""

    last: tuple[IntegrationPlan, str] | None = None


def plan_checksum(plan: IntegrationPlan) -> str:
    """Return the SHA-256 (hex) of the plan's canonical JSON; forms pre-filled from it carry this."""
    known = _Kept.last
    if known is None or known[0] is not plan:
        known = _Kept.last = (plan, hashlib.sha256(canonical(plan_json(plan))).hexdigest())
    return known[1]


def answers_of(submission: Submission) -> bytes:
    """Return the canonical answers of *submission* without the case number.

    Two forms of one kind with the same bytes here are the same form saved
    twice (design 4, *Duplicate*); what was typed how does not count.
    """
    answers = dict(submission.data)
    case = answers.pop("case", None)
    if isinstance(case, dict):
        others = {name: value for name, value in case.items() if name != "case_id"}
        if others:
            answers["case"] = others
    return canonical({"kind": submission.kind.kind, "answers": answers})


def plan_json(plan: IntegrationPlan) -> dict[str, Json]:
    """Return *plan* as JSON data; `plan_from_json` makes the same plan of it."""
    goals: list[Json] = [_goal_json(goal) for goal in plan.goals]
    return {
        "case": plan.case,
        "version": plan.version,
        "dated": plan.dated.isoformat(),
        "values": _columns_json(plan.values),
        "goals": goals,
        "inputs": list(plan.inputs),
    }


def plan_from_json(data: Mapping[str, Any]) -> IntegrationPlan:
    """Return the plan that `plan_json` wrote as *data*."""
    return IntegrationPlan(
        case=CaseNumber(data["case"]),
        version=data["version"],
        dated=date.fromisoformat(data["dated"]),
        values=_columns(data["values"]),
        goals=tuple(_goal(goal) for goal in data["goals"]),
        inputs=tuple(Sha256(each) for each in data["inputs"]),
    )


def submission_json(submission: Submission) -> dict[str, Json]:
    """Return *submission* as JSON data; `submission_from_json` makes the same submission of it."""
    unread: dict[str, Json] = {} if submission.empty is None else {"empty": list(submission.empty)}
    return {
        "kind": {"kind": submission.kind.kind, "version": submission.kind.version},
        "case": submission.case,
        "counts_for": submission.counts_for.isoformat(),
        "data": dict(submission.data),
        "written": dict(submission.written),
        "names": dict(submission.names),
        "base": submission.base,
        **unread,
    }


def submission_from_json(data: Mapping[str, Any]) -> Submission:
    """Return the submission that `submission_json` wrote as *data*."""
    case = data["case"]
    return Submission(
        kind=FormKind(kind=data["kind"]["kind"], version=data["kind"]["version"]),
        case=None if case is None else CaseNumber(case),
        counts_for=date.fromisoformat(data["counts_for"]),
        data=MappingProxyType(data["data"]),
        written=MappingProxyType(data["written"]),
        names=MappingProxyType(data["names"]),
        base=data["base"],
        empty=tuple(data["empty"]) if "empty" in data else None,
    )


def _columns_json(columns: Columns) -> dict[str, Json]:
    return {
        key: {"value": each.value, "origin": each.origin, "name": each.name, "on": each.on.isoformat()}
        for key, each in columns.items()
    }


def _goal_json(goal: Goal) -> dict[str, Json]:
    actions: list[Json] = [
        {"action_id": action.action_id, "columns": _columns_json(action.columns)} for action in goal.actions
    ]
    return {"goal_id": goal.goal_id, "columns": _columns_json(goal.columns), "actions": actions}


def _columns(data: Mapping[str, Any]) -> Columns:
    return MappingProxyType(
        {
            key: PlanValue(
                value=each["value"], origin=Sha256(each["origin"]), name=each["name"], on=date.fromisoformat(each["on"])
            )
            for key, each in data.items()
        }
    )


def _goal(data: Mapping[str, Any]) -> Goal:
    return Goal(
        goal_id=data["goal_id"],
        columns=_columns(data["columns"]),
        actions=tuple(
            Action(action_id=each["action_id"], columns=_columns(each["columns"])) for each in data["actions"]
        ),
    )
