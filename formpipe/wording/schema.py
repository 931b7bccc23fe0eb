"""German sentences for answers that cannot be read, or that the form's schema does not allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from formpipe.wording.told import Sentences, Told

_DATE = "28.02.1990"
_MOMENT = "25.11.2026 09:30"
_PHONE = "0621 1234567"
_NEAR = "Bitte eine Bezeichnung aus der Auswahlliste verwenden"


def _required(told: Told) -> Sentences:
    return "Hier fehlt eine Angabe.", f"Bitte ausfüllen{told.example()}."


def _no_answer(told: Told) -> Sentences:
    return f"{told.written} reicht hier nicht aus.", f"Diese Angabe wird gebraucht. Bitte ausfüllen{told.example()}."


def _format(told: Told) -> Sentences:
    sentences = {"date": _date, "date-time": _moment, "phone": _phone}.get(told.text("format"))
    if sentences is None:
        return f"{told.written} hat nicht die erwartete Form.", f"Bitte prüfen{told.example()}."
    return sentences(told)


def _date(told: Told) -> Sentences:
    mend = f"Bitte als TT.MM.JJJJ eintragen{told.example(_DATE)}."
    return _date_fault(told, "Datum", "vollständiges Datum"), mend


def _moment(told: Told) -> Sentences:
    mend = f"Bitte Tag und Uhrzeit als TT.MM.JJJJ HH:MM eintragen{told.example(_MOMENT)}."
    reason = told.text("reason")
    if reason == "no_time":
        return f"Bei {told.written} fehlt die Uhrzeit.", mend
    if reason == "left_out":
        return f"Die Uhrzeit {told.written} gibt es nicht, weil die Uhr auf Sommerzeit vorgestellt wird.", mend
    if reason == "doubled":
        what = f"Die Uhrzeit {told.written} gibt es zweimal, weil die Uhr auf Winterzeit zurückgestellt wird."
        return (
            what,
            "Bitte MESZ (Sommerzeit) oder MEZ (Winterzeit) dahinter schreiben, zum Beispiel 25.10.2026 02:30 MEZ.",
        )
    return _date_fault(told, "Termin", "vollständiger Termin"), mend


def _date_fault(told: Told, kind: str, whole: str) -> str:
    sentences = {
        "impossible": f"{told.written} ist kein gültiges Datum.",
        "two_digit_year": f"Bei {told.written} ist das Jahr nur mit zwei Ziffern angegeben.",
        "year_range": f"Das Jahr in {told.written} liegt nicht zwischen 1900 und 2100.",
        "partial": f"{told.written} ist kein {whole}.",
    }
    return sentences.get(told.text("reason"), f"{told.written} ist kein {kind}.")


def _phone(told: Told) -> Sentences:
    mend = f"Bitte mit Vorwahl und ohne Zusätze eintragen{told.example(_PHONE)}."
    return f"{told.written} ist keine vollständige Telefonnummer.", mend


def _type(told: Told) -> Sentences:
    if told.text("expected") == "integer":
        return f"{told.written} ist keine ganze Zahl.", f"Bitte nur Ziffern ohne Komma eintragen{told.example('3')}."
    if told.text("expected") == "number":
        return f"{told.written} ist keine Zahl.", f"Bitte eine Zahl eintragen{told.example('19,5')}."
    return f"{told.written} passt nicht in dieses Feld.", f"Bitte prüfen{told.example()}."


def _enum(told: Told) -> Sentences:
    what = f"{told.written} steht nicht zur Auswahl."
    choices = told.items("choices")
    if not choices:
        return what, f"{_NEAR}{told.example()}."
    if told.is_true("near"):
        return what, f"{_NEAR}; ähnlich ist: {'; '.join(choices)}."
    return what, f"Möglich ist: {'; '.join(choices)}."


def _pattern(told: Told) -> Sentences:
    return f"{told.written} hat nicht die erwartete Form.", f"Bitte prüfen{told.example()}."


def _min_length(told: Told) -> Sentences:
    return f"{told.written} ist zu kurz.", f"Bitte mindestens {told.text('limit')} Zeichen schreiben{told.example()}."


def _max_length(told: Told) -> Sentences:
    return f"{told.written} ist zu lang.", f"Bitte auf höchstens {told.text('limit')} Zeichen kürzen."


def _minimum(told: Told) -> Sentences:
    return f"{told.written} ist zu klein.", f"Der kleinste mögliche Wert ist {told.text('limit').replace('.', ',')}."


def _maximum(told: Told) -> Sentences:
    return f"{told.written} ist zu groß.", f"Der größte mögliche Wert ist {told.text('limit').replace('.', ',')}."


def _min_items(told: Told) -> Sentences:
    return "Hier ist zu wenig angegeben.", f"Gebraucht werden mindestens {told.text('limit')} Angaben."


def _max_items(told: Told) -> Sentences:
    return "Hier ist zu viel angegeben.", f"Möglich sind höchstens {told.text('limit')} Angaben."


def _unique_items(_: Told) -> Sentences:
    return "Hier steht eine Angabe zweimal.", "Bitte eine davon streichen."


def _additional(_: Told) -> Sentences:
    return (
        "Dieses Feld gehört nicht zu dieser Fassung des Bogens.",
        "Bitte einen Bogen aus dem Ordner «vorlagen» verwenden.",
    )


def _conflict(_: Told) -> Sentences:
    return "Dieses Feld kommt im Bogen zweimal vor, mit verschiedenen Angaben.", "Bitte nur eine Angabe stehen lassen."


def _characters(told: Told) -> Sentences:
    what = f"{told.written} enthält unsichtbare oder unzulässige Zeichen ({told.listed('characters')})."
    return what, "Bitte den Text neu eintippen statt ihn einzufügen."


def _clear(_: Told) -> Sentences:
    return "Diese Angabe kann nicht gelöscht werden.", "Bitte eine Angabe eintragen oder das Feld leer lassen."


def _reference(_: Told) -> Sentences:
    return (
        "Die Kennung der Berichtigung gehört zu keinem Bogen, der von hier zurückkam.",
        "Der Bogen zählt wie ein neuer; es ist nichts zu tun.",
    )


def _contradiction(told: Told) -> Sentences:
    mend = "Bitte eines von beiden streichen."
    return told.chosen(
        {
            "words": ("Hier stehen «keine Angabe» und «unbekannt» nebeneinander.", mend),
            "beside": ("«keine Angabe» oder «unbekannt» steht hier neben einer Angabe.", mend),
        }
    )


def _presentation_forms(told: Told) -> Sentences:
    what = "Der Text enthält arabische Zeichen in Druckform, wie sie beim Einfügen aus manchen Programmen entstehen."
    return what, f"In gewöhnlichen Buchstaben lautet er: «{told.text('normalised')}». Bitte vergleichen."


def _estimated(told: Told) -> Sentences:
    return f"{told.written} wurde als «{told.text('taken')}» übernommen.", "Bitte prüfen, ob das genau genug ist."


def _unknown_field(_: Told) -> Sentences:
    what = "Dieses ausgefüllte Feld gehört zu keinem bekannten Bogen und wurde nicht übernommen."
    return what, "Bitte die Angabe in ein Feld des Bogens übertragen."


def _ambiguous(_: Told) -> Sentences:
    what = "Diese Bezeichnung steht im Bogen an mehreren Stellen; die Angabe wurde nicht übernommen."
    return what, "Bitte sie in einen Bogen aus dem Ordner «vorlagen» übertragen."


def _duplicate(_: Told) -> Sentences:
    return "Dieses Feld kommt in der Datei mehrmals vor; gelesen wurde eines davon.", "Bitte prüfen, ob es stimmt."


def _vanished(told: Told) -> Sentences:
    if not told.items("labels"):
        return (
            "Dieses Pflichtfeld fehlt in der Datei.",
            "Bitte die Angaben in einen neuen Bogen aus dem Ordner «vorlagen» übertragen.",
        )
    what = f"In der Datei fehlen Felder des Bogens: {told.listed('labels')}."
    return what, "Was dort eingetragen war, ist nicht angekommen. Bitte vergleichen."


SCHEMA_SENTENCES: Mapping[str, Callable[[Told], Sentences]] = MappingProxyType(
    {
        "required": _required,
        "no_answer": _no_answer,
        "format": _format,
        "type": _type,
        "enum": _enum,
        "pattern": _pattern,
        "minLength": _min_length,
        "maxLength": _max_length,
        "minimum": _minimum,
        "maximum": _maximum,
        "minItems": _min_items,
        "maxItems": _max_items,
        "uniqueItems": _unique_items,
        "additionalProperties": _additional,
        "conflict": _conflict,
        "characters": _characters,
        "clear": _clear,
        "contradiction": _contradiction,
        "reference": _reference,
        "presentation_forms": _presentation_forms,
        "estimated": _estimated,
        "unknown_field": _unknown_field,
        "ambiguous": _ambiguous,
        "duplicate": _duplicate,
        "vanished": _vanished,
    }
)
