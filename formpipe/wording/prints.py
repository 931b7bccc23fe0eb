"""German sentences about what was read on a print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from formpipe.wording.told import Sentences, Told


def _proposal(told: Told) -> Sentences:
    if not told.text("written"):
        return "Auf dem Ausdruck ist nicht sicher zu lesen, was hier steht.", "Bitte prüfen."
    return f"Auf dem Ausdruck steht hier wohl {told.written}.", "Bitte prüfen."


def _no_field(told: Told) -> Sentences:
    what = f"Auf dem Ausdruck steht {told.written}, aber in keinem Feld."
    return what, "Bitte prüfen, ob das zu einem Feld gehört, und dort eintragen."


def _pages(_: Told) -> Sentences:
    what = "Im Ausdruck fehlt mindestens eine Seite, oder eine kommt zweimal vor."
    return what, "Bitte den Bogen vollständig und jede Seite einmal abgeben."


PRINT_SENTENCES: Mapping[str, Callable[[Told], Sentences]] = MappingProxyType(
    {"proposal": _proposal, "no_field": _no_field, "pages": _pages}
)
"""By the rule of the finding."""
