"""What differs between two versions of a plan, value by value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from formpipe.flatten import natural, same
from formpipe.model import IntegrationPlan, Json


class ChangeKind(StrEnum):
    """What happened to a value."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a value stands in a plan.

    `key` is the plan's key. A goal's value is found by its ids, and its key has
    no row number (`goals[].title`, `goals[].actions[].status`).
    """

    key: str
    goal_id: str = ""
    action_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value that differs; `old` is `None` where it was added, `new` where it was removed."""

    spot: Spot
    kind: ChangeKind
    old: Json = field(repr=False)
    new: Json = field(repr=False)

    @property
    def key(self) -> str:
        """The value's key, as `Catalogue.spec_of` takes it."""
        return self.spot.key


Facts = Mapping[Spot, Json]


def facts_of(plan: IntegrationPlan | None) -> dict[Spot, Json]:
    """Return all values of *plan*, those of goals and steps too, without their origins; none for `None`."""
    facts: dict[Spot, Json] = {}
    if plan is None:
        return facts
    for key, value in plan.values.items():
        facts[Spot(key=key)] = value.value
    for goal in plan.goals:
        for name, value in goal.columns.items():
            facts[Spot(key=f"goals[].{name}", goal_id=goal.goal_id)] = value.value
        for action in goal.actions:
            for name, value in action.columns.items():
                spot = Spot(key=f"goals[].actions[].{name}", goal_id=goal.goal_id, action_id=action.action_id)
                facts[spot] = value.value
    return facts


def changes_between(old: IntegrationPlan | None, new: IntegrationPlan) -> tuple[Change, ...]:
    """Return what is different in *new*: values by key, then goals by id; every value for no *old*.

    All values count, also those that are new with every form (`form.filled_on`,
    `reviews[1].review_date`); what of it is printed is for the printer to choose.
    """
    before, after = facts_of(old), facts_of(new)
    spots = sorted({*before, *after}, key=_order)
    changes = (_change_of(spot, before, after) for spot in spots)
    return tuple(change for change in changes if change is not None)


def apply(facts: Facts, changes: Iterable[Change]) -> dict[Spot, Json]:
    """Return *facts* with *changes* made to them."""
    out = dict(facts)
    for change in changes:
        if change.kind is ChangeKind.REMOVED:
            del out[change.spot]
        else:
            out[change.spot] = change.new
    return out


def _change_of(spot: Spot, before: Facts, after: Facts) -> Change | None:
    old, new = before.get(spot), after.get(spot)
    if spot not in before:
        kind = ChangeKind.ADDED
    elif spot not in after:
        kind = ChangeKind.REMOVED
    elif same(old, new):
        return None
    else:
        kind = ChangeKind.CHANGED
    return Change(spot=spot, kind=kind, old=old, new=new)


def _order(spot: Spot) -> tuple[str, str, list[int | str]]:
    return spot.goal_id, spot.action_id, natural(spot.key)
