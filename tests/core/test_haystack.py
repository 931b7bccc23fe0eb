"""Words are found however they are spelled, and only as whole words."""

from __future__ import annotations

import unicodedata

import pytest

from formpipe.disclose.haystack import POSSIBLE_BREAK, Needle, haystack_of, mirrored, needle_of

B = POSSIBLE_BREAK


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("vorher Beispiel nachher", "Beispiel"),
        ("BEISPIEL", "beispiel"),
        (unicodedata.normalize("NFD", "Jürgen Müßig"), "Jürgen Müßig"),
        (unicodedata.normalize("NFC", "Jürgen"), unicodedata.normalize("NFD", "jürgen")),
        ("MÜSSIG", "Müßig"),
        ("ﬁnden", "finden"),
        ("Bei\u00adspiel", "Beispiel"),
        ("Al-Hussein", "Al Hussein"),
        ("AlHussein", "Al-Hussein"),
        ("(Beispiel).", "Beispiel"),
        ("_beispiel_", "Beispiel"),
        ("zwei\nZeilen", "zwei Zeilen"),
        (f"Bei{B}spiel", "Beispiel"),
        (f"lang{B}Beispiel{B}kurz", "Beispiel"),
        (f"Wort{B}{B}Beispiel", "Beispiel"),
        (f"Bei-{B}spiel", "Beispiel"),
        (f"zwei{B}Zeilen", "zwei Zeilen"),
        ("0621 / 12 34-56", "0621123456"),
        ("D:20260528T0900", "20260528"),
        ("20260528", "20260528"),
        ("x20260528", "20260528"),
        ("حسام الدين", "حسام الدين"),
        ("1250", "1250"),
        ("nein Beispiel, Beispiele, Beispiel", "Beispiel"),
    ],
)
def test_a_value_is_found(text: str, wanted: str) -> None:
    assert haystack_of([text]).holds(needle_of(wanted))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "Beispiel"),
        ("Beispiele", "Beispiel"),
        ("Einbeispiel", "Beispiel"),
        ("in es", "Ines"),
        ("Bei spiel", "Beispiel"),
        (f"Bei {B}spiel", "Beispiel"),
        (f"Bei{B} spiel", "Beispiel"),
        ("12 50", "1250"),
        ("120260528", "20260528"),
        ("202605280", "20260528"),
        ("a1b21250c3", "1250"),
        ("0621 1234567", "0621123456"),
        ("a0621123456", "062112345"),
    ],
)
def test_what_only_looks_like_it_is_not(text: str, wanted: str) -> None:
    assert not haystack_of([text]).holds(needle_of(wanted))


def test_between_two_texts_there_is_a_gap() -> None:
    assert not haystack_of(["Bei", "spiel"]).holds(needle_of("Beispiel"))
    assert haystack_of(["Ada", "Muster"]).holds(needle_of("Ada Muster"))


def test_what_was_written_is_not_shown_by_accident() -> None:
    assert "geheim" not in repr(needle_of("geheim")) + repr(haystack_of(["geheim"]))


def test_what_runs_from_right_to_left_is_looked_for_mirrored_too() -> None:
    drawn = haystack_of(["vorher نيدلا ماسح nachher"])
    needle = needle_of("حسام الدين")
    mirror = mirrored(needle)
    assert mirror is not None
    assert not drawn.holds(needle)
    assert drawn.holds(mirror)
    assert not haystack_of(["نيد لا ماسح"]).holds(mirror)
    assert mirrored(needle_of("Müller")) is None
    assert mirrored(needle_of("Muster")) is None
    assert mirrored(Needle(letters="١א", gaps=None)) == Needle(letters="א١", gaps=None)
