"""What two forms change to different values: the later one is held, and nothing is overwritten.

Two forms know nothing of each other if neither is among those that the other's
base was made from. What both of them change, and not to the same, is shown to
a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from formpipe.address import ADDRESS_KEYS, is_address_protected
from formpipe.definition import FieldSpec
from formpipe.flatten import natural, same
from formpipe.fold.holding import Fault, HeldReason
from formpipe.fold.rowmerge import Clash, Rows
from formpipe.model import IntegrationPlan, Json, PlanValue, Severity
from formpipe.printed import HINT_PROTECTED
from formpipe.sheet import Row, Sheet
from formpipe.spell import spell

RULE = "merge"
"""The rule of these findings: at the field, with both values."""

_OWN = ("form.", "sign.", "reviews[", "case.counselling_end_max")
_DERIVED = frozenset({"status_since", "confidential"})
_OF_REVIEW = frozenset({"status", "due_date", "drop_reason", "superseded_by"})
_CELL = re.compile(r"(.+?)\[(\d+)\]\.(.+)")
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fact:
    """Where a value stands, whatever the row numbers: a list's row by its id, `at` empty for all else.

    `key` is a plan key without row numbers (`household.members[].given_names`,
    `goals[].title`), but for values outside of rows with an id.
    """

    key: str
    at: str = ""


Facts = Mapping[Fact, PlanValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """What another form says of a value (`None`: that it is gone), and the form's date."""

    value: Json = field(repr=False)
    on: date


def facts_of(plan: IntegrationPlan, sheet: Sheet) -> dict[Fact, PlanValue]:
    """Return the values of *plan* that two forms can contradict each other about.

    What is new with every form is not among them, nor what follows from other
    values, nor lists whose rows have no id for *sheet*.
    """
    facts: dict[Fact, PlanValue] = {}
    for key, each in plan.values.items():
        row = _CELL.fullmatch(key)
        if key.startswith(_OWN):
            continue
        if row is None:
            facts[Fact(key=key)] = each
        elif (row_id := _id_of(row, plan, sheet)) is not None:
            facts[Fact(key=f"{row[1]}[].{row[3]}", at=row_id)] = each
    for goal in plan.goals:
        for name, each in goal.columns.items():
            if name not in _DERIVED:
                facts[Fact(key=f"goals[].{name}", at=goal.goal_id)] = each
        for action in goal.actions:
            for name, each in action.columns.items():
                facts[Fact(key=f"goals[].actions[].{name}", at=action.action_id)] = each
    return facts


def _id_of(cell: re.Match[str], plan: IntegrationPlan, sheet: Sheet) -> str | None:
    ids = sheet.id_of(cell[1]) if sheet.is_rows(cell[1]) else None
    held = plan.values.get(f"{cell[1]}[{cell[2]}].{ids[0]}") if ids else None
    return None if held is None else str(held.value)


def changed(before: Facts, after: Facts) -> frozenset[Fact]:
    """Return the facts whose value is another in *after*, or is in one of them only."""
    return frozenset(
        fact
        for fact in {*before, *after}
        if fact not in before or fact not in after or not same(before[fact].value, after[fact].value)
    )


def conflict_faults(sheet: Sheet, before: Facts, after: Facts, others: Mapping[Fact, Other]) -> Iterator[Fault]:
    """Yield a fault for each of *others* that the form changes to another value: at its field, with both values.

    A protected address is told to nobody; that the form changed it is noted, as
    it cannot stand on the one that comes back.

    Args:
        sheet: The form.
        before: The facts it meets.
        after: The facts if it took its place.
        others: What other forms made of facts that they changed.
    """
    hidden = frozenset(ADDRESS_KEYS) if _is_protected(before) or _is_protected(after) else frozenset()
    edits = changed(before, after)
    found = False
    for fact in sorted(edits & frozenset(others), key=lambda each: (natural(each.key), each.at)):
        ours = after[fact].value if fact in after else None
        other = others[fact]
        if not same(ours, other.value):
            name = _name_of(fact, after, sheet)
            spec = sheet.definition.spec_of(name) or sheet.definition.spec_of(fact.key)
            texts = [HINT_PROTECTED if fact.key in hidden else _spelled(value, spec) for value in (ours, other.value)]
            yield _fault(sheet, name, _told(texts[0], texts[1], other.on, fact.at))
            found = True
    address = sorted(fact.key for fact in edits if fact.key in hidden)
    if found and address:
        note = sheet.finding_at(address[0], "V20", Severity.INFO, {"reason": "again"})
        yield Fault(reason=HeldReason.CONFLICT, finding=note)


def clash_faults(sheet: Sheet, clashes: Mapping[str, Clash], on: date) -> Iterator[Fault]:
    """Yield a fault for each list without row ids that the form and a form of the day *on* changed differently."""
    for key, clash in clashes.items():
        ours, theirs = (_rows_text(rows, key, sheet) for rows in (clash.ours, clash.theirs))
        yield _fault(sheet, key, _told(ours, theirs, on, ""))


def _is_protected(facts: Facts) -> bool:
    return is_address_protected({fact.key: value for fact, value in facts.items() if not fact.at})


def _fault(sheet: Sheet, name: str, told: Mapping[str, object]) -> Fault:
    return Fault(reason=HeldReason.CONFLICT, finding=sheet.finding_at(name, RULE, Severity.ERROR, told))


def _told(ours: str, theirs: str, on: date, at: str) -> dict[str, object]:
    return {"written": ours, "other": theirs, "on": on.isoformat()} | ({"ids": [at]} if at else {})


def _spelled(value: Json, spec: FieldSpec | None) -> str:
    if value is None:
        return ""
    return str(value) if spec is None else spell(value, spec)


def _rows_text(rows: Rows, key: str, sheet: Sheet) -> str:
    texts = (", ".join(_cell_texts(row, key, sheet)) for row in rows)
    return "; ".join(texts)[:_MOST]


def _cell_texts(row: Row, key: str, sheet: Sheet) -> Iterable[str]:
    return (_spelled(value, sheet.definition.spec_of(f"{key}[0].{column}")) for column, value in row.items())


def _name_of(fact: Fact, after: Facts, sheet: Sheet) -> str:
    """Return the name of the field in which the form says what becomes of *fact*; of its list if it cleared it."""
    ours = after.get(fact)
    if ours is not None and ours.origin == sheet.filed.sha256:
        return ours.name
    rows, dot, column = fact.key.rpartition("[].")
    if not dot:
        return fact.key
    if rows == "goals":
        rows = "review.goal_reviews" if column in _OF_REVIEW else rows
    elif rows == "goals[].actions":
        rows = "review.action_updates"
    return rows
