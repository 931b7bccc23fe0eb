"""A small catalogue and plans for the tests of what documents say; all data invented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from formpipe.catalogue import Catalogue
from formpipe.definition import Code, CodeList, FieldSpec, Item, ListSpec, Printed, SectionSpec, ValueType, fields_of
from formpipe.model import Action, CaseNumber, Goal, IntegrationPlan, Json, PlanValue, Sha256
from formpipe.present import Letterhead

CASE = CaseNumber("MA-CAR-2026-0001")
DATED = date(2026, 5, 28)
CARRIER = Letterhead(
    name="Träger Muster",
    address="Beispielweg 1, 68159 Mannheim",
    law="KDG",
    information_norm="§ 15 KDG",
    access_norm="§ 17 KDG",
)
MANAGERS = {"car-mmuster": "Martina Muster"}
LAW: Mapping[str, Any] = {
    "names": {
        "agreement": [
            {"title": "Eingliederungsvereinbarung", "valid_to": "2023-06-30"},
            {"title": "Kooperationsplan", "valid_from": "2023-07-01"},
        ],
        "benefit": [{"title": "Grundsicherungsgeld", "valid_from": "2026-07-01"}],
    },
    "regimes": {"kdg": {"title": "KDG", "information": "§ 15 KDG", "access": "§ 17 KDG"}},
}


def codes(**titles: str) -> CodeList:
    return CodeList(
        name="list", title="Liste", codes=tuple(Code(value=value, title=title) for value, title in titles.items())
    )


STATUS = codes(
    offen="offen",
    in_arbeit="in Arbeit",
    erreicht="erreicht",
    aufgegeben="nicht mehr gewünscht",
    geplant="geplant",
    erledigt="erledigt",
    laeuft="läuft",
)


def spec(key: str, label: str, **more: object) -> FieldSpec:
    kept: dict[str, Any] = {"type": ValueType.TEXT, "printed": Printed.MAIN, **more}
    return FieldSpec(key=key, label=label, **kept)


def code(key: str, label: str, listed: CodeList, **more: object) -> FieldSpec:
    return spec(key, label, type=ValueType.CODE, codes=listed, **more)


def day(key: str, label: str, **more: object) -> FieldSpec:
    return spec(key, label, type=ValueType.DATE, **more)


def section(name: str, label: str, *items: Item) -> SectionSpec:
    return SectionSpec(name=name, label=label, items=items)


ANNEX = Printed.ANNEX
OUT: dict[str, str] = {"jobcenter": "always"}

_GOALS = ListSpec(
    key="goals[]",
    label="Ziele",
    columns=(
        spec("goals[].goal_id", "Ziel-Nr."),
        spec("goals[].title", "Ziel", **OUT),
        spec("goals[].client_wording", "in eigenen Worten"),
        day("goals[].due_date", "bis wann", **OUT),
        code("goals[].status", "Stand", STATUS, **OUT),
        spec("goals[].life_area", "Lebensbereich"),
        spec("goals[].drop_reason", "Grund", printed=ANNEX),
        code("goals[].kooperationsplan_ref", "Bezug", codes(nr5="Nr. 5 – Arbeit"), printed=Printed.NO, **OUT),
        ListSpec(
            key="goals[].actions[]",
            label="Schritte",
            columns=(
                spec("goals[].actions[].action_id", "Schritt-Nr."),
                spec("goals[].actions[].title", "Schritt", **OUT),
                code("goals[].actions[].responsible", "Wer?", codes(im="IM", klient="Klient:in"), **OUT),
                day("goals[].actions[].due_date", "bis", **OUT),
                code("goals[].actions[].status", "Stand", STATUS, **OUT),
                day("goals[].actions[].done_on", "erledigt am", **OUT),
                spec("goals[].actions[].remark", "Anmerkung", **OUT),
            ),
        ),
    ),
)
_REVIEW = section(
    "review",
    "Überprüfung",
    spec("reviews[].review_no", "Nr.", type=ValueType.INTEGER, **OUT),
    day("reviews[].review_date", "Datum", **OUT),
    spec("reviews[].client_view", "Wie zufrieden bin ich?"),
    day("reviews[].next_review_date", "nächste Überprüfung"),
    spec("reviews[].manager_note", "Einschätzung", printed=ANNEX),
    ListSpec(
        key="reviews[].goal_reviews[]",
        label="Ziele",
        columns=(
            spec("reviews[].goal_reviews[].goal_id", "Ziel-Nr.", **OUT),
            code("reviews[].goal_reviews[].status_new", "neuer Stand", STATUS, **OUT),
            spec("reviews[].goal_reviews[].evidence", "Nachweis", **OUT),
            spec("reviews[].goal_reviews[].obstacle", "Was hat gehindert?", printed=ANNEX),
        ),
    ),
    ListSpec(
        key="reviews[].action_updates[]",
        label="Schritte",
        columns=(
            spec("reviews[].action_updates[].action_id", "Schritt-Nr.", **OUT),
            code("reviews[].action_updates[].status", "Stand", STATUS, **OUT),
        ),
    ),
)
CONSENTS = section(
    "consents",
    "Einwilligungen",
    ListSpec(
        key="consents[]",
        label="Einwilligungen",
        columns=(
            spec("consents[].consent_id", "Nr.", printed=Printed.NO),
            spec("consents[].scope", "Umfang", **OUT),
            spec("consents[].recipient", "Empfänger"),
            spec("consents[].granted", "erteilt", type=ValueType.BOOLEAN),
            day("consents[].granted_on", "am", **OUT),
            day("consents[].valid_until", "gilt bis"),
            day("consents[].revoked_on", "widerrufen am"),
            spec("consents[].remark", "Anmerkung"),
        ),
    ),
)
SECTIONS = (
    section("form", "Bogen", day("form.filled_on", "Ausgefüllt am", **OUT)),
    section(
        "case",
        "Fall",
        spec("case.manager_id", "Integrationsmanager:in", **OUT),
        spec("case.deputy_manager_id", "Vertretung", **OUT),
        day("case.intake_date", "Aufnahme am", **OUT),
    ),
    CONSENTS,
    section(
        "person",
        "Person",
        spec("person.family_name", "Familienname", **OUT),
        spec("person.given_names", "Vorname(n)", **OUT),
        spec("person.name_original_script", "Name in Originalschrift"),
        day("person.birth_date", "Geburtsdatum", precision_key="birth_date_precision", **OUT),
        code("person.birth_date_precision", "Genauigkeit", codes(jahr="nur Jahr", geschaetzt="geschätzt")),
        spec("person.gender", "Geschlecht", **OUT),
        spec("person.marital_status", "Familienstand", printed=Printed.NO, jobcenter="J2"),
    ),
    section(
        "contact",
        "Kontakt",
        spec("contact.street", "Straße", **OUT),
        spec("contact.house_number", "Hausnummer", **OUT),
        spec("contact.postcode", "Postleitzahl", **OUT),
        spec("contact.city", "Ort", **OUT),
        spec("contact.care_of", "c/o", jobcenter="J3"),
        spec("contact.address_protected", "Adresse geschützt", type=ValueType.BOOLEAN, printed=Printed.NO),
        spec("contact.phone", "Telefon", printed=Printed.NO, **OUT),
    ),
    section(
        "household",
        "Haushalt",
        ListSpec(
            key="household.members[]",
            label="Mitglieder",
            id_name="member_id",
            columns=(
                spec("household.members[].member_id", "Nr.", printed=Printed.NO),
                spec("household.members[].given_names", "Vorname(n)", short_label="Vorname", jobcenter="J2"),
                day("household.members[].birth_date", "Geburtsdatum", printed=Printed.NO, jobcenter="J2"),
                code("household.members[].relationship", "Beziehung", codes(kind="Kind", partner="Ehe")),
            ),
        ),
    ),
    section(
        "residence",
        "Aufenthalt",
        code(
            "residence.status_code",
            "Aufenthaltsstatus",
            codes(ae_25_3="§ 25 Abs. 3", ae_25_4a="§ 25 Abs. 4a AufenthG"),
            **OUT,
        ),
        spec("residence.citation_text", "Wortlaut", jobcenter="J5"),
    ),
    section(
        "ids",
        "Nummern",
        spec("ids.kundennummer_ba", "Kundennummer", **OUT),
        spec("ids.bg_nummer", "BG-Nummer", **OUT),
        code("ids.bg_nummer_status", "Stand", codes(beantragt="beantragt", nicht_noetig="nicht nötig"), **OUT),
    ),
    section(
        "benefits",
        "Leistungen",
        code("benefits.regime", "Leistung", codes(sgb2="SGB II", wechsel_beantragt="Wechsel"), **OUT),
        day("benefits.applied_on", "Antrag am", printed=Printed.NO, **OUT),
        spec("benefits.jobcenter_team", "Team", **OUT),
        day("benefits.kooperationsplan_date", "Kooperationsplan vom", **OUT),
    ),
    section(
        "work",
        "Arbeit (mit Weg)",
        spec("work.target_occupation", "Wunschberuf", **OUT),
        spec("work.strength", "Stärke", **OUT),
        ListSpec(
            key="work.experience[]",
            label="Berufserfahrung",
            columns=tuple(
                spec(f"work.experience[].{name}", name.upper(), printed=ANNEX if name == "g" else Printed.MAIN, **OUT)
                for name in "abcdefg"
            ),
        ),
    ),
    section(
        "childcare",
        "Kinder",
        ListSpec(
            key="childcare.children[]",
            label="Kinder",
            columns=(
                spec("childcare.children[].member_id", "Kind"),
                spec("childcare.children[].facility", "Einrichtung"),
                spec("childcare.children[].support_need", "Förderbedarf", printed=ANNEX),
            ),
        ),
    ),
    section("health", "Gesundheit", spec("health.note", "Vertraulich", printed=ANNEX)),
    section("finance", "Geld", spec("finance.debts", "Schulden", printed=Printed.NO, jobcenter="J4")),
    section(
        "counselling",
        "Beratung",
        ListSpec(
            key="counselling[]",
            label="Beratung",
            columns=(
                spec("counselling[].attendance_release", "darf gesagt werden", printed=Printed.NO, jobcenter="J6"),
            ),
        ),
    ),
    section("family", "Familie", spec("family.protection_need", "Gewaltschutz", printed=ANNEX)),
    section(
        "jobcenter",
        "Termin beim Jobcenter",
        spec("jobcenter.appointment_at", "Termin", type=ValueType.DATE_TIME, **OUT),
        spec("jobcenter.place", "Ort", **OUT),
        spec("jobcenter.role_of_manager", "Rolle", **OUT),
        spec("jobcenter.requests", "Anliegen", type=ValueType.TEXTS, printed=Printed.NO, **OUT),
        spec("jobcenter.offers", "Beitrag", type=ValueType.TEXTS, printed=Printed.NO, **OUT),
    ),
    section("goals", "Ziele", _GOALS),
    section(
        "sign",
        "Unterschriften",
        day("sign.client_signed_on", "Unterschrift Klient:in"),
        day("sign.manager_signed_on", "Unterschrift IM"),
        day("sign.copy_given_on", "Ausfertigung am"),
        spec("sign.place", "Ort"),
    ),
    _REVIEW,
)


def catalogue_of(*sections: SectionSpec) -> Catalogue:
    return Catalogue(sections=sections, specs={each.key: each for part in sections for each in fields_of(part.items)})


CATALOGUE = catalogue_of(*SECTIONS)


def held(value: Json) -> PlanValue:
    return PlanValue(value=value, origin=Sha256("0" * 64), name="x", on=DATED)


def held_all(values: Mapping[str, Json]) -> dict[str, PlanValue]:
    return {key: held(value) for key, value in values.items()}


def step(action_id: str, **columns: Json) -> Action:
    return Action(
        action_id=action_id, columns=held_all({"title": f"Schritt {action_id}", "status": "geplant"} | columns)
    )


def goal(goal_id: str, *steps: Action, **columns: Json) -> Goal:
    said = {"title": f"Ziel {goal_id}", "status": "offen", "agreed_with_client": True, **columns}
    return Goal(goal_id=goal_id, columns=held_all(said), actions=steps)


def plan(*goals: Goal, version: int = 2, **values: Json) -> IntegrationPlan:
    """Make a plan; keys of values are written with `__` for the dot of a section (`person__gender`)."""
    spelled = {key.replace("__", "."): value for key, value in values.items()}
    return plan_of(spelled, *goals, version=version)


def plan_of(values: Mapping[str, Json], *goals: Goal, version: int = 2) -> IntegrationPlan:
    return IntegrationPlan(case=CASE, version=version, dated=DATED, values=held_all(values), goals=goals)
