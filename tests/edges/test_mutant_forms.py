"""A few of the mutations that `make mutations` has 20,000 of, and the proof that a wrong value would be seen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mutantforms import good_forms, read_all, seen_in_docx, seen_in_pdf, wrong_of

from formpipe.model import FieldState
from formpipe.readers.read import read


def test_a_sample_of_mutations() -> None:
    counts, faults = read_all(range(40), good_forms())
    assert faults == []
    assert counts["read"] > 10
    assert counts["damaged"] > 3


@pytest.mark.heavy
def test_many_mutations() -> None:
    assert read_all(range(1_000, 2_000), good_forms())[1] == []


def test_a_field_that_is_read_by_its_label_must_stand_in_one_table_with_it() -> None:
    form = read(good_forms()[0][1])
    field = replace(form.fields[0], name="Vorname", label="Vorname", value="Ada", flags=(), name_source="label")
    form = replace(form, fields=(replace(field, state=FieldState.FILLED, display=None),))
    assert list(wrong_of(form, {"": {"VornameAda"}})) == []
    assert list(wrong_of(form, {"": {"Vorname", "Ada"}})) == ["Vorname"]


def test_the_other_reader_sees_the_good_forms_alike_and_a_wrong_value_is_told() -> None:
    for fmt, data in good_forms()[:2]:
        seen = dict((seen_in_docx if fmt == "docx" else seen_in_pdf)(data))
        form = read(data)
        assert list(wrong_of(form, seen)) == []
        seen["person.family_name"] = {"Anders"}
        assert list(wrong_of(form, seen)) == ["person.family_name"]
