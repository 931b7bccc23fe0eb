"""What the Jobcenter must never learn, topic by topic (domain 4.3), and the texts by which it might."""

from __future__ import annotations

from dataclasses import replace

from formpipe.disclose.disclosed import is_free_text
from formpipe.model import Goal, IntegrationPlan, Json, PlanValue
from formpipe.schemas import Library

NEVER = {
    "pregnancy conflict": "Termin bei der Schwangerschaftskonfliktberatung, Beratungsschein",
    "addiction": "geht zur Suchtberatung",
    "marriage and family counselling": "Termin bei der Ehe-, Paar- und Erziehungsberatung",
    "diagnosis": "nimmt Medikamente gegen Depressionen",
    "trauma": "Traumatherapie",
    "suicide": "nach einem Suizidversuch",
    "violence": "lebt im Frauenhaus",
    "asylum story": "hat die Anhörung noch nicht verarbeitet",
    "title of victims": "Aufenthalt nach § 25 Abs. 4a AufenthG",
    "youth welfare": "Gespräch mit dem Jugendamt",
    "a child's disability": "Das Kind hat sonderpädagogischen Förderbedarf",
    "creditors": "Ratenzahlung mit Gläubigern",
    "amounts": "5.000 Euro Schulden",
    "seizures": "Konto gepfändet (Pfändung)",
    "missed appointments": "hat zwei Termine versäumt",
    "judgements": "wirkt unmotiviert",
    "religion": "Muslimische Gemeinde",
    "politics": "politisch tätig",
    "orientation": "homosexuell",
    "ethnicity": "Angehöriger einer ethnischen Minderheit",
    "register": "AZR-Nummer liegt vor",
}


def routes(library: Library) -> list[str]:
    """Return every free text that may go out to the Jobcenter."""
    return [
        key
        for key, spec in library.catalogue.specs.items()
        if is_free_text(spec)
        and spec.codes is None
        and spec.jobcenter != "never"
        and not key.endswith("_id")
        and "kldb" not in key
    ]


def with_text(plan: IntegrationPlan, key: str, text: str) -> IntegrationPlan:
    """Return *plan* with *text* as the value *key*, in a list as its last one."""
    head, _, name = key.rpartition(".")
    if not key.startswith("goals["):
        return replace(plan, values={**plan.values, key: _held(plan.values[key], text)})
    row = int(head[6 : head.index("]")])
    goal = plan.goals[row]
    if ".actions[" in key:
        place = int(head.rpartition("[")[2][:-1])
        steps = list(goal.actions)
        steps[place] = replace(
            steps[place], columns={**steps[place].columns, name: _held(steps[place].columns[name], text)}
        )
        changed: Goal = replace(goal, actions=tuple(steps))
    else:
        changed = replace(goal, columns={**goal.columns, name: _held(goal.columns[name], text)})
    return replace(plan, goals=(*plan.goals[:row], changed, *plan.goals[row + 1 :]))


def _held(held: PlanValue, text: str) -> PlanValue:
    value: Json = [*held.value, text] if isinstance(held.value, list) else text
    return replace(held, value=value)
