"""Invented records for the reference templates, as many as asked for and no two alike."""

from __future__ import annotations

import random
from typing import Any

from make_templates import FIELDS

_WORDS = (
    *("Wohnung suchen", "Deutschkurs besuchen", "Antrag stellen", "Termin", "Zeugnis anerkennen", "klären", "Arbeit"),
    *("Ausbildung", "Beratung", "Müller & Söhne", "<GmbH>", "«Büro»", "Straße", "größer", "ÖPNV", "Weiterbildung"),
)
_BROKEN = 0.05  # this part of the texts that can have a line break has one
_NAMES = ("Ḥusām ad-Dīn", "Олександра-Вікторія", "Şêrko", "Nguyễn Thị", "Ada Muster", "Zoë O'Brien", 'Jo "Jojo" Muster')


def record_of(number: int) -> dict[str, Any]:
    """Return record *number*; the same number gives the same record."""
    chance = random.Random(number)  # noqa: S311  # repeatable data
    name = chance.choice(_NAMES)
    return {
        "case": f"MA-CAR-2026-{number:04}",
        "carrier": "Träger Muster & Partner",
        "version": str(number % 7 + 1),
        "dated": "28.05.2026",
        "name": name,
        "script": "",
        "draft": number % 2 == 0,
        "signed": "01.06.2026" if number % 3 else "",
        "fields": {f"f{index}": _text(chance, 1, 3) for index in range(FIELDS["plan"])},
        "goals": [
            {
                "number": f"Z{index}",
                "title": _text(chance, 2, 5),
                "words": _text(chance, 8, 18),
                "due": "31.12.2026",
                "status": "läuft",
            }
            for index in range(4)
        ],
        "steps": [
            {"number": f"S{index}", "title": _text(chance, 2, 5), "who": name, "due": "30.09.2026", "status": "offen"}
            for index in range(8)
        ],
        "notes": [{"day": f"{index + 1:02}.03.2026", "text": _text(chance, 8, 18)} for index in range(4)],
        "consents": [{"scope": f"J{index}", "state": "erteilt", "until": "31.12.2026"} for index in range(5)],
        "requests": [_text(chance, 3, 6) for _ in range(4)],
        "properties": {"title": f"Plan MA-CAR-2026-{number:04}", "author": "Träger Muster"},
    }


def _text(chance: random.Random, least: int, most: int) -> str:
    words = " ".join(chance.choice(_WORDS) for _ in range(chance.randint(least, most)))
    return words.replace(" Termin ", "\nTermin ", 1) if chance.random() < _BROKEN else words
