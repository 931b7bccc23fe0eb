"""What a form that is not decided yet takes back."""

from __future__ import annotations

from typing import Any

import pytest
from core.make_fold import plan, said

from formpipe.model import IntegrationPlan, Json
from formpipe.takebacks import takes_back


def planned(values: dict[str, Json]) -> IntegrationPlan:
    return plan({key: said(value, "2026-01-15") for key, value in values.items()})


PLAN = planned(
    {
        "contact.address_protected": False,
        "consents[0].consent_id": "C02",
        "consents[0].scope": "J0",
        "consents[0].granted": True,
        "consents[0].granted_on": "2026-01-15",
        "consents[1].consent_id": "C03",
        "consents[1].scope": "J4",
        "consents[1].granted": False,
    }
)


@pytest.mark.parametrize(
    "row",
    [
        {"consent_id": "C02", "scope": "J0", "revoked_on": "2026-03-01"},
        {"consent_id": "C02", "scope": "J0", "granted": False},
        {"consent_id": "C02", "scope": "J0", "valid_until": "2026-02-01"},
        {"consent_id": "C02", "scope": "J0", "granted": True, "granted_on": None},
        {"scope": "J0", "revoked_on": "2026-03-01"},
        {"scope": "J1", "granted": False},
        {"consent_id": "C09", "scope": "J0", "granted": True, "revoked_on": "2026-03-01"},
    ],
)
def test_what_a_row_takes_back(row: dict[str, Any]) -> None:
    assert takes_back(PLAN, {"consents": [row]})


@pytest.mark.parametrize(
    "row",
    [
        {"consent_id": "C02", "scope": "J0"},
        {"consent_id": "C02"},
        {"consent_id": "C02", "scope": "J0", "granted": True, "granted_on": "2026-01-15"},
        {"consent_id": "C03", "scope": "J4", "granted": False},
        {"scope": "J4", "granted": False},
        {"consent_id": "C09", "scope": "J1", "granted": True, "granted_on": "2026-03-01"},
        "kein Satz",
    ],
)
def test_what_a_row_leaves(row: object) -> None:
    assert not takes_back(PLAN, {"consents": [row]})  # type: ignore[list-item]


def test_a_form_without_consents_takes_nothing_back() -> None:
    assert not takes_back(PLAN, {})
    assert not takes_back(PLAN, {"contact": {"address_protected": False}})


@pytest.mark.parametrize("said_so", [True, "unbekannt"])
def test_an_address_that_is_to_be_protected(said_so: object) -> None:
    answer = {"contact": {"address_protected": said_so}}
    assert takes_back(PLAN, answer)  # type: ignore[arg-type]
    assert takes_back(PLAN, {"review": {"changes": answer}})  # type: ignore[dict-item]
    assert takes_back(plan({}), answer)  # type: ignore[arg-type]


def test_an_address_that_is_protected_already() -> None:
    known = planned({"contact.address_protected": True})
    assert not takes_back(known, {"contact": {"address_protected": True}})
