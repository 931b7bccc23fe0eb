"""A review that contradicts another one comes back filled in, so that somebody can decide."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
from core.make_fold import CASE, goal, intake, review, seen, sha

from formpipe.canon import plan_checksum
from formpipe.fold.fold import fold
from formpipe.model import Filed, IntegrationPlan, Json
from formpipe.reissue import Reissued, reissued
from formpipe.schemas import Library

STEP = {"action_id": "G01-S01", "title": "anrufen", "status": "geplant"}
FIRST = intake(
    housing={"wbs_status": "offen", "persons": 1},
    household={"members": [{"member_id": "HM01", "given_names": "Rim", "relationship": "kind"}]},
    goals=[goal("G01", actions=[STEP])],
)


def plan_of(library: Library, *forms: Filed) -> IntegrationPlan:
    return fold([FIRST, *forms], library.definitions).versions[-1]


def form(plan: IntegrationPlan, label: str = "a", day: str = "2026-03-10", **parts: object) -> Filed:
    given = cast("dict[str, object]", parts.pop("own", {}))
    own = {"occasion": "turnus", "review_no": 7, "participants": ["klient"], **given}
    data = {"form": {"type": "ueberpruefung", "version": "2026.1", "filled_on": day, "filled_by": "car-muster"}}
    made = review(label, 5, day, own=own, **{**data, **parts})
    return replace(made, base=plan, submission=replace(made.submission, base=plan_checksum(plan)))


def again(library: Library, held: Filed, *others: Filed, corrects: str = "a") -> Reissued:
    return reissued(held, others, plan_of(library), library.definitions, corrects=sha(corrects))


def values_of(made: Reissued) -> dict[str, Json]:
    return dict(made.prefill.values)


def test_what_the_review_says_is_filled_in_on_the_plan_it_met(library: Library) -> None:
    base = plan_of(library)
    held = form(base, goals_seen=[seen("G01", "in_arbeit", comment="läuft")], changes={"housing": {"persons": None}})
    made = again(library, held)
    values = values_of(made)
    assert (made.prefill.case, made.prefill.base) == (CASE, plan_checksum(base))
    assert (values["form.is_correction"], values["form.corrects_sha256"]) == (True, sha("a"))
    assert (values["form.filled_on"], values["review.occasion"]) == ("2026-03-10", "turnus")
    assert values["review.participants"] == ["klient"]
    assert (values["review.review_date"], values["housing.wbs_status"]) == ("2026-03-10", "offen")
    assert values["review.goal_reviews[0].status_new"] == "in_arbeit"
    assert values["review.goal_reviews[0].comment"] == "läuft"
    assert not {"housing.persons", "review.review_no", "form.type", "form.version"} & values.keys()
    assert made.names["review.goal_reviews[0].comment"] == "review.goal_reviews[0].comment"


def test_what_the_other_review_of_the_day_says_is_there_too(library: Library) -> None:
    base = plan_of(library)
    one = form(
        base,
        goals_seen=[seen("G01", "offen")],
        steps=[{"action_id": "G01-S01", "status": "laeuft"}],
        changes={"housing": {"wbs_status": "erteilt"}},
        goals=[goal("G02", title="Deutsch B1", actions=[{"title": "anmelden"}])],
        own={"client_view": "so", "unchanged_sections": ["contact"]},
    )
    two = form(
        base,
        "b",
        goals_seen=[seen("G01", "in_arbeit"), seen("G09", "offen")],
        steps=[{"action_id": "G01-S01", "status": "geplant"}],
        changes={"housing": {"wbs_status": "beantragt", "persons": 3}},
        goals=[goal("G02", title="Wohnung finden"), goal(title="Konto eröffnen", due_date=None)],
        own={"client_view": "anders", "unchanged_sections": []},
    )
    values = values_of(again(library, one, two))
    assert values["housing.wbs_status"] == "erteilt"
    assert values["housing.persons"] == 3
    assert values["review.client_view"] == "so"
    assert values["review.goal_reviews[0].status_new"] == "in_arbeit"
    assert values["review.action_updates[0].status"] == "laeuft"
    assert [(values.get(f"goals[{row}].goal_id"), values[f"goals[{row}].title"]) for row in range(3)] == [
        ("G02", "Deutsch B1"),
        (None, "Wohnung finden"),
        (None, "Konto eröffnen"),
    ]
    assert values["goals[0].actions[0].title"] == "anmelden"
    assert "goals[3].goal_id" not in values
    assert "review.unchanged_sections" not in values
    alone = values_of(again(library, one))
    assert alone["review.unchanged_sections"] == ["contact"]


def test_there_is_room_for_all_goals_and_more(library: Library) -> None:
    steps = [{"title": f"Schritt {number}"} for number in range(9)]
    goals = [goal(title=f"Ziel Nummer {number}", actions=steps) for number in range(8)]
    made = again(library, form(plan_of(library), goals=goals))
    assert made.prefill.rows["goals[]"] == 10
    assert made.prefill.rows["goals[].actions[]"] == 9


@pytest.mark.parametrize("decided", ["minijob", "vollzeit"])
def test_who_returns_the_form_has_decided(library: Library, decided: str) -> None:
    base = plan_of(library)
    first = form(base, "x", "2026-02-10", goals_seen=[seen("G01", "offen")], changes={"housing": {"persons": 2}})
    held = form(base, goals_seen=[seen("G01", "offen")], changes={"housing": {"persons": 3}})
    result = fold([FIRST, first, held], library.definitions)
    assert set(result.held) == {sha("a")}
    changes = {"housing": {"persons": 3}} if decided == "vollzeit" else {}
    back = form(
        result.versions[-1],
        "c",
        goals_seen=[seen("G01", "offen")],
        changes=changes,
        form={"is_correction": True, "corrects_sha256": sha("a")},
    )
    result = fold([FIRST, first, held, back], library.definitions)
    assert result.held == {}
    assert result.versions[-1].values["housing.persons"].value == (3 if changes else 2)


def test_a_form_without_goals_is_filled_all_the_same(library: Library) -> None:
    definitions = {
        kind: replace(each, lists={key: rows for key, rows in each.lists.items() if not key.startswith("goals")})
        for kind, each in library.definitions.items()
    }
    plan = plan_of(library)
    held = form(plan, changes={"housing": {"persons": 3}})
    made = reissued(held, (), plan, definitions, corrects=sha("a"))
    assert made.prefill.values["housing.persons"] == 3
    assert "goals[].actions[]" not in made.prefill.rows
