"""Random edits on forms of the same or of different bases come to what a plain merge of dictionaries says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import pytest
from core.make_fold import cells_of, goal, intake, review, seen, sha, values_of
from core.test_merge3 import folding, rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formpipe.changes import apply, changes_between, facts_of
from formpipe.fold.holding import HeldReason
from formpipe.model import Filed, IntegrationPlan

DAYS = ["2026-02-10", "2026-03-10", "2026-04-10", "2026-05-10"]
Key = tuple[str, ...]
State = dict[Key, Any]

PEOPLE = {
    "HM01": {"given_names": "Rim", "relationship": "partner"},
    "HM02": {"given_names": "Ali", "relationship": "kind"},
}
START: State = {
    ("work", "status"): "a",
    ("work", "wish"): "a",
    ("goal", "G01"): "offen",
    ("goal", "G02"): "offen",
    **{("member", row_id, name): value for row_id, row in PEOPLE.items() for name, value in row.items()},
    **{("course", name): True for name in ("A1", "A2")},
}
FIRST = intake(
    work={"status": "a", "wish": "a"},
    household={"members": [{"member_id": row_id, **row} for row_id, row in PEOPLE.items()]},
    language={"courses": [{"name": "A1"}, {"name": "A2"}]},
    goals=[goal("G01"), goal("G02")],
)


@dataclass(frozen=True)
class Form:
    """A review in the oracle: its day, the forms its base was made from, what stood on it, what was edited."""

    label: str
    day: str
    knows: frozenset[str]
    shown: State
    base_day: str
    edits: State


@dataclass
class Version:
    """A version in the oracle."""

    labels: tuple[str, ...]
    day: str
    state: State
    changed: set[Key] = field(default_factory=set)


def oracle(forms: list[Form]) -> tuple[list[Version], set[str]]:
    """Merge by hand: forms by day; what a stranger changed to something else first, holds the later one."""
    versions = [Version(labels=(), day="2026-01-15", state=dict(START))]
    held: set[str] = set()
    for day in sorted({form.day for form in forms}):
        of_day = [form for form in forms if form.day == day]
        able = [form for form in of_day if not contradicts(form, versions)]
        labels = {form.label for form in able}
        firsts = [form for form in able if not form.knows & labels]
        held |= {form.label for form in of_day}
        if len(firsts) == 1:
            held -= {firsts[0].label}
            versions.append(applied(firsts[0], versions[-1]))
    return versions, held


def contradicts(form: Form, versions: list[Version]) -> bool:
    now = versions[-1].state
    foreign = {key for each in versions[1:] if each.labels[-1] not in form.knows for key in each.changed}
    if form.base_day > form.day:
        foreign |= {key for key in {*now, *form.shown} if now.get(key) != form.shown.get(key)}
    single = {key: value for key, value in form.edits.items() if key[0] != "course"}
    return any(key in foreign and now.get(key) != value for key, value in single.items()) or clash(form, now)


def clash(form: Form, now: State) -> bool:
    """Courses have no number: who takes one away that is gone already must have done the same as the others."""
    edits = {key: value for key, value in form.edits.items() if key[0] == "course"}
    gone, added = ({key for key, value in edits.items() if value is each} for each in (None, True))
    theirs = {key for key in now if key[0] == "course" and key not in form.shown}
    return bool(gone - now.keys()) and added != theirs


def applied(form: Form, last: Version) -> Version:
    state = {key: value for key, value in {**last.state, **form.edits}.items() if value is not None}
    changed = {key for key in {*state, *last.state} if state.get(key) != last.state.get(key)}
    return Version(labels=(*last.labels, form.label), day=form.day, state=state, changed=changed)


def rows_taken_away(edits: State) -> list[Key]:
    """Return all cells of the rows of which one is taken away: a row goes as a whole."""
    gone = {key[1] for key, value in edits.items() if key[0] == "member" and value is None}
    return [("member", row_id, name) for row_id in sorted(gone) for name in PEOPLE[row_id]]


@st.composite
def edits_on(draw: st.DrawFn, shown: State, label: str) -> State:
    """Draw what a person changes on a form that shows *shown*: fields, cells, rows, and rows of their own."""
    edits: State = {}
    for key in draw(st.lists(st.sampled_from(sorted(START)), max_size=4, unique=True)):
        if key[0] == "work":
            edits[key] = draw(st.sampled_from([None, "b", "c"]))
        elif key[0] == "goal":
            edits[key] = draw(st.sampled_from(["in_arbeit", "teilweise_erreicht"]))
        elif key in shown and key[0] == "course":
            edits[key] = None
        elif key in shown and draw(st.booleans()):
            edits[key] = draw(st.sampled_from(["x", "y"]))
        elif ("member", key[1], "given_names") in shown:
            edits |= {("member", key[1], name): None for name in ("given_names", "relationship")}
    edits |= dict.fromkeys(rows_taken_away(edits))
    if draw(st.booleans()):
        edits[("course", draw(st.sampled_from(["B1", "B2"])))] = True
    if draw(st.booleans()):
        edits[("new", f"Kind {label}")] = True
    return {key: value for key, value in edits.items() if shown.get(key) != value}


def filed(form: Form, base: IntegrationPlan, seq: int) -> Filed:
    """Return *form* as it comes back: what it shows and what was edited."""
    says: State = {key: value for key, value in {**form.shown, **form.edits}.items() if value is not None}
    touched = {key[0] for key in form.edits}
    changes: dict[str, Any] = {"work": {key[1]: value for key, value in form.edits.items() if key[0] == "work"}}
    if touched & {"member", "new"}:
        taken = rows(base, "household.members")
        kept = [row for row in taken if row["member_id"] not in PEOPLE]
        old = [
            {"member_id": row_id, **{name: says[("member", row_id, name)] for name in PEOPLE["HM01"]}}
            for row_id in PEOPLE
            if ("member", row_id, "given_names") in says
        ]
        number = 1 + max([int(row["member_id"][2:]) for row in taken] + [2])
        new = [{"member_id": f"HM{number:02d}", "given_names": key[1]} for key in form.edits if key[0] == "new"]
        changes["household"] = {"members": [*old, *kept, *new]}
    if "course" in touched:
        changes["language"] = {"courses": [{"name": key[1]} for key in says if key[0] == "course"]}
    statuses = [seen(key[1], str(value)) for key, value in says.items() if key[0] == "goal"]
    made = review(form.label, seq, form.day, goals_seen=statuses, changes=changes)
    return replace(made, base=base, submission=replace(made.submission, base="known"))


def state_of(plan: IntegrationPlan) -> State:
    values = values_of(plan)
    state: State = {("work", key[5:]): value for key, value in values.items() if key.startswith("work.")}
    state |= {("goal", each): cells_of(plan, each)["status"] for each in ("G01", "G02")}
    for row in rows(plan, "household.members"):
        if row["member_id"] in PEOPLE:
            state |= {("member", row["member_id"], name): row[name] for name in PEOPLE["HM01"] if name in row}
        else:
            state[("new", row["given_names"])] = True
    courses = [row["name"] for row in rows(plan, "language.courses")]
    assert len(courses) == len(set(courses))
    return state | {("course", name): True for name in courses}


def one_sequence(data: st.DataObject, most: int) -> None:
    draw = data.draw
    forms: list[Form] = []
    made: list[Filed] = [FIRST]
    for number in range(draw(st.integers(2, most))):
        versions, _ = oracle(forms)
        plans = folding(*made).versions
        assert len(plans) == len(versions)
        place = draw(st.integers(0, len(versions) - 1))
        base = versions[place]
        label = f"f{number}"
        form = Form(
            label=label,
            day=draw(st.sampled_from(DAYS)),
            knows=frozenset(base.labels),
            shown=base.state,
            base_day=base.day,
            edits=draw(edits_on(base.state, label)),
        )
        forms.append(form)
        made.append(filed(form, plans[place], number + 2))
    versions, held = oracle(forms)
    order = draw(st.permutations(made))
    result = folding(*(replace(each, seq=seq) for seq, each in enumerate(order, start=1)))
    assert [state_of(plan) for plan in result.versions] == [each.state for each in versions]
    assert {sha256: each.reason for sha256, each in result.held.items()} == {
        sha(label): HeldReason.CONFLICT for label in held
    }
    for old, new in pairwise(result.versions):  # what the plan prints of itself is all that happened
        assert apply(facts_of(old), changes_between(old, new)) == facts_of(new)
    for form in forms:  # whatever was written is in the plan, or its form is held
        stands = next((each for each in versions if each.labels[-1:] == (form.label,)), None)
        assert (stands is None) == (form.label in held)
        assert stands is None or all(stands.state.get(key) == value for key, value in form.edits.items())


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_edits_merge_as_dictionaries_do(data: st.DataObject) -> None:
    one_sequence(data, 3)


@pytest.mark.heavy
@settings(max_examples=6000, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_many_random_edits_merge_as_dictionaries_do(data: st.DataObject) -> None:
    one_sequence(data, 4)
