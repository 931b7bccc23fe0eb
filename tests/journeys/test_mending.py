"""What people do next: the same file again, a mended form, a correction, a revoked consent, an older plan."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, cast

import pytest
from make_forms import load_case
from roots import Root

NEW = cast("dict[str, Any]", load_case("new"))
INTAKE: dict[str, Any] = NEW["intake"]
REVIEW: dict[str, Any] = NEW["reviews"][0]
NUMBER = "MA-STA-2026-0001"


def review(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of a record
    """Return the review of the case with its number, and with some of its parts replaced."""
    record = deepcopy(REVIEW)
    record["case"] = {"case_id": NUMBER}
    for key, value in changed.items():
        record["review"][key] = value
    return record


def outcomes(root: Root) -> list[str]:
    """Run and return the outcomes."""
    return [row["outcome"] for row in root.run().rows]


def texts(root: Root, *parts: str) -> list[str]:
    """Return the names below a folder of the outbox."""
    return sorted(root.files("outbox", *parts))


def test_a_form_that_came_too_early_is_taken_when_dropped_again_as_it_was(root: Root) -> None:
    early = root.filled(INTAKE, changed={"form.filled_on": "01.12.2026"})
    root.drop("früh.docx", early)
    assert outcomes(root) == ["rejected"]
    later = root.at("2026-12-02T09:00:00+01:00")
    later.drop("früh.docx", early)
    assert outcomes(later) == ["accepted"]
    assert texts(later, "korrektur") == []


def test_a_review_whose_intake_never_came_is_rejected_and_taken_with_it_later(root: Root) -> None:
    data = root.filled(review())
    root.drop("r.docx", data)
    assert outcomes(root) == ["held"]
    assert [name.partition("-")[2] for name in texts(root, "korrektur")] == ["zurueckgestellt.txt"]
    later = root.at("2027-01-15T09:00:00+01:00")
    assert outcomes(later) == []
    names = texts(later, "korrektur")
    assert [name.partition("-")[2] for name in names] == ["korrektur.txt", ""]
    text = later.files("outbox", "korrektur")[names[0]].decode()
    assert "noch kein Aufnahmebogen" in text
    assert "zurückgewiesen" in text or "zu berichtigen" in text
    later.drop("r.docx", data)
    later.drop("a.docx", later.filled(INTAKE, changed={"case.case_id": NUMBER}))
    assert outcomes(later) == ["accepted", "accepted"]
    assert texts(later, "korrektur") == []


def test_a_second_intake_under_a_taken_number_finds_a_case_of_its_own_without_it(root: Root) -> None:
    root.drop("1.docx", root.filled(INTAKE, changed={"case.case_id": NUMBER}))
    assert outcomes(root) == ["accepted"]
    other = {"person.family_name": "Anderbeispiel", "person.birth_date": "02.03.1991"}
    root.drop("2.docx", root.filled(INTAKE, changed={"case.case_id": NUMBER, **other}))
    assert outcomes(root) == ["held"]
    root.drop("3.docx", root.filled(INTAKE, changed=other))
    ran = root.run()
    assert [(row["outcome"], row["case"]) for row in ran.rows] == [("accepted", "MA-STA-2026-0002")]
    assert texts(root, "korrektur") == []


def test_a_mended_review_stays_when_the_faulty_one_would_fit_by_now(root: Root) -> None:
    root.drop("a.docx", root.filled(INTAKE))
    assert outcomes(root) == ["accepted"]
    faulty = review()
    faulty["review"]["goal_reviews"] = [*faulty["review"]["goal_reviews"], {"goal_id": "G09", "status_new": "erreicht"}]
    root.drop("r1.docx", root.filled(faulty))
    assert outcomes(root) == ["held"]
    root.drop("r2.docx", root.filled(review()))
    assert outcomes(root) == ["accepted"]
    assert texts(root, "korrektur") == []
    version = root.show(NUMBER)
    assert outcomes(root) == []
    assert root.show(NUMBER) == version


def test_a_correction_of_an_intake_without_number_finds_its_case(root: Root) -> None:
    first = root.filled(INTAKE)
    checksum = root.drop("a.docx", first)
    assert outcomes(root) == ["accepted"]
    receipt = next(data for name, data in root.files("outbox", NUMBER).items() if name.endswith("-eingang.txt"))
    assert checksum in receipt.decode()
    changed = {"form.is_correction": "ja", "form.corrects_sha256": checksum, "person.birth_date": "03.04.1992"}
    root.drop("b.docx", root.filled(INTAKE, changed=changed))
    ran = root.run()
    assert [(row["outcome"], row["case"]) for row in ran.rows] == [("accepted", NUMBER)]
    plan = root.show(NUMBER)
    assert plan["version"] == 1
    assert plan["values"]["person.birth_date"]["value"] == "1992-04-03"


@pytest.mark.parametrize("changed", [{"granted": False}, {"granted": True, "revoked_on": "2026-10-20"}])
def test_after_the_consent_to_processing_is_gone_forms_go_back_unstored(root: Root, changed: dict[str, Any]) -> None:
    root.drop("a.docx", root.filled(INTAKE))
    assert outcomes(root) == ["accepted"]
    day = {"review_date": "2026-10-20", "next_review_date": "2027-01-20"}
    record = review(**day)
    record["form"] = {**record["form"], "filled_on": "2026-10-20"}
    v0 = next(row for row in INTAKE["consents"] if row["scope"] == "V0")
    record["consents"] = [{**v0, "granted_on": "2026-10-20", **changed}]
    root.drop("r.docx", root.filled(record))
    assert outcomes(root) == ["accepted"]
    assert not [name for name in texts(root, NUMBER) if "briefing" in name]
    following = review(review_date="2026-11-20", next_review_date="2027-02-20")
    following["form"] = {**following["form"], "filled_on": "2026-11-20"}
    following.pop("consents", None)
    before = root.files("archive", "objects")
    root.drop("r2.docx", root.filled(following))
    assert outcomes(root) == ["returned"]
    assert root.files("archive", "objects") == before


def test_a_duplicate_is_told_under_the_name_it_was_dropped_by(root: Root) -> None:
    data = root.filled(INTAKE)
    root.drop("erst.docx", data)
    assert outcomes(root) == ["accepted"]
    root.drop("wieder.docx", data)
    ran = root.run()
    assert [(row["outcome"], row["case"]) for row in ran.rows] == [("duplicate", NUMBER)]
    (text,) = [data.decode() for name, data in root.files("outbox", "hinweise").items()]
    assert "«wieder.docx»" in text
    assert NUMBER in text
