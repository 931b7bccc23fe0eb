"""One run over the inbox: claim, judge, file, fold, render, publish, and let go of the files last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from formpipe.errors import FormpipeError, StorageError
from formpipe.inbox import Claim, checksum_of
from formpipe.model import Outcome
from formpipe.pipeline.blanks import refresh_blanks
from formpipe.pipeline.judge import Judged, ReadsForms
from formpipe.pipeline.opened import OpenRoot
from formpipe.pipeline.outcomes import outcome_of_claim
from formpipe.pipeline.publish import Renamed
from formpipe.pipeline.render import render_owed
from formpipe.pipeline.returning import return_form
from formpipe.pipeline.taking import Read, Step, Taken, read_ahead, take_all

LIMIT = "limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What a run is asked to do.

    `files` are taken at once; `None` takes what lies ready in the inbox. `jobs`
    files are read at a time, all else goes in order; without `pdf` PDFs stay owed.
    With `put_off`, a file whose reading runs into its limits stays claimed and
    is told in `slow`; the claims of `leave` are not looked at.
    """

    files: Sequence[Path] | None = field(default=None, repr=False)
    jobs: int = 1
    pdf: bool = True
    put_off: bool = False
    leave: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many files of the inbox wait: those that a program has `open`, and those not `complete` or just dropped."""

    open: int = 0
    incomplete: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What became of each file of a run, what could not be made, and what got another name in the outbox.

    What is `waiting` is told by a run of the whole inbox.
    """

    outcomes: tuple[Outcome, ...]
    errors: tuple[FormpipeError, ...] = field(default=())
    pdfs_owed: int = 0
    renamed: tuple[Renamed, ...] = ()
    slow: tuple[str, ...] = ()
    waiting: Waiting = Waiting()


def take_in(
    root: OpenRoot,
    reader: ReadsForms,
    request: RunRequest,
    *,
    sleep: Callable[[float], None],
    step: Step = lambda: None,
) -> RunResult:
    """Take in what lies ready in the inbox (or just the files asked for) and bring all papers up to date.

    A file is let go of after everything that follows from it is in its place,
    so a run that is cut short is mended by the next one.

    Args:
        sleep: Waits between the two looks that tell a file at rest.
        step: Called after each file and document (progress).

    Raises:
        StorageError: Inbox or outbox is gone, or the disk refuses.
    """
    root.require_folders()
    faults: list[FormpipeError] = [*refresh_blanks(root)]
    slow: list[str] = []
    reads = read_ahead(reader, _claims(root, request, sleep, faults), request.jobs)
    taken = take_all(root, reader, _in_time(reads, slow) if request.put_off else reads, faults, step=step)
    rendered = render_owed(root, reader, pdf=request.pdf, workers=request.jobs, step=step)
    decided = taken.decided()
    outcomes = [outcome_of_claim(root, each.claim, each.sha256, each.refused) for each in decided]
    for each in decided:
        _let_go(root, each)
    return RunResult(
        outcomes=tuple(outcomes),
        errors=(*faults, *rendered.errors),
        pdfs_owed=rendered.pdfs_owed,
        renamed=tuple(rendered.renamed),
        slow=tuple(slow),
        waiting=Waiting() if request.files is not None else waiting_in(root),
    )


def waiting_in(root: OpenRoot) -> Waiting:
    """Return how many files lie in the inbox that a run does not take, and why."""
    looks, held = root.inbox.survey(root.clock())
    return Waiting(open=held, incomplete=len(looks))


def _in_time(reads: Iterable[Read | StorageError], slow: list[str]) -> Iterator[Read | StorageError]:
    """Yield the files that could be read within their limits; the others are noted in *slow*."""
    for read in reads:
        if isinstance(read, Read) and isinstance(read.form, Judged) and read.form.code == LIMIT:
            slow.append(read.claim.id)
        else:
            yield read


def _claims(
    root: OpenRoot, request: RunRequest, sleep: Callable[[float], None], faults: list[FormpipeError]
) -> list[Claim]:
    """Return what earlier runs left claimed, then what is claimed now; a file that cannot be moved stays there."""
    claims = [claim for claim in root.inbox.claimed() if claim.id not in request.leave]
    for path in root.inbox.ready(sleep=sleep, now=root.clock()) if request.files is None else request.files:
        try:
            claim = _claim(root, path)
        except StorageError as error:
            faults.append(error)
        else:
            claims += [claim] if claim is not None else []
    return claims


def _claim(root: OpenRoot, path: Path) -> Claim | None:
    """Claim the file *path*; a share that stumbles is asked once more, else a case's later form would pass this one."""
    try:
        return root.inbox.claim(path)
    except StorageError:
        return root.inbox.claim(path)


def _let_go(root: OpenRoot, taken: Taken) -> None:
    """Let go of a file, unless somebody has changed it since it was read: then the next run takes it anew."""
    if checksum_of(taken.claim) != taken.sha256:
        root.inbox.put_back(taken.claim)
    elif taken.refused is not None:
        return_form(root, taken.claim, taken.sha256, taken.refused)
    else:
        root.inbox.finish(taken.claim)
