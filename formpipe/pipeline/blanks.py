"""Keeps the blank forms in `vorlagen/` current: made again only when a schema or the program has changed."""

from __future__ import annotations

import hashlib
import json
from typing import Literal

from formpipe import __version__
from formpipe.blanks.write import write_form
from formpipe.definition import FormDefinition
from formpipe.errors import FormpipeError, SetupError
from formpipe.ledger import documents
from formpipe.model import Json
from formpipe.pipeline.opened import OpenRoot
from formpipe.pipeline.publish import publish_blank

FOLDER = "vorlagen"
_FORMATS: tuple[Literal["docx"], Literal["pdf"]] = ("docx", "pdf")


def refresh_blanks(root: OpenRoot) -> tuple[FormpipeError, ...]:
    """Write the newest blank of every kind of form as Word and PDF where it is missing or old.

    Returns:
        What kept a blank from being made (no font for PDF forms); the others are there.
    """
    errors = []
    for kind in sorted({each.kind for each in root.library.definitions}):
        definition = root.library.newest(kind)
        for fmt in _FORMATS:
            try:
                _refresh(root, definition, fmt)
            except SetupError as error:
                errors.append(error)
    _withdraw_old(root)
    return tuple(errors)


def _withdraw_old(root: OpenRoot) -> None:
    """Take out the blanks of older versions that nobody has filled where they lie."""
    kinds = {each.kind for each in root.library.definitions}
    current = {blank_path(root.library.newest(kind), fmt) for kind in kinds for fmt in _FORMATS}
    with root.ledger.transaction() as book:
        for file in documents.published_below(book, FOLDER):
            if file.path not in current and root.outbox.remove(file.path, ours=file.sha256):
                documents.note_gone(book, file.path)


def blank_path(definition: FormDefinition, fmt: str) -> str:
    """Return where a blank lies in the outbox."""
    return f"{FOLDER}/{definition.form_type}-{definition.kind.version}.{fmt}"


def _refresh(root: OpenRoot, definition: FormDefinition, fmt: Literal["docx", "pdf"]) -> None:
    path = blank_path(definition, fmt)
    made_from = _fingerprint(root, definition)
    with root.ledger.transaction() as book:
        known = documents.published_at(book, path)
    if known is not None and known.made_from == made_from and (root.settings.outbox / path).exists():
        return
    data = write_form(definition, fmt=fmt, carrier=root.settings.carrier.code)
    publish_blank(root, path, data, made_from=made_from, at=root.clock())


def _fingerprint(root: OpenRoot, definition: FormDefinition) -> str:
    codes: dict[str, Json] = {
        name: [[code.value, code.title] for code in each.codes] for name, each in root.library.code_lists.items()
    }
    parts = [__version__, root.settings.carrier.code, dict(definition.schema), codes]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
