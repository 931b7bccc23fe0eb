"""The names of a file's fields: every one of them once, and no silent choice between two values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from formpipe.model import Field

EXPLICIT = frozenset({"tag", "onlyoffice", "placeholder", "name"})
"""Sources of names that a form's maker gave as a key: the same key twice means the same thing twice."""

UNNAMED = "unnamed"

_COMMAND = re.compile(r"(?s)[@\w:]+=.*")
"""A tag like `od:condition=c5` or `@class=collapse` tells a program what to do with the control: it names no field."""

_AFTER_OFFICE = frozenset({"placeholder", "alias"})  # LibreOffice 7.4 drops every tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A field as it stands in the file.

    `repeats` says that its name comes once per row of a repeating section;
    `paragraph`, `row` and `table` tell those of a file apart (0: stands in none).
    `group` names the buttons of which only one can be chosen. `node` is its
    element in the XML part `part`, where the file has such.
    """

    field: Field
    part: str = ""
    node: etree._Element | None = None
    repeats: bool = False
    paragraph: int = 0
    row: int = 0
    table: int = 0
    group: str = ""


def named(found: Iterable[Found]) -> tuple[Field, ...]:
    """Return the fields with unique names in their order: a repeated name gets `#2`, `#3`.

    A key that stands there with different values outside a repeating section
    has none: each copy gets the flag `conflict`. A copy that is filled while
    another is empty gets the flag `review`.
    """
    all_found = tuple(found)
    copies: dict[str, list[Found]] = defaultdict(list)
    for each in all_found:
        copies[each.field.name].append(each)
    seen: dict[str, int] = defaultdict(int)
    fields = []
    for each in all_found:
        name = each.field.name
        seen[name] += 1
        field = _judged(each.field, copies[name])
        fields.append(replace(field, name=f"{name}#{seen[name]}") if seen[name] > 1 else field)
    return tuple(fields)


def flagged(field: Field, *flags: str) -> Field:
    """Return *field* with *flags* added to its own, each once."""
    return replace(field, flags=tuple(dict.fromkeys((*field.flags, *flags))))


def without_copies(found: Sequence[Found]) -> tuple[Found, ...]:
    """Return *found* without the copies that LibreOffice 7.4 makes of one control.

    A plain-text control whose value mixes two scripts is written three or four
    times in a row under the same key, first right, then with pieces of the
    value in front (`full`, `part+full`). Newer LibreOffice has a plain-text
    control of its own and will not do it.
    """
    kept: list[Found] = []
    for each in found:
        if kept and each.paragraph and each.paragraph == kept[-1].paragraph and _is_copy(each.field, kept[-1].field):
            continue
        kept.append(each)
    return tuple(kept)


def without_doubles(found: Sequence[Found]) -> tuple[Found, ...]:
    """Return *found* with the flag `review` on the ticked buttons of a group where more than one is ticked."""
    ticked: dict[str, int] = defaultdict(int)
    for each in found:
        ticked[each.group] += bool(each.group) and each.field.value is True
    return tuple(
        replace(each, field=flagged(each.field, "review"))
        if each.field.value is True and ticked[each.group] > 1
        else each
        for each in found
    )


def with_rows(found: Sequence[Found]) -> tuple[Found, ...]:
    """Return *found* with the rows of a repeating section known again whose frame LibreOffice 7.4 dropped.

    Such rows stand in one table and hold the same two or more keys in the same order.
    """
    rows: dict[tuple[int, int], list[str]] = defaultdict(list)
    for each in found:
        if each.row and each.field.name_source in _AFTER_OFFICE:
            rows[each.table, each.row].append(each.field.name)
    same: dict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    for (table, row), names in rows.items():
        if len(names) > 1:
            same[table, *names].append((table, row))
    repeated = {place for places in same.values() if len(places) > 1 for place in places}
    if not repeated:
        return tuple(found)
    return tuple(replace(each, repeats=True) if (each.table, each.row) in repeated else each for each in found)


def _is_copy(field: Field, before: Field) -> bool:
    if field.name != before.name or not {field.name_source, before.name_source} <= _AFTER_OFFICE:
        return False
    return isinstance(before.value, str) and isinstance(field.value, str) and field.value.endswith(before.value)


def _judged(field: Field, copies: Sequence[Found]) -> Field:
    same = [copy.field for copy in copies if not copy.repeats and copy.field.name_source in EXPLICIT]
    if len(same) < len(copies) or len(copies) == 1 or _COMMAND.fullmatch(field.name):
        return field
    values = {copy.value for copy in same}
    if len(values - {None}) > 1:
        return replace(flagged(field, "conflict"), value=None, display=None)
    return flagged(field, "review") if len(values) > 1 and field.value is not None else field
