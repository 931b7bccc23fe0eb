"""The field table (`docs/fields.csv`) against the schemas, both ways: nothing missing, nothing more, nothing else."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from formpipe.definition import FieldSpec, ValueType
from formpipe.schemas import Library, load_library
from formpipe.vetting import CLASSES

ROOT = Path(__file__).parents[1]
KINDS = ("intake", "review", "consent", "approval")
FLAGS = {
    "intake": {"R", "O", "C", "-"},
    "review": {"R", "O", "C", "Δ", "-"},
    "consent": {"R", "O", "-"},
    "approval": {"R", "O", "-"},
}
SWITCHED_OFF = {"ids.azr_number", "ids.bamf_file_number"}


@cache
def library() -> Library:
    return load_library(ROOT / "schemas")


@cache
def table() -> tuple[dict[str, str], ...]:
    with (ROOT / "docs" / "fields.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def specs(kind: str) -> dict[str, FieldSpec]:
    return dict(library().newest(kind).specs)


def key_of(row: dict[str, str]) -> str:
    """Return the key as the definitions have it: a list of values has no brackets at its end."""
    return row["key"].removesuffix("[]")


def properties(node: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield key and schema of every field below *node*, by a walk that knows nothing of the program's own."""
    for name, child in node.get("properties", {}).items():
        key = f"{path}.{name}".removeprefix(".").replace("review.changes.", "")
        if "x-print" in child:
            yield key, child
        elif child.get("type") == "array":
            yield from properties(child["items"], f"{key}[]")
        else:
            yield from properties(child, key)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("row", table(), ids=lambda row: row["key"])
def test_a_field_of_the_table_stands_on_the_form_as_the_table_says(row: dict[str, str], kind: str) -> None:
    flag = row[kind]
    assert flag in FLAGS[kind]
    spec = specs(kind).get(key_of(row))
    if flag == "-":
        assert spec is None
        return
    assert spec is not None
    scope, *values = row["jobcenter"].split("; ")
    found = {
        "label": spec.label,
        "type": spec.type.value,
        "print": spec.printed.value,
        "sensitivity": " ".join(spec.sensitivity),
        "jobcenter": "; ".join([spec.jobcenter, *(f"{code}={each}" for code, each in spec.jobcenter_values.items())]),
        "required": spec.required,
    }
    said = {name: row[name] for name in ("label", "type", "print", "sensitivity", "jobcenter")}
    assert found == {**said, "required": flag == "R"}
    assert {scope, *(value.rpartition("=")[2] for value in values)} <= set(CLASSES)


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_has_no_field_that_the_table_does_not_hold(kind: str) -> None:
    known = {key_of(row) for row in table() if row[kind] != "-"}
    walked = dict(properties(dict(library().newest(kind).schema)))
    assert set(walked) == known
    assert set(specs(kind)) == known


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_is_written_down_and_not_left_to_a_default(kind: str) -> None:
    for key, node in properties(dict(library().newest(kind).schema)):
        for word in ("title", "x-print", "x-sensitivity", "x-jobcenter"):
            assert node.get(word), (key, word)


def test_the_table_names_each_field_once() -> None:
    keys = [row["key"] for row in table()]
    assert len(keys) == len(set(keys))
    assert all(row["type"] in set(ValueType) for row in table())


def test_fields_that_stand_on_no_form() -> None:
    absent = {row["key"] for row in table() if {row[kind] for kind in KINDS} == {"-"}}
    assert absent == SWITCHED_OFF | {"case.counselling_end_max"} | {
        row["key"] for row in table() if row["key"].startswith(("handover.", "closing."))
    }


def test_codes_of_one_field_may_have_classes_of_their_own() -> None:
    for kind in ("intake", "review"):
        constraints = specs(kind)["work.constraints"]
        assert constraints.jobcenter == "always"
        assert dict(constraints.jobcenter_values) == {
            "gesundheit": "J1",
            "pflege": "J1",
            "wohnen": "J3",
            "aufenthalt": "J5",
            "kinderbetreuung": "J2",
            "keine_angabe": "never",
        }
        other = specs(kind)["benefits.other"]
        assert (other.jobcenter, dict(other.jobcenter_values)) == ("never", {"pflegegeld": "J1"})


def test_on_a_review_what_may_change_may_be_cleared_unless_the_intake_needs_it() -> None:
    intake = {key_of(row): row["intake"] for row in table()}
    for row in table():
        spec = specs("review").get(key_of(row))
        if spec is None or spec.required:
            continue
        if row["review"] == "Δ":
            assert spec.clearable == (intake[spec.key] != "R"), spec.key
        if row["review"] == "O":
            assert not spec.clearable, spec.key
    assert not any(spec.clearable for spec in specs("intake").values())
    assert not any(spec.clearable for spec in specs("review").values() if spec.required)


@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_is_an_answer_only_where_nothing_is_required(kind: str) -> None:
    for spec in specs(kind).values():
        codes = {code.value for code in spec.codes.codes} if spec.codes else set()
        if spec.required and spec.type is not ValueType.BOOLEAN:
            assert not spec.no_answer, spec.key
            assert "keine_angabe" not in codes, spec.key
        if spec.codes is not None:
            assert not spec.no_answer, spec.key


def test_on_a_review_no_change_is_ever_required() -> None:
    for section in library().newest("review").sections:
        if section.changes:
            keys = [spec.key for spec in specs("review").values() if spec.key.split(".")[0] == section.name]
            assert not any(specs("review")[key].required for key in keys if "[]" not in key), section.name
