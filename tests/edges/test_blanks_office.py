"""Word forms in a real LibreOffice: every kind of control takes what is typed, and only a control does."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import etree
from make_blanks import W, full_plan, part_of

from formpipe.blanks import write_form
from formpipe.model import Field
from formpipe.prefill import prefill_of
from formpipe.readers.read import read
from formpipe.schemas import Library

pytestmark = pytest.mark.office

SOFFICE = shutil.which("soffice")
PYTHON = Path("/usr/bin/python3")
CLIENT = Path(__file__).parents[1] / "uno_type.py"
TIMEOUT_S = 150
MIXED = "T'adesse ወልደ 17 & <Łódź> حسام"


@pytest.fixture(autouse=True)
def _office() -> None:
    if SOFFICE is None or not PYTHON.exists():
        pytest.skip("LibreOffice and python3-uno are not installed (apt-get install libreoffice-writer python3-uno)")


def _through_office(data: bytes, steps: list[dict[str, object]], folder: Path) -> bytes:
    """Return the form *data* as LibreOffice stores it after *steps*; nothing of LibreOffice stays behind."""
    source, target = folder / "form.docx", folder / "typed.docx"
    source.write_bytes(data)
    client = subprocess.Popen(
        [str(PYTHON), str(CLIENT), str(SOFFICE), str(folder / "profile"), str(source), str(target)],
        stdin=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        client.communicate(json.dumps(steps), timeout=TIMEOUT_S)
    finally:
        if client.poll() is None:
            os.killpg(client.pid, signal.SIGTERM)  # the client ends its LibreOffice
            client.wait(timeout=TIMEOUT_S)
    assert client.returncode == 0
    return target.read_bytes()


def _place(data: bytes, name: str, shown: str) -> int:
    """Return how often the text *shown* stands on the form before the control *name*, which shows it."""
    count = 0
    for text in part_of(data, "word/document.xml").iter(f"{W}t"):
        control = next(text.iterancestors(f"{W}sdt"), None)
        if control is not None and _tag(control) == name:
            assert text.text == shown
            return count
        count += (text.text or "").count(shown)
    raise AssertionError(name)


def _tag(control: etree._Element) -> str:
    tag = control.find(f"{W}sdtPr/{W}tag")
    assert tag is not None
    return str(tag.get(f"{W}val"))


def _by_name(data: bytes) -> Mapping[str, Field]:
    return {field.name: field for field in read(data).fields}


def test_every_kind_of_control_takes_what_is_typed(library: Library, tmp_path: Path) -> None:
    blank = write_form(library.newest("intake"), fmt="docx", carrier="CAR")
    steps = [
        ("person.family_name", "eintragen", MIXED),
        ("form.filled_on", "TT.MM.JJJJ", "28.02.2026"),
        ("person.birth_date", "TT.MM.JJJJ", "00.00.1990"),
        ("form.language_used", "auswählen", "Arabisch"),
        ("education.school_years", "Zahl", "12"),
        ("finance.urgent[strom]", "☐", None),
    ]
    jobs: list[dict[str, object]] = [
        {"hint": hint, "place": _place(blank, name, hint)} | ({} if text is None else {"text": text})
        for name, hint, text in steps
    ]
    # a label is protected: what is typed over it must not arrive
    jobs.append({"hint": "Haushaltsnummer", "place": 0, "text": "UNERLAUBT"})

    stored = _through_office(blank, jobs, tmp_path)

    before, after = _by_name(blank), _by_name(stored)
    assert list(after) == list(before)
    changed = {name: field for name, field in after.items() if field.value != before[name].value}
    assert {name: field.display or field.value for name, field in changed.items()} == {
        "person.family_name": MIXED,
        "form.filled_on": "28.02.2026",
        "person.birth_date": "00.00.1990",
        "form.language_used": "Arabisch",
        "education.school_years": "12",
        "finance.urgent[strom]": True,
    }
    assert changed["form.language_used"].value == "ar"
    assert "UNERLAUBT" not in etree.tostring(part_of(stored, "word/document.xml"), encoding="unicode")
    assert read(stored).marks == read(blank).marks


def test_a_prefilled_form_that_is_only_saved_stays_the_same(library: Library, tmp_path: Path) -> None:
    definition = library.newest("review")
    prefill = prefill_of(full_plan(definition), definition, base="e" * 64)
    form = write_form(definition, fmt="docx", carrier="CAR", prefill=prefill)

    stored = _through_office(form, [], tmp_path)

    before, after = _by_name(form), _by_name(stored)
    assert {name: (field.value, field.state) for name, field in after.items()} == {
        name: (field.value, field.state) for name, field in before.items()
    }
    assert read(stored).marks == read(form).marks
