"""A sample of `make privacy`: random cases, pairs that differ in what stays in, and schemas that hold more back."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from canaries import Canaries, Maker, titled
from privacy import LAST_ROW, NO_PLACE, WORDLESS, Stage, places, stage_of, try_cases, try_pairs, words_of_text

from formpipe.catalogue import Catalogue
from formpipe.definition import Printed
from formpipe.disclose.disclose import Disclosure, disclose
from formpipe.model import pattern_of
from formpipe.present import annex_context, briefing_context, plan_context
from formpipe.releases import releases_of
from formpipe.resources import shipped
from formpipe.schemas import load_library


@cache
def stage() -> Stage:
    return stage_of(load_library(shipped("schemas")))


def test_nothing_that_stays_in_is_in_any_part_and_all_that_goes_out_is() -> None:
    tried = try_cases(stage(), 20, 1)
    assert tried.wrong == Counter()
    assert tried.papers >= 8
    assert tried.refused >= 1


def test_papers_tell_nothing_of_what_stays_in() -> None:
    tried = try_pairs(stage(), 6, 2)
    assert (tried.papers, tried.wrong) == (6, Counter())


def test_the_lists_of_what_has_no_place_of_its_own_are_those_of_the_schemas() -> None:
    specs = stage().catalogue.specs
    for key in NO_PLACE | WORDLESS | LAST_ROW:
        assert {specs[key].jobcenter, *specs[key].jobcenter_values.values()} != {"never"}
    assert not places(stage().catalogue) & NO_PLACE


def said(catalogue: Catalogue, case: Canaries) -> set[str]:
    """Return the words of *case* that its paper says under *catalogue*, none if there is no paper."""
    found = disclose(case.plan, releases_of(case.plan, case.on), catalogue, on=case.on, stems=())
    if not isinstance(found, Disclosure):
        return set()
    context = briefing_context(found, catalogue, carrier=stage().carrier, law=stage().library.law, managers={})
    return set(words_of_text(json.dumps(context, ensure_ascii=False).replace("\\n", " ")))


def shown() -> Iterator[tuple[str, Canaries]]:
    """Yield each field that has a place on the paper, with a case in which it stands there."""
    maker, left = Maker(stage().catalogue, 5), places(stage().catalogue)
    for _ in range(150):
        case = maker.make()
        if not case.is_paper:
            continue
        words = said(stage().catalogue, case)
        for key, own in case.released.items():
            if pattern_of(key) in left and own & words:
                left.discard(pattern_of(key))
                yield pattern_of(key), case
    assert left == set()


def of_field(case: Canaries, pattern: str) -> set[str]:
    return set().union(*(words for key, words in case.words.items() if pattern_of(key) == pattern))


def test_a_field_that_is_held_back_vanishes_and_nothing_else_does() -> None:
    for pattern, case in _cases().items():
        spec = replace(stage().catalogue.specs[pattern], jobcenter="never", jobcenter_values={})
        held = replace(stage().catalogue, specs={**stage().catalogue.specs, pattern: spec})
        before, after = said(stage().catalogue, case), said(held, case)
        assert not of_field(case, pattern) & after, pattern
        assert after, pattern
        assert {key for key in case.released if case.released[key] & (before - after)} <= {
            key for key in case.released if pattern_of(key) == pattern or key.startswith(_goes_with(pattern))
        }


def _goes_with(pattern: str) -> str:
    """Return where other words vanish together with those of *pattern*."""
    return {"goals[].status": "goals[", "reviews[].review_date": "reviews["}.get(pattern, "-")


FILES = ("intake.v2026.1.json", "review.v2026.1.json")
SOME = (
    "reviews[].goal_reviews[].evidence",
    "work.current_job",
    "goals[].title",
    "language.courses[].provider",
    "jobcenter.requests",
    "person.given_names",
)


def changed_schemas(folder: Path, key: str, rule: str | None) -> Catalogue:
    """Return the catalogue of a copy of the schemas in which *key* has *rule*, or no rule at all."""
    shutil.copytree(shipped("schemas"), folder)
    for name in FILES:
        document = json.loads((folder / name).read_text(encoding="utf-8"))
        steps = re.sub(r"^reviews\[\]", "review", key).replace("[]", ".items").split(".")
        found = node_of(document, steps)
        if found is not None:
            found.pop("x-jobcenter", None)
            found.pop("x-jobcenter-values", None)
            if rule is not None:
                found["x-jobcenter"] = rule
            (folder / name).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return titled(load_library(folder).catalogue)


def node_of(node: Any, steps: list[str]) -> dict[str, Any] | None:  # noqa: ANN401 - JSON
    """Return the property that *steps* lead to; what a review changes stands below `review.changes`."""
    for number, step in enumerate(steps):
        properties = node.get("properties", {})
        if step == "items":
            node = node.get("items", {})
        elif step in properties:
            node = properties[step]
        elif number == 0 and "review" in properties:
            return node_of(properties["review"].get("properties", {}).get("changes", {}), steps)
        else:
            return None
    return node if isinstance(node, dict) else None


@pytest.mark.parametrize("key", SOME)
@pytest.mark.parametrize("rule", ["never", None])
def test_a_rule_changed_in_a_copy_of_the_schemas_holds_the_field_back(
    key: str, rule: str | None, tmp_path: Path
) -> None:
    _check(key, rule, tmp_path / "schemas")


@pytest.mark.privacy
def test_every_rule_changed_in_a_copy_of_the_schemas_holds_its_field_back(tmp_path: Path) -> None:
    for place, key in enumerate(sorted(places(stage().catalogue))):
        _check(key, "never" if place % 2 else None, tmp_path / str(place))


def _check(key: str, rule: str | None, folder: Path) -> None:
    case = _cases()[key]
    catalogue = changed_schemas(folder, key, rule)
    assert catalogue.specs[key].jobcenter == "never"
    assert of_field(case, key) & said(stage().catalogue, case)
    assert not of_field(case, key) & said(catalogue, case)


@cache
def _cases() -> dict[str, Canaries]:
    return dict(shown())


def test_what_is_for_the_annex_stands_in_the_annex_and_not_in_the_plan() -> None:
    catalogue, carrier, maker = stage().catalogue, stage().carrier, Maker(stage().catalogue, 7)
    left = {key for key, spec in catalogue.specs.items() if spec.printed is Printed.ANNEX}
    for _ in range(12):
        case = maker.make()
        plan = plan_context(case.plan, (), catalogue, carrier=carrier, services=(), managers={})
        annex = annex_context(case.plan, catalogue, carrier=carrier, managers={})
        printed = {"plan": words_of_context(plan), "annex": words_of_context(annex)}
        for key, words in case.words.items():
            if catalogue.specs[pattern_of(key)].printed is Printed.ANNEX:
                assert not words & printed["plan"], key
                if words & printed["annex"]:
                    left.discard(pattern_of(key))
    assert left == set()


def words_of_context(context: Any) -> set[str]:  # noqa: ANN401 - as the templates take it
    return set(words_of_text(json.dumps(context, ensure_ascii=False).replace("\\n", " ")))
