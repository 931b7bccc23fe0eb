"""What differs between two versions, and that nothing of it is missing."""

from __future__ import annotations

from core.make_fold import goal, plan, said
from hypothesis import given
from hypothesis import strategies as st

from formpipe.changes import Change, ChangeKind, Spot, apply, changes_between, facts_of
from formpipe.model import IntegrationPlan, Json

OLD = plan(
    {"work.status": "minijob", "work.contract": "keiner", "household.members[9].activity": "kita", "a[10].b": 1},
    [goal("G01", actions=[{"action_id": "G01-S01", "title": "Schritt", "status": "geplant"}]), goal("G02")],
)
NEW = plan(
    {"work.status": "teilzeit", "work.weekly_hours": 25, "household.members[9].activity": "kita", "a[10].b": True},
    [
        goal("G01", status="erreicht", actions=[{"action_id": "G01-S01", "title": "Schritt", "status": "erledigt"}]),
        goal("G03", area="sprache"),
    ],
)


def change(spot: Spot, kind: str, values: tuple[Json, Json]) -> Change:
    return Change(spot=spot, kind=ChangeKind(kind), old=values[0], new=values[1])


def test_changes_are_told_by_key_and_by_goal() -> None:
    assert changes_between(OLD, NEW) == (
        change(Spot(key="a[10].b"), "changed", (1, True)),
        change(Spot(key="work.contract"), "removed", ("keiner", None)),
        change(Spot(key="work.status"), "changed", ("minijob", "teilzeit")),
        change(Spot(key="work.weekly_hours"), "added", (None, 25)),
        change(Spot(key="goals[].status", goal_id="G01"), "changed", ("offen", "erreicht")),
        change(
            Spot(key="goals[].actions[].status", goal_id="G01", action_id="G01-S01"), "changed", ("geplant", "erledigt")
        ),
        change(Spot(key="goals[].due_date", goal_id="G02"), "removed", ("2026-12-31", None)),
        change(Spot(key="goals[].indicator", goal_id="G02"), "removed", ("Nachweis liegt vor", None)),
        change(Spot(key="goals[].life_area", goal_id="G02"), "removed", ("arbeit", None)),
        change(Spot(key="goals[].status", goal_id="G02"), "removed", ("offen", None)),
        change(Spot(key="goals[].title", goal_id="G02"), "removed", ("Ziel G02", None)),
        change(Spot(key="goals[].due_date", goal_id="G03"), "added", (None, "2026-12-31")),
        change(Spot(key="goals[].indicator", goal_id="G03"), "added", (None, "Nachweis liegt vor")),
        change(Spot(key="goals[].life_area", goal_id="G03"), "added", (None, "sprache")),
        change(Spot(key="goals[].status", goal_id="G03"), "added", (None, "offen")),
        change(Spot(key="goals[].title", goal_id="G03"), "added", (None, "Ziel G03")),
    )


def test_a_change_has_the_key_that_names_its_field() -> None:
    assert [each.key for each in changes_between(OLD, NEW)][4:6] == ["goals[].status", "goals[].actions[].status"]


def test_rows_are_told_in_their_order() -> None:
    rows = plan({f"a[{row}].b": row for row in (10, 2, 9)})
    assert [each.key for each in changes_between(None, rows)] == ["a[2].b", "a[9].b", "a[10].b"]


def test_an_origin_alone_is_no_change() -> None:
    assert changes_between(plan({"a.b": 1}), plan({"a.b": said(1, name="other.field")})) == ()


def test_the_first_version_is_all_new() -> None:
    changes = changes_between(None, OLD)
    assert {each.kind for each in changes} == {ChangeKind.ADDED}
    assert apply(facts_of(None), changes) == facts_of(OLD)


VALUES = st.dictionaries(
    st.sampled_from(["a.b", "a.c", "l[0].x", "l[1].x"]), st.one_of(st.booleans(), st.integers(0, 2), st.just(["x"]))
)
ROWS = st.lists(
    st.builds(
        lambda number, status, step: goal(
            number, status=status, actions=[{"action_id": f"{number}-S01", "status": step}] if step else []
        ),
        st.sampled_from(["G01", "G02", "G03"]),
        st.sampled_from(["offen", "erreicht"]),
        st.sampled_from(["", "geplant", "laeuft"]),
    ),
    unique_by=lambda row: str(row["goal_id"]),
)
PLANS = st.builds(plan, VALUES, ROWS)


@given(old=PLANS, new=PLANS)
def test_changes_applied_to_the_old_give_the_new(old: IntegrationPlan, new: IntegrationPlan) -> None:
    changes = changes_between(old, new)
    after = apply(facts_of(old), changes)
    assert after == facts_of(new)
    assert {spot: type(value) for spot, value in after.items()} == {
        spot: type(value) for spot, value in facts_of(new).items()
    }
    assert all(facts_of(old).get(each.spot) == each.old for each in changes)
    assert changes_between(new, new) == ()
