"""Goals and steps that a form brings or changes."""

from __future__ import annotations

from typing import Any

import pytest
from core.make_fold import (
    REVIEW_KIND,
    cells_of,
    faults,
    folded,
    form,
    goal,
    held,
    intake,
    newest,
    review,
    seen,
    sha,
    told,
)

from formpipe.fold.holding import HeldReason
from formpipe.model import Filed

STEP = {"action_id": "G01-S01", "title": "Schritt", "status": "geplant"}
FIRST = intake(goals=[goal("G01", due_date="2026-12-31", actions=[STEP])])
KEEP = [seen("G01", "offen")]


def next_review(*goals: dict[str, Any], goals_seen: list[dict[str, Any]] = KEEP) -> Filed:
    return review("r1", 2, "2026-03-10", goals_seen=goals_seen, goals=list(goals))


def test_goals_and_steps_of_the_intake_stand_with_their_origin() -> None:
    plan = newest(FIRST)
    assert [each.goal_id for each in plan.goals] == ["G01"]
    columns = plan.goals[0].columns
    assert {name: (each.value, each.name) for name, each in columns.items()} == {
        "life_area": ("arbeit", "goals[0].life_area"),
        "title": ("Ziel G01", "goals[0].title"),
        "status": ("offen", "goals[0].status"),
        "indicator": ("Nachweis liegt vor", "goals[0].indicator"),
        "due_date": ("2026-12-31", "goals[0].due_date"),
    }
    assert {each.origin for each in columns.values()} == {sha("intake")}
    assert {each.on.isoformat() for each in columns.values()} == {"2026-01-15"}
    step = plan.goals[0].actions[0]
    assert step.action_id == "G01-S01"
    assert {name: (each.value, each.name) for name, each in step.columns.items()} == {
        "title": ("Schritt", "goals[0].actions[0].title"),
        "status": ("geplant", "goals[0].actions[0].status"),
    }


def test_the_name_is_that_of_the_row_on_the_form() -> None:
    names = {
        "/goals/0/title": "goals[3].title",
        "/review/goal_reviews/0/status_new": "review.goal_reviews[2].status_new",
    }
    data = {"review": {"goal_reviews": [seen("G01", "in_arbeit")]}, "goals": [goal("G02")]}
    plan = newest(FIRST, form("r1", 2, REVIEW_KIND, "2026-03-10", data, names))
    assert plan.goals[1].columns["title"].name == "goals[3].title"
    assert plan.goals[1].columns["status"].name == "goals[0].status"
    assert plan.goals[0].columns["status"].name == "review.goal_reviews[2].status_new"


def test_goals_and_steps_without_id_get_the_next_number() -> None:
    plan = newest(FIRST, next_review(goal("G04"), goal(actions=[{"title": "a"}, {"title": "b"}]), goal()))
    assert [each.goal_id for each in plan.goals] == ["G01", "G04", "G05", "G06"]
    assert [each.action_id for each in plan.goals[2].actions] == ["G05-S01", "G05-S02"]


def test_a_number_is_not_used_again_after_a_goal_has_ended() -> None:
    ended = next_review(goals_seen=[seen("G01", "erreicht")])
    plan = newest(FIRST, ended, review("r2", 3, "2026-04-10", goals=[goal()]))
    assert [each.goal_id for each in plan.goals] == ["G01", "G02"]


def test_a_known_goal_changes_by_id() -> None:
    change = {"goal_id": "G01", "title": "Anders", "due_date": None, "life_area": "arbeit", "priority": 1}
    plan = newest(FIRST, next_review(change))
    assert cells_of(plan, "G01") == {
        "life_area": "arbeit",
        "title": "Anders",
        "status": "offen",
        "indicator": "Nachweis liegt vor",
        "priority": 1,
    }
    columns = plan.goals[0].columns
    assert columns["life_area"].origin == sha("intake")
    assert (columns["title"].origin, columns["title"].name) == (sha("r1"), "goals[0].title")


def test_steps_merge_by_id_and_new_ones_get_a_number() -> None:
    steps = [{"title": "neu"}, {"action_id": "G01-S01", "title": "Schritt", "due_date": "2026-06-30"}]
    plan = newest(FIRST, next_review({"goal_id": "G01", "actions": steps}))
    assert [each.action_id for each in plan.goals[0].actions] == ["G01-S01", "G01-S02"]
    assert cells_of(plan, "G01", "G01-S01") == {"title": "Schritt", "status": "geplant", "due_date": "2026-06-30"}
    assert cells_of(plan, "G01", "G01-S02") == {"title": "neu"}
    first, second = plan.goals[0].actions
    assert first.columns["title"].origin == sha("intake")
    assert first.columns["due_date"].name == "goals[0].actions[1].due_date"
    assert second.columns["title"].name == "goals[0].actions[0].title"


def test_a_goal_without_new_steps_keeps_its_own() -> None:
    plan = newest(FIRST, next_review({"goal_id": "G01", "title": "Anders"}))
    assert [each.action_id for each in plan.goals[0].actions] == ["G01-S01"]


@pytest.mark.parametrize(
    ("area", "answer", "expected"),
    [
        ("beratung_vertraulich", False, True),
        ("gesundheit", None, True),
        ("finanzen", "unbekannt", True),
        ("finanzen", False, False),
        ("arbeit", False, False),
    ],
)
def test_a_secret_life_area_makes_its_goals_confidential(area: str, answer: object, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    columns: dict[str, Any] = {} if answer is None else {"confidential": answer}
    plan = newest(intake(goals=[goal("G01", area=area, **columns)]))
    found = plan.goals[0].columns["confidential"]
    assert found.value is expected
    assert found.name == "goals[0].confidential"


def test_a_goal_without_answer_and_secret_has_no_such_column() -> None:
    assert "confidential" not in newest(FIRST).goals[0].columns


def test_clearing_secrecy_brings_the_default_back() -> None:
    first = intake(goals=[goal("G01", area="gesundheit", confidential=False)])
    plan = newest(first, next_review({"goal_id": "G01", "confidential": None}))
    assert cells_of(plan, "G01")["confidential"] is True
    assert plan.goals[0].columns["confidential"].origin == sha("r1")


# What holds the form


def test_an_id_may_not_stand_for_another_goal() -> None:
    found = held(next_review(goal("G01", area="sprache")), FIRST)
    assert found.reason == HeldReason.CONFLICT
    assert faults(found) == [("V04", "/goals/0/goal_id", {"ids": ["G01"], "reason": "taken"})]
    assert found.findings[0].place.label == "Ziel-Nr."


def test_an_id_may_not_stand_for_two_new_goals() -> None:
    found = held(intake(goals=[goal("G02"), goal("G01"), goal("G02")]))
    assert faults(found) == [
        ("V04", "/goals/0/goal_id", {"ids": ["G01", "G02"], "reason": "taken"}),
        ("V04", "/goals/2/goal_id", {"ids": ["G01", "G02"], "reason": "taken"}),
    ]


def test_an_id_may_not_stand_for_two_steps() -> None:
    found = held(intake(goals=[goal("G01", actions=[STEP, STEP])]))
    assert found.reason == HeldReason.CONFLICT
    assert faults(found) == [
        ("V04", f"/goals/0/actions/{row}/action_id", {"ids": ["G01-S01"], "reason": "taken"}) for row in (0, 1)
    ]


def test_a_step_belongs_to_its_goal() -> None:
    found = held(intake(goals=[goal("G01"), goal("G02", actions=[STEP])]))
    assert found.reason == HeldReason.UNKNOWN_GOAL
    assert faults(found) == [
        ("V08", "/goals/1/actions/0/action_id", {"ids": ["G02"], "reason": "unknown", "written": "G01-S01"})
    ]


@pytest.mark.parametrize("status", ["teilweise_erreicht", "erreicht", "zurueckgestellt", "aufgegeben"])
def test_a_new_goal_begins_open_or_running(status: str) -> None:
    found = held(intake(goals=[goal("G01", status="in_arbeit"), goal("G02", status=status)]))
    assert found.reason == HeldReason.TRANSITION
    told = {"ids": ["G02"], "reason": "transition", "from": None, "to": status}
    assert faults(found) == [("V08", "/goals/1/status", told)]


def test_a_goal_row_without_status_says_nothing_of_it() -> None:
    assert cells_of(newest(intake(goals=[{"goal_id": "G01", "title": "Ziel"}])), "G01") == {"title": "Ziel"}


def test_the_status_of_a_known_goal_changes_in_its_review_only() -> None:
    found = held(next_review(goal("G01", status="in_arbeit")), FIRST)
    assert found.reason == HeldReason.TRANSITION
    told = {"ids": ["G01"], "reason": "two_statuses", "from": "offen", "to": "in_arbeit"}
    assert faults(found) == [("V08", "/goals/0/status", told)]


@pytest.mark.parametrize("status", ["offen", "in_arbeit"])
def test_a_row_may_repeat_the_old_status_or_the_new(status: str) -> None:
    row = goal("G01", status=status, status_since="2000-01-01")
    plan = newest(FIRST, next_review(row, goals_seen=[seen("G01", "in_arbeit")]))
    assert cells_of(plan, "G01")["status"] == "in_arbeit"
    assert cells_of(plan, "G01")["status_since"] == "2026-03-10"


def test_a_row_does_not_date_the_status_of_a_known_goal() -> None:
    plan = newest(FIRST, next_review(goal("G01", status_since="2000-01-01")))
    assert "status_since" not in cells_of(plan, "G01")
    dated = newest(intake(goals=[goal("G01", status_since="2025-12-01")]))
    assert cells_of(dated, "G01")["status_since"] == "2025-12-01"


def test_the_review_of_another_goal_does_not_count() -> None:
    first = intake(goals=[goal("G01"), goal("G02")])
    form = next_review(goal("G01", status="in_arbeit"), goals_seen=[seen("G01", "offen"), seen("G02", "in_arbeit")])
    assert held(form, first).reason == HeldReason.TRANSITION


def test_all_faults_are_told_at_once_and_the_first_to_mend_names_the_reason() -> None:
    form = next_review(
        goal("G02", status="erreicht"), goals_seen=[seen("G09", "offen"), seen("G02", "zurueckgestellt")]
    )
    found = held(form, FIRST)
    assert found.reason == HeldReason.UNKNOWN_GOAL
    assert [(each.rule, each.pointer) for each in found.findings] == [
        ("V08", "/goals/0/status"),
        ("V08", "/review/goal_reviews/0/goal_id"),
        ("V08", "/review/goal_reviews/1/status_new"),
        ("C7", "/review/goal_reviews/1/drop_reason"),
        ("C7", "/review/goal_reviews/1/due_date_new"),
        ("V07", "/review/goal_reviews"),
    ]


def test_a_held_form_leaves_the_plan_as_it_was() -> None:
    form = next_review(goal("G02", status="erreicht"))
    result = folded(FIRST, form)
    assert result.versions == folded(FIRST).versions
    assert told(form, FIRST) == []
