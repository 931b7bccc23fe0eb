"""Prints of forms: a PDF without fields is compared with the blanks that it may be a print of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from formpipe.blanks.write import write_form
from formpipe.canon import plan_from_json
from formpipe.definition import FormDefinition
from formpipe.errors import SetupError, UnreadableFormError
from formpipe.ledger import Book, plans
from formpipe.model import CaseNumber, FilledForm, FormKind, FormMarks
from formpipe.pipeline.judge import ReadsForms
from formpipe.pipeline.opened import Root
from formpipe.prefill import Prefill, prefill_of
from formpipe.prints import PAGES
from formpipe.readers.requests import BlankFile
from formpipe.schemas import Library

FOLDER = "blanks"
"""Below the root's `schemas/`: fillable PDFs of others whose prints are to be read; the names do not matter."""

_MOST_BYTES = 20 * 1024 * 1024
_CARRIERS = "carriers"
_CARRIER = "case.carrier"


@dataclass(frozen=True)
class Blanks:
    """The blanks whose prints can be read.

    `carrier` is the carrier whose forms come in; without one the forms of all
    are tried, one after the other. `folder` holds blanks of others.
    """

    library: Library = field(repr=False)
    carrier: str | None = None
    folder: Path | None = field(default=None, repr=False)

    def batches(self, marks: FormMarks, prefill: Prefill | None = None) -> Iterator[Sequence[BlankFile]]:
        """Yield blanks that a print with *marks* may have been made from, the likeliest first.

        A form without marks of ours can only be a blank of others. A form that
        was pre-filled is of no other blank than one with *prefill*.
        """
        definition = definition_of(marks, self.library)
        if definition is None or (marks.base is not None and prefill is None):
            yield self.others
            return
        for number, carrier in enumerate(self._carriers(definition)):
            own = _own(definition, carrier, prefill)
            yield (*own, *self.others) if number == 0 else own

    @cached_property
    def others(self) -> tuple[BlankFile, ...]:
        """The blanks in the folder, by name.

        Raises:
            SetupError: One cannot be read, or is far larger than a form.
        """
        paths = sorted(self.folder.glob("*.pdf")) if self.folder is not None else []
        return tuple(BlankFile(data=_bytes_of(path)) for path in paths)

    def _carriers(self, definition: FormDefinition) -> Sequence[str]:
        if self.carrier is not None:
            return (self.carrier,)
        spec = definition.specs.get(_CARRIER)
        codes = spec.codes.codes if spec is not None and spec.codes is not None else ()
        return [str(code.value) for code in codes] or [""]


def definition_of(marks: FormMarks, library: Library) -> FormDefinition | None:
    """Return the form of ours that *marks* name, `None` if they name none."""
    if marks.kind is None or marks.version is None:
        return None
    return library.definitions.get(FormKind(kind=marks.kind, version=marks.version))


def blanks_of(root: Root) -> Blanks:
    """Return the blanks of *root*."""
    return Blanks(library=root.library, carrier=root.settings.carrier.code, folder=root.settings.schemas / FOLDER)


def may_be_print(form: FilledForm) -> bool:
    """Tell whether *form* is a PDF without fields."""
    return form.container == "pdf" and not form.fields


def as_print(reader: ReadsForms, data: bytes, form: FilledForm, blanks: Blanks, book: Book | None = None) -> FilledForm:
    """Return *form*, or where it is a PDF without fields, what stands on it as a print.

    What is no print of a known blank, or cannot be read as one, stays as it is.

    Args:
        reader: Reads prints.
        data: The file.
        form: What was read from it.
        blanks: What it may be a print of.
        book: Finds the plan that a form was pre-filled from.
    """
    if not may_be_print(form):
        return form
    try:
        marks = form.marks if form.marks.kind is not None else reader.print_marks(data)
        found = _best(reader, data, blanks.batches(marks, _prefill_of(marks, blanks.library, book)))
    except UnreadableFormError:
        return form
    if found is None:
        return form
    return replace(found, marks=replace(found.marks, flags=(*form.marks.flags, *found.marks.flags)))


def _best(reader: ReadsForms, data: bytes, batches: Iterator[Sequence[BlankFile]]) -> FilledForm | None:
    best: FilledForm | None = None
    for batch in batches:
        found = reader.read_print(data, batch)
        if found is not None and (best is None or len(found.fields) > len(best.fields)):
            best = found
        if found is not None and PAGES not in found.marks.flags:
            return found
    return best


def _own(definition: FormDefinition, carrier: str, prefill: Prefill | None) -> tuple[BlankFile, ...]:
    options = {
        name: tuple((str(code.value), code.title) for code in spec.codes.codes)
        for name, spec in definition.specs.items()
        if spec.locked and spec.codes is not None
    }
    try:
        data = write_form(definition, fmt="pdf", carrier=carrier, prefill=prefill)
    except SetupError:
        return ()  # no font to draw it with; `doctor` says so
    return (BlankFile(data=data, options=options),)


def _prefill_of(marks: FormMarks, library: Library, book: Book | None) -> Prefill | None:
    """Return what the form showed when it was handed out; the footer of a print tells the plan by its first digits."""
    definition = definition_of(marks, library)
    if book is None or marks.base is None or marks.case is None or definition is None:
        return None
    rows = plans.versions_of(book, CaseNumber(marks.case))
    row = next((each for each in rows if each.checksum.startswith(marks.base)), None)
    return None if row is None else prefill_of(plan_from_json(row.body), definition, base=row.checksum)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise SetupError("a blank is larger than a form can be", where=f"schemas/{FOLDER}")
        return path.read_bytes()
    except OSError as error:
        raise SetupError("a blank cannot be read", where=f"schemas/{FOLDER}") from error
