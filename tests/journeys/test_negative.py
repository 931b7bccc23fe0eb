"""The negative fixtures: each has its outcome, exit code and reason, and no other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import pytest
from make_forms import CASES, forms_of, load_case
from roots import Ran, Root

_TABLE = cast("dict[str, dict[str, Any]]", json.loads((CASES / "negative.json").read_text(encoding="utf-8")))
_NEW = forms_of(load_case("new"))
_RECORDS = {"intake": _NEW[0], "review": _NEW[1]}


@pytest.mark.parametrize("number", sorted(_TABLE))
def test_negative_fixture(number: str, root: Root) -> None:
    dropped: list[bytes] = []
    for step in _TABLE[number]["steps"]:
        data = dropped[step["again"]] if "again" in step else _form(root, step)
        dropped.append(data)
        sha256 = root.drop(f"Bogen {len(dropped)}.{step.get('fmt', 'docx')}", data)
        before = _outside_korrektur(root)
        ran = root.run()
        _check_row(ran, sha256, step)
        if step["outcome"] in {"rejected", "held", "returned"}:
            assert _outside_korrektur(root) == before or _took_back(root, step)
            assert _report(root, sha256, step)
        for key, value in step.get("values", {}).items():
            assert root.show(str(ran.rows[0]["case"]))["values"][key]["value"] == value


def _took_back(root: Root, step: Mapping[str, Any]) -> bool:
    """Tell whether the form took a plan back that is contradicted: the version before it lies there again."""
    plans = [path for path in root.files("outbox") if "integrationsplan" in path]
    return "takes_back" in step and [f"-v{step['takes_back']}.docx" in path for path in plans] == [True]


def _form(root: Root, step: Mapping[str, Any]) -> bytes:
    return root.filled(_RECORDS[step["form"]], fmt=step.get("fmt", "docx"), changed=step.get("answers"))


def _check_row(ran: Ran, sha256: str, step: Mapping[str, Any]) -> None:
    row = next(each for each in ran.rows if each["sha256"] == sha256)
    assert (row["outcome"], ran.exit_code) == (step["outcome"], step["exit"]), row
    assert row["reason"] == step.get("reason", row["reason"] if row["outcome"] == "duplicate" else None), row
    weighty = [each for each in row["findings"] if each["severity"] == "error"]
    expected = [dict(zip(("rule", "pointer", "severity"), each, strict=True)) for each in step["rules"]]
    assert weighty == [each for each in expected if each["severity"] == "error"]
    for each in expected:
        assert each in row["findings"]


def _outside_korrektur(root: Root) -> dict[str, bytes]:
    found = root.files("outbox")
    return {path: data for path, data in found.items() if not path.startswith(("korrektur/", "hinweise/", "vorlagen/"))}


def _report(root: Root, sha256: str, step: Mapping[str, Any]) -> bool:
    """Tell whether a German report about the form lies in `korrektur`, naming the field at its label."""
    reports = [
        data.decode()
        for path, data in root.files("outbox", "korrektur").items()
        if path.startswith(sha256[:12]) and path.endswith(".txt")
    ]
    return len(reports) == 1 and step.get("label", "") in reports[0]
