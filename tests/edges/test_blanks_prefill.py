"""A pre-filled form that nobody touched reads back to exactly the values it was made with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import pytest
from make_blanks import declined_plan, full_plan

from formpipe.blanks import write_form
from formpipe.definition import FormDefinition
from formpipe.model import FormMarks, IntegrationPlan, Json
from formpipe.normalise.normalise import normalise
from formpipe.prefill import Prefill, prefill_of
from formpipe.readers.read import read
from formpipe.schemas import Library

BASE = "d" * 64
OF_THE_FORM = {"form.type", "form.version", "review.unchanged_sections"}


def _prefill(library: Library, make: Callable[[FormDefinition], IntegrationPlan]) -> tuple[FormDefinition, Prefill]:
    definition = library.newest("review")
    return definition, prefill_of(make(definition), definition, base=BASE)


def _flat(tree: Mapping[str, Json], stem: str = "") -> Iterator[tuple[str, Json]]:
    for name, value in tree.items():
        key = f"{stem}.{name}" if stem else name
        if isinstance(value, dict):
            yield from _flat(value, key)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for index, row in enumerate(value):
                assert isinstance(row, dict)
                yield from _flat(row, f"{key}[{index}]")
        else:
            yield key.removeprefix("review.changes."), value


def _printed_only(prefill: Prefill) -> set[str]:
    """Return the fields of rows in which the form has printed an id or a life area and nothing else."""
    rows: dict[str, set[str]] = {}
    for name in prefill.values:
        rows.setdefault(name.rpartition(".")[0], set()).add(name)
    alone = {next(iter(names)) for row, names in rows.items() if row.endswith("]") and len(names) == 1}
    return {name for name in alone if name.endswith(("_id", ".life_area"))}


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
@pytest.mark.parametrize("make", [full_plan, declined_plan])
def test_an_untouched_form_reads_back_as_it_was_made(
    library: Library, fmt: Literal["docx", "pdf"], make: Callable[[FormDefinition], IntegrationPlan]
) -> None:
    definition, prefill = _prefill(library, make)
    form = read(write_form(definition, fmt=fmt, carrier="CAR", prefill=prefill))

    normalised = normalise(form, definition)

    assert form.marks == FormMarks(kind="review", version="2026.1", case=prefill.case, base=BASE)
    assert normalised.findings == ()
    assert normalised.unknown == ()
    said = dict(_flat(normalised.data))
    shown = {name: value for name, value in prefill.values.items() if name not in _printed_only(prefill)}
    assert {name: value for name, value in said.items() if name not in OF_THE_FORM} == shown
    assert len(shown) > 100 or make is declined_plan


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
@pytest.mark.parametrize("kind", ["intake", "review"])
def test_an_untouched_blank_says_nothing_but_what_it_prints(
    library: Library, fmt: Literal["docx", "pdf"], kind: str
) -> None:
    definition = library.newest(kind)

    form = read(write_form(definition, fmt=fmt, carrier="CAR"))
    normalised = normalise(form, definition)

    assert form.marks == FormMarks(kind=kind, version="2026.1")
    assert normalised.findings == ()
    values = dict(_flat(normalised.data))
    assert {name for name, value in values.items() if value not in ([], None)} <= {
        "form.type",
        "form.version",
        "case.carrier",
    }


def test_true_stays_true_and_one_stays_one(library: Library) -> None:
    definition, prefill = _prefill(library, full_plan)
    form = read(write_form(definition, fmt="docx", carrier="CAR", prefill=prefill))

    said = dict(_flat(normalise(form, definition).data))

    assert {type(said[name]) for name in ("contact.phone_is_shared", "family.relatives_abroad")} == {bool}
    assert type(said["housing.persons"]) is int
    assert said["housing.rooms"] == 2.5
