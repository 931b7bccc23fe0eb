"""The answers of a form by field, each typed or faulted, lists of values put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from formpipe.definition import FormDefinition, ValueType
from formpipe.model import Field, FieldState, FieldType, FilledForm, Json, Place
from formpipe.naming import FieldName, field_of
from formpipe.normalise.characters import clean
from formpipe.normalise.choosing import choose_boolean
from formpipe.normalise.parsing import Fault
from formpipe.normalise.reading import Reading, read_answer
from formpipe.spell import NO_ANSWER

LISTS = frozenset({ValueType.CODES, ValueType.TEXTS})
"""Types whose value is put together from several controls."""

SILENT = frozenset({FieldType.BUTTON, FieldType.SIGNATURE, FieldType.PICTURE})
"""Types of controls that hold no answer."""

IGNORED = "ignored"
"""Flag of a field that a mapping leaves out."""

_TICK = "x"
_COPY = re.compile(r"(.+)#[0-9]+")
_SEPARATORS = re.compile(r"[;,\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One control of the form that belongs to a field: what was written, and what it says (`None`: nothing)."""

    name: str
    of: FieldName
    place: Place
    flags: tuple[str, ...]
    written: str | None = field(repr=False)
    said: Reading | Fault | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """A form's controls in paper order: one for each known field, filled ones that no field claims, and copies.

    `copies` are further controls of a field that has one already.
    """

    known: tuple[Answer, ...]
    unknown: tuple[Field, ...]
    copies: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """Typed values by the field's name.

    `entries` are the controls that the items of a list came from; `mixed` are
    lists without a value, because "no answer" stands beside an answer
    (`beside`) or beside another word for none (`words`).
    """

    values: Mapping[str, Json] = field(repr=False)
    entries: Mapping[str, tuple[str, ...]]
    mixed: Mapping[str, str]


def answers_of(form: FilledForm, definition: FormDefinition) -> Answers:
    """Return the controls of *form* as answers to *definition*, each typed on its own."""
    known: dict[str, list[Field]] = {}
    fields: dict[str, FieldName] = {}
    unknown: list[Field] = []
    for each in form.fields:
        found = _without_copy(each.name, definition)
        if found is not None:
            name, fields[name] = found
            known.setdefault(name, []).append(each)
        elif each.type not in SILENT and IGNORED not in each.flags and _written_in(each) is not None:
            unknown.append(each)
    return Answers(
        known=tuple(_answer_of(_one_of(name, controls), fields[name], definition) for name, controls in known.items()),
        unknown=tuple(unknown),
        copies=tuple(control for controls in known.values() for control in controls[1:]),
    )


def name_without_copy(name: str, definition: FormDefinition) -> str | None:
    """Return the name of the field that a control called *name* (`person.family_name#2`) is for, `None` if none."""
    found = _without_copy(name, definition)
    return None if found is None else found[0]


def _without_copy(name: str, definition: FormDefinition) -> tuple[str, FieldName] | None:
    found = field_of(name, definition)
    if found is not None:
        return name, found
    copy = _COPY.fullmatch(name)
    found = None if copy is None else field_of(copy[1], definition)
    return None if copy is None or found is None else (copy[1], found)


def _one_of(name: str, controls: Sequence[Field]) -> Field:
    """Return the control that speaks for *controls* of one field: the filled one; a conflict if they differ."""
    if len(controls) == 1 and controls[0].name == name:
        return controls[0]
    filled = [each for each in controls if _written_in(each) is not None]
    chosen = replace((filled or controls)[0], name=name)
    conflict = len({_written_in(each) for each in filled}) > 1 or any("conflict" in each.flags for each in controls)
    if not conflict or "conflict" in chosen.flags:
        return chosen
    return replace(chosen, flags=(*chosen.flags, "conflict"))


def values_of(answers: Iterable[Answer]) -> Values:
    """Return what *answers* say, the entries of a list of values together in paper order.

    An entry struck out leaves its list; a list with nothing but struck entries
    is struck itself.
    """
    values: dict[str, Json] = {}
    items: dict[str, list[tuple[str, Json]]] = {}
    for answer in answers:
        if not isinstance(answer.said, Reading):
            continue
        if answer.of.spec.type in LISTS:
            each = answer.said.value
            entries = each if isinstance(each, list) else [each]
            items.setdefault(answer.of.base, []).extend((answer.name, entry) for entry in entries)
            values[answer.of.base] = None  # takes the list's place in paper order
        else:
            values[answer.name] = answer.said.value
    kept = {
        base: _said_once([(name, each) for name, each in pairs if each is not None]) for base, pairs in items.items()
    }
    for base, pairs in kept.items():
        values[base] = [each for _, each in pairs] or None
    mixed = {base: why for base, pairs in kept.items() if (why := _why_mixed([each for _, each in pairs])) is not None}
    return Values(
        values={name: value for name, value in values.items() if name not in mixed},
        entries={base: tuple(name for name, _ in pairs) for base, pairs in kept.items()},
        mixed=mixed,
    )


def _said_once(pairs: list[tuple[str, Json]]) -> list[tuple[str, Json]]:
    """Return *pairs*; "no answer" written into every row of a list is one answer."""
    words = {str(each) for _, each in pairs}
    return pairs[:1] if len(words) == 1 and all(_is_no_answer(each) for _, each in pairs) else pairs


def _why_mixed(entries: list[Json]) -> str | None:
    silent = [_is_no_answer(each) for each in entries]
    if len(entries) == 1 or not any(silent):
        return None
    return "words" if all(silent) else "beside"


def _is_no_answer(value: Json) -> bool:
    return isinstance(value, str) and value in NO_ANSWER


def _answer_of(control: Field, found: FieldName, definition: FormDefinition) -> Answer:
    conflict = "conflict" in control.flags
    written = None if conflict else _written_in(control)
    said: Reading | Fault | None = Fault(rule="conflict") if conflict else None
    if written is not None:
        said = _said_in(control, written, found)
    return Answer(
        name=control.name,
        of=found,
        place=Place(label=found.spec.label, page=control.page, within=definition.within(control.name)),
        flags=control.flags,
        written=_shown(control, written),
        said=said,
    )


def _written_in(control: Field) -> str | None:
    """Return the answer in *control* as text, or `None` if it holds none; an unticked box is no answer."""
    if control.state is not FieldState.FILLED or control.value is None or control.value is False:
        return None
    if control.value is True:
        return _TICK
    if isinstance(control.value, tuple):
        return "\n".join(filter(None, map(clean, control.value))) or None
    return clean(control.value) or None


def _shown(control: Field, written: str | None) -> str | None:
    """Return what a person sees in *control*: the label of a choice rather than its code."""
    return control.display if written is not None and control.display else written


def _said_in(control: Field, written: str, found: FieldName) -> Reading | Fault | None:
    spec = found.spec
    if spec.type is ValueType.CODES and found.suffix is not None and not found.suffix.isdecimal():
        ticked = choose_boolean(written)
        if isinstance(ticked, Fault):
            return ticked
        return read_answer(found.suffix, spec) if ticked else None
    said = read_answer(written, spec)
    if isinstance(said, Fault) and control.display:
        shown = read_answer(clean(control.display), spec)
        said = said if isinstance(shown, Fault) else shown
    may_be_several = isinstance(said, Fault) if spec.codes is not None else found.suffix is None
    return (_several(written, found) or said) if spec.type in LISTS and may_be_several else said


def _several(written: str, found: FieldName) -> Reading | None:
    """Return the values that one control holds side by side, or `None` if one of them is none."""
    parts = written.split("\n") if found.spec.codes is None else _SEPARATORS.split(written)
    said = [read_answer(part, found.spec) for part in map(clean, parts) if part]
    if any(isinstance(each, Fault) for each in said):
        return None
    return Reading(value=[cast("Reading", each).value for each in said])
