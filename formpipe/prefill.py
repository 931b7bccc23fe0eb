"""What a pre-filled review form shows of the plan it was made from.

A form that comes back is compared with exactly these values: what a person did
not touch is no change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from formpipe.address import ADDRESS_KEYS, is_address_protected
from formpipe.canon import plan_from_json
from formpipe.dates import day_of, months_after
from formpipe.definition import FieldSpec, FormDefinition, ListSpec, SectionSpec
from formpipe.goals import FINAL, Status, status_of
from formpipe.model import CaseNumber, Columns, IntegrationPlan, Json
from formpipe.reviewed import last_reviewed, review_count

FREE_ROWS = 2
"""Empty rows that a list offers beyond those that are known."""

_FRESH = frozenset({"form", "sign", "review", "goals"})  # sections that each form answers anew
_CLOSED_ACTIONS = frozenset({"erledigt", "entfallen"})
_GOAL_REVIEWS, _ACTION_UPDATES, _GOALS = "review.goal_reviews[]", "review.action_updates[]", "goals[]"
_FIXED_COLUMNS = frozenset({"consents[].scope"})
_NEXT = "next_review_date"
_TALL = 3  # so many known rows take the place of one more
_MONTHS_TO_FIRST, _MONTHS_BETWEEN = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefill:
    """What stands on a form before a person has written on it.

    `values` are typed values by the field's name on the form; a list of codes
    or of strings stands as a whole under its field's key (`finance.urgent`).
    `rows` says how many rows a list offers, by the list's key
    (`household.members[]`). `titles` are words printed beside a row's id, by
    the name of the id's field, and `due` the date (ISO) printed behind them.
    `locked` are the names that nobody is to change: the case's number, the ids
    of known rows, and what an existing consent is for. `protected` are the fields of an
    address that is known but shown nowhere. `base` is the checksum of the plan
    version.
    """

    case: CaseNumber
    version: int
    base: str
    values: Mapping[str, Json] = field(repr=False)
    rows: Mapping[str, int]
    titles: Mapping[str, str] = field(repr=False)
    due: Mapping[str, str] = field(repr=False)
    locked: frozenset[str]
    protected: frozenset[str]


def prefill_of(plan: IntegrationPlan, definition: FormDefinition, *, base: str) -> Prefill:
    """Return what the next review form *definition* shows of *plan*.

    Open goals and steps stand in the rows that review them, with the state
    they have; the section of goals is left to new ones. Lists keep their rows
    and get free ones behind them. What each form answers anew stays empty, but
    for a proposal of the next date.

    Args:
        plan: The newest version of the case's plan.
        definition: The review form.
        base: The checksum of *plan*.
    """
    sheet = _Sheet(plan, definition)
    for section in definition.sections:
        if section.name not in _FRESH:
            sheet.add_section(section)
    sheet.add_reviews()
    sheet.add_updates()
    sheet.add_new_goals()
    proposed = f"review.{_NEXT}"
    if proposed in definition.specs:
        sheet.put(proposed, next_review_date(plan))
    return Prefill(
        case=plan.case,
        version=plan.version,
        base=base,
        values=MappingProxyType(sheet.values),
        rows=MappingProxyType(sheet.rows),
        titles=MappingProxyType(sheet.titles),
        due=MappingProxyType(sheet.due),
        locked=frozenset(sheet.locked),
        protected=frozenset(sheet.protected),
    )


def base_of(body: Mapping[str, Any], definition: FormDefinition, *, checksum: str) -> Mapping[str, Json]:
    """Return the values that a form showed which was made from the plan *body* (as `plan_json` wrote it)."""
    return prefill_of(plan_from_json(body), definition, base=checksum).values


def next_review_date(plan: IntegrationPlan) -> str:
    """Return the date proposed for the review after the coming one (ISO): three months after that is due.

    The coming review is due when the last one said, else two months after the
    intake and three months after a review (domain 3.3).
    """
    said = [key for key in plan.values if re.fullmatch(rf"reviews\[\d+\]\.{_NEXT}", key)]
    due = day_of(plan.values[f"reviews[{len(said) - 1}].{_NEXT}"].value) if said else None
    if due is None:
        due = months_after(last_reviewed(plan), _MONTHS_BETWEEN if review_count(plan) else _MONTHS_TO_FIRST)
    return months_after(due, _MONTHS_BETWEEN).isoformat()


class _Sheet:
    """The form while it is being filled."""

    def __init__(self, plan: IntegrationPlan, definition: FormDefinition) -> None:
        self._plan = plan
        self._definition = definition
        self.values: dict[str, Json] = {}
        self.rows: dict[str, int] = {}
        self.titles: dict[str, str] = {}
        self.due: dict[str, str] = {}
        self.locked: set[str] = {"case.case_id"}
        self.protected = set(ADDRESS_KEYS) & set(plan.values) if is_address_protected(plan.values) else set()

    def put(self, name: str, value: Json) -> None:
        """Let the field *name* show *value*."""
        if value is not None:
            self.values[name] = value

    def add_section(self, section: SectionSpec) -> None:
        """Show what the plan knows of *section*."""
        for item in section.items:
            if isinstance(item, ListSpec):
                self._add_list(item)
            elif item.key in self._plan.values and item.key not in self.protected:
                self.put(item.key, self._plan.values[item.key].value)

    def add_reviews(self) -> None:
        """Give each goal that is still open a row to be reviewed in, with the state it has."""
        stem = _GOAL_REVIEWS.removesuffix("[]")
        open_goals = [goal for goal in self._plan.goals if status_of(goal) not in FINAL]
        for index, goal in enumerate(open_goals):
            row = f"{stem}[{index}]"
            self._name_row(f"{row}.goal_id", goal.goal_id, goal.columns)
            self.put(f"{row}.status_new", _value(goal.columns, "status"))
            if status_of(goal) == Status.PAUSED:
                self.put(f"{row}.due_date_new", _value(goal.columns, "due_date"))
                self.put(f"{row}.drop_reason", _value(goal.columns, "drop_reason"))
        self.rows[_GOAL_REVIEWS] = len(open_goals)

    def add_updates(self) -> None:
        """Give each step that is still to be done a row, with the state it has."""
        stem = _ACTION_UPDATES.removesuffix("[]")
        actions = [
            action
            for goal in self._plan.goals
            if status_of(goal) not in FINAL
            for action in goal.actions
            if _value(action.columns, "status") not in _CLOSED_ACTIONS
        ]
        for index, action in enumerate(actions):
            row = f"{stem}[{index}]"
            self._name_row(f"{row}.action_id", action.action_id, action.columns)
            self.put(f"{row}.status", _value(action.columns, "status"))
            self.put(f"{row}.done_on", _value(action.columns, "done_on"))
        self.rows[_ACTION_UPDATES] = len(actions)

    def add_new_goals(self) -> None:
        """Number the empty goals after those the case has had; their steps are numbered when they come in."""
        spec = self._definition.lists.get(_GOALS)
        if spec is not None:
            self._number(spec, "goals", 0, spec.rows, [goal.goal_id for goal in self._plan.goals])

    def _add_list(self, spec: ListSpec) -> None:
        stem = spec.key.removesuffix("[]")
        rows = list(_rows_of(self._plan.values, stem))
        for index, cells in enumerate(rows):
            for name, value in cells.items():
                self._put_cell(spec, f"{stem}[{index}].{name}", value)
        for inner in (item for item in spec.columns if isinstance(item, ListSpec)):
            most = max((len(list(_rows_in(cells, inner.name))) for cells in rows), default=0)
            self.rows[inner.key] = max(inner.rows, most + FREE_ROWS)
        columns = [item for item in spec.columns if isinstance(item, FieldSpec)]
        printed = next((item for item in columns if _names_rows(item, spec)), None)
        if printed is not None:
            known = [cells.get(printed.name) for cells in rows if not _is_over(cells)]
            places = [place for place, value in enumerate(printed.printed_rows) if value not in known]
            # as many as fit the page, as known rows may need a second line; but never none
            fitting = spec.rows - len(rows) - (len(rows) // _TALL if spec.id_name else 0)
            missing = places[: max(fitting, FREE_ROWS)]
            for column in (item for item in columns if _names_rows(item, spec)):
                for index, place in enumerate(missing, start=len(rows)):
                    if place < len(column.printed_rows):
                        self.put(f"{stem}[{index}].{column.name}", column.printed_rows[place])
            self.rows[spec.key] = len(rows) + len(missing)
            return
        self.rows[spec.key] = len(rows) + FREE_ROWS
        ids = [str(cells[spec.id_name]) for cells in rows if spec.id_name in cells] if spec.id_name else []
        self._number(spec, stem, len(rows), FREE_ROWS, ids)

    def _put_cell(self, spec: ListSpec, name: str, value: Json) -> None:
        column = self._definition.spec_of(name)
        if column is None:
            return  # what an older form asked and this one does not
        self.put(name, value)
        if column.name == spec.id_name or column.key in _FIXED_COLUMNS:
            self.locked.add(name)

    def _number(self, spec: ListSpec, stem: str, start: int, count: int, taken: list[str]) -> None:
        """Print ids into *count* empty rows from row *start* on; they stay open, as a row may be meant for another."""
        if not spec.id_name or not spec.id_prefix:
            return
        used = [int(each.removeprefix(spec.id_prefix)) for each in taken if each.removeprefix(spec.id_prefix).isdigit()]
        for place in range(count):
            row_id = f"{spec.id_prefix}{max(used, default=0) + 1 + place:02}"
            row = f"{stem}[{start + place}]"
            self.put(f"{row}.{spec.id_name}", row_id)

    def _name_row(self, name: str, row_id: str, columns: Columns) -> None:
        self.put(name, row_id)
        self.locked.add(name)
        title, due = _value(columns, "title"), _value(columns, "due_date")
        self.titles[name] = title if isinstance(title, str) else ""
        if day_of(due) is not None:
            self.due[name] = str(due)


def _value(columns: Columns, name: str) -> Json:
    held = columns.get(name)
    return None if held is None else held.value


def _names_rows(column: FieldSpec, spec: ListSpec) -> bool:
    """Tell whether the form prints *column* into each row, other than the row's id: a fixed list of areas."""
    return bool(column.printed_rows) and column.name != spec.id_name


def _is_over(cells: Mapping[str, Json]) -> bool:
    """Tell whether the row is a consent that was refused or taken back, so that another one may follow it."""
    return cells.get("granted") is False or cells.get("revoked_on") is not None


def _rows_of(values: Columns, stem: str) -> Iterator[dict[str, Json]]:
    """Yield the rows of the list *stem* of a plan in order, each as its columns."""
    return _rows_in({key: held.value for key, held in values.items()}, stem)


def _rows_in(cells: Mapping[str, Json], stem: str) -> Iterator[dict[str, Json]]:
    """Yield the rows of the list *stem* among *cells* in order, each as its columns."""
    pattern = re.compile(rf"{re.escape(stem)}\[(\d+)\]\.(.+)")
    rows: dict[int, dict[str, Json]] = {}
    for key, value in cells.items():
        found = pattern.fullmatch(key)
        if found is not None:
            rows.setdefault(int(found[1]), {})[found[2]] = value
    yield from (rows[index] for index in sorted(rows))
