"""The settings of a root."""

from __future__ import annotations

from pathlib import Path

import pytest

from formpipe import resources
from formpipe.errors import ExitCode, SetupError
from formpipe.settings import load_settings


def root(tmp_path: Path, text: str) -> Path:
    (tmp_path / "formpipe.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_defaults_lie_below_the_root(tmp_path: Path) -> None:
    settings = load_settings(root(tmp_path, '[carrier]\ncode = "CAR"\n'))
    assert settings.carrier.name == "CAR"
    assert settings.carrier.legal_regime == "dsgvo"
    assert settings.inbox == tmp_path / "inbox"
    assert settings.ledger == tmp_path / "archive" / "ledger.sqlite"
    assert settings.objects == tmp_path / "archive" / "objects"
    assert (settings.settle_s, settings.wait_days, settings.services) == (5.0, 30, None)
    assert settings.case_pattern.fullmatch("MA-CAR-2026-0001")
    assert not settings.case_pattern.fullmatch("MA-DIA-2026-0001")
    assert not settings.case_pattern.fullmatch("MA-CAR-2026-٠٠٠١")


def test_everything_can_be_set(tmp_path: Path) -> None:
    text = """
    case_prefix = "KA"
    ledger = "db/l.sqlite"
    objects = "store"
    settle_s = 1.5
    wait_days = 10
    services = "dienste.json"
    [carrier]
    code = "DIA"
    name = "Diakonie Muster"
    address = "Beispielweg 1"
    legal_regime = "dsg_ekd"
    logo = "logo.png"
    [managers]
    dia-pprobe = "Paula Probe"
    [paths]
    inbox = "ein"
    outbox = "aus"
    archive = "akte"
    """
    settings = load_settings(root(tmp_path, text))
    assert settings.carrier.logo == tmp_path / "logo.png"
    assert (settings.inbox, settings.outbox, settings.archive) == (
        tmp_path / "ein",
        tmp_path / "aus",
        tmp_path / "akte",
    )
    assert (settings.ledger, settings.objects) == (tmp_path / "db/l.sqlite", tmp_path / "store")
    assert settings.services == tmp_path / "dienste.json"
    assert settings.managers == {"dia-pprobe": "Paula Probe"}
    assert (settings.settle_s, settings.wait_days, settings.case_prefix) == (1.5, 10, "KA")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no carrier"),
        ("[carrier]\n", "no carrier"),
        ('[carrier]\ncode = "caritas"', "capital letters"),
        ('[carrier]\ncode = "CAR"\nlegal_regime = "egal"', "legal_regime"),
        ('carrier = "CAR"', "must be a table"),
        ('[carrier]\ncode = "CAR"\nname = 5', "must be a text"),
        ('wait_days = "bald"\n[carrier]\ncode = "CAR"', "must be a number"),
        ('wait_days = true\n[carrier]\ncode = "CAR"', "must be a number"),
        ('wait_days = -1\n[carrier]\ncode = "CAR"', "must be a number"),
        ('waitdays = 1\n[carrier]\ncode = "CAR"', "unknown setting 'waitdays'"),
        ('case_prefix = "M/A"\n[carrier]\ncode = "CAR"', "case_prefix"),
        ("[carrier", "cannot be read"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(SetupError, match=what) as caught:
        load_settings(root(tmp_path, text))
    assert caught.value.exit_code is ExitCode.SETUP


def test_a_folder_without_settings_is_no_root(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no formpipe root"):
        load_settings(tmp_path)


def test_the_shipped_folders_are_found_and_a_missing_one_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert (resources.shipped("schemas") / "guard.json").is_file()
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "formpipe")
    with pytest.raises(SetupError, match="'schemas'"):
        resources.shipped("schemas")
