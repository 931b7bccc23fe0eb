"""The municipal services: kinds from the program, places from the root only."""

from __future__ import annotations

from pathlib import Path

import pytest

from formpipe.documents.services import load_services
from formpipe.errors import SetupError
from formpipe.present import ServiceEntry
from formpipe.resources import shipped

KINDS = '{"kinds": [{"code": "a", "title": "A", "text": "Satz"}, {"code": "b", "title": "B", "text": "Satz"}]}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "services.json").write_text(KINDS, encoding="utf-8")
    return tmp_path


def test_the_shipped_kinds_name_no_place() -> None:
    services = load_services(shipped("schemas"))
    assert {"schuldnerberatung", "suchtberatung", "schwangerschaft", "gewaltschutz"} <= {each.code for each in services}
    assert all(service.entries == () and service.title and service.text for service in services)


def test_places_come_from_the_file_of_the_root(folder: Path) -> None:
    places = folder / "places.toml"
    places.write_text('[[b]]\nname = "Stelle"\nphone = "0621 1"\n[[b]]\naddress = "Weg 1"\n', encoding="utf-8")
    first, second = load_services(folder, places)
    assert first.entries == ()
    assert second.entries == (ServiceEntry(name="Stelle", phone="0621 1"), ServiceEntry(address="Weg 1"))


@pytest.mark.parametrize("text", ["", "[]", '{"kinds": 1}', '{"kinds": [{"code": "a"}]}', '{"kinds": ["a"]}'])
def test_kinds_that_cannot_be_read_are_named(folder: Path, text: str) -> None:
    (folder / "services.json").write_text(text, encoding="utf-8")
    with pytest.raises(SetupError, match="kinds of services"):
        load_services(folder)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("x", "cannot be read"),
        ("[[c]]\n", "unknown kind of service 'c'"),
        ("a = 1\n", "must be a list of places"),
        ('[[a]]\nmail = "x"\n', "not understood"),
        ("[[a]]\nname = 1\n", "not understood"),
        ("a = [1]\n", "not understood"),
    ],
)
def test_places_that_are_not_understood_are_named(folder: Path, text: str, what: str) -> None:
    (folder / "places.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SetupError, match=what):
        load_services(folder, folder / "places.toml")


def test_a_missing_file_of_places_is_named(folder: Path) -> None:
    with pytest.raises(SetupError, match="file of services"):
        load_services(folder, folder / "fehlt.toml")
