"""The record of a plan version for the archive: its PDF with what it was made from inside (PDF/A-3, ISO 19005-3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any, Literal

import pikepdf

from formpipe.documents.pdf_readings import contents_of
from formpipe.documents.saving import saved
from formpipe.errors import SetupError

_PART_2, _PART_3 = b"<pdfaid:part>2</pdfaid:part>", b"<pdfaid:part>3</pdfaid:part>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside a record; `relation` says what it is to the pages (ISO 19005-3, 6.8)."""

    name: str
    media_type: str
    relation: Literal["Source", "Data"]
    description: str
    data: bytes = field(repr=False)


def record(pdf: bytes, attachments: Sequence[Attachment], *, dated: date) -> bytes:
    """Return *pdf*, a finished PDF/A-2, as PDF/A-3 with *attachments*; equal inputs give equal bytes.

    The pages stay as they are. `dated` stands in for the files' own dates.

    Raises:
        SetupError: It cannot be opened, or does not say that it is PDF/A-2.
    """
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            root: Any = document.Root
            metadata = root.Metadata.read_bytes() if "/Metadata" in root else b""
            if _PART_2 not in metadata:
                raise SetupError("the PDF is no PDF/A-2", mend="Look whether LibreOffice works: formpipe doctor.")
            root.Metadata.write(metadata.replace(_PART_2, _PART_3))
            ordered = sorted(attachments, key=lambda each: each.name)  # a name tree is looked up by order
            files = [_specification(document, each, dated) for each in ordered]
            root.AF = pikepdf.Array(files)
            names = [part for each, file in zip(ordered, files, strict=True) for part in (_text(each.name), file)]
            root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array(names)))
            return saved(document)
    except pikepdf.PdfError as error:
        raise SetupError("the PDF cannot be opened", mend="Look whether LibreOffice works: formpipe doctor.") from error


def require_record(made: bytes, pdf: bytes, attachments: Sequence[Attachment], *, where: str) -> None:
    """Check that the record *made* of the finished *pdf* shows the same pages, and gives back each attachment.

    Raises:
        SetupError: It cannot be opened, or does not.
    """
    wanted = {each.name: each.data for each in attachments}
    if _pages_of(made) != _pages_of(pdf) or attachments_of(made) != wanted:
        raise SetupError("a finished record does not hold what it was made of", where=where)


def attachments_of(pdf: bytes) -> dict[str, bytes]:
    """Return the files inside the record *pdf* by name.

    Raises:
        SetupError: It cannot be opened.
    """
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            return {str(name): each.get_file().read_bytes() for name, each in document.attachments.items()}
    except pikepdf.PdfError as error:
        raise SetupError("the record cannot be opened") from error


def _pages_of(pdf: bytes) -> list[bytes]:
    """Return what each page of *pdf* draws."""
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            return [b"".join(part.read_bytes() for part in contents_of(page)) for page in document.pages]
    except pikepdf.PdfError as error:
        raise SetupError("the record cannot be opened") from error


def _specification(document: pikepdf.Pdf, attachment: Attachment, dated: date) -> pikepdf.Object:
    stream = document.make_stream(attachment.data)
    stream.Type = pikepdf.Name.EmbeddedFile
    stream.Subtype = pikepdf.Name(f"/{attachment.media_type}")
    stream.Params = pikepdf.Dictionary(Size=len(attachment.data), ModDate=_text(f"D:{dated:%Y%m%d}000000Z"))
    return document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec,
            F=_text(attachment.name),
            UF=_text(attachment.name),
            Desc=_text(attachment.description),
            AFRelationship=pikepdf.Name(f"/{attachment.relation}"),
            EF=pikepdf.Dictionary(F=stream, UF=stream),
        )
    )


def _text(text: str) -> pikepdf.String:
    return pikepdf.String(text)
