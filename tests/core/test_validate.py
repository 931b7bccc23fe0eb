"""The verdict: all findings in the paper's order, one a fault; a submission only without an error."""

from __future__ import annotations

from datetime import date

from core.make_definitions import INTAKE, NUMBER, REVIEW, Answer, at, control, intake, judged, read, review, told

from formpipe.model import FormMarks, pointer_of


def test_a_good_intake() -> None:
    verdict = intake(marks=FormMarks(base="ab12"), prefilled={})
    submission = verdict.submission
    assert verdict.findings == ()
    assert submission is not None
    assert submission.kind == INTAKE.kind
    assert submission.case is None
    assert submission.counts_for == date(2026, 1, 15)
    assert submission.base == "ab12"
    assert submission.written["person.birth_date"] == "02.03.1990"
    assert at(submission.data, "/goals/0/goal_id") == "G01"
    assert submission.names == {}
    assert submission.empty is None


def test_of_a_form_with_an_unknown_base_everything_is_kept_that_tells_what_was_edited() -> None:
    submission = review({"housing.wbs_status": None}, marks=FormMarks(base="ab12")).submission
    assert submission is not None
    assert submission.empty is not None
    assert "housing.wbs_status" in submission.empty
    assert submission.names["/review/review_date"] == "review.review_date"


def test_a_good_review() -> None:
    submission = review({"housing.wbs_status": "erteilt", "counselling[1].service": "MBE"}).submission
    assert submission is not None
    assert submission.kind == REVIEW.kind
    assert submission.case == NUMBER
    assert submission.counts_for == date(2026, 4, 10)
    assert submission.base is None
    assert submission.names == {
        "/review/changes/counselling/0": "counselling[1]",
        "/review/changes/counselling/0/service": "counselling[1].service",
    }


def test_names_of_moved_rows_and_entries() -> None:
    submission = intake({"development.strengths[1]": "kocht", "finance.urgent[strom]": True}).submission
    assert submission is not None
    assert submission.names == {
        "/development/strengths/0": "development.strengths[1]",
        "/finance/urgent/0": "finance.urgent[strom]",
    }


def test_warnings_do_not_reject() -> None:
    verdict = intake({"form.interpreter": "Kind"}, control("shoe.size", "42"))
    assert verdict.submission is not None
    assert told(verdict.findings) == [
        ("V28", "/form/interpreter", "warning"),
        ("unknown_field", "/shoe/size", "warning"),
    ]


def test_all_findings_at_once_in_the_papers_order() -> None:
    wrong: dict[str, Answer] = {
        "goals[0].title": "Kurs",
        "person.birth_date": "31.02.1990",
        "form.filled_on": None,
        "ids.bg_nummer_status": "verloren",
        "contact.postcode": "6815",
        "case.case_id": "MA-AWO-2026-0001",
        "form.interpreter": "Kind",
    }
    verdict = intake(wrong)
    assert verdict.submission is None
    assert told(verdict.findings) == [
        ("required", "/form/filled_on", "error"),
        ("V28", "/form/interpreter", "warning"),
        ("V02", "/case/case_id", "error"),
        ("format", "/person/birth_date", "error"),
        ("pattern", "/contact/postcode", "error"),
        ("enum", "/ids/bg_nummer_status", "error"),
        ("minLength", "/goals/0/title", "error"),
    ]


def test_a_schema_fault_names_limit_and_writing() -> None:
    finding = intake({"goals[0].title": "Kurs"}).findings[0]
    assert dict(finding.parameters) == {"limit": 5, "written": "Kurs", "example": "Deutsch B1"}
    assert finding.place.label == "Ziel"


def test_a_fault_is_told_at_the_forms_own_row_and_page() -> None:
    row: dict[str, Answer] = {
        "goals[2].life_area": "arbeit",
        "goals[2].status": "offen",
        "goals[2].actions[1].title": "anrufen",
        "goals[2].actions[1].responsible": "im",
    }
    verdict = intake(row, control("goals[2].title", "Kurs", page=4))
    assert told(verdict.findings) == [("minLength", "/goals/2/title", "error")]
    assert verdict.findings[0].place.page == 4


def test_a_missing_answer_is_told_where_its_field_stands() -> None:
    verdict = intake({"person.birth_date": None}, control("person.given_names", "Ali", page=2))
    assert told(verdict.findings) == [("required", "/person/birth_date", "error")]
    no_field = judged(INTAKE, {"case.intake_date": "15.01.2026"})
    assert ("required", "/person/birth_date", "error") in told(no_field.findings)
    assert ("required", "/ids/bg_nummer_status", "error") in told(no_field.findings)


def test_what_could_not_be_read_is_not_missing_as_well() -> None:
    assert told(intake({"person.birth_date": "1.1.88"}).findings) == [("format", "/person/birth_date", "error")]
    lost = intake({"person.nationalities[0]": "Atlantis"})
    assert told(lost.findings) == [("enum", "/person/nationalities/0", "error")]


def test_doubled_entries_are_told_at_the_list() -> None:
    verdict = intake({"person.nationalities[1]": "Syrien"})
    assert told(verdict.findings) == [("uniqueItems", "/person/nationalities", "error")]


def test_an_error_of_the_rules_silences_the_schema_there() -> None:
    assert told(review({"case.case_id": "08/15"}).findings) == [("V02", "/case/case_id", "error")]


def test_an_error_of_the_schema_silences_a_warning_there() -> None:
    verdict = intake({"contact.postcode": "1234"})
    assert told(verdict.findings) == [("pattern", "/contact/postcode", "error")]


def test_errors_come_before_warnings_of_one_field() -> None:
    verdict = intake({}, control("person.life_wish", "\x00", flags=("tracked",)))
    assert told(verdict.findings) == [
        ("characters", "/person/life_wish", "error"),
        ("tracked", "/person/life_wish", "warning"),
    ]


def test_a_form_with_nothing_on_it() -> None:
    verdict = judged(REVIEW, {})
    assert told(verdict.findings) == [
        ("required", "/form/filled_on", "error"),
        ("V02", "/case/case_id", "error"),
        ("required", "/review/review_date", "error"),
        ("required", "/review/next_review_date", "error"),
    ]
    assert verdict.submission is None


def test_nothing_of_a_person_in_the_repr() -> None:
    verdict = intake({"person.family_name": "Kanarienvogel", "goals[0].title": "Pfau"})
    accepted = intake({"person.family_name": "Kanarienvogel"})
    assert "Pfau" not in repr(verdict)
    assert "Kanarienvogel" not in repr(verdict) + repr(accepted)


def test_the_schema_sees_changes_by_their_intake_key() -> None:
    verdict = review({"work.weekly_hours": "61"})
    assert told(verdict.findings) == [("maximum", pointer_of("work.weekly_hours"), "error")]
    assert read(REVIEW, {"work.weekly_hours": "61"}).findings == ()
