"""A rejected print as a form to fill: what was read on it stands in the fields, to be looked through."""

from __future__ import annotations

from formpipe.blanks.write import write_form
from formpipe.canon import plan_from_json
from formpipe.errors import StorageError
from formpipe.ledger import Book, plans
from formpipe.ledger.forms import FormRow
from formpipe.model import FormKind
from formpipe.pipeline.correct import with_notes
from formpipe.pipeline.judge import Reads
from formpipe.pipeline.notices import PROPOSALS
from formpipe.pipeline.opened import OpenRoot
from formpipe.prefill import prefill_of


def proposed_form(root: OpenRoot, book: Book, form: FormRow, reader: Reads) -> bytes:
    """Return the fillable PDF of the kind of *form* with the answers that were read on its print, and what is doubtful.

    Raises:
        SetupError: No usable font is installed, or the schema is gone.
        StorageError: Nothing was read on it.
    """
    read = form.payload.get(PROPOSALS) if form.payload else None
    if read is None or form.kind is None:
        raise StorageError("nothing was read on a form of the ledger", where=form.sha256[:12])
    definition = root.library.definition(FormKind(kind=form.kind, version=read["version"]))
    row = plans.by_checksum(book, read["base"]) if read["base"] else None
    prefill = prefill_of(plan_from_json(row.body), definition, base=row.checksum) if row else None
    carrier = root.settings.carrier.code
    filled = write_form(definition, fmt="pdf", carrier=carrier, prefill=prefill, answers=read["answers"])
    return with_notes(root, book, form, filled, reader)
