"""What is wrong with a Word template, for the person who edits it: a comment's lines in German."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

HEAD = (
    "formpipe hat diese Vorlage geprüft. An jeder Stelle mit einem Befund steht ein Kommentar.",
    "Dies ist eine Kopie: Bitte die Vorlage selbst ändern und noch einmal prüfen lassen (formpipe doctor --templates).",
)
ELSEWHERE = "Befunde an Stellen, die keinen Kommentar haben können (Kopf- und Fußzeile, Fußnote):"

FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "syntax": "Dieses Feld ist falsch geschrieben oder nicht geschlossen. Ein Feld sieht so aus: {{{{ name }}}}",
        "unknown_name": "Den Namen «{name}» gibt es nicht.",
        "not_disclosable": "«{name}» gehört nicht in das Papier für das Jobcenter und wird dort nie gedruckt.",
        "list_as_text": "«{name}» ist eine Liste oder Gruppe und kein Text; sie braucht ein {{% for %}}.",
        "bare_date": "«{name}» ist ein Datum, das noch nicht als TT.MM.JJJJ geschrieben ist.",
        "unguarded": "«{name}» kann leer sein; dann steht die Beschriftung allein. Bitte mit {{% if %}} schützen.",
    }
)
"""By the kind of `documents.preflight`; doubled braces stand for single ones."""

_NEAR = "Gemeint ist vielleicht «{near}»."


def fault_lines(kind: str, name: str, near: str) -> tuple[str, ...]:
    """Return the comment about a fault: what is wrong, and the name that was probably meant."""
    first = FAULTS[kind].format(name=name)
    return (first, _NEAR.format(near=near)) if near else (first,)
