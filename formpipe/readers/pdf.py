"""PDF files: opened under limits, repaired if need be, and read as forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO

import pikepdf
from pypdf import PdfReader
from pypdf.errors import LimitReachedError
from pypdf.generic import DictionaryObject

from formpipe.errors import UnreadableFormError
from formpipe.formats.pdf_index import is_indexed, is_whole
from formpipe.formats.pdf_objects import configure, text_of
from formpipe.formats.pdf_streams import has_broken_stream
from formpipe.model import FilledForm, FormMarks
from formpipe.readers.acroform import acroform_fields, form_of
from formpipe.readers.acroform_second import SecondReading, second_reading
from formpipe.readers.agreeing import compared, doubted
from formpipe.readers.marks import CORRECTS, PROPERTIES, marks_of
from formpipe.readers.naming import flagged
from formpipe.readers.sizes import check_sizes
from formpipe.readers.xfa import with_xfa

_OWN_FIELDS = frozenset({"form.type", "form.version"})


def read_pdf(data: bytes) -> FilledForm:
    """Return what stands on the PDF form in *data*; a flattened or foreign PDF may have no fields at all.

    A file that only a repair could open, by qpdf or by pypdf's own search for
    the objects, has the flag `repaired` on its marks and on every field, and
    `incomplete` on its marks if its end is missing: then fields may be missing
    too.

    Raises:
        UnreadableFormError: It is encrypted with a password, damaged beyond repair, too large, or XFA without data.
    """
    configure()
    data = data.rstrip(b"\0")  # some programs fill the last block; qpdf would take that for a damage
    try:
        form = _read_guarded(data)
    except UnreadableFormError as error:
        if error.code != "damaged":
            raise
        form = _read_guarded(_repaired(data))
    else:
        if is_indexed(data) and not (_is_ours(form) and has_broken_stream(data)):
            return form
    flags = ("repaired",) if is_whole(data) else ("repaired", "incomplete")
    return replace(
        form,
        marks=replace(form.marks, flags=(*form.marks.flags, *flags)),
        fields=tuple(flagged(field, "repaired") for field in form.fields),
    )


def _is_ours(form: FilledForm) -> bool:
    return form.marks.kind is not None or not _OWN_FIELDS.isdisjoint(field.name for field in form.fields)


def _read_guarded(data: bytes) -> FilledForm:
    try:
        return _read(data)
    except UnreadableFormError:
        raise
    except (LimitReachedError, MemoryError, RecursionError):
        raise UnreadableFormError("the document is larger than a form can be", code="limit") from None
    except Exception:  # noqa: BLE001 - a damaged PDF makes pypdf raise anything, with what stands in the file
        raise UnreadableFormError("the document is damaged", code="damaged") from None


def _read(data: bytes) -> FilledForm:
    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableFormError("the document is protected by a password", code="encrypted")
    second = _second(data)
    fields = acroform_fields(reader, pages=second is None or not second.in_tree)
    fields = doubted(fields) if second is None else compared(fields, second)
    fields = with_xfa(fields, form_of(reader))
    check_sizes(fields)
    marks = _marks_of(reader, second, {field.name for field in fields})
    return FilledForm(container="pdf", marks=marks, fields=fields)


def _second(data: bytes) -> SecondReading | None:
    """Return the second reading; `None` if qpdf cannot read what pypdf could: then all of it is doubtful."""
    try:
        return second_reading(data)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - see above, whatever the reason
        return None


def _repaired(data: bytes) -> bytes:
    """Return *data* rewritten by qpdf, which rebuilds what it can of a file cut off or badly indexed."""
    target = BytesIO()
    try:
        with pikepdf.open(BytesIO(data)) as document:
            document.save(target, fix_metadata_version=False)
    except pikepdf.PasswordError:
        raise UnreadableFormError("the document is protected by a password", code="encrypted") from None
    except Exception:  # noqa: BLE001 - qpdf's message may quote the file
        raise UnreadableFormError("the document is damaged", code="damaged") from None
    return target.getvalue()


def _marks_of(reader: PdfReader, second: SecondReading | None, names: set[str]) -> FormMarks:
    """Return the marks in the document's properties; if a program dropped those, what the first page shows.

    Text is taken from a page only where the form is ours by its fields: it
    costs much, and a hostile file makes it cost more.
    """
    properties = _properties_of(reader) if second is None else second.properties
    footer = "" if properties.get("FormpipeForm") or not names & _OWN_FIELDS else reader.pages[0].extract_text()
    return marks_of(properties, footer)


def _properties_of(reader: PdfReader) -> Mapping[str, str]:
    info: DictionaryObject = reader.metadata or DictionaryObject()
    return {name: text_of(info.get(f"/{name}"))[0] or "" for name in (*PROPERTIES, CORRECTS)}
