"""Forms that a real LibreOffice saved: typed into, or only opened and saved."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from make_docx import Word, docx_of, p, run, sdt, table, text_control
from typed_texts import TEXTS

from formpipe.blanks.write import write_form
from formpipe.model import Field, FieldState
from formpipe.readers.read import read
from formpipe.schemas import Library

pytestmark = pytest.mark.office
TYPIST = Path(__file__).parent.parent / "uno_type.py"
PYTHON = "/usr/bin/python3"
TIMEOUT_S = 180


def run_group(command: Sequence[str], text: str = "") -> None:
    """Run *command* in a group of its own, which is gone afterwards in any case."""
    program = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        _, errors = program.communicate(text.encode(), timeout=TIMEOUT_S)
    finally:
        try:
            os.killpg(program.pid, signal.SIGKILL)
        except ProcessLookupError:
            program.wait()
    assert program.returncode == 0, errors.decode(errors="replace")


def soffice() -> str:
    found = shutil.which("soffice")
    assert found is not None, "LibreOffice is missing: apt-get install libreoffice-writer python3-uno"
    return found


def saved(data: bytes, folder: Path) -> dict[str, Field]:
    """The fields of *data* after LibreOffice opened and saved it."""
    (folder / "in.docx").write_bytes(data)
    profile, target = f"-env:UserInstallation={(folder / 'profile').as_uri()}", folder / "out"
    command = [soffice(), profile, "--headless", "--norestore", "--convert-to", "docx", "--outdir", str(target)]
    run_group([*command, str(folder / "in.docx")])
    return {field.name: field for field in read((target / "in.docx").read_bytes()).fields}


def facts(fields: dict[str, Field]) -> dict[str, tuple[object, ...]]:
    return {name: (field.type, field.state, field.value, field.display) for name, field in fields.items()}


@pytest.mark.parametrize("kind", ["intake", "review"])
def test_a_blank_is_as_empty_as_before(library: Library, tmp_path: Path, kind: str) -> None:
    blank = write_form(library.newest(kind), fmt="docx", carrier="CAR")
    before, after = read(blank), saved(blank, tmp_path)
    assert facts(after) == facts({field.name: field for field in before.fields})
    assert {field.name_source for field in after.values()} == {"placeholder"}
    assert read((tmp_path / "out/in.docx").read_bytes()).marks == before.marks


def test_what_is_typed_into_every_kind_of_control_is_read(library: Library, tmp_path: Path) -> None:
    blank = write_form(library.newest("intake"), fmt="docx", carrier="CAR")
    before = {field.name: field for field in read(blank).fields}
    steps = [
        {"hint": "eintragen", "place": 0, "text": "T'adesse ወልደ 17"},
        {"hint": "eintragen", "place": 1, "text": "A & B < C"},
        {"hint": "TT.MM.JJJJ", "place": 0, "text": "03.04.2026"},
        {"hint": "TT.MM.JJJJ", "place": 1, "text": "00.00.1990"},
        {"hint": "auswählen", "place": 0, "text": "Arabisch"},
    ]
    (tmp_path / "in.docx").write_bytes(blank)
    names = ("profile", "in.docx", "out.docx")
    run_group([PYTHON, str(TYPIST), soffice(), *(str(tmp_path / name) for name in names)], json.dumps(steps))
    after = {field.name: field for field in read((tmp_path / "out.docx").read_bytes()).fields}
    changed = [field for name, field in after.items() if field.value != before[name].value]
    assert {field.value for field in changed} == {"T'adesse ወልደ 17", "A & B < C", "2026-04-03", "00.00.1990", "ar"}
    assert {field.state for field in changed} == {FieldState.FILLED}
    assert {flag for field in after.values() for flag in field.flags} == set()
    assert len(after) == len(before)


def test_every_script_is_read_as_it_was_typed(library: Library, tmp_path: Path) -> None:
    blank = write_form(library.newest("intake"), fmt="docx", carrier="CAR")
    before = {field.name: field for field in read(blank).fields}
    steps = [{"hint": "eintragen", "place": place, "text": text} for place, text in enumerate(TEXTS)]
    (tmp_path / "in.docx").write_bytes(blank)
    names = ("profile", "in.docx", "out.docx")
    run_group([PYTHON, str(TYPIST), soffice(), *(str(tmp_path / name) for name in names)], json.dumps(steps))
    after = {field.name: field for field in read((tmp_path / "out.docx").read_bytes()).fields}
    changed = [field for name, field in after.items() if field.value != before[name].value]
    assert sorted(str(field.value) for field in changed) == sorted(TEXTS)
    assert {field.flags for field in changed} == {()}


def test_what_libreoffice_loses_is_made_good(tmp_path: Path) -> None:
    def own(name: str, more: str = "") -> str:
        return f'<w:tag w:val="{name}"/><w:placeholder><w:docPart w:val="fp.{name}"/></w:placeholder>{more}'

    check = '<w14:checkbox><w14:checked w14:val="{}"/><w14:checkedState w14:val="2612"/></w14:checkbox>'
    choice = '<w:dropDownList><w:listItem w:displayText="ja" w:value="y"/></w:dropDownList>'
    date = '<w:date w:fullDate="2026-03-31T00:00:00Z"><w:dateFormat w:val="dd.MM.yyyy"/><w:lid w:val="de-DE"/></w:date>'
    answers = {
        "plain": (own("plain", "<w:text/>"), "T'adesse ወልደ 17"),
        "rich": (own("rich"), "Łódź أمينة 17"),
        "yes": (own("yes", check.format(1)), "☒"),
        "no": (own("no", check.format(0)), "☐"),
        "choice": (own("choice", choice), "ja"),
        "date": (own("date", date), "31.03.2026"),
        "combo": (own("combo", choice.replace("dropDownList", "comboBox")), "eigenes"),
    }
    rows = [[p(run(name)), p(sdt(properties, run(text)))] for name, (properties, text) in answers.items()]
    marks = {"FormpipeForm": "intake", "FormpipeVersion": "2026.1"}
    found = saved(docx_of(Word(body=table(*rows), properties=marks)), tmp_path)
    assert {name: field.value for name, field in found.items()} == {
        "plain": "T'adesse ወልደ 17",
        "rich": "Łódź أمينة 17",
        "yes": True,
        "no": False,
        "choice": "y",
        "date": "2026-03-31",
        "combo": "eigenes",
    }
    assert {name: field.flags for name, field in found.items() if field.flags} == {"combo": ("off_list",)}


def test_a_form_of_somebody_else_keeps_its_labels(tmp_path: Path) -> None:
    body = table([p(run("Familienname")), p(text_control("name", "Öztürk", '<w:alias w:val="Name"/>'))])
    (field,) = saved(docx_of(body), tmp_path).values()
    assert field.value == "Öztürk"
    assert field.name in {"Name", "Familienname"}
