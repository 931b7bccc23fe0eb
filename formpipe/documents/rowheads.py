"""Tables of labels and values in a tagged PDF: each label is a head of its row (ISO 14289-1, 7.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

_PAIR = 2


def mark_row_heads(document: pikepdf.Pdf) -> None:
    """Mark the first cell of each row as its head in tables of two columns that have no other heads.

    LibreOffice 7.4 marks heads only in rows that are repeated on each page.
    """
    root: Any = document.Root
    if "/StructTreeRoot" not in root:
        return
    for table in _tables_below(root.StructTreeRoot):
        rows = [list(_children_of(row)) for row in _children_of(table)]
        if rows and all(len(cells) == _PAIR and all(_kind_of(cell) == "/TD" for cell in cells) for cells in rows):
            for label, _ in rows:
                label.S = pikepdf.Name.TH
                label.A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)


def _tables_below(top: Any) -> Iterator[Any]:  # noqa: ANN401 - pikepdf is untyped
    waiting = [top]
    while waiting:
        element = waiting.pop()
        if _kind_of(element) == "/Table":
            yield element
        else:
            waiting.extend(_children_of(element))


def _children_of(element: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yield the elements below *element*; marked content and objects are none."""
    below = element.get("/K", [])
    for each in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(each, pikepdf.Dictionary) and "/S" in each:
            yield each


def _kind_of(element: Any) -> str:  # noqa: ANN401
    return str(element.get("/S", ""))
