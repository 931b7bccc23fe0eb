"""Words that must not reach the Jobcenter in free text (domain 2.6): found, never shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_HARMLESS = "!"
_GAPS = re.compile(r"[\s_/\-‐-―]+")
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def guarded(text: str, stems: Sequence[str]) -> bool:
    """Tell whether *text* holds one of *stems*, at a word's start or inside a compound.

    Case, diacritics and the way umlauts are written (`ü`, `ue`, `u`) do not
    matter, nor do hyphens and invisible characters. A stem that begins with
    `!` is a harmless piece of a word: where it stands, nothing is found
    (`!schaft` keeps `haft` from hitting every `Wirtschaft`). A `*` at a stem's
    end says nothing.
    """
    searched = _folded(text)
    for stem in stems:
        if stem.startswith(_HARMLESS):
            for spelling in _spellings(stem.removeprefix(_HARMLESS)):
                searched = searched.replace(spelling, "\0")
    guards = (stem for stem in stems if not stem.startswith(_HARMLESS))
    return any(spelling in searched for stem in guards for spelling in _spellings(stem))


@lru_cache(maxsize=4096)
def _spellings(stem: str) -> tuple[str, str]:
    word = stem.removesuffix("*")
    return _folded(word), _folded(word.casefold().translate(_SPELLED_OUT))


def _folded(text: str) -> str:
    visible = "".join(each for each in text if unicodedata.category(each) != "Cf")
    parts = unicodedata.normalize("NFKD", visible).casefold()
    letters = "".join(each for each in parts if not unicodedata.combining(each))
    return _GAPS.sub(" ", letters).strip()
