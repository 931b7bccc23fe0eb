"""What a receipt says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from formpipe.model import Balance, Finding, Place, Severity
from formpipe.receipt import Receipt, receipt_text

PLAIN = Receipt(
    case="MA-CAR-2026-0001",
    name_as_dropped="Bogen Muster.docx",
    title="Aufnahmebogen",
    counts_for=date(2026, 3, 12),
    received_on=date(2026, 3, 14),
    version=1,
)


def test_the_head_says_case_name_days_and_version() -> None:
    lines = receipt_text(PLAIN).splitlines()
    assert lines[0] == "Eingangsbestätigung – Aufnahmebogen vom 12.03.2026"
    assert lines[2:6] == [
        "Fallnummer:       MA-CAR-2026-0001",
        "Eingegangen als:  «Bogen Muster.docx»",
        "Übernommen am:    14.03.2026",
        "Integrationsplan: Fassung 1 (erste Fassung)",
    ]
    assert lines[-1] == "Es gibt keine Hinweise."


def test_the_balance_of_fields_is_told() -> None:
    balance = Balance(filled=31, empty=9, unknown=2)
    lines = receipt_text(replace(PLAIN, balance=balance)).splitlines()
    assert "Gelesen wurden:   42 Felder: 31 ausgefüllt, 9 leer, 2 unbekannt" in lines


def test_later_versions_and_replaced_forms() -> None:
    assert "Fassung 4 (Fortschreibung Nr. 3)" in receipt_text(replace(PLAIN, version=4))
    assert "durch eine Berichtigung ersetzt" in receipt_text(replace(PLAIN, version=None))


def test_the_checksum_stands_there_for_a_correction() -> None:
    assert f"Prüfsumme:        {'a' * 64}\n" in receipt_text(replace(PLAIN, checksum="a" * 64))
    assert "Prüfsumme" not in receipt_text(PLAIN)


def test_what_was_made_is_listed_in_its_order() -> None:
    made = [("review", "c.pdf"), ("plan", "a.pdf"), ("annex", "b.docx"), ("review", "c.docx"), ("plan", "a.docx")]
    made.append(("briefing", "d.docx"))
    text = receipt_text(replace(PLAIN, documents=made))
    parts = text.partition("folgen):\n")[2].splitlines()[:4]
    assert parts == [
        "- Integrationsplan: a.docx und .pdf",
        "- vertrauliche Anlage zum Integrationsplan (Ordner «vertraulich»): b.docx",
        "- Papier für das Jobcenter (Entwurf): d.docx",
        "- Bogen für die nächste Überprüfung, mit dem heutigen Stand ausgefüllt: c.docx und .pdf",
    ]


def test_kinds_that_were_not_made_are_not_listed() -> None:
    text = receipt_text(replace(PLAIN, documents=[("plan", "a.docx")]))
    assert "- Integrationsplan: a.docx\n" in text
    assert text.count("\n- ") == 1


def test_a_finding_with_nothing_to_mend_has_one_line() -> None:
    gap = Finding(
        pointer="/review/review_date",
        rule="V31",
        severity=Severity.WARNING,
        place=Place(label="Datum der Überprüfung"),
        parameters={"days": 294},
    )
    assert receipt_text(replace(PLAIN, findings=[gap])).splitlines()[-1].startswith("1. «Datum der Überprüfung»: ")


def test_no_briefing_says_why_and_which_fields() -> None:
    text = receipt_text(replace(PLAIN, refusal="guard", labels=["Ziel", "Schritt"]))
    assert "Kein Papier für das Jobcenter: " in text
    assert "Betroffen: «Ziel»; «Schritt»" in text
    assert "Betroffen" not in receipt_text(replace(PLAIN, refusal="no_release"))


def test_what_is_not_printed_is_named() -> None:
    text = receipt_text(replace(PLAIN, withheld=["address_protected", "not_agreed"]))
    lines = text.partition("Nicht gedruckt wird:\n")[2].splitlines()[:2]
    assert [line[:2] for line in lines] == ["- ", "- "]
    assert "Kennung" not in text


def test_findings_are_numbered_with_their_place() -> None:
    findings = [
        Finding(
            pointer="/form/interpreter", rule="V28", severity=Severity.WARNING, place=Place(label="Sprachmittlung")
        ),
        Finding(
            pointer="/goals", rule="V10", severity=Severity.WARNING, place=Place(label="Ziele"), parameters={"count": 0}
        ),
    ]
    text = receipt_text(replace(PLAIN, findings=findings))
    assert "Hinweise (der Bogen ist trotzdem übernommen):" in text
    assert "\n1. «Sprachmittlung»" in text
    assert "\n2. " in text
    assert "Muster" not in repr(PLAIN)
