"""Inbox and outbox on a share that comes and goes: told, nothing lost or written beside it, and on again alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from make_forms import forms_of, load_case
from roots import NOW, Root

from formpipe import durable
from formpipe.errors import StorageError
from formpipe.pipeline.lock import FILE

_INTAKE = forms_of(load_case("new"))[0]
_FORMPIPE = Path(sys.executable).with_name("formpipe")


def _gone(folder: Path, *, mount_point: bool) -> Callable[[], None]:
    away = folder.with_name(f"{folder.name}-weg")
    folder.rename(away)
    if mount_point:
        folder.mkdir()

    def back() -> None:
        if mount_point:
            folder.rmdir()  # fails if anything was written there
        away.rename(folder)

    return back


@pytest.mark.parametrize("mount_point", [True, False])
def test_an_inbox_that_is_gone_is_told_and_is_read_when_it_is_back(root: Root, *, mount_point: bool) -> None:
    root.drop("Muster.docx", root.filled(_INTAKE))
    back = _gone(root.path / "inbox", mount_point=mount_point)
    ran = root.run()
    assert ran.exit_code == 5
    assert "the inbox" in ran.err
    assert "Mount its share" in ran.err
    assert root.run().exit_code == 5
    back()
    assert [row["outcome"] for row in root.run().rows] == ["accepted"]


def test_a_second_root_is_told_that_the_inbox_is_another_ones(new_root: Callable[[str], Root], tmp_path: Path) -> None:
    inbox, roots = tmp_path / "gemeinsam", [new_root("STA"), new_root("CAR")]
    for each in roots:
        settings = each.path / "formpipe.toml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(f'{text}\n[paths]\ninbox = "{inbox}"\n', encoding="utf-8")
    first, second = roots
    assert first.run().exit_code == 0
    (inbox / "Muster.docx").write_bytes(first.filled(_INTAKE))
    for flags in ([], ["--dry-run"]):
        refused = second.run(*flags)
        assert (refused.rows, refused.exit_code) == ([], 5)
        assert "another root takes the files of this inbox" in refused.err
    assert (inbox / "Muster.docx").is_file()
    (first.path / "archive" / "folders.json").unlink()  # as another message says
    assert [row["outcome"] for row in first.run().rows] == ["accepted"]
    assert first.run().exit_code == 0
    (mark,) = (inbox / ".formpipe").iterdir()
    assert f"remove .formpipe/{mark.name} in the inbox" in refused.err
    mark.rmdir()
    assert second.run().exit_code == 0
    assert first.run().exit_code == 5


def test_a_root_does_not_take_what_is_dropped_for_it_once_another_one_has_marked_its_inbox(
    new_root: Callable[[str], Root],
) -> None:
    owner, guest = new_root("STA"), new_root("CAR")
    settings = guest.path / "formpipe.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'{text}\n[paths]\ninbox = "{owner.path / "inbox"}"\n', encoding="utf-8")
    assert owner.run().exit_code == 0
    assert guest.run().exit_code == 0
    assert owner.run().exit_code == 5


def test_an_empty_inbox_that_is_right_is_marked_by_hand(root: Root) -> None:
    _gone(root.path / "inbox", mount_point=True)
    assert root.run().exit_code == 5
    (root.path / "inbox" / ".formpipe").mkdir()
    assert root.run().exit_code == 0


def test_an_outbox_that_was_deleted_is_made_again(root: Root) -> None:
    root.drop("Muster.docx", root.filled(_INTAKE))
    root.run()
    before = set(root.files("outbox"))
    shutil.rmtree(root.path / "outbox")
    assert root.command("render", "--all").exit_code == 0
    assert set(root.files("outbox")) >= {each for each in before if each.startswith("MA-")}


def test_an_outbox_elsewhere_is_never_made_again(root: Root, tmp_path: Path) -> None:
    toml = root.path / "formpipe.toml"
    share = tmp_path / "freigabe" / "outbox"
    toml.write_text(f'{toml.read_text(encoding="utf-8")}\n[paths]\noutbox = "{share}"\n', encoding="utf-8")
    root.drop("eins.docx", root.filled(_INTAKE))
    assert root.run().exit_code == 0
    back = _gone(share, mount_point=False)
    root.drop("zwei.docx", root.filled(_INTAKE, changed={"person.family_name": "Anders"}))
    ran = root.run()
    assert (ran.exit_code, ran.rows) == (5, [])
    assert "the outbox is gone" in ran.err
    assert not share.exists()
    assert list(root.files("inbox")) == ["zwei.docx"]
    back()
    assert [row["outcome"] for row in root.run().rows] == ["accepted"]


@pytest.fixture
def share(root: Root) -> Iterator[Path]:
    """A folder on another file system."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    if not memory.is_dir() or memory.stat().st_dev == root.path.stat().st_dev:
        pytest.skip("there is no second file system here")
    with TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.mark.parametrize("name", ["inbox", "outbox"])
def test_a_share_that_was_put_in_place_of_a_folder_is_known_from_then_on(root: Root, share: Path, name: str) -> None:
    """A link stands for the mount: what it leads to lies on another file system; what was there before comes back."""
    folder = root.path / name
    below = folder.rename(folder.with_name("unter"))
    folder.symlink_to(share)
    assert root.run().exit_code == 0
    before = sorted(each.name for each in below.rglob("*"))
    folder.unlink()
    below.rename(folder)
    root.drop("Muster.docx", root.filled(_INTAKE))
    ran = root.run()
    assert (ran.exit_code, ran.rows) == (5, [])
    assert f"the {name} is no longer on the share where it was" in ran.err
    assert sorted(each.name for each in folder.rglob("*") if each.name != "Muster.docx") == before
    (root.path / "archive" / "folders.json").unlink()  # as the message says
    assert [row["outcome"] for row in root.run().rows] == ["accepted"]


def test_a_share_that_stumbles_once_after_a_file_was_moved_stops_no_run(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = durable.sync_folder
    stumbled: list[Path] = []

    def stumble(folder: Path) -> None:
        if not stumbled and any(folder.glob(".formpipe/*/Muster.docx")):
            stumbled.append(folder)
            raise StorageError("the folder cannot be brought to the disk", where=folder)
        sync(folder)

    monkeypatch.setattr(durable, "sync_folder", stumble)
    root.drop("Muster.docx", root.filled(_INTAKE))
    ran = root.run()
    assert stumbled == [root.path / "inbox"]
    assert ([row["outcome"] for row in ran.rows], ran.exit_code) == (["accepted"], 0)
    assert root.files("inbox") == {}


def test_a_link_among_the_claims_leads_nowhere(root: Root) -> None:
    """Whoever may write into the inbox could point it at the archive: its objects would be taken and removed."""
    root.drop("Muster.docx", root.filled(_INTAKE))
    assert root.run().exit_code == 0
    objects, claims = root.path / "archive" / "objects", root.path / "inbox" / ".formpipe"
    kept = root.files("archive", "objects")
    (claims / "eines").symlink_to(next(objects.iterdir()))
    assert root.run().rows == []
    (claims / "eines").unlink()
    claims.rmdir()
    claims.symlink_to(objects)
    for flags in ([], ["--dry-run"]):
        refused = root.run(*flags)
        assert (refused.exit_code, refused.rows) == (5, [])
        assert "the private folder of the inbox is a link" in refused.err
    assert root.files("archive", "objects") == kept
    claims.unlink()
    claims.mkdir()  # as the message says
    assert root.run().exit_code == 0
    assert root.command("verify").exit_code == 0


def test_folders_are_made_where_the_record_of_them_is_lost_or_they_are_named_anew(root: Root) -> None:
    (root.path / "archive" / "folders.json").write_bytes(b"torn")
    shutil.rmtree(root.path / "inbox")
    assert root.run().exit_code == 0
    toml = root.path / "formpipe.toml"
    toml.write_text(f'{toml.read_text(encoding="utf-8")}\n[paths]\ninbox = "eingang"\n', encoding="utf-8")
    assert root.run().exit_code == 0
    assert (root.path / "eingang" / ".formpipe").is_dir()


def test_the_second_is_told_who_is_at_work_and_takes_over_when_that_one_is_killed(root: Root) -> None:
    environment = {**os.environ, "FORMPIPE_NOW": NOW}
    command = [str(_FORMPIPE), "watch", "-C", str(root.path), "--poll", "0.1", "--no-pdf"]
    lock = root.path / "archive" / FILE
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as first:
        try:
            while not (lock.exists() and lock.read_bytes()):
                assert first.poll() is None
            second = root.run()
        finally:
            first.kill()
    assert second.exit_code == 5
    assert re.search(rf"another run is at work in this root \(process {first.pid} on \S+\)", second.err)
    assert lock.read_bytes()  # the mark of the killed one
    root.drop("Muster.docx", root.filled(_INTAKE))
    assert [row["outcome"] for row in root.run().rows] == ["accepted"]
    assert lock.read_bytes() == b""
