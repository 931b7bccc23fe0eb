"""A carrier's old Word form, made by hand: tables, lines and boxes, and not one control."""

from __future__ import annotations

import re
from pathlib import Path

from make_docx import docx_of, p, run, table

DOCS = Path(__file__).parent.parent / "docs" / "mapping.md"
_BLOCK = re.compile(r"```(json)?\n(.*?)```", re.DOTALL)


def blocks() -> tuple[str, str]:
    """Return the form and the mapping that the documentation shows."""
    plain, mapping = (match[2] for match in _BLOCK.finditer(DOCS.read_text(encoding="utf-8")))
    return plain, mapping


def foreign_form(**changed: str) -> bytes:
    """Return the form of the documentation as a Word file, *changed* words in place of others."""
    text = blocks()[0]
    for old, new in changed.items():
        text = text.replace(old, new)
    body: list[str] = []
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append([p(run(cell.strip())) for cell in line.strip("|").split("|")])
            continue
        if rows:
            body.append(_table(rows))
            rows = []
        body.append(p(run(line)))
    return docx_of("".join(body))


def _table(rows: list[list[str]]) -> str:
    """Return *rows* as a table; one with an odd number of columns has its heads repeated on each page."""
    made = table(*rows)
    return made.replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1) if len(rows[0]) % 2 else made
