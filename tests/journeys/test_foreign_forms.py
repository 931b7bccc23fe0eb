"""A carrier's old Word form taken as an intake by a mapping: the example of docs/mapping.md, to the plan."""

from __future__ import annotations

import json

import pytest
from make_docx import run
from make_foreign import blocks, foreign_form
from marks_in import comments_in
from roots import Root

from formpipe.formats.opc_write import zip_of
from formpipe.formats.zip_read import read_members


@pytest.fixture
def mapped_root(root: Root) -> Root:
    folder = root.path / "schemas" / "mappings"
    folder.mkdir(parents=True)
    (folder / "altbogen.json").write_text(blocks()[1], encoding="utf-8")
    return root


def test_the_example_becomes_a_plan(mapped_root: Root) -> None:
    mapped_root.drop("alt.docx", foreign_form())
    ran = mapped_root.run()
    (row,) = ran.rows
    assert (ran.exit_code, row["outcome"]) == (0, "accepted"), row
    assert row["fields"]["ignored"]["mapping"] == 1
    assert row["fields"]["unknown"] == 0
    plan = mapped_root.show(row["case"])
    values = {key: each["value"] for key, each in plan["values"].items()}
    assert values["person.family_name"] == "Musterfrau"
    assert values["person.birth_date"] == "1991-03-08"
    assert values["person.nationalities"] == ["GHA"]
    assert values["residence.status_code"] == "ae_25_3"
    assert values["benefits.regime"] == "sgb2"
    assert values["case.manager_id"] == "sta-rexempel"
    assert values["case.counselling_start"] == "2026-07-06"
    assert values["consents[0].informed"] == ["zweck", "folgen_verweigerung", "widerruf"]
    (goal,) = plan["goals"]
    assert goal["columns"]["due_date"]["value"] == "2027-03-31"


def test_a_field_the_mapping_does_not_name_is_told(mapped_root: Root) -> None:
    mapped_root.drop("alt.docx", foreign_form(Aktenzeichen="Haustier"))
    ran = mapped_root.run()
    (row,) = ran.rows
    assert row["outcome"] == "accepted"
    assert {"pointer": "", "rule": "unknown_field", "severity": "warning"} in row["findings"]
    assert "Haustier" not in ran.out + ran.err  # a label may be a misread cell with a name in it
    receipts = mapped_root.files("outbox", row["case"])
    assert any("«Haustier»" in data.decode() for name, data in receipts.items() if name.endswith("-eingang.txt"))


def test_a_missing_answer_stays_missing(mapped_root: Root) -> None:
    mapped_root.drop("alt.docx", foreign_form(**{"25 (3)": ""}))
    (row,) = mapped_root.run().rows
    assert row["outcome"] == "rejected"
    errors = [each for each in row["findings"] if each["severity"] == "error"]
    assert errors == [{"pointer": "/residence/status_code", "rule": "required", "severity": "error"}]


def test_it_comes_back_marked_in_its_cell_and_is_taken_when_mended(mapped_root: Root) -> None:
    sha256 = mapped_root.drop("alt.docx", foreign_form(**{"25 (3)": ""}))
    mapped_root.run()
    copy = mapped_root.files("outbox", "korrektur")[f"{sha256[:12]}.docx"]
    assert len(comments_in(copy)) == 2
    members = read_members(copy)
    end = b'<w:commentRangeEnd w:id="0"/>'
    answer = run("25 (3)").encode()
    assert members["word/document.xml"].count(end) == 1
    members["word/document.xml"] = members["word/document.xml"].replace(end, answer + end)
    mapped_root.drop("neu.docx", zip_of(members.items()))
    (row,) = mapped_root.run().rows
    assert row["outcome"] == "accepted", row["findings"]
    assert mapped_root.files("outbox", "korrektur") == {}
    plan = mapped_root.show(row["case"])
    assert plan["values"]["residence.status_code"]["value"] == "ae_25_3"


def test_without_a_mapping_it_is_no_form_of_ours(root: Root) -> None:
    root.drop("alt.docx", foreign_form())
    (row,) = root.run().rows
    assert (row["outcome"], row["reason"]) == ("rejected", "unknown_form")


def test_two_mappings_for_one_form_are_no_mapping(mapped_root: Root) -> None:
    (mapped_root.path / "schemas" / "mappings" / "zweiter.json").write_text(blocks()[1], encoding="utf-8")
    mapped_root.drop("alt.docx", foreign_form())
    (row,) = mapped_root.run().rows
    assert (row["outcome"], row["reason"]) == ("rejected", "unknown_form")


def test_a_wrong_mapping_is_found_before_anything_begins(mapped_root: Root) -> None:
    document = json.loads(blocks()[1])
    document["fields"]["Name"] = "person.nickname"
    path = mapped_root.path / "schemas" / "mappings" / "altbogen.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    mapped_root.drop("alt.docx", foreign_form())
    ran = mapped_root.run()
    assert ran.exit_code == 4
    assert "/fields/Name: 'person.nickname' is no field of the form" in ran.err
