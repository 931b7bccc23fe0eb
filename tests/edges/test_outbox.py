"""The outbox: what people changed is theirs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from formpipe.durable import sha256_of
from formpipe.errors import StorageError
from formpipe.outbox import Outbox


def test_a_new_file_gets_its_name_and_a_second_put_changes_nothing(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    assert outbox.put("fall/plan.docx", b"1", ours=None) == "fall/plan.docx"
    before = (tmp_path / "fall/plan.docx").stat().st_ino
    assert outbox.put("fall/plan.docx", b"1", ours=None) == "fall/plan.docx"
    assert (tmp_path / "fall/plan.docx").stat().st_ino == before


def test_ours_is_replaced(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.put("plan.docx", b"1", ours=None)
    assert outbox.put("plan.docx", b"2", ours=sha256_of(b"1")) == "plan.docx"
    assert (tmp_path / "plan.docx").read_bytes() == b"2"


def test_theirs_is_left_and_a_new_name_taken(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    (tmp_path / "plan.docx").write_bytes(b"theirs")
    assert outbox.put("plan.docx", b"2", ours=sha256_of(b"1")) == "plan-2.docx"
    assert outbox.put("plan.docx", b"3", ours=sha256_of(b"1")) == "plan-3.docx"
    assert (tmp_path / "plan.docx").read_bytes() == b"theirs"


def test_only_ours_is_removed(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    (tmp_path / "a").write_bytes(b"1")
    assert not outbox.remove("a", ours=sha256_of(b"2"))
    assert outbox.remove("a", ours=sha256_of(b"1"))
    assert outbox.remove("a", ours=sha256_of(b"1"))
    assert not (tmp_path / "a").exists()


def test_a_free_name_is_found(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    assert outbox.free("korrektur/a.docx") == "korrektur/a.docx"
    (tmp_path / "korrektur/a.docx").write_bytes(b"")
    assert outbox.free("korrektur/a.docx") == "korrektur/a-2.docx"


def test_a_path_that_leads_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="leads out"):
        Outbox(tmp_path / "outbox").put("../a", b"", ours=None)


def test_a_folder_in_the_place_of_a_file_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(StorageError, match="cannot be read"):
        Outbox(tmp_path).put("a", b"", ours=None)


def test_a_thousand_taken_names_are_enough(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"theirs")
    for number in range(2, 1000):
        (tmp_path / f"a-{number}.txt").write_bytes(b"theirs")
    with pytest.raises(StorageError, match="no free name"):
        Outbox(tmp_path).put("a.txt", b"ours", ours=None)
    with pytest.raises(StorageError, match="no free name"):
        Outbox(tmp_path).free("a.txt")


def test_holds_compares_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    assert Outbox(tmp_path).holds("a", sha256_of(b"1"))
    assert not Outbox(tmp_path).holds("a", sha256_of(b"2"))
    assert not Outbox(tmp_path).holds("b", sha256_of(b"1"))


@pytest.mark.parametrize("lock", ["~$plan.docx", "~$an.docx", ".~lock.plan.docx#"])
def test_what_somebody_has_open_is_neither_replaced_nor_removed(tmp_path: Path, lock: str) -> None:
    outbox = Outbox(tmp_path)
    outbox.put("plan.docx", b"1", ours=None)
    (tmp_path / lock).write_bytes(b"")
    assert outbox.put("plan.docx", b"1", ours=sha256_of(b"1")) == "plan.docx"
    assert outbox.put("plan.docx", b"2", ours=sha256_of(b"1")) == "plan-2.docx"
    assert not outbox.remove("plan.docx", ours=sha256_of(b"1"))
    assert (tmp_path / "plan.docx").read_bytes() == b"1"
    (tmp_path / lock).unlink()
    assert outbox.remove("plan.docx", ours=sha256_of(b"1"))


@pytest.mark.parametrize(
    ("rights", "folder", "file"), [(0o700, 0o700, 0o600), (0o770, 0o770, 0o660), (0o757, 0o755, 0o644)]
)
def test_what_lies_in_the_outbox_has_its_rights_and_is_never_everybodys_to_write(
    tmp_path: Path, rights: int, folder: int, file: int
) -> None:
    tmp_path.chmod(rights)
    before = os.umask(0o077)
    try:
        Outbox(tmp_path).put("fall/plan.docx", b"1", ours=None)
        Outbox(tmp_path).put("fall/plan.docx", b"2", ours=sha256_of(b"1"))
    finally:
        os.umask(before)
    assert (tmp_path / "fall").stat().st_mode & 0o777 == folder
    assert (tmp_path / "fall/plan.docx").stat().st_mode & 0o777 == file


def test_an_outbox_that_is_gone_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="outbox is gone"):
        Outbox(tmp_path / "weg").put("plan.docx", b"1", ours=None)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_into_the_mount_point_of_a_share_that_is_gone(tmp_path: Path) -> None:
    device = tmp_path.stat().st_dev
    with pytest.raises(StorageError, match="no longer on the share where it was"):
        Outbox(tmp_path, away_from=device).put("plan.docx", b"1", ours=None)
    assert list(tmp_path.iterdir()) == []
    assert Outbox(tmp_path, away_from=device + 1).put("plan.docx", b"1", ours=None) == "plan.docx"
