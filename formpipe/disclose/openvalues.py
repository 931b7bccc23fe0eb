"""Which of a plan's values may go to the Jobcenter, the goals apart (domain 2.2, 4.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from formpipe.address import ADDRESS_KEYS, is_address_protected
from formpipe.catalogue import Catalogue
from formpipe.dates import age_on, age_text, birth_text, day_of
from formpipe.disclose.disclosed import Disclosed, disclosed_of
from formpipe.disclose.openrows import CHILDREN, MEMBERS, closed_rows, household_of
from formpipe.flatten import plan_rows
from formpipe.model import Columns, Goal, IntegrationPlan, Json, pattern_of
from formpipe.releases import Releases
from formpipe.titles import VICTIM_TITLE_TEXT, VICTIM_TITLES

BIRTH = "person.birth_date"
_MONTH = len("2026-05")
_STATUS, _CITATION = "residence.status_code", "residence.citation_text"
_NEUTRAL_STATUS = "ae_25"

_DEBTS, _ATTENDANCE = "finance.debts", "counselling[].attendance_release"
_SAID_BY_SENTENCES = frozenset({_DEBTS, _ATTENDANCE})
_NAME = f"{MEMBERS}[].given_names"
_REFUGE = "schutzunterkunft"
_COUNSELLING = frozenset({"schuldnerberatung", "suchtberatung", "psychosozial"})
_HEAD = (
    "form.",
    "case.",
    "person.",
    "contact.",
    "ids.",
    "residence.",
    "benefits.",
    "consents[",
    "reviews[",
    "jobcenter.",
)
_ASKED = ("jobcenter.requests", "jobcenter.offers")
_PREFIX = re.compile(r".*?\[\d+\]")


def open_values(
    plan: IntegrationPlan, releases: Releases, catalogue: Catalogue, goals: tuple[Goal, ...]
) -> dict[str, Disclosed]:
    """Return what of the plan's values may go out, by the plan's keys.

    Args:
        plan: The plan.
        releases: The consents in force.
        catalogue: The plan's fields, with their rules.
        goals: The goals that go out, with the steps that do: of the others no
            review may be told either.
    """
    closed = closed_rows(plan, releases, goals)
    hidden = _SAID_BY_SENTENCES | (set(ADDRESS_KEYS) if is_address_protected(plan.values) else set())
    out: dict[str, Disclosed] = {}
    for key, value in plan.values.items():
        if pattern_of(key) in hidden or not closed.isdisjoint(_prefixes(key)):
            continue
        found = disclosed_of(catalogue.spec_of(key), value.value, releases)
        if found is not None:
            out[key] = found
    _neutralise(out)
    _tell_birth(out, plan)
    names = household_of(plan, releases).names
    _tell_names(out, {row: disclosed_of(catalogue.spec_of(_NAME), name, releases) for row, name in names.items()})
    return out


def sentences_of(plan: IntegrationPlan, releases: Releases, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the codes of the fixed sentences that may be said (decisions on J4 and J6).

    `debts`: the debts may be told of (J4) and are being settled. `counselling`:
    it may be told of (J6), and the client attends one of the three services of
    § 16a SGB II and lets it be said.
    """
    out: list[str] = []
    debts = _value(plan.values, _DEBTS)
    if debts == "ja_geordnet" and disclosed_of(catalogue.spec_of(_DEBTS), debts, releases) is not None:
        out.append("debts")
    rows = plan_rows(plan.values, "counselling").values()
    may_tell = disclosed_of(catalogue.spec_of(_ATTENDANCE), value=True, releases=releases) is not None
    if may_tell and any(_attends(row) for row in rows):
        out.append("counselling")
    return tuple(out)


def is_content(key: str) -> bool:
    """Tell whether the value *key* says more than who comes, from where, and when (N20)."""
    return key in _ASKED or not key.startswith(_HEAD)


def _attends(row: Columns) -> bool:
    service, status = _value(row, "service"), _value(row, "status")
    return service in _COUNSELLING and status == "angenommen" and _value(row, "attendance_release") is True


def _value(values: Columns, key: str) -> Json:
    return values[key].value if key in values else None


def _prefixes(key: str) -> Iterator[str]:
    for found in _PREFIX.finditer(key):
        yield key[: found.end()]


def _neutralise(out: dict[str, Disclosed]) -> None:
    """Take out what would name a victim of violence or exploitation: the title's number, and a refuge."""
    status = out.get(_STATUS)
    if status is not None and status.value in VICTIM_TITLES:
        out[_STATUS] = replace(status, value=_NEUTRAL_STATUS, text=VICTIM_TITLE_TEXT)
        out.pop(_CITATION, None)
    refuge = out.get("housing.type")
    if refuge is not None and refuge.value == _REFUGE:
        del out["housing.type"]


def _tell_birth(out: dict[str, Disclosed], plan: IntegrationPlan) -> None:
    """Say of the client's birth date what is known of it, and of a household member the age in place of the date."""
    for key in [each for each in out if each.endswith(".birth_date")]:
        written, precision = str(out[key].value), str(_value(plan.values, f"{key}_precision") or "tag")
        birth = day_of(written)
        if key == BIRTH:
            text = birth_text(written, precision, plan.dated)
            known = {"tag": written, "monat": written[:_MONTH]}.get(precision, text)
            out[key] = replace(out[key], value=known, text=text)
        elif birth is None:
            del out[key]
        else:
            age = age_on(birth, precision, plan.dated)
            out[key] = replace(out[key], value=age, text=age_text(birth, precision, plan.dated))


def _tell_names(out: dict[str, Disclosed], names: Mapping[str, Disclosed | None]) -> None:
    for key in [each for each in out if pattern_of(each) == f"{CHILDREN}[].member_id"]:
        name = names[str(out[key].value)]
        out[key] = replace(out[key], text=None if name is None or name.value is None else str(name.value))
