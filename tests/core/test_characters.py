"""One spelling for what people type, and which characters no answer may hold."""

from __future__ import annotations

import pytest

from formpipe.normalise.characters import (
    clean,
    fold,
    forbidden_in,
    in_one_line,
    is_clear_mark,
    made_visible,
    normal_letters,
)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Mus\u0327ter", "Mu\u015fter"),
        ("\u00a0 a\u00a0b \ufeff\u200b", "a\u00a0b"),
        ("a\r\nb\rc\n", "a\nb\nc"),
        ("a\u2028b\u2029c", "a\nb\nc"),
        ("\t \u3000", ""),
        ("\x0ba", "\x0ba"),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "line"), [("a \n\n b\tc", "a b c"), ("a  b", "a  b"), ("\na\n", "a"), ("a\n \nb", "a b")]
)
def test_in_one_line(text: str, line: str) -> None:
    assert in_one_line(text) == line


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ḥusām ad-Dīn\n\tحسام 👨‍👩‍👧", ()),
        ("a\x00b\x1b\x00", ("U+0000", "U+001B")),
        ("\x7f\x85", ("U+007F", "U+0085")),
        ("\ud800", ("U+D800",)),
        ("\ufdd0\uffff\U0010fffe", ("U+FDD0", "U+FFFF", "U+10FFFE")),
        ("\ufdf0\ufffd", ()),
        ("a\u202eb", ("U+202E",)),
        ("a\u202db", ("U+202D",)),
        ("\u2067حسام\u2069 und \u202bحسام\u202c", ()),
        ("\u202a\u2068a\u2069b\u202c", ()),
        ("\u2066a", ("U+2066",)),
        ("a\u2069", ("U+2069",)),
        ("a\u202c", ("U+202C",)),
        ("\u202aa\u2069", ("U+2069", "U+202A")),
        ("\u2067a\u202c", ("U+202C", "U+2067")),
        ("\u202ba\u202cb\u202c", ("U+202C",)),
    ],
)
def test_forbidden_in(text: str, found: tuple[str, ...]) -> None:
    assert forbidden_in(text) == found


def test_made_visible_shows_what_cannot_be_seen() -> None:
    text = "a\x00\u202e\u2066\u2069\u202a\u202cb\n\tع"
    assert made_visible(text) == "a[U+0000][U+202E][U+2066][U+2069][U+202A][U+202C]b\n\tع"


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("\ufedf\ufe8e", "\u0644\u0627"),
        ("\ufefb", "\u0644\u0627"),
        ("\ufb50\ufdff", "\u0671\ufdff"),
        ("\ufb01 ½ ", "\ufb01 ½ "),
        ("\ufd3e\ufd3f", "\ufd3e\ufd3f"),
        ("حسام", "حسام"),
        ("\ufe70\ufefc", "\u0020\u064b\u0644\u0627"),
        ("\ufeff", "\ufeff"),
    ],
)
def test_normal_letters(text: str, letters: str) -> None:
    assert normal_letters(text) == letters


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Teil-weise_erreicht", "teil weise erreicht"),
        ("in  Arbeit", "in arbeit"),
        ("STRASSE ß", "strasse ss"),
        ("\u22122", "-2"),
        ("a\u2011b \u2013 c", "a b - c"),
        ("Stufe \u22121", "stufe -1"),
        ("- a", "- a"),
        ("e\u0301", "\u00e9"),
        ("  a ", "a"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize("text", ["—gelöscht—", "- gelöscht -", "–gelöscht–", "--Gelöscht--", "-gelo\u0308scht-"])
def test_is_clear_mark(text: str) -> None:
    assert is_clear_mark(text)


@pytest.mark.parametrize(
    "text", ["gelöscht", "—gelöscht", "gelöscht—", "—gelöscht— ja", "—geloescht—", "-" * 40 + "gelöscht-"]
)
def test_is_no_clear_mark(text: str) -> None:
    assert not is_clear_mark(text)


def test_the_longest_clear_mark() -> None:
    assert is_clear_mark("-" * 31 + "gelöscht-")
    assert not is_clear_mark("-" * 32 + "gelöscht-")
