"""How findings say where they are, and what letters say of other forms."""

from __future__ import annotations

from datetime import date

import pytest

from formpipe.model import Balance, Finding, Place, Severity
from formpipe.wording.wording import correction_text, duplicate_text, finding_text, held_text


@pytest.mark.parametrize(
    ("pointer", "place", "expected"),
    [
        ("/person/birth_date", Place(label="Geburtsdatum"), "«Geburtsdatum»"),
        ("/person/birth_date", Place(label="Geburtsdatum", page=2), "Seite 2, «Geburtsdatum»"),
        ("/jobcenter/topic", Place(label="Anlass", within="Termin"), "«Anlass» (Termin)"),
        ("/consents/2/granted_on", Place(label="am", within="Einwilligungen"), "«am» (Einwilligungen, Zeile 3)"),
        ("/goals/1/actions/0/title", Place(label="Schritt", within="Schritte"), "«Schritt» (Ziel 2, Schritt 1)"),
    ],
)
def test_a_place_names_page_label_list_and_row(pointer: str, place: Place, expected: str) -> None:
    finding = Finding(pointer=pointer, rule="required", severity=Severity.ERROR, place=place)
    assert finding_text(finding).where == expected


def test_a_correction_tells_the_balance_of_the_form() -> None:
    text = correction_text("Bogen", (), "a.docx", balance=Balance(filled=31, empty=9, unknown=2))
    assert "42 Felder: 31 ausgefüllt, 9 leer, 2 unbekannt.\n" in text
    assert "Felder" not in correction_text("Bogen", (), "a.docx")


def test_a_held_text_names_the_form_it_contradicts() -> None:
    text = held_text("conflict", title="Bogen", findings=(), file_name="a.docx", contradicts="der Bogen vom 01.02.2026")
    assert "\nÜbernommen ist: der Bogen vom 01.02.2026\n" in text
    assert "Übernommen ist" not in held_text("conflict", title="Bogen", findings=(), file_name="a.docx")


def test_a_duplicate_of_a_held_form_repeats_why_it_is_held() -> None:
    day = date(2026, 2, 1)
    plain = duplicate_text(file_name="a.docx", received_on=day, case=None)
    held = duplicate_text(file_name="a.docx", received_on=day, case=None, held_reason="waiting_for_intake")
    assert "es ist nichts zu tun" in plain
    assert "nichts zu tun" not in held
    assert "zurückgestellt" in held


def test_a_goal_is_not_replaced_by_itself() -> None:
    finding = Finding(
        pointer="/review/goal_reviews/0/superseded_by",
        rule="V08",
        severity=Severity.ERROR,
        place=Place(label="ersetzt durch Ziel"),
        parameters={"reason": "itself", "written": "G01", "ids": ["G02"]},
    )
    assert "nicht durch sich selbst" in finding_text(finding).what
