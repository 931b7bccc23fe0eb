"""Consents that come on a form of their own, between reviews and in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from core.make_fold import (
    consents,
    faults,
    folded,
    goal,
    held,
    intake,
    newest,
    origins_of,
    review,
    seen,
    sha,
    told,
    values_of,
)
from hypothesis import given
from hypothesis import strategies as st

from formpipe.canon import plan_json
from formpipe.fold.holding import HeldReason
from formpipe.model import Filed
from formpipe.releases import Lapse, lapse_of, releases_of

TOLD = ["zweck", "folgen_verweigerung", "widerruf"]


def row(consent_id: str, scope: str = "J0", **columns: object) -> dict[str, Any]:
    return {
        "consent_id": consent_id,
        "scope": scope,
        "recipient": "Jobcenter Mannheim",
        "granted": True,
        "granted_on": "2026-01-15",
        "informed": TOLD,
        **columns,
    }


FIRST = intake(goals=[goal("G01")], consents=[row("C01", "V0"), row("C02")])
REVOKED = consents("revoked", 2, "2026-03-10", {"consent_id": "C02", "scope": "J0", "revoked_on": "2026-03-10"})
SECOND = review("r1", 3, "2026-03-10", goals_seen=[seen("G01", "in_arbeit")])
AGAIN = consents("again", 4, "2026-04-01", row("", granted_on="2026-04-01") | {"consent_id": None})


def covers(filed: Filed, on: str, *others: Filed) -> bool:
    return releases_of(newest(filed, *others), date.fromisoformat(on)).covers("J0")


def test_a_consent_form_makes_a_version_with_nothing_else_changed() -> None:
    before, after = folded(FIRST, REVOKED).versions
    assert (after.version, after.dated, after.inputs) == (2, date(2026, 3, 10), (FIRST.sha256, REVOKED.sha256))
    changed = {key: value for key, value in values_of(after).items() if values_of(before).get(key) != value}
    assert changed == {"consents[1].revoked_on": "2026-03-10"}
    assert origins_of(after)["consents[1].revoked_on"] == (sha("revoked"), "consents[0].revoked_on")
    assert after.goals == before.goals


def test_a_revocation_takes_effect_from_its_day_and_a_new_consent_from_its_own() -> None:
    assert covers(FIRST, "2026-03-10")
    assert covers(FIRST, "2026-03-09", REVOKED)
    assert not covers(FIRST, "2026-03-10", REVOKED)
    assert covers(FIRST, "2026-04-01", REVOKED, AGAIN)
    assert values_of(newest(FIRST, REVOKED, AGAIN))["consents[2].consent_id"] == "C03"


def test_a_scope_can_be_revoked_without_a_number() -> None:
    by_scope = consents("scope", 2, "2026-03-10", {"scope": "J0", "revoked_on": "2026-03-10"})
    plan = newest(FIRST, by_scope)
    assert values_of(plan)["consents[2].consent_id"] == "C03"
    assert lapse_of(plan, "J0", date(2026, 3, 10)) is Lapse.REVOKED


def test_goals_need_no_review_on_a_consent_form() -> None:
    assert folded(FIRST, REVOKED).held == {}
    assert told(REVOKED, FIRST) == []


def test_reviews_count_without_the_consents_between_them() -> None:
    plan = newest(FIRST, REVOKED, SECOND)
    assert plan.version == 3
    assert values_of(plan)["reviews[0].review_no"] == 1
    typed = review("r1", 3, "2026-03-10", goals_seen=[seen("G01", "in_arbeit")], own={"review_no": 1})
    assert told(typed, FIRST, REVOKED) == []
    late = review("r1", 3, "2026-08-10", goals_seen=[seen("G01", "in_arbeit")])
    assert [each[0] for each in told(late, FIRST, REVOKED)] == ["V31"]


def test_consents_come_before_the_review_of_their_day_and_do_not_contradict_it() -> None:
    result = folded(FIRST, SECOND, replace(REVOKED, seq=9))
    assert result.held == {}
    assert [each.inputs[-1] for each in result.versions] == [FIRST.sha256, REVOKED.sha256, SECOND.sha256]


def test_of_two_consent_forms_of_one_day_the_one_that_takes_back_comes_last() -> None:
    given_again = consents("given", 5, "2026-03-10", row("C02", granted_on="2026-03-10"))
    refused = consents("no", 2, "2026-03-10", {"consent_id": "C02", "scope": "J0", "granted": False})
    for order in ((given_again, refused), (refused, given_again)):
        plan = newest(FIRST, *order)
        assert plan.inputs[-1] == refused.sha256
        assert values_of(plan)["consents[1].granted"] is False
    assert not covers(FIRST, "2026-03-10", given_again, REVOKED)


@given(order=st.permutations([FIRST, REVOKED, SECOND, AGAIN]), arrival=st.permutations([1, 2, 3, 4]))
def test_the_order_of_arrival_does_not_matter(order: list[Filed], arrival: list[int]) -> None:
    came = [replace(each, seq=seq) for each, seq in zip(order, arrival, strict=True)]
    wanted = [plan_json(plan) for plan in folded(FIRST, REVOKED, SECOND, AGAIN).versions]
    assert [plan_json(plan) for plan in folded(*came).versions] == wanted


def test_a_consent_form_waits_for_its_intake_and_does_not_come_before_it() -> None:
    assert held(REVOKED).reason == HeldReason.WAITING_FOR_INTAKE
    early = consents("early", 2, "2026-01-14", row("C03"))
    assert held(early, FIRST).reason == HeldReason.BEFORE_INTAKE


def test_a_revocation_under_the_number_of_another_consent_is_held() -> None:
    wrong = consents("wrong", 2, "2026-03-10", {"consent_id": "C01", "scope": "J0", "revoked_on": "2026-03-10"})
    found = held(wrong, FIRST)
    assert found.reason == HeldReason.CONFLICT
    assert [each[:2] for each in faults(found)] == [("V04", "/consents/0/consent_id")]
