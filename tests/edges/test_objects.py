"""The object store: write-once, checked on the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from formpipe.durable import make_folder, sha256_of
from formpipe.errors import StorageError
from formpipe.objects import Objects


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    make_folder(tmp_path / "objects")
    return Objects(tmp_path / "objects")


def test_bytes_come_back_under_their_checksum(objects: Objects, tmp_path: Path) -> None:
    sha256 = objects.put(b"eins")
    assert sha256 == sha256_of(b"eins")
    assert objects.get(sha256) == b"eins"
    assert objects.has(sha256)
    place = tmp_path / "objects" / sha256[:2] / sha256
    assert place.stat().st_mode & 0o777 == 0o600
    assert place.parent.stat().st_mode & 0o777 == 0o700


def test_the_same_bytes_twice_are_one_object(objects: Objects, tmp_path: Path) -> None:
    objects.put(b"eins")
    objects.put(b"eins")
    assert len([each for each in (tmp_path / "objects").rglob("*") if each.is_file()]) == 1


def test_a_missing_object_is_named(objects: Objects) -> None:
    assert not objects.has(sha256_of(b"nie"))
    with pytest.raises(StorageError, match="missing"):
        objects.get(sha256_of(b"nie"))


def test_a_flipped_byte_is_found(objects: Objects, tmp_path: Path) -> None:
    sha256 = objects.put(b"eins")
    (tmp_path / "objects" / sha256[:2] / sha256).write_bytes(b"zwei")
    with pytest.raises(StorageError, match="damaged"):
        objects.get(sha256)
    with pytest.raises(StorageError, match="other bytes"):
        objects.put(b"eins")
