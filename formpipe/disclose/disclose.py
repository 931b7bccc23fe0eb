"""What the Jobcenter learns: the client's released answers and nothing else (design 9).

An allow-list: an answer goes out if its field's `x-jobcenter` is `always`, or
a scope that the client has released; whatever is missing or unknown stays in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import InitVar, dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from formpipe.catalogue import Catalogue
from formpipe.disclose.disclosed import Disclosed, DisclosedAction, DisclosedGoal, is_free_text
from formpipe.disclose.opengoals import disclosed_goal, open_goals
from formpipe.disclose.openrows import household_of
from formpipe.disclose.openvalues import BIRTH, is_content, open_values, sentences_of
from formpipe.flatten import plan_rows, renumbered
from formpipe.guard import guarded
from formpipe.model import CaseNumber, IntegrationPlan
from formpipe.releases import BASE, Lapse, Release, Releases, lapse_of

__all__ = [
    "Disclosed",
    "DisclosedAction",
    "DisclosedGoal",
    "Disclosure",
    "Refusal",
    "RefusalReason",
    "disclose",
    "narrowed",
]

REGIMES = ("sgb2", "wechsel_beantragt")
"""Only under these benefit systems there is a paper for the Jobcenter (V16)."""

PROCESSING = "V0"
"""The consent to processing: where it was refused or revoked, nothing goes out."""

_REGIME = "benefits.regime"


class RefusalReason(StrEnum):
    """Why there is no paper for the Jobcenter."""

    NO_RELEASE = "no_release"
    REGIME = "regime"
    GUARD = "guard"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """No paper: why, under which rule, and which of the plan's fields are the cause (never their words).

    `lapse` says what became of the release where there is none.
    """

    reason: RefusalReason
    rule: str
    keys: tuple[str, ...] = ()
    lapse: Lapse | None = field(default=None, compare=False)

    @property
    def code(self) -> str:
        """What says why most closely: how the release lapsed, else the reason."""
        if self.rule == "V01":
            return "no_processing"
        return str(self.lapse or self.reason)


class _Token:
    """Proof that a `Disclosure` comes from `disclose`; nothing outside this module may name it."""

    __slots__ = ()


_TOKEN = _Token()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What the client released for the Jobcenter on the day `on`; only `disclose` makes one.

    `values` has the plan's keys with the rows that stay in closed up.
    `other_adults` counts the adults of the household of whom nothing more may
    be said. `sentences` are codes of fixed sentences: `debts`, `counselling`.
    `birth_text` is the client's birth date as far as it is known. `releases`
    are those for the Jobcenter.
    """

    token: InitVar[_Token]
    case: CaseNumber
    version: int
    dated: date
    on: date
    values: Mapping[str, Disclosed] = field(repr=False)
    goals: tuple[DisclosedGoal, ...] = field(repr=False)
    other_adults: int
    sentences: tuple[str, ...]
    birth_text: str | None = field(repr=False)
    releases: tuple[Release, ...]

    def __post_init__(self, token: _Token) -> None:
        if token is not _TOKEN:
            raise TypeError("a Disclosure is made by disclose() only")


def disclose(
    plan: IntegrationPlan, releases: Releases, catalogue: Catalogue, *, on: date, stems: tuple[str, ...]
) -> Disclosure | Refusal:
    """Return what of *plan* may go to the Jobcenter on the day *on*, or why there is no paper.

    Refused where V0 was asked for and is not in force (V01), without the base
    release J0 (V17), under another benefit system (V16), while a text that
    would go out holds a guarded word (V22), and when it would hold nothing but
    who the client is (N20).

    Args:
        plan: The plan; ages are as of its date.
        releases: The consents in force on *on*.
        catalogue: The plan's fields, with their rules of disclosure.
        on: The day of the paper.
        stems: The guard list.
    """
    if releases.on != on:
        raise ValueError("the releases are those of another day")
    if _asked_for_processing(plan) and not releases.covers(PROCESSING):
        return Refusal(reason=RefusalReason.NO_RELEASE, rule="V01", lapse=lapse_of(plan, PROCESSING, on))
    if not releases.covers(BASE):
        return Refusal(reason=RefusalReason.NO_RELEASE, rule="V17", lapse=lapse_of(plan, BASE, on))
    regime = plan.values.get(_REGIME)
    if regime is None or regime.value not in REGIMES:
        return Refusal(reason=RefusalReason.REGIME, rule="V16", keys=(_REGIME,))
    goals = open_goals(plan, releases)
    values = open_values(plan, releases, catalogue, goals)
    going = tuple(disclosed_goal(goal, releases, catalogue) for goal in goals)
    sentences = sentences_of(plan, releases, catalogue)
    caught = tuple(_caught(plan, values, going, catalogue, stems))
    if caught:
        return Refusal(reason=RefusalReason.GUARD, rule="V22", keys=caught)
    if not (going or sentences or any(is_content(key) for key in values)):
        return Refusal(reason=RefusalReason.NOTHING, rule="N20")
    places = renumbered(values)
    return Disclosure(
        token=_TOKEN,
        case=plan.case,
        version=plan.version,
        dated=plan.dated,
        on=on,
        values=MappingProxyType({place: values[key] for key, place in places.items()}),
        goals=going,
        other_adults=household_of(plan, releases).other_adults,
        sentences=sentences,
        birth_text=values[BIRTH].text if BIRTH in values else None,
        releases=tuple(release for release in releases.client if release.scope.startswith("J")),
    )


def narrowed(disclosure: Disclosure, *, may_go: Callable[[str], bool], meant: AbstractSet[str]) -> Disclosure:
    """Return *disclosure* with only those values whose key *may_go*, and of the goals only those *meant*.

    Nothing can be added this way.
    """
    goals = tuple(
        replace(
            goal,
            values=_kept(goal.values, "goals[].", may_go),
            actions=tuple(
                replace(step, values=_kept(step.values, "goals[].actions[].", may_go)) for step in goal.actions
            ),
        )
        for goal in disclosure.goals
        if goal.goal_id in meant
    )
    return replace(
        disclosure,
        token=_TOKEN,
        values=_kept(disclosure.values, "", may_go),
        goals=goals,
        birth_text=disclosure.birth_text if may_go(BIRTH) else None,
    )


def _kept(values: Mapping[str, Disclosed], prefix: str, may_go: Callable[[str], bool]) -> Mapping[str, Disclosed]:
    return MappingProxyType({key: each for key, each in values.items() if may_go(prefix + key)})


def _asked_for_processing(plan: IntegrationPlan) -> bool:
    """Tell whether the plan has a row for V0, as every case that began with an intake has."""
    rows = plan_rows(plan.values, "consents").values()
    return any(row["scope"].value == PROCESSING for row in rows if "scope" in row)


def _caught(
    plan: IntegrationPlan,
    values: Mapping[str, Disclosed],
    goals: tuple[DisclosedGoal, ...],
    catalogue: Catalogue,
    stems: tuple[str, ...],
) -> Iterator[str]:
    """Yield the plan's keys whose words the guard list holds back; a goal's row is its place among the plan's goals."""
    places = dict(_places(plan))
    told = dict(values)
    for goal in goals:
        told |= {f"{places[goal.goal_id]}.{name}": each for name, each in goal.values.items()}
        for action in goal.actions:
            told |= {f"{places[action.action_id]}.{name}": each for name, each in action.values.items()}
    for key, each in told.items():
        spec = catalogue.spec_of(key)
        words = each.value if isinstance(each.value, list) else [each.value]
        if spec is not None and is_free_text(spec) and any(guarded(str(word), stems) for word in words):
            yield key


def _places(plan: IntegrationPlan) -> Iterator[tuple[str, str]]:
    for row, goal in enumerate(plan.goals):
        yield goal.goal_id, f"goals[{row}]"
        for step, action in enumerate(goal.actions):
            yield action.action_id, f"goals[{row}].actions[{step}]"
