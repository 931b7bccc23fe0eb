"""A pre-filled review meets a plan that other forms have changed since: base, plan and form are merged."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from core.make_fold import (
    DEFINITIONS,
    REVIEW,
    REVIEW_KIND,
    cells_of,
    correction,
    faults,
    goal,
    intake,
    origins_of,
    review,
    seen,
    sha,
    values_of,
)

from formpipe.definition import FieldSpec, ValueType
from formpipe.fold.fold import Fold, fold
from formpipe.fold.holding import HeldReason
from formpipe.model import Filed, IntegrationPlan, pointer_of

STATUS = pointer_of("work.status")
MEMBERS = [
    {"member_id": "HM01", "given_names": "Rim", "relationship": "partner"},
    {"member_id": "HM02", "given_names": "Yusuf", "relationship": "kind"},
]
COURSES = [{"name": "A1"}, {"name": "A2"}]
FIRST = intake(
    work={"status": "arbeitsuchend", "wish": "Küche"},
    household={"members": MEMBERS},
    language={"courses": COURSES},
    goals=[goal("G01", actions=[{"action_id": "G01-S01", "title": "anrufen", "status": "geplant"}])],
    consents=[{"consent_id": "C01", "scope": "V0", "granted": True}],
)
_COLUMNS = (
    "household.members[].member_id",
    "household.members[].given_names",
    "household.members[].relationship",
    "language.courses[].name",
)
DEFINED = {
    **DEFINITIONS,
    REVIEW_KIND: replace(
        REVIEW,
        specs={**REVIEW.specs, **{key: FieldSpec(key=key, label=key, type=ValueType.TEXT) for key in _COLUMNS}},
    ),
}


def folding(*filed: Filed) -> Fold:
    return fold(filed, DEFINED)


def base_of(*filed: Filed) -> IntegrationPlan:
    return folding(*filed).versions[-1]


BASE = base_of(FIRST)


def on(base: IntegrationPlan, form: Filed) -> Filed:
    """Return *form* as pre-filled from *base*."""
    return replace(form, base=base, submission=replace(form.submission, base="known"))


def returned(label: str, day: str, base: IntegrationPlan = BASE, **parts: object) -> Filed:
    """Return a review of *day* on a form made from *base*; goals that it does not name stand there untouched."""
    said: Any = parts.pop("goals_seen", [])
    named = {row["goal_id"] for row in said}
    untouched = [
        seen(each.goal_id, str(each.columns["status"].value))
        for each in base.goals
        if each.goal_id not in named and each.columns["status"].value not in {"erreicht", "aufgegeben"}
    ]
    return on(base, review(label, len(label) + 2, day, goals_seen=[*said, *untouched], **parts))


def always(*filed: Filed) -> Fold:
    """Return the fold of *filed*, which is the same for every order of arrival."""
    results = []
    for order in itertools.permutations(filed):
        arrived = [replace(each, seq=place) for place, each in enumerate(order, start=1)]
        found = folding(*arrived)
        results.append(([values_of(plan) for plan in found.versions], [plan.goals for plan in found.versions], found))
    assert all(each[:2] == results[0][:2] for each in results)
    assert all(each[2].held == results[0][2].held for each in results)
    return results[0][2]


def only_held(result: Fold) -> tuple[str, list[tuple[str, str, dict[str, object]]]]:
    ((sha256, held),) = result.held.items()
    assert held.reason is HeldReason.CONFLICT
    return sha256, faults(held)


def members(**changed: Mapping[str, str]) -> dict[str, Any]:
    """Return the members as on a form, with *changed* cells by id."""
    return {"household": {"members": [{**row, **changed.get(row["member_id"], {})} for row in MEMBERS]}}


def rows(plan: IntegrationPlan, key: str) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, value in values_of(plan).items():
        if name.startswith(f"{key}["):
            row, _, column = name.removeprefix(key).partition("].")
            found.setdefault(row, {})[column] = value
    return list(found.values())


def test_an_untouched_form_changes_nothing_whatever_happened_meanwhile() -> None:
    one = returned("a", "2026-02-10", changes={"work": {"status": "minijob"}} | members(HM02={"given_names": "Yūsuf"}))
    two = returned("bb", "2026-03-10")
    result = always(FIRST, one, two)
    assert result.held == {}
    before, after = (values_of(plan) for plan in result.versions[1:])
    assert {key: value for key, value in after.items() if not key.startswith("reviews[1]")} == before
    assert result.versions[1].goals == result.versions[2].goals


def test_edits_of_different_fields_come_together() -> None:
    one = returned("a", "2026-02-10", changes={"work": {"status": "minijob"}})
    two = returned("bb", "2026-03-10", changes={"work": {"wish": None}, "contact": {"phone": "1"}})
    result = always(FIRST, one, two)
    assert result.held == {}
    plan = values_of(result.versions[-1])
    assert (plan["work.status"], plan["contact.phone"], "work.wish" in plan) == ("minijob", "1", False)


def test_two_values_for_one_field_hold_the_later_review() -> None:
    one = returned("a", "2026-02-10", changes={"work": {"status": "minijob"}})
    two = returned("bb", "2026-03-10", changes={"work": {"status": "vollzeit"}, "contact": {"phone": "1"}})
    result = always(FIRST, one, two)
    assert values_of(result.versions[-1])["work.status"] == "minijob"
    assert only_held(result) == (
        sha("bb"),
        [("merge", STATUS, {"written": "vollzeit", "other": "minijob", "on": "2026-02-10"})],
    )


def test_the_same_value_from_both_is_no_conflict() -> None:
    change = {"work": {"status": "minijob", "wish": None}}
    result = always(
        FIRST, *(returned(label, day, changes=change) for label, day in (("a", "2026-02-10"), ("bb", "2026-03-10")))
    )
    assert result.held == {}
    assert values_of(result.versions[-1])["work.status"] == "minijob"


@pytest.mark.parametrize(("first", "second"), [(None, "vollzeit"), ("vollzeit", None)])
def test_cleared_here_and_edited_there_is_a_conflict(first: str | None, second: str | None) -> None:
    one = returned("a", "2026-02-10", changes={"work": {"status": first}})
    two = returned("bb", "2026-03-10", changes={"work": {"status": second}})
    told = {"written": second or "", "other": first or "", "on": "2026-02-10"}
    assert only_held(always(FIRST, one, two)) == (sha("bb"), [("merge", STATUS, told)])


def test_a_form_made_from_the_newer_plan_may_change_it_again() -> None:
    one = returned("a", "2026-02-10", changes={"work": {"status": "minijob"}})
    two = returned("bb", "2026-03-10", base_of(FIRST, one), changes={"work": {"status": "vollzeit"}})
    result = always(FIRST, one, two)
    assert result.held == {}
    assert values_of(result.versions[-1])["work.status"] == "vollzeit"


def test_a_form_of_an_old_version_meets_all_that_came_since() -> None:
    one = returned("a", "2026-02-10", changes={"work": {"status": "minijob"}})
    two = returned("bb", "2026-03-10", base_of(FIRST, one), changes={"work": {"status": "teilzeit"}})
    old = returned("ccc", "2026-04-10", changes={"work": {"status": "vollzeit"}, "contact": {"phone": "1"}})
    told = {"written": "vollzeit", "other": "teilzeit", "on": "2026-03-10"}
    assert only_held(always(FIRST, one, two, old)) == (sha("ccc"), [("merge", STATUS, told)])


def test_what_a_correction_of_a_known_form_changed_is_no_conflict() -> None:
    wrong = returned("a", "2026-02-10", changes={"work": {"status": "minijob"}})
    two = returned("bb", "2026-03-10", base_of(FIRST, wrong), changes={"work": {"status": "vollzeit"}})
    mended = correction(wrong, returned("ccc", "2026-02-10", changes={"work": {"status": "teilzeit"}}))
    result = folding(FIRST, wrong, two, mended)
    assert result.held == {}
    assert [values_of(plan)["work.status"] for plan in result.versions[1:]] == ["teilzeit", "vollzeit"]


def test_a_form_dated_before_its_own_base_may_not_change_what_the_base_has_of_later_days() -> None:
    one = returned("a", "2026-03-10", changes={"work": {"status": "minijob"}})
    base = base_of(FIRST, one)
    late = returned("bb", "2026-02-10", base, changes={"work": {"status": "vollzeit"}})
    told = {"written": "vollzeit", "other": "minijob", "on": "2026-03-10"}
    assert only_held(always(FIRST, one, late)) == (sha("bb"), [("merge", STATUS, told)])
    harmless = returned("bb", "2026-02-10", base, changes={"contact": {"phone": "1"}})
    assert always(FIRST, one, harmless).held == {}


def test_a_review_made_from_the_other_one_of_the_day_leaves_it_standing() -> None:
    one = returned("a", "2026-03-10", changes={"work": {"status": "minijob"}})
    two = returned("bb", "2026-03-10", base_of(FIRST, one), changes={"work": {"status": "vollzeit"}})
    result = always(FIRST, one, two)
    assert [plan.inputs[-1] for plan in result.versions] == [sha("intake"), sha("a")]
    assert set(result.held) == {sha("bb")}


def test_an_unknown_base_holds_the_review() -> None:
    form = review("a", 2, "2026-02-10", goals_seen=[seen("G01", "offen")])
    foreign = replace(form, submission=replace(form.submission, base="ab12"))
    result = always(FIRST, foreign)
    assert {sha256: held.reason for sha256, held in result.held.items()} == {sha("a"): HeldReason.UNKNOWN_BASE}
    (finding,) = result.held[sha("a")].findings
    assert (finding.rule, finding.pointer, finding.place.label) == ("base", "", "Stand")
    assert set(folding(foreign).held) == {sha("a")}


# -- rows with an id -----------------------------------------------------------------------------


def test_cells_of_rows_come_together_by_id() -> None:
    one = returned("a", "2026-02-10", changes=members(HM01={"given_names": "Rīm"}))
    two = returned("bb", "2026-03-10", changes=members(HM02={"given_names": "Yūsuf"}))
    result = always(FIRST, one, two)
    assert result.held == {}
    assert rows(result.versions[-1], "household.members") == [
        {**MEMBERS[0], "given_names": "Rīm"},
        {**MEMBERS[1], "given_names": "Yūsuf"},
    ]
    origins = {key: each.origin for key, each in result.versions[-1].values.items() if key.endswith("given_names")}
    assert origins == {
        "household.members[0].given_names": sha("a"),
        "household.members[1].given_names": sha("bb"),
    }


def test_two_values_for_one_cell_hold_the_later_review_at_that_cell() -> None:
    one = returned("a", "2026-02-10", changes={"household": {"members": MEMBERS[1:]}} | {})
    two = returned(
        "bb", "2026-03-10", changes={"household": {"members": [{**MEMBERS[0], "given_names": "Rīm"}, MEMBERS[1]]}}
    )
    _, found = only_held(always(FIRST, one, two))
    assert (
        "merge",
        "/household/members/0/given_names",
        {"written": "Rīm", "other": "", "on": "2026-02-10", "ids": ["HM01"]},
    ) in found


def test_a_row_deleted_here_and_edited_there_is_a_conflict() -> None:
    one = returned("a", "2026-02-10", changes=members(HM01={"given_names": "Rīm"}))
    two = returned("bb", "2026-03-10", changes={"household": {"members": MEMBERS[1:]}})
    told = {"written": "", "other": "Rīm", "on": "2026-02-10", "ids": ["HM01"]}
    assert only_held(always(FIRST, one, two)) == (sha("bb"), [("merge", "/household/members", told)])


def test_a_row_deleted_by_both_and_one_untouched_beside_a_deletion() -> None:
    gone = {"household": {"members": MEMBERS[1:]}}
    one, two = returned("a", "2026-02-10", changes=gone), returned("bb", "2026-03-10", changes=gone)
    result = always(FIRST, one, two)
    assert result.held == {}
    assert rows(result.versions[-1], "household.members") == MEMBERS[1:]
    other = returned("bb", "2026-03-10", changes=members(HM02={"relationship": "enkel"}))
    result = always(FIRST, one, other)
    assert result.held == {}
    assert rows(result.versions[-1], "household.members") == [{**MEMBERS[1], "relationship": "enkel"}]


def test_new_rows_of_both_get_numbers_of_their_own_and_references_follow() -> None:
    new = {"member_id": "HM03", "given_names": "Lana", "relationship": "kind"}
    one = returned("a", "2026-02-10", changes={"household": {"members": [*MEMBERS, new]}})
    two = returned(
        "bb",
        "2026-03-10",
        changes={
            "household": {"members": [*MEMBERS, {"member_id": "HM03", "given_names": "Sara", "consent_ref": "C02"}]},
            "childcare": {"children": [{"member_id": "HM03", "care": "Kita"}]},
        },
        consents=[{"consent_id": "C02", "scope": "J0"}],
    )
    result = always(FIRST, one, two)
    assert result.held == {}
    assert [row["member_id"] for row in rows(result.versions[-1], "household.members")] == [
        "HM01",
        "HM02",
        "HM03",
        "HM04",
    ]
    assert rows(result.versions[-1], "childcare.children") == [{"member_id": "HM04", "care": "Kita"}]
    (note,) = [each for each in result.notes[sha("bb")] if each.rule == "renumbered"]
    assert dict(note.parameters) == {"reason": "taken", "ids": ["HM03 → HM04"]}
    again = returned("bb", "2026-03-10", changes={"household": {"members": [*MEMBERS, new]}})
    same = always(FIRST, one, again)
    assert len(rows(same.versions[-1], "household.members")) == 3


def test_a_new_row_without_number_gets_the_next_one() -> None:
    one = returned("a", "2026-02-10", changes={"household": {"members": [*MEMBERS, {"given_names": "Lana"}]}})
    assert rows(folding(FIRST, one).versions[-1], "household.members")[2] == {
        "given_names": "Lana",
        "member_id": "HM03",
    }


def test_a_cell_that_the_form_does_not_ask_is_left_alone() -> None:
    first = intake(household={"members": [{**MEMBERS[0], "nickname": "R."}]})
    one = returned(
        "a", "2026-02-10", base_of(first), changes={"household": {"members": [{**MEMBERS[0], "given_names": "Rīm"}]}}
    )
    (row,) = rows(folding(first, one).versions[-1], "household.members")
    assert row == {**MEMBERS[0], "given_names": "Rīm", "nickname": "R."}


def test_an_emptied_cell_of_a_row_is_cleared_and_named_as_on_the_paper() -> None:
    changes = {"household": {"members": [MEMBERS[0], {"member_id": "HM02", "given_names": "Yūsuf"}]}}
    one = returned("a", "2026-02-10", changes=changes)
    pointer = "/review/changes/household/members/1"
    names = {f"{pointer}/given_names": "household.members[4].given_names", pointer: "household.members[4]"}
    one = replace(one, submission=replace(one.submission, names=names))
    plan = folding(FIRST, one).versions[-1]
    assert rows(plan, "household.members")[1] == {"member_id": "HM02", "given_names": "Yūsuf"}
    assert plan.values["household.members[1].given_names"].name == "household.members[4].given_names"


# -- rows without an id --------------------------------------------------------------------------


def courses(*names: str) -> dict[str, Any]:
    return {"language": {"courses": [{"name": name} for name in names]}}


@pytest.mark.parametrize(
    ("first", "second", "result"),
    [
        (("A1", "A2", "B1"), ("A2",), ["A2", "B1"]),
        (("A1", "A2", "B1"), ("A1", "A2", "B2"), ["A1", "A2", "B1", "B2"]),
        (("A1", "A2", "B1"), ("A1", "A2", "B1"), ["A1", "A2", "B1"]),
        (("A1",), ("A1",), ["A1"]),
        (("A1", "B1"), ("A1", "B1"), ["A1", "B1"]),
        (("A1", "B1"), ("A1", "B2"), None),
        (("A1", "B1"), ("A1",), None),
        (("A1",), ("A1", "B1"), None),
    ],
)
def test_rows_without_id_are_one_value_each(
    first: tuple[str, ...], second: tuple[str, ...], result: list[str] | None
) -> None:
    one = returned("a", "2026-02-10", changes=courses(*first))
    two = returned("bb", "2026-03-10", changes=courses(*second))
    found = always(FIRST, one, two)
    if result is None:
        _, told = only_held(found)
        assert [(rule, pointer) for rule, pointer, _ in told] == [("merge", "/language/courses")]
    else:
        assert found.held == {}
        assert [row["name"] for row in rows(found.versions[-1], "language.courses")] == result


# -- goals, steps, consents ----------------------------------------------------------------------


def test_an_untouched_status_follows_the_plan_and_two_new_ones_conflict() -> None:
    one = returned("a", "2026-02-10", goals_seen=[seen("G01", "in_arbeit")])
    result = always(FIRST, one, returned("bb", "2026-03-10"))
    assert result.held == {}
    assert cells_of(result.versions[-1], "G01")["status"] == "in_arbeit"
    assert values_of(result.versions[-1])["reviews[1].goal_reviews[0].status_new"] == "in_arbeit"
    two = returned("bb", "2026-03-10", goals_seen=[seen("G01", "erreicht")])
    told = {"written": "erreicht", "other": "in_arbeit", "on": "2026-02-10", "ids": ["G01"]}
    assert only_held(always(FIRST, one, two)) == (
        sha("bb"),
        [("merge", "/review/goal_reviews/0/status_new", told)],
    )


def test_a_conflict_is_told_beside_a_transition_that_cannot_be() -> None:
    one = returned("a", "2026-02-10", goals_seen=[seen("G01", "erreicht")])
    two = returned("bb", "2026-03-10", goals_seen=[seen("G01", "in_arbeit")])
    _, found = only_held(always(FIRST, one, two))
    assert [(rule, pointer) for rule, pointer, _ in found] == [
        ("merge", "/review/goal_reviews/0/status_new"),
        ("V08", "/review/goal_reviews/0/status_new"),
    ]


def test_a_paused_goal_keeps_its_reason_and_date_when_they_are_untouched() -> None:
    paused = {"drop_reason": "Krankheit", "due_date_new": "2026-06-01"}
    one = returned("a", "2026-02-10", goals_seen=[seen("G01", "zurueckgestellt", **paused)])
    base = base_of(FIRST, one)
    new = {"drop_reason": "Umzug", "due_date_new": "2026-06-01"}
    two = returned("bb", "2026-03-10", base, goals_seen=[seen("G01", "zurueckgestellt", **new)])
    old = returned("ccc", "2026-04-10", base, goals_seen=[seen("G01", "zurueckgestellt", **paused)])
    result = always(FIRST, one, two, old)
    assert result.held == {}
    assert cells_of(result.versions[-1], "G01")["drop_reason"] == "Umzug"
    ended = returned("bb", "2026-03-10", base, goals_seen=[seen("G01", "erreicht")])
    result = always(FIRST, one, ended, old)
    assert result.held == {}
    assert cells_of(result.versions[-1], "G01")["status"] == "erreicht"
    assert "reviews[2].goal_reviews[0].drop_reason" not in values_of(result.versions[-1])


def test_steps_follow_the_plan_too() -> None:
    one = returned("a", "2026-02-10", steps=[{"action_id": "G01-S01", "status": "erledigt", "done_on": "2026-02-09"}])
    two = returned("bb", "2026-03-10", steps=[{"action_id": "G01-S01", "status": "geplant"}])
    result = always(FIRST, one, two)
    assert result.held == {}
    assert cells_of(result.versions[-1], "G01", "G01-S01")["status"] == "erledigt"
    other = returned("bb", "2026-03-10", steps=[{"action_id": "G01-S01", "status": "laeuft"}])
    _, told = only_held(always(FIRST, one, other))
    assert told[0][:2] == ("merge", "/review/action_updates/0/status")
    unknown = returned("bb", "2026-03-10", steps=[{"action_id": "G01-S07", "status": "laeuft"}])
    assert [each.reason for each in folding(FIRST, one, unknown).held.values()] == [HeldReason.UNKNOWN_GOAL]


def test_a_goal_the_form_could_not_know_need_not_be_reviewed() -> None:
    one = returned("a", "2026-02-10", goals=[goal("G02", title="Deutsch B1")])
    result = always(FIRST, one, returned("bb", "2026-03-10"))
    assert result.held == {}
    assert [(each.rule, dict(each.parameters)) for each in result.notes[sha("bb")] if each.rule == "V07"] == [
        ("V07", {"ids": ["G02"]})
    ]


def test_new_goals_of_both_get_numbers_of_their_own() -> None:
    one = returned("a", "2026-02-10", goals=[goal("G02", title="Deutsch B1")])
    steps = [{"action_id": "G02-S01", "title": "anmelden"}, {"title": "kaufen"}]
    two = returned(
        "bb",
        "2026-03-10",
        goals_seen=[seen("G01", "ersetzt", superseded_by="G02")],
        goals=[goal("G02", title="Wohnung finden", area="wohnen", actions=steps)],
    )
    result = always(FIRST, one, two)
    assert result.held == {}
    plan = result.versions[-1]
    assert [(each.goal_id, each.columns["title"].value) for each in plan.goals[1:]] == [
        ("G02", "Deutsch B1"),
        ("G03", "Wohnung finden"),
    ]
    assert [action.action_id for action in plan.goals[2].actions] == ["G03-S01", "G03-S02"]
    assert cells_of(plan, "G01")["superseded_by"] == "G03"


def test_a_number_typed_by_hand_counts_as_it_stands_while_it_is_free() -> None:
    one = returned("a", "2026-02-10", goals=[goal("G07", title="Deutsch B1")])
    result = folding(FIRST, one)
    assert [each.goal_id for each in result.versions[-1].goals] == ["G01", "G07"]
    known = returned("a", "2026-02-10", goals=[goal("G01", title="Etwas anderes", area="wohnen")])
    assert only_held(folding(FIRST, known))[1][0][:2] == ("V04", "/goals/0/goal_id")


def test_new_steps_of_both_for_one_goal_get_numbers_of_their_own() -> None:
    def step(title: str) -> list[dict[str, Any]]:
        return [{"goal_id": "G01", "actions": [{"action_id": "G01-S02", "title": title, "status": "geplant"}]}]

    one, two = returned("a", "2026-02-10", goals=step("schreiben")), returned("bb", "2026-03-10", goals=step("fragen"))
    result = always(FIRST, one, two)
    assert result.held == {}
    titles = [action.columns["title"].value for action in result.versions[-1].goals[0].actions]
    assert titles == ["anrufen", "schreiben", "fragen"]


def test_a_consent_withdrawn_meanwhile_stays_withdrawn_on_an_untouched_row() -> None:
    one = returned("a", "2026-02-10", consents=[{"consent_id": "C01", "scope": "V0", "granted": False}])
    two = returned("bb", "2026-03-10", consents=[{"consent_id": "C01", "scope": "V0", "granted": True}])
    result = always(FIRST, one, two)
    assert result.held == {}
    assert values_of(result.versions[-1])["consents[0].granted"] is False
    again = returned(
        "bb",
        "2026-03-10",
        consents=[{"consent_id": "C01", "scope": "V0", "granted": True, "valid_until": "2027-01-01"}],
    )
    assert values_of(always(FIRST, one, again).versions[-1])["consents[0].valid_until"] == "2027-01-01"


def test_an_edited_consent_is_told_at_its_own_row_below_an_untouched_one() -> None:
    one = {"consent_id": "C01", "scope": "V0", "granted": True}
    two = {"consent_id": "C02", "scope": "J0", "granted": True}
    first = intake(consents=[one, two])
    base = base_of(first)
    sixth = returned("a", "2026-02-10", base, consents=[one, {**two, "revoked_on": "2026-02-06"}])
    assert origins_of(folding(first, sixth).versions[-1])["consents[1].revoked_on"] == (
        sixth.sha256,
        "consents[1].revoked_on",
    )
    seventh = returned("bb", "2026-03-10", base, consents=[one, {**two, "revoked_on": "2026-02-07"}])
    sha256, found = only_held(always(first, sixth, seventh))
    assert sha256 == seventh.sha256
    assert [each[1] for each in found] == ["/consents/1/revoked_on"]


def test_a_consent_whose_form_is_gone_is_taken_whole() -> None:
    one = returned("a", "2026-02-10", consents=[{"consent_id": "C02", "scope": "J0", "granted": True}])
    base = base_of(FIRST, one)
    two = returned("bb", "2026-03-10", base, consents=[{"consent_id": "C02", "scope": "J0", "granted": True}])
    assert values_of(folding(FIRST, two).versions[-1])["consents[1].granted"] is True


def test_a_goal_whose_form_is_gone_is_unknown() -> None:
    one = returned("a", "2026-02-10", goals=[goal("G02", title="Deutsch B1")])
    two = returned("bb", "2026-03-10", base_of(FIRST, one))
    assert [each.reason for each in folding(FIRST, two).held.values()] == [HeldReason.UNKNOWN_GOAL]


def test_the_repr_of_a_form_says_nothing_of_a_person() -> None:
    form = returned("a", "2026-02-10", changes={"work": {"status": "geheim"}})
    assert "geheim" not in repr(form)
    assert "minijob" not in repr(
        replace(form, base=base_of(FIRST, returned("bb", "2026-03-10", changes={"work": {"status": "minijob"}})))
    )


def test_columns_of_goals_and_steps_cleared_here_and_edited_there_are_told_at_their_list() -> None:
    def said(indicator: str | None, responsible: str | None) -> dict[str, Any]:
        actions = [{"action_id": "G01-S01", "responsible": responsible}]
        return {"goals": [{"goal_id": "G01", "indicator": indicator, "actions": actions}]}

    first = intake(
        goals=[
            goal(
                "G01", actions=[{"action_id": "G01-S01", "title": "anrufen", "status": "geplant", "responsible": "im"}]
            )
        ]
    )
    base = base_of(first)
    one = returned("a", "2026-02-10", base, **said("Zeugnis", "klient"))
    two = returned("bb", "2026-03-10", base, **said(None, None))
    _, told = only_held(always(first, one, two))
    assert [pointer for _, pointer, _ in told] == ["/review/action_updates", "/goals"]


def test_a_review_without_rows_of_goals_is_merged_too() -> None:
    first = intake(work={"status": "arbeitsuchend"})
    one = returned("a", "2026-02-10", base_of(first), changes={"work": {"status": "minijob"}})
    own: Any = {"review_date": "2026-02-10", "changes": {"work": {"status": "minijob"}}}
    bare = replace(one, submission=replace(one.submission, data={**one.submission.data, "review": own}))
    assert values_of(folding(first, bare).versions[-1])["work.status"] == "minijob"


def test_a_protected_address_is_told_to_nobody() -> None:
    def said(street: str, status: str) -> dict[str, Any]:
        return {"contact": {"street": street, "address_protected": True}, "work": {"status": status}}

    one = returned("a", "2026-02-10", changes=said("Geheimweg 1", "minijob"))
    two = returned("bb", "2026-03-10", changes=said("Stillgasse 2", "vollzeit"))
    result = always(FIRST, one, two)
    found = [(each.rule, each.pointer, each.severity) for each in result.held[sha("bb")].findings]
    assert found == [
        ("merge", "/contact/street", "error"),
        ("merge", STATUS, "error"),
        ("V20", "/contact/street", "info"),
    ]
    told = str([dict(each.parameters) for each in result.held[sha("bb")].findings])
    assert "Geheimweg" not in told
    assert "Stillgasse" not in told
    assert "minijob" in told
