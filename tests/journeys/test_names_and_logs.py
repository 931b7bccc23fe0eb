"""A word in every text field of every form: none in a file name, a message, a log line or the JSON of a verb.

`explain --disclosed` is asked for by name and says what went out, and only that.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from canaries import word_of
from expected import text_of_docx
from fill_docx import fill_docx
from fill_pdf import fill_pdf
from make_forms import Answers, forms_of, load_case
from roots import Ran, Root, number_of

from formpipe.definition import FieldSpec, ValueType
from formpipe.model import pointer_of

INTAKE = forms_of(load_case("case1"))[0]
CASE = number_of(load_case("case1"))
NAME = "Qvnamehusam"
"""In the name of every file dropped."""
SIGNED: Answers = {"form.filled_on": "22.11.2026", "form.filled_by": "car-mmuster"}
HEAD: Answers = {
    **SIGNED,
    "review.review_date": "21.11.2026",
    "review.occasion": "turnus",
}


@pytest.fixture(autouse=True)
def _log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORMPIPE_LOG", "json")


def words_for(root: Root, kind: str, start: int) -> Answers:
    """Return a word of its own for each text field of the first rows of a form, but for those of a certain shape."""
    texts = [spec for spec in root.definition(kind).specs.values() if is_text(spec)]
    names = [spec.key.replace("[]", "[0]") + ("[0]" if spec.type is ValueType.TEXTS else "") for spec in texts]
    return {name: f"{word_of(number).title()} Wort" for number, name in enumerate(names, start)}


def is_text(spec: FieldSpec) -> bool:
    return spec.type in {ValueType.TEXT, ValueType.TEXTS} and spec.codes is None and not spec.locked


def shaped(root: Root, form: bytes, folder: Path) -> set[str]:
    """Return the pointers of the fields of *form* that are no good as they stand."""
    path = folder / f"{NAME}.docx"
    path.write_bytes(form)
    ran = root.command("check", str(path), "--format", "json", "-v", "-v")
    assert NAME not in ran.out + ran.err
    return {each["pointer"] for row in ran.rows for each in row["findings"] if each["severity"] == "error"}


def fitting(words: Answers, pointers: set[str]) -> Answers:
    return {name: word for name, word in words.items() if not any(pointer_of(name).startswith(p) for p in pointers)}


def intake(root: Root, folder: Path) -> tuple[bytes, Answers]:
    """Return an intake with words in all text fields that take any, and these words by field."""
    words = words_for(root, "intake", 40_000)
    words = fitting(words, shaped(root, root.filled(INTAKE, changed=words), folder))
    return root.filled(INTAKE, changed=words), words


def said_of(text: str, words: set[str]) -> set[str]:
    return {word for word in words if word.casefold() in text.casefold()}


def check_run(root: Root, ran: Ran, words: set[str]) -> None:
    """Check that none of *words* is in what was said, and that all that was said on stderr is JSON."""
    assert said_of(ran.out + ran.err, words) == set()
    for line in ran.err.splitlines():
        assert set(json.loads(line)) >= {"at", "level", "message"}
    names = "\n".join(root.files())
    assert said_of(names, words) == set()


def test_no_word_of_an_accepted_form_is_told_but_what_went_out(new_root: Callable[[str], Root], tmp_path: Path) -> None:
    root = new_root("CAR").at("2025-04-01T09:00:00+02:00")
    form, written = intake(root, tmp_path)
    assert len(written) > 40
    words = {str(word).partition(" ")[0] for word in written.values()} | {NAME, "musterī"}
    root.drop(f"{NAME}.docx", form)
    ran = root.run("-v", "-v")
    assert [row["outcome"] for row in ran.rows] == ["accepted"]
    check_run(root, ran, words)
    for verb in (
        ("run", "--format", "json", "-n"),
        ("briefing", CASE, "--on", "2025-04-02", "--format", "json"),
        ("briefing", CASE, "--sent", "--format", "json"),
        ("form", "review", "--case", CASE, "-o", str(root.path / "review.docx")),
        ("verify",),
        ("doctor",),
    ):
        check_run(root, root.command(*verb, "-v", "-v"), words)
    papers = {name: data for name, data in root.files("outbox", CASE).items() if name.endswith(".docx")}
    assert len(papers) >= 4
    assert [name for name, data in papers.items() if NAME in text_of_docx(data)] == []

    out = {name: root.definition("intake").spec_of(name) for name in written}
    never = {
        str(written[name]).partition(" ")[0] for name, spec in out.items() if spec is None or spec.jobcenter == "never"
    }
    assert len(never) > 12
    told = root.command("explain", CASE, "--disclosed", "--format", "json")
    assert said_of(told.out, words - never) != set()
    assert said_of(told.out, never) == set()


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_no_word_of_a_review_is_told_whatever_becomes_of_it(
    fmt: str, played: Callable[[str], Root], tmp_path: Path
) -> None:
    root = played("case1").copy(tmp_path / "root")
    fill = fill_docx if fmt == "docx" else fill_pdf
    (blank,) = (root.path / "outbox" / CASE).glob(f"*-ueberpruefungsbogen-nach-v4.{fmt}")
    form = blank.read_bytes()
    texts = {
        "review.manager_note": "Qvnotiz",
        "review.client_view": "Qvsicht",
        "health.confidential_note": "Qvkrank",
        "contact.care_of": "Qvbei",
        "person.call_name": "Qvruf",
        "development.interests": "Qvlust",
    }
    words = {*texts.values(), NAME, "musterī"}
    answers: Answers = {**HEAD, **texts, "housing.wbs_status": "beantragt"}
    later: Answers = {**HEAD, "review.review_date": "22.11.2026"}
    drops = {
        "accepted": answers,
        "duplicate": answers,
        "held": {**answers, **later, "person.call_name": "Qvruf zwei", "housing.wbs_status": "abgelehnt"},
        "rejected": {**answers, "review.review_date": "Qvsicht", "contact.phone": "Qvruf"},
        "returned": {**answers, **later, "review.client_view": "Qvsicht zwei"},
    }
    for outcome, given in drops.items():
        if outcome == "returned":  # for want of the consent to processing (V0)
            ended: Answers = {**SIGNED, "case.case_id": CASE, "consents[7].revoked_on": "22.11.2026"}
            root.drop("widerruf.docx", fill_docx(root.blank("consent"), ended))
            assert root.run().exit_code == 0
        root.drop(f"{NAME} {outcome}.{fmt}", fill(form, given))
        ran = root.run("-v", "-v")
        assert [row["outcome"] for row in ran.rows] == [outcome], ran.out
        check_run(root, ran, words)


def test_a_dry_run_takes_a_name_of_any_bytes_as_the_run_does(root: Root) -> None:
    inbox = bytes(root.path / "inbox")
    for number, name in enumerate((b"J\xfcrgen.docx", "R\u202excod.docx".encode(), b"a\nb.docx", b"--help.docx")):
        changed = {"person.family_name": f"Namenlos {number}", "person.birth_date": "01.02.1980"}
        form = root.filled(forms_of(load_case("new"))[0], changed=changed)
        Path(os.fsdecode(inbox + b"/" + name)).write_bytes(form)
    rehearsed = root.run("--dry-run")
    assert (rehearsed.exit_code, rehearsed.err) == (0, "")
    assert [row["outcome"] for row in rehearsed.rows] == ["accepted"] * 4
    assert {row["sha256"] for row in root.run().rows} == {row["sha256"] for row in rehearsed.rows}
