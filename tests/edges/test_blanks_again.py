"""What is kept from one form to the next: it changes nothing in what is made, and holds nothing that a person wrote."""

from __future__ import annotations

import gc
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from lxml import etree
from make_blanks import full_plan, part_of
from make_plans import versions_of
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics

from formpipe.blanks import known, write_form
from formpipe.blanks.controls import Control
from formpipe.blanks.known import Empty, Known, empty_of
from formpipe.blanks.pdf_words import BOLD, REGULAR
from formpipe.definition import FormDefinition
from formpipe.model import IntegrationPlan, Json
from formpipe.prefill import prefill_of
from formpipe.resources import shipped
from formpipe.schemas import Library, load_library

_ALONE = """
import hashlib
from make_plans import versions_of
from test_blanks_again import made_of
from formpipe.resources import shipped
from formpipe.schemas import load_library

library = load_library(shipped("schemas"))
plan = versions_of("case1", library)[-1]
print(*(hashlib.sha256(made).hexdigest() for made in made_of(plan, library.newest("review"))))
"""


def made_of(plan: IntegrationPlan, definition: FormDefinition) -> list[bytes]:
    """Return the next review form of *plan* in both formats."""
    prefill = prefill_of(plan, definition, base="e" * 64)
    return [
        write_form(definition, fmt="docx", carrier="CAR", prefill=prefill),
        write_form(definition, fmt="pdf", carrier="CAR", prefill=prefill),
    ]


def test_the_hundredth_form_of_a_process_equals_the_first_of_another(library: Library) -> None:
    definition = library.newest("review")
    for case in ("case2", "case3", "case1"):
        made_of(versions_of(case, library)[0], definition)
    for kind in ("intake", "consent", "approval", "review"):
        for fmt in ("docx", "pdf"):
            write_form(library.newest(kind), fmt=fmt, carrier="CAR")
    made_of(_with_words(full_plan(definition), "Vorher"), definition)

    later = made_of(versions_of("case1", library)[-1], definition)

    here = Path(__file__).parent
    paths = os.pathsep.join(map(str, (here, here.parent)))
    alone = subprocess.run(
        [sys.executable, "-c", _ALONE],
        env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "7"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert alone.stdout.split() == [hashlib.sha256(made).hexdigest() for made in later]


def test_nothing_that_a_person_wrote_is_kept(library: Library) -> None:
    definition = library.newest("review")
    canary = f"Kanari{os.getpid()}vogel"
    docx, pdf = made_of(_with_words(full_plan(definition), canary), definition)
    assert etree.tostring(part_of(docx, "word/document.xml"), encoding="unicode").count(canary) > 20
    assert sum(page.extract_text().count(canary) for page in PdfReader(BytesIO(pdf)).pages) >= 2
    gc.collect()

    kept = [text for cache in _caches() for text in _texts_in(cache)]

    assert "Familienname" in kept  # the search finds what is kept
    assert len(kept) > 1000
    assert [text for text in kept if canary in text] == []
    fonts: list[Any] = [pdfmetrics.getFont(name) for name in (REGULAR, BOLD)]
    assert [len(font.state) for font in fonts] == [0, 0]


def test_empty_fields_are_shared_by_the_forms_of_one_definition_only(library: Library) -> None:
    first, second = library.newest("intake"), library.newest("review")
    other = load_library(shipped("schemas")).newest("intake")

    assert empty_of(first) is empty_of(first)
    assert empty_of(first) is not empty_of(second)
    assert empty_of(first) is not empty_of(other)


def test_no_more_than_so_many_empty_fields_are_kept(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "_MOST", 1)
    spec = library.newest("intake").specs["person.family_name"]
    stand = Known(values={}, empty=Empty())

    first, second = stand.control(spec, "a.first"), stand.control(spec, "a.second")

    assert stand.control(spec, "a.first") is first
    assert stand.control(spec, "a.second") is not second
    assert stand.control(spec, "a.second") == second


def test_a_field_takes_the_lines_that_its_list_gives_it(library: Library) -> None:
    spec = library.newest("intake").specs["person.family_name"]
    tall = replace(spec, multiline=True)
    stand = Known(values={}, empty=Empty())

    lines = [stand.control(each, "a.name").lines for each in (spec, tall, spec)]

    assert lines[0] == lines[2] == 1
    assert lines[1] > 1


@pytest.mark.parametrize("value", ["Muster", "keine_angabe"])
def test_a_known_value_leaves_the_empty_field_empty(library: Library, value: str) -> None:
    spec = library.newest("intake").specs["person.family_name"]
    empty = Empty()

    filled: Control = Known(values={"person.family_name": value}, empty=empty).control(spec, "person.family_name")
    blank: Control = Known(values={}, empty=empty).control(spec, "person.family_name")

    assert filled.shown is not None
    assert (blank.shown, blank.value) == (None, None)
    assert blank == Known(values={}).control(spec, "person.family_name")


def _with_words(plan: IntegrationPlan, words: str) -> IntegrationPlan:
    """Return *plan* with *words* in each text that is no code, date or number, in titles and reasons of goals too."""

    def said(value: Json) -> Json:
        if isinstance(value, list):
            return [said(each) for each in value]
        return f"{value} {words}" if isinstance(value, str) and " " in value else value

    values = {key: replace(held, value=said(held.value)) for key, held in plan.values.items()}
    goals = tuple(
        replace(
            goal,
            columns={key: replace(held, value=said(held.value)) for key, held in goal.columns.items()},
            actions=tuple(
                replace(
                    action, columns={key: replace(held, value=said(held.value)) for key, held in action.columns.items()}
                )
                for action in goal.actions
            ),
        )
        for goal in plan.goals
    )
    return replace(plan, values=values, goals=goals)


def _caches() -> Iterator[object]:
    """Yield the caches of the functions that make forms."""
    for name, module in sorted(sys.modules.items()):
        if name.startswith("formpipe.blanks"):
            yield from (each for each in vars(module).values() if hasattr(each, "cache_info"))


def _texts_in(cache: object) -> Iterator[str]:
    """Yield the texts that *cache* holds on to, however deep; not what its function belongs to."""
    seen: set[int] = set()
    waiting = [cache]
    while waiting:
        each = waiting.pop()
        if id(each) in seen or isinstance(each, FunctionType | ModuleType | type):
            continue
        seen.add(id(each))
        if isinstance(each, str):
            yield each
        else:
            waiting += gc.get_referents(each)
