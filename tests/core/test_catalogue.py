"""The catalogue: all fields over every form and version, the intake's order, the newest definition of a key."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from formpipe.catalogue import Catalogue, catalogue_of
from formpipe.defining import definition_of
from formpipe.definition import FormDefinition, ListSpec

NOTES = {"type": "string", "x-print": "main", "x-sensitivity": ["S"]}


def text(label: str) -> dict[str, Any]:
    return {"title": label, **NOTES}


def section(label: str, **fields: object) -> dict[str, Any]:
    return {"title": label, "type": "object", "properties": fields}


def rows(label: str, **columns: object) -> dict[str, Any]:
    return {"title": label, "type": "array", "items": {"type": "object", "properties": columns}}


def form(kind: str, version: str, **sections: object) -> FormDefinition:
    head = {"title": kind, "x-kind": kind, "x-version": version, "x-form-type": kind, "x-date": "on"}
    return definition_of({**head, "properties": sections}, {})


INTAKE = form(
    "intake",
    "2026.2",
    person=section("Person", name=text("Name neu"), email=text("E-Mail")),
    goals=rows("Ziele neu", title=text("Ziel neu"), actions=rows("Schritte neu", title=text("Schritt neu"))),
)
OLDER = form(
    "intake",
    "2026.1",
    person=section("Person alt", fax=text("Fax"), name=text("Name alt")),
    goals=rows(
        "Ziele alt",
        note=text("Notiz"),
        title=text("Ziel alt"),
        actions=rows("Schritte alt", by=text("Wer"), title=text("Schritt alt")),
    ),
    ids=section("Nummern", number=text("Nummer")),
)
TENTH = form("intake", "2026.10", person=section("Person zehn", name=text("Name zehn")))
REVIEW = form(
    "review",
    "2027.1",
    review=section(
        "Überprüfung",
        on=text("Datum"),
        goal_reviews=rows("Stand", goal_id=text("Ziel-Nr."), more=rows("Mehr", word=text("Wort"))),
        changes=section("Änderungen", person=section("Person Ü", name=text("Name Ü"), view=text("Sicht"))),
    ),
    goals=rows("Ziele Ü", reason=text("Grund"), title=text("Ziel Ü")),
)


@pytest.fixture
def catalogue() -> Catalogue:
    return catalogue_of([OLDER, REVIEW, INTAKE])


def test_sections_come_in_the_order_of_the_newest_intake_then_older_ones_then_the_reviews(catalogue: Catalogue) -> None:
    assert [section.name for section in catalogue.sections] == ["person", "goals", "ids", "review"]
    assert [section.label for section in catalogue.sections] == ["Person", "Ziele neu", "Nummern", "Überprüfung"]


def test_the_newest_definition_of_a_key_wins_and_what_only_an_older_form_had_follows(catalogue: Catalogue) -> None:
    person = catalogue.sections[0]
    assert [(item.key, item.label) for item in person.items] == [
        ("person.name", "Name neu"),
        ("person.email", "E-Mail"),
        ("person.fax", "Fax"),
        ("person.view", "Sicht"),
    ]


def test_lists_are_joined_column_by_column(catalogue: Catalogue) -> None:
    (goals,) = catalogue.sections[1].items
    assert isinstance(goals, ListSpec)
    assert [item.label for item in goals.columns] == ["Ziel neu", "Schritte neu", "Notiz", "Grund"]
    actions = goals.columns[1]
    assert isinstance(actions, ListSpec)
    assert [item.label for item in actions.columns] == ["Schritt neu", "Wer"]


def test_what_a_review_says_of_itself_stands_under_reviews(catalogue: Catalogue) -> None:
    keys = [key for key in catalogue.specs if key.startswith("review")]
    assert keys == ["reviews[].on", "reviews[].goal_reviews[].goal_id", "reviews[].goal_reviews[].more[].word"]
    (_, goal_reviews) = catalogue.sections[3].items
    assert goal_reviews.key == "reviews[].goal_reviews[]"


def test_a_plan_key_leads_to_its_field(catalogue: Catalogue) -> None:
    found = catalogue.spec_of("reviews[2].goal_reviews[0].goal_id")
    assert found is not None
    assert found.label == "Ziel-Nr."
    assert catalogue.spec_of("person.name") is catalogue.specs["person.name"]
    assert catalogue.spec_of("goals[3].actions[1].by") is catalogue.specs["goals[].actions[].by"]
    assert catalogue.spec_of("review.on") is None
    assert catalogue.spec_of("person.none") is None


def test_versions_are_numbers_not_texts() -> None:
    assert catalogue_of([INTAKE, TENTH]).specs["person.name"].label == "Name zehn"


def test_the_order_of_the_definitions_does_not_matter(catalogue: Catalogue) -> None:
    for each in itertools.permutations([OLDER, REVIEW, INTAKE]):
        assert catalogue_of(each) == catalogue


def test_a_field_and_a_list_of_one_key_are_not_joined() -> None:
    newer = form("intake", "2", notes=section("Notizen", lines=text("Zeilen")))
    older = form("intake", "1", notes=section("Notizen", lines=rows("Zeilen", text=text("Zeile"))))
    assert list(catalogue_of([newer, older]).specs) == ["notes.lines", "notes.lines[].text"]
