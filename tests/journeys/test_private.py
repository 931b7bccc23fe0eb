"""What the real command makes is its user's alone, and nothing of its memory reaches a file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from make_forms import forms_of, load_case
from roots import NOW, Root

_INTAKE = forms_of(load_case("new"))[0]
_FORMPIPE = Path(sys.executable).with_name("formpipe")


def _command(*arguments: str, umask: int = 0o022, path: str = "/nowhere") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "FORMPIPE_NOW": NOW, "PATH": path}
    command = [str(_FORMPIPE), *arguments]
    return subprocess.run(command, env=environment, umask=umask, check=False, capture_output=True, text=True)


def _open_to_others(folder: Path) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.stat().st_mode & 0o077)


def test_nothing_that_is_made_can_be_read_by_others(tmp_path: Path, root: Root) -> None:
    made = tmp_path / "neu"
    assert _command("init", str(made), "--carrier", "STA").returncode == 0
    (made / "inbox" / "Muster.docx").write_bytes(root.filled(_INTAKE))
    (made / "inbox" / "Muster.docx").chmod(0o600)
    (made / "inbox" / "kaputt.pdf").write_bytes(b"%PDF-1.7 %%EOF")
    (made / "inbox" / "kaputt.pdf").chmod(0o600)
    ran = _command("run", "-C", str(made), "--no-pdf")
    assert ran.returncode == 3, ran.stderr
    assert made.stat().st_mode & 0o777 == 0o700
    assert _open_to_others(made) == []


def test_an_outbox_opened_to_a_group_stays_so_and_the_archive_does_not(root: Root) -> None:
    outbox = root.path / "outbox"
    outbox.chmod(0o2750)
    root.drop("Muster.docx", root.filled(_INTAKE))
    assert _command("run", "-C", str(root.path), "--no-pdf").returncode == 0
    papers = [each for each in outbox.rglob("*.docx") if each.parent.name != "vorlagen"]
    assert papers
    assert {each.stat().st_mode & 0o777 for each in papers} == {0o640}
    assert {each.parent.stat().st_mode & 0o777 for each in papers} == {0o750}
    assert _open_to_others(root.path / "archive") == []


def test_an_open_archive_is_refused_and_open_folders_are_warned_of(root: Root) -> None:
    for name in ("inbox", "outbox"):
        (root.path / name).chmod(0o755)
    told = root.command("doctor").out
    assert "warning  folder inbox: everybody on this machine can look into it" in told
    assert "warning  folder outbox: everybody on this machine can look into it" in told
    (root.path / "archive").chmod(0o750)
    refused = root.run()
    assert refused.exit_code == 5
    assert "others can read the archive" in refused.err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ulimit -H -c of a shell")
def test_no_process_may_dump_its_memory(tmp_path: Path, root: Root) -> None:
    """Not this one and not LibreOffice (a script here that notes its limits); the reading process has its own test."""
    programs, noted = tmp_path / "bin", tmp_path / "limits"
    programs.mkdir()
    (programs / "soffice").write_text(f'#!/bin/bash\necho "$(ulimit -S -c) $(ulimit -H -c)" >> {noted}\n')
    (programs / "soffice").chmod(0o755)
    root.drop("Muster.docx", root.filled(_INTAKE))
    ran = _command("run", "-C", str(root.path), path=f"{programs}:{os.environ['PATH']}")
    assert "LibreOffice made no PDF" in ran.stderr
    assert set(noted.read_text().split()) == {"0"}


def test_temp_files_lie_in_the_root_and_go_at_the_next_start(root: Root, tmp_path: Path) -> None:
    left = [root.path / "archive" / ".work-x", root.path / ".work-restore"]
    for each in left:
        each.mkdir()
        (each / "plan.docx").write_bytes(b"Muster")
    for place in ("archive/objects/.tmp-1", "outbox/.tmp-2", "archive/.tmp-3"):
        (root.path / place).write_bytes(b"Muster")
        left.append(root.path / place)
    (root.path / "archive" / "lock").write_bytes(b"!")
    temp = tmp_path / "tmp"
    temp.mkdir()
    root.drop("Muster.docx", root.filled(_INTAKE))
    environment = {**os.environ, "FORMPIPE_NOW": NOW, "TMPDIR": str(temp)}
    watched = subprocess.run(
        [str(_FORMPIPE), "run", "-C", str(root.path), "--no-pdf"], env=environment, check=False, capture_output=True
    )
    assert watched.returncode == 0
    assert [each for each in left if each.exists()] == []
    assert list(temp.iterdir()) == []
