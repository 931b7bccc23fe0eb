"""The cover of the papers that are printed for a day, in German."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from formpipe.spell import spell_date

PAPERS: Mapping[str, str] = MappingProxyType(
    {"plan": "Integrationsplan", "briefing": "Papier für das Jobcenter", "annex": "Vertrauliche Anlage"}
)
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "owed": "das PDF ist noch nicht erstellt",
        "withheld": "zurückgehalten, weil nicht Freigegebenes darin stand",
        "draft": "noch nicht freigegeben (ENTWURF)",
        "refused": "keine gültige Freigabe an diesem Tag",
        "none": "gibt es in dieser Fassung nicht",
    }
)
"""Why a paper is not in the bundle."""

HEAD = ("Fall", "Papiere", "Seiten", "Termin")
MISSING = "Nicht in dieser Mappe"
CONFIDENTIAL = "Enthält personenbezogene Daten. Nach dem Verteilen nicht liegen lassen."


def title_of(on: date) -> str:
    """Return what the bundle for the day *on* is called."""
    return f"Druckmappe {spell_date(on.isoformat())}"


def papers_text(papers: Iterable[str]) -> str:
    """Return the names of *papers*, one a line."""
    return "\n".join(PAPERS[each] for each in papers)


def missing_text(case: str, paper: str, reason: str) -> str:
    """Return that a paper is not in the bundle, and why."""
    return f"{case}: {PAPERS[paper]} – {REASONS[reason]}"


def count_text(cases: int, pages: int) -> str:
    """Return how much is in the bundle."""
    return f"{cases} {'Fall' if cases == 1 else 'Fälle'}, {pages} {'Seite' if pages == 1 else 'Seiten'}"
