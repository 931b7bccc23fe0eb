"""German sentences for what was, or was not, changed on a form that was handed out filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from formpipe.wording.told import Sentences, Told


def _emptied(told: Told) -> Sentences:
    return told.chosen(
        {
            "cleared": (
                "Das Feld war ausgefüllt und ist jetzt leer; die bisherige Angabe ist damit gelöscht.",
                "Wenn das nicht so gemeint war, bitte mit dem nächsten Bogen wieder eintragen.",
            ),
            "kept": (
                "Das Feld war ausgefüllt und ist jetzt leer; ohne Angabe geht es nicht, die bisherige bleibt bestehen.",
                "Wenn sie nicht mehr stimmt, bitte die neue eintragen.",
            ),
        }
    )


def _unchanged(told: Told) -> Sentences:
    what = f"Widersprüchlich: «{told.text('section')}» ist als unverändert angekreuzt, enthält aber eine Änderung."
    return what, "Bitte das Kreuz entfernen oder die Änderung zurücknehmen."


def _unasked(_: Told) -> Sentences:
    what = "Zu einer geänderten oder gestrichenen Zeile gab es Angaben, die dieser Bogen nicht hat; sie sind entfallen."
    return what, "Bitte in der vorigen Fassung des Plans nachsehen und sie mit dem passenden Bogen wieder eintragen."


def _untouched(told: Told) -> Sentences:
    what = f"Nicht bearbeitet wurden: {told.listed('sections')}. Dort bleibt alles, wie es war."
    return what, ""


def _merge(told: Told) -> Sentences:
    ours, theirs = (f"«{told.text(name)}»" if told.text(name) else "nichts" for name in ("written", "other"))
    about = f" ({told.listed('ids')})" if told.items("ids") else ""
    what = f"Hier steht{about} {ours}, im Bogen vom {told.day('on')} steht {theirs}."
    return what, "Bitte klären, was stimmt, und nur das eintragen."


def _base(_: Told) -> Sentences:
    return "Diese Fassung des Plans ist hier nicht bekannt.", "Bitte den Bogen aus dem Ordner des Falls verwenden."


EDIT_SENTENCES: Mapping[str, Callable[[Told], Sentences]] = MappingProxyType(
    {
        "emptied": _emptied,
        "unchanged": _unchanged,
        "unasked": _unasked,
        "untouched": _untouched,
        "merge": _merge,
        "base": _base,
    }
)
