"""A disclosure as a record: what its checksum depends on, and what it says went out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from core.make_fold import plan
from core.make_open import CATALOGUE, ON, open_goal, released

from formpipe.canon import canonical
from formpipe.disclose.disclose import Disclosure, disclose
from formpipe.disclose.record import Told, disclosure_checksum, told_by, told_from_json, told_json
from formpipe.releases import Releases

VALUES: dict[str, Any] = {
    "benefits.regime": "sgb2",
    "person.family_name": "Muster",
    "work.status": "minijob",
    "household.members[0].given_names": "Christa",
    "household.members[0].birth_date": "1980-02-14",
    "household.members[0].lives_in_household": True,
    "finance.debts": "ja_geordnet",
}
GOAL = open_goal("G02", title="Stelle finden")
STEP = {"action_id": "G02-S01", "title": "Lebenslauf schreiben", "status": "geplant", "responsible": "klient"}


def going(
    values: dict[str, Any] | None = None,
    goals: list[dict[str, Any]] | None = None,
    *,
    releases: Releases | None = None,
    **changed: Any,  # noqa: ANN401 - any field of a plan
) -> Disclosure:
    made = replace(
        plan({**VALUES, **(values or {})}, goals if goals is not None else [{**GOAL, "actions": [STEP]}]), **changed
    )
    releases = releases or released("J2", "J4")
    found = disclose(made, releases, CATALOGUE, on=releases.on, stems=())
    assert isinstance(found, Disclosure), found
    return found


def later(releases: Releases) -> Releases:
    return replace(releases, on=date(2026, 6, 30))


@pytest.mark.parametrize(
    ("same", "other"),
    [
        (True, going(version=9)),
        (True, going(releases=later(released("J2", "J4")))),
        (True, going({"finance.debts_range": "5000", "health.confidential_note": "geheim"})),
        (True, going(goals=[{**GOAL, "goal_id": "G07", "actions": [{**STEP, "action_id": "G07-S03"}]}])),
        (False, going({"work.status": "arbeitsuchend"})),
        (False, going({"household.members[0].birth_date": "2019-02-14"})),
        (False, going({"finance.debts": "nein"})),
        (False, going(goals=[])),
        (False, going(goals=[{**GOAL, "title": "Arbeit finden", "actions": [STEP]}])),
        (False, going(goals=[{**GOAL, "actions": [{**STEP, "title": "Foto machen"}]}])),
        (False, going(releases=released("J2"))),
    ],
)
def test_the_checksum_changes_with_what_is_told_and_with_nothing_else(same: bool, other: Disclosure) -> None:  # noqa: FBT001 - a column of the table
    assert (disclosure_checksum(other) == disclosure_checksum(going())) is same


def test_the_numbers_of_consents_do_not_count_but_their_days_do() -> None:
    releases = released("J2", "J4")
    numbered = replace(
        releases, client=tuple(replace(each, consent_id=f"X{place}") for place, each in enumerate(releases.client))
    )
    assert disclosure_checksum(going(releases=numbered)) == disclosure_checksum(going())
    newer = replace(releases, client=tuple(replace(each, granted_on=ON.replace(day=1)) for each in releases.client))
    assert disclosure_checksum(going(releases=newer)) != disclosure_checksum(going())


def test_every_value_is_told_with_its_scope() -> None:
    told = {each.key: (each.value, each.scope) for each in told_by(going())}
    assert told["work.status"] == ("minijob", "J0")
    assert told["G02.title"] == ("Stelle finden", "J0")
    assert told["G02-S01.title"] == ("Lebenslauf schreiben", "J0")
    assert told["household.other_adults"] == (1, "J2")
    assert told["sentences.debts"] == (True, "J4")
    assert "Christa" not in str(told)


def test_a_told_value_can_be_stored_and_read_again() -> None:
    for each in told_by(going()):
        stored = told_json(each)
        assert canonical(stored)
        assert told_from_json(stored) == each
    assert "Muster" not in repr(Told(key="person.family_name", value="Muster", text="Muster", scope="J0"))
