"""A file read as `read` does, with a way back to where each field stands in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from formpipe.model import FilledForm
from formpipe.readers.container import check_container
from formpipe.readers.docx import locate_docx
from formpipe.readers.read import read


def locate(data: bytes, read_pdf: Callable[[bytes], FilledForm] = read) -> FilledForm:
    """Return what stands on the form in *data*, each field with its `spot`.

    A field of a Word file stands at `part#element`, one of a PDF under its full
    name. Meant for files that `child.Reader` has read before under its limits.

    Args:
        read_pdf: Reads a PDF; that of a `child.Reader` keeps its libraries out of this process.

    Raises:
        UnreadableFormError: It cannot be read; `code` says why.
    """
    container = check_container(data)
    if container != "pdf":
        return locate_docx(data, container)
    form = read_pdf(data)
    return replace(form, fields=tuple(replace(each, spot=each.name) for each in form.fields))
