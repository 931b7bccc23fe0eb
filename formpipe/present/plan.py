"""The integration plan as texts: everything that is printed in its main part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from formpipe.address import ADDRESS_KEYS
from formpipe.catalogue import Catalogue
from formpipe.changes import Change
from formpipe.definition import Item, Printed, SectionSpec
from formpipe.goals import status_of
from formpipe.known import Known
from formpipe.model import Goal, IntegrationPlan
from formpipe.present.changed import changes_of
from formpipe.present.consents import consents_of
from formpipe.present.goals import ENDED, REACHED, GoalText, is_agreed, is_confidential
from formpipe.present.letterhead import Letterhead, Service, services_context
from formpipe.present.reviews import REVIEWS, reviews_of
from formpipe.present.values import MAIN, TITLE_KEYS, PlanText, row_of
from formpipe.spell import spell_date

TITLE = "Integrationsplan"
COMPUTED = {"case.counselling_end_max": "Höchstdauer der Beratung bis"}
"""Values that no form asks for, with their label."""
FIRST, NEXT = "Erster Plan", "Fortschreibung Nr."
_BLOCKS = frozenset({"goals", "review", "consents", "sign", "jobcenter"})
_SIGNATURES = {
    "client": "sign.client_signed_on",
    "manager": "sign.manager_signed_on",
    "copy_given": "sign.copy_given_on",
}


def plan_context(
    plan: IntegrationPlan,
    changes: Iterable[Change],
    catalogue: Catalogue,
    *,
    carrier: Letterhead,
    services: Iterable[Service],
    managers: Mapping[str, str],
) -> dict[str, Any]:
    """Return what `templates/integrationsplan.docx` prints.

    Every value of the plan that the schemas print in the main part stands in
    it, but confidential goals (annex), goals that were not agreed, and a
    protected address. Ages and states are as of the plan's date.

    Args:
        plan: The version to print.
        changes: What it changed against the version before.
        catalogue: All fields.
        carrier: Whose plan it is.
        services: The page that is the same for everyone.
        managers: Names of the managers by their id.
    """
    text = PlanText(plan=plan, catalogue=catalogue, managers=managers)
    goals = GoalText(text)
    shown = [goal for goal in plan.goals if is_agreed(goal) and not is_confidential(goal)]
    return {
        **head_of(text, TITLE, carrier),
        "sections": sections_of(text, MAIN, without=_BLOCKS),
        "goals_active": [goals.goal(goal, MAIN) for goal in shown if not _is(goal, REACHED | ENDED)],
        "goals_reached": [goals.goal(goal, MAIN) for goal in shown if _is(goal, REACHED)],
        "goals_ended": [goals.goal(goal, MAIN) for goal in shown if _is(goal, ENDED)],
        "reviews": reviews_of(text, goals, MAIN, lambda goal: MAIN if goal is None or goal in shown else frozenset()),
        "changes": changes_of(changes, text, goals, shown),
        "appointments": _appointments(text),
        "consents": consents_of(text),
        "services": services_context(services),
        "signatures": _signatures(text),
    }


def head_of(text: PlanText, title: str, carrier: Letterhead) -> dict[str, Any]:
    """Return what plan and annex say of themselves, of the client and of the carrier."""
    plan = text.plan
    dated = spell_date(plan.dated.isoformat())
    reviews = text.rows.get(REVIEWS, ())
    return {
        "properties": {"title": f"{title} {plan.case}", "author": carrier.name},
        "document": {
            "case": str(plan.case),
            "version": str(plan.version),
            "dated": dated,
            "edition": Known(f"{NEXT} {plan.version - 1}", (NEXT,)) if plan.version > 1 else Known(FIRST),
            "valid_until": text.text(f"reviews[{reviews[-1]}].next_review_date") if reviews else "",
            "signed": bool(text.text(_SIGNATURES["client"]) and text.text(_SIGNATURES["manager"])),
        },
        "person": {
            "name": name_of(text),
            "original": text.text("person.name_original_script"),
            "birth": text.text("person.birth_date"),
        },
        "manager": {"name": text.text("case.manager_id"), "deputy": text.text("case.deputy_manager_id")},
        "carrier": carrier.context(),
    }


def name_of(text: PlanText) -> str:
    """Return the client's name as it is said: given names first."""
    names = (text.text("person.given_names"), text.text("person.family_name"))
    return " ".join(name for name in names if name)


def sections_of(text: PlanText, printed: frozenset[Printed], *, without: frozenset[str]) -> list[dict[str, Any]]:
    """Return the answered fields that are *printed*, by section in the order of the forms, without empty sections."""
    made = (_section(text, section, printed) for section in text.catalogue.sections if section.name not in without)
    return [section for section in made if section["fields"] or section["tables"]]


def withheld_keys(plan: IntegrationPlan, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return the keys of answers that no document prints although their field is a printed one, by the reason.

    Reasons: `address_protected`, `title_protected` (a title that would tell of
    a crime is printed as its general paragraph), `not_agreed` (keys begin with
    the goal's id: `G02.title`).
    """
    text = PlanText(plan=plan, catalogue=catalogue)
    reasons = {
        "address_protected": [key for key in ADDRESS_KEYS if text.is_withheld(key) and key in plan.values],
        "title_protected": [key for key in TITLE_KEYS if text.hides_title and key in plan.values],
        "not_agreed": [
            f"{goal.goal_id}.{name}" for goal in plan.goals if not is_agreed(goal) for name in sorted(goal.columns)
        ],
    }
    return {reason: tuple(keys) for reason, keys in reasons.items() if keys}


def _is(goal: Goal, states: frozenset[str]) -> bool:
    return status_of(goal) in states


def _section(text: PlanText, section: SectionSpec, printed: frozenset[Printed]) -> dict[str, Any]:
    fields = text.fields(section.items, printed)
    if Printed.MAIN in printed:
        fields += [
            row_of(label, spell_date(str(text.value(key))))
            for key, label in COMPUTED.items()
            if key.startswith(f"{section.name}.") and text.value(key) is not None
        ]
    title = section.label.partition(" (")[0]  # that it is confidential, the form and the annex as a whole say
    return {"title": Known(title), "fields": fields, "tables": text.tables(section.items, printed, under=section.label)}


def _items(text: PlanText, name: str) -> tuple[Item, ...]:
    return next((section.items for section in text.catalogue.sections if section.name == name), ())


def _appointments(text: PlanText) -> dict[str, Any]:
    """Return the next review and the Jobcenter appointment with all that is said of it."""
    reviews = text.rows.get(REVIEWS, ())
    items = _items(text, "jobcenter")
    return {
        "next_review": text.text(f"reviews[{reviews[-1]}].next_review_date") if reviews else "",
        "jobcenter": text.fields(items, MAIN),
        "tables": text.tables(items, MAIN, under=""),
    }


def _signatures(text: PlanText) -> dict[str, Any]:
    known = set(_SIGNATURES.values())
    others = [item for item in _items(text, "sign") if item.key not in known]
    return {**{who: text.text(key) for who, key in _SIGNATURES.items()}, "fields": text.fields(others, MAIN)}
