"""Each verb on a real root: what it prints, what it writes, how it ends."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document
from make_forms import forms_of, load_case, printed_of
from roots import Root, command, number_of

from formpipe.cli import main
from formpipe.cli.group import crash_text
from formpipe.cli.verbs import VERBS
from formpipe.durable import sha256_of
from formpipe.readers.read import read
from formpipe.resources import shipped

CASE = load_case("case1")
NUMBER = number_of(CASE)


@pytest.fixture
def root(new_root: object) -> Root:
    """A root of the carrier of case 1."""
    made: Root = new_root("CAR")  # type: ignore[operator]  # the fixture's own type is a factory
    return made


@pytest.fixture
def filed(root: Root) -> Root:
    """A root that holds the intake and the last review of case 1."""
    records = forms_of(CASE)
    for number, record in enumerate((records[0], records[1])):
        root.drop(f"{number}.docx", root.filled(record))
    assert root.run().exit_code == 0
    return root


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Path]:
    """A folder to stand in."""
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


FORM_TYPES = ("aufnahme", "einwilligung", "freigabe", "ueberpruefung")


@pytest.mark.parametrize("verb", list(VERBS))
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    ran = command(verb, "-h")
    assert ran.exit_code == 0
    assert f"formpipe {verb}" in ran.out.partition("Examples:")[2]
    assert VERBS[verb][1] in ran.out


def test_help_names_every_verb_and_an_unknown_one_is_a_usage_fault() -> None:
    shown = command("-h")
    assert all(verb in shown.out for verb in VERBS)
    assert command("zaubern").exit_code == 2
    assert command("--version").out.startswith("formpipe, version ")


def test_init_makes_a_private_archive_and_blanks_and_leaves_a_root_alone(tmp_path: Path) -> None:
    folder = tmp_path / "verein"
    made = command("init", str(folder), "--carrier", "VER", "--name", 'Verein "Muster"', "--regime", "dsgvo")
    assert made.exit_code == 0, made.err
    assert (folder / "archive").stat().st_mode & 0o777 == 0o700
    names = sorted(each.name for each in (folder / "outbox" / "vorlagen").iterdir())
    assert names == [f"{kind}-2026.1.{fmt}" for kind in FORM_TYPES for fmt in ("docx", "pdf")]
    assert 'Verein \\"Muster\\"' in (folder / "formpipe.toml").read_text(encoding="utf-8")
    again = command("init", str(folder), "--carrier", "VER")
    assert (again.exit_code, "already" in again.err) == (5, True)


def test_init_refuses_a_carrier_code_that_cannot_be_one(tmp_path: Path) -> None:
    made = command("init", str(tmp_path / "x"), "--carrier", "caritas")
    assert made.exit_code == 4
    assert not (tmp_path / "x" / "formpipe.toml").exists()


def test_a_folder_that_is_no_root_is_a_set_up_fault(tmp_path: Path) -> None:
    ran = command("run", "-C", str(tmp_path))
    assert ran.exit_code == 4
    assert "formpipe init" in ran.err


def test_doctor_says_what_is_there(root: Root) -> None:
    ran = root.command("doctor")
    assert "ok       settings of carrier CAR" in ran.out
    assert "ok       template integrationsplan.docx" in ran.out
    assert "ok       archive" in ran.out
    assert ran.exit_code == (4 if "missing  LibreOffice" in ran.out else 0)


def test_doctor_finds_a_broken_template_and_open_folders(root: Root) -> None:
    (root.path / "templates").mkdir()
    (root.path / "templates" / "anlage-v.docx").write_bytes(b"kein Word")
    (root.path / "inbox").chmod(0o777)
    (root.path / "archive").chmod(0o755)
    ran = root.command("doctor")
    assert ran.exit_code == 4
    assert "missing  template anlage-v.docx" in ran.out
    assert "warning  folder inbox" in ran.out
    assert "missing  archive: others can read it" in ran.out
    refused = root.run()
    assert refused.exit_code == 5
    assert "chmod 700" in refused.err


@pytest.mark.parametrize("name", ["integrationsplan.docx", "anlage-v.docx", "jobcenter-briefing.docx"])
def test_doctor_finds_a_variable_that_no_paper_has(root: Root, name: str) -> None:
    document = Document(str(shipped("templates") / name))
    document.add_paragraph("{{ documnt.case }}")
    (root.path / "templates").mkdir()
    document.save(str(root.path / "templates" / name))
    ran = root.command("doctor")
    assert ran.exit_code == 4
    line = next(each for each in ran.out.splitlines() if f"template {name}" in each)
    assert line.startswith("missing")
    assert "documnt" in ran.out
    assert "document" in ran.out


def test_doctor_on_a_root_without_folders(root: Root) -> None:
    for name in ("inbox", "archive"):
        (root.path / name).rename(root.path / f"{name}-weg")
    ran = root.command("doctor")
    assert "warning  folder inbox: the first run makes it" in ran.out
    assert "warning  archive: the first run makes it" in ran.out


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_form_writes_a_blank_and_never_over_a_file(root: Root, here: Path, fmt: str) -> None:
    ran = root.command("form", "aufnahme", "--format", fmt)
    assert ran.out.strip() == f"aufnahme-2026.1.{fmt}"
    marks = read((here / f"aufnahme-2026.1.{fmt}").read_bytes()).marks
    assert (marks.kind, marks.version, marks.case) == ("intake", "2026.1", None)
    again = root.command("form", "intake", "--format", fmt)
    assert again.exit_code == 5


def test_form_fills_a_review_in_with_the_plan(filed: Root, here: Path) -> None:
    ran = filed.command("form", "review", "--case", NUMBER, "-o", "bogen.docx")
    assert ran.exit_code == 0, ran.err
    form = read((here / "bogen.docx").read_bytes())
    assert form.marks.case == NUMBER
    assert printed_of(form, filed.definition("review"))["housing.wbs_status"] == "erteilt"
    assert filed.command("form", "intake", "--case", NUMBER, "-o", "x.docx").exit_code == 4
    assert filed.command("form", "review", "--case", "MA-CAR-1999-0001", "-o", "x.docx").exit_code == 4


def test_extract_prints_the_contract_for_any_form(root: Root, here: Path) -> None:
    (here / "form.docx").write_bytes(root.filled(forms_of(CASE)[0]))
    (here / "kaputt.docx").write_bytes(b"PK\x03\x04 kaputt")
    ran = command("extract", "--format", "json", "form.docx", "kaputt.docx")
    assert ran.exit_code == 3
    good, bad = ran.rows
    assert good["file"] == "form.docx"
    assert good["sha256"] == sha256_of((here / "form.docx").read_bytes())
    assert good["form"] == {"kind": "intake", "version": "2026.1"}
    name = next(each for each in good["fields"] if each["name"] == "person.family_name")
    assert (name["name_source"], name["type"], name["state"], name["value"]) == ("tag", "text", "filled", "al-Musterī")
    assert (bad["fields"], bad["error"]["code"]) == ([], "damaged")
    text = command("extract", "form.docx")
    assert "person.family_name" in text.out
    assert "al-Musterī" in text.out
    assert "damaged" in command("extract", "kaputt.docx").out
    (here / "ordner").mkdir()
    missing = command("extract", "--format", "json", "nie.docx", "ordner", "form.docx")
    assert missing.exit_code == 3
    assert [row["error"] and row["error"]["code"] for row in missing.rows] == ["unsupported", "unsupported", None]
    with (here / "riesig.docx").open("wb") as huge:
        huge.truncate(3 * 1024**3)
    assert command("extract", "--format", "json", "riesig.docx").rows[0]["error"]["code"] == "too_large"
    assert root.command("check", "--format", "json", "riesig.docx").rows[0]["error"] == "too_large"
    assert root.command("run", "nie.docx").exit_code == 2


def test_check_judges_and_changes_nothing(filed: Root, here: Path) -> None:
    (here / "gut.docx").write_bytes(filed.filled(forms_of(CASE)[0]))
    (here / "falsch.docx").write_bytes(filed.filled(forms_of(CASE)[0], changed={"person.birth_date": "31.02.1990"}))
    (here / "kaputt.pdf").write_bytes(b"%PDF-1.7")
    before = filed.files()
    ran = filed.command("check", "--format", "json", "gut.docx", "falsch.docx", "kaputt.pdf")
    assert ran.exit_code == 3
    good, wrong, broken = ran.rows
    assert good["form"] == {"kind": "intake", "version": "2026.1"}
    assert good["fields"]["filled"] > 50
    assert not [each for each in good["findings"] if each["severity"] == "error"]
    assert {"pointer": "/person/birth_date", "rule": "format", "severity": "error"} in wrong["findings"]
    assert (broken["form"], broken["error"]) == (None, "damaged")
    assert "error format at /person/birth_date" in filed.command("check", "falsch.docx").out
    assert "unknown form  (damaged)" in filed.command("check", "kaputt.pdf").out
    assert filed.command("check", "gut.docx").exit_code == 0
    assert filed.files() == before


def test_check_needs_no_ledger(root: Root, here: Path) -> None:
    (here / "gut.docx").write_bytes(root.filled(forms_of(CASE)[0]))
    (root.path / "archive" / "ledger.sqlite").unlink()
    assert root.command("check", "gut.docx").exit_code == 0
    assert root.command("show", NUMBER).exit_code == 4
    assert not (root.path / "archive" / "ledger.sqlite").exists()


def test_show_prints_the_plan_and_the_plan_of_a_day(filed: Root) -> None:
    text = filed.command("show", NUMBER).out
    assert text.startswith(f"{NUMBER}  version 2  2025-06-10")
    assert "housing.wbs_status" in text
    assert "goals[1].actions[0].status" in text
    early = json.loads(filed.command("show", NUMBER, "--as-of", "2025-06-09", "--format", "json").out)
    assert early["version"] == 1
    assert early["values"]["housing.wbs_status"]["value"] == "beantragt"
    assert filed.command("show", NUMBER, "--as-of", "2024-01-01").exit_code == 4
    assert filed.command("show", "MA-CAR-1999-0001").exit_code == 4


def test_explain_names_form_field_and_what_was_written(filed: Root) -> None:
    row = json.loads(filed.command("explain", NUMBER, "housing.wbs_status", "--format", "json").out)
    assert (row["form"], row["date"], row["field"]) == ("review.v2026.1", "2025-06-10", "housing.wbs_status")
    assert (row["value"], row["written"]) == ("erteilt", "erteilt")
    assert "written «" in filed.command("explain", NUMBER, "G02.title").out
    assert "G02-S01.status" in filed.command("explain", NUMBER, "G02-S01.status").out
    derived = filed.command("explain", NUMBER, "person.birth_date_precision").out
    assert "derived by the program" in derived
    strengths = filed.command("explain", NUMBER, "development.strengths").out
    assert "[0] handwerklich geschickt; [1] zuverlässig" in strengths
    assert "[kindergeld]" in filed.command("explain", NUMBER, "benefits.other").out
    assert len(filed.command("explain", NUMBER, "household.members[0]").out.splitlines()) > 4
    for key in ("G09.title", "G02-S09.status", "G02.nichts", "zauber.stab"):
        assert filed.command("explain", NUMBER, key).exit_code == 4


def test_briefing_is_made_for_a_day_with_a_release_only(filed: Root) -> None:
    made = filed.command("briefing", NUMBER, "--on", "2025-07-01")
    assert made.exit_code == 0, made.err
    first = made.out.splitlines()[0]
    assert first.endswith("-jobcenter-briefing-v2.docx")
    assert (filed.path / "outbox" / first).is_file()
    before = filed.files("outbox")
    refused = filed.command("briefing", NUMBER)
    assert refused.exit_code == 3
    assert "no_release V17" in refused.err
    assert filed.files("outbox") == before


def test_render_brings_back_what_was_deleted_and_leaves_what_was_changed(filed: Root) -> None:
    folder = filed.path / "outbox" / NUMBER
    plan = next(folder.glob("*-integrationsplan-v2.docx"))
    content = plan.read_bytes()
    plan.unlink()
    review = next(folder.glob("*-ueberpruefungsbogen-nach-v2.docx"))
    review.write_bytes(b"von Hand")
    ran = filed.command("render", "--all")
    assert ran.exit_code == 0, ran.err
    assert plan.read_bytes() == content
    assert review.read_bytes() == b"von Hand"
    assert len(list(folder.glob("*-ueberpruefungsbogen-nach-v2*.docx"))) == 2


def test_render_makes_an_older_version_beside_the_newest(filed: Root) -> None:
    ran = filed.command("render", NUMBER, "--version", "1")
    assert ran.exit_code == 0, ran.err
    older = filed.path / "outbox" / NUMBER / "fruehere-fassungen"
    assert next(older.glob("*-integrationsplan-v1.docx")).is_file()
    assert filed.command("render", NUMBER, "--version", "7").exit_code == 4
    assert filed.command("render", "MA-CAR-1999-0001").exit_code == 4
    assert filed.command("render").exit_code == 2
    assert filed.command("render", "--all", "--version", "1").exit_code == 2
    record = forms_of(CASE)[2]
    filed.drop("3.docx", filed.filled(record))
    assert filed.run().exit_code == 0
    assert next(older.glob("*-integrationsplan-v1.docx")).is_file()
    assert not list((filed.path / "outbox" / NUMBER).glob("*-v2.docx"))


def test_a_dry_run_says_what_a_run_would_do_and_keeps_nothing(filed: Root) -> None:
    records = forms_of(CASE)
    filed.drop("neu.docx", filed.filled(records[2]))
    filed.drop("alt.docx", filed.filled(records[1]))
    filed.drop("ohne.docx", filed.filled(load_case("new")["intake"], changed={"consents[0].granted": "nein"}))  # type: ignore[arg-type]
    filed.drop("kaputt.docx", b"PK\x03\x04")
    filed.path.joinpath("inbox", "kaputt.docx").write_bytes(b"{\\rtf1 kein Bogen}")
    before = filed.files()
    ran = filed.run("--dry-run")
    assert sorted(row["outcome"] for row in ran.rows) == ["accepted", "duplicate", "rejected", "returned"]
    assert ran.exit_code == 3
    assert filed.files() == before


def test_a_dry_run_refuses_a_file_that_no_form_can_be_as_large_as_and_keeps_nothing_of_it(filed: Root) -> None:
    filed.drop("gross.docx", bytes(21 << 20))
    before = filed.files("archive", "objects")
    ran = filed.run("--dry-run")
    assert [(row["outcome"], row["reason"]) for row in ran.rows] == [("rejected", "too_large")]
    assert filed.files("archive", "objects") == before


@pytest.mark.parametrize("lock", ["~$fnahme.docx", ".~lock.aufnahme.docx#"])
def test_a_run_tells_how_many_files_wait_and_why(filed: Root, lock: str) -> None:
    filed.drop("aufnahme.docx", filed.filled(forms_of(CASE)[2]))
    filed.drop(lock, b"Frau Muster")
    filed.drop("halb.pdf", b"%PDF-1.7 half")
    at = datetime.fromisoformat(filed.now).timestamp() - 60
    for name in (lock, "halb.pdf"):
        os.utime(filed.path / "inbox" / name, (at, at))
    for flags in (["--dry-run"], []):
        ran = filed.run(*flags)
        assert (ran.rows, ran.exit_code) == ([], 0)
        assert "files that wait in the inbox: 1 open in a program, 1 not complete or just dropped" in ran.err
        assert "Muster" not in ran.err
        assert "wait in the inbox" not in filed.run("-q", *flags).err
    named = filed.run("--dry-run", str(filed.path / "inbox" / "aufnahme.docx"))
    assert [row["outcome"] for row in named.rows] == ["accepted"]
    assert "wait in the inbox" not in named.err
    later = filed.at("2026-11-22T09:20:00+01:00").run("--dry-run")
    assert sorted(row["outcome"] for row in later.rows) == ["accepted", "rejected"]
    assert "wait in the inbox" not in later.err


def test_a_run_of_named_files_takes_those_only(filed: Root) -> None:
    filed.drop("neu.docx", filed.filled(forms_of(CASE)[2]))
    filed.drop("spaeter.docx", filed.filled(forms_of(CASE)[3]))
    ran = filed.run(str(filed.path / "inbox" / "neu.docx"), "--jobs", "2")
    assert [row["outcome"] for row in ran.rows] == ["accepted"]
    assert (filed.path / "inbox" / "spaeter.docx").exists()


def test_text_output_and_messages(filed: Root) -> None:
    quiet = filed.command("run", "--no-pdf", "-q")
    assert (quiet.out, quiet.err) == ("nothing to take in\n", "")
    loud = filed.command("run", "--no-pdf", "-v")
    assert "PDFs are owed; the next run makes them" in loud.err


def test_a_wrong_clock_is_a_set_up_fault(root: Root) -> None:
    for wrong in ("gestern", "2026-11-22T09:00:00"):
        assert root.at(wrong).run().exit_code == 4


def test_a_second_run_at_the_same_time_says_so_and_leaves(root: Root) -> None:
    from fcntl import LOCK_EX, flock  # noqa: PLC0415 - this test only

    with (root.path / "archive" / "lock").open("w") as held:
        flock(held, LOCK_EX)
        ran = root.run()
    assert (ran.exit_code, "another run is at work" in ran.err) == (5, True)


def test_a_crash_tells_where_and_not_what(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: str) -> object:
        raise KeyError("Parwana")

    monkeypatch.setattr(importlib, "import_module", crash)
    result = CliRunner().invoke(main, ["run"])
    assert result.exit_code == 1
    assert "internal error (KeyError)" in result.stderr
    assert "Parwana" not in result.stderr
    assert "test_verbs.py" in crash_text(_raised())


def _raised() -> Exception:
    try:
        int("Parwana")
    except ValueError as error:
        return error
    raise AssertionError
