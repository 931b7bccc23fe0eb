"""What the fold says of a version without keeping its form out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from core.make_fold import DEFINITIONS, REVIEW, REVIEW_KIND, form, goal, intake, review, seen, told

from formpipe.definition import FieldSpec, ValueType
from formpipe.fold.fold import fold

GOALS = [goal("G01")]
SEEN = [seen("G01", "offen")]


def test_a_usual_review_earns_no_word() -> None:
    assert told(review("r1", 2, "2026-03-10", goals_seen=SEEN), intake(goals=GOALS)) == []


def test_an_intake_earns_none_here() -> None:
    assert told(intake()) == []


@pytest.mark.parametrize(("number", "warned"), [(0, True), (1, False), (7, False), (8, True)])
def test_one_to_seven_active_goals(number: int, warned: bool) -> None:  # noqa: FBT001 - a column of the table
    ids = [f"G{each:02d}" for each in range(1, number + 1)]
    statuses = ["offen", "in_arbeit", "teilweise_erreicht"]
    first = intake(goals=[*(goal(each) for each in ids), goal("G20"), goal("G21")])
    form = review(
        "r1",
        2,
        "2026-03-10",
        goals_seen=[
            *(seen(each, statuses[place % 3]) for place, each in enumerate(ids)),
            seen("G20", "erreicht"),
            seen("G21", "zurueckgestellt", drop_reason="x", due_date_new="2026-09-01"),
        ],
    )
    assert told(form, first) == ([("V10", "/goals", {"count": number})] if warned else [])


@pytest.mark.parametrize(("day", "days"), [("2026-07-15", None), ("2026-07-16", 182)])
def test_more_than_six_months_since_the_intake(day: str, days: int | None) -> None:
    notes = told(review("r1", 2, day, goals_seen=SEEN), intake(goals=GOALS))
    assert notes == ([] if days is None else [("V31", "/review/review_date", {"days": days})])


def test_more_than_six_months_since_the_review_before() -> None:
    before = review("r1", 2, "2026-05-01", goals_seen=SEEN)
    assert told(review("r2", 3, "2026-11-01", goals_seen=SEEN), before, intake(goals=GOALS)) == []
    notes = told(review("r2", 3, "2026-11-02", goals_seen=SEEN), before, intake(goals=GOALS))
    assert notes == [("V31", "/review/review_date", {"days": 185})]


@pytest.mark.parametrize(
    ("start", "reason", "warned"),
    [
        ("2023-03-10", None, False),
        ("2023-03-09", None, True),
        ("2023-03-09", "keine_angabe", True),
        ("2023-03-09", "Das Kind wurde erst jetzt geboren.", False),
        ("unbekannt", None, False),
    ],
)
def test_a_fourth_year_needs_a_reason(start: str, reason: str | None, warned: bool) -> None:  # noqa: FBT001 - a column of the table
    case: dict[str, Any] = {} if reason is None else {"extension_reason": reason}
    notes = told(
        review("r1", 2, "2026-03-10", goals_seen=SEEN, case=case),
        intake(goals=GOALS, case={"counselling_start": start}),
    )
    assert notes == ([("C2", "/case/extension_reason", {"start": start})] if warned else [])


def test_a_number_that_is_not_the_place_by_date_is_told() -> None:
    first, one = intake(goals=GOALS), review("one", 2, "2026-02-10", goals_seen=SEEN)
    right = review("two", 3, "2026-03-10", goals_seen=SEEN, own={"review_no": 2})
    wrong = review("two", 3, "2026-03-10", goals_seen=SEEN, own={"review_no": 3})
    assert told(right, first, one) == []
    assert told(wrong, first, one) == [("review_no", "/review/review_no", {"written": 3, "expected": 2})]


@pytest.mark.parametrize(
    ("rows", "warned"),
    [
        ([{"type": "b2"}, {"type": "a1"}], False),
        ([{"type": "b1"}, {"type": "a1"}], True),
        ([{"type": "a1"}], True),
        (None, True),
    ],
)
def test_what_the_form_does_not_ask_went_with_an_edited_row(rows: list[dict[str, str]] | None, *, warned: bool) -> None:
    courses = [{"type": "a1", "teacher": "Frau X"}, {"type": "b2", "teacher": "Frau X"}]
    members = [{"given_names": "Kofi", "nickname": "Bär"}]
    first = intake(language={"courses": courses}, household={"members": members})
    changes = {"language": {"courses": rows}, "household": {"members": []}}
    data = {"review": {"review_date": "2026-03-10", "changes": changes}}
    later = form("r1", 2, REVIEW_KIND, "2026-03-10", data)
    asked = FieldSpec(key="language.courses[].type", label="Art", type=ValueType.TEXT)
    definition = replace(REVIEW, specs={**REVIEW.specs, asked.key: asked})
    notes = fold([first, later], {**DEFINITIONS, REVIEW_KIND: definition}).notes[later.sha256]
    found = [(each.rule, each.pointer, each.severity.value, each.place.label) for each in notes]
    expected = ("unasked", "/language/courses", "warning", "Liste language.courses[]")
    assert [each for each in found if each[0] != "V10"] == ([expected] if warned else [])
