"""Answers in plain text: `label: ____` lines and typed boxes, as forms without controls have them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from formpipe.model import FieldState, FieldType

LONGEST_LABEL = 100
_LONGEST_VALUE = 300
_TICKED = frozenset("☑☒🗹✓✔✗✘⊠🗷⮽❎✅◉")
_BOX = re.compile(r"[☐☑☒🗹□✓✔✗✘⊠🗷⮽❎✅◉◻⬜▢❏❑○◯]|(?<!\S)\[(?: ?[xX✓] ?| *)\](?=\s|$)")
_LABEL = re.compile(
    r"(?:^(?:\d{1,2}(?:\.\d{1,2})*[.)]? )?|(?<=[\t_])|(?<=   )) ?([^\W\d_](?:(?! {3})[^:_\t\n]){0,80}?) ?:(?=[\s_…]|$)"
)
_BLANK = re.compile(r"_{2,}|…{2,}|\.{5,}")
_FILLED = {"○": "●", "□": "■"}
"""Signs that are a tick beside an empty one of their kind, and else begin the items of a list."""
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
            Plain(label=tidy(each[1]), value=written_in(text[each.end() : end]), flags=loose_in(text[each.end() : end]))
            for each, end in zip(labels, ends, strict=True)
        ]
        return tuple(each for each, label in zip(found, labels, strict=True) if _is_answer(each, text, label.end()))
    return () if labels else tuple(_on_blanks(_BLANK.split(text)))


def _on_blanks(parts: Sequence[str]) -> Iterator[Plain]:
    """Yield the answers in *parts*, the texts around lines to write on.

    What touches the line before it was written on it. A word apart from it may
    be an answer, the next label or a unit (`____ Euro`): it is flagged.
    """
    label, written = parts[0], ""
    if len(parts) < 2 or not is_label(label):  # noqa: PLR2004 - no line
        return
    loose: tuple[str, ...] = ()
    for part in filter(str.strip, parts[1:]):
        if not part[0].isspace() and not written:
            written = part.strip()
        elif written and not loose and is_label(part):
            yield Plain(label=tidy(label), value=written)
            label, written = part, ""
        else:
            written, loose = f"{written} {part.strip()}".strip(), ("review",)
    yield Plain(label=tidy(label), value=written or None, flags=loose)


def has_boxes(text: str) -> bool:
    """Tell whether a box stands in *text*, ticked or not."""
    return _BOX.search(text) is not None


def boxes_in(text: str, label: str) -> tuple[Plain, ...]:
    """Return the answers of the boxes in *text*; *label* are the words that ask, if they stand elsewhere.

    Several boxes under one question are one answer: of yes and no one word,
    else all words ticked. Yes and no both ticked are no answer, and flagged. A
    box alone is a check box with the words after it.
    """
    for empty, full in _FILLED.items():
        text = text.replace(full, "☒") if empty in text else text
    marks = list(_BOX.finditer(text))
    before = tidy(text[: marks[0].start()])
    ends = [*(each.start() for each in marks[1:]), len(text)]
    words = [tidy(text[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]
    asked, _, first = text[: marks[0].start()].rpartition(":" if ":" in before else "?")
    if len(marks) > 1 and first.strip() and not text[marks[-1].end() :].strip():  # each box stands behind its words
        before, words = tidy(asked), [tidy(first), *words[:-1]]
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


def loose_in(text: str) -> tuple[str, ...]:
    """Return the flag `review` if what is written in *text* stands apart from the line to write on, as a unit does."""
    parts = _BLANK.split(text)
    touching = any(part.strip() and not part[0].isspace() for part in parts[1:])
    return ("review",) if len(parts) > 1 and not touching and not parts[0].strip() and written_in(text) else ()


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
