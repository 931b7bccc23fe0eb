"""Makes PDFs of finished Word files: LibreOffice converts them, then each is finished, proved and kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from formpipe.documents.convert import convert
from formpipe.durable import sha256_of
from formpipe.errors import SetupError
from formpipe.ledger.documents import DocumentRow
from formpipe.pipeline.finished import Finished
from formpipe.pipeline.finishing import finishing_of, title_of
from formpipe.pipeline.makers import Makers
from formpipe.pipeline.opened import WORK_PREFIX, OpenRoot
from formpipe.pipeline.records import RECORD
from formpipe.pipeline.rendered import Rendered, note_failed, note_made, noting_failures, place_of

TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class _Papers:
    """Documents with the same Word file and title, a plan and its record: they share one PDF."""

    word: bytes = field(repr=False)
    rows: list[DocumentRow] = field(default_factory=list)


def make_pdfs(
    root: OpenRoot,
    sources: Sequence[tuple[DocumentRow, bytes]],
    makers: Makers,
    rendered: Rendered,
    *,
    workers: int,
) -> None:
    """Make and keep the PDF of each of *sources* from its Word file; what fails is noted in *rendered*.

    Args:
        makers: Finish what was converted.
        workers: How many LibreOffices convert at once.

    Raises:
        SetupError: LibreOffice cannot be started.
        OSError: The disk refuses.
    """
    shared: dict[str, _Papers] = {}
    for row, word in sources:
        shared.setdefault(sha256_of(title_of(row).encode() + word), _Papers(word)).rows.append(row)
    with TemporaryDirectory(prefix=WORK_PREFIX, dir=root.settings.archive) as work:
        batch = [(key, papers.word) for key, papers in shared.items()]
        done = convert(batch, Path(work), timeout_s=TIMEOUT_S, workers=workers)
        converted = [(shared[key], pdf) for key, pdf in done.pdfs.items()]
        for (papers, _), later in makers.begun(converted, lambda each: _finishing(root, *each, makers, rendered)):
            if later is not None:
                _keep(root, papers.rows, later, rendered)
    for rows in (shared[key].rows for key in done.failed):
        error = SetupError("LibreOffice made no PDF of a document; it stays owed", where=place_of(rows[0]))
        note_failed(root, rows, error, rendered)


def _finishing(
    root: OpenRoot, papers: _Papers, pdf: Path, makers: Makers, rendered: Rendered
) -> Callable[[], Finished] | None:
    """Begin to finish the *pdf* of some papers; `None` if that cannot be, which is noted."""
    with noting_failures(root, papers.rows, rendered):
        return makers.finish(finishing_of(root, papers.rows, pdf.read_bytes(), papers.word))
    return None


def _keep(root: OpenRoot, rows: Sequence[DocumentRow], later: Callable[[], Finished], rendered: Rendered) -> None:
    with noting_failures(root, rows, rendered):
        done = later()
        note_made(root, [(row, root.objects.put(_of(row, done))) for row in rows])


def _of(row: DocumentRow, done: Finished) -> bytes:
    return done.record if row.name == RECORD and done.record is not None else done.paper
