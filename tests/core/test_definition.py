"""The nouns of a form definition: finding a field by its name, sections, code lists."""

from __future__ import annotations

from dataclasses import replace

import pytest

from formpipe.definition import (
    Code,
    CodeList,
    FieldSpec,
    FormDefinition,
    ListSpec,
    SectionSpec,
    ValueType,
    fields_of,
)
from formpipe.model import FormKind

AREAS = CodeList(name="areas", title="Bereiche", codes=(Code(value="arbeit", title="Arbeit"),))
BOOLEAN = CodeList(
    name="boolean",
    title="Ja oder Nein",
    codes=(Code(value=True, title="ja"), Code(value=False, title="nein"), Code(value="unbekannt", title="unbekannt")),
)
LEVELS = CodeList(name="levels", title="Stufen", codes=(Code(value=1, title="eins"), Code(value=0, title="null")))

TITLE = FieldSpec(key="goals[].title", label="Ziel", type=ValueType.TEXT)
STEP = FieldSpec(key="goals[].actions[].title", label="Schritt", type=ValueType.TEXT)
ACTIONS = ListSpec(key="goals[].actions[]", label="Schritte", columns=(STEP,))
GOALS = ListSpec(key="goals[]", label="Ziele", columns=(TITLE, ACTIONS))
URGENT = FieldSpec(key="finance.urgent", label="dringend", type=ValueType.CODES, codes=AREAS)
STRENGTHS = FieldSpec(key="finance.notes", label="Notizen", type=ValueType.TEXTS, rows=3)
DEBTS = FieldSpec(key="finance.debts", label="Schulden", type=ValueType.CODE, codes=AREAS)
SECTIONS = (
    SectionSpec(name="finance", label="Geld", items=(URGENT, STRENGTHS, DEBTS), changes=True),
    SectionSpec(name="goals", label="Ziele", items=(GOALS,)),
)
FORM = FormDefinition(
    kind=FormKind(kind="review", version="2026.1"),
    title="Bogen",
    form_type="ueberpruefung",
    date_key="review.review_date",
    sections=SECTIONS,
    schema={},
    specs={spec.key: spec for section in SECTIONS for spec in fields_of(section.items)},
    lists={"goals[]": GOALS, "goals[].actions[]": ACTIONS},
)


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("goals[0].title", TITLE),
        ("goals[12].actions[3].title", STEP),
        ("finance.urgent[arbeit]", URGENT),
        ("finance.urgent", URGENT),
        ("finance.notes[2]", STRENGTHS),
        ("finance.debts", DEBTS),
        ("finance.debts[arbeit]", None),  # one code of a list is no box
        ("finance.debts[0]", None),
        ("goals[0].actions[1]", None),
        ("finance.other", None),
        ("", None),
    ],
)
def test_a_name_on_a_form_leads_to_its_field(name: str, spec: FieldSpec | None) -> None:
    assert FORM.spec_of(name) is spec


def test_the_section_says_whether_the_value_is_a_change() -> None:
    assert FORM.section_of("finance.urgent[arbeit]") is SECTIONS[0]
    assert FORM.section_of("goals[0].actions[0].title") is SECTIONS[1]
    assert FORM.section_of("finance.other") is None
    assert FORM.changes_of("finance.debts")
    assert not FORM.changes_of("goals[0].title")
    assert not FORM.changes_of("finance.other")


def test_a_label_that_recurs_names_its_section_and_a_column_its_list() -> None:
    other = FieldSpec(key="work.debts", label="Schulden", type=ValueType.TEXT)
    alone = FieldSpec(key="work.job", label="Ziel", type=ValueType.TEXT)
    sections = (*SECTIONS, SectionSpec(name="work", label="Arbeit", items=(other, alone)))
    form = replace(
        FORM, sections=sections, specs={spec.key: spec for section in sections for spec in fields_of(section.items)}
    )
    assert form.within("finance.debts") == "Geld"
    assert form.within("work.debts") == "Arbeit"
    assert form.within("work.job") is None  # the other «Ziel» is a column, told by its list
    assert form.within("goals[1].title") == "Ziele"
    assert form.within("goals[1].actions[0].title") == "Schritte"
    assert form.within("goals[1].unknown[0].title") is None
    assert form.within("finance.other") is None


def test_fields_come_in_paper_order_with_those_of_lists() -> None:
    assert [spec.key for spec in fields_of((DEBTS, GOALS))] == [
        "finance.debts",
        "goals[].title",
        "goals[].actions[].title",
    ]


def test_names_are_the_last_step() -> None:
    assert (TITLE.name, URGENT.name, GOALS.name, ACTIONS.name) == ("title", "urgent", "goals", "actions")


def test_a_code_list_tells_true_from_one() -> None:
    assert BOOLEAN.title_of(True) == "ja"  # noqa: FBT003 - the code itself
    assert BOOLEAN.title_of(1) is None
    assert LEVELS.title_of(1) == "eins"
    assert LEVELS.title_of(0) == "null"
    assert LEVELS.title_of(True) is None  # noqa: FBT003 - the code itself
    assert AREAS.title_of("arbeit") == "Arbeit"
    assert AREAS.title_of("Arbeit") is None
    assert AREAS.title_of(None) is None
