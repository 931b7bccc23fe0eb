"""German sentences for the rules of the field (V-, C- and R-numbers) and for what a person should look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from formpipe.wording.consents import CONSENT_SENTENCES
from formpipe.wording.edits import EDIT_SENTENCES
from formpipe.wording.goals import GOAL_SENTENCES
from formpipe.wording.prints import PRINT_SENTENCES
from formpipe.wording.schema import SCHEMA_SENTENCES
from formpipe.wording.told import Sentences, Told

_PRECISIONS = {"tag": "Tag", "monat": "Monat", "jahr": "Jahr", "geschaetzt": "geschätzt"}
_LOOK = "Bitte im Bogen nachsehen, ob die Angabe so gemeint ist."


def sentences_of(rule: str, parameters: Mapping[str, object]) -> Sentences:
    """Return what is the matter, and how to mend it, in German; an unknown rule is named by its number."""
    told = Told(parameters)
    known = SENTENCES.get(rule)
    return known(told) if known is not None else (f"Die Angabe erfüllt die Regel «{rule}» nicht.", "Bitte prüfen.")


def _flag(what: str) -> Callable[[Told], Sentences]:
    return lambda _: (what, _LOOK)


def _v01(told: Told) -> Sentences:
    if told.text("reason") == "ended":
        what = "Die Einwilligung, die Daten für den Integrationsplan zu verarbeiten (V0), gilt damit nicht mehr."
        mend = (
            "Weitere Bögen dieses Falls werden zurückgegeben, ein Papier für das Jobcenter gibt es nicht mehr. "
            "Bitte prüfen, ob das so gemeint ist."
        )
        return what, mend
    what = "Es fehlt eine gültige Einwilligung, die Daten für den Integrationsplan zu verarbeiten (V0)."
    return what, "Bitte in der Zeile «V0» eintragen, dass und wann sie erteilt wurde, und unterschreiben lassen."


def _v02(told: Told) -> Sentences:
    return told.chosen(
        {
            "missing": (
                "Die Fallnummer fehlt.",
                f"Bitte eintragen{told.example()}. Sie steht auf der Eingangsbestätigung.",
            ),
            "malformed": (f"{told.written} ist keine Fallnummer.", f"Bitte prüfen{told.example()}."),
            "other_carrier": (
                f"{told.written} ist die Fallnummer eines anderen Trägers.",
                "Bitte die Fallnummer prüfen. Fälle anderer Träger können hier nicht bearbeitet werden.",
            ),
            "other_form": (
                f"Der Bogen wurde für den Fall {told.text('expected')} vorbereitet, eingetragen ist {told.written}.",
                "Bitte den Bogen aus dem Ordner des richtigen Falls verwenden.",
            ),
            "carrier": (
                f"Der Bogen gehört zu einem anderen Träger als {told.text('expected')}.",
                "Bitte einen Bogen aus dem eigenen Ordner «vorlagen» verwenden.",
            ),
            "unknown": ("Zu dieser Fallnummer liegt noch kein Aufnahmebogen vor.", "Bitte die Fallnummer prüfen."),
        }
    )


def _v04(told: Told) -> Sentences:
    return told.chosen(
        {
            "twice": (f"{told.listed('ids')} kommt im Bogen zweimal vor.", "Bitte nur eine Zeile stehen lassen."),
            "taken": (
                "Diese Nummer ist schon für etwas anderes vergeben.",
                f"Vergeben sind: {told.listed('ids')}. Bei neuen Zielen und Schritten die Nummer bitte leer lassen.",
            ),
            "corrected": (
                "Der Bogen, den dieser berichtigt, ist schon durch einen anderen berichtigt.",
                "Bitte die letzte Berichtigung berichtigen.",
            ),
            "day": (
                "Zu diesem Tag gibt es noch eine andere Überprüfung. Keine von beiden ist übernommen.",
                "Bitte klären, welche gilt, und sie als Berichtigung abgeben.",
            ),
            "other": (
                "Zu diesem Fall liegt schon ein anderer Bogen mit abweichenden Angaben vor (widersprüchliche Fassung).",
                "Bitte klären, welche Angaben stimmen; sollen es diese sein, als Berichtigung abgeben.",
            ),
        }
    )


def _v05(told: Told) -> Sentences:
    if told.text("today"):
        return f"{told.written} liegt in der Zukunft.", f"Bitte ein Datum bis heute ({told.day('today')}) eintragen."
    return (
        f"Die Überprüfung am {told.day('written')} liegt vor der Aufnahme am {told.day('expected')}.",
        "Bitte das Datum prüfen.",
    )


def _v20(told: Told) -> Sentences:
    if told.text("reason") == "again":
        what = (
            "Die Adresse ist geschützt; die hier eingetragene steht deshalb nicht in dem Bogen, der neben diesem liegt."
        )
        return what, "Bitte dort noch einmal eintragen."
    return "Die Adresse ist geschützt. Sie wird aufbewahrt und auf keinem Dokument gedruckt.", ""


def _v21(_: Told) -> Sentences:
    return "Bei vertraulicher Beratung darf keine Stelle eingetragen sein.", "Bitte das Feld leeren."


def _v22(_: Told) -> Sentences:
    what = "Der Text ist für das Jobcenter bestimmt und enthält ein geschütztes Wort; so gibt es kein Papier dorthin."
    return what, "Bitte anders formulieren, oder das Ziel als vertraulich in die Anlage V aufnehmen."


def _v25(told: Told) -> Sentences:
    age = told.text("age")
    return told.chosen(
        {
            "guardian": (
                f"Die Klientin oder der Klient ist {age} Jahre alt.",
                "Bis 18 Jahre muss eine sorgeberechtigte Person oder die Betreuung unterschreiben.",
            ),
            "own_plan": (f"Mit {age} Jahren ist ein eigener Plan möglich.", "Bitte fragen, ob er gewünscht ist."),
        }
    )


def _v27(told: Told) -> Sentences:
    claimed = _PRECISIONS.get(told.text("claimed") or told.text("precision"), told.text("precision"))
    what = f"Datum und Genauigkeit («{claimed}») passen nicht zusammen."
    return (
        what,
        "Bitte die Genauigkeit leer lassen oder das Datum so genau angeben, zum Beispiel 00.00.1990 für ein Jahr.",
    )


def _v28(_: Told) -> Sentences:
    return "Ein Kind hat übersetzt.", "Bitte beim nächsten Gespräch eine andere Sprachmittlung einrichten."


def _v30(told: Told) -> Sentences:
    what = f"Name und Geburtsdatum gibt es auch in einem anderen Fall ({told.listed('ids')})."
    return what, "Bitte prüfen, ob es dieselbe Person ist. Zusammengelegt wird nichts."


def _c1(told: Told) -> Sentences:
    return told.chosen(
        {
            "checksum": (
                "Es fehlt, welcher Bogen berichtigt wird.",
                "Bitte die Prüfsumme des früheren Bogens eintragen.",
            ),
            "box": (
                "Eine Prüfsumme ist eingetragen, der Bogen ist aber nicht als Berichtigung gekennzeichnet.",
                "Bitte «ja» wählen oder die Prüfsumme löschen.",
            ),
        }
    )


def _c2(_: Told) -> Sentences:
    return (
        "Die Beratung dauert länger als drei Jahre, und es fehlt eine Begründung.",
        "Bitte die Verlängerung begründen.",
    )


def _c3(_: Told) -> Sentences:
    return (
        "Es fehlt der Name.",
        "Bitte Familienname oder Vorname eintragen; ein einzelner Name gehört zum Familiennamen.",
    )


def _c4(_: Told) -> Sentences:
    return "Es fehlt, in welcher Schrift der Name geschrieben ist.", "Bitte die Schrift wählen."


def _c5(told: Told) -> Sentences:
    return told.chosen(
        {
            "missing": ("Die BG-Nummer fehlt, obwohl «vorhanden» gewählt ist.", f"Bitte eintragen{told.example()}."),
            "forbidden": (
                "Eine BG-Nummer ist eingetragen, obwohl sie beantragt oder nicht nötig ist.",
                "Bitte den Stand auf «vorhanden» ändern oder die Nummer löschen.",
            ),
        }
    )


def _r3(told: Told) -> Sentences:
    return f"{told.written} sieht nicht wie eine Kundennummer aus.", f"Bitte prüfen{told.example()}."


def _r7(told: Told) -> Sentences:
    return f"{told.written} ist keine Postleitzahl in Mannheim.", "Bitte prüfen."


def _duplicate_id(told: Told) -> Sentences:
    return f"Die Nummer {told.text('id')} steht in zwei Zeilen.", "Bitte eine davon ändern oder leer lassen."


SENTENCES: Mapping[str, Callable[[Told], Sentences]] = MappingProxyType(
    {
        **SCHEMA_SENTENCES,
        **GOAL_SENTENCES,
        **EDIT_SENTENCES,
        **CONSENT_SENTENCES,
        "V01": _v01,
        "V02": _v02,
        "V04": _v04,
        "V05": _v05,
        "V20": _v20,
        "V21": _v21,
        "V22": _v22,
        "V25": _v25,
        "V27": _v27,
        "V28": _v28,
        "V30": _v30,
        "C1": _c1,
        "C2": _c2,
        "C3": _c3,
        "C4": _c4,
        "C5": _c5,
        "R3": _r3,
        "R7": _r7,
        "future": _v05,
        "duplicate_id": _duplicate_id,
        **PRINT_SENTENCES,
        "tracked": _flag(
            "Das Feld enthält Änderungen, die noch nicht angenommen sind; gelesen wurde die neue Fassung."
        ),
        "review": _flag("Die Angabe ließ sich nicht eindeutig lesen."),
        "repaired": _flag("Die Datei war beschädigt und wurde beim Lesen ergänzt."),
        "disagree": _flag("Die Datei sagt an zwei Stellen Verschiedenes über sich."),
        "binding": _flag("Die sichtbare Angabe und die gespeicherte stimmen nicht überein."),
        "external": _flag("Das Feld verweist auf etwas außerhalb der Datei; das wurde nicht gelesen."),
        "flag": _flag("An diesem Feld ist beim Lesen etwas aufgefallen."),
    }
)
"""A sentence for every rule that a finding can name."""
