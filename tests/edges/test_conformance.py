"""What our PDFs say of themselves is true: PDF/A-2b, PDF/A-3b and PDF/UA-1, as a validator judges them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from make_plans import versions_of
from page import validate_pdf_bytes

from formpipe.disclose.disclose import Disclosure, disclose
from formpipe.documents.bilingual import bilingual
from formpipe.documents.catalogues import load_translation
from formpipe.documents.convert import convert
from formpipe.documents.finish import finish
from formpipe.documents.largeprint import large
from formpipe.documents.merge import template_of
from formpipe.documents.record import Attachment, record
from formpipe.documents.services import load_services
from formpipe.model import IntegrationPlan
from formpipe.present import annex_context, briefing_context, letterhead_of, plan_context
from formpipe.releases import releases_of
from formpipe.resources import shipped
from formpipe.schemas import Library
from formpipe.translation import translated

DATED = date(2026, 5, 28)
ON = date(2026, 11, 22)
PAPERS = ("plan", "annex", "briefing", "sheet", "plan-ar", "sheet-ar", "plan-ti")
TIGRINYA, ARABIC = "ሰላም ተስፋይ", "أريد أن أعمل في مدينة Mannheim منذ 12.03.2025."

pytestmark = pytest.mark.office


def template(name: str) -> bytes:
    return (shipped("templates") / f"{name}.docx").read_bytes()


def with_texts(plan: IntegrationPlan, **texts: str) -> IntegrationPlan:
    held = next(iter(plan.values.values()))
    return replace(plan, values={**plan.values, **{key: replace(held, value=text) for key, text in texts.items()}})


def documents(library: Library) -> dict[str, bytes]:
    """Return the Word file of each kind of paper."""
    carrier = letterhead_of(library.law, name="Träger (Muster) & Söhne", address="Beispielweg 1", regime="kdg")
    plan = versions_of("case1", library)[-1]
    told = disclose(plan, releases_of(plan, ON), library.catalogue, on=ON, stems=library.guard)
    assert isinstance(told, Disclosure)
    services = load_services(shipped("schemas"))

    def data(of: IntegrationPlan) -> dict[str, Any]:
        return plan_context(of, (), library.catalogue, carrier=carrier, services=services, managers={})

    main = data(plan)
    scripts = data(
        with_texts(plan, **{"person.name_original_script": TIGRINYA, "development.life_wish": ARABIC}),
    )
    arabic = load_translation(shipped("templates") / "sprachen" / "ar.po")
    made: dict[str, tuple[bytes, dict[str, Any]]] = {
        "plan": (template("integrationsplan"), main),
        "annex": (template("anlage-v"), annex_context(plan, library.catalogue, carrier=carrier, managers={})),
        "briefing": (
            template("jobcenter-briefing"),
            briefing_context(told, library.catalogue, carrier=carrier, law=library.law, managers={}),
        ),
        "sheet": (large(template("einfache-sprache")), main),
        "plan-ar": (bilingual(template("integrationsplan"), arabic), translated(main, arabic)),
        "sheet-ar": (large(bilingual(template("einfache-sprache"), arabic)), translated(main, arabic)),
        "plan-ti": (template("integrationsplan"), scripts),
    }
    return {name: template_of(source, Path(name)).render(context) for name, (source, context) in made.items()}


@pytest.fixture(scope="module")
def pdfs(library: Library, tmp_path_factory: pytest.TempPathFactory, kept: None) -> dict[str, bytes]:  # noqa: ARG001
    made = convert(list(documents(library).items()), tmp_path_factory.mktemp("pdf"), timeout_s=200)
    assert made.failed == ()
    return {
        name: finish(pdf.read_bytes(), title=f"{name} MA-CAR-2025-0012", author="Träger & Söhne", dated=DATED)
        for name, pdf in made.pdfs.items()
    }


def faults(pdf: bytes, profile: str) -> list[str]:
    return sorted({f"{each.rule_id}: {each.message}" for each in validate_pdf_bytes(pdf, profile=profile).failures})


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("profile", ["2b", "ua1"])
def test_a_paper_is_what_it_says(pdfs: dict[str, bytes], name: str, profile: str) -> None:
    assert set(pdfs) == set(PAPERS)
    assert faults(pdfs[name], profile) == []


def attachments() -> list[Attachment]:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return [
        Attachment(name="bogen.docx", media_type=word, relation="Source", description="Bogen", data=b"PK\3\4 form"),
        Attachment(name="plan.json", media_type="application/json", relation="Data", description="Plan", data=b"{}"),
    ]


@pytest.mark.parametrize("profile", ["3b", "ua1"])
def test_a_record_is_what_it_says(pdfs: dict[str, bytes], profile: str) -> None:
    assert faults(record(pdfs["plan"], attachments(), dated=DATED), profile) == []


def changed(pdf: bytes, *, drop: bytes = b"", bare: bool = False) -> bytes:
    """Return *pdf* without the words *drop* in its metadata, or with a line on its first page that has no mark."""
    with pikepdf.open(BytesIO(pdf)) as document:
        root: Any = document.Root
        root.Metadata.write(root.Metadata.read_bytes().replace(drop, b"") if drop else root.Metadata.read_bytes())
        if bare:
            document.pages[0].contents_add(b"1 w 72 72 m 200 72 l S")
        buffer = BytesIO()
        document.save(buffer)
        return buffer.getvalue()


def test_the_validator_sees_what_libreoffice_and_we_did_wrong_before(pdfs: dict[str, bytes]) -> None:
    described = b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    assert [each for each in faults(changed(pdfs["plan"], drop=described), "2b") if "XMP-EXTENSION" in each]
    assert [each for each in faults(changed(pdfs["plan"], bare=True), "ua1") if "CONTENT-TAGGING" in each]
    assert [each for each in faults(record(pdfs["plan"], attachments(), dated=DATED), "2b") if "FILE" in each]
