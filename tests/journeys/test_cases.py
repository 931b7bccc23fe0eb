"""Each sample case, from its forms to its papers, in whatever order the forms come."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from expected import expected_of, missing_of, text_of_docx
from make_forms import answers_of, forms_of, kind_of, load_case
from roots import NOW, Root, drop_all, number_of

from formpipe.definition import FormDefinition, ValueType
from formpipe.model import pattern_of

NUMBERED = ("case1", "case2", "case3", "case4", "case5", "case6")
CASES = (*NUMBERED, "new")
_MANY = 4
"""Of so many forms only a third of the orders belongs to the quick tests; the fold has its own test over all."""

_LATER = "2027-02-03T07:30:00+01:00"
_ROW_ID = re.compile(r"^(goals\[.*_id|case\.case_id)$")
"""The number of a case, goal or step is what the plan knows it by, not a value of it."""

_PAPERS = ("integrationsplan", "anlage", "jobcenter-briefing")


def _orders() -> Iterator[Any]:
    """Yield every order of each case's forms but the one they have in time.

    The case without a typed number is left out: no review can name a number
    before the program has given it.
    """
    for name in NUMBERED:
        numbers = tuple(range(len(forms_of(load_case(name)))))
        for place, order in enumerate(itertools.permutations(numbers)):
            marks = [pytest.mark.heavy] if len(numbers) == _MANY and place % 3 else []
            if order != numbers:
                yield pytest.param(name, order, id=f"{name}-{''.join(map(str, order))}", marks=marks)


@pytest.mark.parametrize("name", CASES)
def test_each_form_makes_a_version_that_prints_its_values(name: str, new_root: Callable[[str], Root]) -> None:
    case = load_case(name)
    root, number = new_root(str(case["carrier"])), number_of(case)
    for version, record in enumerate(forms_of(case), start=1):
        sha256 = root.drop(f"Bogen {version} von {name}.docx", root.filled(record))
        ran = root.run()
        assert [(row["sha256"], row["outcome"], row["case"]) for row in ran.rows] == [(sha256, "accepted", number)]
        assert ran.exit_code == 0
        values = expected_of(record, root.definition(kind_of(record)))
        assert missing_of(values, _papers(root, number, version)) == []
    assert root.show(number)["version"] == case["versions"]
    assert [path for path in root.files("inbox") if not path.endswith(".gitkeep")] == []


@pytest.mark.parametrize(("name", "order"), list(_orders()))
def test_forms_dropped_at_once_in_any_order_give_the_same_plan(
    name: str, order: tuple[int, ...], new_root: Callable[[str], Root], played: Callable[[str], Root]
) -> None:
    case = load_case(name)
    root = new_root(str(case["carrier"]))
    drop_all(root, forms_of(case), order)
    ran = root.run()
    assert (ran.exit_code, {row["outcome"] for row in ran.rows}) == (0, {"accepted"}), ran.out
    assert root.show(number_of(case)) == played(name).show(number_of(case))


@pytest.mark.parametrize("name", NUMBERED)
def test_reviews_that_come_before_their_intake_wait_for_it(
    name: str, new_root: Callable[[str], Root], played: Callable[[str], Root]
) -> None:
    case = load_case(name)
    root = new_root(str(case["carrier"]))
    for record in reversed(forms_of(case)):
        root.drop("bogen.docx", root.filled(record))
        ran = root.run()
        is_review = kind_of(record) == "review"
        assert ran.exit_code == (3 if is_review else 0), ran.out
        assert not is_review or ran.rows[0]["reason"] == "waiting_for_intake"
    assert root.show(number_of(case)) == played(name).show(number_of(case))
    assert root.files("outbox", "korrektur") == {}


@pytest.mark.parametrize("name", CASES)
def test_a_second_run_changes_nothing_whatever_the_day(
    name: str, tmp_path: Path, played: Callable[[str], Root]
) -> None:
    root = played(name).copy(tmp_path / "root")
    before = root.files()
    for moment in (NOW, _LATER):
        ran = root.at(moment).run()
        assert (ran.exit_code, ran.rows) == (0, [])
        assert root.files() == before


@pytest.mark.parametrize("name", CASES)
def test_every_value_of_a_plan_leads_back_to_the_field_it_was_typed_in(
    name: str, played: Callable[[str], Root]
) -> None:
    root, records = played(name), forms_of(load_case(name))
    definitions = [root.definition(kind_of(record)) for record in records]
    answers = [answers_of(record, definition) for record, definition in zip(records, definitions, strict=True)]
    plan = root.show(number_of(load_case(name)))
    origins = list(_origins(plan))
    for sha256, said, definition in zip(plan["inputs"], answers, definitions, strict=True):
        untyped = {field for origin, field in origins if origin == sha256} - {
            _field_of(each, definition) for each in said
        }
        assert {each for each in untyped if not _is_printed_or_derived(each, definition)} == set()
    known = {field for _, field in origins}
    lost = {each for each in answers[-1] if _field_of(each, definitions[-1]) not in known}
    assert {each for each in lost if not _ROW_ID.search(each)} == set()
    told = root.command("explain", plan["case"], "goals", "--format", "json").rows
    typed = dict(zip(plan["inputs"], answers, strict=True))
    assert told
    assert [each for each in told if typed[each["sha256"]].get(each["field"]) not in (each["written"], None)] == []


def _origins(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the form and the field of every value of a plan, goals and steps included."""
    columns = [plan["values"]]
    for goal in plan["goals"]:
        columns += [goal["columns"], *(action["columns"] for action in goal["actions"])]
    for each in columns:
        yield from ((value["origin"], value["name"]) for value in each.values())


def _is_printed_or_derived(field: str, definition: FormDefinition) -> bool:
    """Tell whether the form prints the field itself, or the program says it where the person did not."""
    spec = definition.specs[pattern_of(field)]
    precisions = {each.precision_key for each in definition.specs.values()}
    return spec.locked or spec.name in precisions or spec.key in {"goals[].confidential", "case.case_id"}


def _field_of(name: str, definition: FormDefinition) -> str:
    """Return the field of a box or of a line of a list of texts, any other name as it stands."""
    spec = definition.spec_of(name)
    many = spec is not None and spec.type in {ValueType.CODES, ValueType.TEXTS}
    return name.rpartition("[")[0] if many else name


def _papers(root: Root, number: str, version: int) -> str:
    """Return the text of the plan, annex and briefing of *version*."""
    found = {
        path: data
        for path, data in root.files("outbox", number).items()
        if path.endswith(f"v{version}.docx") and any(name in path for name in _PAPERS)
    }
    assert any("integrationsplan" in path for path in found)
    return " ".join(text_of_docx(data) for data in found.values())
