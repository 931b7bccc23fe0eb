"""A form's answers laid over a plan's values, with their origin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from core.make_fold import INTAKE, INTAKE_KIND, REVIEW, REVIEW_KIND, form, said, sha

from formpipe.definition import FieldSpec, ValueType
from formpipe.flatten import (
    kept_or_new,
    laid_over,
    merged_by_id,
    natural,
    next_number,
    plan_rows,
    renumbered,
    same,
    with_ids,
)
from formpipe.model import Columns, Json, PlanValue, Severity
from formpipe.sheet import Sheet, rows_of, section_of


def sheet(data: dict[str, Any] | None = None, names: dict[str, str] | None = None, *, review: bool = False) -> Sheet:
    kind = REVIEW_KIND if review else INTAKE_KIND
    filed = form("new", 2, kind, "2026-03-01", data or {}, names)
    return Sheet(filed=filed, definition=REVIEW if review else INTAKE, seq=2)


def plain(values: Columns) -> dict[str, Any]:
    return {key: value.value for key, value in values.items()}


def origins(values: Columns) -> dict[str, tuple[str, str]]:
    return {key: (value.origin, value.name) for key, value in values.items()}


NEW = sha("new")
OLD = sha("form")


def test_a_missing_key_keeps_null_clears_and_a_value_replaces() -> None:
    values = {"work.status": said("minijob"), "work.contract": said("keiner"), "housing.rooms": said(2)}
    out = laid_over(values, {"work": {"contract": None, "weekly_hours": 15}, "housing": {"rooms": 3}}, sheet())
    assert plain(out) == {"work.status": "minijob", "work.weekly_hours": 15, "housing.rooms": 3}
    assert origins(out) == {
        "work.status": (OLD, "any.field"),
        "work.weekly_hours": (NEW, "work.weekly_hours"),
        "housing.rooms": (NEW, "housing.rooms"),
    }
    assert out["housing.rooms"].on.isoformat() == "2026-03-01"


def test_an_equal_value_keeps_its_origin() -> None:
    out = laid_over({"work.status": said("minijob")}, {"work": {"status": "minijob"}}, sheet())
    assert out == {"work.status": said("minijob")}


def test_null_clears_a_whole_object_and_nothing_beside_it() -> None:
    values = {"education.current.type": said("schule"), "education.currently": said("x"), "education.current": said(1)}
    assert plain(laid_over(values, {"education": {"current": None}}, sheet())) == {"education.currently": "x"}


def test_nested_objects_change_by_key() -> None:
    values = {"education.current.type": said("schule"), "education.current.since": said("2025-09-01")}
    out = laid_over(values, {"education": {"current": {"type": "ausbildung"}}}, sheet())
    assert plain(out) == {"education.current.type": "ausbildung", "education.current.since": "2025-09-01"}


def test_a_list_of_codes_or_texts_is_one_value() -> None:
    out = laid_over({"finance.urgent": said(["miete"])}, {"finance": {"urgent": []}}, sheet())
    assert plain(out) == {"finance.urgent": []}


def test_rows_without_id_keep_their_origin_only_as_a_whole() -> None:
    values = {
        "language.courses[0].type": said("ik_alpha"),
        "language.courses[0].status": said("laufend"),
        "language.courses[1].type": said("bsk_b2"),
        "language.courses[1].status": said("laufend"),
    }
    rows: list[Json] = [{"type": "bsk_b2", "status": "laufend"}, {"type": "ik_alpha", "status": "beendet_ohne"}]
    out = laid_over(values, {"language": {"courses": rows}}, sheet())
    assert plain(out) == {
        "language.courses[0].type": "bsk_b2",
        "language.courses[0].status": "laufend",
        "language.courses[1].type": "ik_alpha",
        "language.courses[1].status": "beendet_ohne",
    }
    assert [out[key].origin for key in sorted(out)] == [OLD, OLD, NEW, NEW]


def test_a_shorter_list_leaves_nothing_of_the_longer_one() -> None:
    values = {f"language.courses[{row}].type": said(f"t{row}") for row in range(11)}
    out = laid_over(values, {"language": {"courses": [{"type": "t0"}]}}, sheet())
    assert plain(out) == {"language.courses[0].type": "t0"}
    assert laid_over(values, {"language": {"courses": None}}, sheet()) == {}
    assert laid_over(values, {"language": {"courses": []}}, sheet()) == {}


def test_rows_with_id_keep_the_origin_of_each_equal_cell() -> None:
    values = {
        "household.members[0].member_id": said("HM01"),
        "household.members[0].given_names": said("Sahar"),
        "household.members[0].activity": said("kita"),
        "household.members[1].given_names": said("ohne Nummer"),
    }
    rows: list[Json] = [
        {"given_names": "Azad", "activity": "kita"},
        {"member_id": "HM01", "given_names": "Sahar", "activity": "schule", "case_id": None},
    ]
    out = laid_over(values, {"household": {"members": rows}}, sheet())
    assert plain(out) == {
        "household.members[0].member_id": "HM02",
        "household.members[0].given_names": "Azad",
        "household.members[0].activity": "kita",
        "household.members[1].member_id": "HM01",
        "household.members[1].given_names": "Sahar",
        "household.members[1].activity": "schule",
    }
    old = {key for key, value in out.items() if value.origin == OLD}
    assert old == {"household.members[1].member_id", "household.members[1].given_names"}


def newer(*columns: str) -> Sheet:
    """Return a form that has only *columns* in its lists; an earlier plan may have had more."""
    specs = {key: FieldSpec(key=key, label=key, type=ValueType.TEXT) for key in columns}
    return replace(sheet(), definition=replace(INTAKE, specs=specs))


def test_a_column_that_the_form_does_not_have_stays_with_its_row() -> None:
    values = {
        "household.members[0].member_id": said("HM01"),
        "household.members[0].given_names": said("Kofi"),
        "household.members[0].activity": said("kita"),
        "household.members[0].nickname": said("Bär"),
        "household.members[1].member_id": said("HM02"),
        "household.members[1].nickname": said("Maus"),
    }
    form_sheet = newer(*(f"household.members[].{name}" for name in ("member_id", "given_names", "activity")))
    rows: list[Json] = [{"member_id": "HM03"}, {"member_id": "HM01", "given_names": "Kofi Jr."}]
    out = laid_over(values, {"household": {"members": rows}}, form_sheet)
    assert plain(out) == {
        "household.members[0].member_id": "HM03",
        "household.members[1].member_id": "HM01",
        "household.members[1].given_names": "Kofi Jr.",
        "household.members[1].nickname": "Bär",
    }
    assert out["household.members[1].nickname"] == values["household.members[0].nickname"]


def test_without_id_it_stays_with_the_row_that_says_the_same() -> None:
    names = ("type", "status", "teacher")
    table = (("a1", "laufend", "Frau X"), ("a1", "laufend", "Herr Y"), ("b2", "laufend", "Frau Z"))
    values = {
        f"language.courses[{row}].{name}": said(cell)
        for row, cells in enumerate(table)
        for name, cell in zip(names, cells, strict=True)
    }
    form_sheet = newer("language.courses[].type", "language.courses[].status", "language.courses[].place")
    rows: list[Json] = [
        {"type": "b2", "status": "beendet"},
        {"type": "a1", "status": "laufend"},
        {"type": "a1", "status": "laufend"},
        {"type": "a1", "status": "laufend"},
        {"type": "b2", "status": "laufend", "place": "Mannheim"},
    ]
    out = laid_over(values, {"language": {"courses": rows}}, form_sheet)
    assert {key: value for key, value in plain(out).items() if key.endswith("teacher")} == {
        "language.courses[1].teacher": "Frau X",
        "language.courses[2].teacher": "Herr Y",
    }
    assert {key for key, value in out.items() if value.origin == OLD} == {
        f"language.courses[{row}].{name}" for row in (1, 2) for name in names
    }


def test_cells_of_a_row_may_be_objects_lists_and_rows() -> None:
    row: dict[str, Json] = {
        "type": "x",
        "place": {"city": "Mannheim"},
        "informed": ["zweck"],
        "parts": [{"a": 1}, {"a": None}, {"a": 2}],
    }
    out = laid_over({}, {"language": {"courses": [row]}}, sheet())
    assert plain(out) == {
        "language.courses[0].type": "x",
        "language.courses[0].place.city": "Mannheim",
        "language.courses[0].informed": ["zweck"],
        "language.courses[0].parts[0].a": 1,
        "language.courses[0].parts[2].a": 2,
    }


def test_consents_merge_by_id_and_new_ones_follow() -> None:
    values = {
        "consents[0].consent_id": said("C01"),
        "consents[0].scope": said("V0"),
        "consents[0].valid_until": said("2027-01-01"),
        "consents[1].consent_id": said("C04"),
        "consents[1].scope": said("J0"),
        "consents[2].scope": said("ohne Nummer"),
    }
    rows: list[dict[str, Any]] = [
        {"scope": "J2"},
        {"consent_id": "C01", "scope": "V0", "revoked_on": "2026-02-02", "valid_until": None, "recipient": None},
        {"consent_id": "C09", "scope": "J3"},
    ]
    out = merged_by_id(values, "consents", rows, sheet())
    assert plain(out) == {
        "consents[0].consent_id": "C01",
        "consents[0].scope": "V0",
        "consents[0].revoked_on": "2026-02-02",
        "consents[1].consent_id": "C04",
        "consents[1].scope": "J0",
        "consents[2].scope": "ohne Nummer",
        "consents[3].scope": "J2",
        "consents[3].consent_id": "C10",
        "consents[4].consent_id": "C09",
        "consents[4].scope": "J3",
    }
    assert out["consents[0].scope"] == values["consents[0].scope"]
    assert out["consents[0].revoked_on"].name == "consents[1].revoked_on"
    assert out["consents[3].scope"].name == "consents[0].scope"


def test_first_consents_begin_at_row_zero() -> None:
    out = merged_by_id({}, "consents", [{"scope": "V0"}], sheet())
    assert plain(out) == {"consents[0].scope": "V0", "consents[0].consent_id": "C01"}


def test_rows_without_id_column_cannot_merge() -> None:
    with pytest.raises(TypeError, match=r"language\.courses"):
        merged_by_id({}, "language.courses", [], sheet())


def test_ids_are_given_after_the_highest_ever_used() -> None:
    rows: list[Any] = [{"a": 1}, {"goal_id": "G07"}, {"goal_id": ""}]
    assert with_ids(rows, "goals", sheet(), taken=["G02", "G03"]) == [
        {"a": 1, "goal_id": "G08"},
        {"goal_id": "G07"},
        {"goal_id": "G09"},
    ]


@pytest.mark.parametrize(
    ("ids", "prefix", "number"),
    [
        ([], "G", 1),
        (["G01", "G10", "G09"], "G", 11),
        (["G01-S02", "G02-S07"], "G01-S", 3),
        (["HM03", "x9", "Gab"], "G", 1),
    ],
)
def test_the_next_number(ids: list[str], prefix: str, number: int) -> None:
    assert next_number(ids, prefix) == number


def test_values_know_their_name_on_the_form() -> None:
    names = {
        "/goals/0/title": "goals[2].title",
        "/review/changes/language/courses/0/type": "language.courses[1].type",
    }
    form_sheet = sheet(names=names, review=True)
    assert form_sheet.name_of("goals[0].title") == "goals[2].title"
    assert form_sheet.name_of("language.courses[0].type") == "language.courses[1].type"
    assert form_sheet.name_of("work.status") == "work.status"
    assert form_sheet.value("x", "goals[0].title") == PlanValue(
        value="x", origin=NEW, name="goals[2].title", on=form_sheet.date
    )


def test_findings_stand_where_the_form_has_them() -> None:
    found = sheet(names={"/goals/0/goal_id": "goals[1].goal_id"}).finding(
        "goals[0].goal_id", "V08", Severity.ERROR, {"ids": ["G01"]}
    )
    assert (found.pointer, found.rule, found.severity) == ("/goals/1/goal_id", "V08", Severity.ERROR)
    assert found.place.label == "Ziel-Nr."
    assert found.parameters == {"ids": ["G01"]}
    assert sheet().finding("goals", "V10", Severity.WARNING, {}).place.label == "Liste goals[]"
    assert sheet().finding("no.such", "V10", Severity.WARNING, {}).place.label == "no.such"


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ({}, None),
        ({"is_correction": True, "corrects_sha256": "ab"}, "ab"),
        ({"is_correction": True}, ""),
        ({"is_correction": False, "corrects_sha256": "ab"}, None),
        ({"is_correction": "unbekannt", "corrects_sha256": "ab"}, None),
    ],
)
def test_a_correction_says_what_it_corrects(section: dict[str, Any], expected: str | None) -> None:
    assert sheet({"form": section}).corrects == expected


def test_lists_know_their_ids() -> None:
    assert sheet().id_of("household.members") == ("member_id", "HM")
    assert sheet().id_of("goals[3].actions") == ("action_id", "S")
    assert sheet().id_of("language.courses") is None
    assert sheet().is_rows("goals[3].actions")
    assert not sheet().is_rows("finance.urgent")


def test_small_parts() -> None:
    assert sheet({"form": {"type": "x"}}).part("form") == {"type": "x"}
    assert section_of({"form": "no object"}, "form") == {}
    assert rows_of(None) == []
    assert rows_of([{"a": 1}]) == [{"a": 1}]
    assert sheet(review=True).kind == "review"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, 1, True),
        (True, True, True),
        (True, 1, False),
        (0, False, False),
        (["a"], ["a"], True),
        ("a", "b", False),
        (None, None, True),
    ],
)
def test_true_is_not_one(one: Json, other: Json, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert same(one, other) is expected


def test_an_equal_value_of_another_type_is_new() -> None:
    assert kept_or_new(said(1), value=True, key="a.b", sheet=sheet()).origin == NEW
    assert kept_or_new(None, 1, "a.b", sheet()).origin == NEW
    assert kept_or_new(said(1), 1, "a.b", sheet()) == said(1)


def test_row_ten_comes_after_row_nine() -> None:
    keys = ["a[10].b", "a[9].b", "a[9].a[11].x", "a[9].a[2].x", "A"]
    assert sorted(keys, key=natural) == ["A", "a[9].a[2].x", "a[9].a[11].x", "a[9].b", "a[10].b"]


def test_rows_of_a_plan_by_number() -> None:
    values = {
        "a.b[0].c": said(1),
        "a.b[12].c": said(2),
        "a.b[12].d[1].e": said(3),
        "a.bc[0].c": said(4),
        "a.b": said(5),
    }
    rows = plan_rows(values, "a.b")
    assert {index: plain(cells) for index, cells in rows.items()} == {0: {"c": 1}, 12: {"c": 2, "d[1].e": 3}}


def test_closing_up_rows() -> None:
    keys = ["x", "a[12].b", "a[2].b", "a[2].c", "r[1].g[3].s", "r[1].g[0].s", "r[4].g[7].s", "a[2]"]
    assert renumbered(keys) == {
        "x": "x",
        "a[2]": "a[0]",
        "a[2].b": "a[0].b",
        "a[2].c": "a[0].c",
        "a[12].b": "a[1].b",
        "r[1].g[0].s": "r[0].g[0].s",
        "r[1].g[3].s": "r[0].g[1].s",
        "r[4].g[7].s": "r[1].g[0].s",
    }
