"""Papers for the client: asked for by `render`, or made with every version of the plan."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, cast

import pytest
from expected import text_of_docx
from make_forms import forms_of, load_case
from roots import Root, number_of

from formpipe.documents.bilingual import REVIEWED, UNREVIEWED, UNTRANSLATED
from formpipe.documents.text import docx_text
from formpipe.known import NO_BREAK
from formpipe.resources import shipped

CASE = load_case("case3")  # reads Ukrainian
NUMBER = number_of(CASE)


@pytest.fixture(scope="module")
def made(fresh: Callable[[str], Root], tmp_path_factory: pytest.TempPathFactory) -> Root:
    """A root that gives Ukrainian readers their plan in both languages, and has taken in an intake."""
    root = fresh(str(CASE["carrier"])).copy(tmp_path_factory.mktemp("client") / "root")
    settings = root.path / "formpipe.toml"
    settings.write_text('client_languages = ["uk", "ti"]\n' + settings.read_text(encoding="utf-8"), encoding="utf-8")
    root.drop("bogen.docx", root.filled(forms_of(CASE)[0]))
    assert root.run().exit_code == 0
    return root


@pytest.fixture
def filed(made: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Root:
    """A copy of it, without an office."""
    monkeypatch.setattr("formpipe.pipeline.render.office_program", lambda: None)
    return made.copy(tmp_path / "filed")


def papers_of(root: Root) -> dict[str, str]:
    return {
        name: text_of_docx(data)
        for name, data in root.files("outbox", NUMBER).items()
        if name.endswith(".docx") and ("integrationsplan" in name or "einfache" in name)
    }


def test_a_client_gets_the_plan_in_the_language_they_read(filed: Root) -> None:
    plain, both = sorted(papers_of(filed), key=len)
    assert both == plain.replace(".docx", "-uk.docx")
    text = papers_of(filed)[both]
    assert "Meine Ziele im Überblick" in text
    assert "Огляд моїх цілей" in text
    assert UNREVIEWED in text
    for name in (plain, both):  # a symbol stays with its word
        assert f"○{NO_BREAK}" in docx_text(filed.files("outbox", NUMBER)[name])
    receipt = next(
        data.decode() for name, data in filed.files("outbox", NUMBER).items() if name.endswith("eingang.txt")
    )
    assert both in receipt
    assert "Ausgabe für die Klientin oder den Klienten" in receipt


def test_a_new_version_takes_the_older_papers_away(filed: Root) -> None:
    made = filed.command("render", NUMBER, "--large")
    assert (made.exit_code, "-v1-gross.docx" in made.out) == (0, True)
    filed.drop("bogen.docx", filed.filled(forms_of(CASE)[1]))
    assert filed.run().exit_code == 0
    names = sorted(papers_of(filed))
    assert len(names) == 2
    assert all("-v2" in name for name in names)


def test_without_the_setting_nothing_is_made_unasked(new_root: Callable[[str], Root]) -> None:
    root = new_root(str(CASE["carrier"]))
    root.drop("bogen.docx", root.filled(forms_of(CASE)[0]))
    root.run()
    assert len(papers_of(root)) == 1


def test_papers_are_made_anew_when_the_word_list_has_changed(filed: Root) -> None:
    before = filed.command("render", NUMBER, "--language", "uk", "--sheet")
    assert before.exit_code == 0, before.err
    place = next(line for line in before.out.splitlines() if line.endswith(".docx"))
    assert place.endswith("einfache-sprache-v1-uk.docx")
    assert UNREVIEWED in text_of_docx((filed.path / "outbox" / place).read_bytes())
    own = filed.path / "templates" / "sprachen" / "uk.po"
    own.parent.mkdir(parents=True)
    shipped_list = (shipped("templates") / "sprachen" / "uk.po").read_text(encoding="utf-8")
    own.write_text(shipped_list.replace("FULL NAME <EMAIL@ADDRESS>", "Amal Muster"), encoding="utf-8")
    assert filed.command("render", NUMBER, "--language", "uk", "--sheet").exit_code == 0
    text = text_of_docx((filed.path / "outbox" / place).read_bytes())
    assert UNREVIEWED not in text
    assert REVIEWED in text
    assert filed.command("verify").exit_code == 0


def test_plain_german_has_a_short_name(filed: Root) -> None:
    ran = filed.command("render", NUMBER, "--language", "leicht")
    assert (ran.exit_code, "-v1-de-x-leicht.docx" in ran.out) == (0, True)


@pytest.mark.parametrize("language", ["fa", "ro"])  # a list without texts, and none
def test_without_a_word_list_the_paper_is_in_german(filed: Root, language: str) -> None:
    ran = filed.command("render", NUMBER, "--language", language)
    assert ran.exit_code == 0
    assert f"no word list for '{language}' yet" in ran.err
    place = next(line for line in ran.out.splitlines() if line.endswith(f"-{language}.docx"))
    text = text_of_docx((filed.path / "outbox" / place).read_bytes())
    assert "Meine Ziele im Überblick" in text
    assert text.count(UNTRANSLATED) == 1
    assert UNREVIEWED not in text


def test_the_setting_takes_a_language_whose_list_is_empty_and_no_other(
    new_root: Callable[[str], Root], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formpipe.pipeline.render.office_program", lambda: None)
    root = new_root(str(CASE["carrier"]))
    settings = root.path / "formpipe.toml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(f'client_languages = ["fa"]\n{before}', encoding="utf-8")
    form = deepcopy(forms_of(CASE)[0])
    cast("dict[str, Any]", form["contact"])["reading_language"] = "fa"
    root.drop("bogen.docx", root.filled(form))
    assert root.run().exit_code == 0
    assert [name for name in papers_of(root) if name.endswith("-v1-fa.docx")]
    settings.write_text(f'client_languages = ["farsi"]\n{before}', encoding="utf-8")
    told = root.command("doctor")
    assert told.exit_code == 4
    assert "'farsi' is no language of the forms" in told.out


@pytest.mark.parametrize("language", ["xx", "keine_angabe"])
def test_a_language_that_no_form_knows_is_told(filed: Root, language: str) -> None:
    ran = filed.command("render", NUMBER, "--language", language)
    assert ran.exit_code == 4
    assert f"'{language}' is no language of the forms" in ran.err
    assert "uk" in ran.err


@pytest.mark.parametrize("arguments", [("--all", "--large"), (NUMBER, "--sheet", "--version", "1")])
def test_papers_for_a_client_are_of_one_case_now(filed: Root, arguments: tuple[str, ...]) -> None:
    ran = filed.command("render", *arguments)
    assert ran.exit_code == 2
    assert "one CASE" in ran.err


def test_doctor_finds_a_broken_word_list(root: Root) -> None:
    assert "ok       papers for clients" in root.command("doctor").out
    own = root.path / "templates" / "sprachen" / "uk.po"
    own.parent.mkdir(parents=True)
    own.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Stand: {{ goal.status }}"\nmsgstr "Стан: {{ goal.titel }}"\n',
        encoding="utf-8",
    )
    ran = root.command("doctor")
    assert ran.exit_code == 4
    line = next(each for each in ran.out.splitlines() if "papers for clients" in each)
    assert line.startswith("missing")
    assert "other tags" in line


@pytest.mark.parametrize("value", ['"uk"', "[1]"])
def test_client_languages_is_a_list(root: Root, value: str) -> None:
    settings = root.path / "formpipe.toml"
    settings.write_text(f"client_languages = {value}\n" + settings.read_text(encoding="utf-8"), encoding="utf-8")
    ran = root.command("doctor")
    assert ran.exit_code == 4
    assert "'client_languages' must be a list of texts" in ran.err + ran.out


def test_a_sheet_without_its_template_stays_owed(filed: Root, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("formpipe.pipeline.clientpapers.FILES", {"plan": "x.docx", "sheet": f"{tmp_path}/weg.docx"})
    ran = filed.command("render", NUMBER, "--sheet")
    assert ran.exit_code == 4
    assert "the template" in ran.err
