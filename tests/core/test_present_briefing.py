"""What the paper for the Jobcenter says, block by block; always from a real disclosure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from make_present import CARRIER, CASE, CATALOGUE, LAW, MANAGERS, goal, plan_of, step

from formpipe.catalogue import Catalogue
from formpipe.disclose.disclose import Disclosure, disclose
from formpipe.model import Action, Goal, Json
from formpipe.present import briefing_context
from formpipe.releases import releases_of

ON = date(2026, 11, 22)
BASE = {"benefits.regime": "sgb2", "person.family_name": "Muster", "work.target_occupation": "Koch"}


def released(*scopes: str) -> dict[str, Any]:
    row = {
        "recipient": "Jobcenter",
        "granted": True,
        "granted_on": "2026-05-28",
        "valid_until": "2027-05-27",
        "informed": ["zweck", "folgen_verweigerung", "widerruf"],
    }
    return {
        f"consents[{number}].{name}": value
        for number, scope in enumerate(scopes)
        for name, value in (row | {"scope": scope, "consent_id": f"C0{number}"}).items()
    }


def context(
    values: dict[str, Any],
    *goals: Goal,
    scopes: tuple[str, ...] = ("J0",),
    on: date = ON,
    catalogue: Catalogue = CATALOGUE,
) -> dict[str, Any]:
    plan = plan_of(values | released(*scopes), *goals)
    disclosure = disclose(plan, releases_of(plan, on), catalogue, on=on, stems=())
    assert isinstance(disclosure, Disclosure)
    return briefing_context(disclosure, catalogue, carrier=CARRIER, law=LAW, managers=MANAGERS)


def rows(made: list[dict[str, str]]) -> dict[str, str]:
    return {row["label"]: row["value"] for row in made}


def told(goal_id: str, *steps: Action, **columns: Json) -> Goal:
    return goal(goal_id, *steps, life_area="arbeit", jc_relevant=True, confidential=False, **columns)


@pytest.mark.parametrize(
    ("precision", "label", "text"),
    [("tag", "geboren", "17.09.1994"), ("jahr", "geboren", "Jahrgang 1994 (Tag unbekannt)")],
)
def test_a_birth_date_that_is_known_is_no_age(precision: str, label: str, text: str) -> None:
    made = context(BASE | {"person.birth_date": "1994-09-17", "person.birth_date_precision": precision})
    assert rows(made["client"]["fields"])[label] == text


def test_the_head_says_who_when_and_under_which_release() -> None:
    made = context(
        BASE
        | {
            "case.manager_id": "car-mmuster",
            "case.deputy_manager_id": "car-fremd",
            "case.intake_date": "2026-01-02",
            "person.given_names": "Ada",
            "person.gender": "weiblich",
            "person.birth_date": "1994-01-01",
            "person.birth_date_precision": "geschaetzt",
            "contact.street": "Beispielweg",
            "contact.house_number": "3",
            "contact.postcode": "68169",
            "contact.city": "Mannheim",
            "contact.phone": "+491",
            "ids.kundennummer_ba": "999A000001",
            "ids.bg_nummer": "99999BG0000001",
            "benefits.jobcenter_team": "Team 4",
            "jobcenter.appointment_at": "2026-11-25T09:30:00+01:00",
            "jobcenter.place": "Raum 1",
            "jobcenter.role_of_manager": "Beistand",
        }
    )
    assert made["properties"] == {"title": f"Papier für das Jobcenter {CASE}", "author": "Träger Muster"}
    assert made["law"] == {
        "plan_name": "Kooperationsplan",
        "plan_norm": "§\u00a015\u00a0SGB\u00a0II",
        "benefit_name": "Grundsicherungsgeld",
    }
    assert made["client"]["name"] == "Ada Muster"
    assert rows(made["client"]["fields"]) == {
        "Alter": "etwa 32 Jahre (Geburtsjahr geschätzt)",
        "Person": "Geschlecht: weiblich",
        "Anschrift": "Beispielweg 3, 68169 Mannheim",
        "Kundennummer": "999A000001",
        "BG-Nummer": "99999BG0000001",
        "Leistung": "SGB II, Grundsicherungsgeld",
        "Weiteres": "Aufnahme am: 02.01.2026 · Telefon: +491",
    }
    assert made["manager"] == {"name": "Martina Muster", "role": "Beistand"}
    assert rows(made["appointment"]["fields"]) == {
        "Termin": "25.11.2026, 09:30 Uhr",
        "Ort": "Raum 1",
        "Team": "Team 4",
        "Vertretung": "car-fremd",
    }
    assert made["consent"]["text"] == "Einwilligung vom 28.05.2026 (J0), widerruflich."
    document = made["document"]
    assert (document["case"], document["dated"], document["on"], document["is_draft"]) == (
        CASE,
        "28.05.2026",
        "22.11.2026",
        True,
    )


def test_the_checksum_is_that_of_all_that_is_said() -> None:
    one, same, other = (context(BASE | {"work.strength": word}) for word in ("a", "a", "b"))
    assert one["document"]["checksum"] == same["document"]["checksum"] != other["document"]["checksum"]
    assert len(one["document"]["checksum"]) == 16


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        (
            {"ids.bg_nummer_status": "beantragt", "benefits.applied_on": "2026-09-14"},
            "noch nicht vergeben (Antrag vom 14.09.2026)",
        ),
        ({"ids.bg_nummer_status": "beantragt"}, "noch nicht vergeben"),
        ({"ids.bg_nummer_status": "nicht_noetig"}, "nicht nötig"),
        ({"ids.bg_nummer": "1", "ids.bg_nummer_status": "beantragt"}, "1"),
        ({}, None),
    ],
)
def test_a_number_not_yet_given_is_said_to_be_asked_for(numbers: dict[str, Any], text: str | None) -> None:
    assert rows(context(BASE | numbers)["client"]["fields"]).get("BG-Nummer") == text


def test_the_benefit_has_its_name_only_under_its_own_law_and_in_its_time() -> None:
    applied = {"benefits.applied_on": "2026-09-14"}
    made = context(BASE | applied | {"benefits.regime": "wechsel_beantragt"})
    assert rows(made["client"]["fields"])["Leistung"] == "Wechsel, Antrag vom 14.09.2026"
    earlier = context(BASE, on=date(2026, 6, 30))
    assert rows(earlier["client"]["fields"])["Leistung"] == "SGB II"


def test_blocks_hold_what_belongs_to_them() -> None:
    made = context(
        BASE
        | {
            "work.strength": "mutig",
            "work.experience[0].a": "Koch",
            "work.experience[0].b": "Syrien",
            "work.experience[1].a": "Maler",
            "benefits.kooperationsplan_date": "2024-09-17",
            "person.marital_status": "ledig",
            "household.members[0].given_names": "Kind",
            "household.members[0].birth_date": "2020-01-01",
            "household.members[0].birth_date_precision": "tag",
            "jobcenter.requests": ["eins", "zwei"],
            "jobcenter.offers": ["drei"],
        },
        scopes=("J0", "J2"),
    )
    assert rows(made["aim"]) == {"Arbeit (mit Weg)": "Wunschberuf: Koch"}
    assert rows(made["profile"]) == {
        "Arbeit (mit Weg)": "Stärke: mutig",
        "Berufserfahrung": "Koch · B: Syrien\nMaler",
    }
    assert rows(made["running"]) == {"Leistungen": "Kooperationsplan vom: 17.09.2024"}
    assert rows(made["conditions"])["Person"] == "Familienstand: ledig"
    assert rows(made["conditions"])["Mitglieder"].startswith("Kind · 6 Jahre")
    assert (made["requests"], made["offers"]) == (["eins", "zwei"], ["drei"])
    assert made["contribution"] == made["proposals"] == []


def test_an_answer_that_is_no_list_makes_no_items() -> None:
    made = context(BASE | {"jobcenter.requests": "unbekannt"})
    assert (made["requests"], made["offers"]) == ([], [])


def test_other_adults_are_only_counted() -> None:
    adult = {"relationship": "partner", "birth_date": "1990-01-01", "lives_in_household": True}
    one = {f"household.members[0].{name}": value for name, value in adult.items()}
    two = one | {f"household.members[1].{name}": value for name, value in adult.items()}
    assert context(BASE, scopes=("J0", "J2"))["conditions"] == []
    assert rows(context(BASE | one, scopes=("J0", "J2"))["conditions"]) == {
        "Haushalt": "weitere erwachsene Person im Haushalt"
    }
    assert rows(context(BASE | two, scopes=("J0", "J2"))["conditions"]) == {
        "Haushalt": "2 weitere erwachsene Personen im Haushalt"
    }


def test_care_of_stands_in_the_address_and_nowhere_else() -> None:
    made = context(BASE | {"contact.care_of": "bei Muster", "contact.city": "Ort"}, scopes=("J0", "J3"))
    assert rows(made["client"]["fields"])["Anschrift"] == "bei Muster, Ort"
    assert made["conditions"] == []


def test_goals_are_reached_running_or_proposed() -> None:
    made = context(
        BASE
        | {
            "reviews[0].review_no": 1,
            "reviews[0].review_date": "2026-05-28",
            "reviews[0].goal_reviews[0].goal_id": "G01",
            "reviews[0].goal_reviews[0].status_new": "erreicht",
            "reviews[0].goal_reviews[0].evidence": "Vertrag",
        },
        told("G01", step("G01-S01", responsible="klient"), status="erreicht", kooperationsplan_ref="nr5"),
        told(
            "G02",
            step("G02-S01", status="erledigt", done_on="2026-02-03", due_date="2026-02-28"),
            step("G02-S02", responsible="im", due_date="2026-12-01", remark="eilt"),
            step("G02-S03", responsible="klient"),
            status="in_arbeit",
            due_date="2026-12-31",
            kooperationsplan_ref="nr5",
        ),
        told("G03"),
    )
    assert rows(made["running"]) == {
        "Erreichte Ziele": "G01 Ziel G01 · Bezug: Nr. 5 – Arbeit · G01-S01 Schritt G01-S01 (Klient:in, geplant)",
        "Erledigte Schritte": "G02-S01 Schritt G02-S01 (bis 28.02.2026, erledigt am 03.02.2026)",
        "Nachweise": "G01: Vertrag (28.05.2026)",
        "Überprüfung": "zuletzt Nr. 1 am 28.05.2026",
    }
    assert rows(made["contribution"]) == {
        "Unsere Schritte": "G02-S02 Schritt G02-S02 (IM, bis 01.12.2026, geplant, Anmerkung: eilt)"
    }
    second, third = made["proposals"]
    assert (second["tag"], second["title"], second["status"]) == ("Nr. 5 – Arbeit", "G02 Ziel G02", "◐ in Arbeit")
    assert rows(second["fields"]) == {"bis wann": "31.12.2026"}
    assert second["steps"] == ["G02-S03 Schritt G02-S03 (Klient:in, geplant)"]
    assert (third["tag"], third["steps"]) == ("", [])


def test_debts_and_counselling_are_said_in_their_one_sentence() -> None:
    made = context(
        BASE
        | {
            "finance.debts": "ja_geordnet",
            "counselling[0].service": "schuldnerberatung",
            "counselling[0].status": "angenommen",
            "counselling[0].attendance_release": True,
        },
        scopes=("J0", "J4", "J6"),
    )
    assert rows(made["contribution"]) == {
        "Beratung": "Schuldenregulierung läuft\nnimmt Beratung nach § 16a SGB II wahr"
    }
    assert made["consent"]["text"] == "Einwilligung vom 28.05.2026 (J0, J4, J6), widerruflich."


@pytest.mark.parametrize(
    ("withheld", "text"),
    [
        ("consents[].granted_on", "Einwilligung (J0, J2), widerruflich."),
        ("consents[].scope", "Einwilligung vom 28.05.2026, widerruflich."),
    ],
)
def test_day_and_scope_of_a_release_are_told_as_far_as_the_schema_lets_them(withheld: str, text: str) -> None:
    hidden = replace(CATALOGUE.specs[withheld], jobcenter="never")
    catalogue = replace(CATALOGUE, specs={**CATALOGUE.specs, withheld: hidden})
    assert context(BASE, scopes=("J0", "J2"), catalogue=catalogue)["consent"]["text"] == text


def test_a_goal_whose_title_may_not_be_told_is_named_by_its_number() -> None:
    hidden = replace(CATALOGUE.specs["goals[].title"], jobcenter="never")
    catalogue = replace(CATALOGUE, specs={**CATALOGUE.specs, "goals[].title": hidden})
    made = context(BASE, told("G01"), told("G02", status="erreicht"), catalogue=catalogue)
    assert [goal["title"] for goal in made["proposals"]] == ["G01"]
    assert rows(made["running"])["Erreichte Ziele"] == "G02"
