"""The text of a box: its runs as lines, its lines joined, and whether any of it is doubtful."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from formpipe.readers.flat_page import UNMAPPED, Glyph, Rect
from formpipe.readers.flat_runs import BACK, Run

# sizes of type: a gap that is a blank not drawn; a blank; the usual distance of lines; a long word; what is not clear
_GAP, _BLANK, _LEADING, _LONG_WORD, _UNSURE = 0.18, 0.28, 1.2, 8.0, 0.4
# points: where programs cut text off inside a box, where text that was fitted ends; how far in text begins
_CLIP, _FITTED, _INDENT, _STILL = 2.0, 1.2, 4.0, 1.5
# the smallest type that programs choose to make a text fit, and the type they take if they do not choose
_SMALLEST, _COMMON = 5.0, 12.0
_FROM_MIDDLE, _FROM_RIGHT = 1, 2
_STOPS = (".", ":", ";", "!", "?", ")")
"""Behind these a person may have ended a line that was full anyway."""

_STRANGE = frozenset({"Sk", "Cc", "Cn", "Co"})
"""Accents without a letter, control and private characters: a font that names its characters wrongly says such."""

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The room a text is set in: the box `rect`, and how programs set text there.

    `align` is 0 for text from the left, 1 for the middle, 2 for the right;
    `fitted` says that programs make the type small enough for the box; a `comb`
    has a cell for each character.
    """

    rect: Rect
    multiline: bool = False
    comb: bool = False
    align: int = 0
    fitted: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a box; `doubtful` if a person has to look at it, as some of it may be missing or misread."""

    text: str = field(repr=False)
    doubtful: bool = False


def written_in(runs: Sequence[Run], space: Space) -> Written:
    """Return what *runs* say in *space*.

    Lines are joined by a blank where the next word would not have fitted on
    the line, and by a line end where it would. The text is doubtful where it
    reaches an edge, so that some of it may be cut off, and where lines lie
    over one another.
    """
    lines = _lines(runs)
    texts = [_line_text(line, comb=space.comb) for line in lines]
    doubtful = any(each.doubtful for each in texts) or (len(lines) > 1 and not space.multiline)
    doubtful = doubtful or any(_leaves(line, space, last=line is lines[-1]) for line in lines) or _is_full(lines, space)
    text = texts[0].text if texts else ""
    for before, line, following in zip(lines, lines[1:], texts[1:], strict=False):
        ends = _ends(before, line, following.text, space)
        doubtful = (
            doubtful or ends is None or (not ends and text.endswith(_STOPS)) or not _is_flush(before, line, space)
        )
        text = f"{text}\n{following.text}" if ends or not space.multiline else f"{text.rstrip()} {following.text}"
    return Written(text.strip(), doubtful or _is_doubtful(text, runs))


def logical(text: str) -> str:
    """Return *text*, which stands in the order it is seen in, in the order it is read in.

    A line with Arabic or Hebrew is turned; numbers and Latin words in it, and
    the forms that Arabic letters take, are put back. It stays a guess.
    """
    if not has_right_to_left(text):
        return text
    words: list[str] = []
    for each in text:
        left = unicodedata.bidirectional(each) in {"L", "EN", "AN"}
        if left and words and unicodedata.bidirectional(words[-1][-1]) in {"L", "EN", "AN"}:
            words[-1] += each
        else:
            words.append(each)
    return unicodedata.normalize("NFKC", "".join(reversed(words)))


def has_right_to_left(text: str) -> bool:
    """Tell whether *text* has letters that are read from right to left."""
    return any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in text)


def _lines(runs: Sequence[Run]) -> list[list[Run]]:
    """Return *runs* as lines from the top, each from the left."""
    lines: list[list[Run]] = []
    for run in sorted(runs, key=lambda each: -each.first.y):
        if lines and abs(lines[-1][0].first.y - run.first.y) < 0.4 * max(run.first.size, 1.0):
            lines[-1].append(run)
        else:
            lines.append([run])
    return [sorted(line, key=lambda each: each.left) for line in lines]


def _line_text(line: Sequence[Run], *, comb: bool) -> Written:
    text, doubtful = "", False
    last: Glyph | None = None
    for run in line:
        if last is not None and run.left - last.right < BACK * last.size:
            doubtful = True
        for each in run.glyphs:
            blank = last is not None and each.x - last.right > _GAP * max(each.size, 1.0) and not comb
            if blank and not text.endswith(" ") and not each.text.isspace():
                text += " "
            text += "\ufffd" if each.text.startswith(UNMAPPED) else each.text
            last = each
    return Written(logical(text.replace("\u00a0", " ").strip()), doubtful)


def _leaves(line: Sequence[Run], space: Space, *, last: bool) -> bool:
    """Tell whether *line* reaches an edge at which its box would cut it off, or begins where no text begins.

    A program may have left out a glyph that begins behind the edge, and the
    blank before it. Type made small enough for its box comes near the edge,
    and so do lines that are broken.
    """
    size = line[0].first.size
    right = space.rect[2] - max(run.right for run in line)
    left = min(run.left for run in line) - space.rect[0]
    broken = space.multiline and not last
    room = _FITTED if _is_fitted(size, space) else _CLIP if broken else _CLIP + _BLANK * size
    if space.comb:
        return left < 0 or right < 0  # each character has its own cell
    if space.align == _FROM_RIGHT:
        return left < room or right < 0
    if space.align == _FROM_MIDDLE:
        return left < room or right < room
    return right < room or left > _INDENT + size


def _is_fitted(size: float, space: Space) -> bool:
    """Tell whether the type was made small enough for its box: not as small as it may get, nor of the common size."""
    return space.fitted and size > _SMALLEST and abs(size - _COMMON) > _UNSURE / 4


def _is_full(lines: Sequence[Sequence[Run]], space: Space) -> bool:
    """Tell whether a further line may have been cut off: there is no room for one, and the last one is rather full."""
    if not lines or not space.multiline:
        return False
    last = lines[-1][0].first
    if _is_fitted(last.size, space):
        return last.y < space.rect[1]
    leading = lines[-2][0].first.y - last.y if len(lines) > 1 else _LEADING * last.size
    room = space.rect[2] - max(run.right for run in lines[-1])
    return last.y - leading < space.rect[1] and room < _LONG_WORD * last.size


def _ends(before: Sequence[Run], line: Sequence[Run], text: str, space: Space) -> bool | None:
    """Tell whether the person ended the line *before*: the next word had room on it; `None` if that is not clear."""
    size = line[0].first.size
    word = text.split(" ", 1)[0]
    share = len(word) / max(len(text), 1)
    needed = share * (max(run.right for run in line) - min(run.left for run in line)) + _BLANK * size
    room = space.rect[2] - _CLIP - max(run.right for run in before)
    if abs(room - needed) < _UNSURE * size:
        return None
    return room > needed


def _is_flush(before: Sequence[Run], line: Sequence[Run], space: Space) -> bool:
    """Tell whether two lines begin below one another; else the font lacked what stands before one of them."""
    return space.align != 0 or abs(before[0].left - line[0].left) < _STILL


def _is_doubtful(text: str, runs: Sequence[Run]) -> bool:
    strange = any(unicodedata.category(each) in _STRANGE and each != "\n" for each in text)
    return (
        strange or "\ufffd" in text or has_right_to_left(text) or any(each.faint for run in runs for each in run.glyphs)
    )
