"""The record can be checked, copied while in use, and brought back."""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from make_forms import forms_of, load_case
from roots import Root, command

from formpipe.ledger import seal

_INTAKE = forms_of(load_case("new"))[0]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, played: Callable[[str], Root]) -> Root:
    """A root with a case of several versions, a rejected form and a duplicate; only to be copied."""
    root = played("case1").copy(tmp_path_factory.mktemp("kept") / "root")
    root.drop("falsch.docx", root.filled(_INTAKE, changed={"person.birth_date": "31.02.1990"}))
    root.drop("nochmal.docx", root.filled(forms_of(load_case("case1"))[0]))
    assert root.run().exit_code == 3
    return root


@pytest.fixture
def copied(kept: Root, tmp_path: Path) -> Root:
    return kept.copy(tmp_path / "root")


def faults_of(root: Root) -> set[str]:
    """Return the kinds of faults that `verify` finds."""
    ran = root.command("verify", "--json")
    (found,) = ran.rows
    assert ran.exit_code == (5 if found["faults"] else 0), ran.err
    return {each["kind"] for each in found["faults"]}


def change_ledger(root: Root, statement: str) -> None:
    with closing(sqlite3.connect(root.path / "archive" / "ledger.sqlite")) as raw, raw:
        assert raw.execute(statement).rowcount > 0


def test_a_root_in_order_verifies_and_is_not_changed_by_it(kept: Root) -> None:
    before = kept.files("archive")
    ran = kept.command("verify", "--json")
    assert ran.exit_code == 0
    (found,) = ran.rows
    assert found["faults"] == []
    assert found["sealed"]
    assert found["unnamed"] == 0
    assert found["objects"] == len([name for name in before if name.startswith("objects/")])
    assert kept.command("verify").out.endswith("all in order\n")
    assert kept.files("archive") == before


def test_looking_at_a_root_leaves_its_seal_whole(copied: Root) -> None:
    copied.show("MA-CAR-2025-0012")
    copied.command("run", "-n")
    copied.run()
    assert faults_of(copied) == set()


def test_a_flipped_byte_in_any_object_is_found(copied: Root) -> None:
    choose = random.Random(7)  # noqa: S311 - a fixed choice, no secret
    objects = sorted(each for each in (copied.path / "archive" / "objects").rglob("*") if each.is_file())
    for path in choose.sample(objects, 6):
        data = bytearray(path.read_bytes())
        data[choose.randrange(len(data))] ^= 1 << choose.randrange(8)
        path.write_bytes(data)
    assert faults_of(copied) == {"object_damaged"}
    assert copied.command("verify").out.count("object_damaged") == 6


def test_a_flipped_byte_anywhere_in_the_ledger_is_found(copied: Root) -> None:
    choose = random.Random(8)  # noqa: S311 - a fixed choice, no secret
    path = copied.path / "archive" / "ledger.sqlite"
    good = path.read_bytes()
    places = [*range(0, 100, 9), *(choose.randrange(len(good)) for _ in range(12))]
    for place in places:
        data = bytearray(good)
        data[place] ^= 1 << choose.randrange(8)
        path.write_bytes(data)
        assert faults_of(copied), place
    path.write_bytes(good)
    assert faults_of(copied) == set()


@pytest.mark.parametrize("name", ["key", "ledger.seal"])
def test_a_flipped_bit_of_key_or_seal_is_found(copied: Root, name: str) -> None:
    path = copied.path / "archive" / name
    good = path.read_bytes()
    for place in range(0, len(good), 7):
        for bit in (0, 4, 5, 7):
            path.write_bytes(good[:place] + bytes([good[place] ^ 1 << bit]) + good[place + 1 :])
            assert faults_of(copied), (place, bit)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE form SET sha256 = replace(sha256, 'a', 'b') WHERE seq = 1", "not_in_chain"),
        ("UPDATE decision SET outcome = 'accepted' WHERE outcome = 'rejected'", "not_in_chain"),
        ("UPDATE plan SET checksum = replace(checksum, 'a', 'b') WHERE version = 1", "plan_damaged"),
        ("UPDATE plan SET body = replace(body, '2025', '2024')", "plan_damaged"),
        ("UPDATE plan SET body = '{' WHERE version = 1", "case_unreadable"),
        ("UPDATE form SET payload = replace(payload, 'erreicht', 'erreicnt')", "plan_differs"),
        ("UPDATE form SET payload = '[]' WHERE seq = 1", "case_unreadable"),
        ("UPDATE case_file SET versions = 1", "plan_differs"),
        ("UPDATE document SET object = replace(object, 'a', 'b') WHERE object IS NOT NULL", "object_missing"),
        ("DELETE FROM chain WHERE number = (SELECT max(number) - 3 FROM chain)", "chain_broken"),
        ("DELETE FROM chain WHERE event = 'rendered'", "not_in_chain"),
        ("DELETE FROM decision WHERE form_id = (SELECT id FROM form WHERE seq = 1)", "plan_differs"),
    ],
)
def test_a_changed_row_is_found_even_behind_a_new_seal(copied: Root, statement: str, kind: str) -> None:
    change_ledger(copied, statement)
    archive = copied.path / "archive"
    assert "ledger_changed" in faults_of(copied)
    seal.set_seal(archive / "ledger.sqlite", bytes.fromhex((archive / "key").read_text(encoding="ascii")))
    found = faults_of(copied)
    assert "ledger_changed" not in found
    if kind != "plan_differs" or "DELETE" not in statement:
        assert kind in found
    assert found or "DELETE FROM decision" in statement


def test_missing_and_strange_objects_are_told(copied: Root) -> None:
    store = copied.path / "archive" / "objects"
    first = next(each for each in sorted(store.rglob("*")) if each.is_file())
    first.rename(store / "fremd.docx")
    unnamed = hashlib.sha256(b"rest").hexdigest()
    (store / unnamed[:2]).mkdir(exist_ok=True)
    (store / unnamed[:2] / unnamed).write_bytes(b"rest")
    (store / unnamed[:2] / ".tmp-1").write_bytes(b"half")
    ran = copied.command("verify", "--json")
    assert ran.exit_code == 5
    assert {each["kind"] for each in ran.rows[0]["faults"]} == {"object_unknown", "object_missing"}
    assert ran.rows[0]["unnamed"] == 1
    assert "1 objects belong to nothing" in copied.command("verify").out


def test_a_ledger_that_is_gone_or_no_ledger_is_told(copied: Root) -> None:
    path = copied.path / "archive" / "ledger.sqlite"
    path.write_bytes(b"no database at all, but long enough to be one" * 100)
    assert "ledger_unreadable" in faults_of(copied)
    path.unlink()
    assert faults_of(copied) == {"ledger_missing"}


def test_while_a_run_is_at_work_or_after_one_cut_short_the_seal_is_not_looked_at(copied: Root) -> None:
    (copied.path / "archive" / "lock").write_bytes(b"!")
    change_ledger(copied, "UPDATE form SET name_as_dropped = 'x.docx' WHERE seq = 1")
    assert faults_of(copied) == set()
    assert "was not compared" in copied.command("verify").out
    copied.run()
    assert copied.command("verify", "--json").rows[0]["sealed"]


def test_a_new_root_has_nothing_to_fault_and_nothing_to_back_up(root: Root, tmp_path: Path) -> None:
    assert faults_of(root) == set()
    shutil.rmtree(root.path / "archive")
    assert root.command("verify").exit_code == 0
    backed = root.command("backup", str(tmp_path / "copy.tar"))
    assert backed.exit_code == 5
    assert "no record yet" in backed.err


def test_a_restored_root_verifies_and_goes_on(kept: Root, tmp_path: Path) -> None:
    file, again = tmp_path / "copy.tar", tmp_path / "neu"
    assert kept.command("backup", str(file)).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    restored = command("restore", "-C", str(again), str(file))
    assert restored.exit_code == 0, restored.err
    other = Root(path=again, carrier=kept.carrier, library=kept.library)
    assert faults_of(other) == set()
    assert other.command("verify", "--json").rows[0]["sealed"]
    assert other.files("archive", "objects") == kept.files("archive", "objects")
    assert other.files("outbox") == kept.files("outbox")
    assert (again / "archive").stat().st_mode & 0o777 == 0o700
    other.drop("neu.docx", other.filled(_INTAKE, changed={"case.case_id": None}))
    ran = other.run()
    assert [row["outcome"] for row in ran.rows] == ["accepted"], ran.err
    assert faults_of(other) == set()


def test_own_schemas_templates_and_services_come_along(copied: Root, tmp_path: Path) -> None:
    for place in ("schemas/codes/eigene.txt", "templates/notiz.txt", "dienste.toml"):
        (copied.path / place).parent.mkdir(parents=True, exist_ok=True)
        (copied.path / place).write_text("x = 1\n", encoding="utf-8")
    toml = copied.path / "formpipe.toml"
    toml.write_text('services = "dienste.toml"\n' + toml.read_text(encoding="utf-8"), encoding="utf-8")
    file, again = tmp_path / "copy.tar", tmp_path / "neu"
    assert copied.command("backup", str(file)).exit_code == 0
    assert command("restore", "-C", str(again), str(file)).exit_code == 0
    assert (again / "schemas/codes/eigene.txt").is_file()
    assert (again / "templates/notiz.txt").is_file()
    assert (again / "dienste.toml").is_file()


def test_nothing_is_overwritten(copied: Root, tmp_path: Path) -> None:
    file = tmp_path / "copy.tar"
    file.write_bytes(b"theirs")
    assert copied.command("backup", str(file)).exit_code == 5
    assert file.read_bytes() == b"theirs"
    file.unlink()
    assert copied.command("backup", str(file)).exit_code == 0
    before = copied.files()
    again = copied.command("restore", str(file))
    assert again.exit_code == 5
    assert "there is a record already" in again.err
    assert copied.files() == before


def test_a_backup_into_a_folder_that_is_gone_is_a_storage_error(kept: Root, tmp_path: Path) -> None:
    ran = kept.command("backup", str(tmp_path / "gone" / "copy.tar"))
    assert ran.exit_code == 5
    assert not [name for name in kept.files("archive") if name.startswith(".work")]


def test_a_damaged_or_foreign_backup_is_refused_and_leaves_no_record(kept: Root, tmp_path: Path) -> None:
    file = tmp_path / "copy.tar"
    assert kept.command("backup", str(file)).exit_code == 0
    good = file.read_bytes()
    with tarfile.open(file) as tar:
        last = [each for each in tar if each.name.startswith("archive/objects")][-1]
    flipped = bytearray(good)
    flipped[last.offset_data] ^= 1
    cases = [bytes(flipped), good[: len(good) // 2], b"no tar at all" * 100, b""]
    cases += [tar_with(name) for name in ("../boese.txt", "/boese.txt", "archive/boese", "inbox/a.docx")]
    for number, data in enumerate(cases):
        file.write_bytes(data)
        again = tmp_path / f"neu{number}"
        ran = command("restore", "-C", str(again), str(file))
        assert ran.exit_code == 5, number
        assert not (again / "archive").exists()
    assert not list(tmp_path.rglob("boese*"))


def tar_with(name: str) -> bytes:
    stream = BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        member = tarfile.TarInfo(name)
        member.size = 1
        tar.addfile(member, BytesIO(b"x"))
    return stream.getvalue()


def test_a_root_with_places_of_its_own_is_told_how_to_restore(copied: Root, tmp_path: Path) -> None:
    toml = copied.path / "formpipe.toml"
    file = tmp_path / "copy.tar"
    assert copied.command("backup", str(file)).exit_code == 0
    again = tmp_path / "neu"
    again.mkdir()
    own = 'ledger = "anderswo/ledger.sqlite"\n' + toml.read_text(encoding="utf-8")
    (again / "formpipe.toml").write_text(own, encoding="utf-8")
    ran = command("restore", "-C", str(again), str(file))
    assert ran.exit_code == 5
    assert "places of their own" in ran.err


def test_a_ledger_of_a_later_program_is_told(copied: Root) -> None:
    change_ledger(copied, "UPDATE alembic_version SET version_num = '9999'")
    ran = copied.run()
    assert ran.exit_code == 5
    assert "another version of formpipe" in ran.err


def test_a_ledger_too_large_is_not_sealed(copied: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "MOST_BYTES", 1000)
    copied.drop("neu.docx", copied.filled(_INTAKE, changed={"case.case_id": None}))
    copied.run()
    assert not (copied.path / "archive" / "ledger.seal").exists()
    assert faults_of(copied) == set()
