"""Answers in plain text: `label: ____` lines and typed boxes, as forms without controls have them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from formpipe.model import FieldState, FieldType

LONGEST_LABEL = 100
_LONGEST_VALUE = 300
_TICKED = frozenset("☑☒🗹✓✔✗✘")
_BOX = re.compile(r"[☐☑☒🗹□✓✔✗✘]|(?<!\S)\[(?: ?[xX✓] ?| *)\](?=\s|$)")
_LABEL = re.compile(r"(?:^|(?<=[\t_])|(?<=   )) ?([^\W\d_](?:(?! {3})[^:_\t\n]){0,80}?) ?:(?=[\s_…]|$)")
_BLANK = re.compile(r"_{2,}|…{2,}|\.{5,}")
_YES_OR_NO = frozenset({"ja", "nein", "yes", "no", "keine angabe", "unbekannt"})
_SENTENCE = re.compile(r"\w\w[.!?;]\s+[A-ZÄÖÜ]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """An answer found in plain text; `label` is its name."""

    label: str
    type: FieldType = FieldType.TEXT
    value: str | bool | tuple[str, ...] | None = field(default=None, repr=False)
    flags: tuple[str, ...] = ()

    @property
    def state(self) -> FieldState:
        """Whether something was written; a box alone says that it is not ticked."""
        empty = self.value in (None, "", ()) and not self.flags
        return FieldState.EMPTY if empty else FieldState.FILLED


def in_line(text: str) -> tuple[Plain, ...]:
    """Return the answers in the line *text*: boxes, `label: value`, `label ____value____`; none in a sentence."""
    if has_boxes(text):
        return boxes_in(text, "")
    labels = list(_LABEL.finditer(text))
    if labels and not text[: labels[0].start()].strip(" \t_"):
        ends = [*(each.start() for each in labels[1:]), len(text)]
        found = [
            Plain(label=tidy(each[1]), value=written_in(text[each.end() : end]))
            for each, end in zip(labels, ends, strict=True)
        ]
        return tuple(each for each, label in zip(found, labels, strict=True) if _is_answer(each, text, label.end()))
    parts = [part.strip() for part in _BLANK.split(text)] if not labels else []
    if len(parts) > 1 and is_label(parts[0]) and sum(map(bool, parts[1:])) <= 1:
        return (Plain(label=tidy(parts[0]), value=next((part for part in parts[1:] if part), None)),)
    return ()


def has_boxes(text: str) -> bool:
    """Tell whether a box stands in *text*, ticked or not."""
    return _BOX.search(text) is not None


def boxes_in(text: str, label: str) -> tuple[Plain, ...]:
    """Return the answers of the boxes in *text*; *label* are the words that ask, if they stand elsewhere.

    Several boxes under one question are one answer: of yes and no one word,
    else all words ticked. Yes and no both ticked are no answer, and flagged. A
    box alone is a check box with the words after it.
    """
    marks = list(_BOX.finditer(text))
    before = tidy(text[: marks[0].start()])
    ends = [*(each.start() for each in marks[1:]), len(text)]
    words = [tidy(text[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]
    ticked = [_is_ticked(mark[0]) for mark in marks]
    question = before or label
    if len(marks) == 1 or not question:
        return tuple(
            Plain(label=word or question, type=FieldType.CHECKBOX, value=on)
            for word, on in zip(words, ticked, strict=True)
            if word or question
        )
    chosen = tuple(word for word, on in zip(words, ticked, strict=True) if on)
    if not _YES_OR_NO.issuperset(word.casefold() for word in words):
        return (Plain(label=question, type=FieldType.MULTICHOICE, value=chosen or None),)
    if len(chosen) > 1:
        return (Plain(label=question, type=FieldType.RADIO, flags=("conflict",)),)
    return (Plain(label=question, type=FieldType.RADIO, value=chosen[0] if chosen else None),)


def written_in(text: str) -> str | None:
    """Return what was written on the blank line in *text*, `None` if it is still blank."""
    return _BLANK.sub(" ", text).strip(" \t\n_") or None


def tidy(text: str) -> str:
    """Return *text* as a label: on one line, without colon, star or blank line at its end."""
    return " ".join(_BLANK.sub(" ", text).replace("\u200b", "").split()).rstrip(" :*")


def is_label(text: str) -> bool:
    """Tell whether *text* can be the name of an answer: short, with a letter, no sentence."""
    short = tidy(text)
    return 0 < len(short) <= LONGEST_LABEL and any(map(str.isalpha, short)) and not _SENTENCE.search(short)


def _is_answer(found: Plain, text: str, end: int) -> bool:
    """Tell a label with its answer from the beginning of a sentence, or of a list that follows."""
    if not is_label(found.label):
        return False
    if found.value is None:
        return _BLANK.search(text, end) is not None
    return len(str(found.value)) <= _LONGEST_VALUE


def _is_ticked(mark: str) -> bool:
    return mark in _TICKED or any(sign in mark for sign in "xX✓")
