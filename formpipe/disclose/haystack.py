"""A text made ready to be searched for whole words, however they are cased, composed, parted or hyphenated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate

POSSIBLE_BREAK = "\x1f"
"""Stands in a text where one word may end and another begin, or where one word goes on (a move on a PDF's page)."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_WORD = re.compile(r"[^\W_]+")
_HYPHENATED = re.compile(f"-{POSSIBLE_BREAK}")
_FROM_RIGHT = frozenset({"R", "AL"})
_PARTED = 6
_LONG = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Needle:
    """What is looked for: letters and digits alone, folded.

    `gaps` are the places where words may be parted; `None` says that they may
    be parted anywhere (long numbers).
    """

    letters: str = field(repr=False)
    gaps: frozenset[int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Haystack:
    """A text's letters and digits; `gaps` are the places between words, `edges` these and where words may be parted."""

    letters: str = field(repr=False)
    gaps: frozenset[int] = field(repr=False)
    edges: frozenset[int] = field(repr=False)

    def holds(self, needle: Needle) -> bool:
        """Tell whether *needle* stands here as whole words.

        A number of eight digits and more may stand right beside a letter
        (`20260528T0900`); anything else only between other signs.
        """
        start = self.letters.find(needle.letters)
        while start >= 0:
            end = start + len(needle.letters)
            if self._is_whole(start, end, needle):
                return True
            start = self.letters.find(needle.letters, start + 1)
        return False

    def _is_whole(self, start: int, end: int, needle: Needle) -> bool:
        if not (self._is_edge(start, needle) and self._is_edge(end, needle)):
            return False
        gaps = needle.gaps
        return gaps is None or not any(at in self.gaps and at - start not in gaps for at in range(start + 1, end))

    def _is_edge(self, at: int, needle: Needle) -> bool:
        if at in self.edges:
            return True
        is_long_number = len(needle.letters) >= _LONG and needle.letters.isdecimal()
        return is_long_number and not self.letters[at - 1 : at + 1].isdecimal()


def haystack_of(texts: Iterable[str]) -> Haystack:
    """Return *texts* ready to be searched as one, with a gap between any two."""
    words: list[str] = []
    gaps, edges = {0}, {0}
    at = 0
    for piece in "\n".join(map(_folded, texts)).split(POSSIBLE_BREAK):
        found = _WORD.findall(piece)
        if found:
            ends = list(accumulate((len(word) for word in found), initial=at))
            if _WORD.match(piece) is None:
                gaps.add(at)
            gaps.update(ends[1:-1])
            at = ends[-1]
            words += found
        if piece and _WORD.match(piece[-1]) is None:
            gaps.add(at)
        edges.add(at)
    gaps.add(at)
    return Haystack(letters="".join(words), gaps=frozenset(gaps), edges=frozenset(gaps | edges))


def needle_of(text: str) -> Needle:
    """Return what to look for where *text* is meant; the digits of a number of six and more may stand apart."""
    words = _WORD.findall(_folded(text))
    letters = "".join(words)
    if letters.isdecimal() and len(letters) >= _PARTED:
        return Needle(letters=letters, gaps=None)
    return Needle(letters=letters, gaps=frozenset(accumulate(map(len, words))))


def mirrored(needle: Needle) -> Needle | None:
    """Return *needle* as it stands where a text from right to left was drawn from left to right (PDF), else `None`."""
    if needle.letters.isascii() or not any(unicodedata.bidirectional(each) in _FROM_RIGHT for each in needle.letters):
        return None
    gaps = None if needle.gaps is None else frozenset(len(needle.letters) - at for at in needle.gaps)
    return Needle(letters=needle.letters[::-1], gaps=gaps)


def _folded(text: str) -> str:
    if text.isascii():
        return _HYPHENATED.sub(POSSIBLE_BREAK, text.casefold())
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return _HYPHENATED.sub(POSSIBLE_BREAK, unicodedata.normalize("NFKC", visible.casefold()))
