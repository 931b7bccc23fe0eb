"""Two readings of one PDF form, compared field by field: a difference is shown, never settled in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from formpipe.model import Field, FieldState, FieldType
from formpipe.readers.acroform_second import Second, SecondReading
from formpipe.readers.naming import UNNAMED, flagged

_TYPES = {"Btn": FieldType.CHECKBOX, "Ch": FieldType.CHOICE, "Sig": FieldType.SIGNATURE}


def compared(fields: Sequence[Field], reading: SecondReading) -> tuple[Field, ...]:
    """Return *fields* with the flag `disagree` on each that the second *reading* reads otherwise or not at all.

    A field that only the second found is added, with the flag; a page that only
    the second knows is filled in. What is flagged `conflict` stands in the file
    itself in two ways; that is no disagreement.
    """
    second = reading.fields
    names = {_name_in_file(field) for field in fields}
    more = [_added(name, found) for name, found in second.items() if (name or UNNAMED) not in names]
    judged = [field if _agrees(field, second) else flagged(field, "disagree") for field in fields]
    return (*(_placed(field, second) for field in judged), *more)


def _placed(field: Field, second: Mapping[str, tuple[Second, ...]]) -> Field:
    if field.page is not None or field.name not in second:
        return field
    return replace(field, page=second[field.name][0].page)


def doubted(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Return *fields* with the flag `disagree` on each: there is no second reading, as the other library refuses."""
    return tuple(flagged(field, "disagree") for field in fields)


def _name_in_file(field: Field) -> str:
    return UNNAMED if field.name_source == "label" else field.name


def _agrees(field: Field, second: Mapping[str, tuple[Second, ...]]) -> bool:
    if field.type is FieldType.BUTTON or "conflict" in field.flags:
        return True
    if field.name_source == "label":
        return any(each.values == _values_of(field) for each in (*second.get("", ()), *second.get(UNNAMED, ())))
    found = {each.values for each in second.get(field.name, ())}
    return bool(found) and (found - {()} or {()}) == {_values_of(field)}


def _values_of(field: Field) -> tuple[str, ...]:
    """Return what *field* holds as the second reading gives it."""
    if field.type is FieldType.CHECKBOX:
        return (field.display or "",) if field.value else ()
    if isinstance(field.value, tuple):
        return field.value
    return (field.value,) if isinstance(field.value, str) else ()


def _added(name: str, found: Sequence[Second]) -> Field:
    """Return the field that the first reading missed."""
    held = {each.values for each in found} - {()}
    first = next(iter(held)) if len(held) == 1 else ()
    box = found[0].kind == "Btn"
    value = bool(first) if box else next(iter(first), None)
    return Field(
        name=name or UNNAMED,
        name_source="name" if name else "label",
        label=name or UNNAMED,
        type=_TYPES.get(found[0].kind, FieldType.TEXT),
        state=FieldState.FILLED if held or box else FieldState.EMPTY,
        value=None if len(held) > 1 else value,
        display=next(iter(first), None) if box else None,
        page=found[0].page,
        flags=("conflict", "disagree") if len(held) > 1 else ("disagree",),
    )
