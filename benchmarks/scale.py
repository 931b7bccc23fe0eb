"""What many cases and many processors change: cost per form in a full ledger, one worker and two."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from make_forms import forms_of, load_case
from roots import NOW, Root, make_root
from timing import Pair, alternated

from formpipe.ledger.ledger import key_of
from formpipe.ledger.seal import set_seal
from formpipe.resources import shipped
from formpipe.schemas import load_library

_FORMS = 20
_SIZES = (100, 10_000, 100_000)
_WITH_PDF = 96
_A_YEAR = 9_000
_FIRST_YEAR = 2001
_IDS = {"id": 32, "form_id": 32, "sha256": 64, "claim": 32, "answers_key": 64, "person_key": 64, "checksum": 64}
_IDS |= {"plan_checksum": 64, "bytes_key": 64, "subject": 64, "object": 64}
_COUNTED = frozenset({"seq", "number"})


def full_ledger() -> Iterator[Pair]:
    """Take in forms where 10,000 and 100,000 cases lie already; beside it 100 cases."""
    with TemporaryDirectory() as name:
        small = _filled(Path(name) / "small", _SIZES[0])
        for size in _SIZES[1:]:
            large = _filled(Path(name) / str(size), size)
            slow_ms, fast_ms = alternated(partial(_take, large), partial(_take, small), rounds=3)
            slow_each, fast_each = (tuple(each / _FORMS for each in times) for times in (slow_ms, fast_ms))
            what = f"a form where {size:,} cases lie, beside {_SIZES[0]}"
            yield Pair(what=what, slow=f"{size:,} cases", fast="100 cases", slow_ms=slow_each, fast_ms=fast_each)
            shutil.rmtree(large.path)


def workers() -> Iterator[Pair]:
    """Run with one worker and with two, by the clock on the wall: reading, documents and PDFs."""
    with TemporaryDirectory() as name:
        root = make_root(Path(name) / "root", "CAR", load_library(shipped("schemas")))
        drop_intakes(root, 0, _WITH_PDF)

        def run(number: int, jobs: int) -> None:
            copy = Path(name) / f"{jobs}-{number}"
            shutil.copytree(root.path, copy)
            _run(copy, "--jobs", str(jobs))
            shutil.rmtree(copy)

        one_ms, two_ms = alternated(partial(run, jobs=1), partial(run, jobs=2), rounds=3, clock=time.perf_counter)
        one_each, two_each = (tuple(each / _WITH_PDF for each in times) for times in (one_ms, two_ms))
        what = f"`run` with PDFs, {_WITH_PDF} forms (wall)"
        yield Pair(what=what, slow="one worker", fast="two workers", slow_ms=one_each, fast_ms=two_each, aim=1.7)


def _take(root: Root, number: int) -> None:
    drop_intakes(root, number + 1, _FORMS)
    _run(root.path, "--no-pdf")


def drop_intakes(root: Root, batch: int, count: int) -> None:
    """Drop *count* intakes of as many people; those of another *batch* are others."""
    record = cast("dict[str, Any]", forms_of(load_case("case1"))[0])
    for number in range(count):
        changed = {"person.family_name": f"Muster-{batch}-{number}", "case.case_id": None, "case.carrier": None}
        root.drop(f"{batch:03}-{number:03}.docx", root.filled(record, changed=changed))


def _run(root: Path, *options: str) -> None:
    command = [sys.executable, "-m", "formpipe", "run", "-C", str(root), *options]
    subprocess.run(command, env={**os.environ, "FORMPIPE_NOW": NOW}, check=True, stdout=subprocess.DEVNULL)


def _filled(path: Path, cases: int) -> Root:
    """Return a root whose ledger holds *cases* cases: one taken in, the others its rows under other names."""
    root = make_root(path, "CAR", load_library(shipped("schemas")))
    drop_intakes(root, 0, 1)
    _run(root.path, "--no-pdf")
    book = sqlite3.connect(root.path / "archive" / "ledger.sqlite")
    book.row_factory = sqlite3.Row
    for table in ("form", "decision", "case_file", "plan", "document", "published", "briefing", "sighting", "chain"):
        rows = [dict(row) for row in book.execute(f"SELECT * FROM {table}")]  # noqa: S608 - names from this page
        for row in rows:
            if row.get("case_id", "") is None or row.get("object", "") is None:  # a blank; a PDF that is still owed
                continue
            kept = {key: value for key, value in row.items() if key not in _COUNTED and not _is_counter(table, key)}
            marks = ", ".join("?" * len(kept))
            insert = f"INSERT INTO {table} ({', '.join(kept)}) VALUES ({marks})"  # noqa: S608 - as above
            book.executemany(insert, (_other(kept, number) for number in range(1, cases)))
    book.commit()
    book.close()
    ledger = root.path / "archive" / "ledger.sqlite"
    set_seal(ledger, key_of(ledger))
    return root


def _is_counter(table: str, key: str) -> bool:
    return table == "sighting" and key == "id"


def _other(row: dict[str, Any], number: int) -> list[Any]:
    """Return the values of *row* for the case *number*; ids that belong together stay together."""
    case = f"MA-CAR-{_FIRST_YEAR + number // _A_YEAR:04}-{number % _A_YEAR + 1:04}"
    changed = {"case_id": case, "path": str(row.get("path")).replace(str(row.get("case_id")), case)}
    found = []
    for key, value in row.items():
        if value is not None and key in changed:
            found.append(changed[key])
        elif value is not None and key in _IDS:
            found.append(f"{number:08x}{value[8:]}")
        else:
            found.append(value)
    return found
