"""The German words: a sentence of its own for every rule, and the letters around them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from formpipe.disclose.disclose import RefusalReason
from formpipe.fold.holding import HeldReason
from formpipe.model import Finding, Place, Severity
from formpipe.normalise.normalise import LOOK_AT
from formpipe.wording.reasons import REASONS
from formpipe.wording.rules import SENTENCES
from formpipe.wording.wording import (
    correction_text,
    duplicate_text,
    finding_text,
    held_text,
    reason_text,
    returned_text,
    unreadable_text,
)

PLAIN = "erfüllt die Regel"


def finding(
    rule: str,
    parameters: Mapping[str, object] | None = None,
    *,
    pointer: str = "/person/birth_date",
    severity: Severity = Severity.ERROR,
    page: int | None = None,
) -> Finding:
    place = Place(label="Geburtsdatum", page=page)
    return Finding(pointer=pointer, rule=rule, severity=severity, place=place, parameters=parameters or {})


def said(rule: str, **parameters: object) -> tuple[str, str]:
    text = finding_text(finding(rule, parameters))
    return text.what, text.mend


# -- one finding ---------------------------------------------------------------------------------


def test_where() -> None:
    assert finding_text(finding("required")).where == "«Geburtsdatum»"
    assert finding_text(finding("required", page=1)).where == "Seite 1, «Geburtsdatum»"
    row = finding("required", pointer="/household/members/1/birth_date", page=3)
    assert finding_text(row).where == "Seite 3, «Geburtsdatum» (Zeile 2)"
    step = finding("required", pointer="/goals/0/actions/2/title")
    assert finding_text(step).where == "«Geburtsdatum» (Ziel 1, Schritt 3)"
    assert finding_text(finding("disagree", pointer="")).where == "«Geburtsdatum»"


def test_the_example_of_the_house_style() -> None:
    text = correction_text(
        "Aufnahmebogen",
        [finding("format", {"format": "date", "reason": "impossible", "written": "31.02.1990"}, page=1)],
        "bogen.docx",
    )
    assert text == (
        "Aufnahmebogen – 1 Angabe ist noch zu berichtigen\n"
        "\n"
        "1. Seite 1, «Geburtsdatum»: «31.02.1990» ist kein gültiges Datum.\n"
        "   Bitte als TT.MM.JJJJ eintragen, zum Beispiel 28.02.1990.\n"
        "\n"
        "Bitte berichtigen und die Datei noch einmal in den Eingangsordner legen.\n"
        "\n"
        "Datei: «bogen.docx»\n"
    )


def test_a_rule_without_a_sentence_is_named() -> None:
    assert said("V99") == ("Die Angabe erfüllt die Regel «V99» nicht.", "Bitte prüfen.")


SCHEMA_RULES = {
    "required",
    "type",
    "format",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "uniqueItems",
    "additionalProperties",
}
DOOR_RULES = {f"V{number:02d}" for number in (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 20, 21, 22, 25, 27, 28, 30, 31)}
OTHER_RULES = {
    "C1",
    "C2",
    "C3",
    "C4",
    "C5",
    "C6",
    "C7",
    "R3",
    "R7",
    "review_no",
    "base",
    "emptied",
    "merge",
    "unasked",
    "unchanged",
    "untouched",
}
READING_RULES = {"no_answer", "conflict", "characters", "clear", "contradiction", "presentation_forms", "estimated"}


@pytest.mark.parametrize(
    "rule",
    sorted(
        SCHEMA_RULES
        | DOOR_RULES
        | OTHER_RULES
        | READING_RULES
        | set(LOOK_AT)
        | {"flag", "unknown_field", "future", "due_limit", "duplicate_id"}
    ),
)
def test_every_rule_has_a_sentence_of_its_own(rule: str) -> None:
    what, mend = said(rule)
    assert PLAIN not in what
    assert what.endswith(".")
    assert mend == "" or mend.endswith(".")
    told = what + mend
    assert "None" not in told
    assert "{" not in told


def test_no_two_rules_share_a_sentence_by_mistake() -> None:
    texts = {rule: said(rule)[0] for rule in SENTENCES if rule not in {"future", "V05"}}
    same = [rule for rule, text in texts.items() if list(texts.values()).count(text) > 1]
    assert set(same) <= {"pattern", "format"}


# -- what each rule says -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "parameters", "what", "mend"),
    [
        ("required", {}, "Hier fehlt eine Angabe.", "Bitte ausfüllen."),
        ("required", {"example": "19,5"}, "Hier fehlt eine Angabe.", "Bitte ausfüllen, zum Beispiel 19,5."),
        (
            "no_answer",
            {"written": "keine Angabe"},
            "«keine Angabe» reicht hier nicht aus.",
            "Diese Angabe wird gebraucht. Bitte ausfüllen.",
        ),
        (
            "format",
            {"format": "date", "reason": "two_digit_year", "written": "1.1.88"},
            "Bei «1.1.88» ist das Jahr nur mit zwei Ziffern angegeben.",
            "Bitte als TT.MM.JJJJ eintragen, zum Beispiel 28.02.1990.",
        ),
        (
            "format",
            {"format": "date", "reason": "year_range", "written": "1.1.1826", "example": "31.12.2026"},
            "Das Jahr in «1.1.1826» liegt nicht zwischen 1900 und 2100.",
            "Bitte als TT.MM.JJJJ eintragen, zum Beispiel 31.12.2026.",
        ),
        (
            "format",
            {"format": "date", "reason": "partial", "written": "1990"},
            "«1990» ist kein vollständiges Datum.",
            "Bitte als TT.MM.JJJJ eintragen, zum Beispiel 28.02.1990.",
        ),
        (
            "format",
            {"format": "date", "reason": "no_date", "written": "bald"},
            "«bald» ist kein Datum.",
            "Bitte als TT.MM.JJJJ eintragen, zum Beispiel 28.02.1990.",
        ),
        (
            "format",
            {"format": "date-time", "reason": "no_time", "written": "25.11.2026"},
            "Bei «25.11.2026» fehlt die Uhrzeit.",
            "Bitte Tag und Uhrzeit als TT.MM.JJJJ HH:MM eintragen, zum Beispiel 25.11.2026 09:30.",
        ),
        (
            "format",
            {"format": "date-time", "reason": "left_out", "written": "x"},
            "Die Uhrzeit «x» gibt es nicht, weil die Uhr auf Sommerzeit vorgestellt wird.",
            "Bitte Tag und Uhrzeit als TT.MM.JJJJ HH:MM eintragen, zum Beispiel 25.11.2026 09:30.",
        ),
        (
            "format",
            {"format": "date-time", "reason": "doubled", "written": "x"},
            "Die Uhrzeit «x» gibt es zweimal, weil die Uhr auf Winterzeit zurückgestellt wird.",
            "Bitte MESZ (Sommerzeit) oder MEZ (Winterzeit) dahinter schreiben, zum Beispiel 25.10.2026 02:30 MEZ.",
        ),
        (
            "format",
            {"format": "date-time", "reason": "no_moment", "written": "bald", "example": "1.1.2026 8:00"},
            "«bald» ist kein Termin.",
            "Bitte Tag und Uhrzeit als TT.MM.JJJJ HH:MM eintragen, zum Beispiel 1.1.2026 8:00.",
        ),
        (
            "format",
            {"format": "date-time", "reason": "impossible", "written": "31.02.2026 9:00"},
            "«31.02.2026 9:00» ist kein gültiges Datum.",
            "Bitte Tag und Uhrzeit als TT.MM.JJJJ HH:MM eintragen, zum Beispiel 25.11.2026 09:30.",
        ),
        (
            "format",
            {"format": "phone", "reason": "no_phone", "written": "keins"},
            "«keins» ist keine vollständige Telefonnummer.",
            "Bitte mit Vorwahl und ohne Zusätze eintragen, zum Beispiel 0621 1234567.",
        ),
        ("format", {"written": "a@b"}, "«a@b» hat nicht die erwartete Form.", "Bitte prüfen."),
        (
            "type",
            {"expected": "integer", "written": "2,5"},
            "«2,5» ist keine ganze Zahl.",
            "Bitte nur Ziffern ohne Komma eintragen, zum Beispiel 3.",
        ),
        (
            "type",
            {"expected": "number", "written": "viel"},
            "«viel» ist keine Zahl.",
            "Bitte eine Zahl eintragen, zum Beispiel 19,5.",
        ),
        ("type", {"written": "viel"}, "«viel» passt nicht in dieses Feld.", "Bitte prüfen."),
        (
            "enum",
            {"written": "weg", "choices": ["offen", "erteilt"], "near": False},
            "«weg» steht nicht zur Auswahl.",
            "Möglich ist: offen; erteilt.",
        ),
        (
            "enum",
            {"written": "Sirien", "choices": ("Syrien",), "near": True},
            "«Sirien» steht nicht zur Auswahl.",
            "Bitte eine Bezeichnung aus der Auswahlliste verwenden; ähnlich ist: Syrien.",
        ),
        (
            "enum",
            {"written": "xyz", "choices": (), "near": True},
            "«xyz» steht nicht zur Auswahl.",
            "Bitte eine Bezeichnung aus der Auswahlliste verwenden.",
        ),
        (
            "pattern",
            {"written": "6815", "example": "68159"},
            "«6815» hat nicht die erwartete Form.",
            "Bitte prüfen, zum Beispiel 68159.",
        ),
        (
            "minLength",
            {"written": "Kurs", "limit": 5},
            "«Kurs» ist zu kurz.",
            "Bitte mindestens 5 Zeichen schreiben.",
        ),
        (
            "maxLength",
            {"written": "x" * 90, "limit": 40},
            f"«{'x' * 80} …» ist zu lang.",
            "Bitte auf höchstens 40 Zeichen kürzen.",
        ),
        ("minimum", {"written": "0", "limit": 0.5}, "«0» ist zu klein.", "Der kleinste mögliche Wert ist 0,5."),
        ("maximum", {"written": "61", "limit": 60}, "«61» ist zu groß.", "Der größte mögliche Wert ist 60."),
        ("minItems", {"limit": 3}, "Hier ist zu wenig angegeben.", "Gebraucht werden mindestens 3 Angaben."),
        ("maxItems", {"limit": 4}, "Hier ist zu viel angegeben.", "Möglich sind höchstens 4 Angaben."),
        (
            "characters",
            {"written": "a[U+202E]", "characters": ["U+202E"]},
            "«a[U+202E]» enthält unsichtbare oder unzulässige Zeichen (U+202E).",
            "Bitte den Text neu eintippen statt ihn einzufügen.",
        ),
        (
            "estimated",
            {"written": "ca. 2023", "taken": "2023"},
            "«ca. 2023» wurde als «2023» übernommen.",
            "Bitte prüfen, ob das genau genug ist.",
        ),
        (
            "V02",
            {"reason": "missing", "example": "MA-CAR-2026-0001"},
            "Die Fallnummer fehlt.",
            "Bitte eintragen, zum Beispiel MA-CAR-2026-0001. Sie steht auf der Eingangsbestätigung.",
        ),
        ("V02", {"reason": "malformed", "written": "0815"}, "«0815» ist keine Fallnummer.", "Bitte prüfen."),
        (
            "V02",
            {"reason": "other_carrier", "written": "MA-AWO-2026-0001"},
            "«MA-AWO-2026-0001» ist die Fallnummer eines anderen Trägers.",
            "Bitte die Fallnummer prüfen. Fälle anderer Träger können hier nicht bearbeitet werden.",
        ),
        (
            "V02",
            {"reason": "other_form", "written": "A", "expected": "B"},
            "Der Bogen wurde für den Fall B vorbereitet, eingetragen ist «A».",
            "Bitte den Bogen aus dem Ordner des richtigen Falls verwenden.",
        ),
        (
            "V02",
            {"reason": "carrier", "expected": "CAR"},
            "Der Bogen gehört zu einem anderen Träger als CAR.",
            "Bitte einen Bogen aus dem eigenen Ordner «vorlagen» verwenden.",
        ),
        ("V02", {}, "Zu dieser Fallnummer liegt noch kein Aufnahmebogen vor.", "Bitte die Fallnummer prüfen."),
        (
            "V04",
            {"reason": "twice", "ids": ["G01"]},
            "G01 kommt im Bogen zweimal vor.",
            "Bitte nur eine Zeile stehen lassen.",
        ),
        (
            "merge",
            {"written": "minijob", "other": "Vollzeit", "on": "2026-02-10"},
            "Hier steht «minijob», im Bogen vom 10.02.2026 steht «Vollzeit».",
            "Bitte klären, was stimmt, und nur das eintragen.",
        ),
        (
            "merge",
            {"written": "", "other": "Rīm", "on": "2026-02-10", "ids": ["HM01"]},
            "Hier steht (HM01) nichts, im Bogen vom 10.02.2026 steht «Rīm».",
            "Bitte klären, was stimmt, und nur das eintragen.",
        ),
        (
            "V20",
            {"reason": "again"},
            (
                "Die Adresse ist geschützt; die hier eingetragene steht deshalb nicht in dem Bogen, der neben diesem "
                "liegt."
            ),
            "Bitte dort noch einmal eintragen.",
        ),
        (
            "renumbered",
            {"reason": "taken", "ids": ["G02 → G03"]},
            "Diese Nummern waren inzwischen vergeben, die Zeilen haben neue bekommen: G02 → G03.",
            "Bitte mit dem aktuellen Plan weiterarbeiten.",
        ),
        (
            "emptied",
            {"reason": "cleared"},
            "Das Feld war ausgefüllt und ist jetzt leer; die bisherige Angabe ist damit gelöscht.",
            "Wenn das nicht so gemeint war, bitte mit dem nächsten Bogen wieder eintragen.",
        ),
        (
            "emptied",
            {"reason": "kept"},
            "Das Feld war ausgefüllt und ist jetzt leer; ohne Angabe geht es nicht, die bisherige bleibt bestehen.",
            "Wenn sie nicht mehr stimmt, bitte die neue eintragen.",
        ),
        (
            "V05",
            {"written": "21.05.2026", "today": "2026-05-20"},
            "«21.05.2026» liegt in der Zukunft.",
            "Bitte ein Datum bis heute (20.05.2026) eintragen.",
        ),
        (
            "V05",
            {"written": "2026-01-01", "expected": "2026-01-15"},
            "Die Überprüfung am 01.01.2026 liegt vor der Aufnahme am 15.01.2026.",
            "Bitte das Datum prüfen.",
        ),
        (
            "V06",
            {"reason": "late", "latest": "2026-02-28"},
            "Bis zur nächsten Überprüfung sind es mehr als sechs Monate.",
            "Bitte einen Termin bis 28.02.2026 vereinbaren.",
        ),
        (
            "V06",
            {"reason": "before", "latest": "2026-02-28"},
            "Die nächste Überprüfung liegt vor dieser.",
            "Bitte einen Termin bis 28.02.2026 vereinbaren.",
        ),
        (
            "V06",
            {"reason": "long"},
            "Bis zur nächsten Überprüfung sind es mehr als vier Monate.",
            "Üblich sind drei Monate.",
        ),
        (
            "V07",
            {"ids": ["G01", "G02"]},
            "Zu diesen offenen Zielen fehlt ein Stand: G01, G02.",
            "Bitte zu jedem Ziel, das noch nicht abgeschlossen ist, den Stand eintragen.",
        ),
        (
            "V08",
            {"ids": ["G01", "G02"], "reason": "unknown", "written": "G09"},
            "«G09» gibt es in diesem Fall nicht.",
            "Vorhanden sind: G01, G02.",
        ),
        (
            "V08",
            {"ids": [], "written": "G09"},
            "«G09» gibt es in diesem Fall nicht.",
            "Vorhanden sind: keine.",
        ),
        (
            "V08",
            {"ids": ["G01"], "reason": "transition", "from": "erreicht", "to": "in_arbeit"},
            "G01 kann nicht von «erreicht» nach «in Arbeit» wechseln.",
            "Bitte den Stand prüfen. Ein abgeschlossenes Ziel ändert nur eine Berichtigung.",
        ),
        (
            "V08",
            {"ids": ["G01"], "reason": "transition", "from": None, "to": "ersetzt"},
            "G01 kann nicht von «neu» nach «ersetzt» wechseln.",
            "Bitte den Stand prüfen. Ein abgeschlossenes Ziel ändert nur eine Berichtigung.",
        ),
        (
            "V08",
            {"ids": ["G01"], "reason": "two_statuses", "from": "offen", "to": "in_arbeit"},
            "G01 hat im Bogen zwei verschiedene Stände: bisher «offen», hier «in Arbeit».",
            "Bitte den neuen Stand nur bei «Stand der Ziele» eintragen.",
        ),
        (
            "V09",
            {"ids": ["G02"]},
            "Der Termin liegt vor dem Datum des Bogens, das Ziel (G02) ist noch nicht abgeschlossen.",
            "Bitte einen neuen Termin vereinbaren oder den Stand ändern.",
        ),
        (
            "V09",
            {},
            "Der Termin liegt vor dem Datum des Bogens, das Ziel ist noch nicht abgeschlossen.",
            "Bitte einen neuen Termin vereinbaren oder den Stand ändern.",
        ),
        (
            "V10",
            {"count": 0},
            "Es ist kein laufendes Ziel vereinbart.",
            "Empfohlen sind ein bis sieben laufende Ziele.",
        ),
        ("V10", {"count": 8}, "Es sind 8 laufende Ziele.", "Empfohlen sind ein bis sieben laufende Ziele."),
        (
            "V11",
            {"reason": "indicator"},
            "Es fehlt, woran zu merken ist, dass das Ziel erreicht ist.",
            "Bitte ausfüllen.",
        ),
        (
            "V11",
            {"reason": "due_date"},
            "Es fehlt, bis wann das Ziel erreicht sein soll.",
            "Bitte ein Datum eintragen.",
        ),
        (
            "V11",
            {"reason": "actions"},
            "Zu diesem Ziel ist noch kein Schritt vereinbart.",
            "Bitte beim nächsten Gespräch ergänzen.",
        ),
        (
            "V11",
            {"reason": "responsible"},
            "Es fehlt, wer den Schritt übernimmt.",
            "Bitte beim nächsten Gespräch ergänzen.",
        ),
        ("V11", {"reason": "agreed"}, "Das Ziel ist nicht gemeinsam vereinbart und steht deshalb nicht im Plan.", ""),
        (
            "due_limit",
            {"written": "16.01.2029", "months": 36},
            "Bis zum Termin «16.01.2029» sind es mehr als 36 Monate.",
            "Bitte ein näheres Ziel vereinbaren.",
        ),
        (
            "V25",
            {"reason": "guardian", "age": 14},
            "Die Klientin oder der Klient ist 14 Jahre alt.",
            "Bis 18 Jahre muss eine sorgeberechtigte Person oder die Betreuung unterschreiben.",
        ),
        (
            "V25",
            {"reason": "own_plan", "age": 16},
            "Mit 16 Jahren ist ein eigener Plan möglich.",
            "Bitte fragen, ob er gewünscht ist.",
        ),
        (
            "V27",
            {"precision": "jahr", "claimed": "tag"},
            "Datum und Genauigkeit («Tag») passen nicht zusammen.",
            "Bitte die Genauigkeit leer lassen oder das Datum so genau angeben, zum Beispiel 00.00.1990 für ein Jahr.",
        ),
        (
            "V27",
            {"precision": "jahr"},
            "Datum und Genauigkeit («Jahr») passen nicht zusammen.",
            "Bitte die Genauigkeit leer lassen oder das Datum so genau angeben, zum Beispiel 00.00.1990 für ein Jahr.",
        ),
        (
            "V30",
            {"ids": ["MA-CAR-2026-0002"]},
            "Name und Geburtsdatum gibt es auch in einem anderen Fall (MA-CAR-2026-0002).",
            "Bitte prüfen, ob es dieselbe Person ist. Zusammengelegt wird nichts.",
        ),
        ("V31", {"days": 190}, "Seit dem letzten Bogen sind 190 Tage vergangen, mehr als sechs Monate.", ""),
        (
            "C1",
            {"reason": "box"},
            "Eine Prüfsumme ist eingetragen, der Bogen ist aber nicht als Berichtigung gekennzeichnet.",
            "Bitte «ja» wählen oder die Prüfsumme löschen.",
        ),
        (
            "C1",
            {"reason": "checksum"},
            "Es fehlt, welcher Bogen berichtigt wird.",
            "Bitte die Prüfsumme des früheren Bogens eintragen.",
        ),
        (
            "C5",
            {"reason": "missing", "example": "99999BG0000001"},
            "Die BG-Nummer fehlt, obwohl «vorhanden» gewählt ist.",
            "Bitte eintragen, zum Beispiel 99999BG0000001.",
        ),
        (
            "C5",
            {"reason": "forbidden"},
            "Eine BG-Nummer ist eingetragen, obwohl sie beantragt oder nicht nötig ist.",
            "Bitte den Stand auf «vorhanden» ändern oder die Nummer löschen.",
        ),
        (
            "C6",
            {"ids": ["G01"], "reason": "indicator"},
            "G01 ist begonnen, und es fehlt, woran zu merken ist, dass es erreicht ist.",
            "Bitte das Ziel bei «Ziele und Schritte» mit seiner Nummer noch einmal eintragen und dies ergänzen.",
        ),
        (
            "C6",
            {"ids": ["G01"], "reason": "due_date"},
            "G01 ist begonnen, und es fehlt, bis wann es erreicht sein soll.",
            "Bitte ausfüllen.",
        ),
        (
            "V01",
            {"reason": "ended"},
            "Die Einwilligung, die Daten für den Integrationsplan zu verarbeiten (V0), gilt damit nicht mehr.",
            (
                "Weitere Bögen dieses Falls werden zurückgegeben, ein Papier für das Jobcenter gibt es nicht mehr. "
                "Bitte prüfen, ob das so gemeint ist."
            ),
        ),
        (
            "V08",
            {"ids": ["G02"], "reason": "itself", "written": "G01"},
            "Ein Ziel kann nicht durch sich selbst ersetzt werden.",
            "Bitte das Ziel eintragen, das an seine Stelle tritt, oder einen anderen Stand wählen.",
        ),
        (
            "contradiction",
            {"reason": "words"},
            "Hier stehen «keine Angabe» und «unbekannt» nebeneinander.",
            "Bitte eines von beiden streichen.",
        ),
        (
            "contradiction",
            {"reason": "beside"},
            "«keine Angabe» oder «unbekannt» steht hier neben einer Angabe.",
            "Bitte eines von beiden streichen.",
        ),
        (
            "C7",
            {"ids": ["G01"], "to": "zurueckgestellt"},
            "Wechselt G01 nach «zurückgestellt», wird diese Angabe gebraucht.",
            "Bitte ausfüllen.",
        ),
        (
            "review_no",
            {"written": 3, "expected": 2},
            "Eingetragen ist Nr. 3, nach dem Datum ist es Nr. 2.",
            "Es gilt die Reihenfolge der Daten.",
        ),
        (
            "renumbered",
            {"ids": ["G04"]},
            "Der Bogen kam nach späteren Bögen; deshalb haben Ziele neue Nummern bekommen: G04.",
            "Bitte mit dem aktuellen Plan weiterarbeiten.",
        ),
        (
            "unchanged",
            {"section": "Wohnen"},
            "Widersprüchlich: «Wohnen» ist als unverändert angekreuzt, enthält aber eine Änderung.",
            "Bitte das Kreuz entfernen oder die Änderung zurücknehmen.",
        ),
        (
            "untouched",
            {"sections": ("Arbeit", "Geld")},
            "Nicht bearbeitet wurden: Arbeit, Geld. Dort bleibt alles, wie es war.",
            "",
        ),
        (
            "duplicate_id",
            {"id": "G02"},
            "Die Nummer G02 steht in zwei Zeilen.",
            "Bitte eine davon ändern oder leer lassen.",
        ),
    ],
)
def test_sentences(rule: str, parameters: dict[str, object], what: str, mend: str) -> None:
    assert said(rule, **parameters) == (what, mend)


@pytest.mark.parametrize("reason", ["twice", "taken", "corrected", "day", "other", ""])
def test_conflicts_are_told_apart(reason: str) -> None:
    texts = {each: said("V04", reason=each, ids=["G01"]) for each in ("twice", "taken", "corrected", "day", "other")}
    assert len(set(texts.values())) == 5
    assert said("V04", reason=reason, ids=["G01"]) == texts[reason or "other"]


def test_the_guarded_word_itself_is_not_told() -> None:
    assert "Sucht" not in "".join(said("V22", written="Zur Suchtberatung gehen"))


def test_the_writing_is_shown_on_one_line() -> None:
    assert said("pattern", written=" a\n b ")[0] == "«a b» hat nicht die erwartete Form."
    assert said("pattern", written="x" * 80)[0] == f"«{'x' * 80}» hat nicht die erwartete Form."
    assert said("pattern", written="x" * 79 + " y")[0] == f"«{'x' * 79} …» hat nicht die erwartete Form."
    assert said("pattern")[0] == "Die Angabe hat nicht die erwartete Form."


def test_choices_that_are_no_list() -> None:
    assert said("enum", choices="offen")[1] == "Bitte eine Bezeichnung aus der Auswahlliste verwenden."


# -- letters -------------------------------------------------------------------------------------


def test_a_correction_tells_errors_first_then_notes() -> None:
    findings = [
        finding("V28", severity=Severity.WARNING),
        finding("required"),
        finding("V20", severity=Severity.INFO),
        finding("V21"),
    ]
    assert correction_text("Aufnahmebogen", findings, "a.pdf") == (
        "Aufnahmebogen – 2 Angaben sind noch zu berichtigen\n"
        "\n"
        "1. «Geburtsdatum»: Hier fehlt eine Angabe.\n"
        "   Bitte ausfüllen.\n"
        "\n"
        "2. «Geburtsdatum»: Bei vertraulicher Beratung darf keine Stelle eingetragen sein.\n"
        "   Bitte das Feld leeren.\n"
        "\n"
        "Bitte berichtigen und die Datei noch einmal in den Eingangsordner legen.\n"
        "\n"
        "Hinweise (sie halten den Bogen nicht auf)\n"
        "\n"
        "3. «Geburtsdatum»: Ein Kind hat übersetzt.\n"
        "   Bitte beim nächsten Gespräch eine andere Sprachmittlung einrichten.\n"
        "\n"
        "4. «Geburtsdatum»: Die Adresse ist geschützt. Sie wird aufbewahrt und auf keinem Dokument gedruckt.\n"
        "\n"
        "Datei: «a.pdf»\n"
    )


def test_lines_of_a_two_digit_number_stay_aligned() -> None:
    text = correction_text("Bogen", [finding("required")] * 10, "a.pdf")
    assert "\n10. «Geburtsdatum»: Hier fehlt eine Angabe.\n    Bitte ausfüllen.\n" in text


def test_a_form_refused_for_another_reason() -> None:
    assert correction_text("Bogen", [], "a.pdf", "intake_never_came") == (
        f"Bogen – zurückgewiesen\n\n{REASONS['intake_never_came']}\n\nDatei: «a.pdf»\n"
    )
    assert correction_text("Bogen", [], "a.pdf") == "Bogen – zurückgewiesen\n\nDatei: «a.pdf»\n"


def test_a_form_kept_back() -> None:
    findings = [
        finding("V08", {"written": "G09", "ids": ["G01"]}),
        finding("V28", severity=Severity.WARNING),
    ]
    text = held_text("unknown_goal", title="Überprüfungsbogen", findings=findings, file_name="a.docx")
    assert text == (
        "Überprüfungsbogen – zurückgestellt\n"
        "\n"
        f"{REASONS['unknown_goal']}\n"
        "\n"
        "1. «Geburtsdatum»: «G09» gibt es in diesem Fall nicht.\n"
        "   Vorhanden sind: G01.\n"
        "\n"
        "Der Bogen ist sicher aufbewahrt und wird von selbst wieder geprüft, sobald sich etwas ändert. "
        "Wenn er selbst falsch ist, bitte berichtigen und die Datei noch einmal in den Eingangsordner legen.\n"
        "\n"
        "Hinweise (sie halten den Bogen nicht auf)\n"
        "\n"
        "2. «Geburtsdatum»: Ein Kind hat übersetzt.\n"
        "   Bitte beim nächsten Gespräch eine andere Sprachmittlung einrichten.\n"
        "\n"
        "Datei: «a.docx»\n"
    )


def test_a_form_given_back() -> None:
    findings = [finding("V01", pointer="/consents"), finding("V28", severity=Severity.WARNING)]
    text = returned_text(findings, file_name="a.docx")
    assert text.startswith("Bogen zurückgegeben – nichts davon wurde gespeichert\n\n" + REASONS["no_consent"])
    assert "1. «Geburtsdatum»: Es fehlt eine gültige Einwilligung" in text
    assert "Ein Kind" not in text
    assert text.endswith("\n\nDatei: «a.docx»\n")


def test_a_form_that_was_there_already() -> None:
    text = duplicate_text(file_name="a.docx", received_on=date(2026, 5, 20), case="MA-CAR-2026-0001")
    assert text == (
        "Bogen ist schon da\n"
        "\n"
        "Dieser Bogen wurde bereits am 20.05.2026 unter der Fallnummer MA-CAR-2026-0001 abgegeben. "
        "Er zählt einmal; es ist nichts zu tun.\n"
        "\n"
        "Datei: «a.docx»\n"
    )
    without = duplicate_text(file_name="a.docx", received_on=date(2026, 5, 20), case=None)
    assert "bereits am 20.05.2026 abgegeben" in without


def test_a_file_that_cannot_be_read() -> None:
    assert unreadable_text("encrypted", file_name="a.pdf") == (
        f"Die Datei konnte nicht gelesen werden\n\n{REASONS['encrypted']}\n\nDatei: «a.pdf»\n"
    )


# -- reasons -------------------------------------------------------------------------------------

UNREADABLE = ("encrypted", "damaged", "empty", "too_large", "macro", "unsupported", "unsafe", "limit")
UNKNOWN = ("incomplete", "unknown_form")
NOT_PRINTED = ("address_protected", "title_protected", "not_agreed", "other_adults")


@pytest.mark.parametrize(
    "code", [*UNREADABLE, *UNKNOWN, *HeldReason, *RefusalReason, *NOT_PRINTED, "no_consent", "replaced"]
)
def test_every_reason_has_a_sentence(code: str) -> None:
    assert reason_text(code) == REASONS[code]
    assert reason_text(code).endswith(".")
    assert "  " not in reason_text(code)


def test_an_unknown_reason_is_named() -> None:
    assert reason_text("moon") == "Der Grund hat die Kennung «moon»."


def test_no_words_of_a_person_in_the_repr() -> None:
    shown = finding("presentation_forms", {"written": "Muster", "normalised": "Muster"})
    assert "Muster" not in repr(finding_text(finding("pattern", {"written": "Muster"})))
    assert "Muster" not in repr(finding_text(shown))
