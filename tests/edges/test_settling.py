"""The quiet window of the service, poll by poll, with a clock of our own."""

from __future__ import annotations

import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from formpipe.inbox import Inbox
from formpipe.looks import PATIENCE_S, Look
from formpipe.runner.settling import Settling

PDF = b"%PDF-1.7\n...\n%%EOF\n"


@pytest.fixture
def settling(tmp_path: Path) -> Settling:
    (tmp_path / ".formpipe").mkdir()
    return Settling(Inbox(tmp_path), quiet_s=5.0)


def names(settling: Settling, at: float, now: datetime | None = None, most: int = 9) -> list[str]:
    return [path.name for path in settling.ready(at=at, now=now or datetime.now(UTC), most=most)]


def test_a_file_rests_for_the_quiet_window_and_is_seen_twice(settling: Settling, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    assert names(settling, 0.0) == []
    assert names(settling, 4.9) == []
    assert (settling.waiting, settling.oldest_s) == (1, 4.9)
    assert names(settling, 5.0) == ["a.pdf"]
    assert settling.waiting == 0


def test_the_first_look_never_takes_even_without_a_window(tmp_path: Path) -> None:
    settling = Settling(Inbox(tmp_path), quiet_s=0.0)
    (tmp_path / "a.pdf").write_bytes(PDF)
    assert names(settling, 1.0) == []
    assert names(settling, 1.1) == ["a.pdf"]


def test_a_change_starts_the_window_anew_whatever_its_time_says(settling: Settling, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF)
    names(settling, 0.0)
    for at, stamp in ((4.0, 10**9), (8.0, 2 * 10**9), (12.0, 10**9)):  # a copier sets times back and forth
        os.utime(path, (stamp, stamp))
        assert names(settling, at) == []
    assert names(settling, 16.9) == []
    assert names(settling, 17.0) == ["a.pdf"]


def test_a_copy_of_full_size_with_its_time_kept_is_taken_when_it_is_filled(settling: Settling, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>" * 200)
    data = path.read_bytes()
    path.write_bytes(data[:100] + bytes(len(data) - 100))
    stamps = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    names(settling, 0.0)
    assert names(settling, 5.0) == []
    with path.open("r+b") as stream:
        stream.write(data)
    os.utime(path, ns=stamps)
    assert names(settling, 9.0) == []  # looked into after a pause only
    assert names(settling, 10.0) == ["a.docx"]


def test_an_incomplete_file_is_looked_into_ever_less_and_taken_after_its_patience(
    settling: Settling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 half")
    looks = []
    may_take = Inbox.may_take

    def counted(inbox: Inbox, look: Look, now: datetime) -> bool:
        looks.append(look)
        return may_take(inbox, look, now)

    monkeypatch.setattr(Inbox, "may_take", counted)
    for at in range(0, 300, 2):
        assert names(settling, float(at)) == []
    assert len(looks) == 8
    later = datetime.now(UTC) + timedelta(seconds=PATIENCE_S + 60)
    assert names(settling, 400.0, later) == ["a.pdf"]


def test_a_file_that_could_not_be_taken_comes_again_after_a_pause(settling: Settling, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    (tmp_path / "b.pdf").write_bytes(PDF)
    os.utime(tmp_path / "a.pdf", (1, 1))
    names(settling, 0.0)
    assert names(settling, 5.0, most=1) == ["a.pdf"]
    assert names(settling, 5.1, most=1) == ["b.pdf"]
    assert names(settling, 5.2) == []
    assert names(settling, 10.2) == ["a.pdf", "b.pdf"]
    assert names(settling, 15.2) == []


@pytest.mark.parametrize("lock", ["~$bogen.docx", "~$gen.docx", ".~lock.bogen.docx#"])
def test_a_form_that_is_open_waits_for_a_while(lock: str, settling: Settling, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bogen.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    (tmp_path / "anderer.pdf").write_bytes(PDF)
    (tmp_path / lock).write_bytes(b"")
    names(settling, 0.0)
    assert names(settling, 5.0) == ["anderer.pdf"]
    (tmp_path / "anderer.pdf").unlink()
    os.utime(tmp_path / lock, (1, 1))  # left by a crash, long ago
    names(settling, 10.0)
    assert names(settling, 15.0) == ["bogen.docx"]
