"""The same forms give the same bytes: in another process, folder and time zone, and on another day."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from make_forms import forms_of, load_case
from roots import Root

from formpipe.documents.office import office_program
from formpipe.pipeline import render

CASE = load_case("case4")
ON = "2026-03-02"
PLACES = (
    ("a", "Pacific/Auckland", "2026-03-01T23:30:00+01:00"),
    ("b/anders wo", "America/Caracas", "2026-03-03T07:00:00Z"),
)


def _formpipe(root: Path, zone: str, now: str, *arguments: str) -> None:
    environment = {**os.environ, "TZ": zone, "FORMPIPE_NOW": now}
    command = [sys.executable, "-m", "formpipe", *arguments, "-C", str(root)]
    ran = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
    assert ran.returncode == 0, ran.stderr


def _made(root: Root, number: str) -> dict[str, bytes]:
    """Return the papers of a case but for the receipt, which says when the form came in."""
    return {name: data for name, data in root.files("outbox", number).items() if not name.endswith("-eingang.txt")}


def _is_of_a_day(name: str) -> bool:
    return "briefing" in name or "freigabe" in name


@pytest.mark.parametrize("flags", [("--no-pdf",), pytest.param((), marks=(pytest.mark.office, pytest.mark.heavy))])
def test_the_same_forms_give_the_same_bytes(
    flags: tuple[str, ...], fresh: Callable[[str], Root], tmp_path: Path
) -> None:
    if not flags and office_program() is None:
        pytest.skip("no LibreOffice")
    versions: list[dict[str, bytes]] = []
    papers: list[set[bytes]] = []
    for place, zone, now in PLACES:
        folder = tmp_path / place
        folder.parent.mkdir(parents=True, exist_ok=True)
        root = fresh(str(CASE["carrier"])).copy(folder)
        root.drop("bogen.docx", root.filled(forms_of(CASE)[0]))
        _formpipe(folder, zone, now, "run", *flags)
        number = next(each.name for each in (folder / "outbox").iterdir() if each.name.startswith("MA-"))
        # The paper for the Jobcenter and the form to approve it are of a day, and are made again for one.
        versions.append({name: data for name, data in _made(root, number).items() if not _is_of_a_day(name)})
        if not flags:
            _formpipe(folder, zone, now, "briefing", number, "--on", ON)
        papers.append({data for name, data in _made(root, number).items() if _is_of_a_day(name)})
    one, other = versions
    assert {name.rpartition(".")[2] for name in one} == {"docx", "pdf"}
    assert len(one) >= 4
    assert sorted(one) == sorted(other)
    assert [name for name, data in one.items() if data != other[name]] == []
    both = papers[0] & papers[1]
    assert {data[:4] for data in both} == (set() if flags else {b"PK\x03\x04", b"%PDF"})


@pytest.mark.office
def test_two_workers_and_small_pieces_make_the_bytes_of_one_in_one_go(
    fresh: Callable[[str], Root], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if office_program() is None:
        pytest.skip("no LibreOffice")
    one = fresh(str(CASE["carrier"])).copy(tmp_path / "eins")
    for count in range(4):
        changed = {"person.family_name": f"Muster {count}", "case.case_id": None, "case.carrier": None}
        one.drop(f"{count}.docx", one.filled(forms_of(CASE)[0], changed=changed))
    two, pieces = one.copy(tmp_path / "zwei"), one.copy(tmp_path / "stücke")
    for root, jobs, at_once in ((one, "1", render._AT_ONCE), (two, "2", render._AT_ONCE), (pieces, "1", 9)):
        monkeypatch.setattr(render, "_AT_ONCE", at_once)
        ran = root.command("run", "--jobs", jobs)
        assert ran.exit_code == 0, ran.err
    made = one.files("outbox")
    assert sum("ueberpruefungsbogen-nach" in name for name in made) == 8
    assert sum(name.endswith(".pdf") and "integrationsplan" in name for name in made) == 4
    assert two.files("outbox") == pieces.files("outbox") == made
    kept = set(one.files("archive", "objects"))
    assert set(two.files("archive", "objects")) == set(pieces.files("archive", "objects")) == kept
