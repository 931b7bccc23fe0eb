"""A file that the program itself fails on holds up no other, and is refused after the second time; messages as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from make_forms import forms_of, load_case
from roots import Root, number_of

import formpipe.blanks.pdf  # noqa: F401 - taken away by a test
from formpipe.blanks.layout import Layout
from formpipe.errors import SetupError, StorageError
from formpipe.inbox import Claim
from formpipe.ledger import Book, forms
from formpipe.ledger.documents import DocumentRow
from formpipe.model import CaseNumber, FilledForm
from formpipe.pipeline import drain as draining
from formpipe.pipeline import judge as judging
from formpipe.pipeline import make as making
from formpipe.pipeline import render, settle, taking
from formpipe.pipeline.judge import Judged, Reads
from formpipe.pipeline.opened import OpenRoot

_INTAKE, _FIRST, _SECOND = (forms_of(load_case("case1"))[number] for number in range(3))
_NEW = forms_of(load_case("new"))[0]
_NUMBER = number_of(load_case("case1"))
_POISON = {"review.manager_note": "Giftig"}


@pytest.fixture
def poisoned(root: Root, monkeypatch: pytest.MonkeyPatch) -> Root:
    """A root with a good form and one on which judging fails."""
    judge = judging.judge

    def fail(opened: OpenRoot, book: Book | None, form: FilledForm) -> Judged:
        if any(field.value == "Giftig" for field in form.fields):
            raise ZeroDivisionError("Giftig")
        return judge(opened, book, form)

    monkeypatch.setattr(taking, "judge", fail)
    root.drop("gift.docx", root.filled(_NEW, changed={"person.family_name": "Giftig"}))
    root.drop("gut.docx", root.filled(_NEW))
    return root


def test_a_file_the_program_fails_on_is_tried_twice_then_kept_and_refused(poisoned: Root) -> None:
    first = poisoned.run()
    assert [row["outcome"] for row in first.rows] == ["accepted"]
    assert first.exit_code == 3
    assert "internal error with this form (ZeroDivisionError)" in first.err
    assert "tried once more" in first.err
    assert len(poisoned.files("inbox")) == 2
    second = poisoned.run()
    assert [(row["outcome"], row["reason"]) for row in second.rows] == [("rejected", "internal")]
    assert "Giftig" not in first.err + second.err
    assert poisoned.files("inbox") == {}
    notes = poisoned.files("outbox", "hinweise")
    assert any("bitte die IT" in " ".join(data.decode().split()) for data in notes.values())
    assert poisoned.command("verify").exit_code == 0
    assert poisoned.run().rows == []


def test_a_part_of_the_program_that_is_missing_is_no_fault_of_a_form(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("formpipe.blanks.pdf", raising=False)
    monkeypatch.setitem(sys.modules, "formpipe.blanks.pdf", None)
    root.drop("gut.docx", root.filled(_NEW))
    ran = root.run()
    assert [row["outcome"] for row in ran.rows] == ["accepted"]
    assert "internal error with this form" not in ran.err
    assert root.files("inbox") == {}


def test_a_dry_run_tells_of_it_what_the_run_will(poisoned: Root) -> None:
    for _ in range(2):
        before = poisoned.files()
        rehearsed = poisoned.run("--dry-run")
        assert poisoned.files() == before
        ran = poisoned.run()
        assert [_told(row) for row in rehearsed.rows] == [_told(row) for row in ran.rows]
        assert rehearsed.exit_code == ran.exit_code == 3
        assert rehearsed.err == "".join(
            line for line in ran.err.splitlines(keepends=True) if "PDFs are owed" not in line
        )
    assert "It is kept and refused" in ran.err


def _told(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["file"], row["outcome"], row["reason"]


def test_it_is_taken_once_the_program_is_mended(poisoned: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned.run()
    monkeypatch.undo()
    again = poisoned.run()
    assert [row["outcome"] for row in again.rows] == ["accepted"]
    assert poisoned.files("inbox") == {}


def test_messages_come_as_json_lines_where_that_is_asked_for(poisoned: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORMPIPE_LOG", "json")
    ran = poisoned.run()
    lines = [json.loads(line) for line in ran.err.splitlines()]
    assert lines[0]["level"] == "error"
    assert lines[0]["exit_code"] == 3
    assert len(lines[0]["where"]) == 12
    assert {"at", "message", "mend"} <= lines[0].keys()
    assert any("PDFs are owed" in line["message"] for line in lines)
    (poisoned.path / "formpipe.toml").unlink()
    (told,) = (json.loads(line) for line in poisoned.run().err.splitlines())
    assert told["exit_code"] == 4


@pytest.fixture
def folding(new_root: Callable[[str], Root], monkeypatch: pytest.MonkeyPatch) -> Root:
    """A root whose program fails to fold a case that has a live form saying `Giftig`."""
    drain = draining.drain

    def fail(opened: OpenRoot, book: Book, number: CaseNumber) -> None:
        if any("Giftig" in json.dumps(row.payload) for row in forms.of_case(book, number)):
            raise ZeroDivisionError("Giftig")
        drain(opened, book, number)

    monkeypatch.setattr(settle, "drain", fail)
    return new_root("CAR")


def test_a_form_the_fold_fails_on_holds_up_no_other_case_and_is_refused_after_two_runs(folding: Root) -> None:
    folding.drop("a-gift.docx", folding.filled(_NEW, changed={"person.family_name": "Giftig"}))
    folding.drop("b-gut.docx", folding.filled(_INTAKE))
    first = folding.run()
    assert [row["outcome"] for row in first.rows] == ["accepted"]
    assert first.exit_code == 3
    assert "internal error with this form (ZeroDivisionError)\n  It is tried once more" in first.err
    assert len(folding.files("inbox")) == 2  # the form and its strike
    second = folding.run()
    assert [(row["outcome"], row["reason"]) for row in second.rows] == [("rejected", "internal")]
    assert "It is kept and refused" in second.err
    assert "Giftig" not in first.err + second.err
    assert folding.files("inbox") == {}
    assert any("bitte die IT" in " ".join(each.decode().split()) for each in folding.files("outbox/hinweise").values())
    assert folding.command("verify").exit_code == 0
    third = folding.run()
    assert (third.rows, third.exit_code) == ([], 0)


def test_a_dry_run_tells_of_the_forms_of_a_case_that_the_fold_fails_on_what_the_run_will(folding: Root) -> None:
    folding.drop("1.docx", folding.filled(_INTAKE))
    folding.drop("2.docx", folding.filled(_FIRST, changed=_POISON))
    folding.drop("3.docx", folding.filled(_NEW))
    for outcomes in (["accepted"], ["accepted", "rejected"]):
        before = folding.files()
        rehearsed = folding.run("--dry-run")
        assert folding.files() == before
        ran = folding.run()
        assert [_told(row) for row in rehearsed.rows] == [_told(row) for row in ran.rows]
        assert sorted(row["outcome"] for row in ran.rows) == outcomes
        assert rehearsed.exit_code == ran.exit_code == 3
        assert rehearsed.err.count("internal error with this form (ZeroDivisionError)") == 1
        assert "Giftig" not in rehearsed.err


def test_of_the_forms_of_one_case_only_the_one_that_brings_the_fault_is_refused(folding: Root) -> None:
    folding.drop("1.docx", folding.filled(_INTAKE))
    assert folding.run().exit_code == 0
    folding.drop("2.docx", folding.filled(_FIRST, changed=_POISON))
    folding.drop("3.docx", folding.filled(_SECOND))
    assert folding.run().rows == []
    outcomes = {row["outcome"]: row["reason"] for row in folding.run().rows}
    assert outcomes == {"rejected": "internal", "accepted": None}
    assert len(folding.show(_NUMBER)["inputs"]) == 2
    assert folding.files("inbox") == {}
    assert folding.command("verify").exit_code == 0


def test_two_forms_that_bring_the_fault_are_both_refused_even_with_the_case_past_mending(
    folding: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    folding.drop("1.docx", folding.filled(_FIRST, changed=_POISON))
    folding.drop("2.docx", folding.filled(_SECOND, changed=_POISON))
    folding.run()
    assert [row["reason"] for row in folding.run().rows] == ["internal", "internal"]

    def fail(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(settle, "drain", fail)
    folding.drop("3.docx", folding.filled(_INTAKE))
    folding.run()
    assert [row["reason"] for row in folding.run().rows] == ["internal"]
    monkeypatch.undo()
    folding.drop("3.docx", folding.filled(_INTAKE))
    assert [row["outcome"] for row in folding.run().rows] == ["accepted"]
    assert folding.command("verify").exit_code == 0


def test_a_consent_in_the_same_run_gives_no_second_strike(folding: Root) -> None:
    folding.drop("1.docx", folding.filled(_NEW, changed={"person.family_name": "Giftig"}))
    folding.run()
    (claim,) = (folding.path / "inbox" / ".formpipe").iterdir()
    assert [each.name for each in claim.iterdir() if each.name.startswith(".strike")] == [".strike-1"]


def test_a_document_the_program_fails_on_holds_up_no_other_and_stays_owed(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(opened: OpenRoot, book: Book, row: DocumentRow, reader: Reads) -> bytes:
        if row.name == "plan":
            raise KeyError("Muster")
        return making.make(opened, book, row, reader)

    monkeypatch.setattr(render, "make", fail)
    root.drop("gut.docx", root.filled(_NEW))
    ran = root.run()
    assert (ran.exit_code, [row["outcome"] for row in ran.rows]) == (4, ["accepted"])
    assert "internal error while a document was made (KeyError); it stays owed" in ran.err
    assert "Muster" not in ran.err
    assert root.files("inbox") == {}
    assert any(name.endswith("eingang.txt") for name in root.files("outbox"))
    monkeypatch.undo()
    assert root.run().exit_code == 0
    assert any("integrationsplan" in name for name in root.files("outbox"))


def test_a_word_form_is_made_where_a_pdf_form_cannot_be_drawn(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_layout: Layout) -> bytes:
        raise SetupError("no usable font is installed")

    monkeypatch.setattr("formpipe.blanks.pdf.write_pdf", fail)
    root.drop("gut.docx", root.filled(_NEW))
    ran = root.run()
    assert ran.exit_code == 4
    assert ran.err.count("no usable font is installed") == 2  # the approval of the briefing, too
    made = sorted(name for name in root.files("outbox") if "ueberpruefungsbogen-nach" in name)
    assert [name.rpartition(".")[2] for name in made] == ["docx"]
    monkeypatch.undo()
    assert root.run().exit_code == 0
    made = sorted(name for name in root.files("outbox") if "ueberpruefungsbogen-nach" in name)
    assert [name.rpartition(".")[2] for name in made] == ["docx", "pdf"]


@pytest.mark.parametrize(("times", "outcomes"), [(1, ["accepted", "accepted"]), (2, ["accepted"])])
def test_a_file_that_the_share_does_not_give_is_asked_for_twice_and_holds_up_no_other(
    times: int, outcomes: list[str], root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Claim.read
    refused: list[Claim] = []

    def stumble(claim: Claim) -> bytes | None:
        if claim.name == "stolpert.docx" and len(refused) < times:
            refused.append(claim)
            raise StorageError("the file cannot be read", where="inbox")
        return read(claim)

    monkeypatch.setattr(Claim, "read", stumble)
    root.drop("stolpert.docx", root.filled(_NEW, changed={"person.family_name": "Stolper"}))
    root.drop("gut.docx", root.filled(_NEW))
    ran = root.run()
    assert [row["outcome"] for row in ran.rows] == outcomes
    assert ("cannot be read" in ran.err) is (times > 1)
    assert [row["outcome"] for row in root.run().rows] == ["accepted"] * (2 - len(outcomes))
    assert root.files("inbox") == {}
