"""What was read on a print: doubts are errors, the rest stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from formpipe.model import (
    Field,
    FieldState,
    FieldType,
    FilledForm,
    Finding,
    FormMarks,
    Place,
    Severity,
    Submission,
    Verdict,
)
from formpipe.prints import FLAT, PAGES, is_print, proposals_of, with_doubts, without_print_marks
from formpipe.schemas import Library
from formpipe.wording.wording import Beside, correction_text

NAME = Field(
    name="person.family_name",
    name_source="flat",
    label="Familienname",
    type=FieldType.TEXT,
    state=FieldState.FILLED,
    value="Muster",
    page=2,
)
CITY = replace(NAME, name="contact.city", label="Ort", value="Mann\ufffdheim", flags=("review",))
TICK = replace(NAME, name="benefits.other[but]", type=FieldType.CHECKBOX, value=True, flags=("review",))
LOOSE = replace(NAME, name="unassigned#1", label="unassigned", value="am Rand", flags=("review",))
EMPTY = replace(NAME, name="contact.street", label="Straße", state=FieldState.EMPTY, value=None, flags=("review",))
OTHER = replace(NAME, name="Ziel", label="Ziel", value="Arbeit", display="Arbeit finden", flags=("conflict",))


def form(*fields: Field, flags: tuple[str, ...] = (FLAT,)) -> FilledForm:
    return FilledForm(container="pdf", marks=FormMarks(kind="intake", version="2026.1", flags=flags), fields=fields)


def taken(library: Library, *findings: Finding) -> Verdict:
    kind = library.newest("intake").kind
    return Verdict(submission=Submission(kind=kind, case=None, counts_for=date(2026, 1, 1), data={}), findings=findings)


def test_a_form_that_is_no_print_keeps_its_verdict(library: Library) -> None:
    definition = library.newest("intake")
    verdict = taken(library)
    other = form(CITY, flags=("tracked",))
    assert not is_print(other)
    assert with_doubts(verdict, other, definition) is verdict
    assert with_doubts(verdict, form(NAME), definition) == verdict
    assert without_print_marks(form(NAME, flags=(FLAT, PAGES, "disagree"))).marks.flags == ("disagree",)


def test_each_doubt_is_an_error_in_the_paper_s_order(library: Library) -> None:
    definition = library.newest("intake")
    seen = form(LOOSE, OTHER, EMPTY, TICK, NAME, CITY, flags=(FLAT, PAGES))
    verdict = with_doubts(taken(library), seen, definition)
    assert verdict.submission is None
    told = [(each.pointer, each.rule, each.parameters.get("written")) for each in verdict.findings]
    assert told[0] == ("", "pages", None)
    assert told[1:4] == [
        ("/contact/street", "proposal", None),
        ("/contact/city", "proposal", "Mann\ufffdheim"),
        ("/benefits/other/but", "proposal", None),
    ]
    assert set(told[4:]) == {("/Ziel", "proposal", "Arbeit finden"), ("/unassigned#1", "no_field", "am Rand")}
    assert all(each.severity is Severity.ERROR for each in verdict.findings)
    letter = correction_text("Aufnahmebogen", verdict.findings, "x.pdf", beside=Beside.FILLED)
    assert "Im Ausdruck fehlt mindestens eine Seite, oder" in letter
    assert "«Straße»: Auf dem Ausdruck ist nicht sicher zu lesen, was hier steht." in letter
    assert "Auf dem Ausdruck steht «am Rand», aber in keinem Feld." in letter


def test_a_fault_is_told_once(library: Library) -> None:
    place = Place(label="Ort")
    error = Finding(pointer="/contact/city", rule="maxLength", severity=Severity.ERROR, place=place)
    warning = replace(error, rule="review", severity=Severity.WARNING)
    definition = library.newest("intake")
    assert with_doubts(taken(library, error), form(CITY), definition).findings == (error,)
    (doubt,) = with_doubts(taken(library, warning), form(CITY), definition).findings
    assert (doubt.rule, doubt.severity, doubt.place.page, doubt.place.label) == ("proposal", Severity.ERROR, 2, "Ort")


def test_what_was_read_whole_is_proposed() -> None:
    assert proposals_of(form(NAME, CITY, TICK, EMPTY)) == {"person.family_name": "Muster", "benefits.other[but]": True}
