"""Consents between reviews, and the client's approval of the paper for the Jobcenter, on a whole root."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fill_docx import fill_docx
from fill_pdf import fill_pdf
from make_forms import Answers, forms_of, load_case
from roots import Ran, Root, command

CASE = "MA-CAR-2025-0012"
SIGNED: Answers = {"form.filled_on": "22.11.2026", "form.filled_by": "car-mmuster"}
APPROVED: Answers = {**SIGNED, "jobcenter.briefing_approved_on": "21.11.2026"}
BASE = "consents[4]"  # the base release of this case in force (C06)


@pytest.fixture
def root(played: Callable[[str], Root], tmp_path: Path) -> Root:
    return played("case1").copy(tmp_path / "root")


def words(data: bytes) -> str:
    """Return the text of every part of a Word file."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = [package.read(name).decode() for name in package.namelist() if name.startswith("word/")]
    return " ".join(re.sub("<[^>]+>", " ", part) for part in parts)


def paper(root: Root, ending: str = "briefing-v*.docx") -> bytes:
    """Return the one file of the case whose name ends so."""
    (found,) = (root.path / "outbox" / CASE).glob(f"*{ending}")
    return found.read_bytes()


def names(root: Root) -> set[str]:
    """Return what kinds of papers lie in the case's folder, dates and versions left out."""
    found = (root.path / "outbox" / CASE).glob("*.docx")
    return {re.sub(r"^[0-9-]+|(-nach)?-v[0-9]+\.docx$", "", each.name) for each in found}


def approve(root: Root, answers: Mapping[str, Any] = APPROVED, *, fmt: str = "docx") -> Ran:
    form = paper(root, f"freigabe-v*.{fmt}")
    root.drop(f"freigabe.{fmt}", (fill_docx if fmt == "docx" else fill_pdf)(form, dict(answers)))
    return root.run()


def consent(root: Root, answers: Mapping[str, Any], *, fmt: str = "docx", name: str = "einwilligung") -> Ran:
    """Drop the pre-filled consent form with *answers*."""
    form = root.path / f"blank-{name}.{fmt}"
    made = root.command("form", "consent", "--case", CASE, "--format", fmt, "-o", str(form))
    assert made.exit_code == 0, made.err
    root.drop(f"{name}.{fmt}", (fill_docx if fmt == "docx" else fill_pdf)(form.read_bytes(), {**SIGNED, **answers}))
    return root.run()


def sent(root: Root) -> list[dict[str, Any]]:
    ran = root.command("briefing", CASE, "--sent", "--format", "json")
    assert ran.exit_code == 0, ran.err
    return ran.rows


def receipt(root: Root, kind: str) -> str:
    (found,) = (root.path / "outbox" / CASE).glob(f"*-{kind}-*-eingang.txt")
    return found.read_text(encoding="utf-8")


def test_a_paper_is_a_draft_until_it_is_approved(root: Root) -> None:
    assert names(root) == {"jobcenter-briefing", "freigabe", "integrationsplan", "ueberpruefungsbogen"}
    draft = words(paper(root))
    assert "ENTWURF" in draft
    assert sent(root) == []

    assert approve(root).exit_code == 0

    final = words(paper(root))
    assert "ENTWURF" not in final
    assert "Freigegeben am 21.11.2026" in final
    assert names(root) == {"jobcenter-briefing", "integrationsplan", "ueberpruefungsbogen"}
    assert root.show(CASE)["version"] == 4
    assert "nur als «weitere erwachsene Person im Haushalt»" in receipt(root, "freigabe")  # V23
    assert "das Papier für das Jobcenter ist damit freigegeben" in receipt(root, "freigabe")
    assert "Prüfsumme:" not in receipt(root, "freigabe")


def test_the_form_carries_the_checksum_that_the_paper_prints(root: Root) -> None:
    form = root.path / "outbox" / CASE / "2026-05-28-freigabe-v4.docx"
    (row,) = command("extract", str(form), "--format", "json").rows
    fields = {each["name"]: each["value"] for each in row["fields"]}
    checksum = fields["approval.checksum"]
    assert re.fullmatch("[0-9a-f]{16}", str(checksum))
    assert str(checksum) in words(paper(root))
    assert fields["case.case_id"] == CASE
    assert fields["approval.day"] == "2026-11-22"
    with zipfile.ZipFile(form) as package:
        assert str(checksum) in package.read("word/footer1.xml").decode()


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_an_approved_paper_counts_as_handed_over_on_the_day_of_the_appointment(root: Root, fmt: str) -> None:
    assert approve(root, fmt=fmt).exit_code == 0
    (row,) = sent(root)
    expected = {"version": 4, "recipient": "Jobcenter Mannheim (Muster)", "approved_on": "2026-11-21"}
    assert row.items() >= {**expected, "on": "2026-11-25", "state": "expected", "releases": ["J0", "J2"]}.items()
    (row,) = sent(root.at("2026-11-25T18:00:00+01:00"))
    assert row["state"] == "assumed"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"delivery.handed_over_on": "20.11.2026"}, {"on": "2026-11-20", "state": "handed_over"}),
        ({"delivery.handed_over": "nein"}, {"on": "2026-11-25", "state": "not_handed_over"}),
        ({"delivery.recipient": "Jobcenter, Frau Beispiel"}, {"recipient": "Jobcenter, Frau Beispiel"}),
        ({"delivery.recipient": "keine Angabe"}, {"recipient": "Jobcenter Mannheim (Muster)"}),
    ],
)
def test_the_approval_may_say_otherwise(root: Root, answers: Answers, expected: dict[str, str]) -> None:
    assert approve(root, {**APPROVED, **answers}).exit_code == 0
    (row,) = sent(root)
    assert row.items() >= expected.items()
    text = root.command("briefing", CASE, "--sent").out
    assert row["recipient"] in text
    assert row["state"] in text


def test_an_approval_twice_is_one(root: Root) -> None:
    form = fill_docx(paper(root, "freigabe-v*.docx"), APPROVED)
    root.drop("freigabe.docx", form)
    root.run()
    before = root.files("outbox", CASE)
    root.drop("noch einmal.docx", form)
    assert root.run().rows[0]["outcome"] == "duplicate"
    assert root.files("outbox", CASE) == before
    assert len(sent(root)) == 1


def test_an_approval_of_no_paper_of_this_case_is_rejected(root: Root) -> None:
    blank: Answers = {**APPROVED, "case.case_id": CASE, "approval.checksum": "0123456789abcdef"}
    root.drop("freigabe.docx", fill_docx(root.blank("approval"), blank))
    ran = root.run()
    assert (ran.exit_code, ran.rows[0]["outcome"], ran.rows[0]["reason"]) == (3, "rejected", "C8")
    (text,) = (root.path / "outbox" / "korrektur").glob("*.txt")
    assert "gibt es in diesem Fall kein Papier" in text.read_text(encoding="utf-8")
    assert "ENTWURF" in words(paper(root))


@pytest.mark.parametrize(
    ("answers", "pointer"),
    [
        ({"jobcenter.briefing_approved_on": None}, "/jobcenter/briefing_approved_on"),
        ({"jobcenter.briefing_approved_on": "23.11.2026"}, "/jobcenter/briefing_approved_on"),
    ],
)
def test_an_approval_has_a_day_that_has_come(root: Root, answers: Mapping[str, Any], pointer: str) -> None:
    ran = approve(root, {key: value for key, value in {**APPROVED, **answers}.items() if value is not None})
    assert ran.exit_code == 3
    assert [each["pointer"] for each in ran.rows[0]["findings"]] == [pointer]


def test_a_change_of_what_is_disclosed_makes_the_approval_void(root: Root) -> None:
    late = paper(root, "freigabe-v*.docx")
    approve(root)
    ends = {**SIGNED, f"{BASE[:-2]}5].revoked_on": "22.11.2026"}  # the release of the family (J2)
    assert consent(root, ends).exit_code == 0
    assert "ENTWURF" in words(paper(root))
    assert "freigabe" in names(root)

    root.drop("spaet.docx", fill_docx(late, {**APPROVED, "form.filled_on": "21.11.2026"}))
    ran = root.run()
    assert ran.exit_code == 0
    assert [each["rule"] for each in ran.rows[0]["findings"]] == ["C8_void"]
    assert "ENTWURF" in words(paper(root))


def test_a_change_of_nothing_that_is_disclosed_keeps_the_approval(root: Root) -> None:
    approve(root)
    refuses = {"scope": "T0", "recipient": "Stadt Mannheim", "granted": "nein", "granted_on": "28.05.2026"}
    rows = {f"consents[9].{name}": value for name, value in refuses.items()}
    assert consent(root, {**rows, "form.filled_on": "28.05.2026"}).exit_code == 0  # so that nobody is older
    assert root.show(CASE)["version"] == 5
    assert "ENTWURF" not in words(paper(root))
    assert "freigabe" not in names(root)


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_a_revocation_takes_effect_at_once(root: Root, fmt: str) -> None:
    approve(root)
    later = root.at("2026-11-26T09:00:00+01:00")
    ran = consent(later, {"form.filled_on": "26.11.2026", f"{BASE}.revoked_on": "26.11.2026"}, fmt=fmt)
    assert (ran.exit_code, ran.rows[0]["outcome"]) == (0, "accepted")
    assert names(root) == {"integrationsplan", "ueberpruefungsbogen"}
    assert not list((root.path / "outbox" / CASE).glob("*briefing*"))
    told = receipt(root, "einwilligung")
    assert "(J0) ist widerrufen" in told
    assert "übergeben am 25.11.2026 an Jobcenter Mannheim (Muster): bitte den Empfänger" in told
    assert [row["state"] for row in sent(later)] == ["assumed"]

    refused = later.command("briefing", CASE)
    assert refused.exit_code == 3
    assert "no_release V17, release_revoked" in refused.err
    assert later.command("briefing", CASE, "--on", "2026-11-25").exit_code == 0


def test_a_revocation_before_the_appointment_stops_the_paper(root: Root) -> None:
    approve(root)
    consent(root, {f"{BASE}.revoked_on": "22.11.2026"})
    assert [row["state"] for row in sent(root)] == ["release_ended"]
    assert "vorgesehen für den 25.11.2026 an Jobcenter Mannheim (Muster): bitte nicht mehr" in receipt(
        root, "einwilligung"
    )


def test_a_blank_form_revokes_by_scope_alone(root: Root) -> None:
    root.drop(
        "widerruf.docx",
        fill_docx(root.blank("consent"), {**SIGNED, "case.case_id": CASE, "consents[0].revoked_on": "22.11.2026"}),
    )
    assert root.run().exit_code == 0
    assert "release_revoked" in root.command("briefing", CASE).err


def test_a_review_made_before_a_revocation_does_not_undo_it(root: Root) -> None:
    stale = paper(root, "ueberpruefungsbogen-nach-v4.docx")
    consent(root, {f"{BASE}.revoked_on": "22.11.2026"})
    root.drop(
        "ueberpruefung.docx",
        fill_docx(stale, {**SIGNED, "review.review_date": "22.11.2026", "review.occasion": "turnus"}),
    )
    ran = root.run()
    assert [row["outcome"] for row in ran.rows] == ["accepted"], ran.out
    assert root.show(CASE)["version"] == 6
    assert "release_revoked" in root.command("briefing", CASE).err


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_a_revocation_on_a_form_that_waits_for_a_decision_stops_the_paper(root: Root, fmt: str) -> None:
    approve(root)
    fill = fill_docx if fmt == "docx" else fill_pdf
    form = paper(root, f"ueberpruefungsbogen-nach-v4.{fmt}")
    head: Answers = {**SIGNED, "review.occasion": "turnus"}
    first = fill(form, {**head, "review.review_date": "21.11.2026", "housing.wbs_status": "beantragt"})
    held = {**head, "review.review_date": "22.11.2026", "housing.wbs_status": "abgelehnt"}
    root.drop(f"erster.{fmt}", first)
    assert root.run().exit_code == 0
    root.drop(f"zweiter.{fmt}", fill(form, {**held, f"{BASE}.revoked_on": "22.11.2026"}))
    assert [(row["outcome"], row["reason"]) for row in root.run().rows] == [("held", "conflict")]

    before = root.files("outbox", CASE)
    refused = root.command("briefing", CASE)
    assert refused.exit_code == 3
    assert "release_held" in refused.err
    assert root.files("outbox", CASE) == before

    (way_back,) = (root.path / "outbox" / "korrektur").glob(f"*-klaerung.{fmt}")
    root.drop(f"geklaert.{fmt}", way_back.read_bytes())
    assert root.run().exit_code == 0
    assert "release_revoked" in root.command("briefing", CASE).err


def test_a_form_that_waits_and_takes_nothing_back_stops_no_paper(root: Root) -> None:
    form = paper(root, "ueberpruefungsbogen-nach-v4.docx")
    head: Answers = {**SIGNED, "review.occasion": "turnus"}
    for day, status in (("21.11.2026", "beantragt"), ("22.11.2026", "abgelehnt")):
        root.drop(f"{day}.docx", fill_docx(form, {**head, "review.review_date": day, "housing.wbs_status": status}))
        root.run()
    assert (root.path / "outbox" / "korrektur").is_dir()
    assert root.command("briefing", CASE).exit_code == 0


def test_a_revocation_and_a_new_consent_in_any_order_come_to_the_same(root: Root, tmp_path: Path) -> None:
    again: Answers = {
        "scope": "J0",
        "recipient": "Jobcenter Mannheim",
        "granted": "ja",
        "granted_on": "22.11.2026",
        "form": "schriftlich",
        "explained_in": "Arabisch",
        "informed[zweck]": True,
        "informed[folgen_verweigerung]": True,
        "informed[widerruf]": True,
        "signed_by": "Klient:in",
    }
    first: Answers = {f"consents[0].{name}": value for name, value in again.items()}
    head: Answers = {**SIGNED, "case.case_id": CASE}
    grants = fill_docx(root.blank("consent"), {**head, **first})
    revokes = fill_docx(
        root.blank("consent"), {**head, "consents[1].scope": "J0", "consents[1].revoked_on": "22.11.2026"}
    )
    plans: list[dict[str, Any]] = []
    for order in ((grants, revokes), (revokes, grants)):
        tried = root.copy(tmp_path / f"tried{len(plans)}")
        for place, data in enumerate(order):
            tried.drop(f"{place}.docx", data)
            assert tried.run().exit_code == 0
        assert "release_revoked" in tried.command("briefing", CASE).err
        plans.append(tried.show(CASE)["values"])
    assert plans[0] == plans[1]


def test_under_which_release_a_value_went_out(root: Root) -> None:
    approve(root)
    (row,) = root.command("explain", CASE, "--disclosed", "--format", "json").rows
    assert row["approved_on"] == "2026-11-21"
    by_key = {each["key"]: each for each in row["values"]}
    assert by_key["childcare.gap_hours"] == {
        "key": "childcare.gap_hours",
        "value": "0",
        "scope": "J2",
        "consent_id": "C07",
        "granted_on": "2026-05-28",
    }
    assert by_key["G01.title"]["scope"] == "J0"
    assert by_key["household.members[0].given_names"]["scope"] == "J2"
    text = root.command("explain", CASE, "G01.title", "--disclosed").out
    assert "[J0 C06 of 2026-05-28]" in text
    assert root.command("explain", CASE).exit_code == 2


def test_nothing_was_told_where_nothing_was_made(root: Root) -> None:
    assert root.command("briefing", "MA-CAR-1999-0001", "--sent").exit_code == 4
    assert root.command("explain", "MA-CAR-1999-0001", "--disclosed").exit_code == 4


def test_a_consent_form_waits_for_its_intake(new_root: Callable[[str], Root]) -> None:
    root = new_root("CAR")
    intake = forms_of(load_case("case1"))[0]
    answers: Answers = {**SIGNED, "case.case_id": CASE, "consents[0].revoked_on": "22.11.2026"}
    root.drop("widerruf.docx", fill_docx(root.blank("consent"), answers))
    assert root.run().rows[0]["reason"] == "waiting_for_intake"
    root.drop("aufnahme.docx", root.filled(intake))
    assert root.run().exit_code == 0
    assert "release_revoked" in root.command("briefing", CASE).err


@pytest.mark.parametrize("first", ["consent", "review"])
def test_of_one_drop_consents_are_taken_first(root: Root, first: str) -> None:
    review: Answers = {**SIGNED, "review.review_date": "22.11.2026", "review.occasion": "turnus"}
    ended: Answers = {**SIGNED, "case.case_id": CASE, "consents[7].revoked_on": "22.11.2026"}
    forms = {
        "review": fill_docx(paper(root, "ueberpruefungsbogen-nach-v4.docx"), review),
        "consent": fill_docx(root.blank("consent"), ended),
    }
    for place, kind in enumerate(sorted(forms, key=lambda each: each != first)):
        root.drop(f"{place}-bogen.docx", forms[kind])
    outcomes = [row["outcome"] for row in root.run().rows]
    assert outcomes == ["accepted", "returned"]  # consent to processing (V0) is taken back: nothing more is stored
    assert root.show(CASE)["version"] == 5
    assert "no_processing" in root.command("briefing", CASE).err
