"""The inbox: complete files at rest are taken, all else is left."""

from __future__ import annotations

import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from formpipe.dropped import is_litter
from formpipe.errors import StorageError
from formpipe.inbox import LOOK_S, Inbox, checksum_of
from formpipe.looks import PATIENCE_S

NOW = datetime.now(UTC)


def no_sleep(_: float) -> None:
    """Let no time pass."""


def word_file(path: Path) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>" * 200)
    return path.read_bytes()


def ready_names(inbox: Inbox, now: datetime = NOW) -> list[str]:
    return [path.name for path in inbox.ready(sleep=no_sleep, now=now)]


def test_complete_files_are_ready_oldest_first(tmp_path: Path) -> None:
    word_file(tmp_path / "b.docx")
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n...\n%%EOF\n")
    os.utime(tmp_path / "b.docx", (1, 1))
    inbox = Inbox(tmp_path)
    assert ready_names(inbox) == ["b.docx", "a.pdf"]
    assert [path.name for path in inbox.waiting(NOW)] == ["b.docx", "a.pdf"]


@pytest.mark.parametrize(
    "name",
    ["~$form.docx", ".~lock.form.docx#", ".hidden", "form.docx.part", "form.crdownload", "Thumbs.db", "~WRL0001.tmp"],
)
def test_litter_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"%PDF- %%EOF")
    assert is_litter(name)
    assert ready_names(Inbox(tmp_path)) == []


def test_only_plain_files_count(tmp_path: Path) -> None:
    (tmp_path / "folder.docx").mkdir()
    (tmp_path / "link.docx").symlink_to(tmp_path / "folder.docx")
    os.mkfifo(tmp_path / "pipe.docx")
    assert ready_names(Inbox(tmp_path)) == []


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_word_file_still_being_copied_waits(tmp_path: Path, share: float) -> None:
    data = word_file(tmp_path / "a.docx")
    (tmp_path / "a.docx").write_bytes(data[: int(len(data) * share)])
    assert ready_names(Inbox(tmp_path)) == []


def test_a_preallocated_copy_waits(tmp_path: Path) -> None:
    data = word_file(tmp_path / "a.docx")
    (tmp_path / "a.docx").write_bytes(data[:50] + bytes(len(data) - 50))
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7" + bytes(5000))
    (tmp_path / "b2.pdf").write_bytes(b"%PDF-1.7\n" + b"x" * 5000 + bytes(1 << 16) + b"startxref\n9\n%%EOF\n")
    (tmp_path / "c.docx").write_bytes(b"")
    (tmp_path / "d.docx").write_bytes(bytes(len(data)))
    (tmp_path / "e.docx").write_bytes(b"\0")
    assert ready_names(Inbox(tmp_path)) == []
    late = datetime.fromtimestamp((tmp_path / "e.docx").stat().st_mtime + PATIENCE_S + 1, UTC)
    assert ready_names(Inbox(tmp_path), late) == ["a.docx", "b.pdf", "b2.pdf", "c.docx", "d.docx", "e.docx"]


def test_a_pdf_with_a_few_zeros_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n" + bytes(8191) + b"startxref\n9\n%%EOF\n")
    assert ready_names(Inbox(tmp_path)) == ["a.pdf"]


def test_an_incomplete_file_is_taken_after_its_patience(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 half")
    changed = datetime.fromtimestamp((tmp_path / "a.pdf").stat().st_mtime, UTC)
    inbox = Inbox(tmp_path)
    assert ready_names(inbox, changed + timedelta(seconds=PATIENCE_S - 1)) == []
    assert ready_names(inbox, changed + timedelta(seconds=PATIENCE_S + 1)) == ["a.pdf"]


def test_a_file_that_grows_between_two_looks_waits(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")

    def grow(_: float) -> None:
        path.write_bytes(b"xy")

    assert Inbox(tmp_path).ready(sleep=grow, now=NOW) == []


def test_the_second_look_comes_after_a_fifth_of_a_second_and_only_where_something_lies(tmp_path: Path) -> None:
    waits: list[float] = []
    (tmp_path / ".formpipe").mkdir()
    assert Inbox(tmp_path).ready(sleep=waits.append, now=NOW) == []
    assert waits == []
    word_file(tmp_path / "a.docx")
    assert Inbox(tmp_path).ready(sleep=waits.append, now=NOW) == [tmp_path / "a.docx"]
    assert waits == [LOOK_S] == [0.2]


def test_a_file_that_vanishes_between_two_looks_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")
    (tmp_path / ".formpipe").mkdir()
    assert Inbox(tmp_path).ready(sleep=lambda _: path.unlink(), now=NOW) == []


def test_a_bomb_is_not_inflated_here(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big", bytes(65 * 1024 * 1024))
    assert ready_names(Inbox(tmp_path)) == ["a.docx"]


def test_an_odd_but_whole_archive_counts_as_complete(tmp_path: Path) -> None:
    data = bytearray(word_file(tmp_path / "a.docx"))
    place = data.index(b"PK\x01\x02") + 8
    data[place] |= 1  # says that the member is encrypted
    (tmp_path / "a.docx").write_bytes(bytes(data))
    assert ready_names(Inbox(tmp_path)) == ["a.docx"]


def test_claiming_moves_the_file_out_of_reach(tmp_path: Path) -> None:
    (tmp_path / "Parwana.pdf").write_bytes(b"x")
    inbox = Inbox(tmp_path)
    claim = inbox.claim(tmp_path / "Parwana.pdf")
    assert claim is not None
    assert (claim.name, claim.read()) == ("Parwana.pdf", b"x")
    assert not (tmp_path / "Parwana.pdf").exists()
    assert [each.id for each in inbox.claimed()] == [claim.id]
    assert "Parwana" not in repr(claim)
    assert checksum_of(claim).startswith("2d711642")
    inbox.finish(claim)
    assert inbox.claimed() == []


def test_a_vanished_file_is_not_claimed(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    assert inbox.claim(tmp_path / "gone.pdf") is None
    assert inbox.claimed() == []


def test_a_claim_is_given_back_unchanged(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x")
    inbox = Inbox(tmp_path)
    claim = inbox.claim(tmp_path / "a.pdf")
    assert claim is not None
    inbox.give_back(claim, tmp_path / "out" / "b.pdf")
    assert (tmp_path / "out" / "b.pdf").read_bytes() == b"x"
    assert inbox.claimed() == []


def test_an_empty_claim_folder_is_tidied_up(tmp_path: Path) -> None:
    (tmp_path / ".formpipe" / "abc").mkdir(parents=True)
    assert Inbox(tmp_path).claimed() == []
    assert list((tmp_path / ".formpipe").iterdir()) == []


def test_an_empty_mount_point_is_no_empty_inbox(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="empty folder that was never used"):
        Inbox(tmp_path).ready(sleep=no_sleep, now=NOW)
    (tmp_path / ".formpipe").mkdir()
    assert ready_names(Inbox(tmp_path)) == []


def test_a_missing_inbox_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="the inbox is gone"):
        Inbox(tmp_path / "gone").ready(sleep=no_sleep, now=NOW)
    (tmp_path / "datei").write_bytes(b"")
    with pytest.raises(StorageError, match="inbox cannot be read"):
        Inbox(tmp_path / "datei").ready(sleep=no_sleep, now=NOW)
    with pytest.raises(StorageError, match="no longer on the share"):
        Inbox(tmp_path, away_from=tmp_path.stat().st_dev).ready(sleep=no_sleep, now=NOW)


def test_an_unreadable_claim_does_not_tell_its_name(tmp_path: Path) -> None:
    (tmp_path / "Parwana.pdf").write_bytes(b"x")
    inbox = Inbox(tmp_path)
    claim = inbox.claim(tmp_path / "Parwana.pdf")
    assert claim is not None
    claim.path.unlink()
    with pytest.raises(StorageError) as caught:
        claim.read()
    assert "Parwana" not in str(caught.value)
