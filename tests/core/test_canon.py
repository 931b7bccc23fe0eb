"""Canonical JSON, and plans and submissions there and back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from core.make_fold import CASE, INTAKE_KIND, REVIEW_KIND, goal, plan

from formpipe.canon import (
    answers_of,
    canonical,
    plan_checksum,
    plan_from_json,
    plan_json,
    submission_from_json,
    submission_json,
)
from formpipe.model import Submission

PLAN = plan(
    {"person.family_name": "Mûsterî", "work.weekly_hours": 2.5, "work.constraints": ["sprache"], "contact.x": True},
    [goal("G01", actions=[{"action_id": "G01-S01", "title": "Schritt"}]), goal("G02")],
)


def submission(
    data: dict[str, Any],
    *,
    written: dict[str, str] | None = None,
    names: dict[str, str] | None = None,
    base: str | None = None,
) -> Submission:
    return Submission(
        kind=INTAKE_KIND,
        case=CASE,
        counts_for=date(2026, 1, 15),
        data=data,
        written=written or {},
        names=names or {},
        base=base,
    )


def test_canonical_json_is_sorted_and_has_no_spaces() -> None:
    assert canonical({"b": [1, None, True], "a": "Şê", "c": {}}) == '{"a":"Şê","b":[1,null,true],"c":{}}'.encode()


def test_what_is_no_json_has_no_spelling() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))


def test_a_plan_comes_back_the_same() -> None:
    data = plan_json(PLAN)
    assert data["case"] == CASE
    assert data["version"] == 3
    assert data["dated"] == "2026-05-28"
    assert plan_from_json(json.loads(canonical(data))) == PLAN


def test_the_checksum_is_that_of_the_canonical_plan() -> None:
    assert plan_checksum(PLAN) == plan_checksum(plan_from_json(plan_json(PLAN)))
    assert len(plan_checksum(PLAN)) == 64
    assert plan_checksum(PLAN) != plan_checksum(replace(PLAN, version=4))
    assert plan_checksum(PLAN) != plan_checksum(replace(PLAN, goals=PLAN.goals[:1]))


def test_a_submission_comes_back_the_same() -> None:
    whole = submission(
        {"person": {"family_name": "Muster"}},
        written={"person.family_name": " Muster "},
        names={"/goals/0": "goals[2]"},
        base="ab",
    )
    assert submission_from_json(json.loads(canonical(submission_json(whole)))) == whole


def test_a_submission_without_number_stays_without() -> None:
    data = submission_json(replace(submission({}), case=None))
    assert data["case"] is None
    assert submission_from_json(data) == replace(submission({}), case=None)


def test_answers_leave_out_the_case_number_and_how_it_was_written() -> None:
    one = submission({"case": {"case_id": CASE, "status": "aktiv"}, "form": {"type": "aufnahme"}}, base="x")
    other = submission({"case": {"status": "aktiv"}, "form": {"type": "aufnahme"}}, written={"case.status": "Aktiv"})
    assert answers_of(one) == answers_of(other)
    assert answers_of(one) == (b'{"answers":{"case":{"status":"aktiv"},"form":{"type":"aufnahme"}},"kind":"intake"}')


def test_answers_do_not_mind_a_section_that_held_only_the_number() -> None:
    assert answers_of(submission({"case": {"case_id": CASE}})) == answers_of(submission({}))


def test_other_answers_or_another_kind_differ() -> None:
    one = submission({"person": {"family_name": "Muster"}})
    assert answers_of(one) != answers_of(submission({"person": {"family_name": "Beispiel"}}))
    assert answers_of(one) != answers_of(replace(one, kind=REVIEW_KIND))
