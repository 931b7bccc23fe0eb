"""Nothing is lost and nothing leaks: bytes, reports, names, streams."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from expected import text_of_docx
from make_forms import forms_of, load_case
from roots import Ran, Root

from formpipe.definition import ValueType, fields_of
from formpipe.model import pointer_of
from formpipe.readers.read import read

_INTAKE = forms_of(load_case("new"))[0]
_CASE = "MA-STA-2026-0001"
_CANARY = "Kanarienvogel"
_BESIDE = {
    "household.members[0].relationship": "Kind",
    "household.members[0].lives_in_household": "ja",
    "childcare.children[0].member_id": "HM01",
    "person.name_original_script_code": "Lateinisch",
}
"""What a form must say beside the words, as the rows they stand in have required fields."""


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("Aufnahme Muster.docx", b"PK\x03\x04 this is no package"),
        ("Aufnahme Muster.pdf", b"%PDF-1.7\nnothing follows"),
        ("Aufnahme Muster.pdf", b""),
        ("Foto Muster.jpg", b"\xff\xd8\xff\xe0 a picture"),
    ],
    ids=["broken-docx", "broken-pdf", "empty", "picture"],
)
def test_an_unreadable_file_is_reported_kept_and_stops_nothing(name: str, data: bytes, root: Root) -> None:
    path = root.path / name
    path.write_bytes(data)
    good = root.path / "gut.docx"
    good.write_bytes(root.filled(_INTAKE))
    ran = root.run(str(path), str(good))
    assert ran.exit_code == 3
    assert sorted(row["outcome"] for row in ran.rows) == ["accepted", "rejected"]
    bad = next(row for row in ran.rows if row["outcome"] == "rejected")
    assert data in root.files("archive", "objects").values()
    reports = [
        each for each in root.files("outbox", "hinweise") if each.startswith(bad["file"]) and each.endswith("txt")
    ]
    assert len(reports) == 1
    assert "Muster" not in ran.out + ran.err


def test_a_rejected_form_keeps_its_bytes_and_comes_back_with_all_its_faults(root: Root) -> None:
    wrong = {
        "person.birth_date": "31.02.1990",
        "housing.wbs_status": "liegt im Auto",
        "case.intake_date": None,
        "goals[0].due_date": "bald",
    }
    data = root.filled(_INTAKE, changed=wrong)
    sha256 = root.drop("Aufnahme Amara Musterşen.docx", data)
    ran = root.run()
    pointers = [each["pointer"] for each in ran.rows[0]["findings"] if each["severity"] == "error"]
    assert sorted(pointers) == [
        "/case/intake_date",
        "/goals/0/due_date",
        "/housing/wbs_status",
        "/person/birth_date",
    ]
    assert data in root.files("archive", "objects").values()
    back = root.files("outbox", "korrektur")
    (copy,) = [each for name, each in back.items() if name.endswith(".docx")]
    assert read(copy).fields == read(data).fields
    assert all(name.startswith(sha256[:12]) for name in back)
    report = next(each.decode() for name, each in back.items() if name.endswith(".txt"))
    for words in (
        "Aufnahme am",
        "Geburtsdatum",
        "«31.02.1990»",
        "Wohnberechtigungsschein",
        "«liegt im Auto»",
        "«bald»",
    ):
        assert words in report
    assert "Aufnahme Amara Musterşen.docx" in report


def test_a_form_without_consent_is_moved_back_and_nothing_of_it_is_kept(root: Root) -> None:
    data = root.filled(_INTAKE, changed={"consents[0].granted": "nein"})
    root.drop("Aufnahme.docx", data)
    ran = root.run()
    assert [(row["outcome"], row["case"]) for row in ran.rows] == [("returned", None)]
    assert data in root.files("outbox", "korrektur").values()
    kept = root.files("archive")
    assert data not in kept.values()
    for words in ("Musterşen", "Amara", "Großküche", "Aufnahme.docx", ran.rows[0]["sha256"]):
        assert not any(words.encode() in each for each in kept.values())
    assert [name for name in root.files("outbox") if name.startswith("MA-")] == []
    assert [name for name in root.files("inbox") if not name.endswith(".gitkeep")] == []


def test_a_mended_form_is_accepted(root: Root) -> None:
    root.drop("eins.docx", root.filled(_INTAKE, changed={"person.birth_date": "31.02.1990"}))
    assert root.run().exit_code == 3
    root.drop("zwei.docx", root.filled(_INTAKE))
    ran = root.run()
    assert [(row["outcome"], row["case"]) for row in ran.rows] == [("accepted", _CASE)]


def test_the_receipt_says_case_and_name_as_dropped(root: Root) -> None:
    root.drop("Aufnahme Größe 38.docx", root.filled(_INTAKE))
    root.run()
    receipt = _receipts(root)
    assert _CASE in receipt
    assert "«Aufnahme Größe 38.docx»" in receipt


def test_a_protected_address_stands_nowhere_and_the_receipt_says_why(root: Root) -> None:
    root.drop("bogen.docx", root.filled(_INTAKE, changed={"housing.type": "Schutzunterkunft"}))
    ran = root.run()
    assert ran.exit_code == 0, ran.out
    made = {name: data for name, data in root.files("outbox", _CASE).items() if name.endswith(".docx")}
    assert len(made) >= 3
    assert [name for name, data in made.items() if "Beispielweg" in text_of_docx(data)] == []
    assert "Beispielweg" not in _receipts(root)
    assert "geschützt" in _receipts(root)
    assert root.show(_CASE)["values"]["contact.street"]["value"] == "Beispielweg"


@pytest.mark.parametrize("outcome", ["rejected", "accepted"])
def test_no_written_word_reaches_streams_or_file_names(outcome: str, root: Root) -> None:
    written = _canaries(root)
    if outcome == "accepted":
        shaped = _shaped(root, written)
        written = {name: each for name, each in written.items() if name not in shaped} | _BESIDE
    assert len(written) > 40
    root.drop(f"{_CANARY}.docx", root.filled(_INTAKE, changed=written))
    told = [root.run("-v", "-v"), _checked(root, written), root.command("doctor", "-v")]
    assert told[0].rows[0]["outcome"] == outcome, told[0].rows
    for each in told:
        assert _CANARY not in each.out + each.err
        assert "Musterşen" not in each.out + each.err
    assert [name for name in root.files() if _CANARY in name] == []


def _checked(root: Root, changed: Mapping[str, Any]) -> Ran:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{_CANARY}.docx"
        path.write_bytes(root.filled(_INTAKE, changed=changed))
        return root.command("check", str(path), "--format", "json", "-v")


def _canaries(root: Root) -> dict[str, str]:
    """Return a word of its own for every text field of the intake's first rows."""
    definition = root.definition("intake")
    texts = [
        spec
        for section in definition.sections
        for spec in fields_of(section.items)
        if spec.type in {ValueType.TEXT, ValueType.TEXTS} and spec.codes is None and not spec.locked
    ]
    names = [spec.key.replace("[]", "[0]") + ("[0]" if spec.type is ValueType.TEXTS else "") for spec in texts]
    return {name: f"{_CANARY} {number}" for number, name in enumerate(names)}


def _shaped(root: Root, written: Mapping[str, str]) -> set[str]:
    """Return the text fields that take only a certain shape, by what `check` finds in a form full of words."""
    found = _checked(root, written).rows[0]["findings"]
    pointers = {each["pointer"] for each in found if each["severity"] == "error"}
    return {name for name in written if pointer_of(name) in pointers}


def _receipts(root: Root) -> str:
    found = root.files("outbox", _CASE)
    return "\n".join(data.decode() for name, data in found.items() if name.endswith("-eingang.txt"))
