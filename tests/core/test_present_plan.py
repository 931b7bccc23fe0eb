"""What the integration plan says, value by value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from make_present import (
    CARRIER,
    CASE,
    CATALOGUE,
    CONSENTS,
    LAW,
    MANAGERS,
    catalogue_of,
    goal,
    plan,
    plan_of,
    step,
)

from formpipe.changes import changes_between
from formpipe.model import IntegrationPlan, Json
from formpipe.present import Service, ServiceEntry, law_name, letterhead_of, plan_context, withheld_keys
from formpipe.present.goals import SYMBOLS
from formpipe.titles import VICTIM_TITLE_TEXT


def context(of: IntegrationPlan, before: IntegrationPlan | None = None) -> dict[str, Any]:
    changes = changes_between(before, of)
    services = (
        Service(code="a", title="A", text="Satz", entries=(ServiceEntry(name="Ort", phone="1"),)),
        Service(code="b", title="B", text="Satz"),
    )
    return plan_context(of, changes, CATALOGUE, carrier=CARRIER, services=services, managers=MANAGERS)


def fields(made: dict[str, Any], title: str) -> list[tuple[str, str]]:
    section = next(each for each in made["sections"] if each["title"] == title)
    return [(row["label"], row["value"]) for row in section["fields"]]


def tables(made: dict[str, Any], title: str) -> list[dict[str, Any]]:
    return list(next(each for each in made["sections"] if each["title"] == title)["tables"])


def test_the_head_names_version_client_manager_and_carrier() -> None:
    made = context(
        plan_of(
            {
                "case.manager_id": "car-mmuster",
                "case.deputy_manager_id": "car-fremd",
                "person.family_name": "Muster",
                "person.given_names": "Ada",
                "person.name_original_script": "Ада",
                "reviews[0].next_review_date": "2026-01-02",
                "reviews[1].next_review_date": "2026-11-26",
                "sign.client_signed_on": "2026-05-28",
            }
        )
    )
    assert made["properties"] == {"title": f"Integrationsplan {CASE}", "author": "Träger Muster"}
    assert made["document"] == {
        "case": CASE,
        "version": "2",
        "dated": "28.05.2026",
        "edition": "Fortschreibung Nr. 1",
        "valid_until": "26.11.2026",
        "signed": False,
    }
    assert made["person"] == {"name": "Ada Muster", "original": "Ада", "birth": ""}
    assert made["manager"] == {"name": "Martina Muster (car-mmuster)", "deputy": "car-fremd"}
    assert made["carrier"]["access_norm"] == "§\u00a017\u00a0KDG"
    assert made["appointments"]["next_review"] == "26.11.2026"


def test_the_first_version_is_no_update_and_shows_no_changes() -> None:
    made = context(plan(version=1, person__gender="weiblich"))
    assert made["document"]["edition"] == "Erster Plan"
    assert made["document"]["valid_until"] == ""
    assert made["appointments"]["next_review"] == ""
    assert made["changes"] == []


def test_a_plan_is_signed_when_both_have_signed() -> None:
    both = {"sign.client_signed_on": "2026-05-28", "sign.manager_signed_on": "2026-05-29"}
    made = context(plan_of(both | {"sign.copy_given_on": "2026-05-30", "sign.place": "Büro"}))
    assert made["document"]["signed"] is True
    assert made["signatures"]["client"] == "28.05.2026"
    assert made["signatures"]["manager"] == "29.05.2026"
    assert made["signatures"]["copy_given"] == "30.05.2026"
    assert [row["label"] for row in made["signatures"]["fields"]] == ["Ort"]


def test_sections_print_answered_fields_in_the_order_of_the_forms_and_no_others() -> None:
    made = context(plan_of({"person.gender": "divers", "contact.phone": "+491", "case.intake_date": "2026-01-02"}))
    assert [each["title"] for each in made["sections"]] == ["Fall", "Person"]
    assert fields(made, "Person") == [("Geschlecht", "divers")]


def test_the_computed_end_of_counselling_stands_in_its_section() -> None:
    made = context(plan_of({"case.counselling_end_max": "2028-03-11", "case.intake_date": "2025-03-12"}))
    assert fields(made, "Fall")[-1] == ("Höchstdauer der Beratung bis", "11.03.2028")


def test_remarks_in_a_section_title_are_left_to_the_form() -> None:
    assert fields(context(plan(work__strength="mutig")), "Arbeit") == [("Stärke", "mutig")]


@pytest.mark.parametrize(
    ("precision", "text"),
    [
        ("tag", "17.09.1994"),
        ("monat", "09.1994"),
        ("jahr", "Jahrgang 1994 (Tag unbekannt)"),
        ("geschaetzt", "ca. 1994 – etwa 32 Jahre (Geburtsjahr geschätzt)"),
    ],
)
def test_a_birth_date_is_printed_as_far_as_it_is_known(precision: str, text: str) -> None:
    made = context(plan_of({"person.birth_date": "1994-09-17", "person.birth_date_precision": precision}))
    assert fields(made, "Person")[0] == ("Geburtsdatum", text)


def test_a_declined_birth_date_is_printed_as_declined() -> None:
    assert fields(context(plan(person__birth_date="keine_angabe")), "Person") == [("Geburtsdatum", "keine Angabe")]


def test_a_protected_address_is_printed_once_as_protected_and_named_as_withheld() -> None:
    address = {"contact.street": "Geheimweg", "contact.city": "Geheimstadt"}
    hidden = plan_of(address | {"contact.address_protected": True})
    made = context(hidden, plan_of({"contact.street": "Altweg"}, version=1))
    assert fields(made, "Kontakt") == [("Anschrift", "Adresse geschützt")]
    assert "weg" not in str(made["changes"])
    assert "Geheim" not in str(made)
    assert withheld_keys(hidden, CATALOGUE) == {"address_protected": ("contact.street", "contact.city")}
    shown = plan_of(address | {"contact.address_protected": False, "family.protection_need": "ja"})
    assert ("Straße", "Geheimweg") in fields(context(shown), "Kontakt")
    assert withheld_keys(shown, CATALOGUE) == {}


def test_a_title_that_tells_of_a_crime_is_printed_as_its_general_paragraph() -> None:
    victim = plan_of({"residence.status_code": "ae_25_4a", "residence.citation_text": "§ 25 Abs. 4a AufenthG"})
    assert fields(context(victim), "Aufenthalt") == [
        ("Aufenthaltsstatus", VICTIM_TITLE_TEXT),
        ("Wortlaut", VICTIM_TITLE_TEXT),
    ]
    assert withheld_keys(victim, CATALOGUE) == {"title_protected": ("residence.status_code", "residence.citation_text")}
    later = plan_of({"residence.status_code": "ae_25_3", "residence.citation_text": "§ 25 Abs. 3"}, version=3)
    changes = context(later, victim)["changes"]
    assert [(each["old"], each["new"]) for each in changes] == [
        (VICTIM_TITLE_TEXT, "§ 25 Abs. 3"),
        (VICTIM_TITLE_TEXT, "§ 25 Abs. 3"),
    ]
    assert fields(context(later), "Aufenthalt")[1] == ("Wortlaut", "§ 25 Abs. 3")


def test_a_list_becomes_a_table_of_its_answered_columns() -> None:
    made = context(
        plan_of(
            {
                "household.members[0].given_names": "Ada",
                "household.members[0].relationship": "kind",
                "household.members[2].given_names": "Ben",
                "household.members[3].member_id": "HM04",
            }
        )
    )
    (table,) = tables(made, "Haushalt")
    assert (table["label"], table["width"]) == ("Mitglieder", 2)
    assert table["head"] == ["Vorname", "Beziehung", "", "", ""]
    assert [row["cells"] for row in table["rows"]] == [["Ada", "Kind", "", "", ""], ["Ben", "", "", "", ""]]


def test_a_list_with_too_many_columns_is_printed_row_by_row() -> None:
    made = context(plan_of({f"work.experience[0].{name}": f"wert {name}" for name in "abcdef"}))
    (table,) = tables(made, "Arbeit")
    assert table["width"] == 0
    (row,) = table["rows"]
    assert (row["number"], row["title"]) == ("1", "wert a")
    assert [(each["label"], each["value"]) for each in row["fields"]] == [(n.upper(), f"wert {n}") for n in "bcdef"]
    narrow = context(plan_of({f"work.experience[0].{name}": name for name in "abcde"}))
    assert tables(narrow, "Arbeit")[0]["width"] == 5


def test_a_table_does_not_repeat_the_title_of_its_section() -> None:
    made = context(plan_of({"childcare.children[0].facility": "Kita"}))
    assert tables(made, "Kinder")[0]["label"] == ""


def test_a_child_is_named_beside_its_number_where_the_household_knows_it() -> None:
    made = context(
        plan_of(
            {
                "household.members[0].member_id": "HM01",
                "household.members[0].given_names": "Ada",
                "household.members[1].member_id": "HM02",
                "childcare.children[0].member_id": "HM01",
                "childcare.children[1].member_id": "HM02",
            }
        )
    )
    assert [row["title"] for row in tables(made, "Kinder")[0]["rows"]] == ["HM01 (Ada)", "HM02"]


def test_goals_stand_by_their_state_with_their_steps() -> None:
    made = context(
        plan(
            goal("G01", step("G01-S01", responsible="im", due_date="2026-06-01", remark="eilt"), due_date="2026-12-31"),
            goal("G02", status="erreicht"),
            goal("G03", step("G03-S01", status="erledigt", done_on="2026-02-03"), status="aufgegeben"),
        )
    )
    (active,), (reached,), (ended,) = made["goals_active"], made["goals_reached"], made["goals_ended"]
    assert (active["id"], active["title"], active["status"], active["due"]) == (
        "G01",
        "Ziel G01",
        "○ offen",
        "31.12.2026",
    )
    assert [(row["label"], row["value"]) for row in active["fields"]] == [("bis wann", "31.12.2026")]
    (first,) = active["steps"]
    assert {name: first[name] for name in ("id", "title", "who", "due", "status")} == {
        "id": "G01-S01",
        "title": "Schritt G01-S01",
        "who": "IM",
        "due": "01.06.2026",
        "status": "○ geplant",
    }
    assert [(row["label"], row["value"]) for row in first["fields"]] == [("Anmerkung", "eilt")]
    assert reached["status"] == "✔ erreicht"
    assert ended["status"] == "– nicht mehr gewünscht"
    assert ended["steps"][0]["status"] == "✔ erledigt am 03.02.2026"


def test_goals_that_are_confidential_or_not_agreed_are_off_the_plan_everywhere() -> None:
    kept_off = (
        goal("G01", step("G01-S01"), title="Geheimnis", confidential=True),
        goal("G02", step("G02-S01"), title="Geheimnis", agreed_with_client=False),
        goal("G03", title="Geheimnis", confidential="keine_angabe"),
    )
    reviews: dict[str, Json] = {
        "reviews[0].review_no": 1,
        "reviews[0].goal_reviews[0].goal_id": "G01",
        "reviews[0].goal_reviews[0].status_new": "in_arbeit",
        "reviews[0].goal_reviews[0].evidence": "Geheimnis",
        "reviews[0].action_updates[0].action_id": "G02-S01",
        "reviews[0].action_updates[0].status": "laeuft",
    }
    hidden = plan_of(reviews, *kept_off, goal("G04", confidential=False))
    made = context(hidden, plan_of({}, version=1))
    assert [each["id"] for each in made["goals_active"]] == ["G04"]
    assert made["reviews"] == []
    assert "Geheimnis" not in str(made)
    assert withheld_keys(hidden, CATALOGUE) == {"not_agreed": ("G02.agreed_with_client", "G02.status", "G02.title")}


def test_a_goal_without_a_title_or_state_prints_what_it_has() -> None:
    made = context(plan(goal("G01", title=None, status=None)))
    (only,) = made["goals_active"]
    assert (only["title"], only["status"]) == ("", "")


def test_reviews_stand_newest_first_with_what_they_said() -> None:
    made = context(
        plan_of(
            {
                "reviews[0].review_no": 1,
                "reviews[0].review_date": "2025-06-10",
                "reviews[0].client_view": "gut",
                "reviews[0].manager_note": "intern",
                "reviews[1].review_no": 2,
                "reviews[1].review_date": "2025-12-02",
                "reviews[1].goal_reviews[0].goal_id": "G01",
                "reviews[1].goal_reviews[0].status_new": "in_arbeit",
                "reviews[1].goal_reviews[0].evidence": "Zeugnis",
                "reviews[1].goal_reviews[0].obstacle": "Wartezeit",
                "reviews[1].goal_reviews[1].goal_id": "G09",
                "reviews[1].goal_reviews[1].evidence": "Brief",
                "reviews[1].goal_reviews[2].goal_id": "G01",
                "reviews[1].action_updates[0].action_id": "G01-S01",
                "reviews[1].action_updates[0].status": "erledigt",
            },
            goal("G01", step("G01-S01")),
        )
    )
    second, first = made["reviews"]
    assert (first["number"], first["date"]) == ("1", "10.06.2025")
    assert [(row["label"], row["lead"], row["value"]) for row in first["fields"]] == [
        ("Wie zufrieden bin ich?", "Wie zufrieden bin ich?", "gut")
    ]
    assert first["entries"] == []
    said = [
        (entry["what"], entry["status"], [(row["lead"], row["value"]) for row in entry["fields"]])
        for entry in second["entries"]
    ]
    assert said == [
        ("G01 – Ziel G01", "◐ in Arbeit", [("Nachweis:", "Zeugnis")]),
        ("G09", "", [("Nachweis:", "Brief")]),
        ("G01-S01 – Schritt G01-S01", "✔ erledigt", []),
    ]
    assert "intern" not in str(made)
    assert "Wartezeit" not in str(made)


def test_changes_are_told_with_what_was_before_row_by_row_and_goal_by_goal() -> None:
    old = plan_of(
        {
            "person.gender": "divers",
            "household.members[0].given_names": "Ada",
            "household.members[1].relationship": "kind",
            "form.filled_on": "2026-01-01",
            "person.birth_date": "1994-01-01",
            "person.birth_date_precision": "jahr",
            "contact.phone": "1",
            "weg.field": "x",
        },
        goal("G01", step("G01-S01"), due_date="2026-01-31", drop_reason="geheim"),
        version=1,
    )
    new = plan_of(
        {
            "household.members[0].given_names": "Ada",
            "household.members[0].relationship": "partner",
            "household.members[1].relationship": "partner",
            "form.filled_on": "2026-05-28",
            "person.birth_date": "1994-09-17",
            "person.birth_date_precision": "tag",
            "contact.phone": "2",
        },
        goal("G01", step("G01-S01", status="laeuft"), step("G01-S02"), status="in_arbeit"),
        goal("G02", step("G02-S01")),
    )
    told = {(each["area"], each["label"]): (each["old"], each["new"]) for each in context(new, old)["changes"]}
    assert told == {
        ("Person", "Geschlecht"): ("divers", ""),
        ("Person", "Geburtsdatum"): ("Jahrgang 1994 (Tag unbekannt)", "17.09.1994"),
        ("Person", "Genauigkeit"): ("nur Jahr", "tag"),
        ("Haushalt", "Mitglieder, Nr. 1: Ada"): ("", "Beziehung: Ehe"),
        ("Haushalt", "Mitglieder, Nr. 2"): ("Beziehung: Kind", "Beziehung: Ehe"),
        ("Ziele", "G01 – Ziel G01"): ("bis wann: 31.01.2026\nStand: ○ offen", "Stand: ◐ in Arbeit"),
        ("Ziele", "G01-S01 – Schritt G01-S01"): ("Stand: ○ geplant", "Stand: ◐ läuft"),
        ("Ziele", "G01-S02 – Schritt G01-S02"): ("", "neuer Schritt"),
        ("Ziele", "G02 – Ziel G02"): ("", "neu vereinbart"),
    }
    assert [each["sentence"] for each in context(new, old)["changes"]] == [
        "Person: Geburtsdatum war «Jahrgang 1994 (Tag unbekannt)» und ist jetzt «17.09.1994».",
        "Person: Genauigkeit war «nur Jahr» und ist jetzt «tag».",
        "Person: Geschlecht war «divers» und gilt nicht mehr.",
        "Haushalt: Mitglieder, Nr. 1: Ada: Beziehung ist jetzt «Ehe».",
        "Haushalt: Mitglieder, Nr. 2: Beziehung war «Kind» und ist jetzt «Ehe».",
        (
            "Ziele: G01 – Ziel G01: bis wann war «31.01.2026» und gilt nicht mehr; "
            "Stand war «○\u00a0offen» und ist jetzt «◐\u00a0in Arbeit»."
        ),
        "Ziele: G01-S01 – Schritt G01-S01: Stand war «○\u00a0geplant» und ist jetzt «◐\u00a0läuft».",
        "Ziele: G01-S02 – Schritt G01-S02 ist ein neuer Schritt.",
        "Ziele: G02 – Ziel G02 ist neu vereinbart.",
    ]


def test_changes_stand_in_the_order_of_the_form() -> None:
    old = plan_of(
        {"person.gender": "divers", "household.members[10].given_names": "Zoe"},
        goal("G01", step("G01-S01")),
        version=1,
    )
    new = plan_of(
        {
            "person.gender": "weiblich",
            "household.members[2].relationship": "kind",
            "household.members[2].given_names": "Ada",
        },
        goal("G01", step("G01-S01"), due_date="2026-01-31", status="in_arbeit"),
    )
    made = context(new, old)["changes"]
    assert [(each["area"], each["label"], each["new"]) for each in made] == [
        ("Person", "Geschlecht", "weiblich"),
        ("Haushalt", "Mitglieder, Nr. 3: Ada", "neu eingetragen"),
        ("Haushalt", "Mitglieder: Zoe", "nicht mehr eingetragen"),
        ("Ziele", "G01 – Ziel G01", "bis wann: 31.01.2026\nStand: ◐ in Arbeit"),
    ]


def _members(*rows: Mapping[str, Json]) -> dict[str, Json]:
    return {f"household.members[{place}].{name}": each for place, row in enumerate(rows) for name, each in row.items()}


def _told(old: dict[str, Json], new: dict[str, Json]) -> list[str]:
    return [each["sentence"] for each in context(plan_of(new), plan_of(old, version=1))["changes"]]


def test_a_row_that_is_gone_is_told_by_its_name_and_the_rows_below_it_are_not_told() -> None:
    ada: dict[str, Json] = {"given_names": "Ada", "relationship": "partner"}
    zoe: dict[str, Json] = {"given_names": "Zoe", "relationship": "kind"}
    gone = ["Haushalt: Mitglieder: Ada ist nicht mehr eingetragen."]
    assert _told(_members(ada, zoe), _members(zoe)) == gone
    assert _told(_members(ada), {}) == gone
    assert _told(_members(zoe), _members(ada, zoe)) == ["Haushalt: Mitglieder, Nr. 1: Ada ist neu eingetragen."]
    assert _told(_members({"relationship": "kind"}), {}) == [
        "Haushalt: Mitglieder: eine Zeile ist nicht mehr eingetragen."
    ]


def test_a_row_is_known_by_its_number_wherever_it_stands() -> None:
    ada: dict[str, Json] = {"member_id": "HM01", "given_names": "Ada"}
    zoe: dict[str, Json] = {"member_id": "HM02", "given_names": "Zoe", "relationship": "partner"}
    assert _told(_members(ada, zoe), _members({**zoe, "relationship": "kind"})) == [
        "Haushalt: Mitglieder, Nr. 1: Zoe: Beziehung war «Ehe» und ist jetzt «Kind».",
        "Haushalt: Mitglieder: Ada ist nicht mehr eingetragen.",
    ]
    assert _told(_members(ada), _members({**ada, "member_id": "HM03"})) == [
        "Haushalt: Mitglieder, Nr. 1: Ada ist neu eingetragen.",
        "Haushalt: Mitglieder: Ada ist nicht mehr eingetragen.",
    ]


def test_consents_are_told_as_they_stand_on_the_day_of_the_plan() -> None:
    informed: list[Json] = ["zweck", "folgen_verweigerung", "widerruf"]
    rows: list[dict[str, Json]] = [
        {"scope": "V0", "granted": True, "granted_on": "2026-01-02", "remark": "mündlich"},
        {"scope": "J0", "granted": True, "granted_on": "2025-01-02", "valid_until": "2026-01-01"},
        {"scope": "J1", "granted": True, "granted_on": "2026-01-02", "revoked_on": "2026-02-02"},
        {"scope": "J2", "granted": False, "granted_on": "2026-01-02"},
        {"scope": "J3", "granted": "keine_angabe"},
        {"scope": "J4", "revoked_on": "2026-02-02"},
    ]
    values: dict[str, Json] = {
        f"consents[{number}].{name}": value
        for number, row in enumerate(rows)
        for name, value in (row | {"consent_id": f"C0{number}", "recipient": "Stelle", "informed": informed}).items()
    }
    made = context(plan_of(values))["consents"]
    assert [each["state"] for each in made] == [
        "✔ erteilt am 02.01.2026",
        "– nicht mehr in Kraft, erteilt am 02.01.2025",
        "– widerrufen am 02.02.2026, erteilt am 02.01.2026",
        "× nicht erteilt am 02.01.2026",
        "keine Angabe",
        "– widerrufen am 02.02.2026",
    ]
    assert [each["until"] for each in made] == ["", "01.01.2026", "", "", "", ""]
    assert [row["value"] for row in made[0]["fields"]] == ["mündlich"]
    assert made[0]["recipient"] == "Stelle"


def test_a_catalogue_without_blocks_gives_empty_ones() -> None:
    empty = catalogue_of()
    made = plan_context(plan(version=1), (), empty, carrier=CARRIER, services=(), managers={})
    assert made["reviews"] == made["consents"] == made["sections"] == []
    assert made["signatures"] == {"client": "", "manager": "", "copy_given": "", "fields": []}
    assert catalogue_of(CONSENTS).spec_of("consents[3].scope") is not None


def test_the_jobcenter_appointment_stands_with_the_dates() -> None:
    made = context(plan_of({"jobcenter.appointment_at": "2026-11-25T09:30:00+01:00", "jobcenter.place": "Raum 1"}))
    assert [(row["label"], row["value"]) for row in made["appointments"]["jobcenter"]] == [
        ("Termin", "25.11.2026, 09:30 Uhr"),
        ("Ort", "Raum 1"),
    ]
    assert made["sections"] == []


def test_services_are_the_same_for_everyone_and_empty_ones_have_a_line_to_write_on() -> None:
    first, second = context(plan(version=1))["services"]
    assert first["entries"] == [{"name": "Ort", "address": "", "phone": "1"}]
    assert second == {"title": "B", "text": "Satz", "entries": [{"name": "", "address": "", "phone": ""}]}


def test_every_state_has_a_symbol_of_its_own_kind() -> None:
    assert SYMBOLS["erreicht"] == SYMBOLS["erledigt"] == "✔"
    assert all(len(symbol) == 1 for symbol in SYMBOLS.values())


def test_the_law_has_its_names_by_day_and_by_regime() -> None:
    assert law_name(LAW, "agreement", date(2023, 6, 30)) == "Eingliederungsvereinbarung"
    assert law_name(LAW, "agreement", date(2023, 7, 1)) == "Kooperationsplan"
    assert law_name(LAW, "benefit", date(2026, 6, 30)) == ""
    head = letterhead_of(LAW, name="Träger Muster", address="Beispielweg 1, 68159 Mannheim", regime="kdg")
    assert head == CARRIER
