"""Texts that come from the schemas and not from a person: labels, and the words of code lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self


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
