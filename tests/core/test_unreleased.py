"""What a person wrote and did not release is found in a paper; what may stand there is not."""

from __future__ import annotations

from typing import Any

import pytest
from core.make_fold import plan
from core.make_open import BASIC, CATALOGUE, going, open_goal, released

from formpipe.catalogue import Catalogue
from formpipe.definition import CodeList, FieldSpec, ValueType
from formpipe.disclose import unreleased
from formpipe.disclose.disclose import Disclosure, disclose
from formpipe.disclose.unreleased import leaked_keys, trusted, written_of
from formpipe.model import IntegrationPlan


def catalogue(type_: ValueType, **more: Any) -> Catalogue:  # noqa: ANN401 - fields of a field
    return Catalogue(sections=(), specs={"x.y": FieldSpec(key="x.y", label="X", type=type_, **more)})


def found(text: str, value: object, type_: ValueType = ValueType.TEXT, *, allowed: str = "", **more: object) -> bool:
    the_catalogue = catalogue(type_, **more)
    written = written_of(plan({"x.y": value}), the_catalogue)
    return leaked_keys([text], written, allowed=[allowed]) == ("x.y",)


@pytest.mark.parametrize(
    ("text", "value", "type_"),
    [
        ("Herr Beispiel", "Beispiel", ValueType.TEXT),
        ("eins drei", ["zwei zwei", "drei", "eins drei"], ValueType.TEXTS),
        ("28.05.2026", "2026-05-28", ValueType.DATE),
        ("28.5.2026", "2026-05-28", ValueType.DATE),
        ("28.05.26", "2026-05-28", ValueType.DATE),
        ("28. Mai 2026", "2026-05-28", ValueType.DATE),
        ("03. März 2026", "2026-03-03", ValueType.DATE),
        ("3. MÄRZ 2026", "2026-03-03", ValueType.DATE),
        ("2026-05-28", "2026-05-28", ValueType.DATE),
        ("x20260528T090000", "2026-05-28T09:00:00+02:00", ValueType.DATE_TIME),
        ("am 28.05.2026", "2026-05-28T09:00:00+02:00", ValueType.DATE_TIME),
        ("+49 171 3920001", "+491713920001", ValueType.TEXT),
        ("0171 / 392 00 01", "+491713920001", ValueType.TEXT),
        ("1250 Euro", 1250, ValueType.NUMBER),
        ("1.250 Euro", 1250, ValueType.NUMBER),
        ("1250,5 Euro", 1250.5, ValueType.NUMBER),
        ("1.250,5 Euro", 1250.5, ValueType.NUMBER),
        ("1250.5", 1250.5, ValueType.NUMBER),
        ("2015", 2015, ValueType.INTEGER),
        ("نيدلا ماسح", "حسام الدين", ValueType.TEXT),
    ],
)
def test_a_value_is_found_in_all_its_spellings(text: str, value: object, type_: ValueType) -> None:
    assert found(text, value, type_)


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ("Abc", ValueType.TEXT),
        ("a-b.c", ValueType.TEXT),
        ("keine_angabe", ValueType.TEXT),
        ("unbekannt", ValueType.DATE),
        (True, ValueType.TEXT),
        (None, ValueType.TEXT),
        ("wort", ValueType.CODE),
        (["wort"], ValueType.CODES),
        (125, ValueType.INTEGER),
    ],
)
def test_codes_short_words_and_refused_answers_are_not_looked_for(value: object, type_: ValueType) -> None:
    assert written_of(plan({"x.y": value}), catalogue(type_)) == ()


def test_a_text_out_of_a_list_of_codes_is_not_looked_for() -> None:
    listed = CodeList(name="l", title="L", codes=())
    assert written_of(plan({"x.y": ["Syrien"]}), catalogue(ValueType.TEXTS, codes=listed)) == ()


def test_what_may_stand_there_in_another_spelling_is_no_leak() -> None:
    assert found("D 20260528", "2026-05-28", ValueType.DATE)
    assert not found("D 20260528", "2026-05-28", ValueType.DATE, allowed="vom 28.05.2026")


def test_of_a_list_each_value_stands_for_itself() -> None:
    assert found("eins zwei", ["eins", "zwei"], ValueType.TEXTS, allowed="eins")
    assert not found("eins", ["eins", "zwei"], ValueType.TEXTS, allowed="eins")


def test_keys_are_named_once_in_order_with_goals_and_steps_by_their_place() -> None:
    steps = [{"action_id": "G02-S01", "title": "Schrittwort", "status": "geplant"}]
    the_plan = plan(
        {"nobody.knows": "Fremdwort"}, [open_goal("G01"), open_goal("G02", title="Zielwort", actions=steps)]
    )
    written = written_of(the_plan, CATALOGUE)
    texts = ["Zielwort Schrittwort", "Fremdwort Zielwort"]
    assert leaked_keys(texts, written, allowed=[]) == ("goals[1].actions[0].title", "goals[1].title", "nobody.knows")
    assert "wort" not in repr(written)


def disclosed(the_plan: IntegrationPlan, *scopes: str) -> Disclosure:
    """Return what would go out if the filter let everything through that it should hold back by its rules."""
    result = disclose(the_plan, released(*scopes), CATALOGUE, on=released().on, stems=())
    assert isinstance(result, Disclosure)
    return result


@pytest.fixture
def open_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second look sees the releases that a test made by hand."""
    monkeypatch.setattr(unreleased, "releases_of", lambda _plan, _on: released())


@pytest.mark.usefixtures("open_filter")
def test_what_the_filter_lets_through_in_error_is_taken_out_again() -> None:
    values = {**BASIC, "work.current_job": "Koch", "housing.rooms": "zwei", "person.birth_date": "1990-01-02"}
    too_much = disclosed(plan(values, [open_goal("G01"), open_goal("G02")]), "J3")
    assert "housing.rooms" in too_much.values
    failed = plan(values, [open_goal("G01"), open_goal("G02", status="nicht_erreicht")])
    safe = trusted(failed, too_much, CATALOGUE)
    assert set(safe.values) == set(too_much.values) - {"housing.rooms"}
    assert [goal.goal_id for goal in safe.goals] == ["G01"]
    assert safe.birth_text == too_much.birth_text
    without = Catalogue(
        sections=(), specs={key: spec for key, spec in CATALOGUE.specs.items() if key != "person.birth_date"}
    )
    assert trusted(failed, too_much, without).birth_text is None


@pytest.mark.usefixtures("open_filter")
def test_a_goal_not_meant_for_the_jobcenter_and_a_protected_address_are_taken_out() -> None:
    values = {**BASIC, "contact.street": "Beispielweg"}
    steps = [{"action_id": "G01-S01", "title": "Schritt", "status": "geplant"}]
    too_much = disclosed(plan(values, [open_goal("G01", actions=steps)]))
    assert "contact.street" in too_much.values
    hidden = plan({**values, "contact.address_protected": True}, [open_goal("G01", jc_relevant=False)])
    safe = trusted(hidden, too_much, CATALOGUE)
    assert "contact.street" not in safe.values
    assert safe.goals == ()


@pytest.mark.usefixtures("open_filter")
def test_columns_of_goals_and_steps_go_by_their_own_rule() -> None:
    steps = [{"action_id": "G01-S01", "title": "Schritt", "status": "geplant"}]
    too_much = disclosed(plan(BASIC, [open_goal("G01", actions=steps, health_detail="Rücken")]), "J1")
    assert "health_detail" in too_much.goals[0].values
    without = {key: spec for key, spec in CATALOGUE.specs.items() if key != "goals[].actions[].title"}
    safe = trusted(plan(BASIC, [open_goal("G01")]), too_much, Catalogue(sections=(), specs=without))
    assert "health_detail" not in safe.goals[0].values
    assert set(safe.goals[0].actions[0].values) == {"status"}


@pytest.mark.usefixtures("open_filter")
def test_a_code_that_may_go_keeps_its_field() -> None:
    values = {**BASIC, "work.constraints": ["wohnen", "anderes"]}
    out = going(values)
    assert trusted(plan(values), out, CATALOGUE) == out
