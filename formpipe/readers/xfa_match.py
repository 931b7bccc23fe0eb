"""Whether a field and a value of the XFA data say the same, each in its own way of writing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from formpipe.model import Field, FieldType

_INDEX = re.compile(r"\[\d+\]$|#\d+$")
_OFF = frozenset({"", "0", "2", "off", "false"})
_DIGITS = re.compile(r"\d+")
_AMOUNT = re.compile(r"-?[\d.,]*\d")


def last_name(name: str) -> str:
    """Return the last step of a field's name or a value's path, without its number."""
    return _INDEX.sub("", name.rpartition(".")[2])


def is_off(texts: Sequence[str]) -> bool:
    """Tell whether the data hold nothing in *texts*, or what stands for a box that is not ticked."""
    return all(text.strip().casefold() in _OFF for text in texts)


def says_the_same(field: Field, texts: Sequence[str]) -> bool:
    """Tell whether *field* holds what the data hold in *texts*.

    The data hold the raw value where the field holds what is shown: dates in
    another order and amounts in another notation are the same.
    """
    if field.type is FieldType.CHECKBOX:
        return bool(field.value) != is_off(texts)
    held = field.value if isinstance(field.value, tuple) else (field.value, field.display)
    own = {_plain(text) for text in held if isinstance(text, str)}
    lines = [line for text in texts for line in text.split("\n")] if isinstance(field.value, tuple) else texts
    said = {_plain(text) for text in lines}
    if isinstance(field.value, tuple) or not own or not said:
        return own == said
    return all(any(_is_same(one, other) for one in own) for other in said)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _is_same(one: str, other: str) -> bool:
    if one == other:
        return True
    if any(letter.isalpha() for letter in one + other):
        return False
    return _date(one) == _date(other) or not _amounts(one).isdisjoint(_amounts(other))


def _date(text: str) -> list[int] | str:
    """Return the numbers of what may be a date, whatever their order; *text* itself if it can be none."""
    numbers = sorted(map(int, _DIGITS.findall(text)))
    return numbers if len(numbers) == 3 else text  # noqa: PLR2004 - day, month, year


def _amounts(text: str) -> set[Decimal]:
    """Return the numbers that *text* is with a comma or with a point before its fraction."""
    return set(_readings(text))


def _readings(text: str) -> Iterator[Decimal]:
    found = _AMOUNT.search(text)
    for thousands, fraction in ((".", ","), (",", ".")):
        number = found[0].replace(thousands, "").replace(fraction, ".") if found else ""
        if number and number.count(".") <= 1:
            yield Decimal(number)
