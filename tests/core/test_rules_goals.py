"""Goals at the door: what they must say (V11), by when (V09), how many (V10), and words for the Jobcenter (V22)."""

from __future__ import annotations

import pytest
from core.make_definitions import Answer, intake, review, told

FIRST = "goals[0]."


def goal(**columns: Answer) -> dict[str, Answer]:
    """Changes to the one goal of the good intake."""
    return {f"{FIRST}{name}": value for name, value in columns.items()}


def more_goals(count: int, **columns: Answer) -> dict[str, Answer]:
    row: dict[str, Answer] = {
        "life_area": "arbeit",
        "title": "Wohnung finden",
        "status": "offen",
        "actions[0].title": "anrufen",
        "actions[0].responsible": "im",
        **columns,
    }
    return {f"goals[{number}].{name}": value for number in range(1, count + 1) for name, value in row.items()}


# -- V11 -----------------------------------------------------------------------------------------


def test_a_goal_in_work_says_how_and_by_when() -> None:
    verdict = intake(goal(status="in Arbeit"))
    assert told(verdict.findings) == [
        ("V11", "/goals/0/indicator", "error"),
        ("V11", "/goals/0/due_date", "error"),
    ]
    assert [each.parameters["reason"] for each in verdict.findings] == ["indicator", "due_date"]
    assert verdict.submission is None
    assert told(intake(goal(status="in Arbeit", indicator="Zertifikat")).findings) == [
        ("V11", "/goals/0/due_date", "error")
    ]
    assert told(intake(goal(status="in Arbeit", indicator="Zertifikat", due_date="15.10.2026")).findings) == []


def test_a_goal_just_named_or_confidential_need_not() -> None:
    assert told(intake(goal(status="offen")).findings) == []
    assert told(intake(goal(status="in Arbeit", life_area="vertrauliche Beratung")).findings) == []


def test_what_cannot_be_read_is_not_missing() -> None:
    found = told(intake(goal(status="in Arbeit", indicator="\x00", due_date="bald")).findings)
    assert found == [("characters", "/goals/0/indicator", "error"), ("format", "/goals/0/due_date", "error")]


def test_a_goal_on_a_review_likewise() -> None:
    row: dict[str, Answer] = {
        "goals[1].life_area": "arbeit",
        "goals[1].title": "Wohnung finden",
        "goals[1].status": "in Arbeit",
        "goals[1].indicator": "Mietvertrag",
    }
    assert told(review(row).findings) == [
        ("V11", "/goals/1/due_date", "error"),
        ("V11", "/goals/1/actions", "warning"),
    ]


def test_steps_and_who_takes_them() -> None:
    none: dict[str, Answer] = {"goals[0].actions[0].title": None, "goals[0].actions[0].responsible": None}
    verdict = intake(none)
    assert told(verdict.findings) == [("V11", "/goals/0/actions", "warning")]
    assert verdict.findings[0].place.label == "Schritte"
    assert verdict.findings[0].parameters["reason"] == "actions"
    nobody = intake({"goals[0].actions[0].responsible": None})
    assert told(nobody.findings) == [("V11", "/goals/0/actions/0/responsible", "warning")]
    assert nobody.findings[0].parameters["reason"] == "responsible"
    assert nobody.submission is not None


def test_a_goal_not_agreed() -> None:
    verdict = intake(goal(agreed_with_client="nein"))
    assert told(verdict.findings) == [("V11", "/goals/0/agreed_with_client", "info")]
    assert verdict.findings[0].parameters["reason"] == "agreed"
    assert verdict.submission is not None
    assert told(intake(goal(agreed_with_client="keine Angabe")).findings) == []


# -- V09, T of SMART -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("14.01.2026", ("V09", "warning", None)),
        ("15.01.2026", None),
        ("15.01.2027", None),
        ("16.01.2027", ("due_limit", "warning", 12)),
        ("15.01.2029", ("due_limit", "warning", 12)),
        ("16.01.2029", ("due_limit", "error", 36)),
    ],
)
def test_when_a_goal_is_due(due: str, expected: tuple[str, str, int | None] | None) -> None:
    verdict = intake(goal(due_date=due))
    found = [(each.rule, each.severity.value, each.parameters.get("months")) for each in verdict.findings]
    assert found == ([expected] if expected else [])
    assert all(each.pointer == "/goals/0/due_date" for each in verdict.findings)


def test_a_goal_that_is_done_may_have_been_due() -> None:
    done = goal(status="erreicht", indicator="Zertifikat", due_date="14.01.2026")
    assert [each for each in told(intake(done).findings) if each[0] == "V09"] == []
    late = goal(status="zurückgestellt", indicator="Zertifikat", due_date="14.01.2026")
    assert ("V09", "/goals/0/due_date", "warning") in told(intake(late).findings)


def test_a_new_date_before_the_review() -> None:
    row: dict[str, Answer] = {"review.goal_reviews[0].goal_id": "G01", "review.goal_reviews[0].status_new": "offen"}
    new = "review.goal_reviews[0].due_date_new"
    assert told(review({**row, new: "10.04.2026"}).findings) == []
    assert told(review({**row, new: "09.04.2026"}).findings) == [
        ("V09", "/review/goal_reviews/0/due_date_new", "warning")
    ]
    assert told(review({**row, new: "unbekannt"}).findings) == []


def test_no_due_date_is_judged_without_the_forms_day() -> None:
    verdict = intake({**goal(due_date="14.01.2020"), "case.intake_date": None})
    assert told(verdict.findings) == [("required", "/case/intake_date", "error")]


# -- V10 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "is_told"), [(6, False), (7, True)])
def test_how_many_goals(count: int, *, is_told: bool) -> None:
    verdict = intake(more_goals(count))
    assert told(verdict.findings) == ([("V10", "/goals", "warning")] if is_told else [])
    if is_told:
        assert verdict.findings[0].parameters["count"] == 8
        assert verdict.findings[0].place.label == "Ziele"


def test_no_active_goal() -> None:
    paused = goal(status="zurückgestellt", indicator="Zertifikat", due_date="15.10.2026")
    verdict = intake(paused)
    assert told(verdict.findings) == [("V10", "/goals", "warning")]
    assert verdict.findings[0].parameters["count"] == 0
    done = more_goals(7, status="erreicht", indicator="Zertifikat", due_date="15.10.2026")
    assert told(intake(done).findings) == []
    assert told(review().findings) == []


# -- V22 -----------------------------------------------------------------------------------------

WORD = "Zur Suchtberatung gehen"


@pytest.mark.parametrize("name", ["goals[0].title", "goals[0].indicator", "goals[0].actions[0].title"])
def test_guarded_words_in_a_goal_for_the_jobcenter(name: str) -> None:
    pointer = "/" + name.replace("[", "/").replace("]", "").replace(".", "/")
    verdict = intake({name: WORD, "goals[0].jc_relevant": "ja"})
    assert told(verdict.findings) == [("V22", pointer, "warning")]
    assert verdict.submission is not None
    assert told(intake({name: WORD, "goals[0].jc_relevant": "nein"}).findings) == []
    assert told(intake({name: WORD}).findings) == []
    assert told(intake({name: WORD, "goals[0].jc_relevant": "ja"}, stems=()).findings) == []
    secret = {name: WORD, "goals[0].jc_relevant": "ja", "goals[0].confidential": "ja"}
    assert "V22" not in {each.rule for each in intake(secret).findings}
    for answer in ("nein", "keine Angabe", "unbekannt"):
        refused = {name: WORD, "goals[0].jc_relevant": "ja", "goals[0].agreed_with_client": answer}
        assert "V22" not in {each.rule for each in intake(refused).findings}
    counselling = {name: WORD, "goals[0].jc_relevant": "ja", "goals[0].life_area": "beratung_vertraulich"}
    assert "V22" not in {each.rule for each in intake(counselling).findings}
    for more in ({"agreed_with_client": "ja"}, {"confidential": "nein"}, {"life_area": "gesundheit"}):
        bound = {f"goals[0].{column}": each for column, each in more.items()}
        assert "V22" in {each.rule for each in intake({name: WORD, "goals[0].jc_relevant": "ja", **bound}).findings}


@pytest.mark.parametrize(
    "name",
    [
        "jobcenter.requests[1]",
        "jobcenter.offers[0]",
        "development.strengths[2]",
        "work.target_occupation",
        "work.skills_informal[1]",
        "work.experience[3].occupation",
    ],
)
def test_guarded_words_bound_for_the_jobcenter(name: str) -> None:
    pointer = "/" + name.replace("[", "/").replace("]", "").replace(".", "/")
    assert told(intake({name: WORD}).findings) == [("V22", pointer, "warning")]
    assert told(review({name: WORD}).findings) == [("V22", pointer, "warning")]
    assert told(intake({name: "Koch"}).findings) == []


@pytest.mark.parametrize("name", ["person.life_wish", "jobcenter.place", "contact.street", "person.alias_names[0]"])
def test_guarded_words_elsewhere(name: str) -> None:
    assert told(intake({name: WORD}).findings) == []
