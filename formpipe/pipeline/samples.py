"""Plans of nobody, made of the schemas alone: next to empty, as usual, as full as can be; and their papers' data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import Enum
from itertools import product
from typing import Any

from formpipe.catalogue import Catalogue
from formpipe.definition import FieldSpec, ValueType
from formpipe.disclose.disclose import Refusal, disclose
from formpipe.errors import SetupError
from formpipe.model import Action, CaseNumber, Goal, IntegrationPlan, Json, PlanValue, Sha256
from formpipe.pipeline.opened import Root
from formpipe.pipeline.papers import letterhead_of
from formpipe.present import Service, annex_context, briefing_context, plan_context
from formpipe.releases import TOLD, releases_of

DAY = date(2026, 1, 1)
"""The day of these plans."""

_ORIGIN = Sha256("0" * 64)
_SCOPES = ("J0", "J1", "J2", "J3", "J4", "J5", "J6")
_WORDS = "Beispiel mit einigen Wörtern, wie sie jemand schreibt, und noch einem Nebensatz dazu. "
_TEXT_LENGTH = 300
_USUAL_LENGTH = 40
_GOAL: Mapping[str, Json] = {
    "status": "in_arbeit",
    "agreed_with_client": True,
    "confidential": False,
    "jc_relevant": True,
}
_OPEN: Mapping[str, Json] = {
    "contact.address_protected": False,
    "person.birth_date": "1990-01-01",
    "person.birth_date_precision": "tag",
}
_STEP: Mapping[str, Json] = {"status": "geplant"}


class Size(Enum):
    """How much is in a sample: its rows in each list, and how long its texts are (of what the schema allows)."""

    MINIMAL = 0
    USUAL = 2
    LARGEST = 8


def sample_plan(catalogue: Catalogue, size: Size) -> IntegrationPlan:
    """Return a plan of nobody of which a paper for the Jobcenter can be made; always the same one."""
    values = {"benefits.regime": "sgb2", "work.target_occupation": "-", **_consents(size)}
    goals: list[Goal] = []
    if size is not Size.MINIMAL:
        said = {key: value for spec in catalogue.specs.values() for key, value in _values_of(spec, size)}
        values = {**said, **_open(catalogue), **values}
        goals = [_goal(catalogue, number, size) for number in range(1, size.value + 1)]
    return IntegrationPlan(
        case=CaseNumber("MA-XXX-2026-0001"),
        version=1 if size is Size.MINIMAL else 2,
        dated=DAY,
        values=_held(values),
        goals=tuple(goals),
        inputs=(_ORIGIN,),
    )


def contexts_of(root: Root, plan: IntegrationPlan, services: Iterable[Service] = ()) -> dict[str, Mapping[str, Any]]:
    """Return the data of each document of *plan*: `plan` (also of the sheet for clients), `annex` and `briefing`.

    Raises:
        SetupError: By these schemas there is never a paper for the Jobcenter, or the legal regime is not known.
    """
    catalogue, carrier = root.library.catalogue, letterhead_of(root)
    told = disclose(plan, releases_of(plan, plan.dated), catalogue, on=plan.dated, stems=())
    if isinstance(told, Refusal):
        raise SetupError("by these schemas nothing can ever be disclosed", where="schemas", mend="Look at x-jobcenter.")
    return {
        "plan": plan_context(plan, (), catalogue, carrier=carrier, services=services, managers={}),
        "annex": annex_context(plan, catalogue, carrier=carrier, managers={}),
        "briefing": briefing_context(told, catalogue, carrier=carrier, law=root.library.law, managers={}),
    }


def _values_of(spec: FieldSpec, size: Size) -> Iterator[tuple[str, Json]]:
    """Yield the plan's keys and values of a field, one for each row of its lists."""
    if spec.key.startswith(("goals[]", "consents[]", "form.")):
        return
    parts = spec.key.split("[]")
    for rows in product(range(size.value), repeat=len(parts) - 1):
        key = "".join(f"{part}[{row}]" for part, row in zip(parts, rows, strict=False)) + parts[-1]
        yield key, _value(spec, size, sum(rows))


def _value(spec: FieldSpec, size: Size, number: int) -> Json:
    if spec.codes is not None:
        codes = [code.value for code in spec.codes.codes]
        longest = max(spec.codes.codes, key=lambda code: len(code.title)).value
        one = longest if size is Size.LARGEST else codes[number % len(codes)]
        return [one] if spec.type in {ValueType.CODES, ValueType.TEXTS} else one
    plain: dict[ValueType, Json] = {
        ValueType.DATE: DAY.isoformat(),
        ValueType.DATE_TIME: f"{DAY.isoformat()}T09:30:00+01:00",
        ValueType.INTEGER: number + 1,
        ValueType.NUMBER: number + 1,
        ValueType.BOOLEAN: True,
        ValueType.TEXTS: [_text(spec, size)] * size.value,
    }
    return plain.get(spec.type, _text(spec, size))


def _text(spec: FieldSpec, size: Size) -> str:
    most = spec.max_length or _TEXT_LENGTH
    return (_WORDS * (most // len(_WORDS) + 1))[: most if size is Size.LARGEST else min(most, _USUAL_LENGTH)].strip()


def _open(catalogue: Catalogue) -> dict[str, Json]:
    """Return the answers on which a whole paper depends, as they let it be made: an adult, an open address."""
    return {key: value for key, value in _OPEN.items() if key in catalogue.specs}


def _consents(size: Size) -> dict[str, Json]:
    scopes = _SCOPES[:1] if size is Size.MINIMAL else _SCOPES
    made: dict[str, Json] = {}
    for row, scope in enumerate(scopes):
        cells: dict[str, Json] = {
            "consent_id": f"C{row + 1:02}",
            "scope": scope,
            "recipient": "-",
            "granted": True,
            "granted_on": DAY.isoformat(),
            "informed": [*sorted(TOLD)],
        }
        made |= {f"consents[{row}].{name}": value for name, value in cells.items()}
    return made


def _goal(catalogue: Catalogue, number: int, size: Size) -> Goal:
    goal_id = f"G{number:02}"
    actions = tuple(
        Action(
            action_id=f"{goal_id}-S{step:02}",
            columns=_columns(catalogue, "goals[].actions[].", size, step, _STEP),
        )
        for step in range(1, size.value + 1)
    )
    columns = _columns(catalogue, "goals[].", size, number, _GOAL)
    return Goal(goal_id=goal_id, columns=columns, actions=actions)


def _columns(
    catalogue: Catalogue, head: str, size: Size, number: int, fixed: Mapping[str, Json]
) -> dict[str, PlanValue]:
    specs = (
        spec for spec in catalogue.specs.values() if spec.key.startswith(head) and "[]" not in spec.key[len(head) :]
    )
    return _held({**{spec.name: _value(spec, size, number) for spec in specs}, **fixed})


def _held(values: Mapping[str, Json]) -> dict[str, PlanValue]:
    return {key: PlanValue(value=value, origin=_ORIGIN, name=key, on=DAY) for key, value in values.items()}
