"""What the confidential annex says, and that the plan does not."""

from __future__ import annotations

from typing import Any

from make_present import CARRIER, CASE, CATALOGUE, MANAGERS, goal, plan, plan_of, step

from formpipe.model import IntegrationPlan
from formpipe.present import annex_context


def context(of: IntegrationPlan) -> dict[str, Any]:
    return annex_context(of, CATALOGUE, carrier=CARRIER, managers=MANAGERS)


def test_nothing_confidential_makes_an_empty_annex() -> None:
    made = context(plan(goal("G01", confidential=False), person__gender="divers"))
    assert made["is_empty"] is True
    assert made["properties"]["title"] == f"Vertrauliche Anlage zum Integrationsplan {CASE}"
    assert made["sections"] == made["goals"] == made["goal_notes"] == made["reviews"] == []


def test_only_annex_fields_stand_in_its_sections() -> None:
    made = context(plan_of({"health.note": "vertraulich", "person.gender": "divers", "case.intake_date": "2026-01-02"}))
    assert made["is_empty"] is False
    (section,) = made["sections"]
    assert (section["title"], section["fields"][0]["value"]) == ("Gesundheit", "vertraulich")


def test_an_annex_column_stands_beside_the_name_of_its_row() -> None:
    made = context(
        plan_of(
            {
                "childcare.children[0].member_id": "HM01",
                "childcare.children[0].facility": "Kita",
                "childcare.children[0].support_need": "Hilfe",
                "childcare.children[1].member_id": "HM02",
            }
        )
    )
    (section,) = made["sections"]
    (table,) = section["tables"]
    assert (table["head"][:3], table["width"]) == (["Kind", "Förderbedarf", ""], 2)
    assert [row["cells"][:2] for row in table["rows"]] == [["HM01", "Hilfe"]]


def test_a_section_title_has_no_remark_in_the_annex_either() -> None:
    made = context(plan_of({"work.experience[0].g": "geheim"}))
    assert made["sections"][0]["title"] == "Arbeit"


def test_a_confidential_goal_stands_here_with_everything_of_it() -> None:
    made = context(
        plan_of(
            {
                "reviews[0].review_no": 1,
                "reviews[0].manager_note": "Einschätzung",
                "reviews[0].client_view": "zufrieden",
                "reviews[0].goal_reviews[0].goal_id": "G01",
                "reviews[0].goal_reviews[0].status_new": "in_arbeit",
                "reviews[0].goal_reviews[0].obstacle": "Geld",
            },
            goal("G01", step("G01-S01"), confidential=True, drop_reason="Grund", life_area="Geld"),
        )
    )
    (secret,) = made["goals"]
    assert [(row["label"], row["value"]) for row in secret["fields"]] == [
        ("Lebensbereich", "Geld"),
        ("Grund", "Grund"),
    ]
    assert secret["steps"][0]["id"] == "G01-S01"
    (review,) = made["reviews"]
    assert [row["value"] for row in review["fields"]] == ["Einschätzung"]
    (entry,) = review["entries"]
    assert (entry["what"], entry["status"], entry["fields"][0]["value"]) == ("G01 – Ziel G01", "◐ in Arbeit", "Geld")
    assert made["goal_notes"] == []


def test_of_other_goals_only_their_confidential_side_stands_here() -> None:
    reviews = {
        f"reviews[0].goal_reviews[{number}].{name}": value
        for number, goal_id in enumerate(("G01", "G02", "G09"))
        for name, value in {"goal_id": goal_id, "status_new": "offen", "obstacle": f"Hindernis {goal_id}"}.items()
    }
    made = context(
        plan_of(
            reviews,
            goal("G01", drop_reason="Grund", due_date="2026-12-31"),
            goal("G02", agreed_with_client=False, drop_reason="nicht vereinbart"),
            goal("G03"),
        )
    )
    assert made["goals"] == []
    (note,) = made["goal_notes"]
    assert (note["id"], [row["value"] for row in note["fields"]]) == ("G01", ["Grund"])
    assert [
        (entry["what"], entry["status"], [row["value"] for row in entry["fields"]])
        for entry in made["reviews"][0]["entries"]
    ] == [("G01 – Ziel G01", "", ["Hindernis G01"]), ("G09", "", ["Hindernis G09"])]
