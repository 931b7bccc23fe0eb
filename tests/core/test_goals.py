"""The status machine of a goal, cell by cell."""

from __future__ import annotations

import pytest
from core.make_fold import plan

from formpipe.goals import (
    ACTIVE,
    FINAL,
    NEEDED,
    NEUTRAL,
    NEUTRAL_ACTIONS,
    REASONED,
    Status,
    confidential_of,
    is_allowed,
    is_given,
    status_of,
)
from formpipe.model import Json

# Rows and columns as in the table of domain 3.1: offen, in_arbeit, teilweise, erreicht, zurückgestellt, ersetzt,
# nicht_erreicht, aufgegeben.
TABLE = {
    None: "xx......",
    "offen": "xxxxxxxx",
    "in_arbeit": ".xxxxxxx",
    "teilweise_erreicht": ".xxxxxxx",
    "zurueckgestellt": "xx.xxxxx",
    "erreicht": "...x....",
    "ersetzt": ".....x..",
    "nicht_erreicht": "......x.",
    "aufgegeben": ".......x",
    "kein_stand": "........",
}


@pytest.mark.parametrize("old", TABLE)
def test_the_table_of_transitions(old: str | None) -> None:
    assert "".join("x" if is_allowed(old, str(new), corrects=False) else "." for new in Status) == TABLE[old]


@pytest.mark.parametrize("old", TABLE)
def test_a_correction_may_leave_a_final_status_and_nothing_more(old: str | None) -> None:
    expected = "xxxxxxxx" if old in FINAL else TABLE[old]
    assert "".join("x" if is_allowed(old, str(new), corrects=True) else "." for new in Status) == expected


def test_the_sets_of_statuses() -> None:
    assert {"erreicht", "ersetzt", "nicht_erreicht", "aufgegeben"} == FINAL
    assert {"offen", "in_arbeit", "teilweise_erreicht"} == ACTIVE
    assert {"offen", "in_arbeit", "teilweise_erreicht", "erreicht"} == NEUTRAL
    assert {"geplant", "laeuft", "erledigt"} == NEUTRAL_ACTIONS
    assert {"zurueckgestellt", "nicht_erreicht", "aufgegeben"} == REASONED


def test_what_a_change_needs() -> None:
    assert dict(NEEDED) == {
        "zurueckgestellt": ("drop_reason", "due_date_new"),
        "nicht_erreicht": ("drop_reason",),
        "ersetzt": ("superseded_by",),
    }


@pytest.mark.parametrize(
    ("value", "given"),
    [(None, False), ("", False), ("keine_angabe", False), ("unbekannt", False), ("x", True), (0, True), (False, True)],
)
def test_what_counts_as_given(value: Json, given: bool) -> None:  # noqa: FBT001 - a parameter of the table above
    assert is_given(value) is given


@pytest.mark.parametrize(
    ("area", "answer", "confidential"),
    [
        ("beratung_vertraulich", False, True),
        ("beratung_vertraulich", None, True),
        ("gesundheit", None, True),
        ("gesundheit", "keine_angabe", True),
        ("gesundheit", False, False),
        ("finanzen", None, True),
        ("finanzen", "unbekannt", True),
        ("finanzen", False, False),
        ("finanzen", True, True),
        ("arbeit", None, None),
        ("arbeit", True, True),
        ("arbeit", "keine_angabe", "keine_angabe"),
        (None, None, None),
    ],
)
def test_the_life_area_decides_on_secrecy(area: Json, answer: Json, confidential: Json) -> None:
    assert confidential_of(area, answer) is confidential or confidential_of(area, answer) == confidential


def test_a_goal_without_status_has_none() -> None:
    with_status, without = plan({}, [{"goal_id": "G01", "status": "offen"}, {"goal_id": "G02"}]).goals
    assert status_of(with_status) == "offen"
    assert status_of(without) is None
