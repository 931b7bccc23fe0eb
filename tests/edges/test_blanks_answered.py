"""Answers that were read elsewhere, written into a new form."""

from __future__ import annotations

from formpipe.blanks.write import write_form
from formpipe.readers.read import read
from formpipe.schemas import Library


def test_answers_stand_in_the_fields_that_can_hold_them(library: Library) -> None:
    answers = {
        "person.family_name": "Öztürk",
        "person.birth_date": "im Mai",
        "person.gender": "weiblich",
        "work.status": "gibt es nicht",
        "benefits.other[but]": True,
        "case.carrier": "AWO",
        "contact.city": True,
    }
    for fmt in ("pdf", "docx"):
        data = write_form(library.newest("intake"), fmt=fmt, carrier="CAR", answers=answers)  # type: ignore[arg-type]
        found = {each.name: each.value for each in read(data).fields}
        assert found["person.family_name"] == "Öztürk"
        assert found["person.birth_date"] == "im Mai"
        assert found["person.gender"] in {"weiblich", "Weiblich"}
        assert found["work.status"] is None
        assert found["benefits.other[but]"] is True
        assert found["case.carrier"] == ("CAR" if fmt == "pdf" else found["case.carrier"])
        assert found["contact.city"] is None
