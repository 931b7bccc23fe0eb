"""The shipped templates with the sample cases: nothing that was typed is missing, nothing withheld is there."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from expected import expected_of, folded, missing_of
from make_forms import kind_of
from make_plans import CASES, records_of, versions_of

from formpipe.changes import changes_between
from formpipe.definition import FieldSpec
from formpipe.disclose.disclose import Disclosed, Disclosure, disclose
from formpipe.documents.merge import Template, load_template
from formpipe.documents.services import load_services
from formpipe.documents.text import docx_text
from formpipe.present import annex_context, briefing_context, letterhead_of, plan_context
from formpipe.releases import releases_of
from formpipe.resources import shipped
from formpipe.schemas import Library
from formpipe.spell import spell

ON = date(2026, 11, 22)
ELSEWHERE = (
    "case.carrier",  # the letterhead's name
    "consents[",  # "Einwilligung vom …" in the footer
    "ids.bg_nummer_status",  # said in the words of the number's row
    "reviews[",  # of reviews: the last one, and what was proved; where goals stand is said with the goals
)


@pytest.fixture(scope="module")
def templates() -> dict[str, Template]:
    names = ("integrationsplan", "anlage-v", "jobcenter-briefing")
    return {name: load_template(shipped("templates") / f"{name}.docx") for name in names}


def carrier_of(library: Library) -> Any:  # noqa: ANN401  # a Letterhead; spelled out it says nothing more here
    return letterhead_of(library.law, name="Träger (Muster)", address="Beispielweg 1", regime="kdg")


@pytest.mark.parametrize("name", CASES)
def test_every_typed_value_stands_in_the_plan_or_the_annex(
    name: str, library: Library, templates: dict[str, Template]
) -> None:
    services = load_services(shipped("schemas"))
    carrier = carrier_of(library)
    before = None
    for record, plan in zip(records_of(name), versions_of(name, library), strict=True):
        main = plan_context(
            plan,
            changes_between(before, plan),
            library.catalogue,
            carrier=carrier,
            services=services,
            managers={},
        )
        annex = annex_context(plan, library.catalogue, carrier=carrier, managers={})
        templates["integrationsplan"].check(main)
        templates["anlage-v"].check(annex)
        text = docx_text(templates["integrationsplan"].render(main)) + docx_text(templates["anlage-v"].render(annex))
        values = expected_of(record, library.newest(kind_of(record)))
        numbers = ("case.case_id",)  # the sample's own number; the plan has that of the test
        assert [key for key in missing_of(values, folded(text)) if key not in numbers] == []
        before = plan


def test_the_confidential_side_is_not_in_the_plan(library: Library, templates: dict[str, Template]) -> None:
    plan = versions_of("case2", library)[-1]
    carrier = carrier_of(library)
    main = plan_context(plan, (), library.catalogue, carrier=carrier, services=(), managers={})
    text = docx_text(templates["integrationsplan"].render(main))
    assert "Vertrauliches Ziel 1" not in text
    assert "Adresse geschützt" in text


@pytest.mark.parametrize(
    ("name", "version", "on"),
    [
        ("case1", -1, ON),
        ("case2", -1, ON),
        ("case3", -1, ON),
        ("case4", 1, date(2026, 5, 10)),
        ("case5", -1, ON),
    ],
)
def test_every_released_value_has_its_place_in_the_briefing(
    name: str, version: int, on: date, library: Library, templates: dict[str, Template]
) -> None:
    plan = versions_of(name, library)[version]
    disclosure = disclose(plan, releases_of(plan, on), library.catalogue, on=on, stems=library.guard)
    assert isinstance(disclosure, Disclosure)
    context = briefing_context(disclosure, library.catalogue, carrier=carrier_of(library), law=library.law, managers={})
    templates["jobcenter-briefing"].check(context)
    text = folded(docx_text(templates["jobcenter-briefing"].render(context)))
    assert "ENTWURF" in text
    assert "Ergänzung zum Kooperationsplan (§ 15 SGB II)" in text
    missing = [
        key
        for key, held in disclosure.values.items()
        if not key.startswith(ELSEWHERE)
        and not all(folded(words) in text for words in _texts(held, library.catalogue.spec_of(key)))
    ]
    assert missing == []
    for goal in disclosure.goals:
        assert folded(str(goal.values["title"].value)) in text
        for step in goal.actions:
            assert folded(str(step.values["title"].value)) in text


def _texts(held: Disclosed, spec: FieldSpec | None) -> list[str]:
    assert spec is not None
    if held.text is not None:
        return [held.text]
    return [spell(each, spec) for each in (held.value if isinstance(held.value, list) else [held.value])]


def test_a_failed_goal_and_a_house_address_in_protection_are_not_in_the_briefing(
    library: Library, templates: dict[str, Template]
) -> None:
    plan = versions_of("case5", library)[-1]
    disclosure = disclose(plan, releases_of(plan, ON), library.catalogue, on=ON, stems=library.guard)
    assert isinstance(disclosure, Disclosure)
    context = briefing_context(disclosure, library.catalogue, carrier=carrier_of(library), law=library.law, managers={})
    text = docx_text(templates["jobcenter-briefing"].render(context))
    assert "Sozialversicherungspflichtige" not in text
    assert "4  Rahmenbedingungen" not in text


def test_the_field_guide_names_every_variable_of_the_templates(templates: dict[str, Template]) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "templates.md").read_text(encoding="utf-8")
    used = {name for template in templates.values() for name in template.variables}
    assert [name for name in sorted(used) if f"`{name}`" not in guide] == []
