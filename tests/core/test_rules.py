"""The rules at the door on the form as a whole: number, dates, order of reviews, sections left alone."""

from __future__ import annotations

import re
from datetime import date

import pytest
from core.make_definitions import INTAKE, NUMBER, TODAY, Answer, intake, judged, review, told

from formpipe.model import Finding, FormMarks, Place


def only(findings: tuple[Finding, ...], rule: str) -> Finding:
    found = [each for each in findings if each.rule == rule]
    assert len(found) == 1
    return found[0]


# -- V02: case number and carrier ----------------------------------------------------------------


def test_an_intake_may_have_no_number() -> None:
    verdict = intake()
    assert verdict.submission is not None
    assert verdict.submission.case is None


def test_a_number_of_this_carrier() -> None:
    for verdict in (intake({"case.case_id": NUMBER}), review()):
        assert verdict.submission is not None
        assert verdict.submission.case == NUMBER


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("MA-AWO-2026-0001", "other_carrier"),
        ("HD-CAR-2026-0001", "other_carrier"),
        ("MA-CAR-2026-001", "malformed"),
        ("MA-CAR-2026-00011", "malformed"),
        ("ma-car-2026-001", "malformed"),
        ("0815", "malformed"),
    ],
)
def test_a_wrong_number(number: str, reason: str) -> None:
    for verdict in (intake({"case.case_id": number}), review({"case.case_id": number})):
        assert told(verdict.findings) == [("V02", "/case/case_id", "error")]
        assert verdict.submission is None
        parameters = dict(verdict.findings[0].parameters)
        assert parameters == {"reason": reason, "written": number, "example": NUMBER}


def test_a_number_in_small_letters() -> None:
    for verdict in (intake({"case.case_id": " ma-Car-2026-0001"}), review({"case.case_id": "ma-car-2026-0001"})):
        assert verdict.submission is not None
        assert verdict.submission.case == NUMBER
    assert told(intake({"case.case_id": "ma-awo-2026-0001"}).findings) == [("V02", "/case/case_id", "error")]


@pytest.mark.parametrize("number", ["4711", "MA-CAR-2026-0001", None])
def test_the_example_of_a_number_is_one_of_this_root(number: str | None) -> None:
    pattern = re.compile(r"HD-AWO-[0-9]{4}-[0-9]{4}")
    verdict = review({"case.case_id": number}, carrier="AWO", case_pattern=pattern)
    finding = only(verdict.findings, "V02")
    assert finding.parameters["example"] == "HD-AWO-2026-0001"
    unread = review({"case.case_id": "keine Angabe"}, carrier="AWO", case_pattern=pattern)
    finding = only(unread.findings, "no_answer")
    assert dict(finding.parameters) == {"written": "keine Angabe", "example": "HD-AWO-2026-0001"}


def test_a_review_without_number() -> None:
    verdict = review({"case.case_id": None})
    assert told(verdict.findings) == [("V02", "/case/case_id", "error")]
    assert dict(verdict.findings[0].parameters) == {"reason": "missing", "example": NUMBER}


def test_a_number_that_cannot_be_read_is_told_once() -> None:
    assert told(review({"case.case_id": "a\x00"}).findings) == [("characters", "/case/case_id", "error")]


def test_a_form_made_for_another_case() -> None:
    mark = FormMarks(case="MA-CAR-2026-0002")
    verdict = review(marks=mark)
    assert told(verdict.findings) == [("V02", "/case/case_id", "error")]
    assert verdict.findings[0].parameters["reason"] == "other_form"
    assert verdict.findings[0].parameters["expected"] == "MA-CAR-2026-0002"
    assert told(review(marks=FormMarks(case=NUMBER)).findings) == []
    wrong = review({"case.case_id": "0815"}, marks=mark)
    assert [each.parameters.get("reason") for each in wrong.findings if each.rule == "V02"] == ["malformed"]


def test_another_carriers_form() -> None:
    assert told(intake({"case.carrier": "Caritas"}).findings) == []
    verdict = intake({"case.carrier": "AWO"})
    assert told(verdict.findings) == [("V02", "/case/carrier", "error")]
    assert verdict.findings[0].parameters["reason"] == "carrier"
    assert verdict.findings[0].parameters["expected"] == "CAR"


# -- days ----------------------------------------------------------------------------------------


def test_a_form_without_its_day() -> None:
    assert told(intake({"case.intake_date": None}).findings) == [("required", "/case/intake_date", "error")]
    assert told(review({"review.review_date": None}).findings) == [("required", "/review/review_date", "error")]
    wrong = intake({"case.intake_date": "31.02.2026"})
    assert told(wrong.findings) == [("format", "/case/intake_date", "error")]


@pytest.mark.parametrize(
    ("key", "rule"), [("form.filled_on", "future"), ("case.intake_date", "future"), ("person.birth_date", "future")]
)
def test_nothing_on_the_intake_has_happened_tomorrow(key: str, rule: str) -> None:
    pointer = "/" + key.replace(".", "/")
    assert (rule, pointer, "error") not in told(intake({key: "20.05.2026"}).findings)
    verdict = intake({key: "21.05.2026"})
    assert (rule, pointer, "error") in told(verdict.findings)
    assert only(verdict.findings, rule).parameters["today"] == TODAY.isoformat()


def test_a_review_tomorrow() -> None:
    later: dict[str, Answer] = {"review.next_review_date": "10.08.2026"}
    assert told(review({**later, "review.review_date": "20.05.2026"}).findings) == []
    verdict = review({**later, "review.review_date": "21.05.2026"})
    assert told(verdict.findings) == [("V05", "/review/review_date", "error")]
    assert verdict.findings[0].parameters["today"] == "2026-05-20"
    assert told(review({**later, "form.filled_on": "21.05.2026"}).findings) == [("future", "/form/filled_on", "error")]


@pytest.mark.parametrize(
    ("reviewed", "following", "expected"),
    [
        ("10.04.2026", "10.04.2026", None),
        ("10.04.2026", "09.04.2026", ("error", "before")),
        ("10.04.2026", "10.08.2026", None),
        ("10.04.2026", "11.08.2026", ("warning", "long")),
        ("10.04.2026", "10.10.2026", ("warning", "long")),
        ("10.04.2026", "11.10.2026", ("error", "late")),
        ("31.08.2025", "28.02.2026", ("warning", "long")),
        ("31.08.2025", "01.03.2026", ("error", "late")),
        ("31.10.2025", "28.02.2026", None),
        ("31.10.2025", "01.03.2026", ("warning", "long")),
        ("29.02.2024", "29.06.2024", None),
    ],
)
def test_the_next_review(reviewed: str, following: str, expected: tuple[str, str] | None) -> None:
    verdict = review({"review.review_date": reviewed, "review.next_review_date": following})
    found = [each for each in verdict.findings if each.rule == "V06"]
    assert [(each.severity.value, each.parameters["reason"]) for each in found] == ([expected] if expected else [])
    assert all(each.pointer == "/review/next_review_date" for each in found)
    assert (verdict.submission is None) == (expected is not None and expected[0] == "error")


def test_the_latest_day_for_the_next_review_is_told() -> None:
    verdict = review({"review.review_date": "31.08.2025", "review.next_review_date": "01.03.2026"})
    assert only(verdict.findings, "V06").parameters["latest"] == "2026-02-28"


def test_no_next_review_without_its_day() -> None:
    assert told(review({"review.next_review_date": None}).findings) == [
        ("required", "/review/next_review_date", "error")
    ]


# -- C1, V28 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("box", "checksum", "expected"),
    [
        ("ja", "ab12", []),
        ("nein", None, []),
        (None, None, []),
        ("ja", None, [("/form/corrects_sha256", "checksum")]),
        ("nein", "ab12", [("/form/is_correction", "box")]),
        (None, "ab12", [("/form/is_correction", "box")]),
        ("unbekannt", "ab12", [("/form/is_correction", "box")]),
    ],
)
def test_a_correction_names_its_form(box: Answer, checksum: Answer, expected: list[tuple[str, str]]) -> None:
    verdict = review({"form.is_correction": box, "form.corrects_sha256": checksum})
    found = [each for each in verdict.findings if each.rule == "C1"]
    assert [(each.pointer, each.parameters["reason"]) for each in found] == expected
    assert all(each.severity.value == "error" for each in found)


def test_a_correction_whose_answers_cannot_be_read() -> None:
    verdict = review({"form.is_correction": "jein", "form.corrects_sha256": "ab12"})
    assert told(verdict.findings) == [("enum", "/form/is_correction", "error")]
    verdict = review({"form.is_correction": "ja", "form.corrects_sha256": "ab\x00"})
    assert told(verdict.findings) == [("characters", "/form/corrects_sha256", "error")]


def test_a_child_as_interpreter() -> None:
    assert told(intake({"form.interpreter": "Kind"}).findings) == [("V28", "/form/interpreter", "warning")]
    assert told(intake({"form.interpreter": "vor Ort"}).findings) == []


# -- N15, 3.3.4 ----------------------------------------------------------------------------------


def test_a_ticked_section_with_a_change() -> None:
    verdict = review({"review.unchanged_sections[housing]": True, "housing.wbs_status": "erteilt"})
    assert told(verdict.findings) == [("unchanged", "/review/unchanged_sections/housing", "error")]
    finding = only(verdict.findings, "unchanged")
    assert finding.place == Place(label="keine Änderung in")
    assert finding.parameters["section"] == "Wohnen"
    assert verdict.submission is None


def test_a_ticked_section_that_says_what_was_printed() -> None:
    known = {"housing.wbs_status": "erteilt"}
    ticked: dict[str, Answer] = {"review.unchanged_sections[housing]": True, "housing.wbs_status": "erteilt"}
    assert told(review(ticked, prefilled=known).findings) == []
    changed = review({**ticked, "housing.wbs_status": "offen"}, prefilled=known)
    assert told(changed.findings) == [("unchanged", "/review/unchanged_sections/housing", "error")]


def test_other_sections_are_no_contradiction() -> None:
    verdict = review({"review.unchanged_sections[person]": True, "housing.wbs_status": "erteilt"})
    assert told(verdict.findings) == []


def test_sections_left_alone_are_told_once() -> None:
    verdict = review({"review.unchanged_sections[person]": True, "housing.wbs_status": "erteilt"})
    finding = only(verdict.findings, "untouched")
    assert (finding.pointer, finding.severity.value) == ("/review/unchanged_sections", "info")
    sections = finding.parameters["sections"]
    assert isinstance(sections, tuple)
    assert sections == (
        "Kontakt",
        "Haushalt",
        "Nummern",
        "Arbeit",
        "Familie",
        "Geld",
        "Beratung",
        "Entwicklung",
        "Bedarf",
    )
    assert verdict.submission is not None


def test_no_word_on_sections_where_none_is_left_alone_or_the_ticks_cannot_be_read() -> None:
    assert [each for each in intake().findings if each.rule == "untouched"] == []
    broken = review({"review.unchanged_sections[housing]": "vielleicht"})
    assert [each.rule for each in broken.findings] == ["enum"]


def test_an_intake_of_other_form_has_no_ticks() -> None:
    assert judged(INTAKE, {}, today=date(2026, 1, 1)).submission is None


# -- emptied fields stand in test_edits ----------------------------------------------------------


def test_a_finding_at_a_list_takes_the_lists_label() -> None:
    finding = only(intake({"consents[0].granted": "nein"}).findings, "V01")
    assert (finding.pointer, finding.place) == ("/consents", Place(label="Einwilligungen"))


def test_a_finding_in_a_row_takes_the_columns_label() -> None:
    finding = only(intake({"goals[0].actions[0].title": None}).findings, "required")
    assert (finding.pointer, finding.place) == ("/goals/0/actions/0/title", Place(label="Schritt", within="Schritte"))
