"""The sample forms are what people would hand in: proven on the files, without the program's own readers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal

import pikepdf
import pytest
from expected import text_of_docx
from fill_docx import fill_docx
from fill_office import fill_docx_office, has_office
from fill_pdf import fill_pdf, fill_pdf_pdftk, has_pdftk
from jsonschema import Draft202012Validator
from lxml import etree
from make_forms import NoSuchFieldError, answers_of, forms_of, kind_of, load_case

from formpipe.blanks.write import write_form
from formpipe.definition import FormDefinition
from formpipe.model import Json
from formpipe.resources import shipped
from formpipe.schemas import load_library

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_LIBRARY = load_library(shipped("schemas"))
_NAMES = ("case1", "case2", "case3", "case4", "case5", "case6", "new")
_ANSWERS: Mapping[str, str | bool] = {
    "person.family_name": "Müller & <Söhne>\nzweite Zeile",
    "person.birth_date": "08.03.1991",
    "household.members[0].birth_date": "ca. 1990",
    "person.gender": "divers",
    "finance.urgent[miete]": True,
    "development.life_wish": "T'adesse ወልደ 17",
}


def _definition(kind: str) -> FormDefinition:
    return _LIBRARY.newest(kind)


@cache
def _blank(kind: str, fmt: Literal["docx", "pdf"]) -> bytes:
    return write_form(_definition(kind), fmt=fmt, carrier="STA")


@cache
def _records() -> tuple[tuple[str, dict[str, Json]], ...]:
    return tuple((name, record) for name in _NAMES for record in forms_of(load_case(name)))


@pytest.mark.parametrize("index", range(len(_records())), ids=lambda each: f"{_records()[each][0]}-{each}")
def test_sample_is_valid_and_fits_its_blanks(index: int) -> None:
    _, record = _records()[index]
    definition = _definition(kind_of(record))
    validator = Draft202012Validator(definition.schema, registry=_LIBRARY.registry)
    assert [error.json_path for error in validator.iter_errors(record)] == []
    answers = answers_of(record, definition)
    assert [name for name in answers if definition.spec_of(name) is None] == []
    assert fill_docx(_blank(definition.kind.kind, "docx"), answers)
    assert fill_pdf(_blank(definition.kind.kind, "pdf"), answers)


def test_answers_are_written_as_a_person_writes() -> None:
    record: dict[str, Json] = {
        "form": {"type": "aufnahme", "version": "2026.1", "filled_on": "2026-07-06"},
        "case": {"carrier": "STA"},
        "person": {
            "birth_date": "1988-01-01",
            "birth_date_precision": "jahr",
            "arrival_germany_date": "2023-08",
            "birth_date_is_placeholder": True,
            "nationalities": ["SYR", "XXA"],
        },
        "contact": {"phone": "+491713920001", "street": "keine_angabe"},
        "ids": {"bg_nummer": "99999BG0000001"},
        "household": {
            "members": [
                {"member_id": "HM01", "birth_date": "1979-07-01", "birth_date_precision": "monat"},
                {"member_id": "HM02", "birth_date": "1990-01-01", "birth_date_precision": "geschaetzt"},
            ]
        },
        "finance": {"urgent": ["miete", "strom"]},
        "work": {"available_hours": 25.5},
        "needs": [{"life_area": "wohnen", "level": 3}, {"life_area": "sprache", "level": 0}],
    }
    assert answers_of(record, _definition("intake")) == {
        "form.filled_on": "06.07.2026",
        "person.birth_date": "00.00.1988",
        "person.arrival_germany_date": "08.2023",
        "person.birth_date_is_placeholder": "ja",
        "person.nationalities[0]": "Syrien",
        "person.nationalities[1]": "staatenlos",
        "contact.phone": "0171 3920001",
        "contact.street": "keine Angabe",
        "ids.bg_nummer": "99999//0000001",
        "household.members[0].birth_date": "XX.07.1979",
        "household.members[1].birth_date": "ca. 1990",
        "finance.urgent[miete]": True,
        "finance.urgent[strom]": True,
        "work.available_hours": "25,5",
        "needs[4].level": "3 – intensive Begleitung",
        "needs[0].level": "0 – selbständig",
    }


def test_a_row_is_found_by_what_the_blank_prints_and_a_new_one_takes_a_free_row() -> None:
    printed: dict[str, Json] = {
        "review.goal_reviews[0].goal_id": "G01",
        "review.goal_reviews[1].goal_id": "G03",
        "household.members[0].member_id": "HM01",
        "household.members[0].given_names": "Rīm",
        "household.members[1].member_id": "HM02",
        "benefits.other": ["kindergeld", "but"],
        "housing.wbs_status": "erteilt",
    }
    record: dict[str, Json] = {
        "review": {
            "goal_reviews": [{"goal_id": "G03", "status_new": "erreicht"}],
            "changes": {
                "household": {"members": [{"member_id": "HM01", "given_names": "Rima"}, {"given_names": "Sāra"}]},
                "benefits": {"other": ["but", "wohngeld"]},
                "housing": {"wbs_status": "erteilt", "wbs_valid_until": None},
            },
        }
    }
    assert answers_of(record, _definition("review"), printed) == {
        "review.goal_reviews[1].status_new": "erreicht",
        "household.members[0].given_names": "Rima",
        "household.members[1].given_names": "Sāra",
        "benefits.other[kindergeld]": False,
        "benefits.other[wohngeld]": True,
        "housing.wbs_valid_until": "—gelöscht—",
    }


@pytest.mark.parametrize(
    "record",
    [{"person": {"shoe_size": 43}}, {"pets": {"dog": "ja"}}, {"finance": {"urgent": ["kaviar"]}}],
    ids=["field", "section", "code"],
)
def test_an_answer_that_no_form_asks_for_is_an_error(record: dict[str, Json]) -> None:
    with pytest.raises(NoSuchFieldError):
        answers_of(record, _definition("intake"))


@pytest.mark.parametrize("fill", [fill_docx, fill_pdf, fill_docx_office, fill_pdf_pdftk])
@pytest.mark.parametrize(
    "answers",
    [
        {"person.shoe_size": "43"},
        {"case.carrier": "CAR"},
        {"finance.urgent[miete]": "ja"},
        {"person.family_name": True},
        {"household.members[8].given_names": "neunte Zeile"},
    ],
    ids=["unknown", "locked", "text-in-box", "tick-in-text", "no-such-row"],
)
def test_an_answer_without_an_open_field_is_an_error(
    fill: Callable[[bytes, Mapping[str, str | bool]], bytes], answers: dict[str, str | bool]
) -> None:
    blank = _blank("intake", "pdf" if fill in (fill_pdf, fill_pdf_pdftk) else "docx")
    with pytest.raises(NoSuchFieldError):
        fill(blank, answers)


def test_docx_is_filled_as_word_does() -> None:
    blank = _blank("intake", "docx")
    filled = fill_docx(blank, _ANSWERS)
    controls = _controls(filled)
    assert _shown(controls["person.family_name"]) == "Müller & <Söhne>\nzweite Zeile"
    assert _shown(controls["person.gender"]) == "divers"
    assert _shown(controls["finance.urgent[miete]"]) == "☒"
    assert _shown(controls["household.members[0].birth_date"]) == "ca. 1990"
    assert _detail(controls["finance.urgent[miete]"], f"{_W14}checkbox/{_W14}checked", f"{_W14}val") == "1"
    assert _detail(controls["person.birth_date"], f"{_W}date", f"{_W}fullDate") == "1991-03-08T00:00:00Z"
    assert _detail(controls["household.members[0].birth_date"], f"{_W}date", f"{_W}fullDate") is None
    hints = {name for name, each in controls.items() if each.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None}
    before = {name for name, each in _controls(blank).items() if each.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None}
    assert before - hints == {name for name in _ANSWERS if name != "finance.urgent[miete]"}
    assert _other_parts(filled) == _other_parts(blank)
    assert "Müller & <Söhne> zweite Zeile" in text_of_docx(filled)


@pytest.mark.parametrize("fill", [fill_pdf, fill_pdf_pdftk])
def test_pdf_is_filled(fill: Callable[[bytes, Mapping[str, str | bool]], bytes]) -> None:
    if fill is fill_pdf_pdftk and not has_pdftk():
        pytest.skip("pdftk is not installed: apt-get install pdftk-java")
    values = _pdf_values(fill(_blank("intake", "pdf"), _ANSWERS))
    assert values["person.family_name"].splitlines() == ["Müller & <Söhne>", "zweite Zeile"]
    assert {name: values[name] for name in _ANSWERS if name != "person.family_name"} == {
        "person.birth_date": "08.03.1991",
        "household.members[0].birth_date": "ca. 1990",
        "person.gender": "divers",
        "finance.urgent[miete]": "/ja",
        "development.life_wish": "T'adesse ወልደ 17",
    }
    untouched = _pdf_values(_blank("intake", "pdf"))
    assert {name: each for name, each in values.items() if name not in _ANSWERS} == {
        name: each for name, each in untouched.items() if name not in _ANSWERS
    }


@pytest.mark.office
def test_docx_is_filled_by_a_real_libreoffice() -> None:
    assert has_office(), "LibreOffice or python3-uno is missing: apt-get install libreoffice-writer python3-uno"
    blank = _blank("intake", "docx")
    filled = fill_docx_office(blank, _ANSWERS)
    shown = {name: _shown(each) for name, each in _controls(filled).items()}
    named = {_placeholder(each): name for name, each in _controls(blank).items()}
    found = {named[name]: text for name, text in shown.items() if name in named and named[name] in _ANSWERS}
    assert found == {**_ANSWERS, "finance.urgent[miete]": "☒"}


def _controls(data: bytes) -> dict[str, Any]:
    """Return the controls of a form by tag, or where LibreOffice has saved it by the placeholder's name."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        tree = etree.fromstring(package.read("word/document.xml"))
    return {_detail(each, f"{_W}tag", f"{_W}val") or _placeholder(each) or "": each for each in tree.iter(f"{_W}sdt")}


def _placeholder(control: Any) -> str | None:  # noqa: ANN401 -- lxml's element type is private
    return _detail(control, f"{_W}placeholder/{_W}docPart", f"{_W}val")


def _detail(control: Any, path: str, attribute: str) -> str | None:  # noqa: ANN401 -- lxml's element type is private
    found = control.find(f"{_W}sdtPr/{path}")
    return None if found is None else found.get(attribute)


def _shown(control: Any) -> str:  # noqa: ANN401 -- lxml's element type is private
    content = control.find(f"{_W}sdtContent")
    return "".join("\n" if each.tag == f"{_W}br" else each.text or "" for each in content.iter(f"{_W}t", f"{_W}br"))


def _other_parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist() if name != "word/document.xml"}


def _pdf_values(data: bytes) -> dict[str, str]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return {
            _full_name(each): str(each.get("/V", ""))
            for page in pdf.pages
            for each in page.get("/Annots", [])
            if "/FT" in each
        }


def _full_name(field: Any) -> str:  # noqa: ANN401 -- pikepdf objects are untyped
    """Return the fully qualified name of a field, climbing to its root."""
    parts: list[str] = []
    while field is not None:
        parts.insert(0, str(field.T))
        field = field.get("/Parent")
    return ".".join(parts)
