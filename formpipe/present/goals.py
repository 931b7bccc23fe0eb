"""Goals, their steps, and what each review said of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from formpipe.definition import FieldSpec, Item, ListSpec, Printed
from formpipe.known import Known
from formpipe.model import Action, Columns, Goal
from formpipe.present.values import ANNEX, PlanText, Row, row_of
from formpipe.spell import spell

REACHED = frozenset({"erreicht"})
ENDED = frozenset({"ersetzt", "nicht_erreicht", "aufgegeben"})
DONE = frozenset({"erledigt", "entfallen"})
# Beside the word, never instead of it: a state must be plain without colour and in large print.
SYMBOLS = {
    "offen": "○",
    "in_arbeit": "◐",
    "teilweise_erreicht": "◕",
    "erreicht": "✔",
    "zurueckgestellt": "‖",
    "ersetzt": "→",
    "nicht_erreicht": "×",
    "aufgegeben": "–",
    "geplant": "○",
    "laeuft": "◐",
    "erledigt": "✔",
    "entfallen": "–",
}
SINCE = "am"
"""Stands before a day."""
_GOALS = "goals[]"
_STEPS = "goals[].actions[]"
_IN_HEADING = frozenset({"title", "status"})
_IN_STEP_ROW = frozenset({"action_id", "title", "responsible", "due_date", "status", "done_on"})


def is_confidential(goal: Goal) -> bool:
    """Tell whether *goal* stands in the annex only; in doubt (no answer given) it does."""
    held = goal.columns.get("confidential")
    return held is not None and held.value not in (None, False)


def is_agreed(goal: Goal) -> bool:
    """Tell whether *goal* was agreed with the client; one that was not stands on no document (decision on V11)."""
    held = goal.columns.get("agreed_with_client")
    return held is None or held.value is not False


class GoalText:
    """The goals of one plan version as texts."""

    def __init__(self, text: PlanText) -> None:
        self._text = text
        specs = text.catalogue.specs.values()
        self._columns = [
            spec for spec in specs if spec.key.startswith(f"{_GOALS}.") and not spec.key.startswith(_STEPS)
        ]
        self._step_columns = [spec for spec in specs if spec.key.startswith(f"{_STEPS}.")]
        self._titles = {goal.goal_id: self._column(goal.columns, "title") for goal in text.plan.goals} | {
            step.action_id: self._column(step.columns, "title", steps=True)
            for goal in text.plan.goals
            for step in goal.actions
        }
        self._goal_of = {step.action_id: goal for goal in text.plan.goals for step in goal.actions} | {
            goal.goal_id: goal for goal in text.plan.goals
        }

    def goal_of(self, row_id: str) -> Goal | None:
        """Return the goal with the id, or that the step with the id belongs to."""
        return self._goal_of.get(row_id)

    def named(self, row_id: str) -> str:
        """Return the id with the title that belongs to it: `G02 – Vierzimmerwohnung finden`."""
        title = self._titles.get(row_id, "")
        return f"{row_id} – {title}" if title else row_id

    def goal(self, goal: Goal, printed: frozenset[Printed]) -> dict[str, Any]:
        """Return a goal with its steps; of both only the columns *printed*."""
        return {
            "id": goal.goal_id,
            "title": self._column(goal.columns, "title"),
            "status": self.status(goal.columns, "status"),
            "due": self._column(goal.columns, "due_date"),
            "fields": self._rows(goal.columns, self._columns, printed, without=_IN_HEADING),
            "steps": [self._step(step, printed) for step in goal.actions],
            "next_steps": [self._step(step, printed) for step in goal.actions if _is_to_do(step)],
        }

    def notes(self, goal: Goal) -> list[Row]:
        """Return what of a goal stands in the annex although the goal itself does not."""
        return self._rows(goal.columns, self._columns, ANNEX)

    def status(self, columns: Columns, name: str, *, steps: bool = False) -> str:
        """Return a state in words with its symbol before it."""
        held = columns.get(name)
        return with_symbol(self._column(columns, name, steps=steps), held.value if held else None)

    def _step(self, step: Action, printed: frozenset[Printed]) -> dict[str, Any]:
        done = self._column(step.columns, "done_on", steps=True)
        status = self.status(step.columns, "status", steps=True)
        return {
            "id": step.action_id,
            "title": self._column(step.columns, "title", steps=True),
            "who": self._column(step.columns, "responsible", steps=True),
            "due": self._column(step.columns, "due_date", steps=True),
            "status": _since(status, done) if done else status,
            "fields": self._rows(step.columns, self._step_columns, printed, without=_IN_STEP_ROW),
        }

    def _column(self, columns: Columns, name: str, *, steps: bool = False) -> str:
        held = columns.get(name)
        spec = self._text.catalogue.spec_of(f"{_STEPS if steps else _GOALS}.{name}")
        return spell(held.value, spec) if held is not None and spec is not None else ""

    def _rows(
        self,
        columns: Columns,
        specs: Iterable[FieldSpec],
        printed: frozenset[Printed],
        without: frozenset[str] = frozenset(),
    ) -> list[Row]:
        return [
            row_of(spec.label, spell(columns[spec.name].value, spec))
            for spec in specs
            if spec.printed in printed
            and spec.name not in without
            and spec.name in columns
            and spell(columns[spec.name].value, spec)
        ]


def with_symbol(text: str, code: object) -> str:
    """Return *text* with the symbol of the state *code* before it, if it has one."""
    symbol = SYMBOLS.get(str(code))
    if not symbol or not text:
        return text
    return Known(f"{symbol} {text}", text.parts) if isinstance(text, Known) else f"{symbol} {text}"


def _is_to_do(step: Action) -> bool:
    held = step.columns.get("status")
    return held is None or held.value not in DONE


def _since(status: str, day: str) -> str:
    text = f"{status} {SINCE} {day}"
    return Known(text, (*status.parts, SINCE)) if isinstance(status, Known) else text


def lists_of(items: Iterable[Item]) -> list[ListSpec]:
    """Return the lists among *items*."""
    return [item for item in items if isinstance(item, ListSpec)]
