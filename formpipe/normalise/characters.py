"""Text as people type it, brought to one spelling without changing what it says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_EDGES = (
    "\n\t \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u3000\ufeff"
)
_OVERRIDES = "\u202d\u202e"
_EMBEDDINGS = "\u202a\u202b"
_ISOLATES = "\u2066\u2067\u2068"
_POP_EMBEDDING = "\u202c"
_POP_ISOLATE = "\u2069"
_NONCHARACTERS = (
    *range(0xFDD0, 0xFDF0),
    *(plane + end for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)),
)
_CONTROLS = "\\x00-\x08\x0b-\x1f\x7f-\x9f"  # Cc but tab and line feed
_SURROGATES = "\ud800-\udfff"
_FORBIDDEN = re.compile(f"[{_CONTROLS}{_SURROGATES}{_OVERRIDES}{''.join(map(chr, _NONCHARACTERS))}]")
_MARKS = re.compile(f"[{_EMBEDDINGS}{_ISOLATES}{_POP_EMBEDDING}{_POP_ISOLATE}]")
_ORNATE_PARENTHESES = "\ufd3e\ufd3f"
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_JOINTS = re.compile(r"(?<=\w)[_-]+(?=\w)")
_SPACES = re.compile(r"\s+")
_LONGEST_MARK = 40
_CLEARED = re.compile(r"-+ ?gelöscht ?-+")


def clean(text: str) -> str:
    """Return *text* in NFC with line feeds only and without space at its edges (no-break and zero-width included)."""
    lines = re.sub("\r\n?|\u2028|\u2029", "\n", text)
    return unicodedata.normalize("NFC", lines).strip(_EDGES)


def in_one_line(text: str) -> str:
    """Return *text* with each break or tab, and the space around it, as one space."""
    return " ".join(part for part in map(str.strip, re.split(r"[\n\t]+", text)) if part)


def forbidden_in(text: str) -> tuple[str, ...]:
    """Return the characters of *text* that no answer may hold, as `U+202E`, each once in order.

    Controls (but tab and line feed), lone surrogates, noncharacters, overrides
    of the direction of writing, and marks of direction that are not closed.
    """
    if text.isprintable():  # nearly every answer: none of those is
        return ()
    found = [*_FORBIDDEN.findall(text), *_unclosed(_MARKS.findall(text))]
    return tuple(dict.fromkeys(f"U+{ord(char):04X}" for char in found))


def made_visible(text: str) -> str:
    """Return *text* with every character that cannot be shown as `[U+202E]`."""
    for hidden in (_FORBIDDEN, _MARKS):
        text = hidden.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)
    return text


def normal_letters(text: str) -> str:
    """Return *text* with Arabic presentation forms as the letters they stand for; all else as it is."""
    return "".join(unicodedata.normalize("NFKC", char) if _is_presentation_form(char) else char for char in text)


def fold(text: str) -> str:
    """Return *text* for comparing: case, kinds of dash, and what joins two words do not count.

    A sign before a number stays (`-2` is not `2`).
    """
    plain = unicodedata.normalize("NFC", text).casefold().translate(_DASHES)
    return _SPACES.sub(" ", _JOINTS.sub(" ", plain)).strip()


def is_clear_mark(text: str) -> bool:
    """Tell whether *text* is the mark for a deleted value, however its dashes were typed."""
    if len(text) > _LONGEST_MARK or text.lstrip()[:1].translate(_DASHES) != "-":
        return False
    return _CLEARED.fullmatch(fold(text)) is not None


def _unclosed(marks: Iterable[str]) -> list[str]:
    """Return those of the *marks* of direction that open without a close or close without an opening."""
    open_marks: list[str] = []
    wrong: list[str] = []
    for char in marks:
        if char in _EMBEDDINGS or char in _ISOLATES:
            open_marks.append(char)
        else:
            opening = _EMBEDDINGS if char == _POP_EMBEDDING else _ISOLATES
            if open_marks and open_marks[-1] in opening:
                open_marks.pop()
            else:
                wrong.append(char)
    return wrong + open_marks


def _is_presentation_form(char: str) -> bool:
    return ("\ufb50" <= char <= "\ufdff" or "\ufe70" <= char <= "\ufefe") and char not in _ORNATE_PARENTHESES
