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

FEW, MANY = 20, 100
HERE = Path(__file__).parent
_CASES = ("case1", "case2", "case3", "case4", "case6")


class NotTheSameError(Exception):
    """The two ways did not do the same work, so their times say nothing."""


def end_to_end() -> Iterator[Pair]:
    """Take in forms and make the documents: formpipe's command and the plain script, each a process of its own."""
    two, every = [str(HERE / "two_documents.py")], ["-m", "formpipe"]
    yield _measured(FEW, "2 documents a form", two)
    yield _measured(MANY, "2 documents a form", two, aim=4.0)
    yield _measured(MANY, "all of `run --no-pdf` (next form as Word and PDF, annex)", every)


def _measured(forms: int, documents: str, program: list[str], *, aim: float | None = None) -> Pair:
    with TemporaryDirectory() as name:
        folder = Path(name)
        root = _filled(folder / "root", forms)
        data = _data(folder / "data.json")
        slow_ms, fast_ms = alternated(
            lambda number: _plain(root.path / "inbox", data, folder / f"plain-{number}", forms),
            lambda number: _formpipe(root.path, folder / f"root-{number}", program, forms),
            rounds=3,
        )
    slow_each, fast_each = (tuple(time / forms for time in times) for times in (slow_ms, fast_ms))
    what = f"end to end, {forms} forms, {documents}"
    return Pair(what=what, slow="plain script", fast="formpipe", slow_ms=slow_each, fast_ms=fast_each, aim=aim)


def _filled(path: Path, forms: int) -> Root:
    root = make_root(path, "CAR", load_library(shipped("schemas")))
    for number in range(forms):
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


def _formpipe(filled: Path, root: Path, program: list[str], forms: int) -> None:
    shutil.copytree(filled, root)
    _call([*program, "run", "-C", str(root), "--no-pdf"])
    _require(len(list((root / "outbox").glob("MA-*/*-integrationsplan-*.docx"))), forms)
    shutil.rmtree(root)


def _plain(inbox: Path, data: Path, out: Path, forms: int) -> None:
    out.mkdir()
    _call([str(HERE / "plain_script.py"), str(inbox), str(data), str(out)])
    _require(len(list(out.glob("*-integrationsplan.docx"))), forms)
    shutil.rmtree(out)


def _require(made: int, wanted: int) -> None:
    if made != wanted:
        raise NotTheSameError(f"{made} plans of {wanted}")


def _call(command: list[str]) -> None:
    environment = {**os.environ, "FORMPIPE_NOW": NOW}
    subprocess.run([sys.executable, *command], env=environment, check=True, stdout=subprocess.DEVNULL)
