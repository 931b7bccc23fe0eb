"""Findings as JSON data."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from formpipe.model import Finding, Place, Severity
from formpipe.recorded import finding_from_json, finding_json


def finding(**parameters: object) -> Finding:
    return Finding(
        pointer="/goals/0/title",
        rule="V08",
        severity=Severity.ERROR,
        place=Place(label="Ziel", page=2),
        parameters=parameters,
    )


def test_a_finding_comes_back_as_it_was() -> None:
    one = finding(written="31.02.2026", ids=["G01", "G02"], count=2, share=0.5, known=True, none=None)
    data = json.loads(json.dumps(finding_json(one)))
    assert finding_from_json(data) == one


def test_the_list_or_section_comes_back_too_where_it_was_kept() -> None:
    one = replace(finding(), place=Place(label="am", within="Einwilligungen"))
    data = finding_json(one)
    assert finding_from_json(data) == one
    del data["within"]
    assert finding_from_json(data).place == Place(label="am")


def test_dates_sets_tuples_and_mappings_become_plain() -> None:
    data = finding_json(finding(day=date(2026, 1, 2), ids={"b", "a"}, pair=("x", 1), more={"day": date(2026, 1, 3)}))
    assert data["parameters"] == {
        "day": "2026-01-02",
        "ids": ["a", "b"],
        "pair": ["x", 1],
        "more": {"day": "2026-01-03"},
    }


def test_anything_else_is_a_fault_of_the_program() -> None:
    with pytest.raises(TypeError, match="cannot hold a object"):
        finding_json(finding(odd=object()))
