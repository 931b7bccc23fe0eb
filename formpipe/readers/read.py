"""The bytes of a dropped file as a `FilledForm`, in this process; `child.Reader` does the same under limits."""

from __future__ import annotations

from formpipe.model import FilledForm
from formpipe.readers.container import check_container
from formpipe.readers.docx import read_docx


def read(data: bytes) -> FilledForm:
    """Return what stands on the form in *data*, whatever its name was.

    Nothing outside the bytes is followed and nothing in them is run.

    Raises:
        UnreadableFormError: It cannot be read; `code` says why.
    """
    container = check_container(data)
    if container != "pdf":
        return read_docx(data, container)
    from formpipe.readers.pdf import read_pdf  # noqa: PLC0415  # two PDF libraries, 25 MB

    return read_pdf(data)
