"""A field added in one schema, as a new version: forms, reading, checking, printing and disclosure follow."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any, cast

import pytest
from expected import text_of_docx
from make_forms import forms_of, load_case
from roots import Fmt, Root

from formpipe.model import Json, pointer_of
from formpipe.resources import shipped
from formpipe.schemas import load_library

_INTAKE = forms_of(load_case("new"))[0]
_CASE = "MA-STA-2026-0001"
_TEXT = {"type": "string", "minLength": 1, "maxLength": 40}


@pytest.fixture
def newer(root: Root) -> Root:
    """A root with a schema of its own: the intake's next version has two more text fields, one for the Jobcenter."""
    schema = json.loads((shipped("schemas") / "intake.v2026.1.json").read_text(encoding="utf-8"))
    schema |= {"$id": schema["$id"].replace("2026.1", "2026.2"), "x-version": "2026.2"}
    marks = {"anyOf": [_TEXT, {"$ref": "codes/no_answer.json"}], "x-no-answer": True, "x-print": "main"}
    schema["properties"]["work"]["properties"] |= {
        "own_tools": {"title": "Eigenes Werkzeug", **marks, "x-sensitivity": ["S"], "x-jobcenter": "always"},
        "tool_place": {"title": "Aufbewahrt bei", **marks, "x-sensitivity": ["S"], "x-jobcenter": "never"},
    }
    folder = root.path / "schemas"
    folder.mkdir(exist_ok=True)
    (folder / "intake.v2026.2.json").write_text(json.dumps(schema), encoding="utf-8")
    return replace(root, library=load_library(shipped("schemas"), extra=folder))


def _with_tools(tools: str, place: str) -> dict[str, Json]:
    record = deepcopy(_INTAKE)
    cast("dict[str, Json]", record["work"]).update(own_tools=tools, tool_place=place)
    return record


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_the_new_field_goes_the_whole_way(fmt: Fmt, newer: Root) -> None:
    newer.drop(f"bogen.{fmt}", newer.filled(_with_tools("Messersatz", "Kellerfach"), fmt=fmt))
    ran = newer.run()
    assert [(row["outcome"], row["case"]) for row in ran.rows] == [("accepted", _CASE)], ran.out
    values: dict[str, Any] = newer.show(_CASE)["values"]
    assert (values["work.own_tools"]["value"], values["work.tool_place"]["value"]) == ("Messersatz", "Kellerfach")
    texts = {name: text_of_docx(data) for name, data in newer.files("outbox", _CASE).items() if name.endswith(".docx")}
    plan = next(text for name, text in texts.items() if "integrationsplan" in name)
    briefing = next(text for name, text in texts.items() if "jobcenter-briefing" in name)
    assert "Eigenes Werkzeug Messersatz" in plan
    assert "Aufbewahrt bei Kellerfach" in plan
    assert "Messersatz" in briefing
    assert "Kellerfach" not in briefing


def test_the_blank_in_the_outbox_shows_it_and_it_is_checked(newer: Root) -> None:
    newer.drop("bogen.docx", newer.filled(_with_tools("Messer" * 10, "Keller")))
    ran = newer.run()
    found = [(each["rule"], each["pointer"]) for each in ran.rows[0]["findings"] if each["severity"] == "error"]
    assert found == [("maxLength", pointer_of("work.own_tools"))]
    report = next(data.decode() for name, data in newer.files("outbox", "korrektur").items() if name.endswith(".txt"))
    assert "«Eigenes Werkzeug»" in report
    assert "Eigenes Werkzeug" in text_of_docx(newer.files("outbox", "vorlagen")["aufnahme-2026.2.docx"])


def test_a_form_of_the_older_version_is_still_taken(root: Root, newer: Root) -> None:
    newer.drop("bogen.docx", root.filled(_INTAKE))
    ran = newer.run()
    assert [(row["outcome"], row["case"]) for row in ran.rows] == [("accepted", _CASE)], ran.out
    assert [each for each in ran.rows[0]["findings"] if each["severity"] == "error"] == []
    assert "work.own_tools" not in newer.show(_CASE)["values"]
