"""Texts that come from the schemas and not from a person: labels, and the words of code lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Self

# What a number belongs to, or the numeral of a book of the code of social law; the symbol of a state before its word.
_HELD = re.compile(r"(?<!\w)(§§?|Art\.|Abs\.|S\.|Nr\.|Alt\.|SGB) (?=[\dIVX])|^([^\w\s]) (?=\S)")
NO_BREAK = "\u00a0"
"""A space that ends no line."""


class Known(str):
    """A text that may be translated; `parts` are the labels in it (`◐ in Arbeit` holds `in Arbeit`).

    It is a `str` like any other. Joining or formatting it gives a plain one.
    """

    __slots__ = ("parts",)
    parts: tuple[str, ...]

    def __new__(cls, text: str, parts: Iterable[str] | None = None) -> Self:
        """Return *text*, by itself the only label in it."""
        made = super().__new__(cls, text)
        made.parts = (text,) if parts is None else tuple(parts)
        return made


def joined(texts: Iterable[str]) -> str:
    """Return *texts* with commas between them, known if all are."""
    listed = list(texts)
    text = ", ".join(listed)
    if not all(isinstance(each, Known) for each in listed):
        return text
    return Known(text, (part for each in listed if isinstance(each, Known) for part in each.parts))


def held_together(text: str) -> str:
    """Return *text* with spaces that end no line: in `§ 13`, `Abs. 4`, `SGB X`, and behind the symbol of a state.

    Only a known text; what a person wrote stays as written.
    """
    if not isinstance(text, Known):
        return text
    return _HELD.sub(lambda each: each[0][:-1] + NO_BREAK, text)


def all_held(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the *data* of a document, each known text in it `held_together`: the last step before it is made."""
    return {name: _held(each) for name, each in data.items()}


def _held(value: Any) -> Any:  # noqa: ANN401  # a document's data
    if isinstance(value, Mapping):
        return all_held(value)
    if isinstance(value, list):
        return [_held(each) for each in value]
    return held_together(value) if isinstance(value, str) else value
