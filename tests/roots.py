"""A whole root, the command on it, and forms to drop: what the journeys are made with."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

from click.testing import CliRunner
from fill_docx import fill_docx
from fill_pdf import fill_pdf
from make_forms import Answer, Answers, answers_of, forms_of, kind_of

from formpipe.blanks.write import write_form
from formpipe.cli import main
from formpipe.definition import FormDefinition
from formpipe.model import Json
from formpipe.schemas import Library

NOW = "2026-11-22T09:00:00+01:00"

Fmt: TypeAlias = Literal["docx", "pdf"]

_BLANKS: dict[tuple[str, str, str], bytes] = {}
_MOST_FILLED = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One run of the command: exit code, streams, and for `run` one object per file."""

    exit_code: int
    out: str = field(repr=False)
    err: str = field(repr=False)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The JSON objects of stdout, one per line."""
        return [json.loads(line) for line in self.out.splitlines() if line.startswith("{")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A root of one carrier and the command on it, at the moment `now`."""

    path: Path
    carrier: str
    library: Library = field(repr=False)
    now: str = NOW

    def copy(self, path: Path) -> Root:
        """Return a copy of this root at *path*."""
        shutil.copytree(self.path, path)
        return replace(self, path=path)

    def at(self, now: str) -> Root:
        """Return the same root at another moment."""
        return replace(self, now=now)

    def command(self, verb: str, *arguments: str) -> Ran:
        """Run a verb on this root."""
        return command(verb, "-C", str(self.path), *arguments, now=self.now)

    def run(self, *arguments: str) -> Ran:
        """Take in the inbox without making PDFs."""
        return self.command("run", "--no-pdf", "--format", "json", *arguments)

    def show(self, case: str) -> dict[str, Any]:
        """Return the plan of *case*."""
        shown = self.command("show", case, "--format", "json")
        assert shown.exit_code == 0, shown.err
        return cast("dict[str, Any]", json.loads(shown.out))

    def definition(self, kind: str) -> FormDefinition:
        """Return the newest definition of *kind*."""
        return self.library.newest(kind)

    def blank(self, kind: str, fmt: Fmt = "docx") -> bytes:
        """Return the blank of *kind*, made once per test process."""
        definition = self.definition(kind)
        key = (str(definition.kind), fmt, self.carrier)
        if key not in _BLANKS:
            _BLANKS[key] = write_form(definition, fmt=fmt, carrier=self.carrier)
        return _BLANKS[key]

    def filled(
        self, record: Mapping[str, Json], *, fmt: Fmt = "docx", changed: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the form that says *record*, with *changed* answers in place (`None` takes one away)."""
        kind = kind_of(record)
        answers = answers_of(record, self.definition(kind)) | dict(changed or {})
        kept: Answers = {name: answer for name, answer in answers.items() if answer is not None}
        return _filled(fmt, self.blank(kind, fmt), tuple(kept.items()))

    def drop(self, name: str, data: bytes) -> str:
        """Put a file into the inbox and return its checksum."""
        (self.path / "inbox" / name).write_bytes(data)
        return hashlib.sha256(data).hexdigest()

    def files(self, *parts: str) -> dict[str, bytes]:
        """Return every file below the folder *parts* of the root, by its path there."""
        folder = self.path.joinpath(*parts)
        found = sorted(each for each in folder.rglob("*") if each.is_file())
        return {each.relative_to(folder).as_posix(): each.read_bytes() for each in found}


@lru_cache(maxsize=_MOST_FILLED)
def _filled(fmt: Fmt, blank: bytes, answers: tuple[tuple[str, Answer], ...]) -> bytes:
    return (fill_docx if fmt == "docx" else fill_pdf)(blank, dict(answers))


def command(*arguments: str, now: str = NOW) -> Ran:
    """Run the command with *arguments* at the moment *now*."""
    environment = {"FORMPIPE_NOW": now, "FORMPIPE_ROOT": None}
    result = CliRunner(env=environment).invoke(main, list(arguments), catch_exceptions=False)
    return Ran(exit_code=result.exit_code, out=result.stdout, err=result.stderr)


def make_root(folder: Path, carrier: str, library: Library) -> Root:
    """Make a root with `formpipe init`."""
    made = command("init", str(folder), "--carrier", carrier)
    assert made.exit_code == 0, made.err
    return Root(path=folder, carrier=carrier, library=library)


def drop_all(root: Root, records: Sequence[Mapping[str, Json]], order: Sequence[int]) -> None:
    """Drop the forms of *records* at once, named so that a listing gives them in *order*."""
    for place, number in enumerate(order):
        root.drop(f"{place}-bogen.docx", root.filled(records[number]))


def number_of(case: Mapping[str, Json]) -> str:
    """Return the number of a sample case, which its reviews name."""
    record = cast("dict[str, dict[str, str]]", forms_of(case)[-1])
    return record["case"]["case_id"]
