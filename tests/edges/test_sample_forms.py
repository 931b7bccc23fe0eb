"""From record to form and back: what a person writes on a form is what the program takes from it, to the letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Literal

import pytest
from fill_docx import fill_docx
from fill_office import fill_docx_office
from fill_pdf import fill_pdf, fill_pdf_pdftk, has_pdftk
from make_forms import answers_of, forms_of, kind_of, load_case

from formpipe.blanks.write import write_form
from formpipe.model import Finding, Json
from formpipe.normalise.normalise import normalise
from formpipe.readers.read import read
from formpipe.resources import shipped
from formpipe.schemas import load_library

_LIBRARY = load_library(shipped("schemas"))
_NAMES = ("case1", "case2", "case3", "case4", "case5", "case6", "new")
_FORMS = [(name, number) for name in _NAMES for number in range(len(forms_of(load_case(name))))]
_THROUGH_OFFICE = (("case1", 0), ("case1", 2), ("case2", 0), ("case4", 2))


def _check(name: str, number: int, fill: Callable[[bytes, Mapping[str, str | bool]], bytes], *, pdf: bool) -> None:
    case = load_case(name)
    record = forms_of(case)[number]
    definition = _LIBRARY.newest(kind_of(record))
    blank = _blank(definition.kind.kind, "pdf" if pdf else "docx", str(case["carrier"]))
    form = read(fill(blank, answers_of(record, definition)))
    taken = normalise(form, definition)
    assert dict(taken.data) == record
    assert _told(taken.findings) == []
    assert taken.unknown == ()


@cache
def _blank(kind: str, fmt: Literal["docx", "pdf"], carrier: str) -> bytes:
    return write_form(_LIBRARY.newest(kind), fmt=fmt, carrier=carrier)


def _told(findings: tuple[Finding, ...]) -> list[tuple[str, str, Json]]:
    return [(each.pointer, each.rule, each.severity.value) for each in findings]


@pytest.mark.parametrize(("name", "number"), _FORMS)
def test_docx(name: str, number: int) -> None:
    _check(name, number, fill_docx, pdf=False)


@pytest.mark.parametrize(("name", "number"), _FORMS)
def test_pdf(name: str, number: int) -> None:
    _check(name, number, fill_pdf, pdf=True)


@pytest.mark.parametrize(("name", "number"), [("case3", 0), ("case1", 2)])
def test_pdf_filled_by_pdftk(name: str, number: int) -> None:
    if not has_pdftk():
        pytest.skip("pdftk is not installed: apt-get install pdftk-java")
    _check(name, number, fill_pdf_pdftk, pdf=True)


@pytest.mark.office
@pytest.mark.parametrize(("name", "number"), _THROUGH_OFFICE)
def test_docx_filled_and_saved_by_libreoffice(name: str, number: int) -> None:
    _check(name, number, fill_docx_office, pdf=False)
