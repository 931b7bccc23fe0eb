"""German sentences for the rules on goals and reviews."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from formpipe.wording.told import Sentences, Told

_STATUSES = {
    "offen": "offen",
    "in_arbeit": "in Arbeit",
    "teilweise_erreicht": "teilweise erreicht",
    "erreicht": "erreicht",
    "zurueckgestellt": "zurückgestellt",
    "ersetzt": "ersetzt",
    "nicht_erreicht": "nicht erreicht",
    "aufgegeben": "nicht mehr gewünscht",
}


def _v06(told: Told) -> Sentences:
    until = f"Bitte einen Termin bis {told.day('latest')} vereinbaren."
    return told.chosen(
        {
            "before": ("Die nächste Überprüfung liegt vor dieser.", until),
            "late": ("Bis zur nächsten Überprüfung sind es mehr als sechs Monate.", until),
            "long": ("Bis zur nächsten Überprüfung sind es mehr als vier Monate.", "Üblich sind drei Monate."),
        }
    )


def _v07(told: Told) -> Sentences:
    what = f"Zu diesen offenen Zielen fehlt ein Stand: {told.listed('ids')}."
    return what, "Bitte zu jedem Ziel, das noch nicht abgeschlossen ist, den Stand eintragen."


def _v08(told: Told) -> Sentences:
    before = _STATUSES.get(told.text("from"), "neu")
    after = _STATUSES.get(told.text("to"), told.text("to"))
    if told.text("reason") == "two_statuses":
        what = f"{told.listed('ids')} hat im Bogen zwei verschiedene Stände: bisher «{before}», hier «{after}»."
        return what, "Bitte den neuen Stand nur bei «Stand der Ziele» eintragen."
    if told.text("reason") == "itself":
        what = "Ein Ziel kann nicht durch sich selbst ersetzt werden."
        return what, "Bitte das Ziel eintragen, das an seine Stelle tritt, oder einen anderen Stand wählen."
    if after:
        what = f"{told.listed('ids')} kann nicht von «{before}» nach «{after}» wechseln."
        return what, "Bitte den Stand prüfen. Ein abgeschlossenes Ziel ändert nur eine Berichtigung."
    what = f"{told.written} gibt es in diesem Fall nicht."
    return what, f"Vorhanden sind: {told.listed('ids')}."


def _v09(told: Told) -> Sentences:
    goals = f" ({told.listed('ids')})" if told.items("ids") else ""
    what = f"Der Termin liegt vor dem Datum des Bogens, das Ziel{goals} ist noch nicht abgeschlossen."
    return what, "Bitte einen neuen Termin vereinbaren oder den Stand ändern."


def _v10(told: Told) -> Sentences:
    count = told.text("count")
    what = "Es ist kein laufendes Ziel vereinbart." if count == "0" else f"Es sind {count} laufende Ziele."
    return what, "Empfohlen sind ein bis sieben laufende Ziele."


def _v11(told: Told) -> Sentences:
    return told.chosen(
        {
            "indicator": (
                "Es fehlt, woran zu merken ist, dass das Ziel erreicht ist.",
                f"Bitte ausfüllen{told.example()}.",
            ),
            "due_date": (
                "Es fehlt, bis wann das Ziel erreicht sein soll.",
                f"Bitte ein Datum eintragen{told.example()}.",
            ),
            "actions": ("Zu diesem Ziel ist noch kein Schritt vereinbart.", "Bitte beim nächsten Gespräch ergänzen."),
            "responsible": ("Es fehlt, wer den Schritt übernimmt.", "Bitte beim nächsten Gespräch ergänzen."),
            "agreed": ("Das Ziel ist nicht gemeinsam vereinbart und steht deshalb nicht im Plan.", ""),
        }
    )


def _due_limit(told: Told) -> Sentences:
    what = f"Bis zum Termin {told.written} sind es mehr als {told.text('months')} Monate."
    return what, "Bitte ein näheres Ziel vereinbaren."


def _v31(told: Told) -> Sentences:
    return f"Seit dem letzten Bogen sind {told.text('days')} Tage vergangen, mehr als sechs Monate.", ""


def _c6(told: Told) -> Sentences:
    goal = told.listed("ids")
    again = "Bitte das Ziel bei «Ziele und Schritte» mit seiner Nummer noch einmal eintragen und dies ergänzen."
    return told.chosen(
        {
            "indicator": (f"{goal} ist begonnen, und es fehlt, woran zu merken ist, dass es erreicht ist.", again),
            "due_date": (f"{goal} ist begonnen, und es fehlt, bis wann es erreicht sein soll.", "Bitte ausfüllen."),
        }
    )


def _c7(told: Told) -> Sentences:
    after = _STATUSES.get(told.text("to"), told.text("to"))
    return f"Wechselt {told.listed('ids')} nach «{after}», wird diese Angabe gebraucht.", "Bitte ausfüllen."


def _review_no(told: Told) -> Sentences:
    what = f"Eingetragen ist Nr. {told.text('written')}, nach dem Datum ist es Nr. {told.text('expected')}."
    return what, "Es gilt die Reihenfolge der Daten."


def _renumbered(told: Told) -> Sentences:
    if told.text("reason") == "taken":
        what = f"Diese Nummern waren inzwischen vergeben, die Zeilen haben neue bekommen: {told.listed('ids')}."
        return what, "Bitte mit dem aktuellen Plan weiterarbeiten."
    what = f"Der Bogen kam nach späteren Bögen; deshalb haben Ziele neue Nummern bekommen: {told.listed('ids')}."
    return what, "Bitte mit dem aktuellen Plan weiterarbeiten."


GOAL_SENTENCES: Mapping[str, Callable[[Told], Sentences]] = MappingProxyType(
    {
        "V06": _v06,
        "V07": _v07,
        "V08": _v08,
        "V09": _v09,
        "V10": _v10,
        "V11": _v11,
        "due_limit": _due_limit,
        "V31": _v31,
        "C6": _c6,
        "C7": _c7,
        "review_no": _review_no,
        "renumbered": _renumbered,
    }
)
