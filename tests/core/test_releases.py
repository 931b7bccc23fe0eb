"""Which consents are in force on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from core.make_fold import plan, said

from formpipe.model import PlanValue
from formpipe.releases import Lapse, Release, Releases, lapse_of, releases_of

ON = date(2026, 5, 28)
TOLD = ["zweck", "folgen_verweigerung", "widerruf"]


def consent(consent_id: str, scope: str = "J0", **columns: object) -> dict[str, Any]:
    return {
        "consent_id": consent_id,
        "scope": scope,
        "recipient": "Jobcenter Mannheim",
        "granted": True,
        "granted_on": "2026-01-15",
        "informed": TOLD,
        **columns,
    }


def values_of(*rows: dict[str, Any], on: str = "2026-01-15") -> dict[str, PlanValue]:
    return {
        f"consents[{index}].{name}": said(value, row.get("written", on))
        for index, row in enumerate(rows)
        for name, value in row.items()
        if name != "written" and value is not None
    }


def in_force(*rows: dict[str, Any], on: date = ON) -> list[tuple[str, str]]:
    found = releases_of(plan(values_of(*rows)), on)
    assert found.members == ()
    return [(release.scope, release.consent_id) for release in found.client]


def lapse(*rows: dict[str, Any], values: dict[str, PlanValue] | None = None) -> Lapse | None:
    return lapse_of(plan({**values_of(*rows), **(values or {})}), "J0", ON)


REVOCATION = {"consent_id": "C07", "scope": "J0", "revoked_on": "2026-02-01"}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], Lapse.MISSING),
        ([consent("C02", "J1")], Lapse.MISSING),
        ([consent("C02", granted=False)], Lapse.REFUSED),
        ([consent("C02", granted="keine_angabe")], Lapse.REFUSED),
        ([consent("C02", granted_on=None)], Lapse.UNDATED),
        ([consent("C02", informed=TOLD[:2])], Lapse.UNTOLD),
        ([consent("C02", granted_on="2026-05-29")], Lapse.FUTURE),
        ([consent("C02", revoked_on="2026-05-28")], Lapse.REVOKED),
        ([consent("C02", valid_until="2026-05-27")], Lapse.EXPIRED),
        ([consent("C02", granted_on="2025-05-28")], Lapse.EXPIRED),
        ([consent("C02"), REVOCATION], Lapse.REVOKED),
        ([REVOCATION], Lapse.REVOKED),
        ([consent("C02")], None),
        ([consent("C02", granted=False, recipient="Jobcenter Beispielstadt"), consent("C03")], None),
    ],
)
def test_why_a_release_is_not_in_force(rows: list[dict[str, Any]], reason: Lapse | None) -> None:
    assert lapse(*rows) is reason
    assert bool(in_force(*[each for each in rows if each["scope"] == "J0"])) is (reason is None)


def test_of_several_recipients_the_newest_row_says_why() -> None:
    other = consent("C03", granted=False, granted_on="2026-02-01", recipient="Jobcenter Beispielstadt")
    assert lapse(consent("C02", revoked_on="2026-03-01"), other) is Lapse.REFUSED
    assert lapse(consent("C02", granted_on="2026-02-02", revoked_on="2026-03-01"), other) is Lapse.REVOKED


@pytest.mark.parametrize(
    ("granted_on", "recipient", "valid"),
    [
        ("2026-01-31", None, False),
        ("2026-02-01", None, False),
        ("2026-02-02", None, True),
        ("2026-01-15", "JOBCENTER  Mannheim", False),
        ("2026-01-15", "Jobcenter Beispielstadt", False),
    ],
)
def test_a_row_that_only_revokes_ends_what_was_given_up_to_its_day(
    granted_on: str,
    recipient: str | None,
    valid: bool,  # noqa: FBT001 - a column of the table
) -> None:
    revocation = {**REVOCATION, "recipient": recipient}
    assert bool(in_force(consent("C02", granted_on=granted_on), revocation)) is valid
    assert in_force(consent("C02", "J1", granted_on=granted_on), revocation) == [("J1", "C02")]
    assert in_force(consent("C02", granted_on=granted_on), revocation, on=date(2026, 2, 1)) == []


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"granted": False}, Lapse.REFUSED),
        ({"granted": False, "recipient": "Jobcenter"}, Lapse.REFUSED),
        ({"granted": False, "recipient": "Jobcenter Mannheim, Team 4"}, Lapse.REFUSED),
        ({"granted": False, "recipient": "Jobcenter Mannheim, Team 4", "granted_on": "2026-01-14"}, None),
        ({"granted": False, "recipient": "Jobcenter Beispielstadt"}, None),
        ({"revoked_on": "2026-03-01", "recipient": "Jobcenter Mannheim, Team 4"}, Lapse.REVOKED),
        ({"revoked_on": "2026-03-01", "recipient": "Jobcenter Beispielstadt"}, None),
    ],
)
def test_a_recipient_written_with_more_words_is_the_same(columns: dict[str, object], reason: Lapse | None) -> None:
    assert lapse(consent("C02"), {**consent("C03", granted_on="2026-02-01"), **columns}) is reason


@pytest.mark.parametrize(
    ("born", "signed_by", "reason"),
    [
        ("2008-01-15", "klient", None),
        ("2008-01-16", "klient", Lapse.UNSIGNED),
        ("2008-01-16", None, Lapse.UNSIGNED),
        ("2008-01-16", "sorgeberechtigt", None),
        ("2008-01-16", "betreuung", None),
        ("unbekannt", "klient", None),
    ],
)
def test_for_a_client_under_18_a_guardian_signs(born: str, signed_by: str | None, reason: Lapse | None) -> None:
    row = consent("C02", signed_by=signed_by)
    assert lapse(row, values={"person.birth_date": said(born)}) is reason
    processing = plan({**values_of(consent("C01", "V0", signed_by=signed_by)), "person.birth_date": said(born)})
    assert releases_of(processing, ON).covers("V0")


def test_for_a_year_of_birth_the_age_is_reckoned_by_years() -> None:
    row = consent("C02", signed_by="klient")
    values = {"person.birth_date": said("2008-01-01"), "person.birth_date_precision": said("jahr")}
    assert lapse(row, values=values) is None
    assert lapse(row, values={**values, "person.birth_date": said("2009-01-01")}) is Lapse.UNSIGNED


def test_a_members_consent_is_not_the_clients() -> None:
    values = values_of(consent("C05", signed_by="klient"))
    values |= {"household.members[0].consent_ref": said("C05"), "person.birth_date": said("2015-01-01")}
    assert lapse_of(plan(values), "J0", ON) is Lapse.MISSING
    assert releases_of(plan(values), ON).covers_member("C05", "J0")


def test_a_granted_consent_is_in_force() -> None:
    found = releases_of(plan(values_of(consent("C02"))), ON)
    release = Release(scope="J0", granted_on=date(2026, 1, 15), consent_id="C02")
    assert found == Releases(on=ON, client=(release,), members=())
    assert found.covers("J0")
    assert not found.covers("J1")


def test_without_consents_nothing_is_in_force() -> None:
    assert in_force() == []


@pytest.mark.parametrize("granted", [False, "keine_angabe", "unbekannt", None, 1])
def test_only_a_clear_yes_counts(granted: object) -> None:
    assert in_force(consent("C02", granted=granted)) == []


@pytest.mark.parametrize("informed", [None, [], TOLD[:2], TOLD[1:], [TOLD[0], TOLD[2]], "zweck"])
def test_all_three_things_must_have_been_told(informed: object) -> None:
    assert in_force(consent("C02", informed=informed)) == []


def test_more_may_have_been_told() -> None:
    assert in_force(consent("C02", informed=[*TOLD, "weiteres"])) == [("J0", "C02")]


@pytest.mark.parametrize(
    ("granted_on", "valid_until", "on", "valid"),
    [
        ("2026-05-28", None, "2026-05-28", True),
        ("2026-05-29", None, "2026-05-28", False),
        ("2025-05-29", None, "2026-05-28", True),
        ("2025-05-28", None, "2026-05-28", False),
        ("2024-02-29", None, "2025-02-27", True),
        ("2024-02-29", None, "2025-02-28", False),
        ("2026-01-15", "2026-05-28", "2026-05-28", True),
        ("2026-01-15", "2026-05-27", "2026-05-28", False),
        ("2020-01-15", "2026-05-28", "2026-05-28", True),
        ("2025-05-28", "unbekannt", "2026-05-28", False),
        ("2025-05-29", "unbekannt", "2026-05-28", True),
        ("unbekannt", None, "2026-05-28", False),
        (None, "2030-01-01", "2026-05-28", False),
    ],
)
def test_a_consent_begins_and_ends(granted_on: str | None, valid_until: str | None, on: str, valid: bool) -> None:  # noqa: FBT001 - a column of the table
    row = consent("C02", granted_on=granted_on, valid_until=valid_until)
    assert bool(in_force(row, on=date.fromisoformat(on))) is valid


@pytest.mark.parametrize(("scope", "ends"), [("J6", True), ("D1", True), ("V0", False), ("T0", False), ("S0", False)])
def test_only_some_scopes_end_by_themselves(scope: str, ends: bool) -> None:  # noqa: FBT001 - a column of the table
    assert bool(in_force(consent("C02", scope, granted_on="2020-01-15"))) is not ends


@pytest.mark.parametrize(
    ("revoked_on", "valid"),
    [("2026-05-27", False), ("2026-05-28", False), ("2026-05-29", True), ("unbekannt", False), (None, True)],
)
def test_a_revocation_works_from_its_day(revoked_on: str | None, valid: bool) -> None:  # noqa: FBT001 - a column of the table
    assert bool(in_force(consent("C02", revoked_on=revoked_on))) is valid


def test_the_newest_row_of_a_scope_and_recipient_counts() -> None:
    old, refused = consent("C02"), consent("C03", granted=False, granted_on="2026-02-01")
    assert in_force(old, refused) == []
    assert in_force(refused, old) == []
    again = consent("C01", granted_on="2026-03-01")
    assert in_force(old, refused, again) == [("J0", "C01")]


def test_a_row_given_in_the_future_is_the_newest_and_not_yet_in_force() -> None:
    assert in_force(consent("C02"), consent("C03", granted_on="2026-12-01")) == []
    assert in_force(consent("C02"), consent("C03", granted_on=None)) == []


def test_of_one_day_the_later_form_counts_then_the_higher_number() -> None:
    late = consent("C02", granted=False, written="2026-03-01")
    assert in_force(consent("C09"), late) == []
    assert in_force(consent("C09", granted=False), consent("C02", written="2026-03-01")) == [("J0", "C02")]
    assert in_force(consent("C03", granted=False), consent("C02")) == []
    assert in_force(consent("C03"), consent("C02")) == [("J0", "C03")]


def test_of_two_equally_new_rows_that_contradict_each_other_the_refusal_counts() -> None:
    rows = (consent("C03"), consent("C02", granted=False))
    assert in_force(*rows) == []
    assert lapse(*rows) is Lapse.CONTRADICTED
    assert lapse(consent("C03", granted_on="2026-01-14"), rows[1]) is Lapse.REFUSED
    assert lapse(consent("C03", "J1"), rows[1]) is Lapse.REFUSED


def test_a_row_is_as_late_as_its_latest_cell() -> None:
    values = values_of(consent("C09", granted=False), consent("C02"))
    values["consents[1].valid_until"] = said("2026-12-31", "2026-03-01")
    assert [each.consent_id for each in releases_of(plan(values), ON).client] == ["C02"]


def test_other_recipients_and_scopes_are_other_consents() -> None:
    refused = consent("C03", granted=False, granted_on="2026-02-01", recipient="Jobcenter Beispielstadt")
    assert in_force(consent("C02"), refused) == [("J0", "C02")]
    assert in_force(consent("C02"), consent("C03", "J1", granted=False)) == [("J0", "C02")]
    assert in_force(consent("C04", "J3"), consent("C02"), consent("C03", "J1")) == [
        ("J0", "C02"),
        ("J1", "C03"),
        ("J3", "C04"),
    ]


def test_a_recipient_is_the_same_however_it_is_typed() -> None:
    refused = consent("C03", granted=False, granted_on="2026-02-01", recipient="  jobcenter  MANNHEIM ")
    assert in_force(consent("C02"), refused) == []


def test_of_two_recipients_the_newer_release_is_named() -> None:
    other = consent("C03", recipient="Jobcenter Beispielstadt", granted_on="2026-02-01")
    assert in_force(consent("C02"), other) == [("J0", "C03")]
    assert in_force(other, consent("C02")) == [("J0", "C03")]


@pytest.mark.parametrize(
    ("revoked_on", "valid"),
    [("2026-02-01", True), ("2026-02-02", False), ("2026-05-28", False), ("2026-05-29", True), ("unbekannt", True)],
)
def test_an_older_row_revoked_since_ends_the_newer_one(revoked_on: str, valid: bool) -> None:  # noqa: FBT001 - a column of the table
    old, new = consent("C02", revoked_on=revoked_on), consent("C03", granted_on="2026-02-01")
    assert bool(in_force(old, new)) is valid


def test_a_members_consent_counts_for_the_member_only() -> None:
    values = values_of(
        consent("C01"), consent("C05", "J2"), consent("C06", "J2", granted=False, granted_on="2026-02-01")
    )
    values["household.members[0].consent_ref"] = said("C05")
    values["household.members[1].given_names"] = said("Rīm")
    found = releases_of(plan(values), ON)
    assert [each.scope for each in found.client] == ["J0"]
    assert [each.consent_id for each in found.members] == ["C05"]
    assert found.covers_member("C05", "J2")
    assert not found.covers_member("C05", "J0")
    assert not found.covers_member("C01", "J0")
    assert not found.covers_member(None, "J2")


def test_a_members_consent_ends_like_any() -> None:
    values = values_of(consent("C05", "J2", valid_until="2026-03-11"))
    values["household.members[0].consent_ref"] = said("C05")
    assert releases_of(plan(values), ON).members == ()
    assert releases_of(plan(values), date(2026, 3, 11)).covers_member("C05", "J2")


def test_a_members_consent_does_not_end_by_another_row() -> None:
    values = values_of(consent("C05", "J2"), consent("C06", "J2", revoked_on="2026-03-01"))
    values["household.members[0].consent_ref"] = said("C05")
    assert releases_of(plan(values), ON).covers_member("C05", "J2")
