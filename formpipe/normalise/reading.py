"""One answer of a form, typed by the field it stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from formpipe.definition import CodeList, FieldSpec, ValueType
from formpipe.model import Json
from formpipe.normalise.characters import forbidden_in, in_one_line, is_clear_mark, made_visible, normal_letters
from formpipe.normalise.choosing import choose, choose_boolean, no_answer_of, takes_no_answer
from formpipe.normalise.parsing import Fault, read_bg_number, read_date, read_moment, read_number, read_phone

_CASE_NUMBER = re.compile(r"[a-z]{2,4}-[a-z]{2,4}-[0-9]{4}-[0-9]{4}", re.ASCII | re.IGNORECASE)
_CASE_ID = "case_id"
_LONGEST = 200
"""No date, number or telephone number is longer; what is, is not searched for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A typed answer; `precision` is how exactly a date was written, `notes` are what to tell about it."""

    value: Json = field(repr=False)
    precision: str | None = None
    notes: tuple[Fault, ...] = ()


def read_answer(text: str, spec: FieldSpec) -> Reading | Fault:
    """Return what *text* (cleaned, not empty) says in the field *spec*; of a list of values, one entry.

    Codes are tried before the words for no answer, since a list may hold them
    itself. A mark for "deleted" reads as `None` where the field takes it.
    """
    forbidden = forbidden_in(text)
    if forbidden:
        return Fault(rule="characters", parameters={"characters": forbidden, "written": made_visible(text)})
    if is_clear_mark(text):
        return Reading(value=None) if spec.clearable else Fault(rule="clear")
    if spec.codes is not None and spec.type is not ValueType.BOOLEAN:
        return _code(text, spec, spec.codes)
    answer = no_answer_of(text)
    if answer is not None:
        return Reading(value=answer) if takes_no_answer(spec, answer) else Fault(rule="no_answer")
    if spec.type in {ValueType.TEXT, ValueType.TEXTS}:
        return _text(text, spec)
    return _measured(text if len(text) <= _LONGEST else "", spec)


def _code(text: str, spec: FieldSpec, codes: CodeList) -> Reading | Fault:
    found = choose(text, codes)
    answer = no_answer_of(text)
    if isinstance(found, Fault) and answer is not None and takes_no_answer(spec, answer):
        return Reading(value=answer)
    return _taken(found)


def _text(text: str, spec: FieldSpec) -> Reading | Fault:
    if spec.normalise == "phone":
        return _taken(read_phone(text if len(text) <= _LONGEST else ""))
    if spec.normalise == "bg_nummer":
        return Reading(value=read_bg_number(text))
    if spec.name.endswith(_CASE_ID) and _CASE_NUMBER.fullmatch(text):
        return Reading(value=text.upper())
    value = text if spec.multiline else in_one_line(text)
    letters = normal_letters(value)
    if letters == value:
        return Reading(value=value)
    return Reading(value=value, notes=(Fault(rule="presentation_forms", parameters={"normalised": letters}),))


def _measured(text: str, spec: FieldSpec) -> Reading | Fault:
    """Return the yes or no, number, time or date that *text* says."""
    if spec.type is ValueType.BOOLEAN:
        return _taken(choose_boolean(text))
    if spec.type in {ValueType.INTEGER, ValueType.NUMBER}:
        return _taken(read_number(text, whole=spec.type is ValueType.INTEGER))
    if spec.type is ValueType.DATE_TIME:
        return _taken(read_moment(text))
    return _date(text, spec)


def _date(text: str, spec: FieldSpec) -> Reading | Fault:
    found = read_date(text)
    if isinstance(found, Fault):
        return found
    if spec.precision_key is not None:
        return Reading(value=found.filled, precision=found.precision)
    if found.precision == "tag":
        return Reading(value=found.filled)
    if not spec.partial:
        return Fault(rule="format", parameters={"format": "date", "reason": "partial"})
    notes = (Fault(rule="estimated", parameters={"taken": found.known}),) if found.estimated else ()
    return Reading(value=found.known, notes=notes)


def _taken(value: Json | Fault) -> Reading | Fault:
    return value if isinstance(value, Fault) else Reading(value=value)
