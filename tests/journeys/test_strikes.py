"""A file that the program itself fails on holds up no other, and is refused after the second time; messages as JSON."""

from __future__ import annotations

import json

import pytest
from make_forms import forms_of, load_case
from roots import Root

from formpipe.ledger import Book
from formpipe.model import FilledForm
from formpipe.pipeline import judge as judging
from formpipe.pipeline import run as running
from formpipe.pipeline.judge import Judged
from formpipe.pipeline.opened import OpenRoot

_INTAKE = forms_of(load_case("new"))[0]


@pytest.fixture
def poisoned(root: Root, monkeypatch: pytest.MonkeyPatch) -> Root:
    """A root with a good form and one on which judging fails."""
    judge = judging.judge

    def fail(opened: OpenRoot, book: Book | None, form: FilledForm) -> Judged:
        if any(field.value == "Giftig" for field in form.fields):
            raise ZeroDivisionError("Giftig")
        return judge(opened, book, form)

    monkeypatch.setattr(running, "judge", fail)
    root.drop("gift.docx", root.filled(_INTAKE, changed={"person.family_name": "Giftig"}))
    root.drop("gut.docx", root.filled(_INTAKE))
    return root


def test_a_file_the_program_fails_on_is_tried_twice_then_kept_and_refused(poisoned: Root) -> None:
    first = poisoned.run()
    assert [row["outcome"] for row in first.rows] == ["accepted"]
    assert first.exit_code == 3
    assert "internal error with this file (ZeroDivisionError)" in first.err
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
