"""Loading a folder of schemas: what wins, what is found, and a wrong file named with its path and place."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing.exceptions import Unresolvable

from formpipe.errors import SetupError
from formpipe.model import FormKind
from formpipe.schemas import BASE, DIALECT, load_library, version_order


def write(path: Path, document: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def code_list(name: str, *titles: str) -> dict[str, Any]:
    codes = [{"const": title.lower(), "title": title} for title in titles]
    return {"$schema": DIALECT, "$id": f"{BASE}codes/{name}.json", "title": name, "oneOf": codes}


def form(kind: str = "intake", version: str = "2026.1", label: str = "Tag") -> dict[str, Any]:
    notes = {"x-print": "main", "x-sensitivity": ["S"]}
    fields = {
        "on": {"title": label, "type": "string", "format": "date", **notes},
        "area": {"title": "Bereich", "$ref": "codes/areas.json", **notes},
    }
    case = {"title": "Fall", "type": "object", "additionalProperties": False, "required": ["on"], "properties": fields}
    return {
        "$schema": DIALECT,
        "$id": f"{BASE}{kind}.v{version}.json",
        "title": "Bogen",
        "x-kind": kind,
        "x-version": version,
        "x-form-type": "aufnahme",
        "x-date": "case.on",
        "type": "object",
        "additionalProperties": False,
        "properties": {"case": case},
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one small form, one code list, a guard list and names by law."""
    write(tmp_path / "shipped" / "intake.v2026.1.json", form())
    write(tmp_path / "shipped" / "codes" / "areas.json", code_list("areas", "Arbeit"))
    write(tmp_path / "shipped" / "guard.json", {"lists": {"eins": ["sucht", "droge"], "zwei": ["haft"]}})
    write(tmp_path / "shipped" / "law.json", {"names": {}, "regimes": {}})
    return tmp_path / "shipped"


def test_a_folder_becomes_a_library(folder: Path) -> None:
    write(folder / "services.json", "[]")  # other data files are none of its business
    write(folder / "README.txt", "kein JSON")
    found = load_library(folder)
    kind = FormKind(kind="intake", version="2026.1")
    assert list(found.definitions) == [kind]
    assert found.definition(kind) is found.newest("intake")
    assert found.guard == ("sucht", "droge", "haft")
    assert found.law == {"names": {}, "regimes": {}}
    assert list(found.code_lists) == ["areas"]
    assert found.catalogue.spec_of("case.on") == found.newest("intake").specs["case.on"]


def test_older_versions_stay_and_the_newest_is_found_by_number(folder: Path) -> None:
    for version in ("2026.2", "2026.10", "2025.12"):
        write(folder / f"intake.v{version}.json", form(version=version))
    found = load_library(folder)
    assert {kind.version for kind in found.definitions} == {"2025.12", "2026.1", "2026.2", "2026.10"}
    assert found.newest("intake").kind.version == "2026.10"
    assert version_order("2026.2") < version_order("2026.10")


def test_the_copy_of_the_root_wins_file_by_file(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    write(own / "codes" / "areas.json", code_list("areas", "Wohnen", "Sprache"))
    write(own / "intake.v2026.2.json", form(version="2026.2", label="Datum"))
    write(own / "guard.json", {"lists": {"eigene": ["polizei"]}})
    found = load_library(folder, extra=own)
    assert [code.title for code in found.code_lists["areas"].codes] == ["Wohnen", "Sprache"]
    assert found.guard == ("polizei",)
    assert found.newest("intake").specs["case.on"].label == "Datum"
    older = found.definition(FormKind(kind="intake", version="2026.1"))
    assert older.specs["case.on"].label == "Tag"
    assert older.specs["case.area"].codes == found.code_lists["areas"]


def test_a_root_without_copies_changes_nothing(folder: Path, tmp_path: Path) -> None:
    assert load_library(folder, extra=tmp_path / "none").definitions == load_library(folder).definitions


def test_an_unknown_form_is_a_matter_of_the_set_up(folder: Path) -> None:
    found = load_library(folder)
    with pytest.raises(SetupError, match="kind 'review'") as caught:
        found.newest("review")
    assert caught.value.mend == "Known: intake.v2026.1"
    with pytest.raises(SetupError, match=re.escape("no form 'intake.v2026.2'")):
        found.definition(FormKind(kind="intake", version="2026.2"))


def test_a_byte_order_mark_does_no_harm(folder: Path) -> None:
    path = folder / "guard.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_library(folder).guard == ("sucht", "droge", "haft")


NO_TYPE = {**form(), "x-kind": 3}
INVALID = {**form(), "properties": {"case": {"type": "objekt"}}}
STRAY = {**form(), "x-typ": "intake"}
OTHER_NAME = {**form(), "x-version": "2026.3"}
LOOSE = {**form(), "additionalProperties": True}
ELSEWHERE = {**form(), "not": {"$ref": "file:///etc/passwd"}}
NOWHERE = {**form(), "allOf": [{"$ref": "#/$defs/none"}]}
_ROUND = {"a": {"anyOf": [{"$ref": "#/$defs/b"}]}, "b": {"$ref": "#/$defs/a"}}
ROUND = {**form(), "$defs": _ROUND, "not": {"properties": {"x": {"$ref": "#/$defs/a"}}}}


@pytest.mark.parametrize(
    ("name", "document", "words"),
    [
        ("intake.v2026.1.json", "{", ["no JSON"]),
        ("intake.v2026.1.json", '{"title": "a", "title": "b"}', ["no JSON", "'title' stands twice"]),
        ("intake.v2026.1.json", "[]", ["no JSON object"]),
        ("intake.v2026.1.json", INVALID, ["no valid JSON Schema at /properties/case/type"]),
        (
            "intake.v2026.1.json",
            {**form(), "$id": f"{BASE}intake.v2026.2.json"},
            ["/$id", f"{BASE}intake.v2026.1.json"],
        ),
        ("intake.v2026.1.json", {**form(), "$schema": "http://json-schema.org/draft-07/schema#"}, ["/$schema"]),
        ("intake.v2026.1.json", NO_TYPE, ["/x-kind", "not understood"]),
        ("intake.v2026.1.json", STRAY, ["1 faults", "/x-typ", "not known here"]),
        ("intake.v2026.1.json", OTHER_NAME, ["describes 'intake.v2026.3'"]),
        ("intake.v2026.1.json", LOOSE, ["additionalProperties"]),
        ("intake.v2026.1.json", ELSEWHERE, ["'file:///etc/passwd' leads nowhere", "Nothing is fetched"]),
        ("intake.v2026.1.json", NOWHERE, ["'/$defs/none' leads nowhere"]),
        ("intake.v2026.1.json", ROUND, ["'#/$defs/a' leads nowhere"]),
        ("intake.v2026.1.json", "[" * 100_000, ["no JSON"]),
        ("intake.v26.json", form(), ["file name", "intake.v2026.1.json"]),
        ("codes/areas.json", "nichts", ["no JSON"]),
        ("codes/areas.json", code_list("areas", "Arbeit", "Arbeit"), ["2 faults", "/oneOf/1/const", "/oneOf/1/title"]),
        ("codes/areas.json", code_list("other", "Arbeit"), ["/$id"]),
        ("guard.json", {"lists": ["sucht"]}, ["guard list", "/lists"]),
        ("guard.json", {"lists": {"eins": [""]}}, ["guard list"]),
        ("guard.json", {"lists": {"eins": "sucht"}}, ["guard list"]),
        ("guard.json", {}, ["guard list"]),
        ("law.json", {}, ["names by law", "/names"]),
        ("law.json", {"names": {}, "regimes": []}, ["names by law", "/regimes"]),
    ],
)
def test_a_wrong_file_is_named(folder: Path, name: str, document: object, words: list[str]) -> None:
    path = write(folder / name, document)
    with pytest.raises(SetupError) as caught:
        load_library(folder)
    assert caught.value.where == str(path)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("name", ["guard.json", "law.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(SetupError, match=f"'{name}' is missing"):
        load_library(folder)


def test_a_missing_code_list_is_named_where_it_is_used(folder: Path) -> None:
    (folder / "codes" / "areas.json").unlink()
    with pytest.raises(SetupError, match=r"codes/areas\.json") as caught:
        load_library(folder)
    assert "/properties/case/properties/area/$ref" in caught.value.mend


def test_a_file_that_is_no_text_is_named(folder: Path) -> None:
    (folder / "law.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(SetupError, match="no JSON"):
        load_library(folder)


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch, folder: Path, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a schema was to be fetched")

    monkeypatch.setattr("socket.socket.connect", refuse)
    copy = shutil.copytree(folder, tmp_path / "copy")
    found = load_library(copy)
    schema = {"$ref": f"{BASE}codes/areas.json"}
    assert Draft202012Validator(schema, registry=found.registry).is_valid("arbeit")
    unknown = Draft202012Validator({"$ref": f"{BASE}codes/none.json"}, registry=found.registry)
    with pytest.raises(Unresolvable):
        unknown.is_valid("arbeit")
