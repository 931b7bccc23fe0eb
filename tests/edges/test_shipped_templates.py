"""The shipped templates with the sample cases: nothing that was typed is missing, nothing withheld is there."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from expected import expected_of, folded, missing_of
from make_forms import kind_of
from make_plans import CASES, records_of, versions_of
from pypdf import PdfReader

from formpipe.changes import changes_between
from formpipe.definition import FieldSpec
from formpipe.disclose.disclose import Disclosed, Disclosure, disclose
from formpipe.documents.convert import convert
from formpipe.documents.merge import Template, load_template
from formpipe.documents.services import load_services
from formpipe.documents.text import docx_text
from formpipe.present import annex_context, briefing_context, letterhead_of, plan_context
from formpipe.releases import releases_of
from formpipe.resources import shipped
from formpipe.schemas import Library
from formpipe.spell import spell

pytestmark = pytest.mark.usefixtures("kept")

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


@pytest.mark.parametrize("name", ["integrationsplan", "anlage-v", "jobcenter-briefing"])
def test_no_row_of_a_table_goes_over_the_end_of_a_page(name: str) -> None:
    with ZipFile(shipped("templates") / f"{name}.docx") as package:
        document = package.read("word/document.xml").decode("utf-8")
    rows = re.findall(r"<w:tr[ >].*?</w:tr>", document, re.DOTALL)
    assert rows
    assert [row for row in rows if "<w:cantSplit/>" not in row] == []


@pytest.mark.parametrize("name", ["case1", "case3"])
def test_no_row_of_a_list_stands_alone_on_a_page(name: str, library: Library, templates: dict[str, Template]) -> None:
    carrier = carrier_of(library)
    plan = versions_of(name, library)[-1]
    main = plan_context(plan, (), library.catalogue, carrier=carrier, services=(), managers={})
    annex = annex_context(plan, library.catalogue, carrier=carrier, managers={})
    shown = document_of(templates["integrationsplan"].render(main))
    lists = shown.partition("<w:t>Ausgangslage<")[2].partition("<w:t>Beratungsangebote<")[0]
    lists += document_of(templates["anlage-v"].render(annex)).partition("<w:t>Vertrauliche Angaben<")[2]
    long = [rows for rows in map(rows_of, re.findall(r"<w:tbl>.*?</w:tbl>", lists, re.DOTALL)) if len(rows) > 1]
    assert len(long) > 10
    assert [rows for rows in long if not (is_kept(rows[0]) and is_kept(rows[-2]))] == []


def test_signatures_do_not_stand_on_a_page_of_their_own(library: Library, templates: dict[str, Template]) -> None:
    plan = versions_of("case1", library)[-1]
    main = plan_context(plan, (), library.catalogue, carrier=carrier_of(library), services=(), managers={})
    rights = document_of(templates["integrationsplan"].render(main)).partition("<w:t>Meine Rechte")[2]
    consents = rows_of(rights.partition("<w:t>Unterschriften<")[0])
    assert len(consents) > 2
    assert is_kept(consents[-2])
    assert is_kept(consents[-1])


def test_the_simple_sheet_tears_neither_the_appointment_nor_the_rights(library: Library) -> None:
    plan = versions_of("case1", library)[-1]
    main = plan_context(plan, (), library.catalogue, carrier=carrier_of(library), services=(), managers={})
    sheet = document_of(load_template(shipped("templates") / "einfache-sprache.docx").render(main))
    appointment, _, rights = sheet.partition("<w:t>Termin beim Jobcenter<")[2].partition("<w:t>Meine Rechte<")
    assert [is_kept(row) for row in rows_of(appointment)] == [True, True, True, False]
    first = next(each for each in re.findall(r"<w:p[ >].*?</w:p>", rights, re.DOTALL) if "Ich darf immer" in each)
    assert is_kept(first)


def document_of(docx: bytes) -> str:
    with ZipFile(BytesIO(docx)) as package:
        return package.read("word/document.xml").decode("utf-8")


def rows_of(table: str) -> list[str]:
    return [row for row in re.findall(r"<w:tr[ >].*?</w:tr>", table, re.DOTALL) if "<w:tblHeader/>" not in row]


def is_kept(row: str) -> bool:
    """Tell whether each paragraph of *row* stays with what follows."""
    return row.count("<w:keepNext/>") == len(re.findall(r"<w:p[ >]", row))


def test_a_goal_stays_with_its_steps_and_not_with_the_next_goal(
    library: Library, templates: dict[str, Template]
) -> None:
    plan = versions_of("case3", library)[-1]
    main = plan_context(plan, (), library.catalogue, carrier=carrier_of(library), services=(), managers={})
    with ZipFile(BytesIO(templates["integrationsplan"].render(main))) as package:
        document = package.read("word/document.xml").decode("utf-8")
    alone = document.split("Probearbeit in einem Hort</w:t>")[1].partition("Stelle als")[0]  # no steps
    followed = document.split("Stelle als pädagogische Zusatzkraft</w:t>")[1].partition("<w:t>Schritt<")[0]
    kept_alone = ["<w:keepNext/>" in row for row in re.findall(r"<w:tr[ >].*?</w:tr>", alone, re.DOTALL)]
    kept_followed = ["<w:keepNext/>" in row for row in re.findall(r"<w:tr[ >].*?</w:tr>", followed, re.DOTALL)]
    assert kept_alone == [True, True, True, False]
    assert kept_followed == [True, True, True, True]


@pytest.mark.office
def test_the_paper_for_the_jobcenter_has_two_pages_at_most(
    library: Library, templates: dict[str, Template], tmp_path: Path
) -> None:
    papers = []
    for name in CASES:
        plan = versions_of(name, library)[-1]
        disclosure = disclose(plan, releases_of(plan, ON), library.catalogue, on=ON, stems=library.guard)
        if isinstance(disclosure, Disclosure):
            context = briefing_context(
                disclosure, library.catalogue, carrier=carrier_of(library), law=library.law, managers={}
            )
            papers.append((name, templates["jobcenter-briefing"].render(context)))
    made = convert(papers, tmp_path, timeout_s=300)
    pages = {name: len(PdfReader(pdf).pages) for name, pdf in made.pdfs.items()}
    assert set(pages) == {"case1", "case2", "case3", "case5"}
    assert max(pages.values()) <= 2


def test_the_field_guide_names_every_variable_of_the_templates(templates: dict[str, Template]) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "templates.md").read_text(encoding="utf-8")
    used = {name for template in templates.values() for name in template.variables}
    assert [name for name in sorted(used) if f"`{name}`" not in guide] == []
