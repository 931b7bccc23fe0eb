"""Real forms of other people, where they are at hand: nothing crashes, and most values are right.

The files are no part of this repository. `FORMPIPE_CORPUS` names their folder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from formpipe.errors import UnreadableFormError
from formpipe.model import Field, FieldType
from formpipe.readers.read import read

CORPUS = Path(os.environ.get("FORMPIPE_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here; FORMPIPE_CORPUS names its folder")


def fields_of(path: Path) -> dict[str, Field]:
    try:
        return {field.name: field for field in read(path.read_bytes()).fields}
    except UnreadableFormError:
        return {}


def score(wanted: Iterator[bool]) -> tuple[int, int]:
    outcomes = list(wanted)
    return sum(outcomes), len(outcomes)


def docx_outcomes(truth: Path) -> Iterator[bool]:
    found = fields_of(truth.with_name(truth.name.removesuffix(".truth.json")))
    data: dict[str, Any] = json.loads(truth.read_text(encoding="utf-8"))
    for each in (data.get("reader") or data).get("fields") or []:
        if each["state"] == "container" or each["key_source"] in {"none", "label"} or each["kind"] == "group":
            continue
        field = found.get(each["key"])
        unfilled = each["state"] in {"placeholder", "empty"}
        wanted = {None} if unfilled else {each["value"], each.get("iso"), each.get("item_value")} - {None} or {None}
        shown = {field.value, field.display} if field is not None and field.display is not None else set()
        yield field is not None and not (shown | {field.value}).isdisjoint(wanted)


def pdf_outcomes(truth: Path) -> Iterator[bool]:
    folder, _, name = truth.stem.partition("__")
    found = fields_of(CORPUS / "pdf" / folder / f"{name}.pdf")
    data: dict[str, Any] = json.loads(truth.read_text(encoding="utf-8"))
    for name, each in (data.get("fields") or {}).items() if folder != "flat" else ():
        if each["status"] not in {"agree", "weak"}:
            continue
        allowed = [
            tuple(text.replace("\r\n", "\n") for text in texts)
            for texts in (each.get("value", []), *each.get("accept", []))
        ]
        field = found.get(name)
        yield field is not None and not values_of(field).isdisjoint(allowed)


def values_of(field: Field) -> set[tuple[str, ...]]:
    if field.type is FieldType.CHECKBOX:
        return {(field.display or "",)} if field.value else {()}
    if isinstance(field.value, tuple):
        return {field.value}
    return {(text,) for text in (field.value, field.display) if isinstance(text, str)} or {()}


@pytest.mark.parametrize(
    ("pattern", "outcomes", "floor"),
    [("docx/*/*.truth.json", docx_outcomes, 0.995), ("pdf/truth/*.json", pdf_outcomes, 0.98)],
)
def test_the_corpus_reads_right(pattern: str, outcomes: Any, floor: float, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401 - one of the two above
    right, total = score(each for truth in sorted(CORPUS.glob(pattern)) for each in outcomes(truth))
    with capsys.disabled():
        print(f"\n{pattern}: {right} of {total} values right")  # noqa: T201 - the number is the point
    assert total > 0
    assert right / total >= floor
