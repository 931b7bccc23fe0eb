"""Which forms make which versions of a plan, in whatever order they come."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from core.make_fold import (
    CASE,
    DEFINITIONS,
    INTAKE_KIND,
    cells_of,
    correction,
    corrects,
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
    values_of,
)
from hypothesis import given
from hypothesis import strategies as st

from formpipe.canon import canonical, plan_checksum, plan_from_json, plan_json
from formpipe.errors import SetupError
from formpipe.fold.fold import Fold, fold
from formpipe.fold.holding import HeldForm, HeldReason
from formpipe.model import Filed, FormKind, pointer_of

STATUS = pointer_of("work.status")
FIRST = intake(goals=[goal("G01")], work={"status": "arbeitsuchend"})
SECOND = review("r1", 2, "2026-03-10", goals_seen=[seen("G01", "in_arbeit")], changes={"work": {"status": "minijob"}})
THIRD = review("r2", 3, "2026-05-12", goals_seen=[seen("G01", "erreicht")], goals=[goal(area="sprache")])


def plain(result: Fold) -> tuple[Any, ...]:
    held = {sha256: each.reason for sha256, each in result.held.items()}
    return tuple(plan_json(plan) for plan in result.versions), held, dict(result.superseded)


def in_order(*filed: Filed) -> list[Filed]:
    return [replace(each, seq=place + 1) for place, each in enumerate(filed)]


def test_nothing_comes_of_nothing() -> None:
    assert fold([], DEFINITIONS) == Fold(versions=(), held={}, notes={}, superseded={})


def test_each_form_makes_one_version_in_the_order_of_dates() -> None:
    result = folded(THIRD, FIRST, SECOND)
    assert [plan.version for plan in result.versions] == [1, 2, 3]
    assert [plan.dated.isoformat() for plan in result.versions] == ["2026-01-15", "2026-03-10", "2026-05-12"]
    assert [plan.inputs for plan in result.versions] == [
        (sha("intake"),),
        (sha("intake"), sha("r1")),
        (sha("intake"), sha("r1"), sha("r2")),
    ]
    assert {plan.case for plan in result.versions} == {CASE}
    assert [values_of(plan)["work.status"] for plan in result.versions] == ["arbeitsuchend", "minijob", "minijob"]
    assert [cells_of(plan, "G01")["status"] for plan in result.versions] == ["offen", "in_arbeit", "erreicht"]
    assert [each.goal_id for each in result.versions[-1].goals] == ["G01", "G02"]
    assert result.held == {}
    assert result.superseded == {}


def test_a_review_without_change_makes_a_version_too() -> None:
    assert newest(intake(), review("r1", 2, "2026-03-10")).version == 2


@given(order=st.permutations([FIRST, SECOND, THIRD]), twice=st.integers(0, 2), arrival=st.permutations([1, 2, 3]))
def test_neither_order_nor_doubles_nor_arrival_matter(order: list[Filed], twice: int, arrival: list[int]) -> None:
    came = [replace(each, seq=seq) for each, seq in zip(order, arrival, strict=True)]
    again = replace(came[twice], seq=9)
    assert plain(folded(again, *came)) == plain(folded(FIRST, SECOND, THIRD))


def test_a_review_waits_for_its_intake() -> None:
    result = folded(SECOND)
    assert result.versions == ()
    assert result.held == {SECOND.sha256: HeldForm(reason=HeldReason.WAITING_FOR_INTAKE)}
    assert folded(SECOND, FIRST).held == {}


def test_of_two_intakes_the_first_to_arrive_stands() -> None:
    other = intake("other", 2, day="2026-01-10")
    found = held(other, intake("one", 1))
    assert found.reason == HeldReason.TWO_INTAKES
    assert faults(found) == [("V04", "/case/intake_date", {"expected": "2026-01-15", "written": "2026-01-10"})]
    assert found.findings[0].place.label == "Aufnahme am"
    assert folded(intake("one", 3), other).versions[0].inputs == (other.sha256,)


def test_an_intake_that_cannot_stand_leaves_the_place_to_the_next() -> None:
    wrong = intake("wrong", 1, goals=[goal("G01", status="erreicht")])
    result = folded(wrong, intake("right", 2, goals=[goal("G01")]))
    assert [plan.inputs for plan in result.versions] == [(sha("right"),)]
    assert result.held[wrong.sha256].reason == HeldReason.TRANSITION


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_reviews_of_one_day_both_are_held(turned: bool) -> None:  # noqa: FBT001 - both orders
    shared = {"housing": {"type": "wohnung"}}
    one = review("a", 2, "2026-03-10", changes={"work": {"status": "minijob"}, **shared})
    two = review("b", 3, "2026-03-10", changes={"work": {"status": "vollzeit"}, "contact": {"phone": "1"}, **shared})
    first, second = (replace(two, seq=2), replace(one, seq=3)) if turned else (one, two)
    result = folded(intake(), first, second)
    assert [plan.version for plan in result.versions] == [1]
    assert {sha256: each.reason for sha256, each in result.held.items()} == dict.fromkeys(
        (sha("a"), sha("b")), HeldReason.CONFLICT
    )
    assert faults(result.held[sha("a")]) == [
        ("V04", "/review/review_date", {"reason": "day"}),
        ("merge", STATUS, {"written": "minijob", "other": "vollzeit", "on": "2026-03-10"}),
    ]
    assert faults(result.held[sha("b")])[1:] == [
        ("merge", STATUS, {"written": "vollzeit", "other": "minijob", "on": "2026-03-10"}),
    ]


def test_a_correction_decides_between_reviews_of_one_day() -> None:
    one = review("a", 2, "2026-03-10", own={"client_view": "so"})
    two = review("b", 3, "2026-03-10", own={"client_view": "anders"})
    decided = correction(one, review("c", 4, "2026-03-10", own={"client_view": "beides"}))
    result = folded(decided, two, one, intake())
    assert [plan.inputs[-1] for plan in result.versions] == [sha("intake"), sha("c")]
    assert {sha256: each.reason for sha256, each in result.held.items()} == {sha("b"): HeldReason.CONFLICT}


def test_two_corrections_for_one_day_decide_nothing() -> None:
    one, two = (review(label, seq, "2026-03-10") for label, seq in (("a", 2), ("b", 3)))
    again = [correction(of, review(f"c{of.seq}", of.seq + 2, "2026-03-10")) for of in (one, two)]
    for forms in itertools.permutations((one, two, *again)):
        result = folded(intake(), *in_order(*forms))
        assert set(result.held) == {each.sha256 for each in forms}
        assert [plan.version for plan in result.versions] == [1]


def test_a_review_that_cannot_stand_leaves_its_day_to_the_next() -> None:
    wrong = review("wrong", 2, "2026-03-10", goals_seen=[seen("G09", "offen")])
    result = folded(intake(), wrong, review("right", 3, "2026-03-10"))
    assert set(result.held) == {wrong.sha256}
    assert result.versions[-1].inputs == (sha("intake"), sha("right"))


def test_a_review_of_the_day_of_the_intake_is_taken() -> None:
    assert newest(intake(), review("r1", 2, "2026-01-15")).version == 2


def test_a_review_before_the_intake_is_held() -> None:
    found = held(review("r1", 2, "2026-01-14"), intake())
    assert found.reason == HeldReason.BEFORE_INTAKE
    assert faults(found) == [("V05", "/review/review_date", {"expected": "2026-01-15", "written": "2026-01-14"})]


def test_forms_without_definition_are_a_fault_of_the_set_up() -> None:
    for kind in (FormKind(kind="intake", version="1999.1"), FormKind(kind="approval", version="2026.1")):
        with pytest.raises(SetupError) as caught:
            fold([form("x", 1, kind, "2026-01-15", {})], DEFINITIONS)
        assert caught.value.where == str(kind)
    other = FormKind(kind="approval", version="2026.1")
    with pytest.raises(SetupError):
        fold([form("x", 1, other, "2026-01-15", {})], {**DEFINITIONS, other: DEFINITIONS[INTAKE_KIND]})


# Corrections


def test_a_correction_replaces_its_form_and_all_later_versions_follow() -> None:
    right = correction(SECOND, review("c", 4, "2026-03-11", goals_seen=[seen("G01", "in_arbeit")]))
    result = folded(FIRST, SECOND, THIRD, right)
    assert result.held == {}
    assert result.superseded == {SECOND.sha256: right.sha256}
    assert [plan.inputs[-1] for plan in result.versions] == [FIRST.sha256, right.sha256, THIRD.sha256]
    assert result.versions[1].dated.isoformat() == "2026-03-11"
    assert values_of(result.versions[-1])["work.status"] == "arbeitsuchend"


def test_an_intake_is_corrected_like_any_form() -> None:
    right = correction(FIRST, intake("c", 4, day="2026-01-16", goals=[goal("G01")]))
    result = folded(FIRST, SECOND, right)
    assert result.held == {}
    assert [plan.inputs[-1] for plan in result.versions] == [right.sha256, SECOND.sha256]


def test_corrections_of_corrections_chain() -> None:
    one = correction(SECOND, review("c1", 4, "2026-03-10", goals_seen=[seen("G01", "in_arbeit")]))
    two = correction(one, review("c2", 5, "2026-03-12", goals_seen=[seen("G01", "offen")]))
    for order in itertools.permutations([FIRST, SECOND, one, two]):
        result = folded(*order)
        assert result.superseded == {SECOND.sha256: one.sha256, one.sha256: two.sha256}
        assert [plan.inputs[-1] for plan in result.versions] == [FIRST.sha256, two.sha256]


def test_a_correction_waits_for_what_it_corrects() -> None:
    one = corrects(sha("missing"), review("c1", 2, "2026-03-10"))
    two = correction(one, review("c2", 3, "2026-03-11"))
    result = folded(intake(), one, two)
    waiting = HeldForm(reason=HeldReason.WAITING_FOR_CORRECTED)
    assert result.held == {one.sha256: waiting, two.sha256: waiting}
    assert len(result.versions) == 1


def test_corrections_that_name_each_other_wait() -> None:
    one = corrects(sha("c2"), review("c1", 2, "2026-03-10"))
    two = corrects(sha("c1"), review("c2", 3, "2026-03-11"))
    itself = corrects(sha("c3"), review("c3", 4, "2026-03-12"))
    result = folded(intake(), one, two, itself)
    assert {each.reason for each in result.held.values()} == {HeldReason.WAITING_FOR_CORRECTED}
    assert len(result.held) == 3


def test_of_two_corrections_of_one_form_the_first_to_arrive_stands() -> None:
    one = correction(SECOND, review("c1", 5, "2026-03-10", goals_seen=[seen("G01", "in_arbeit")]))
    two = correction(SECOND, review("c2", 4, "2026-03-11", goals_seen=[seen("G01", "offen")]))
    after_one = correction(one, review("c3", 6, "2026-03-12", goals_seen=[seen("G01", "offen")]))
    result = folded(FIRST, SECOND, one, two, after_one)
    assert result.versions[-1].inputs == (FIRST.sha256, two.sha256)
    assert {sha256: each.reason for sha256, each in result.held.items()} == {
        one.sha256: HeldReason.CONFLICT,
        after_one.sha256: HeldReason.CONFLICT,
    }
    assert faults(result.held[one.sha256]) == [("V04", "/form/corrects_sha256", {"reason": "corrected"})]


def test_a_correction_of_another_kind_is_a_conflict() -> None:
    other = correction(FIRST, review("c", 2, "2026-03-10", goals_seen=[seen("G01", "offen")]))
    found = held(other, FIRST)
    assert found.reason == HeldReason.CONFLICT
    assert faults(found) == [("V04", "/form/corrects_sha256", {"reason": "corrected"})]


def test_a_correction_that_cannot_stand_leaves_its_form_standing() -> None:
    wrong = correction(SECOND, review("c1", 4, "2026-03-10", goals_seen=[seen("G09", "offen")]))
    result = folded(FIRST, SECOND, wrong)
    assert result.held[wrong.sha256].reason == HeldReason.UNKNOWN_GOAL
    assert set(result.held) == {wrong.sha256}
    assert result.superseded == {}
    assert result.versions[-1].inputs == (FIRST.sha256, SECOND.sha256)


def test_a_correction_of_one_that_cannot_stand_corrects_what_that_was_to_correct() -> None:
    wrong = correction(SECOND, review("c1", 4, "2026-03-10", goals_seen=[seen("G09", "offen")]))
    right = correction(wrong, review("c2", 5, "2026-03-10", goals_seen=[seen("G01", "offen")]))
    result = folded(FIRST, SECOND, wrong, right)
    assert result.held == {}
    assert result.superseded == {SECOND.sha256: wrong.sha256, wrong.sha256: right.sha256}
    worse = correction(right, review("c3", 6, "2026-03-10", goals_seen=[seen("G01", "kein_stand")]))
    best = correction(worse, review("c4", 7, "2026-03-10", goals_seen=[seen("G01", "offen")]))
    assert folded(FIRST, SECOND, wrong, right, worse, best).versions[-1].inputs[-1] == best.sha256


def test_after_a_refused_correction_another_one_may_stand() -> None:
    wrong = correction(SECOND, review("c1", 4, "2026-03-10", goals_seen=[seen("G09", "offen")]))
    right = correction(SECOND, review("c2", 5, "2026-03-10", goals_seen=[seen("G01", "offen")]))
    result = folded(FIRST, SECOND, wrong, right)
    assert {sha256: each.reason for sha256, each in result.held.items()} == {wrong.sha256: HeldReason.UNKNOWN_GOAL}
    assert result.superseded == {SECOND.sha256: right.sha256}


def test_two_corrections_that_cannot_stand_leave_their_forms_standing() -> None:
    bad_intake = correction(FIRST, intake("c1", 4, goals=[goal("G01", status="aufgegeben")]))
    bad_review = correction(SECOND, review("c2", 5, "2026-03-10"))
    result = folded(FIRST, SECOND, bad_intake, bad_review)
    assert {sha256: each.reason for sha256, each in result.held.items()} == {
        bad_intake.sha256: HeldReason.TRANSITION,
        bad_review.sha256: HeldReason.UNREVIEWED_GOAL,
    }
    assert result.versions[-1].inputs == (FIRST.sha256, SECOND.sha256)


def test_a_correction_has_the_place_in_arrival_of_its_form() -> None:
    other = review("other", 3, "2026-03-10", goals_seen=[seen("G01", "offen")])
    right = correction(SECOND, review("c", 4, "2026-03-10", goals_seen=[seen("G01", "in_arbeit")]))
    result = folded(FIRST, SECOND, other, right)
    assert result.versions[-1].inputs == (FIRST.sha256, right.sha256)
    assert set(result.held) == {other.sha256}


def test_a_correction_may_take_back_a_final_status() -> None:
    reached = review("r1", 2, "2026-03-10", goals_seen=[seen("G01", "erreicht")])
    third = review("r2", 3, "2026-05-10")
    back = correction(third, review("c", 4, "2026-05-10", goals_seen=[seen("G01", "in_arbeit")]))
    result = folded(FIRST, reached, third, back)
    assert result.held == {}
    assert cells_of(result.versions[-1], "G01")["status"] == "in_arbeit"


# Warnings


def test_a_goal_of_a_form_that_came_late_need_not_be_reviewed() -> None:
    late = review("late", 3, "2026-02-10", goals_seen=[seen("G01", "offen")], goals=[goal("G02"), goal("G03")])
    assert told(SECOND, FIRST, late) == [("V07", "/review/goal_reviews", {"ids": ["G02", "G03"]})]
    early = replace(late, seq=1)
    found = held(SECOND, FIRST, early)
    assert found.reason == HeldReason.UNREVIEWED_GOAL
    assert faults(found) == [("V07", "/review/goal_reviews", {"ids": ["G02", "G03"]})]


def test_a_goal_is_as_old_as_the_form_that_first_brought_it() -> None:
    again = review("again", 3, "2026-02-10", goals_seen=[seen("G01", "offen")], goals=[goal("G01", title="Anders")])
    without = review("without", 2, "2026-03-10")
    assert held(without, FIRST, again).reason == HeldReason.UNREVIEWED_GOAL


def test_numbers_that_move_are_told_on_the_form_that_moved_them() -> None:
    late = review(
        "late", 4, "2026-02-10", goals_seen=[seen("G01", "offen")], goals=[goal(actions=[{"title": "Schritt"}])]
    )
    assert [(rule, pointer) for rule, pointer, _ in told(THIRD, FIRST, SECOND)] == []
    notes = {
        sha256: [(each.rule, each.pointer, dict(each.parameters)) for each in found if each.rule == "renumbered"]
        for sha256, found in folded(FIRST, SECOND, THIRD, late).notes.items()
    }
    assert notes[late.sha256] == [("renumbered", "/goals", {"ids": ["G03"]})]
    assert notes[SECOND.sha256] == []
    assert THIRD.sha256 not in notes or notes[THIRD.sha256] == []


def test_numbers_in_the_order_of_arrival_move_nothing() -> None:
    one = review("one", 2, "2026-02-10", goals=[goal()])
    two = review("two", 3, "2026-03-10", goals_seen=[seen("G01", "offen")], goals=[goal()])
    assert told(one, intake(), two) == []
    typed = review("typed", 4, "2026-02-01", goals=[goal("G07")])
    assert [rule for rule, _, _ in told(typed, intake(), one, two)] == []


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parent.parent.glob("cases/case*.json")), ids=lambda path: path.stem
)
def test_every_permutation_of_a_sample_case_makes_the_same_plan(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    records = [("intake", case["intake"]), *(("review", each) for each in case["reviews"])]
    filed = [
        form(
            f"{index}",
            1,
            next(each for each in DEFINITIONS if each.kind == kind),
            data["case"]["intake_date"] if kind == "intake" else data["review"]["review_date"],
            data,
        )
        for index, (kind, data) in enumerate(records)
    ]
    checksums: set[tuple[str, ...]] = set()
    for order in itertools.permutations(filed):
        result = folded(*in_order(*order))
        assert result.held == {}
        checksums.add(tuple(plan_checksum(plan) for plan in result.versions))
    assert len(checksums) == 1
    assert len(checksums.pop()) == case["versions"]
    last = folded(*filed).versions[-1]
    assert plan_from_json(json.loads(canonical(plan_json(last)))) == last


def test_there_are_sample_cases() -> None:
    assert len(list(Path(__file__).parent.parent.glob("cases/case*.json"))) == 6
