"""The next review form, taken from the outbox where people find it, filled in and dropped."""

from __future__ import annotations

import pytest
from fill_docx import fill_docx
from fill_pdf import fill_pdf
from make_forms import answers_of, forms_of, load_case, printed_of
from roots import Root

from formpipe.readers.read import read

_INTAKE, _REVIEW = forms_of(load_case("new"))
_CASE = "MA-STA-2026-0001"
_FILLERS = {"docx": fill_docx, "pdf": fill_pdf}


def _taken_in(root: Root) -> str:
    """Take in the intake and return its checksum."""
    sha256 = root.drop("aufnahme.docx", root.filled(_INTAKE))
    assert root.run().exit_code == 0
    return sha256


def _review(root: Root, fmt: str, changed: dict[str, str | bool]) -> bytes:
    """Return the pre-filled review form with the sample's review and *changed* written on it."""
    blank = next(
        data
        for name, data in root.files("outbox", _CASE).items()
        if "ueberpruefungsbogen" in name and name.endswith(fmt)
    )
    definition = root.definition("review")
    answers = answers_of(_REVIEW, definition, printed_of(read(blank), definition)) | changed
    return _FILLERS[fmt](blank, answers)


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_only_what_is_written_on_a_prefilled_form_is_a_change(fmt: str, root: Root) -> None:
    intake = _taken_in(root)
    before = root.show(_CASE)["values"]
    review = root.drop(f"bogen.{fmt}", _review(root, fmt, {}))
    ran = root.run()
    assert [(row["outcome"], row["case"]) for row in ran.rows] == [("accepted", _CASE)], ran.out
    after = root.show(_CASE)["values"]
    edited = {key: each["value"] for key, each in after.items() if each["origin"] == review}
    changes = {key: value for key, value in edited.items() if not key.startswith(("reviews[", "form.", "sign."))}
    assert changes == {"housing.wbs_status": "beantragt", "work.cv_ready": "entwurf"}
    kept = {key for key in before if not key.startswith(("form.", "sign.")) and key not in changes}
    assert all(after[key] == before[key] for key in kept)
    assert {after[key]["origin"] for key in kept} == {intake}


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, "accepted"),
        ({"housing.persons": "1"}, "accepted"),
        ({"housing.persons": "2"}, "rejected"),
    ],
    ids=["untouched", "same-value", "other-value"],
)
def test_unchanged_ticked_beside_a_value(changed: dict[str, str | bool], outcome: str, root: Root) -> None:
    _taken_in(root)
    ticked: dict[str, str | bool] = {"review.unchanged_sections[housing]": True, "housing.wbs_status": "offen"}
    root.drop("bogen.docx", _review(root, "docx", ticked | changed))
    row = root.run().rows[0]
    assert row["outcome"] == outcome, row
    if outcome == "rejected":
        found = [(each["rule"], each["pointer"]) for each in row["findings"] if each["severity"] == "error"]
        assert found == [("unchanged", "/review/unchanged_sections/housing")]


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_a_prefilled_form_that_comes_back_still_knows_what_was_printed_on_it(fmt: str, root: Root) -> None:
    _taken_in(root)
    sha256 = root.drop(f"bogen.{fmt}", _review(root, fmt, {"review.next_review_date": "15.12.2029"}))
    assert [row["outcome"] for row in root.run().rows] == ["rejected"]
    copy = root.files("outbox", "korrektur")[f"{sha256[:12]}.{fmt}"]
    review = root.drop(f"neu.{fmt}", _FILLERS[fmt](copy, {"review.next_review_date": "15.12.2026"}))
    assert [(row["outcome"], row["case"]) for row in root.run().rows] == [("accepted", _CASE)]
    edited = {key for key, each in root.show(_CASE)["values"].items() if each["origin"] == review}
    changes = {key for key in edited if not key.startswith(("reviews[", "form.", "sign."))}
    assert changes == {"housing.wbs_status", "work.cv_ready"}
    assert root.files("outbox", "korrektur") == {}
