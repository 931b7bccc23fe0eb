"""A good form with one control deleted, renamed, doubled, nested or emptied: noticed, or the values are still right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from fill_docx import fill_docx
from make_forms import answers_of, forms_of, kind_of, load_case
from mutations import Mutation, Mutator

from formpipe.blanks.write import write_form
from formpipe.definition import FormDefinition
from formpipe.model import FieldState, FilledForm
from formpipe.normalise.normalise import Normalised, normalise
from formpipe.readers.read import read
from formpipe.schemas import Library

SAMPLE = 30
MANY = 1000


@pytest.mark.parametrize("case", ["case1", "case2"])
@pytest.mark.parametrize("number", [0, 1])
def test_a_sample_of_mutations(case: str, number: int, library: Library) -> None:
    check(case, number, library, range(number * SAMPLE // 2, (number + 1) * SAMPLE // 2))


@pytest.mark.heavy
@pytest.mark.parametrize("number", [0, 1])
def test_many_mutations(number: int, library: Library) -> None:
    check("case3", number, library, range(10_000 + number * MANY, 10_000 + (number + 1) * MANY))


def check(case: str, number: int, library: Library, seeds: Iterable[int]) -> None:
    record = forms_of(load_case(case))[number]
    definition = library.newest(kind_of(record))
    blank = write_form(definition, fmt="docx", carrier=str(load_case(case)["carrier"]))
    data = fill_docx(blank, answers_of(record, definition))
    form = read(data)
    good = normalise(form, definition)
    assert {finding.rule for finding in good.findings} <= {"estimated"}
    mutator = Mutator(data)
    for seed in seeds:
        mutation, mutant = mutator.mutated(seed)
        found = normalise(read(mutant), definition)
        assert is_right(found, good) or is_noticed(found, good) or is_emptied(found, form, definition, mutation), (
            seed,
            mutation.kind,
            mutation.name,
            mutation.other,
        )


def is_right(found: Normalised, good: Normalised) -> bool:
    return found.data == good.data


def is_noticed(found: Normalised, good: Normalised) -> bool:
    """Tell whether a finding says that something is wrong with the fields of the form."""
    before = {(each.rule, each.pointer) for each in good.findings}
    return any((each.rule, each.pointer) not in before for each in found.findings)


def is_emptied(found: Normalised, form: FilledForm, definition: FormDefinition, mutation: Mutation) -> bool:
    """Tell whether nothing else is missing than the answer that was taken away."""
    fields = tuple(
        replace(each, value=None, display=None, state=FieldState.EMPTY) if each.name == mutation.name else each
        for each in form.fields
    )
    return mutation.kind in {"empty", "hint"} and found.data == normalise(replace(form, fields=fields), definition).data
