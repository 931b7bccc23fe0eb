"""Which goals go to the Jobcenter."""

from __future__ import annotations

import pytest
from core.make_open import going, open_goal

from formpipe.disclose.disclose import Disclosed, DisclosedAction, DisclosedGoal


def ids(*scopes: str, **columns: object) -> list[str]:
    return [each.goal_id for each in going({}, *scopes, goals=[open_goal("G01", **columns)]).goals]


def test_a_goal_goes_out_with_what_its_fields_allow() -> None:
    steps = [
        {"action_id": "G01-S01", "title": "Kurs besuchen", "status": "laeuft", "note": "unbekanntes Feld"},
        {"action_id": "G01-S02", "title": "Prüfung", "status": "entfallen"},
        {"action_id": "G01-S03", "title": "Anmelden"},
    ]
    found = going(goals=[open_goal("G01", health_detail="x", actions=steps), open_goal("G02")])
    assert found.goals[0] == DisclosedGoal(
        goal_id="G01",
        values={
            "life_area": Disclosed(value="arbeit", scope="J0"),
            "title": Disclosed(value="Ziel G01", scope="J0"),
            "status": Disclosed(value="offen", scope="J0"),
            "due_date": Disclosed(value="2026-12-31", scope="J0"),
        },
        actions=(
            DisclosedAction(
                action_id="G01-S01",
                values={
                    "title": Disclosed(value="Kurs besuchen", scope="J0"),
                    "status": Disclosed(value="laeuft", scope="J0"),
                },
            ),
        ),
    )
    assert [each.goal_id for each in found.goals] == ["G01", "G02"]


def test_a_value_goes_out_under_its_own_scope_or_its_goals() -> None:
    step = {"action_id": "G01-S01", "title": "x", "status": "geplant"}
    found = going({}, "J1", "J3", goals=[open_goal("G01", area="wohnen", health_detail="y", actions=[step])]).goals[0]
    assert found.values["title"].scope == "J3"
    assert found.values["health_detail"] == Disclosed(value="y", scope="J1")
    assert found.actions[0].values["title"].scope == "J3"


@pytest.mark.parametrize("value", [False, None, "keine_angabe", "unbekannt"])
@pytest.mark.parametrize("name", ["jc_relevant", "agreed_with_client"])
def test_the_client_must_have_meant_it_and_agreed(name: str, value: object) -> None:
    assert ids() == ["G01"]
    assert ids(**{name: value}) == []


@pytest.mark.parametrize(
    ("status", "goes"),
    [
        ("offen", True),
        ("in_arbeit", True),
        ("teilweise_erreicht", True),
        ("erreicht", True),
        ("zurueckgestellt", False),
        ("ersetzt", False),
        ("nicht_erreicht", False),
        ("aufgegeben", False),
    ],
)
def test_nothing_failed_paused_or_dropped_goes_out(status: str, goes: bool) -> None:  # noqa: FBT001 - a column of the table
    assert bool(ids(status=status)) is goes


@pytest.mark.parametrize(
    ("area", "scope"),
    [
        ("sprache", "J0"),
        ("schule_ausbildung", "J0"),
        ("arbeit", "J0"),
        ("entwicklung", "J0"),
        ("alltag_digital", "J0"),
        ("gesundheit", "J1"),
        ("kinderbetreuung", "J2"),
        ("wohnen", "J3"),
        ("aufenthalt", "J5"),
        ("finanzen", None),
        ("familie", None),
        ("beratung_vertraulich", None),
        ("teilhabe", None),
        ("", None),
        ("J0", None),
    ],
)
def test_each_life_area_has_its_scope(area: str, scope: str | None) -> None:
    scopes = ("J1", "J2", "J3", "J4", "J5", "J6")
    assert bool(ids(*scopes, area=area)) is (scope is not None)
    assert bool(ids(*(each for each in scopes if each != scope), area=area)) is (scope == "J0")


@pytest.mark.parametrize(
    ("confidential", "goes"),
    [(False, True), (None, True), (True, False), ("keine_angabe", False), ("unbekannt", False)],
)
def test_a_confidential_goal_stays_in(confidential: object, goes: bool) -> None:  # noqa: FBT001 - a column of the table
    columns = {} if confidential is None else {"confidential": confidential}
    assert bool(ids(**columns)) is goes


def test_a_health_goal_is_confidential_by_nature_and_needs_its_release() -> None:
    assert ids("J1", area="gesundheit", confidential=True) == ["G01"]
    assert ids(area="gesundheit", confidential=False) == []
