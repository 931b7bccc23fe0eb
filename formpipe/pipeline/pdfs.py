"""Makes PDFs of finished Word files: LibreOffice converts them, then each is finished, proved and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from formpipe.documents.convert import convert
from formpipe.durable import sha256_of
from formpipe.errors import SetupError
from formpipe.ledger.documents import DocumentRow
from formpipe.pipeline.finished import Finished, finished
from formpipe.pipeline.finishing import finishing_of, title_of
from formpipe.pipeline.makers import Makers
from formpipe.pipeline.opened import WORK_PREFIX, OpenRoot
from formpipe.pipeline.records import RECORD
from formpipe.pipeline.rendered import Rendered, note_failed, note_made, noting_failures, place_of

TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class _Papers:
    """Documents that are to show the same, a plan and its record: they share one PDF."""

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
        shared.setdefault(_key_of(row, word), _Papers(word)).rows.append(row)
    with TemporaryDirectory(prefix=WORK_PREFIX, dir=root.settings.archive) as work:
        batch = [(key, papers.word) for key, papers in shared.items()]
        done = convert(batch, Path(work), timeout_s=TIMEOUT_S, workers=workers)
        converted = [(shared[key], pdf) for key, pdf in done.pdfs.items()]
        for (papers, pdf), later in makers.begun(converted, lambda each: _begun(root, *each, makers)):
            if later is None or not _kept(root, papers.rows, later):
                _keep_each(root, papers, pdf, rendered)
    for row in (each for key in done.failed for each in shared[key].rows):
        error = SetupError("LibreOffice made no PDF of a document; it stays owed", where=place_of(row))
        note_failed(root, row, error, rendered)


def _key_of(row: DocumentRow, word: bytes) -> str:
    """Return what documents have in common that one PDF does for: the Word file, the plan, the day and the title."""
    return sha256_of(f"{title_of(row)}\n{row.plan_checksum}\n{row.on}\n".encode() + word)


def _begun(root: OpenRoot, papers: _Papers, pdf: Path, makers: Makers) -> Callable[[], Finished] | None:
    """Begin to finish the *pdf* for all of *papers*; `None` if that cannot be."""
    with _leaving_failures():
        return makers.finish(finishing_of(root, papers.rows, pdf.read_bytes(), papers.word))
    return None


def _kept(root: OpenRoot, rows: Sequence[DocumentRow], later: Callable[[], Finished]) -> bool:
    """Keep what comes of *later* for all of *rows*, and tell whether that could be."""
    with _leaving_failures():
        done = later()
        note_made(root, [(row, root.objects.put(_of(row, done))) for row in rows])
        return True
    return False


@contextmanager
def _leaving_failures() -> Iterator[None]:
    """Go on where papers cannot be made together: each is made by itself then, which tells why it fails."""
    try:
        yield
    except OSError:
        raise  # the disk's, and so everybody's
    except Exception:  # noqa: BLE001, S110 - told as soon as it comes again
        pass


def _keep_each(root: OpenRoot, papers: _Papers, pdf: Path, rendered: Rendered) -> None:
    """Finish and keep *papers* one by one, so that a record that cannot be made holds up no plan."""
    for row in papers.rows:
        with noting_failures(root, row, rendered):
            done = finished(finishing_of(root, [row], pdf.read_bytes(), papers.word), root.library.catalogue)
            note_made(root, [(row, root.objects.put(_of(row, done)))])


def _of(row: DocumentRow, done: Finished) -> bytes:
    return done.record if row.name == RECORD and done.record is not None else done.paper
