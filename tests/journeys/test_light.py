"""What a run loads: large libraries only where there is work for them, for each is memory that stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from make_forms import forms_of, load_case
from roots import NOW, Root

_LARGE = {"alembic", "fontTools", "pdfplumber", "pikepdf", "pypdf", "reportlab", "rich"}
_RUN = """
import json, sys
from formpipe.cli.group import main
try:
    main(["run", "--no-pdf", "-q", "-C", sys.argv[1]])
except SystemExit as ended:
    print(json.dumps([ended.code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def loaded_by_a_run(root: Root) -> tuple[int, set[str]]:
    """Return the exit code of a run in a process of its own, and which of the large libraries it has loaded."""
    ran = subprocess.run(
        [sys.executable, "-c", _RUN, str(root.path)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "FORMPIPE_NOW": NOW},
    )
    code, names = json.loads(ran.stdout.splitlines()[-1])
    return int(code), _LARGE & set(names)


def test_a_run_without_work_loads_none_of_them(root: Root) -> None:
    root.run()
    assert loaded_by_a_run(root) == (0, set())


@pytest.mark.parametrize("data", [b"%PDF-1.7\n%%EOF\n", b"<html>", b"Hallo"])
def test_nor_does_one_that_refuses_a_file_unread(root: Root, data: bytes) -> None:
    root.drop("bogen.pdf", data)
    assert loaded_by_a_run(root) == (3, set())


def test_a_rejected_word_form_goes_back_without_them(root: Root) -> None:
    root.drop("bogen.docx", root.filled(forms_of(load_case("new"))[0], changed={"person.birth_date": "31.02.1990"}))
    assert loaded_by_a_run(root) == (3, set())


def test_a_rejected_pdf_form_is_read_in_the_reading_process_alone(root: Root) -> None:
    changed = {"person.birth_date": "31.02.1990"}
    root.drop("bogen.pdf", root.filled(forms_of(load_case("new"))[0], fmt="pdf", changed=changed))
    assert loaded_by_a_run(root) == (3, {"pikepdf"})
    notes = [data for name, data in root.files("outbox", "korrektur").items() if name.endswith(".pdf")]
    assert b"formpipe:" in notes[0]


def test_an_accepted_form_needs_what_draws_pdf_forms_and_no_more(root: Root) -> None:
    root.drop("bogen.docx", root.filled(forms_of(load_case("new"))[0]))
    assert loaded_by_a_run(root) == (0, {"fontTools", "pikepdf", "reportlab"})
