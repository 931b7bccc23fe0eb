"""A finished PDF, by what is told of it alone: a process beside a run makes it, too."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from formpipe.catalogue import Catalogue
from formpipe.documents.finish import finish
from formpipe.documents.record import Attachment, record, require_record
from formpipe.documents.reread import require_text
from formpipe.model import IntegrationPlan
from formpipe.pipeline.withholding import check_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class Finishing:
    """A PDF that LibreOffice made of the Word file `word`, and all that finishing it takes beside the plan's fields.

    A paper for the Jobcenter is searched for what was not released of `plan`;
    `attachments` are what its record holds, if one is wanted.
    """

    pdf: bytes = field(repr=False)
    word: bytes = field(repr=False)
    title: str
    author: str
    dated: date
    where: str
    plan: IntegrationPlan | None = field(default=None, repr=False)
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A finished PDF, and the record made of it if one was wanted."""

    paper: bytes = field(repr=False)
    record: bytes | None = field(default=None, repr=False)


def finished(job: Finishing, catalogue: Catalogue) -> Finished:
    """Return the PDF with neutral properties, and its record: a briefing searched again, a record with its files.

    What was made is read once more: the text of the Word file must stand in it,
    and a record must show the same pages.

    Raises:
        SetupError: It cannot be opened, carries what it must not, or lacks text.
        WithheldError: It holds what was not released.
    """
    made = finish(job.pdf, title=job.title, author=job.author, dated=job.dated)
    if job.plan is not None:
        check_pdf(made, job.word, job.plan, catalogue)
    require_text(made, job.word, where=job.where)
    if not job.attachments:
        return Finished(paper=made)
    kept = record(made, job.attachments, dated=job.dated)
    require_record(kept, made, job.attachments, where=job.where)
    return Finished(paper=made, record=kept)
