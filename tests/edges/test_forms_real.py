"""The shipped schemas at the door: sample forms are taken, pre-filled ones say only what was changed on them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

import pytest
from fill_docx import fill_docx
from make_forms import Answers, answers_of, forms_of, kind_of, load_case
from make_plans import CASES, versions_of

from formpipe.blanks.write import write_form
from formpipe.identify import identify
from formpipe.model import FilledForm, Json, Severity, Verdict
from formpipe.normalise.normalise import normalise
from formpipe.prefill import Prefill, prefill_of
from formpipe.readers.read import read
from formpipe.resources import shipped
from formpipe.rules.door import Door
from formpipe.schemas import load_library
from formpipe.validate.validate import validate, validator_of

LIBRARY = load_library(shipped("schemas"))
REVIEW = LIBRARY.newest("review")
FORMS = [(name, number) for name in (*CASES, "new") for number in range(len(forms_of(load_case(name))))]
VALIDATORS = {kind: validator_of(each, LIBRARY.registry) for kind, each in LIBRARY.definitions.items()}
NUMBER = re.compile(r"MA-[A-Z]{3}-[0-9]{4}-[0-9]{4}")
TODAY = date(2026, 11, 22)
NEW: Answers = {
    "form.filled_on": "20.11.2026",
    "form.filled_by": "car-muster",
    "review.review_date": "20.11.2026",
    "review.next_review_date": "19.02.2027",
    "review.occasion": "turnus",
}


def judged(form: FilledForm, carrier: str = "CAR", prefilled: Mapping[str, Json] | None = None) -> Verdict:
    definition = identify(form, LIBRARY.definitions)
    door = Door(today=TODAY, carrier=carrier, case_pattern=NUMBER, prefilled=prefilled, stems=LIBRARY.guard)
    return validate(normalise(form, definition), definition, VALIDATORS[definition.kind], door)


@cache
def blank(kind: str, carrier: str) -> bytes:
    return write_form(LIBRARY.newest(kind), fmt="docx", carrier=carrier)


@cache
def prefill(name: str) -> Prefill:
    return prefill_of(versions_of(name, LIBRARY)[-1], REVIEW, base="ab" * 32)


def next_review(name: str, answers: Answers) -> Verdict:
    """The case's next review form, pre-filled, on which only the review's own day and *answers* were written."""
    known = prefill(name)
    form = write_form(REVIEW, fmt="docx", carrier="CAR", prefill=known)
    return judged(read(fill_docx(form, {**NEW, **answers})), prefilled=known.values)


def errors(verdict: Verdict) -> list[tuple[str, str]]:
    return [(each.rule, each.pointer) for each in verdict.findings if each.severity is Severity.ERROR]


@pytest.mark.parametrize(("name", "number"), FORMS)
def test_sample_forms_are_taken(name: str, number: int) -> None:
    case = load_case(name)
    record, carrier = forms_of(case)[number], str(case["carrier"])
    definition = LIBRARY.newest(kind_of(record))
    filled = fill_docx(blank(definition.kind.kind, carrier), answers_of(record, definition))
    verdict = judged(read(filled), carrier)
    assert errors(verdict) == []
    assert verdict.submission is not None
    assert dict(verdict.submission.data) == record


@pytest.mark.parametrize("name", CASES)
def test_a_pre_filled_form_left_as_it_was_changes_nothing(name: str) -> None:
    boxes: Answers = {f"review.unchanged_sections[{each.name}]": True for each in REVIEW.sections if each.changes}
    verdict = next_review(name, boxes)
    assert errors(verdict) == []
    assert [each.rule for each in verdict.findings if each.rule in {"emptied", "untouched"}] == []
    assert verdict.submission is not None
    assert verdict.submission.base == "ab" * 32
    review = verdict.submission.data["review"]
    assert isinstance(review, dict)
    assert "changes" not in review
    assert "jobcenter" not in verdict.submission.data
    assert verdict.submission.data["case"] == {"case_id": prefill(name).case}


def test_what_was_changed_on_a_pre_filled_form_is_all_that_changes() -> None:
    verdict = next_review("case1", {"housing.rooms": "4", "contact.street": "—gelöscht—"})
    assert errors(verdict) == []
    assert verdict.submission is not None
    review = verdict.submission.data["review"]
    assert isinstance(review, dict)
    assert review["changes"] == {"housing": {"rooms": 4}, "contact": {"street": None}}


def test_a_ticked_section_that_was_changed() -> None:
    verdict = next_review("case1", {"housing.rooms": "4", "review.unchanged_sections[housing]": True})
    assert errors(verdict) == [("unchanged", "/review/unchanged_sections/housing")]


def test_an_empty_intake_names_what_it_needs() -> None:
    verdict = judged(read(blank("intake", "CAR")))
    rules = dict.fromkeys(rule for rule, _ in errors(verdict))
    pointers = [pointer for _, pointer in errors(verdict)]
    assert list(rules) == ["required", "V01", "C3"]
    assert pointers[:2] == ["/form/filled_on", "/form/filled_by"]
    assert len(pointers) == len(set(pointers))
    assert {"/person/birth_date", "/case/intake_date", "/ids/bg_nummer_status"} <= set(pointers)
    assert verdict.submission is None
