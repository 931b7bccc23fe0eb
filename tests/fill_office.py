"""Fills a Word blank through a real LibreOffice: opened, typed into over UNO, saved as DOCX.

LibreOffice 7.4 loses the tags and does not give the placeholder names to a
client, so the controls to fill are found by a mark that takes the place of
their hint in the copy that is opened. Nothing else of the blank is touched.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from fill_docx import WordForm, iso_date_of
from make_forms import Answer

_DEBIAN_PYTHON = Path("/usr/bin/python3")
_CLIENT = Path(__file__).with_name("uno_fill.py")
_TIMEOUT_S = 180
_ATTEMPTS = 3


def has_office() -> bool:
    """Tell whether LibreOffice and its Python bridge (Debian packages libreoffice-writer, python3-uno) are there."""
    if shutil.which("soffice") is None or not _DEBIAN_PYTHON.exists():
        return False
    return subprocess.run([_DEBIAN_PYTHON, "-c", "import uno"], check=False, capture_output=True).returncode == 0


def fill_docx_office(blank: bytes, answers: Mapping[str, Answer]) -> bytes:
    """Return *blank* with *answers*, as LibreOffice saves it: without tags, check boxes doubled.

    Raises:
        NoSuchFieldError: An answer has no control of its name, or its control is locked.
    """
    form = WordForm(blank)
    fields: list[dict[str, object]] = []
    for number, (name, answer) in enumerate(answers.items()):
        if form.shows(name, answer):
            continue
        mark = f"@@{number}@@"
        form.mark(name, answer, mark)
        if isinstance(answer, bool):
            fields.append({"mark": mark, "ticked": answer, "text": form.glyph(name, ticked=answer)})
        else:
            fields.append({"mark": mark, "text": answer, "date": iso_date_of(answer)})
    marked = form.save()
    for attempt in range(1, _ATTEMPTS + 1):
        with tempfile.TemporaryDirectory(prefix="formpipe-office-") as folder:
            try:
                return _through_office(Path(folder), marked, fields)
            except subprocess.CalledProcessError as error:
                # A negative code is a signal: the bridge itself crashed now and then (seen once in some 200 fillings).
                if error.returncode >= 0 or attempt == _ATTEMPTS:
                    raise
    raise AssertionError


def _through_office(folder: Path, blank: bytes, fields: list[dict[str, object]]) -> bytes:
    """Run LibreOffice with a profile of its own and the client beside it; both are gone afterwards in any case."""
    source, target, job = folder / "blank.docx", folder / "filled.docx", folder / "job.json"
    source.write_bytes(blank)
    job.write_text(json.dumps({"source": str(source), "target": str(target), "fields": fields}), encoding="utf-8")
    pipe = folder.name
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    office = subprocess.Popen(
        [*command, f"--accept=pipe,name={pipe};urp;"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        subprocess.run([_DEBIAN_PYTHON, _CLIENT, pipe, job], check=True, capture_output=True, timeout=_TIMEOUT_S)
        office.wait(timeout=_TIMEOUT_S)
    finally:
        _kill(office)
    return target.read_bytes()


def _kill(office: subprocess.Popen[bytes]) -> None:
    """End LibreOffice with its children; a process that has already gone is fine."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(office.pid, signal.SIGKILL)
    office.wait()
