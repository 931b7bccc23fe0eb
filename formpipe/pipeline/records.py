"""The archive's record of a plan version: its pages as PDF/A-3 with the form it came from and the data inside.

Each version has one, also a version that was never the newest; it stays in the
object store and is never put into the outbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from formpipe.canon import canonical, plan_checksum, plan_json
from formpipe.documents.record import Attachment, record
from formpipe.errors import StorageError
from formpipe.ledger import Book, documents, forms
from formpipe.ledger.documents import DocumentRow
from formpipe.model import IntegrationPlan, Sha256
from formpipe.objects import Objects
from formpipe.wording.record import ANSWERS, FORM, PLAN

RECORD = "record"
"""The document's name in the ledger."""

_SHORT = 12
_JSON = "application/json"
_MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "dotx": "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
    "pdf": "application/pdf",
}
"""Of the containers that a form is accepted in."""


def owe_records(book: Book, versions: Sequence[IntegrationPlan], *, at: datetime) -> None:
    """Owe the record of each of the plan *versions* that has none."""
    for plan in versions:
        checksum = plan_checksum(plan)
        row = DocumentRow(
            case=plan.case, plan_checksum=checksum, version=plan.version, name=RECORD, format="pdf", path=""
        )
        documents.owe(book, row, at=at)


def record_of(book: Book, objects: Objects, plan: IntegrationPlan, pdf: bytes) -> bytes:
    """Return the finished *pdf* of *plan* with the form of this version, its answers and the plan inside.

    Raises:
        StorageError: The form is missing.
        SetupError: The PDF is no PDF/A.
    """
    return record(pdf, list(_attachments(book, objects, plan)), dated=plan.dated)


def _attachments(book: Book, objects: Objects, plan: IntegrationPlan) -> Iterator[Attachment]:
    sha256 = Sha256(plan.inputs[-1])
    form = forms.by_sha256(book, sha256)
    if form is None or form.payload is None:
        raise StorageError("a form of the plan is not in the ledger", where=sha256[:_SHORT])
    container = str(form.container)
    yield Attachment(
        name=f"bogen-{sha256[:_SHORT]}.{container}",
        media_type=_MEDIA_TYPES[container],
        relation="Source",
        description=FORM,
        data=objects.get(sha256),
    )
    yield Attachment(
        name=f"angaben-{sha256[:_SHORT]}.json",
        media_type=_JSON,
        relation="Data",
        description=ANSWERS,
        data=canonical(form.payload["submission"]),
    )
    yield Attachment(
        name=f"plan-v{plan.version}.json",
        media_type=_JSON,
        relation="Data",
        description=PLAN,
        data=canonical(plan_json(plan)),
    )
