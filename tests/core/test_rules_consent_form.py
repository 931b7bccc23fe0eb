"""What a form for consents must say: the shipped form, typed and judged as at the door."""

from __future__ import annotations

import re
from datetime import date

import pytest
from jsonschema import Draft202012Validator
from make_blanks import expected_names

from formpipe.model import Field, FieldState, FieldType, FilledForm, FormMarks, Verdict
from formpipe.normalise.normalise import normalise
from formpipe.rules.door import Door
from formpipe.schemas import Library
from formpipe.validate.validate import validate, validator_of
from formpipe.wording.rules import sentences_of

Answers = dict[str, str | bool]
Columns = dict[str, str | bool | None]
NUMBER = "MA-CAR-2026-0001"
GIVEN: Answers = {
    "scope": "J0",
    "recipient": "Jobcenter Mannheim",
    "granted": "ja",
    "granted_on": "15.05.2026",
    "form": "schriftlich",
    "explained_in": "Arabisch",
    "informed[zweck]": True,
    "informed[folgen_verweigerung]": True,
    "informed[widerruf]": True,
    "signed_by": "Klient:in",
}


@pytest.fixture(scope="module")
def validator(library: Library) -> Draft202012Validator:
    return validator_of(library.newest("consent"), library.registry)


def row(number: int = 0, columns: Columns | None = None) -> Answers:
    """One row of consents, as given unless *columns* says otherwise; `None` takes a column away."""
    cells: Columns = {**GIVEN, **(columns or {})}
    return {f"consents[{number}].{name}": value for name, value in cells.items() if value is not None}


def judged(library: Library, validator: Draft202012Validator, *rows: Answers) -> Verdict:
    definition = library.newest("consent")
    answers: Answers = {"form.filled_on": "20.05.2026", "form.filled_by": "car-mmuster", "case.case_id": NUMBER}
    for each in rows:
        answers |= each
    fields = tuple(
        Field(
            name=name,
            name_source="tag",
            label=name,
            type=FieldType.CHECKBOX if "informed[" in name else FieldType.TEXT,
            state=FieldState.FILLED if name in answers else FieldState.EMPTY,
            value=answers.get(name),
        )
        for name in expected_names(definition)
    )
    form = FilledForm(container="docx", marks=FormMarks(kind="consent", version="2026.1"), fields=fields)
    door = Door(today=date(2026, 5, 20), carrier="CAR", case_pattern=re.compile("MA-CAR-[0-9]{4}-[0-9]{4}"))
    return validate(normalise(form, definition), definition, validator, door)


def told(verdict: Verdict) -> list[tuple[str, str]]:
    assert all(each.severity == "error" for each in verdict.findings)
    assert (verdict.submission is None) is bool(verdict.findings)
    return [(each.rule, each.pointer) for each in verdict.findings]


REVOKED: Answers = {"consents[0].scope": "J0", "consents[0].revoked_on": "20.05.2026"}
REFUSED: Answers = {"consents[0].scope": "J0", "consents[0].granted": "nein", "consents[0].granted_on": "20.05.2026"}


@pytest.mark.parametrize(
    "rows", [(row(),), (REVOKED,), (REFUSED,), (REVOKED, row(1, {"scope": "J1"})), (row(0, {"granted": "nein"}),)]
)
def test_what_may_be_said(library: Library, validator: Draft202012Validator, rows: tuple[Answers, ...]) -> None:
    verdict = judged(library, validator, *rows)
    assert told(verdict) == []
    assert verdict.submission is not None
    assert (str(verdict.submission.kind), verdict.submission.counts_for) == ("consent.v2026.1", date(2026, 5, 20))


def test_what_a_consent_lacks_is_told_field_by_field(library: Library, validator: Draft202012Validator) -> None:
    bare: Answers = {"consents[0].scope": "J0", "consents[0].granted": "ja"}
    assert sorted(told(judged(library, validator, bare))) == [
        ("required", "/consents/0/explained_in"),
        ("required", "/consents/0/form"),
        ("required", "/consents/0/granted_on"),
        ("required", "/consents/0/recipient"),
        ("required", "/consents/0/signed_by"),
        ("untold", "/consents/0/informed"),
    ]
    undated: Answers = {"consents[0].scope": "J0", "consents[0].granted": "nein"}
    assert told(judged(library, validator, undated)) == [("required", "/consents/0/granted_on")]
    named: Answers = {"consents[0].scope": "J0", "consents[0].signed_by": "Klient:in"}
    assert ("required", "/consents/0/granted") in told(judged(library, validator, named))


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"informed[widerruf]": None}, ("untold", "/consents/0/informed")),
        (
            {"informed[zweck]": None, "informed[folgen_verweigerung]": None, "informed[widerruf]": None},
            ("untold", "/consents/0/informed"),
        ),
        ({"granted_on": "21.05.2026"}, ("future", "/consents/0/granted_on")),
        ({"revoked_on": "21.05.2026"}, ("future", "/consents/0/revoked_on")),
        ({"valid_until": "14.05.2026"}, ("consent_days", "/consents/0/valid_until")),
        ({"revoked_on": "14.05.2026"}, ("consent_days", "/consents/0/revoked_on")),
    ],
)
def test_a_fault_has_its_own_sentence(
    library: Library, validator: Draft202012Validator, columns: Columns, expected: tuple[str, str]
) -> None:
    verdict = judged(library, validator, row(0, columns))
    assert told(verdict) == [expected]
    finding = verdict.findings[0]
    what, mend = sentences_of(finding.rule, finding.parameters)
    assert f"«{expected[0]}»" not in what
    assert mend


@pytest.mark.parametrize(
    ("columns", "contradicts"),
    [
        ({}, True),
        ({"recipient": " jobcenter  MANNHEIM"}, True),
        ({"scope": "J1"}, False),
        ({"recipient": "Jobcenter Beispielstadt"}, False),
        ({"granted_on": "14.05.2026"}, False),
        ({"granted": "ja"}, False),
    ],
)
def test_rows_that_contradict_each_other(
    library: Library,
    validator: Draft202012Validator,
    columns: Answers,
    contradicts: bool,  # noqa: FBT001 - a column of the table
) -> None:
    second = row(1, {"granted": "nein", **columns})
    found = told(judged(library, validator, row(), second))
    assert found == ([("consent_twice", "/consents/1/granted")] if contradicts else [])
