"""The guard list finds its stems however they are written."""

from __future__ import annotations

import pytest

from formpipe.guard import guarded

STEMS = ("schwanger", "pro familia", "rückfall", "sucht", "haft", "trans*", "!schaft", "!besucht", "!rückfallzug")


@pytest.mark.parametrize(
    "text",
    [
        "Schwangerschaftskonfliktberatung",
        "SCHWANGER",
        "Termin bei Pro-Familia",
        "Termin bei pro   familia",
        "Rückfall vermeiden",
        "Rueckfall vermeiden",
        "Ruckfall vermeiden",
        "RU\u0308CKFALL",
        "Alkoholsucht",
        "Alkohol\u00adsu\u00adcht",
        "Ｓｕｃｈｔ",
        "Untersuchungshaft",
        "transgender",
        "trans* Beratung",
        "Hauswirtschaft und Haft",
        "Schwangerschaft",
    ],
)
def test_a_guarded_word_is_found(text: str) -> None:
    assert guarded(text, STEMS)


@pytest.mark.parametrize(
    "text",
    ["", "Hauswirtschaft", "Kurs besucht", "Quereinstieg", "Familie", "Rückfallzug", "Rueckfallzug", "pro Fa", "Such"],
)
def test_a_harmless_word_is_not(text: str) -> None:
    assert not guarded(text, STEMS)


def test_a_harmless_piece_parts_what_stands_around_it() -> None:
    assert not guarded("haschaftft", ("haft", "!schaft"))


def test_without_stems_nothing_is_guarded() -> None:
    assert not guarded("Sucht", ())
