"""Lines and areas that belong to no text, marked as decoration: a screen reader passes over them (ISO 14289-1, 7.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import pikepdf

_BEGIN, _END = frozenset({"BDC", "BMC"}), "EMC"
_PATHS = frozenset({"m", "l", "c", "v", "y", "h", "re", "W", "W*", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n"})
_OPEN = pikepdf.ContentStreamInstruction([pikepdf.Name.Artifact], pikepdf.Operator("BMC"))
_CLOSE = pikepdf.ContentStreamInstruction([], pikepdf.Operator("EMC"))


def mark_artifacts(document: pikepdf.Pdf) -> None:
    """Mark each path of *document*'s pages that has no mark as decoration.

    LibreOffice 7.4 leaves the borders of paragraphs (of running headers, of
    headings) without one. Text without a mark is left as it is: it would be a
    loss, not a decoration.
    """
    for page in document.pages:
        instructions = pikepdf.parse_content_stream(page)
        marked = list(_marked(instructions))
        if len(marked) > len(instructions):
            page.Contents = document.make_stream(pikepdf.unparse_content_stream(marked))


def _marked(instructions: Iterable[Any]) -> Iterator[Any]:
    """Yield *instructions* with each path outside marked content between marks of its own."""
    for is_bare, group in groupby(_told(instructions), key=lambda told: told[0]):
        if is_bare:
            yield _OPEN
        for _, instruction in group:
            yield instruction
        if is_bare:
            yield _CLOSE


def _told(instructions: Iterable[Any]) -> Iterator[tuple[bool, Any]]:
    """Yield each of *instructions* with whether it is a part of a path outside marked content."""
    depth = 0
    for instruction in instructions:
        operator = str(instruction.operator)
        depth += operator in _BEGIN
        yield depth == 0 and operator in _PATHS, instruction
        depth -= operator == _END
