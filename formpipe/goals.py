"""The status machine of a goal (domain 3.1) and what its life area means for secrecy (domain 2.3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from formpipe.model import Goal, Json

NO_ANSWERS = ("keine_angabe", "unbekannt")


class Status(StrEnum):
    """Where a goal stands, as its code."""

    OPEN = "offen"
    RUNNING = "in_arbeit"
    PARTLY = "teilweise_erreicht"
    REACHED = "erreicht"
    PAUSED = "zurueckgestellt"
    REPLACED = "ersetzt"
    MISSED = "nicht_erreicht"
    DROPPED = "aufgegeben"


FINAL = frozenset({Status.REACHED, Status.REPLACED, Status.MISSED, Status.DROPPED})
"""Left only by a correction."""

ACTIVE = frozenset({Status.OPEN, Status.RUNNING, Status.PARTLY})
"""Worked on now; a paused goal is neither active nor final."""

NEUTRAL = ACTIVE | {Status.REACHED}
"""The Jobcenter may learn of goals in these only (domain 2.2, note on the table)."""

NEUTRAL_ACTIONS = frozenset({"geplant", "laeuft", "erledigt"})
"""The Jobcenter may learn of steps in these only."""

_FROM_RUNNING = frozenset(Status) - {Status.OPEN}
_NEXT: Mapping[str | None, frozenset[Status]] = MappingProxyType(
    {
        None: frozenset({Status.OPEN, Status.RUNNING}),
        Status.OPEN: frozenset(Status),
        Status.RUNNING: _FROM_RUNNING,
        Status.PARTLY: _FROM_RUNNING,
        Status.PAUSED: frozenset(Status) - {Status.PARTLY},
    }
)

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        Status.PAUSED: ("drop_reason", "due_date_new"),
        Status.MISSED: ("drop_reason",),
        Status.REPLACED: ("superseded_by",),
    }
)
"""What a review must say when a goal's status changes to the key (rule C7)."""

REASONED = frozenset({Status.PAUSED, Status.MISSED, Status.DROPPED})
"""Statuses that may carry a `drop_reason`; it does not outlive them."""

COUNSELLING_AREA = "beratung_vertraulich"
"""Confidential whatever is answered; of its goals nothing more is asked than that they are there (rule C6)."""

HEALTH_AREA = "gesundheit"
"""Confidential by nature, and yet released by a consent of its own (J1)."""

_SECRET = frozenset({COUNSELLING_AREA})
_SECRET_UNLESS_DENIED = frozenset({HEALTH_AREA, "finanzen"})


def is_allowed(old: str | None, new: str, *, corrects: bool) -> bool:
    """Tell whether a goal may go from *old* (`None`: a new goal) to *new*; staying final is allowed.

    Args:
        old: The status so far.
        new: The status on the form.
        corrects: The form is a correction, which alone may leave a final status.
    """
    if old in FINAL:
        return old == new or corrects
    return new in _NEXT.get(old, frozenset())


def is_given(value: Json) -> bool:
    """Tell whether *value* answers a question that must be answered: `keine Angabe` does not."""
    return value not in (None, "") and value not in NO_ANSWERS


def confidential_of(area: Json, answer: Json) -> Json:
    """Return a goal's `confidential`: what was answered, unless its life area decides (domain 2.3.2)."""
    if area in _SECRET:
        return True
    if area in _SECRET_UNLESS_DENIED and not is_given(answer):
        return True
    return answer


def status_of(goal: Goal) -> str | None:
    """Return the status of *goal*, or `None` if it has none."""
    found = goal.columns.get("status")
    return None if found is None else str(found.value)
