"""The fields of a print: what was written into each box of the blank, and what belongs to no box."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from formpipe.model import Field, FieldState, FieldType
from formpipe.prints import FLAT, UNASSIGNED
from formpipe.readers.flat_align import Match
from formpipe.readers.flat_layout import Blank, BlankField, Box
from formpipe.readers.flat_marks import Ink, choice_of, ink_in
from formpipe.readers.flat_runs import Run, box_at, runs_of
from formpipe.readers.flat_sort import sort_runs
from formpipe.readers.flat_text import Space, Written, written_in
from formpipe.readers.naming import Found, flagged, named

REVIEW = "review"
_MOST_IN_BOX = 2
_TYPED = frozenset({FieldType.TEXT, FieldType.DATE, FieldType.CHOICE, FieldType.MULTICHOICE})
_BUTTONS = frozenset({FieldType.CHECKBOX, FieldType.RADIO})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filled:
    """What is new in one box of a field; `page` is that of the print, from 1.

    `spilt` says that a text runs from one box into another here, `spoilt` that
    something the blank shows in the box is gone.
    """

    box: Box
    page: int
    runs: tuple[Run, ...] = field(repr=False)
    ink: Ink
    spilt: bool
    spoilt: bool


def fields_of(blank: Blank, matches: Sequence[Match]) -> tuple[Field, ...]:
    """Return the fields of *blank* whose pages are among *matches*, then the text that belongs to none.

    What may be misread has the flag `review`: it is a proposal.
    """
    filled: dict[int, list[_Filled]] = defaultdict(list)
    loose: list[tuple[int, Run]] = []
    for match in sorted(matches, key=lambda each: each.page):
        for index, each in _filled_on(blank, match, loose):
            filled[index].append(each)
    found = [Found(field=_field(spec, filled[index])) for index, spec in enumerate(blank.fields) if index in filled]
    return (*named(found), *_unassigned(loose))


def _filled_on(blank: Blank, match: Match, loose: list[tuple[int, Run]]) -> Iterator[tuple[int, _Filled]]:
    """Yield what is in each box on the page of *match* with the index of its field; other runs go to *loose*."""
    places = [
        (index, box)
        for index, spec in enumerate(blank.fields)
        for box in spec.boxes
        if box.page == match.number and (not box.hidden or spec.closed)
    ]
    rects = [box.rect for _, box in places]
    sorted_runs = sort_runs(runs_of(match.glyphs, rects), rects)
    loose += [(match.page + 1, run) for run in sorted_runs.loose]
    for place, (index, box) in enumerate(places):
        yield (
            index,
            _Filled(
                box=box,
                page=match.page + 1,
                runs=tuple(sorted_runs.inside.get(place, ())),
                ink=ink_in(match.paths, box.rect),
                spilt=place in sorted_runs.spilt,
                spoilt=any(box_at(point, [box.rect]) is not None for point in match.missing),
            ),
        )


def _field(spec: BlankField, filled: Sequence[_Filled]) -> Field:
    found = Field(
        name=spec.name,
        name_source=FLAT,
        label=spec.label,
        type=spec.type,
        state=FieldState.EMPTY,
        page=filled[0].page,
    )
    match spec.type:
        case FieldType.BUTTON:
            return found
        case FieldType.CHECKBOX:
            return _checkbox(found, filled)
        case FieldType.RADIO:
            return _radio(found, filled)
        case FieldType.SIGNATURE | FieldType.PICTURE:
            signed = any(each.runs or each.ink.drawn for each in filled)
            return flagged(replace(found, state=FieldState.FILLED, value="signed"), REVIEW) if signed else found
        case FieldType.MULTICHOICE:
            return _list(found, spec, filled)
        case _:
            return _typed(found, spec, filled)


def _checkbox(found: Field, filled: Sequence[_Filled]) -> Field:
    """Return whether the box is ticked: anything new in it is a tick, more than one mark is to be looked at."""
    ticks = {bool(each.runs) or each.ink.is_mark for each in filled}
    long = any(sum(len(run.glyphs) for run in each.runs) >= _MOST_IN_BOX for each in filled)
    doubtful = len(ticks) > 1 or long or any(each.spilt or each.ink.is_doubtful for each in filled)
    state = filled[0].box.state if any(ticks) else None
    found = replace(found, state=FieldState.FILLED, value=any(ticks), display=state)
    return flagged(found, REVIEW) if doubtful else found


def _radio(found: Field, filled: Sequence[_Filled]) -> Field:
    """Return the button that looks unlike the others; it is a proposal always."""
    drawn = any(each.runs or each.ink.drawn for each in filled)
    chosen = choice_of([(bool(each.runs), each.ink) for each in filled]) if drawn else None
    if chosen is None:
        return flagged(found, REVIEW)
    return flagged(replace(found, state=FieldState.FILLED, value=filled[chosen].box.state), REVIEW)


def _list(found: Field, spec: BlankField, filled: Sequence[_Filled]) -> Field:
    """Return the items that stand on a bar; a list prints all its items, so it is a proposal always."""
    shown = {label.strip(): stored for stored, label in spec.options}
    chosen = tuple(
        shown[text]
        for each in filled
        for run in each.runs
        if (text := _text_of([run], each, spec).text) in shown and each.ink.has_bar(run.start)
    )
    return flagged(replace(found, state=FieldState.FILLED, value=chosen) if chosen else found, REVIEW)


def _typed(found: Field, spec: BlankField, filled: Sequence[_Filled]) -> Field:
    """Return the text in the field; one shown in several places must be the same in all.

    What stood there before is certain where the print shows just that; where
    it shows nothing, a program may have lost it.
    """
    texts = [(_text_of(each.runs, each, spec), each) for each in filled]
    whole = {written.text for written, each in texts if written.text and not _is_spoilt(written, each)}
    some = {written.text for written, _ in texts if written.text}
    if not some:
        doubtful = spec.before is not None or any(each.spilt or each.ink.is_struck for each in filled)
        return flagged(found, REVIEW) if doubtful else found
    if len(whole) > 1 or (not whole and len(some) > 1):
        return flagged(found, "conflict")
    text = next(iter(whole or some))
    found = replace(found, state=FieldState.FILLED, value=text)
    if spec.before is not None and _same(text, _display(spec, spec.before) or spec.before) and (whole or spec.closed):
        return replace(found, value=spec.before, display=_display(spec, spec.before))
    found = found if whole else flagged(found, REVIEW)
    return _choice(found, spec, text) if spec.type is FieldType.CHOICE else found


def _choice(found: Field, spec: BlankField, text: str) -> Field:
    """Return *found* with the stored value of the choice whose label was printed, if only one has it."""
    stored = [value for value, shown in spec.options if _same(shown, text)]
    stored = stored or [value for value, _ in spec.options if value == text]
    if len(stored) != 1:
        return flagged(found, REVIEW)
    found = replace(found, value=stored[0], display=_display(spec, stored[0]))
    return found if spec.closed else flagged(found, REVIEW)


def _text_of(runs: Sequence[Run], each: _Filled, spec: BlankField) -> Written:
    space = Space(rect=each.box.rect, multiline=spec.multiline, comb=spec.comb, align=spec.align, fitted=spec.fitted)
    return written_in(runs, space)


def _is_spoilt(written: Written, each: _Filled) -> bool:
    return written.doubtful or each.spilt or each.spoilt or each.ink.is_struck or each.ink.covers(each.runs)


def _display(spec: BlankField, stored: str) -> str | None:
    label = dict(spec.options).get(stored)
    return None if label is None or label == stored else label


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


def _unassigned(loose: Sequence[tuple[int, Run]]) -> Iterator[Field]:
    """Yield the text that belongs to no box, a line at a time: nothing that was written may vanish."""
    lines: dict[tuple[int, int], list[Run]] = defaultdict(list)
    for page, run in loose:
        lines[page, round(run.first.y)].append(run)
    for number, ((page, _), runs) in enumerate(sorted(lines.items(), key=lambda each: (each[0][0], -each[0][1])), 1):
        text = " ".join(_plain(run) for run in sorted(runs, key=lambda each: each.left))
        yield Field(
            name=f"{UNASSIGNED}#{number}",
            name_source=FLAT,
            label=UNASSIGNED,
            type=FieldType.TEXT,
            state=FieldState.FILLED,
            value=text,
            page=page,
            flags=(REVIEW,),
        )


def _plain(run: Run) -> str:
    return written_in([run], Space(rect=(0.0, 0.0, 0.0, 0.0))).text
