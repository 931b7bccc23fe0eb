"""The developer's set of hostile files under our own forms: each comes to an outcome that its manifest allows.

The set is made by a program that lies outside the repository (`FORMPIPE_HOSTILE`
names it); without it these tests are skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from expected import text_of_docx
from make_forms import forms_of, load_case
from roots import Ran, Root

pytestmark = pytest.mark.heavy

_MAKER = Path(os.environ.get("FORMPIPE_HOSTILE", "/nowhere/make_hostile.py"))
_RECORD = forms_of(load_case("new"))[0]
_CANARY = "Kanarienvogel im Keller 4711"
_GOOD = {
    "case.case_id": "MA-STA-2026-0042",
    "person.family_name": "Beispiel-Wächter",
    "person.birth_date": "08.03.1991",
    "goals[0].title": "Sprachkurs B1 am Montag",
    "contact.phone": "0621 4960960",
}
_ROLES = {
    "case_id": "case.case_id",
    "name": "person.family_name",
    "date": "person.birth_date",
    "text": "goals[0].title",
    "phone": "contact.phone",
    "email": "contact.email-of-no-form",
    "choice": "contact.choice-of-no-form",
    "consent": "contact.consent-of-no-form",
}
_REFUSED = {"rejected", "held", "returned"}


class Listener:
    """Counts who connects to a port of this machine."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                self._socket.accept()[0].close()
            except OSError:
                return
            self.connections += 1

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory, fresh: Callable[[str], Root], listener: Listener) -> Path:
    """The cases, made of our own filled forms."""
    if not _MAKER.is_file():
        pytest.skip("the program that makes hostile files is not here (FORMPIPE_HOSTILE)")
    folder = tmp_path_factory.mktemp("hostile")
    root = fresh("STA")
    (folder / "good.docx").write_bytes(root.filled(_RECORD, changed=_GOOD))
    (folder / "good.pdf").write_bytes(_with_flat_names(root.filled(_RECORD, fmt="pdf", changed=_GOOD)))
    (folder / "canary.txt").write_text(_CANARY, encoding="utf-8")
    said = {"keys": _GOOD, "roles": _ROLES, "pdf_keys": {}}
    (folder / "map.json").write_text(json.dumps(said), encoding="utf-8")
    command = [sys.executable, str(_MAKER), str(folder / "out"), "--map", str(folder / "map.json")]
    command += ["--docx", str(folder / "good.docx"), "--pdf", str(folder / "good.pdf")]
    command += ["--port", str(listener.port), "--canary", str(folder / "canary.txt")]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "out"


def _with_flat_names(data: bytes) -> bytes:
    """Let the fields that are attacked stand at the root under their whole names: so the maker finds them."""
    with pikepdf.open(BytesIO(data)) as pdf:
        fields = pdf.Root.AcroForm.Fields
        for page in pdf.pages:
            for widget in page.Annots:
                parents, above = [], widget
                while "/Parent" in above:
                    above = above.Parent
                    parents.append(above)
                name = ".".join(str(each.T) for each in [*reversed(parents), widget] if "/T" in each)
                if name in _GOOD and parents:
                    kids = [each for each in parents[0].Kids if each.objgen != widget.objgen]
                    parents[0].Kids = pikepdf.Array(kids)
                    del widget.Parent
                    widget.T = pikepdf.String(name)
                    fields.append(widget)
        out = BytesIO()
        pdf.save(out)
        return out.getvalue()


@cache
def _cases(kit: Path) -> list[dict[str, Any]]:
    return list(json.loads((kit / "manifest.json").read_text(encoding="utf-8"))["cases"])


def _prepared(case: dict[str, Any], kit: Path, root: Root) -> None:
    """Copy the case's files into the inbox and drop a good form of somebody else beside them."""
    for each in sorted((kit / case["name"]).iterdir()):
        if each.name != ".complete":
            subprocess.run(["cp", "-a", str(each), str(root.path / "inbox")], check=True)
            if each.is_file() and not each.is_symlink() and "ignored" in case["expect"]:
                os.utime(root.path / "inbox" / each.name)
    other = {"person.family_name": "Nachbarin", "person.birth_date": "01.02.1980"}
    root.drop("zz-gut.docx", root.filled(_RECORD, changed=other))


def _outcome(ran: Ran, root: Root, names: list[str]) -> str:
    """Return what became of the hostile file in the manifest's words."""
    rows = [row for row in ran.rows if row["case"] is None or not _is_neighbour(root, row["case"])]
    if any(row["outcome"] in _REFUSED for row in rows):
        return "rejected"
    if any(row["outcome"] == "accepted" for row in rows):
        return "accepted_literal"
    left = {each.name for each in (root.path / "inbox").iterdir()}
    return "ignored" if left & set(names) else "nothing"


def _is_neighbour(root: Root, number: str) -> bool:
    values = json.dumps(root.show(number), ensure_ascii=False)
    return "Nachbarin" in values


def _literal_kept(root: Root, ran: Ran, check: dict[str, str]) -> bool:
    number = next(
        row["case"] for row in ran.rows if row["outcome"] == "accepted" and not _is_neighbour(root, row["case"])
    )
    found = root.command("explain", number, check["key"], "--format", "json")
    plan = next(data for name, data in root.files("outbox", number).items() if "integrationsplan" in name)
    wanted = check["literal"]
    in_plan = wanted in text_of_docx(plan)
    return wanted in json.dumps(found.rows, ensure_ascii=False).replace('\\"', '"') and in_plan


def test_every_hostile_case_comes_to_an_outcome_that_is_allowed(
    kit: Path, fresh: Callable[[str], Root], tmp_path: Path, listener: Listener
) -> None:
    faults = []
    outside = sorted(str(each) for each in tmp_path.parent.glob("*evil*"))
    for case in _cases(kit):
        root = fresh("STA").copy(tmp_path / case["name"])
        _prepared(case, kit, root)
        names = sorted(each.name for each in (kit / case["name"]).iterdir())
        began = time.monotonic()
        ran = root.run()
        took = time.monotonic() - began
        outcome = _outcome(ran, root, names)
        if outcome not in case["expect"]:
            faults.append(f"{case['name']}: {outcome}, allowed {case['expect']}")
        if (
            outcome == "accepted_literal"
            and "literal" in case.get("check", {})
            and not _literal_kept(root, ran, case["check"])
        ):
            faults.append(f"{case['name']}: not kept literally")
        good = [row for row in ran.rows if row["outcome"] == "accepted" and _is_neighbour(root, row["case"])]
        if len(good) != 1:
            faults.append(f"{case['name']}: the good form beside it came to {ran.rows} {ran.err}")
        if took > case["max_seconds"] + 10:  # the good form beside it, and a busy machine
            faults.append(f"{case['name']}: took {took:.0f} s")
        said = ran.out + ran.err + "".join(path for path in root.files("outbox", "korrektur"))
        told = [
            each
            for each in (_CANARY, *_GOOD.values(), "Nachbarin", "Muster")
            if each in said and each != _GOOD["case.case_id"]
        ]
        if told or _holds(root, _CANARY.encode()):
            faults.append(f"{case['name']}: tells {told} or the canary")
        if root.command("verify").exit_code:
            faults.append(f"{case['name']}: the record does not verify")
        shutil.rmtree(root.path)
    assert len(_cases(kit)) >= 30
    assert listener.connections == 0
    assert sorted(str(each) for each in tmp_path.parent.glob("*evil*")) == outside
    assert not list(tmp_path.rglob("*evil*"))
    assert faults == []


def _holds(root: Root, words: bytes) -> bool:
    link_free = (each for each in root.path.rglob("*") if each.is_file() and not each.is_symlink())
    return any(words in each.read_bytes() for each in link_free)
