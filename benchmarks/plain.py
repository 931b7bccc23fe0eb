"""End to end: forms in the inbox, documents in the outbox, beside the plain script."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from make_contexts import contexts_of
from make_forms import forms_of, load_case
from roots import NOW, Root, make_root
from timing import Pair, alternated

from formpipe.resources import shipped
from formpipe.schemas import load_library

FORMS = 20
HERE = Path(__file__).parent
_CASES = ("case1", "case2", "case3", "case4", "case6")


class NotTheSameError(Exception):
    """The two ways did not do the same work, so their times say nothing."""


def end_to_end() -> Iterator[Pair]:
    """Take in forms and make the documents: formpipe's command and the plain script, each a process of its own."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        root = _filled(folder / "root")
        data = _data(folder / "data.json")
        runs: dict[str, tuple[str, float | None, list[str]]] = {
            "plan and paper": ("end to end, 2 documents a form", 4.0, [str(HERE / "two_documents.py")]),
            "all": ("end to end, all of `run --no-pdf` (next form as Word and PDF, annex)", None, ["-m", "formpipe"]),
        }
        for documents, (what, aim, program) in runs.items():

            def fast(number: int, program: list[str] = program, documents: str = documents) -> None:
                _formpipe(root.path, folder / f"{documents}-{number}", program)

            def slow(number: int, documents: str = documents) -> None:
                _plain(root.path / "inbox", data, folder / f"plain-{documents}-{number}")

            slow_ms, fast_ms = alternated(slow, fast, rounds=3)
            each = (tuple(time / FORMS for time in times) for times in (slow_ms, fast_ms))
            slow_each, fast_each = each
            yield Pair(what=what, slow="plain script", fast="formpipe", slow_ms=slow_each, fast_ms=fast_each, aim=aim)


def _filled(path: Path) -> Root:
    root = make_root(path, "CAR", load_library(shipped("schemas")))
    for number in range(FORMS):
        record = cast("dict[str, Any]", forms_of(load_case(_CASES[number % len(_CASES)]))[0])
        changed = {"person.family_name": f"Muster-{number}", "case.case_id": None, "case.carrier": None}
        root.drop(f"{number:03}.docx", root.filled(record, changed=changed))
    return root


def _data(path: Path) -> Path:
    found = contexts_of(load_library(shipped("schemas")))
    documents = [
        {"name": name, "template": str(shipped("templates") / f"{name}.docx"), "context": found[name][0]}
        for name in ("integrationsplan", "jobcenter-briefing")
    ]
    path.write_text(json.dumps(documents), encoding="utf-8")
    return path


def _formpipe(filled: Path, root: Path, program: list[str]) -> None:
    shutil.copytree(filled, root)
    _call([*program, "run", "-C", str(root), "--no-pdf"])
    _require(len(list((root / "outbox").glob("MA-*/*-integrationsplan-*.docx"))))
    shutil.rmtree(root)


def _plain(forms: Path, data: Path, out: Path) -> None:
    out.mkdir()
    _call([str(HERE / "plain_script.py"), str(forms), str(data), str(out)])
    _require(len(list(out.glob("*-integrationsplan.docx"))))
    shutil.rmtree(out)


def _require(made: int) -> None:
    if made != FORMS:
        raise NotTheSameError(f"{made} plans of {FORMS}")


def _call(command: list[str]) -> None:
    environment = {**os.environ, "FORMPIPE_NOW": NOW}
    subprocess.run([sys.executable, *command], env=environment, check=True, stdout=subprocess.DEVNULL)
