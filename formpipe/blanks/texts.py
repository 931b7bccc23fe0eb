"""The German words a blank form has of its own; every label of a field stands in the schemas."""

from __future__ import annotations

from formpipe.printed import BASE
from formpipe.spell import spell_date

CLEARED_LABEL = "—gelöscht—"
REQUIRED_MARK = "\u00a0*"
INTRO = "* Pflichtangabe. Alle anderen Angaben sind freiwillig; «keine Angabe» ist immer eine gültige Antwort."
INTRO_REVIEW = "* Pflichtangabe. Bitte nur ändern, was sich geändert hat. Was nicht mehr gilt: «—gelöscht—» eintragen."
INTRO_BLANK_REVIEW = (
    "* Pflichtangabe. Bitte nur Änderungen eintragen; Leeres bleibt, wie es ist."
    " Was nicht mehr gilt: «—gelöscht—» eintragen."
)
PAGE = "Seite"
OF = "von"


def titled(title: str, due: str | None) -> str:
    """Return the words that name a goal or step beside its number; *due* is an ISO date."""
    return f"{title} (bis {spell_date(due)})" if due is not None else title


def footer_text(form: str, version: str, *, case: str | None, plan: int | None, base: str | None) -> str:
    """Return the line at the foot of every page; the reader finds form, case and plan in it by pattern."""
    parts = [f"Formular {form}/{version}"]
    if case is not None:
        parts.append(f"Fall {case}")
    if base is not None:
        parts.append(f"{BASE} {plan} · {base}")
    return " · ".join(parts)
