"""Files whose true values are known: real forms of other people where they are at hand, and our own, filled here."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fill_docx import fill_docx
from fill_pdf import fill_pdf
from make_forms import answers_of, forms_of, kind_of, load_case

from formpipe.blanks.write import write_form
from formpipe.model import Field, FieldType
from formpipe.readers.naming import UNNAMED
from formpipe.schemas import Library

CORPUS = Path(os.environ.get("FORMPIPE_CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))
"""The folder of the corpus, no part of this repository; `FORMPIPE_CORPUS` names another."""

Texts = tuple[str, ...]
_CASES = ("case1", "case2", "case3", "case4", "case5", "case6")


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A file and what a reading of it may give under each name: any of the texts, nothing for an empty field."""

    name: str
    data: bytes = field(repr=False)
    values: Mapping[str, frozenset[Texts]] = field(repr=False)


def truths_of(group: str, library: Library) -> Iterator[Truth]:
    """Yield the files of *group*: `docx` or `pdf` of the corpus, `own docx` or `own pdf` for our own forms."""
    if group == "docx":
        return (_docx(path) for path in sorted((CORPUS / "docx").glob("*/*.truth.json")))
    if group == "pdf":
        paths = sorted((CORPUS / "pdf" / "truth").glob("*.json"))
        return (_pdf(path) for path in paths if not path.name.startswith("flat__"))
    return _own(group.removeprefix("own "), library)


def texts_of(found: Field) -> set[Texts]:
    """Return the ways to say what *found* holds: what is stored, what is shown."""
    if found.type is FieldType.CHECKBOX:
        return {(found.display or "",), ("on",)} if found.value else {()}
    if isinstance(found.value, tuple):
        return {_set(found.value)}
    return {_set([text]) for text in (found.value, found.display) if isinstance(text, str)} or {()}


def _set(texts: Iterable[str]) -> Texts:
    """Return what was chosen or written, without order, line ends and blanks at the end."""
    plain = (text.replace("\r\n", "\n").replace("\r", "\n").rstrip() for text in texts)
    return tuple(sorted(text for text in plain if text))


def _docx(path: Path) -> Truth:
    name = path.name.removesuffix(".truth.json")
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    left_out = {*known.get("lost_in_file", ()), *known.get("conflicts", ())}
    values = {}
    for each in (known.get("reader") or known).get("fields") or []:
        if each["state"] == "container" or each["key_source"] in {"none", "label"} or each["kind"] == "group":
            continue
        if each["key"] not in left_out and not each.get("conflict"):
            values[each["key"]] = frozenset(_docx_ways(each))
    return Truth(name=name, data=path.with_name(name).read_bytes(), values=values)


def _docx_ways(each: Mapping[str, Any]) -> Iterator[Texts]:
    ways = [each["value"], each.get("iso"), each.get("item_value")]
    if each["state"] in {"placeholder", "empty"} or all(way is None for way in ways):
        yield ()
        return
    for way in ways:
        if isinstance(way, bool):
            yield ("on",) if way else ()
        elif way is not None:
            yield _set([str(way)])


def _pdf(path: Path) -> Truth:
    folder, _, name = path.stem.partition("__")
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    values = {
        key or UNNAMED: frozenset(_set(way) for way in (each.get("value", []), *each.get("accept", [])))
        for key, each in (known.get("fields") or {}).items()
        if each["status"] in {"agree", "weak"} and each.get("type") != "push"
    }
    return Truth(name=f"{folder}/{name}", data=(CORPUS / "pdf" / folder / f"{name}.pdf").read_bytes(), values=values)


def _own(fmt: str, library: Library) -> Iterator[Truth]:
    fill = fill_pdf if fmt == "pdf" else fill_docx
    for case_name in _CASES:
        case = load_case(case_name)
        for number, record in enumerate(forms_of(case)):
            definition = library.newest(kind_of(record))
            answers = answers_of(record, definition)
            blank = write_form(definition, fmt="pdf" if fmt == "pdf" else "docx", carrier=str(case["carrier"]))
            values = {
                key: frozenset([(("on",) if answer else ()) if isinstance(answer, bool) else _set([answer])])
                for key, answer in answers.items()
            }
            yield Truth(name=f"{case_name}/{number}", data=fill(blank, answers), values=values)
