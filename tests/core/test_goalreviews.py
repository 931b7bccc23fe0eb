"""What a review does to goals and steps, and what it may not forget."""

from __future__ import annotations

from typing import Any

import pytest
from core.make_fold import cells_of, correction, faults, folded, goal, held, intake, newest, review, seen, sha, told

from formpipe.fold.holding import HeldReason
from formpipe.model import Filed

STEPS = [
    {"action_id": "G01-S01", "title": "Schritt 1", "status": "geplant"},
    {"action_id": "G01-S02", "title": "Schritt 2", "status": "geplant", "due_date": "2026-02-01"},
]
FIRST = intake(goals=[goal("G01", due_date="2026-12-31", actions=STEPS)])


def of_goal(status: str, **columns: object) -> Filed:
    return review("r1", 2, "2026-03-10", goals_seen=[seen("G01", status, **columns)])


def test_a_new_status_stands_since_the_review() -> None:
    plan = newest(FIRST, of_goal("in_arbeit", comment="geht voran"))
    columns = plan.goals[0].columns
    assert cells_of(plan, "G01") == {
        "life_area": "arbeit",
        "title": "Ziel G01",
        "indicator": "Nachweis liegt vor",
        "due_date": "2026-12-31",
        "status": "in_arbeit",
        "status_since": "2026-03-10",
    }
    for name in ("status", "status_since"):
        assert (columns[name].origin, columns[name].name) == (sha("r1"), "review.goal_reviews[0].status_new")
    assert columns["title"].origin == sha("intake")


def test_the_same_status_keeps_its_origin_and_its_date() -> None:
    plan = newest(FIRST, of_goal("offen"))
    assert plan.goals[0].columns == newest(FIRST).goals[0].columns


def test_a_new_date_counts_with_any_status() -> None:
    plan = newest(FIRST, of_goal("offen", due_date_new="2027-01-31"))
    due = plan.goals[0].columns["due_date"]
    assert (due.value, due.name) == ("2027-01-31", "review.goal_reviews[0].due_date_new")


@pytest.mark.parametrize("word", ["keine_angabe", "unbekannt", "2027-01", None])
def test_no_date_changes_no_date(word: object) -> None:
    assert cells_of(newest(FIRST, of_goal("offen", due_date_new=word)), "G01")["due_date"] == "2026-12-31"


def test_reasons_stand_with_the_status_and_go_with_it() -> None:
    paused = of_goal("zurueckgestellt", drop_reason="Kurs zuerst", due_date_new="2026-09-01")
    first, second = folded(FIRST, paused).versions
    assert "drop_reason" not in cells_of(first, "G01")
    assert cells_of(second, "G01")["drop_reason"] == "Kurs zuerst"
    assert second.goals[0].columns["drop_reason"].name == "review.goal_reviews[0].drop_reason"
    again = review("r2", 3, "2026-04-10", goals_seen=[seen("G01", "zurueckgestellt")])
    assert cells_of(newest(FIRST, paused, again), "G01")["drop_reason"] == "Kurs zuerst"
    running = review("r2", 3, "2026-04-10", goals_seen=[seen("G01", "in_arbeit")])
    assert "drop_reason" not in cells_of(newest(FIRST, paused, running), "G01")
    dropped = review("r2", 3, "2026-04-10", goals_seen=[seen("G01", "aufgegeben")])
    assert cells_of(newest(FIRST, paused, dropped), "G01")["drop_reason"] == "Kurs zuerst"


def test_a_reason_may_be_given_with_any_status() -> None:
    plan = newest(FIRST, of_goal("in_arbeit", drop_reason="doch gesagt"))
    assert cells_of(plan, "G01")["drop_reason"] == "doch gesagt"


def test_a_replaced_goal_names_its_successor_of_the_same_review() -> None:
    form = review("r1", 2, "2026-03-10", goals_seen=[seen("G01", "ersetzt", superseded_by="G02")], goals=[goal("G02")])
    plan = newest(FIRST, form)
    assert cells_of(plan, "G01")["superseded_by"] == "G02"
    assert plan.goals[0].columns["superseded_by"].name == "review.goal_reviews[0].superseded_by"
    later = review("r2", 3, "2026-04-10", goals_seen=[seen("G02", "in_arbeit")])
    assert cells_of(newest(FIRST, form, later), "G01")["superseded_by"] == "G02"


def test_a_correction_that_takes_the_replacement_back_takes_its_successor_too() -> None:
    form = review("r1", 2, "2026-03-10", goals_seen=[seen("G01", "ersetzt", superseded_by="G02")], goals=[goal("G02")])
    later = review("r2", 3, "2026-04-10", goals_seen=[seen("G02", "offen")])
    kept = correction(later, review("c1", 4, "2026-04-10", goals_seen=[seen("G01", "ersetzt"), seen("G02", "offen")]))
    back = correction(later, review("c2", 4, "2026-04-10", goals_seen=[seen("G01", "in_arbeit"), seen("G02", "offen")]))
    assert cells_of(newest(FIRST, form, later, kept), "G01")["superseded_by"] == "G02"
    assert "superseded_by" not in cells_of(newest(FIRST, form, later, back), "G01")


def test_steps_are_updated_by_id() -> None:
    steps = [
        {"action_id": "G01-S02", "status": "erledigt", "done_on": "2026-03-01"},
        {"action_id": "G01-S01", "status": "geplant", "done_on": None},
    ]
    plan = newest(FIRST, review("r1", 2, "2026-03-10", goals_seen=[seen("G01", "offen")], steps=steps))
    assert cells_of(plan, "G01", "G01-S01") == {"title": "Schritt 1", "status": "geplant"}
    assert cells_of(plan, "G01", "G01-S02") == {
        "title": "Schritt 2",
        "status": "erledigt",
        "due_date": "2026-02-01",
        "done_on": "2026-03-01",
    }
    first, second = plan.goals[0].actions
    assert first.columns["status"].origin == sha("intake")
    assert (second.columns["status"].origin, second.columns["status"].name) == (
        sha("r1"),
        "review.action_updates[0].status",
    )


def test_a_step_of_the_same_review_may_be_updated() -> None:
    form = review(
        "r1",
        2,
        "2026-03-10",
        goals_seen=[seen("G01", "offen")],
        goals=[goal("G02", actions=[{"action_id": "G02-S01", "title": "x", "status": "geplant"}])],
        steps=[{"action_id": "G02-S01", "status": "laeuft"}],
    )
    assert cells_of(newest(FIRST, form), "G02", "G02-S01")["status"] == "laeuft"


# V08


def test_an_unknown_goal_is_told_with_those_that_exist() -> None:
    form = review("r1", 2, "2026-03-10", goals_seen=[seen("G01", "offen"), seen("G09", "offen")], goals=[goal("G02")])
    found = held(form, FIRST)
    assert found.reason == HeldReason.UNKNOWN_GOAL
    told_ = {"ids": ["G01", "G02"], "reason": "unknown", "written": "G09"}
    assert faults(found) == [("V08", "/review/goal_reviews/1/goal_id", told_)]


def test_an_unknown_step_is_told_with_those_that_exist() -> None:
    form = review("r1", 2, "2026-03-10", goals_seen=[seen("G01", "offen")], steps=[{"action_id": "G01-S09"}])
    found = held(form, FIRST)
    assert found.reason == HeldReason.UNKNOWN_GOAL
    told_ = {"ids": ["G01-S01", "G01-S02"], "reason": "unknown", "written": "G01-S09"}
    assert faults(found) == [("V08", "/review/action_updates/0/action_id", told_)]


@pytest.mark.parametrize("successor", ["G07", "G01"])
def test_a_successor_must_be_another_goal(successor: str) -> None:
    first = intake(goals=[goal("G01"), goal("G02")])
    form = review(
        "r1", 2, "2026-03-10", goals_seen=[seen("G01", "ersetzt", superseded_by=successor), seen("G02", "offen")]
    )
    found = held(form, first)
    assert found.reason == HeldReason.UNKNOWN_GOAL
    told_ = {"ids": ["G02"], "reason": "itself" if successor == "G01" else "unknown", "written": successor}
    assert faults(found) == [("V08", "/review/goal_reviews/0/superseded_by", told_)]


def test_a_forbidden_transition_holds_the_review() -> None:
    reached = of_goal("erreicht")
    form = review("r2", 3, "2026-04-10", goals_seen=[seen("G01", "in_arbeit")])
    found = held(form, FIRST, reached)
    assert found.reason == HeldReason.TRANSITION
    told_ = {"ids": ["G01"], "reason": "transition", "from": "erreicht", "to": "in_arbeit"}
    assert faults(found) == [("V08", "/review/goal_reviews/0/status_new", told_)]
    assert found.findings[0].place.label == "neuer Stand"


def test_a_late_review_that_ends_a_goal_holds_the_one_that_goes_on_with_it() -> None:
    going_on = review("r2", 2, "2026-04-10", goals_seen=[seen("G01", "in_arbeit")])
    ended = review("r1", 3, "2026-03-10", goals_seen=[seen("G01", "nicht_erreicht", drop_reason="x")])
    assert held(going_on, FIRST, ended).reason == HeldReason.TRANSITION


def test_a_goal_or_step_is_reviewed_once() -> None:
    twice = [seen("G01", "offen"), seen("G01", "in_arbeit")]
    steps = [{"action_id": "G01-S01", "status": "laeuft"}, {"action_id": "G01-S01", "status": "erledigt"}]
    found = held(review("r1", 2, "2026-03-10", goals_seen=twice, steps=steps), FIRST)
    assert found.reason == HeldReason.CONFLICT
    assert faults(found) == [
        ("V04", "/review/goal_reviews/0/goal_id", {"ids": ["G01"], "reason": "twice"}),
        ("V04", "/review/goal_reviews/1/goal_id", {"ids": ["G01"], "reason": "twice"}),
        ("V04", "/review/action_updates/0/action_id", {"ids": ["G01-S01"], "reason": "twice"}),
        ("V04", "/review/action_updates/1/action_id", {"ids": ["G01-S01"], "reason": "twice"}),
    ]


# C6


NO_INDICATOR = ("C6", "/review/goal_reviews/0/status_new", {"ids": ["G01"], "reason": "indicator"})
NO_DATE = ("C6", "/review/goal_reviews/0/due_date_new", {"ids": ["G01"], "reason": "due_date"})


@pytest.mark.parametrize("status", ["in_arbeit", "teilweise_erreicht"])
@pytest.mark.parametrize(
    ("columns", "given", "lacking"),
    [
        ({"indicator": None, "due_date": None}, {}, [NO_INDICATOR, NO_DATE]),
        ({"indicator": "keine_angabe"}, {}, [NO_INDICATOR]),
        ({"due_date": "unbekannt"}, {}, [NO_DATE]),
        ({"due_date": None}, {"due_date_new": "unbekannt"}, [NO_DATE]),
        ({"due_date": None}, {"due_date_new": "2026-10"}, [NO_DATE]),
        ({"due_date": None, "area": "gesundheit"}, {}, [NO_DATE]),
        ({"due_date": None, "area": "finanzen", "confidential": True}, {}, [NO_DATE]),
    ],
)
def test_a_goal_that_is_begun_says_how_and_by_when(
    status: str, columns: dict[str, Any], given: dict[str, Any], lacking: list[object]
) -> None:
    found = held(of_goal(status, **given), intake(goals=[goal("G01", **columns)]))
    assert found.reason == HeldReason.INCOMPLETE_GOAL
    assert faults(found) == lacking


@pytest.mark.parametrize(
    ("columns", "status", "given"),
    [
        ({"due_date": None}, "in_arbeit", {"due_date_new": "2026-10-01"}),
        ({"due_date": None, "indicator": None, "area": "beratung_vertraulich"}, "in_arbeit", {}),
        ({"due_date": None, "indicator": None}, "offen", {}),
        ({"due_date": None, "indicator": None}, "erreicht", {}),
        ({"due_date": None, "indicator": None}, "aufgegeben", {}),
        ({"due_date": None, "indicator": None, "status": "in_arbeit"}, "in_arbeit", {}),
    ],
)
def test_a_goal_that_need_not_say_it(columns: dict[str, Any], status: str, given: dict[str, Any]) -> None:
    assert cells_of(newest(intake(goals=[goal("G01", **columns)]), of_goal(status, **given)), "G01")["status"] == status


def test_the_goals_own_row_of_the_same_review_says_it_too() -> None:
    first = intake(goals=[goal("G01", indicator=None, due_date=None)])
    row = {"goal_id": "G01", "indicator": "Vertrag", "due_date": "2026-11-30"}
    form = review("r1", 2, "2026-03-10", goals_seen=[seen("G01", "in_arbeit")], goals=[row])
    assert cells_of(newest(first, form), "G01")["indicator"] == "Vertrag"


# C7


@pytest.mark.parametrize(
    ("status", "given", "missing"),
    [
        ("zurueckgestellt", {}, ["drop_reason", "due_date_new"]),
        ("zurueckgestellt", {"drop_reason": "x"}, ["due_date_new"]),
        ("zurueckgestellt", {"drop_reason": "x", "due_date_new": "keine_angabe"}, ["due_date_new"]),
        ("zurueckgestellt", {"drop_reason": "x", "due_date_new": "2026-10"}, ["due_date_new"]),
        ("zurueckgestellt", {"due_date_new": "2026-10-01", "drop_reason": ""}, ["drop_reason"]),
        ("nicht_erreicht", {}, ["drop_reason"]),
        ("nicht_erreicht", {"drop_reason": "unbekannt"}, ["drop_reason"]),
        ("ersetzt", {}, ["superseded_by"]),
        ("ersetzt", {"superseded_by": "keine_angabe"}, ["superseded_by"]),
    ],
)
def test_a_change_that_needs_a_reason_is_held_without(status: str, given: dict[str, Any], missing: list[str]) -> None:
    found = held(of_goal(status, **given), FIRST)
    assert found.reason == HeldReason.INCOMPLETE_GOAL
    assert faults(found) == [
        ("C7", f"/review/goal_reviews/0/{name}", {"ids": ["G01"], "to": status}) for name in missing
    ]


@pytest.mark.parametrize(
    ("status", "given"),
    [
        ("zurueckgestellt", {"drop_reason": "x", "due_date_new": "2026-10-01"}),
        ("nicht_erreicht", {"drop_reason": "x"}),
        ("aufgegeben", {}),
        ("erreicht", {}),
    ],
)
def test_a_complete_change_is_taken(status: str, given: dict[str, Any]) -> None:
    assert cells_of(newest(FIRST, of_goal(status, **given)), "G01")["status"] == status


# V07, V09


def test_every_goal_that_is_not_final_must_be_reviewed() -> None:
    first = intake(goals=[goal("G01"), goal("G02"), goal("G03")])
    form = review("r1", 2, "2026-03-10", goals_seen=[seen("G02", "erreicht")])
    found = held(form, first)
    assert found.reason == HeldReason.UNREVIEWED_GOAL
    assert faults(found) == [("V07", "/review/goal_reviews", {"ids": ["G01", "G03"]})]
    after = review("r2", 3, "2026-04-10", goals_seen=[seen("G01", "offen"), seen("G03", "offen")])
    full = review(
        "r1", 2, "2026-03-10", goals_seen=[seen("G01", "offen"), seen("G02", "erreicht"), seen("G03", "offen")]
    )
    assert newest(first, full, after).version == 3


def test_a_paused_goal_must_be_reviewed_too() -> None:
    paused = of_goal("zurueckgestellt", drop_reason="x", due_date_new="2026-09-01")
    assert held(review("r2", 3, "2026-04-10"), FIRST, paused).reason == HeldReason.UNREVIEWED_GOAL


@pytest.mark.parametrize(
    ("due", "status", "new", "overdue"),
    [
        ("2026-03-09", "offen", None, True),
        ("2026-03-10", "offen", None, False),
        ("2026-03-09", "teilweise_erreicht", None, True),
        ("2026-03-09", "erreicht", None, False),
        ("2026-03-09", "offen", "2026-03-10", False),
        ("2026-03-09", "offen", "2026-03-01", True),
        ("keine_angabe", "offen", None, False),
        (None, "offen", None, False),
    ],
)
def test_an_overdue_goal_left_open_is_told(due: str | None, status: str, new: str | None, overdue: bool) -> None:  # noqa: FBT001 - a column of the table
    columns = {} if due is None else {"due_date": due}
    first = intake(goals=[goal("G01", **columns), goal("G02")])
    form = review("r1", 2, "2026-03-10", goals_seen=[seen("G02", "offen"), seen("G01", status, due_date_new=new)])
    expected = [("V09", "/review/goal_reviews/1/due_date_new", {"ids": ["G01"], "written": new or due})]
    assert told(form, first) == (expected if overdue else [])
