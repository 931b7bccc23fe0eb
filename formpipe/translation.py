"""Labels and words of code lists in a client's language; what a person wrote is never translated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from formpipe.known import Known

SUFFIX = "_t"
"""What follows the name of a text whose translation it is: `label_t` beside `label`."""

_SIGNED = re.compile(r"(?<!\w)[+\u2212-](?=\d)")
_LEFT_TO_RIGHT = "\u200e"  # a mark without width
_LATIN_OR_MARK = re.compile(
    r"\([^(){}\u0590-\u08ff]*[A-Za-z][^(){}\u0590-\u08ff]*\)|(?<![\w-])[A-Za-z]+\d+(?![\w-])(?![^{}]*})"
)
_ISOLATED = "\u2066{}\u2069"  # left-to-right isolate
_WITHOUT_MARKS = dict.fromkeys(map(ord, "\u200e\u2066\u2069"))
_TAG = re.compile(r"{[{%#].*?[}%#]}")
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "prs", "ps", "ur"})  # of the languages of domain 4.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A word list; `language` is its BCP 47 tag, `reviewer` who vouches for it (empty: nobody yet)."""

    language: str
    texts: Mapping[str, str] = field(repr=False)
    reviewer: str = ""

    @property
    def is_right_to_left(self) -> bool:
        """Whether its script runs from right to left."""
        return self.language.partition("-")[0] in _RIGHT_TO_LEFT

    def of(self, text: str) -> str:
        """Return *text* in this language, empty if the list does not have it.

        Among words that run from right to left a sign before a number would
        stand behind it, and LibreOffice breaks a line between a bracket and
        the Latin letters in it, and within `J2`; marks without width hold them
        together.
        """
        found = self.texts.get(text, "")
        if not self.is_right_to_left:
            return found
        signed = _SIGNED.sub(_LEFT_TO_RIGHT + r"\g<0>", found)
        return _LATIN_OR_MARK.sub(lambda each: _ISOLATED.format(each[0]), signed)

    def of_known(self, known: Known) -> str:
        """Return *known* with all its labels in this language, empty if one is missing or nothing is other."""
        made, rest = "", str(known)
        for part in known.parts:
            before, _, rest = rest.partition(part)
            if not self.of(part):
                return ""
            made += before + self.of(part)
        made += rest
        return "" if made.translate(_WITHOUT_MARKS) == known else made


def translated(context: Mapping[str, Any], translation: Translation) -> dict[str, Any]:
    """Return *context* with a translation beside each text that has one: `label` gets `label_t`.

    A list of texts gets a list, with an empty text where there is none.
    """
    made: dict[str, Any] = {}
    for name, value in context.items():
        made[name] = _within(value, translation)
        if isinstance(value, Known) and (text := translation.of_known(value)):
            made[name + SUFFIX] = Known(text, ())
        if isinstance(value, list) and any(isinstance(each, Known) for each in value):
            made[name + SUFFIX] = [
                Known(translation.of_known(each), ()) if isinstance(each, Known) else "" for each in value
            ]
    return made


def tags_of(text: str) -> list[str]:
    """Return the template's tags in *text*, sorted: a translation has the same ones, in an order of its own."""
    return sorted(_TAG.findall(text))


def words_of(text: str) -> str:
    """Return *text* without the template's tags."""
    return _TAG.sub("", text)


def _within(value: object, translation: Translation) -> object:
    if isinstance(value, Mapping):
        return translated(value, translation)
    return [_within(each, translation) for each in value] if isinstance(value, list) else value
