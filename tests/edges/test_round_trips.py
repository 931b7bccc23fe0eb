"""Our PDF blanks filled by other people's programs, in scripts that their fonts lack: what is read is what was typed.

A program that is not installed is skipped. PDFBox needs Debian's
libpdfbox2-java and a JDK; `FORMPIPE_NODE` names a folder `node_modules` with
pdf-lib and pdfjs-dist.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from fill_pdf import fill_pdf, fill_pdf_pdftk, has_pdftk
from pypdf import PdfReader, PdfWriter
from typed_texts import TEXTS

from formpipe.blanks.write import write_form
from formpipe.model import FieldType
from formpipe.readers.read import read
from formpipe.schemas import Library

pytestmark = pytest.mark.heavy

FILLERS = Path(__file__).parents[1] / "fillers"
NODE = Path(os.environ.get("FORMPIPE_NODE", "node_modules"))
JARS = [Path("/usr/share/java") / f"{name}.jar" for name in ("pdfbox2", "fontbox2", "commons-logging")]
TIMEOUT_S = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a person puts into one field: `value` as it is stored, `shown` as it is seen."""

    name: str
    kind: str
    value: str
    shown: str


def typed_in(blank: bytes) -> list[Typed]:
    """Return an answer for each field of *blank* that a person can fill."""
    texts = cycle(TEXTS)
    return [answer for name, field in _fillable(blank) for answer in _typed(name, field, texts)]


def _fillable(blank: bytes) -> Iterator[tuple[str, Any]]:
    for name, field in (PdfReader(BytesIO(blank)).get_fields() or {}).items():
        if field.field_type and not int(field.get("/Ff", 0)) & 1:
            yield name, field


def _typed(name: str, field: Any, texts: Iterator[str]) -> Iterator[Typed]:  # noqa: ANN401 - of pypdf
    if field.field_type == "/Tx":
        text = next(texts)
        yield Typed(name=name, kind="text", value=text, shown=text)
    elif field.field_type == "/Btn":
        yield Typed(name=name, kind="box", value="", shown="")
    else:
        stored, shown = field["/Opt"][-1]
        yield Typed(name=name, kind="choice", value=str(stored), shown=str(shown))


def by_pikepdf(blank: bytes, answers: Sequence[Typed], _: Path) -> bytes:
    return fill_pdf(blank, {each.name: each.kind == "box" or each.shown for each in answers})


def by_pdftk(blank: bytes, answers: Sequence[Typed], _: Path) -> bytes:
    return fill_pdf_pdftk(blank, {each.name: each.kind == "box" or each.shown for each in answers})


def by_pypdf(blank: bytes, answers: Sequence[Typed], _: Path) -> bytes:
    writer = PdfWriter(clone_from=BytesIO(blank))
    boxes = {name: field["/_States_"] for name, field in _fillable(blank) if field.field_type == "/Btn"}
    on = {name: next(state for state in states if state != "/Off") for name, states in boxes.items()}
    values = {each.name: on[each.name] if each.kind == "box" else each.value for each in answers}
    writer.update_page_form_field_values(None, values, auto_regenerate=False)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def by_pdfbox(blank: bytes, answers: Sequence[Typed], folder: Path) -> bytes:
    def encoded(text: str) -> str:
        return base64.b64encode(text.encode()).decode("ascii")

    lines = "".join(f"{encoded(each.name)} {encoded(each.value)}\n" for each in answers)
    command = ["java", "-cp", os.pathsep.join(map(str, JARS)), str(FILLERS / "PdfBoxFill.java")]
    return _run(command, blank, lines, folder)


def by_node(script: str) -> Callable[[bytes, Sequence[Typed], Path], bytes]:
    def fill(blank: bytes, answers: Sequence[Typed], folder: Path) -> bytes:
        rows = [{"name": each.name, "kind": each.kind, "value": each.value, "shown": each.shown} for each in answers]
        return _run(["node", str(FILLERS / script), str(NODE.resolve())], blank, json.dumps(rows), folder)

    return fill


def _run(command: list[str], blank: bytes, answers: str, folder: Path) -> bytes:
    source, data, target = (folder / name for name in ("blank.pdf", "answers", "filled.pdf"))
    source.write_bytes(blank)
    data.write_text(answers, encoding="utf-8")
    subprocess.run([*command, source, data, target], check=True, capture_output=True, timeout=TIMEOUT_S)
    return target.read_bytes()


PROGRAMS: dict[str, tuple[Callable[[bytes, Sequence[Typed], Path], bytes], Callable[[], bool]]] = {
    "pikepdf": (by_pikepdf, lambda: True),
    "pypdf": (by_pypdf, lambda: True),
    "pdftk": (by_pdftk, has_pdftk),
    "pdfbox": (by_pdfbox, lambda: bool(shutil.which("javac")) and all(jar.is_file() for jar in JARS)),
    "pdf-lib": (by_node("pdflib.mjs"), (NODE / "pdf-lib").is_dir),
    "pdf.js": (by_node("pdfjs.mjs"), (NODE / "pdfjs-dist").is_dir),
}


@pytest.mark.parametrize("kind", ["intake", "review"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_read_is_what_was_typed(program: str, kind: str, library: Library, tmp_path: Path) -> None:
    fill, is_here = PROGRAMS[program]
    if not is_here():
        pytest.skip(f"{program} is not installed")
    blank = write_form(library.newest(kind), fmt="pdf", carrier="STA")
    answers = typed_in(blank)
    assert len(answers) > len(TEXTS)
    found = {field.name: field for field in read(fill(blank, answers, tmp_path)).fields}
    for each in answers:
        field = found[each.name]
        assert (each.name, field.value) == (each.name, True if field.type is FieldType.CHECKBOX else each.value)
        assert (each.name, field.flags) == (each.name, ())
