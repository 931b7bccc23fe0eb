"""Released goals and steps: what was reached, what the carrier does, what is proposed to the Jobcenter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from formpipe.disclose.disclose import Disclosed, DisclosedAction, DisclosedGoal
from formpipe.present.goals import REACHED, with_symbol
from formpipe.present.released import ReleasedText, lines_of
from formpipe.present.values import Row

SENTENCES = {"debts": "Schuldenregulierung läuft", "counselling": "nimmt Beratung nach § 16a SGB II wahr"}
"""All that is ever said of debts (J4) and of counselling (J6)."""
_STEPS = "goals[].actions[]"
_IN_STEP_LINE = {"title", "responsible", "due_date", "status", "done_on"}
_REVIEW = re.compile(r"reviews\[(\d+)\]\.review_date")
_DONE = frozenset({"erledigt"})
_MANAGER = frozenset({"im"})


def achieved_of(text: ReleasedText) -> list[Row]:
    """Return what was reached and done, with the proofs that were seen."""
    goals = text.disclosure.goals
    reached = [_goal_line(text, goal) for goal in goals if _is(goal.values, "status", REACHED)]
    done = [
        _step_line(text, step)
        for goal in goals
        if not _is(goal.values, "status", REACHED)
        for step in goal.actions
        if _is(step.values, "status", _DONE)
    ]
    proofs = [_proof(text, key) for key in text.disclosure.values if key.endswith("].evidence")]
    return lines_of(
        ("Erreichte Ziele", "\n".join(reached)),
        ("Erledigte Schritte", "\n".join(done)),
        ("Nachweise", "\n".join(proofs)),
        ("Überprüfung", _last_review(text)),
    )


def _last_review(text: ReleasedText) -> str:
    found = (_REVIEW.match(key) for key in text.disclosure.values)
    number = max((int(match[1]) for match in found if match), default=None)
    if number is None:
        return ""
    return f"zuletzt Nr. {text.text(f'reviews[{number}].review_no')} am {text.text(f'reviews[{number}].review_date')}"


def _proof(text: ReleasedText, key: str) -> str:
    goal = text.text(f"{key.rpartition('.')[0]}.goal_id")
    seen = text.text(f"{key.partition('.')[0]}.review_date")
    head = f"{goal}: {text.text(key)}"
    return f"{head} ({seen})" if seen else head


def _goal_line(text: ReleasedText, goal: DisclosedGoal) -> str:
    """Return a reached goal with all that is released of it and of its steps, in one line."""
    title = _title(text, goal)
    rest = [f"{row['lead']} {row['value']}" for row in _rest(text, "goals[]", goal.values, {"title", "status"})]
    return " · ".join([title, *rest, *(_step_line(text, step) for step in goal.actions)])


def _title(text: ReleasedText, goal: DisclosedGoal) -> str:
    """Return the goal's number and its title, as far as that was released."""
    held = goal.values.get("title")
    return goal.goal_id if held is None else f"{goal.goal_id} {text.spelled('goals[].title', held)}"


def _rest(text: ReleasedText, prefix: str, values: Mapping[str, Disclosed], without: set[str]) -> list[Row]:
    keys = {name: f"{prefix}.{name}" for name in values if name not in without}
    return lines_of(*((text.short_label(key), text.spelled(key, values[name])) for name, key in keys.items()))


def _step_line(text: ReleasedText, step: DisclosedAction) -> str:
    said = {name: text.spelled(f"{_STEPS}.{name}", held) for name, held in step.values.items()}
    due, done = said.get("due_date"), said.get("done_on")
    parts = [said.get("responsible", ""), f"bis {due}" if due else "", said.get("status", "")]
    parts[-1] += f" am {done}" if done else ""
    parts += [f"{row['lead']} {row['value']}" for row in _rest(text, _STEPS, step.values, _IN_STEP_LINE)]
    return f"{step.action_id} {said.get('title', '')} ({', '.join(part for part in parts if part)})"


def contribution_of(text: ReleasedText) -> list[Row]:
    """Return the steps that the carrier takes, and the services that may be told of."""
    steps = [
        _step_line(text, step)
        for goal in text.disclosure.goals
        if not _is(goal.values, "status", REACHED)
        for step in goal.actions
        if _is(step.values, "responsible", _MANAGER) and not _is(step.values, "status", _DONE)
    ]
    services = [SENTENCES[code] for code in text.disclosure.sentences]
    return lines_of(("Unsere Schritte", "\n".join(steps)), ("Beratung", "\n".join(services)))


def proposals_of(text: ReleasedText) -> list[dict[str, Any]]:
    """Return the goals that are not reached yet, each under its number of § 15 Abs. 2 SGB II."""
    return [_proposal(text, goal) for goal in text.disclosure.goals if not _is(goal.values, "status", REACHED)]


def _proposal(text: ReleasedText, goal: DisclosedGoal) -> dict[str, Any]:
    """Return a goal that is not reached yet, with the steps that others than the carrier still have to take."""
    steps = [
        _step_line(text, step)
        for step in goal.actions
        if not _is(step.values, "status", _DONE) and not _is(step.values, "responsible", _MANAGER)
    ]
    held = goal.values.get("status")
    status = with_symbol(text.spelled("goals[].status", held), held.value) if held is not None else ""
    reference = goal.values.get("kooperationsplan_ref")
    return {
        "tag": "" if reference is None else text.spelled("goals[].kooperationsplan_ref", reference),
        "title": _title(text, goal),
        "status": status,
        "fields": _rest(text, "goals[]", goal.values, {"title", "status", "kooperationsplan_ref"}),
        "steps": steps,
    }


def _is(values: Mapping[str, Disclosed], name: str, codes: frozenset[str]) -> bool:
    held = values.get(name)
    return held is not None and str(held.value) in codes
