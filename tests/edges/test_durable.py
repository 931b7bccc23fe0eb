"""Writing that survives a crash."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from formpipe import durable
from formpipe.errors import StorageError


def test_a_file_is_written_whole_with_its_rights(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    durable.write_file(target, b"eins", mode=0o600)
    assert target.read_bytes() == b"eins"
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_a_taken_name_is_refused_and_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"theirs")
    with pytest.raises(StorageError, match="already there"):
        durable.write_file(target, b"ours")
    assert target.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [target]


def test_replacing_is_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    durable.write_file(target, b"new", replace=True)
    assert target.read_bytes() == b"new"


def test_a_folder_that_is_gone_is_a_storage_error_without_the_file_name(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        durable.write_file(tmp_path / "gone" / "a.txt", b"x")
    assert caught.value.mend == f"The system says: {os.strerror(2)}."


def test_a_crash_before_the_rename_leaves_only_a_temp_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "link", crash)
    with pytest.raises(KeyboardInterrupt):
        durable.write_file(tmp_path / "a.txt", b"x")
    assert not (tmp_path / "a.txt").exists()


def test_a_move_refuses_a_taken_name(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"1")
    target.write_bytes(b"2")
    with pytest.raises(StorageError, match="already there"):
        durable.move_file(source, target)
    assert (source.read_bytes(), target.read_bytes()) == (b"1", b"2")


def test_a_move_takes_the_file_along(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"1")
    durable.move_file(source, target)
    assert target.read_bytes() == b"1"
    assert not source.exists()


def test_a_move_of_nothing_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be moved here"):
        durable.move_file(tmp_path / "a", tmp_path / "b")


def test_removing_twice_is_fine(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"1")
    durable.remove_file(target)
    durable.remove_file(target)
    assert not target.exists()


def test_removing_a_folder_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(StorageError, match="cannot be removed"):
        durable.remove_file(tmp_path / "a")


def test_a_file_is_summed_piece_by_piece(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"eins")
    assert durable.sha256_of_file(tmp_path / "a") == durable.sha256_of(b"eins")
    with pytest.raises(StorageError, match="cannot be read"):
        durable.sha256_of_file(tmp_path / "Parwana")


def test_left_temp_files_are_cleared_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / ".tmp-2").write_bytes(b"")
    (tmp_path / ".tmp-folder").mkdir()
    (tmp_path / ".tmp-1").write_bytes(b"")
    (tmp_path / "keep").write_bytes(b"")
    durable.clear_temporary(tmp_path)
    assert sorted(each.name for each in tmp_path.rglob("*")) == [".tmp-folder", "below", "keep"]


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="cannot be made"):
        durable.make_folder(tmp_path / "file" / "below")


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_share_without_hard_links_gets_files_by_rename_and_no_name_is_taken_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", refuse)
    durable.write_file(tmp_path / "a.txt", b"1")
    with pytest.raises(StorageError, match="already there"):
        durable.write_file(tmp_path / "a.txt", b"2")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"a.txt": b"1"}


def test_a_disk_that_refuses_the_name_is_a_storage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(StorageError, match="cannot be written"):
        durable.write_file(tmp_path / "a.txt", b"1")
    assert list(tmp_path.iterdir()) == []
