"""Codes of a closed list, found by their value or by the words on the paper."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from formpipe.definition import Code, CodeList, CodeValue, FieldSpec
from formpipe.normalise.characters import fold
from formpipe.normalise.parsing import Fault
from formpipe.spell import BOOLEANS, NO_ANSWER

_TRUE = {"ja", "j", "x", "true", "wahr", "✓", "✔", "☒", "☑"}
_FALSE = {"nein", "n", "false", "falsch"}
_NO_ANSWER_WORDS = {
    "keine angabe": "keine_angabe",
    "k. a.": "keine_angabe",
    "k.a.": "keine_angabe",
    "ka": "keine_angabe",
    "unbekannt": "unbekannt",
}
_MOST_CHOICES = 12
_NEAR = 5
_LONGEST = 200


def no_answer_of(text: str) -> str | None:
    """Return `keine_angabe` or `unbekannt` if that is all *text* says, else `None`."""
    return _NO_ANSWER_WORDS.get(fold(text)) if len(text) <= _LONGEST else None


def takes_no_answer(spec: FieldSpec, answer: str) -> bool:
    """Tell whether *answer* (`keine_angabe`, `unbekannt`) may stand in the field *spec*."""
    return spec.no_answer or (spec.codes is not None and any(code.value == answer for code in spec.codes.codes))


def choose(text: str, codes: CodeList) -> CodeValue | Fault:
    """Return the code of *codes* that *text* names by value, German label or plain label.

    An exact match wins over one that leaves case, spaces and hyphens out of
    account; words that fit two codes name none.
    """
    if len(text) > _LONGEST:
        return _no_choice(text[:_LONGEST], codes)
    for spelled in (str, fold):
        wanted = spelled(text)
        for names in (_values, _labels):
            found = [code.value for code in codes.codes if wanted in map(spelled, names(code))]
            if len(found) == 1:
                return found[0]
            if found:
                return _no_choice(text, codes)
    return _no_choice(text, codes)


def choose_boolean(text: str) -> bool | Fault:
    """Return the yes or no that *text* says (`ja`, `nein`, `x`)."""
    word = fold(text) if len(text) <= _LONGEST else ""
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    return Fault(rule="enum", parameters={"choices": (*BOOLEANS.values(), *NO_ANSWER.values()), "near": False})


def _values(code: Code) -> Iterable[str]:
    number = isinstance(code.value, int) and not isinstance(code.value, bool) and code.value > 0
    return (str(code.value), f"+{code.value}") if number else (str(code.value),)


def _labels(code: Code) -> Iterable[str]:
    return (code.title, code.easy or code.title)


def _no_choice(text: str, codes: CodeList) -> Fault:
    """Return the fault with all labels of a short list, or of a long one those that look like *text*."""
    titles = [code.title for code in codes.codes]
    if len(titles) <= _MOST_CHOICES:
        return Fault(rule="enum", parameters={"choices": tuple(titles), "near": False})
    return Fault(rule="enum", parameters={"choices": tuple(get_close_matches(text, titles, n=_NEAR)), "near": True})
