"""A review that contradicts another one, as a form to decide on: with what both say filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from formpipe.canon import plan_checksum
from formpipe.definition import FormDefinition
from formpipe.flatten import same
from formpipe.fold.planvalues import values_after
from formpipe.fold.rebasing import rebased
from formpipe.model import Filed, FormKind, IntegrationPlan, Json, Sha256
from formpipe.prefill import FREE_ROWS, Prefill, prefill_of
from formpipe.sheet import Row, Sheet, rows_of

_OWN = ("form", "sign", "review")
_DERIVED = frozenset({"form.type", "form.version", "review.review_no"})
_BY_ID = {"goal_reviews": "goal_id", "action_updates": "action_id"}
_GOALS, _ACTIONS, _UNCHANGED = "goals", "actions", "review.unchanged_sections"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reissued:
    """The form to decide on, and where fields of rows stand on it, by their names on the form that came in."""

    prefill: Prefill = field(repr=False)
    names: Mapping[str, str]


def reissued(
    form: Filed,
    others: Sequence[Filed],
    plan: IntegrationPlan,
    definitions: Mapping[FormKind, FormDefinition],
    *,
    corrects: Sha256,
) -> Reissued:
    """Return a review form made from *plan* that shows what *form* says; where it is silent, what *others* say.

    Whoever returns it as it is keeps the values of *form*; what *others* say
    beside them is not lost. It is a correction, so that it takes the place of
    the form *corrects*.

    Args:
        form: The review that is held.
        others: Reviews of the same day.
        plan: The version before that day, which the form is to be compared with.
        definitions: All kinds of forms.
        corrects: The form whose place the new one is to take.
    """
    definition = definitions[form.submission.kind]
    sheets = [_on(plan, each, definitions) for each in (*others, form)]
    values = plan.values
    for sheet in sheets:
        values = values_after(replace(plan, values=values), sheet)
    shown = prefill_of(replace(plan, values=values), definition, base=plan_checksum(plan))
    paper = _Paper(dict(shown.values), definition)
    for sheet in sheets:
        paper.add_own(sheet)
        paper.add_reviews(sheet)
    paper.add_goals([(sheet, row) for sheet in reversed(sheets) for row in _goals_of(sheet)])
    if others:
        paper.values.pop(_UNCHANGED, None)
    told: dict[str, Json] = {"form.is_correction": True, "form.corrects_sha256": corrects}
    rows = {**shown.rows, "goals[]": max(shown.rows.get("goals[]", 0), paper.goals + FREE_ROWS)}
    actions = definition.lists.get("goals[].actions[]")
    if actions is not None:
        rows[actions.key] = max(actions.rows, paper.actions)
    prefill = replace(shown, values=MappingProxyType(paper.values | told), rows=MappingProxyType(rows))
    return Reissued(prefill=prefill, names=MappingProxyType(paper.names))


def _on(plan: IntegrationPlan, form: Filed, definitions: Mapping[FormKind, FormDefinition]) -> Sheet:
    return rebased(Sheet(filed=form, definition=definitions[form.submission.kind], seq=form.seq), plan).sheet


def _goals_of(sheet: Sheet) -> list[Row]:
    return rows_of(sheet.filed.submission.data.get(_GOALS))


class _Paper:
    """The form while the answers of the day are put on it; the form that comes last has the last word."""

    def __init__(self, values: dict[str, Json], definition: FormDefinition) -> None:
        self.values = values
        self.names: dict[str, str] = {}
        self.goals = 0
        self.actions = 0
        self._shown = dict(values)
        self._definition = definition

    def add_own(self, sheet: Sheet) -> None:
        """Put what the form says of itself and of the talk, rows apart."""
        for section in _OWN:
            for name, value in sheet.part(section).items():
                key = f"{section}.{name}"
                if key in self._definition.specs and key not in _DERIVED and value is not None:
                    self.values[key] = value

    def add_reviews(self, sheet: Sheet) -> None:
        """Put what the form says of goals and steps into the rows that have their number."""
        for name, id_name in _BY_ID.items():
            key = f"review.{name}"
            places = {
                self._shown[each]: each.rpartition(".")[0] for each in self._shown if self._is_id(each, key, id_name)
            }
            for index, row in enumerate(rows_of(sheet.part("review").get(name))):
                place = places.get(row.get(id_name))
                for column, value in row.items() if place is not None else ():
                    cell = f"{place}.{column}"
                    self.names[sheet.name_of(f"{key}[{index}].{column}")] = cell
                    if column != id_name and value is not None and not same(value, self._shown.get(cell)):
                        self.values[cell] = value

    def add_goals(self, rows: Sequence[tuple[Sheet, Row]]) -> None:
        """Put new goals with their steps one below the other; a number that is used already is left to the program."""
        used: set[Json] = set()
        printed = {name: value for name, value in self.values.items() if name.startswith(f"{_GOALS}[")}
        for name in printed:
            del self.values[name]
        for _, row in rows:
            start = f"{_GOALS}[{self.goals}]"
            is_new = row.get("goal_id") not in used
            used.add(row.get("goal_id"))
            for name, value in _cells(row, start):
                if is_new or not name.endswith("_id"):
                    self.values[name] = value
            self.goals += 1
            self.actions = max(self.actions, len(rows_of(row.get(_ACTIONS))))

    def _is_id(self, name: str, key: str, id_name: str) -> bool:
        return name.startswith(f"{key}[") and name.endswith(f".{id_name}")


def _cells(row: Row, start: str) -> Iterator[tuple[str, Json]]:
    for name, value in row.items():
        if name == _ACTIONS:
            for index, each in enumerate(rows_of(value)):
                yield from _cells(each, f"{start}.{_ACTIONS}[{index}]")
        elif value is not None:
            yield f"{start}.{name}", value
