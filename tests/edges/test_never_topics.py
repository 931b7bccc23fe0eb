"""Each topic that the Jobcenter must never learn of (domain 4.3), tried on every way into the paper.

A text that goes out is searched for it, and there is no paper while it stands
there; a text that stays in may say it, and the paper does not.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from canaries import Canaries, Maker
from never_topics import NEVER, routes, with_text
from privacy import Stage, paper_of, stage_of

from formpipe.definition import ValueType
from formpipe.disclose.disclose import Refusal, disclose
from formpipe.documents.text import docx_text
from formpipe.model import pattern_of
from formpipe.releases import releases_of
from formpipe.resources import shipped
from formpipe.schemas import load_library

NAMED = frozenset(
    {
        "goals[].title",
        "goals[].indicator",
        "goals[].actions[].title",
        "jobcenter.requests",
        "jobcenter.offers",
        "jobcenter.place",
        "contact.care_of",
        "language.courses[].provider",
        "education.current.institution",
        "education.qualifications[].recognition_body",
        "development.strengths",
        "health.work_limits",
        "reviews[].goal_reviews[].evidence",
    }
)
"""Ways that must be among those found in the schemas."""

STAYS_IN = frozenset(
    {
        "counselling[].provider",
        "goals[].client_wording",
        "goals[].baseline",
        "health.confidential_note",
        "development.progress_note",
        "reviews[].client_view",
        "reviews[].manager_note",
        "reviews[].goal_reviews[].comment",
    }
)
"""Texts that stay in whatever was released, at least these."""

ROWS = ("_id", "_ref", "superseded_by")
"""Fields that name rows, by which the filter finds them."""


@cache
def stage() -> Stage:
    return stage_of(load_library(shipped("schemas")))


@cache
def ways() -> dict[str, tuple[Canaries, str]]:
    """Return for each text that may go out a case in which it does, and the text's key there."""
    maker, found = Maker(stage().catalogue, 11), dict[str, tuple[Canaries, str]]()
    wanted = set(routes(stage().library))
    for _ in range(60):
        case = maker.make()
        if case.is_paper:
            found |= {
                pattern_of(key): (case, key)
                for key in case.released
                if pattern_of(key) in wanted and pattern_of(key) not in found
            }
    assert found.keys() == wanted
    return found


def test_the_ways_in_are_those_of_the_schemas() -> None:
    assert ways().keys() >= NAMED


@pytest.mark.parametrize("topic", NEVER)
def test_no_text_that_goes_out_may_say_it(topic: str) -> None:
    for pattern, (case, key) in ways().items():
        plan = with_text(case.plan, key, f"Das ist so: {NEVER[topic]}.")
        found = disclose(plan, releases_of(plan, case.on), stage().catalogue, on=case.on, stems=stage().library.guard)
        assert isinstance(found, Refusal), pattern
        assert (found.rule, found.keys) == ("V22", (key,))
        assert NEVER[topic] not in repr(found)


@pytest.mark.parametrize("topic", NEVER)
def test_whatever_stays_in_may_say_it_and_the_paper_does_not(topic: str) -> None:
    case = next(case for case, _ in ways().values())
    kept = [key for key in case.words if _stays_in(pattern_of(key))]
    assert {pattern_of(key) for key in kept} >= STAYS_IN
    plan = case.plan
    for key in kept:
        plan = with_text(plan, key, NEVER[topic])
    paper = paper_of(stage(), replace(case, plan=plan))
    assert paper is not None
    assert NEVER[topic] not in docx_text(paper)
    assert paper == _paper_of_first()


@cache
def _paper_of_first() -> bytes | None:
    return paper_of(stage(), next(case for case, _ in ways().values()))


def _stays_in(pattern: str) -> bool:
    spec = stage().catalogue.specs[pattern]
    is_text = spec.type in {ValueType.TEXT, ValueType.TEXTS} and spec.codes is None
    return is_text and spec.jobcenter == "never" and not pattern.endswith(ROWS)
