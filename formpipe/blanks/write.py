"""Writing a form: the layout is made once, then drawn by one of two writers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from formpipe.blanks.answered import answered
from formpipe.blanks.compose import layout_of
from formpipe.blanks.docx import write_docx
from formpipe.blanks.layout import Layout
from formpipe.definition import FormDefinition
from formpipe.model import Json
from formpipe.prefill import Prefill

Format = Literal["docx", "pdf"]
FORMATS: tuple[Format, ...] = ("docx", "pdf")


def write_form(
    definition: FormDefinition,
    *,
    fmt: Format,
    carrier: str,
    prefill: Prefill | None = None,
    answers: Mapping[str, Json] = MappingProxyType({}),
) -> bytes:
    """Return the form of *definition* as a Word or PDF file; the same arguments always give the same bytes.

    Args:
        definition: The form.
        fmt: `docx` (content controls) or `pdf` (AcroForm).
        carrier: Code of the carrier that the form prints.
        prefill: What already stands on it; without it the form is blank.
        answers: What was written on it elsewhere, by the name of the field.

    Raises:
        SetupError: A PDF is wanted and no usable font is installed.
    """
    layout = layout_of(definition, carrier=carrier, prefill=prefill)
    return _drawn(answered(layout, answers) if answers else layout, fmt)


def write_forms(definition: FormDefinition, *, carrier: str, prefill: Prefill | None = None) -> dict[str, bytes]:
    """Return what `write_form` does, in every format by its name.

    Raises:
        SetupError: No usable font is installed.
    """
    layout = layout_of(definition, carrier=carrier, prefill=prefill)
    return {fmt: _drawn(layout, fmt) for fmt in FORMATS}


def _drawn(layout: Layout, fmt: Format) -> bytes:
    if fmt == "docx":
        return write_docx(layout)
    from formpipe.blanks.pdf import write_pdf  # noqa: PLC0415  # what draws a PDF takes 25 MB

    return write_pdf(layout)
