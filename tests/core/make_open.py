"""A small catalogue and a plan with a release, for the tests of the disclosure; all data invented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.make_fold import goal, plan

from formpipe.catalogue import Catalogue
from formpipe.definition import FieldSpec, ValueType
from formpipe.disclose.disclose import Disclosure, Refusal, disclose
from formpipe.model import IntegrationPlan
from formpipe.releases import Release, Releases

ON = date(2026, 5, 28)
STEMS = ("sucht", "schwanger", "christ")

_RULES = {
    "always": (
        "form.filled_on case.case_id person.family_name person.birth_date contact.street contact.house_number "
        "contact.postcode contact.city contact.phone ids.bg_nummer residence.status_code benefits.regime "
        "benefits.jobcenter_contact jobcenter.appointment_at jobcenter.place jobcenter.requests jobcenter.offers "
        "consents[].scope consents[].granted_on work.status work.current_job work.constraints language.others[].code "
        "development.strengths reviews[].review_no reviews[].goal_reviews[].goal_id "
        "reviews[].goal_reviews[].status_new reviews[].goal_reviews[].evidence reviews[].action_updates[].action_id "
        "reviews[].action_updates[].status goals[].life_area goals[].title goals[].due_date goals[].status "
        "goals[].actions[].title goals[].actions[].status"
    ),
    "J1": "health.work_limits goals[].health_detail",
    "J2": (
        "household.members[].given_names household.members[].birth_date household.members[].relationship "
        "childcare.children[].member_id childcare.children[].care_type childcare.gap_hours"
    ),
    "J3": "contact.care_of housing.type housing.rooms",
    "J4": "finance.debts",
    "J5": "residence.citation_text",
    "J6": "counselling[].attendance_release",
    "never": (
        "person.call_name contact.address_protected household.members[].member_id household.members[].consent_ref "
        "household.members[].birth_date_precision person.birth_date_precision benefits.other family.protection_need "
        "consents[].consent_id counselling[].service goals[].jc_relevant goals[].agreed_with_client "
        "goals[].confidential reviews[].manager_note reviews[].goal_reviews[].comment"
    ),
    "J0": "work.zero",
    "V0": "work.odd",
}
_TEXTS = ("development.strengths", "jobcenter.requests", "jobcenter.offers")
_CODES = ("work.constraints", "benefits.other")
_CODE = ("work.status", "residence.status_code", "reviews[].goal_reviews[].status_new")
_VALUES = {
    "work.constraints": {"gesundheit": "J1", "wohnen": "J3", "geheim": "never"},
    "benefits.other": {"pflegegeld": "J1"},
}


def _type_of(key: str) -> ValueType:
    if key in _TEXTS:
        return ValueType.TEXTS
    if key in _CODES:
        return ValueType.CODES
    return ValueType.CODE if key in _CODE else ValueType.TEXT


CATALOGUE = Catalogue(
    sections=(),
    specs={
        key: FieldSpec(key=key, label=key, type=_type_of(key), jobcenter=rule, jobcenter_values=_VALUES.get(key, {}))
        for rule, keys in _RULES.items()
        for key in keys.split()
    },
)

BASIC = {"benefits.regime": "sgb2", "person.family_name": "Muster", "work.status": "arbeitsuchend"}


def released(*scopes: str, members: tuple[str, ...] = ()) -> Releases:
    """Return J0 and *scopes* as released, and J2 by the household *members* of these consents."""
    return Releases(
        on=ON,
        client=tuple(Release(scope=scope, granted_on=ON, consent_id=f"C-{scope}") for scope in ("J0", *scopes)),
        members=tuple(Release(scope="J2", granted_on=ON, consent_id=each) for each in members),
    )


def result(the_plan: IntegrationPlan, releases: Releases) -> Disclosure | Refusal:
    return disclose(the_plan, releases, CATALOGUE, on=ON, stems=STEMS)


def going(
    values: Mapping[str, Any] | None = None,
    *scopes: str,
    goals: list[dict[str, Any]] | None = None,
    members: tuple[str, ...] = (),
) -> Disclosure:
    """Return what goes out of the basic plan with *values* and *goals*, which must be something."""
    found = result(plan({**BASIC, **(values or {})}, goals), released(*scopes, members=members))
    assert isinstance(found, Disclosure)
    return found


def values_of(disclosure: Disclosure) -> dict[str, Any]:
    """Return what goes out beside the basic values."""
    return {key: each.value for key, each in disclosure.values.items() if key not in BASIC}


def open_goal(goal_id: str = "G01", **columns: object) -> dict[str, Any]:
    """Return a goal that may go out."""
    given: dict[str, Any] = {"jc_relevant": True, "agreed_with_client": True, "due_date": "2026-12-31", **columns}
    return goal(goal_id, **given)
