"""Prints dropped in the inbox: given back as a form to fill with what was read, or taken if nothing is doubtful."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from make_foreign import blocks, foreign_form
from make_forms import answers_of, forms_of, load_case
from make_prints import Box, Labels, blank_of, filled, flat_pikepdf, sheet, text, with_pages
from roots import Root, command

from formpipe.formats.pdf_objects import configure
from formpipe.model import FieldType
from formpipe.prints import PAGES
from formpipe.readers.read import read

CASE = forms_of(load_case("case1"))[0]
PAGE = (400.0, 580.0)
NO_PLAN = "Formular ueberpruefung/2026.1 Fall MA-CAR-2025-0001 Stand 1 · 0123456789ab"
TOLD = ("Zweck", "Folgen", "Widerruf")


@pytest.fixture
def root(new_root: Callable[[str], Root]) -> Root:
    return new_root("CAR")


@pytest.fixture
def printed(root: Root) -> bytes:
    key = "intake"
    if key not in _PRINTS:
        _PRINTS[key] = flat_pikepdf(filled(root.blank(key, "pdf"), answers_of(CASE, root.definition(key))))
    return _PRINTS[key]


_PRINTS: dict[str, bytes] = {}


def korrektur(root: Root) -> dict[str, bytes]:
    return root.files("outbox", "korrektur")


def test_a_print_comes_back_as_a_form_to_fill_and_is_taken_when_confirmed(root: Root, printed: bytes) -> None:
    sha256 = root.drop("Ausdruck von Frau Muster.pdf", printed)
    ran = root.run()
    (row,) = ran.rows
    assert (ran.exit_code, row["outcome"], row["sha256"]) == (3, "rejected", sha256)
    rules = {each["rule"] for each in row["findings"] if each["severity"] == "error"}
    assert rules == {"proposal"}
    assert {"pointer": "/case/status", "rule": "proposal", "severity": "error"} in row["findings"]
    files = korrektur(root)
    stem = sha256[:12]
    assert set(files) == {f"{stem}.pdf", f"{stem}-korrektur.txt", f"{stem}-korrektur.pdf"}
    assert files[f"{stem}.pdf"] == printed
    told = files[f"{stem}-korrektur.txt"].decode()
    assert "«Fallstatus»: Auf dem Ausdruck steht hier wohl «aktiv»." in told
    assert "Abgegeben wurde ein Ausdruck" in told
    assert "Muster" not in ran.err
    proposed = {each.name: each.value for each in read(files[f"{stem}-korrektur.pdf"]).fields}
    assert proposed["case.status"] == "aktiv"
    assert proposed["person.birth_date"] == "00.00.1988"
    assert proposed["consents[0].informed[zweck]"] is True
    assert proposed["person.name_original_script"] is None  # no print shows it
    root.drop("berichtigt.pdf", files[f"{stem}-korrektur.pdf"])
    (row,) = root.run().rows
    assert row["outcome"] == "accepted"
    shown = root.show(row["case"])["values"]
    assert shown["person.family_name"]["value"] == "al-Musterī"


def test_extract_and_check_read_prints_and_nothing_is_kept(root: Root, printed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "print.pdf"
    path.write_bytes(printed)
    for arguments in ((), ("-C", str(root.path))):
        ran = command("extract", *arguments, "--format", "json", str(path))
        (row,) = ran.rows
        assert (ran.exit_code, row["form"], row["error"]) == (0, {"kind": "intake", "version": "2026.1"}, None)
        found = {each["name"]: each for each in row["fields"]}
        assert (found["case.carrier"]["value"], found["case.carrier"]["flags"]) == ("CAR", [])
        assert (found["case.status"]["value"], found["case.status"]["flags"]) == ("aktiv", ["review"])
        assert found["person.family_name"]["name_source"] == "flat"
    checked = root.command("check", "--format", "json", str(path))
    assert (checked.exit_code, checked.rows[0]["form"]["kind"]) == (3, "intake")
    rehearsed = root.command("run", "--dry-run", "--format", "json", str(path))
    assert rehearsed.rows[0]["outcome"] == "rejected"
    assert korrektur(root) == {}


def test_a_print_without_a_page_is_not_taken(root: Root, printed: bytes) -> None:
    root.drop("teil.pdf", with_pages(printed, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    (row,) = root.run().rows
    assert row["outcome"] == "rejected"
    assert {"pointer": "", "rule": PAGES, "severity": "error"} in row["findings"]
    assert any("fehlt mindestens eine Seite" in each.decode("utf-8", "replace") for each in korrektur(root).values())


def test_a_pdf_without_fields_that_is_no_print_is_what_it_was(root: Root) -> None:
    root.drop("brief.pdf", sheet((text("Guten Tag", 20, 20),)))
    root.drop("fremd.pdf", sheet((text("Formular aufnahme/2020.1", 20, 20),)))
    root.drop(
        "stand.pdf",
        sheet((text(NO_PLAN, 20, 20),)),
    )
    ran = root.run()
    assert {(each["outcome"], each["reason"]) for each in ran.rows} == {("rejected", "unknown_form")}
    letter = root.path / "brief.pdf"
    letter.write_bytes(sheet(()))
    ran = command("extract", "--format", "json", str(letter))
    assert (ran.exit_code, ran.rows[0]["fields"], ran.rows[0]["form"]) == (0, [], None)


def test_a_pre_filled_review_is_known_by_its_plan(root: Root) -> None:
    root.drop("a.pdf", filled(root.blank("intake", "pdf"), answers_of(CASE, root.definition("intake"))))
    (row,) = root.run().rows
    made = root.files("outbox", row["case"])
    (review,) = [made[name] for name in made if "ueberpruefung" in name and name.endswith(".pdf")]
    data = flat_pikepdf(review)
    path = root.path / "review.pdf"
    path.write_bytes(data)
    found = {each["name"]: each for each in root.command("extract", "--format", "json", str(path)).rows[0]["fields"]}
    truth = {each.name: each for each in read(review).fields}
    assert set(found) == set(truth)
    differing = {name for name, each in truth.items() if found[name]["value"] != each.value}
    assert {name for name in differing if not found[name]["flags"]} == set()
    assert len([name for name, each in found.items() if each["flags"]]) < 12
    root.drop("review.pdf", data)
    (row,) = root.run().rows
    assert row["outcome"] == "rejected"
    assert {each["pointer"] for each in row["findings"] if each["rule"] == "required"} >= {"/form/filled_on"}
    (proposed,) = [data for name, data in korrektur(root).items() if name.endswith("-korrektur.pdf")]
    again = {each.name: each.value for each in read(proposed).fields}
    assert set(again) == set(truth)
    assert read(proposed).marks.base == read(review).marks.base


# --- forms of others, by a blank and a mapping


def foreign(changed: dict[str, str]) -> tuple[bytes, bytes]:
    """A carrier's old form as a fillable PDF, and a print of it."""
    configure()
    answers = {each.name: each.value for each in read(foreign_form()).fields if each.type is not FieldType.MULTICHOICE}
    answers |= dict.fromkeys(TOLD, True)
    labels: Labels = [(name.replace("#", " Nr. "), 20.0, 550.0 - 21 * row) for row, name in enumerate(answers)]
    boxes, drawn = [], []
    for row, (name, answer) in enumerate(answers.items()):
        y = 550.0 - 21 * row
        if isinstance(answer, bool):
            boxes.append(Box(name=name, kind="Btn", rects=((160, y - 2, 170, y + 8),), states=("ja",)))
            drawn += [text("4", 161, y, size=9, font="ZapfDingbats")] if answer else []
            continue
        said = changed.get(name, str(answer or ""))
        boxes.append(Box(name=name, rects=((160, y - 5, 380, y + 12),)))
        drawn += [text(said, 162, y, size=9)] if said else []
    return blank_of(*boxes, drawing=sheet((), labels=labels, size=PAGE)), sheet(drawn, labels=labels, size=PAGE)


@pytest.fixture
def mapped_root(new_root: Callable[[str], Root]) -> Root:
    found = new_root("STA")
    folder = found.path / "schemas"
    (folder / "mappings").mkdir(parents=True)
    (folder / "blanks").mkdir()
    mapping = json.loads(blocks()[1])
    del mapping["recognised_by"]["title"]
    codes = mapping["fields"].pop("Aufgeklärt über")["values"]
    mapping["fields"] |= {word: f"consents[0].informed[{codes[word]}]" for word in TOLD}
    (folder / "mappings" / "altbogen.json").write_text(json.dumps(mapping), encoding="utf-8")
    (folder / "blanks" / "irgendein name.pdf").write_bytes(foreign({})[0])
    return found


def test_a_print_of_text_and_ticks_that_is_not_doubtful_is_taken(mapped_root: Root) -> None:
    mapped_root.drop("alt.pdf", foreign({})[1])
    ran = mapped_root.run()
    (row,) = ran.rows
    assert (ran.exit_code, row["outcome"]) == (0, "accepted"), row
    values = {key: each["value"] for key, each in mapped_root.show(row["case"])["values"].items()}
    assert values["person.family_name"] == "Musterfrau"
    assert values["consents[0].informed"] == ["zweck", "folgen_verweigerung", "widerruf"]


def test_a_doubtful_answer_on_it_is_not_taken(mapped_root: Root) -> None:
    long = "Stelle in einer Küche oder Kantine in Mannheim oder Ludwigshafen"
    mapped_root.drop("alt.pdf", foreign({"Ziel": long, "Name": "Doubt-Müller"})[1])
    (row,) = mapped_root.run().rows
    assert row["outcome"] == "rejected"
    errors = [each for each in row["findings"] if each["severity"] == "error"]
    assert errors == [{"pointer": "/goals/0/title", "rule": "proposal", "severity": "error"}]
    (proposed,) = [data for name, data in korrektur(mapped_root).items() if name.endswith("-korrektur.pdf")]
    again = {each.name: each.value for each in read(proposed).fields}
    assert again["goals[0].title"] == long
    assert again["person.family_name"] == "Doubt-Müller"


def test_a_blank_that_is_no_form_says_so(mapped_root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = mapped_root.path / "schemas" / "blanks"
    (folder / "kaputt.pdf").write_bytes(b"%PDF-1.7")
    mapped_root.drop("alt.pdf", foreign({})[1])
    assert mapped_root.run().rows[0]["outcome"] == "accepted"
    monkeypatch.setattr("formpipe.pipeline.prints._MOST_BYTES", 4)
    mapped_root.drop("noch.pdf", foreign({"Name": "Andere"})[1])
    ran = mapped_root.run()
    assert ran.exit_code == 4
    assert "a blank is larger than a form can be" in ran.err
