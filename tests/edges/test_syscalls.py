"""What a run asks of the system, seen from outside by strace: nothing gets its name before it is on the disk."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from make_forms import forms_of, load_case
from measured import FORMPIPE
from roots import NOW, Root

_CALLS = "write,pwrite64,writev,ftruncate,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat"
_LINE = re.compile(r"^(?:\[pid +)?(\d+)\]? +(\w+)\((.*)\) += (-?\d+)")
_UNFINISHED = " <unfinished ...>"
_RESUMED = re.compile(r"^\d+ +<\.\.\. \w+ resumed>(.*)")
_PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')
_HANDLE = re.compile(r"^(\d+)<([^>]*)>")
_WRITES = {"write", "pwrite64", "writev", "ftruncate"}
_SYNCS = {"fsync", "fdatasync"}
_NAMES = {"rename", "renameat", "renameat2", "link", "linkat"}


class Audit:
    """Follows which files below *root* have been written and not brought to the disk since."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._unsynced: set[str] = set()
        self._dirty: set[str] = set()
        self._begun: dict[str, str] = {}
        self.named = 0
        self.let_go = 0
        self.faults: list[str] = []

    def line(self, line: str) -> None:
        """Take note of one call that succeeded; one that another process came in between is told in two lines."""
        process = line.split(" ", 1)[0]
        if line.endswith(_UNFINISHED):
            self._begun[process] = line.removesuffix(_UNFINISHED)
            return
        if resumed := _RESUMED.match(line):
            line = self._begun.pop(process, "") + resumed[1]
        found = _LINE.match(line)
        if not found or int(found[4]) < 0:
            return
        call, told = found[2], found[3]
        handle = _HANDLE.match(told)
        if handle and handle[2].startswith(self._root):
            if call in _WRITES and not self._may_be_lost(handle[2]):
                self._unsynced.add(handle[2])
            elif call in _SYNCS:
                self._unsynced.discard(handle[2])
                self._dirty.discard(handle[2])
        paths = [each for each in _PATH.findall(told) if each.startswith(self._root)]
        if call in _NAMES and len(paths) > 1:
            self._name(*paths[:2])
        if call in {"unlink", "unlinkat"} and paths:
            self._unlink(paths[0])

    def unsynced(self) -> list[str]:
        """Return what was written and is not on the disk at the end."""
        return sorted(self._unsynced)

    def _name(self, source: str, target: str) -> None:
        self.named += 1
        if source in self._unsynced and not self._may_be_lost(target):
            self.faults.append(f"named before it was synced: {Path(target).name}")
        self._dirty.add(str(Path(target).parent))
        self._unsynced.discard(source)

    def _unlink(self, path: str) -> None:
        if "/inbox/.formpipe/" in path and not Path(path).name.startswith("."):
            self.let_go += 1
            if left := self._unsynced | {each for each in self._dirty if not self._may_be_lost(each)}:
                self.faults.append(f"let go of a form while not on the disk: {sorted(left)}")

    def _may_be_lost(self, path: str) -> bool:
        """Tell whether *path* is made again: work folders, the database's own journal, the lock's mark."""
        return "/.work-" in path or Path(path).name in {"lock", "ledger.sqlite-journal"}


@pytest.mark.heavy
@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace: apt-get install strace")
def test_nothing_is_named_or_let_go_of_before_it_is_on_the_disk(root: Root, tmp_path: Path) -> None:
    record = forms_of(load_case("new"))[0]
    root.drop("gut.docx", root.filled(record))
    root.drop("falsch.docx", root.filled(record, changed={"person.birth_date": "31.02.1990"}))
    log = tmp_path / "calls"
    command = ["strace", "-f", "--seccomp-bpf", "-y", "-s", "4096", "-e", f"trace={_CALLS}", "-o", str(log)]
    command += [str(FORMPIPE), "run", "-C", str(root.path), "--no-pdf"]
    environment = {**os.environ, "FORMPIPE_NOW": NOW}
    ran = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if "ptrace" in ran.stderr.lower():
        pytest.skip("this machine does not let a program be traced")
    assert ran.returncode == 3, ran.stderr
    audit = Audit(root.path)
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        audit.line(line)
    assert audit.named > 15
    assert audit.let_go == 2
    assert audit.faults == []
    assert audit.unsynced() == []


def test_a_call_that_is_told_in_two_lines_counts(tmp_path: Path) -> None:
    audit = Audit(tmp_path)
    for line in (
        f'12 write(5<{tmp_path}/.tmp>, "x", 1) = 1',
        f"12 fsync(5<{tmp_path}/.tmp> <unfinished ...>",
        '13 write(1<pipe:[1]>, "x", 1) = 1',
        "12 <... fsync resumed>)              = 0",
    ):
        audit.line(line)
    assert audit.unsynced() == []


def test_the_audit_sees_a_file_that_was_not_synced(tmp_path: Path) -> None:
    audit = Audit(tmp_path)
    for line in (
        f'12 openat(AT_FDCWD</>, "{tmp_path}/.tmp", O_WRONLY|O_CREAT, 0600) = 5<{tmp_path}/.tmp>',
        f'12 write(5<{tmp_path}/.tmp>, "x", 1) = 1',
        f'12 rename("{tmp_path}/.tmp", "{tmp_path}/plan.docx") = 0',
        f'12 unlink("{tmp_path}/inbox/.formpipe/a/b.docx") = 0',
    ):
        audit.line(line)
    assert audit.faults == [
        "named before it was synced: plan.docx",
        f"let go of a form while not on the disk: ['{tmp_path}']",
    ]
