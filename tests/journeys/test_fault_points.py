"""A fault at every step of a run: nothing is lost, doubled or broken, and the next run comes to the same.

A part of the matrix, spread over all its steps and modes; `make faults` plays all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from faultpoints import Disk, Fault
from faultruns import Judge, Tally, pairs_of
from faultscenes import scenarios, stand_ins

_SINGLES, _PAIRS = 5, 1


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Judge]]:
    work = tmp_path_factory.mktemp("faults")
    names = ("intake", "reject", "no consent")
    with stand_ins():
        yield {each.name: Judge.of(each, work) for each in scenarios(work / "before", names)}


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    (tmp_path / "archive").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", ["intake", "reject", "no consent"])
def test_a_fault_at_any_step_comes_to_the_same_in_the_end(name: str, judges: dict[str, Judge]) -> None:
    judge = judges[name]
    faults = list(judge.faults())
    spread = faults[3 :: max(len(faults) // _SINGLES, 1) | 1]  # an odd pace, so that all modes come up
    tally = Tally()
    for each in spread:
        tally.add(judge.play(each))
    for pair in pairs_of(judge, _PAIRS, seed=1):
        tally.add(judge.play(*pair))
    assert tally.injected >= _SINGLES
    assert tally.bad == 0, tally.told


@pytest.mark.parametrize("name", ["intake", "reject", "no consent"])
def test_nothing_is_named_before_it_is_on_the_disk(name: str, judges: dict[str, Judge]) -> None:
    assert judges[name].audit == ()


def test_a_text_that_failed_once_does_not_take_the_form_to_mend_away(judges: dict[str, Judge]) -> None:
    judge = judges["reject"]
    tally = Tally()
    for step, kind in enumerate(judge.kinds):
        if kind == "link":
            tally.add(judge.play(Fault(step, "eio")))
    assert tally.bad == 0, tally.told


def test_the_audit_sees_a_rename_of_an_unsynced_file(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os  # noqa: PLC0415 - its functions are replaced here, and back at the end

    for name in ("mkdir", "rmdir", "unlink", "rename", "replace", "link", "chmod", "fsync", "ftruncate", "open"):
        monkeypatch.setattr(os, name, getattr(os, name))
    monkeypatch.setattr(os, "fdopen", os.fdopen)
    from sqlalchemy.engine.default import DefaultDialect  # noqa: PLC0415 - same

    monkeypatch.setattr(DefaultDialect, "do_commit", DefaultDialect.do_commit)
    disk = Disk(scratch, None)
    disk.install()
    handle = os.open(scratch / "archive" / "a", os.O_WRONLY | os.O_CREAT)
    with os.fdopen(handle, "wb") as stream:
        stream.write(b"unsynced")
    (scratch / "archive" / "a").rename(scratch / "archive" / "b")
    assert len(disk.audit) == 1
    assert "rename of an unsynced file" in disk.audit[0]
    assert any("unsynced folder" in each for each in disk.finish())
    assert disk.kinds == ["open", "write", "rename"]
