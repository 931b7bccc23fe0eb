"""What the Jobcenter learns, and when there is no paper at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from core.make_fold import CASE, plan
from core.make_open import BASIC, CATALOGUE, ON, STEMS, going, open_goal, released, result, values_of

from formpipe.disclose.disclose import Disclosed, Disclosure, Refusal, RefusalReason, disclose
from formpipe.releases import Release, Releases


def refused(reason: str, rule: str, *keys: str) -> Refusal:
    return Refusal(reason=RefusalReason(reason), rule=rule, keys=keys)


def test_what_goes_out_says_of_whom_and_of_when() -> None:
    found = going({"person.birth_date": "1994-01-01", "person.birth_date_precision": "jahr"})
    assert (found.case, found.version, found.dated, found.on) == (CASE, 3, date(2026, 5, 28), ON)
    assert found.birth_text == "Jahrgang 1994 (Tag unbekannt)"
    assert found.releases == (Release(scope="J0", granted_on=ON, consent_id="C-J0"),)
    assert found.goals == ()
    assert found.sentences == ()
    assert found.other_adults == 0
    assert going().birth_text is None


def test_only_releases_for_the_jobcenter_are_told() -> None:
    releases = replace(released(), client=(*released("J3").client, Release(scope="V0", granted_on=ON, consent_id="C1")))
    found = result(plan(BASIC), releases)
    assert isinstance(found, Disclosure)
    assert [each.scope for each in found.releases] == ["J0", "J3"]


def test_without_the_base_release_there_is_no_paper() -> None:
    others = Releases(on=ON, client=released("J1", "J2").client[1:])
    assert result(plan(BASIC), others) == refused("no_release", "V17")
    assert result(plan({**BASIC, "benefits.regime": "asylblg"}), others) == refused("no_release", "V17")


@pytest.mark.parametrize("regime", ["asylblg", "sgb12", "bafoeg_bab", "keine_angabe", None])
def test_under_another_benefit_system_there_is_no_paper(regime: object) -> None:
    values = {key: value for key, value in {**BASIC, "benefits.regime": regime}.items() if value is not None}
    assert result(plan(values), released()) == refused("regime", "V16", "benefits.regime")


@pytest.mark.parametrize("regime", ["sgb2", "wechsel_beantragt"])
def test_a_change_to_the_jobcenter_that_is_applied_for_counts(regime: str) -> None:
    assert isinstance(result(plan({**BASIC, "benefits.regime": regime}), released()), Disclosure)


def test_the_releases_must_be_those_of_the_day() -> None:
    with pytest.raises(ValueError, match="another day"):
        disclose(plan(BASIC), released(), CATALOGUE, on=ON + timedelta(days=1), stems=STEMS)


def test_nobody_else_makes_a_disclosure() -> None:
    found = going()
    with pytest.raises(TypeError, match="disclose"):
        Disclosure(
            token=object(),  # type: ignore[arg-type] # what mypy forbids must fail at run time too
            case=found.case,
            version=1,
            dated=ON,
            on=ON,
            values={},
            goals=(),
            other_adults=0,
            sentences=(),
            birth_text=None,
            releases=(),
        )
    with pytest.raises((TypeError, ValueError)):
        replace(found, version=4)  # type: ignore[call-arg] # what mypy forbids must fail at run time too


def test_no_word_of_the_client_is_shown_by_accident() -> None:
    found = going({"work.current_job": "Geheimwort"}, goals=[open_goal(title="Geheimwort")])
    assert "Geheimwort" not in repr(found)
    assert "Geheimwort" not in repr(found.goals[0])
    assert "Geheimwort" not in repr(Disclosed(value="Geheimwort", scope="J0", text="Geheimwort"))


def test_values_cannot_be_added() -> None:
    values: Any = going().values
    with pytest.raises(TypeError):
        values["person.call_name"] = None


# Guarded words


@pytest.mark.parametrize(
    "values",
    [
        {"work.current_job": "Suchtberater"},
        {"development.strengths": ["pünktlich", "Suchtberatung besucht"]},
        {"jobcenter.requests": ["Schwangerschaft"]},
        {"jobcenter.place": "Suchthilfe"},
    ],
)
def test_a_guarded_word_refuses_the_paper_and_names_the_field(values: dict[str, Any]) -> None:
    assert result(plan({**BASIC, **values}), released()) == refused("guard", "V22", *values)


@pytest.mark.parametrize(
    "values",
    [
        {"person.family_name": "Christ"},
        {"contact.street": "Christstraße"},
        {"benefits.jobcenter_contact": "Frau Christ"},
        {"person.call_name": "Sucht"},
        {"health.work_limits": "Sucht"},
        {"residence.status_code": "sucht"},
        {"work.status": "sucht"},
    ],
)
def test_names_codes_and_what_stays_in_are_not_searched(values: dict[str, Any]) -> None:
    assert isinstance(result(plan({**BASIC, **values}), released()), Disclosure)


def test_in_whose_care_the_client_lives_is_searched_and_only_where_it_goes_out() -> None:
    values = {**BASIC, "contact.care_of": "Suchthilfe"}
    assert result(plan(values), released("J3")) == refused("guard", "V22", "contact.care_of")
    assert isinstance(result(plan(values), released()), Disclosure)


def test_names_in_the_household_are_not_searched() -> None:
    values = {"household.members[0].given_names": "Christa", "household.members[0].birth_date": "2019-02-14"}
    assert values_of(going(values, "J2"))["household.members[0].given_names"] == "Christa"


def test_guarded_words_in_goals_and_steps_are_found_by_their_place() -> None:
    goals = [
        open_goal("G01", title="Sucht", jc_relevant=False),
        open_goal(
            "G02",
            title="Suchtberatung",
            actions=[
                {"action_id": "G02-S01", "title": "Sucht", "status": "entfallen"},
                {"action_id": "G02-S02", "title": "schwanger", "status": "geplant"},
            ],
        ),
    ]
    found = result(plan({**BASIC, "work.current_job": "Sucht"}, goals), released())
    assert found == refused("guard", "V22", "work.current_job", "goals[1].title", "goals[1].actions[1].title")


def test_evidence_of_a_goal_that_goes_out_is_searched() -> None:
    values = {
        "reviews[0].goal_reviews[0].goal_id": "G01",
        "reviews[0].goal_reviews[0].status_new": "erreicht",
        "reviews[0].goal_reviews[0].evidence": "Schwangerschaft",
    }
    found = result(plan({**BASIC, **values}, [open_goal(status="erreicht")]), released())
    assert found == refused("guard", "V22", "reviews[0].goal_reviews[0].evidence")


# N20


HEAD = {
    "benefits.regime": "sgb2",
    "form.filled_on": "2026-05-28",
    "case.case_id": CASE,
    "person.family_name": "Muster",
    "contact.street": "Beispielweg",
    "ids.bg_nummer": "x",
    "residence.status_code": "ae_25_3",
    "consents[0].consent_id": "C-J0",
    "consents[0].scope": "J0",
    "reviews[0].review_no": 1,
    "jobcenter.appointment_at": "2026-11-25T09:30:00+01:00",
    "household.members[0].given_names": "stays in",
}


def test_a_paper_that_says_only_who_comes_is_refused() -> None:
    assert result(plan(HEAD), released("J4", "J6")) == refused("nothing", "N20")


@pytest.mark.parametrize(
    "more",
    [
        {"work.status": "arbeitsuchend"},
        {"jobcenter.requests": ["Sprachkurs"]},
        {"jobcenter.offers": ["Begleitung"]},
        {"finance.debts": "ja_geordnet"},
        {"language.others[0].code": "en"},
    ],
)
def test_one_thing_more_makes_a_paper(more: dict[str, Any]) -> None:
    assert isinstance(result(plan({**HEAD, **more}), released("J4", "J6")), Disclosure)


def test_a_goal_alone_makes_a_paper() -> None:
    assert isinstance(result(plan(HEAD, [open_goal()]), released()), Disclosure)
