"""What a version changed against the one before, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from formpipe.changes import Change, ChangeKind
from formpipe.definition import FieldSpec, ListSpec, fields_of
from formpipe.known import Known, held_together
from formpipe.model import Goal, Json, pattern_of
from formpipe.present.changedrows import Cells, row_pairs
from formpipe.present.goals import GoalText, with_symbol
from formpipe.present.values import MAIN, TITLE_KEYS, PlanText, sibling_of
from formpipe.spell import spell
from formpipe.titles import VICTIM_TITLE_TEXT, VICTIM_TITLES

_SAID_ELSEWHERE = ("form.", "sign.", "reviews[", "consents[")
"""What is new with every form, or stands whole in a block of its own."""
_ROW = re.compile(r"(.+)\[(\d+)\]\.[^.]+")
_NEW_GOAL = "neu vereinbart"
_NEW_STEP = "neuer Schritt"
_NEW_ROW = "neu eingetragen"
_GONE_ROW = "nicht mehr eingetragen"
_FRESH = {
    _NEW_GOAL: "ist neu vereinbart",
    _NEW_STEP: "ist ein neuer Schritt",
    _NEW_ROW: "ist neu eingetragen",
    _GONE_ROW: "ist nicht mehr eingetragen",
}
_TITLES = {"goals[].title": _NEW_GOAL, "goals[].actions[].title": _NEW_STEP}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One changed value: the group it is printed with, and its texts."""

    group: tuple[str, str]
    label: str
    old: str = field(repr=False)
    new: str = field(repr=False)


def changes_of(changes: Iterable[Change], text: PlanText, goals: GoalText, shown: list[Goal]) -> list[dict[str, str]]:
    """Return what changed, with what was before and as a sentence; the values of one row or goal stand together.

    Left out is what the main part does not print, goals that are not *shown*,
    and the first version, where all is new.
    """
    if text.plan.version == 1:
        return []
    listed = _in_paper_order(changes, text)
    lines = [*_value_lines(listed, text), *_goal_lines(listed, text, goals, shown)]
    grouped: dict[tuple[str, str], list[_Line]] = {}
    for line in lines:
        grouped.setdefault(line.group, []).append(line)
    return [
        {
            "area": area,
            "label": label,
            "old": _joined([(line.label, line.old) for line in group]),
            "new": _joined([(line.label, line.new) for line in group]),
            "sentence": _sentence(area, label, group),
        }
        for (area, label), group in grouped.items()
    ]


def _in_paper_order(changes: Iterable[Change], text: PlanText) -> list[Change]:
    """Return *changes* as the form asks for them, the columns of a row at the place of its list; goals come last."""
    places = {key: place for place, key in enumerate(text.catalogue.specs)}
    lists: dict[str, int] = {}
    for key, place in places.items():
        lists.setdefault(key.rpartition(".")[0], place)

    def place_of(change: Change) -> tuple[str, str, int, int, int]:
        spot, key, row = change.spot, pattern_of(change.key), _ROW.fullmatch(change.key)
        own = places.get(key, len(places))  # a field that no form has any more comes after all others
        start = lists.get(key.rpartition(".")[0], own) if row else own
        return spot.goal_id, spot.action_id, start, int(row[2]) if row else 0, own

    return sorted(changes, key=place_of)


def _joined(said: list[tuple[str, str]]) -> str:
    return "\n".join(f"{label}: {words}" if label else words for label, words in said if words)


def _sentence(area: str, label: str, lines: Iterable[_Line]) -> str:
    """Return what became of one value, or of the values of one row or goal (`Wohnen: WBS war «offen» …`)."""
    said = [f"{line.label} {_became(line)}" if line.label else _became(line) for line in lines]
    colon = ": " if any(line.label for line in lines) else " "
    return f"{area}: {label}{colon}{'; '.join(said)}."


def _became(line: _Line) -> str:
    old, new = (_in_line(text) for text in (line.old, line.new))
    if new in _FRESH and not line.label:
        return _FRESH[new]
    if not new:
        return f"war «{old}» und gilt nicht mehr"
    return f"war «{old}» und ist jetzt «{new}»" if old else f"ist jetzt «{new}»"


def _in_line(text: str) -> str:
    line = " ".join(text.split())
    return held_together(Known(line)) if isinstance(text, Known) else line


def _value_lines(changes: list[Change], text: PlanText) -> Iterable[_Line]:
    areas = {spec.key: section.label for section in text.catalogue.sections for spec in fields_of(section.items)}
    before = {change.key: change.old for change in changes if not change.spot.goal_id}
    told: set[str] = set()
    for change in changes:
        key, spec = change.key, text.catalogue.spec_of(change.key)
        if change.spot.goal_id or spec is None or key.startswith(_SAID_ELSEWHERE):
            continue
        row = _ROW.fullmatch(key)
        if row is not None and row[1] not in told:
            told.add(row[1])
            yield from _row_lines(row[1], areas[spec.key], changes, text, text.list_of(spec))
        if row is None and spec.printed in MAIN and not text.is_withheld(key):
            old = _old_text(change, spec, text, before)
            yield _Line(group=(areas[spec.key], spec.label), label="", old=old, new=text.spelled(key, spec, change.new))


def _row_lines(key: str, area: str, changes: list[Change], text: PlanText, listed: ListSpec) -> Iterable[_Line]:
    """Yield what became of each row of the list *key*: new, gone, or which of its values changed."""
    columns = [each for each in listed.columns if isinstance(each, FieldSpec) and each.printed in MAIN]
    name = listed.id_name or next((each.name for each in columns), "")
    for pair in row_pairs(key, changes, text.plan, name):
        shown = [each for each in columns if each.name in pair.changed]
        if not shown:
            continue
        if pair.after is None:
            group = (area, _named(listed, "", _first_text(f"{key}[{pair.before}]", pair.old, columns[0], text)))
            yield _Line(group=group, label="", old="", new=_GONE_ROW)
            continue
        row = f"{key}[{pair.after}]"
        group = (area, _named(listed, f", Nr. {pair.after + 1}", text.first_text(row, listed)))
        if pair.before is None:
            yield _Line(group=group, label="", old="", new=_NEW_ROW)
            continue
        for spec in shown:
            old = text.spelled(f"{row}.{spec.name}", spec, pair.old.get(spec.name))
            new = text.spelled(f"{row}.{spec.name}", spec, pair.new.get(spec.name))
            yield _Line(group=group, label=spec.label, old=old, new=new)


def _first_text(row: str, cells: Cells, spec: FieldSpec, text: PlanText) -> str:
    """Return what a row that is gone was called, by the first column that is printed."""
    return text.spelled(f"{row}.{spec.name}", spec, cells.get(spec.name)) or "eine Zeile"


def _named(listed: ListSpec, place: str, name: str) -> str:
    """Return the list's name and the row's (`Mitglieder des Haushalts, Nr. 3: Lānā`)."""
    return f"{listed.label}{place}: {name}" if name else f"{listed.label}{place}"


def _old_text(change: Change, spec: FieldSpec, text: PlanText, before: dict[str, Json]) -> str:
    if change.key in TITLE_KEYS and before.get("residence.status_code") in VICTIM_TITLES:
        return VICTIM_TITLE_TEXT
    sibling = sibling_of(change.key, spec.precision_key) if spec.precision_key else ""
    return text.spelled(change.key, spec, change.old, precision=before.get(sibling))


def _goal_lines(changes: list[Change], text: PlanText, goals: GoalText, shown: list[Goal]) -> Iterable[_Line]:
    wanted = {goal.goal_id for goal in shown}
    area = "Ziele"
    fresh = {
        change.spot.action_id or change.spot.goal_id
        for change in changes
        if change.key in _TITLES and change.kind is ChangeKind.ADDED
    }
    for change in changes:
        spot, spec = change.spot, text.catalogue.spec_of(change.key)
        if spot.goal_id not in wanted or spec is None or spec.printed not in MAIN:
            continue
        row_id = spot.action_id or spot.goal_id
        if row_id in fresh:
            if change.key in _TITLES and not (spot.action_id and spot.goal_id in fresh):
                yield _Line(group=(area, goals.named(row_id)), label="", old="", new=_TITLES[change.key])
            continue
        old, new = (with_symbol(spell(each, spec), each) for each in (change.old, change.new))
        yield _Line(group=(area, goals.named(row_id)), label=spec.label, old=old, new=new)
