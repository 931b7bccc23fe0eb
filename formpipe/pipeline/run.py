"""One run over the inbox: claim, judge, file, fold, render, publish, and let go of the files last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from formpipe.durable import sha256_of
from formpipe.errors import FormpipeError, StorageError
from formpipe.inbox import Claim, checksum_of
from formpipe.kinds import CONSENT
from formpipe.ledger import Book, forms
from formpipe.model import Duplicate, FilledForm, Outcome, Returned, Sha256, Source, Verdict
from formpipe.pipeline.blanks import refresh_blanks
from formpipe.pipeline.drain import drain, undecided
from formpipe.pipeline.ingest import file_form, refile
from formpipe.pipeline.judge import Judged, ReadsForms, judge, read_form
from formpipe.pipeline.opened import OpenRoot
from formpipe.pipeline.outcomes import outcome_of, outcome_of_claim
from formpipe.pipeline.prints import Blanks, as_print, blanks_of
from formpipe.pipeline.publish import Renamed
from formpipe.pipeline.render import render_owed
from formpipe.pipeline.returning import return_form
from formpipe.pipeline.settle import INTERNAL, STRIKES, Settler, internal_error

Step = Callable[[], None]
LIMIT = "limit"
_AHEAD = 16


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
class RunResult:
    """What became of each file of a run, what could not be made, and what got another name in the outbox."""

    outcomes: tuple[Outcome, ...]
    errors: tuple[FormpipeError, ...] = field(default=())
    pdfs_owed: int = 0
    renamed: tuple[Renamed, ...] = ()
    slow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A claimed file as it was read once; `data` is `None` if it is far too large."""

    claim: Claim
    sha256: Sha256
    data: bytes | None = field(repr=False)
    form: FilledForm | Judged = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judging:
    """What a form is judged with: who reads prints, and the blanks they may be of."""

    reader: ReadsForms
    blanks: Blanks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """A file that was filed, or refused because nothing of it may be stored."""

    claim: Claim
    sha256: Sha256
    refused: Verdict | None = field(default=None, repr=False)


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
    judging = _Judging(reader=reader, blanks=blanks_of(root))
    settler = Settler(root, faults)
    taken: list[_Taken] = []
    slow: list[str] = []
    for read in _read_ahead(reader, _claims(root, request, sleep, faults), request.jobs):
        if isinstance(read, StorageError):
            faults.append(read)
        elif request.put_off and isinstance(read.form, Judged) and read.form.code == LIMIT:
            slow.append(read.claim.id)
        else:
            done = _take_or_strike(root, judging, read, faults)
            taken += [done] if done is not None else []
            if _is_consent(read):
                settler.settle(_claims_of(taken))  # what is taken after it is judged by it
        step()
    settler.settle(_claims_of(taken))
    rendered = render_owed(root, reader, pdf=request.pdf, workers=request.jobs, step=step)
    undone = settler.undecided()
    decided = [each for each in taken if each.sha256 not in undone]
    outcomes = [outcome_of_claim(root, each.claim, each.sha256, each.refused) for each in decided]
    for each in decided:
        _let_go(root, each)
    return RunResult(
        outcomes=tuple(outcomes),
        errors=(*faults, *rendered.errors),
        pdfs_owed=rendered.pdfs_owed,
        renamed=tuple(rendered.renamed),
        slow=tuple(slow),
    )


def rehearse(root: OpenRoot, reader: ReadsForms, files: Iterable[Path]) -> tuple[Outcome, ...]:
    """Return what a run would make of *files*, by the same steps; nothing is kept or moved."""
    outcomes: list[Outcome] = []
    judging = _Judging(reader=reader, blanks=blanks_of(root))
    with root.ledger.transaction(keep=False) as book:
        for path in files:
            claim = Claim(id=f"rehearsal-{len(outcomes)}", path=path, name=path.name, seen_at=root.clock())
            outcomes.append(_rehearse_one(root, book, judging, claim))
    return tuple(outcomes)


def _rehearse_one(root: OpenRoot, book: Book, judging: _Judging, claim: Claim) -> Outcome:
    read = _read_one(judging.reader, claim)
    source = Source(path=claim.path, sha256=read.sha256, received_at=root.clock())
    known = forms.by_sha256(book, read.sha256)
    if known is not None and known.outcome != "rejected":
        return Duplicate(source=source, first=known.sha256, case=known.case)
    judged = _judge(root, book, judging, read)
    if judged.refused is not None:
        return Returned(source=source, findings=judged.refused.findings)
    file_form(root, book, claim, read.sha256, judged)
    for number in undecided(book):
        drain(root, book, number)
    row = forms.by_sha256(book, read.sha256)
    if row is None:
        raise StorageError("a form that was just filed is not in the ledger", where=read.sha256[:12])
    return outcome_of(row, source)


def _claims(
    root: OpenRoot, request: RunRequest, sleep: Callable[[float], None], faults: list[FormpipeError]
) -> list[Claim]:
    """Return what earlier runs left claimed, then what is claimed now; a file that cannot be moved stays there."""
    claims = [claim for claim in root.inbox.claimed() if claim.id not in request.leave]
    for path in root.inbox.ready(sleep=sleep, now=root.clock()) if request.files is None else request.files:
        try:
            claim = root.inbox.claim(path)
        except StorageError as error:
            faults.append(error)
        else:
            claims += [claim] if claim is not None else []
    return claims


def _read_ahead(reader: ReadsForms, claims: Sequence[Claim], jobs: int) -> Iterator[_Read | StorageError]:
    """Read a few files at a time, so that memory stays flat however many there are; consents come first (V32)."""

    def read(claim: Claim, *, again: bool = True) -> _Read | StorageError:
        try:
            return _read_one(reader, claim)
        except StorageError as error:
            # A share that stumbles once must not let a case's later form pass; a file that stays unreadable waits for
            # the next run, and the others go on.
            return read(claim, again=False) if again else error

    pool = None if jobs == 1 else ThreadPoolExecutor(max_workers=jobs)
    try:
        for start in range(0, len(claims), jobs * _AHEAD):
            chunk = claims[start : start + jobs * _AHEAD]
            several = map(read, chunk) if pool is None else pool.map(read, chunk)
            yield from sorted(several, key=lambda each: isinstance(each, StorageError) or not _is_consent(each))
    finally:
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)  # a run that is told to stop waits for no file


def _is_consent(read: _Read) -> bool:
    """Tell whether the file says of itself that it gives and takes back consents."""
    return isinstance(read.form, FilledForm) and read.form.marks.kind == CONSENT


def _read_one(reader: ReadsForms, claim: Claim) -> _Read:
    data = claim.read()
    if data is None:
        return _Read(claim=claim, sha256=checksum_of(claim), data=None, form=Judged(code="too_large"))
    return _Read(claim=claim, sha256=sha256_of(data), data=data, form=read_form(reader, data))


def _take_or_strike(root: OpenRoot, judging: _Judging, read: _Read, faults: list[FormpipeError]) -> _Taken | None:
    """Take one file; one that the program fails on holds up no other, and after the second time is refused."""
    try:
        return _take_one(root, judging, read)
    except (FormpipeError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours that this file brings out; the next ones must go on
        over = root.inbox.strike(read.claim) >= STRIKES
        faults.append(internal_error(error, read.sha256[:12], over=over))
    return _take_one(root, judging, replace(read, form=Judged(code=INTERNAL))) if over else None


def _take_one(root: OpenRoot, judging: _Judging, read: _Read) -> _Taken:
    """Judge and file one file by the bytes that were read of it."""
    claim, sha256 = read.claim, read.sha256
    done = _Taken(claim=claim, sha256=sha256)
    with root.ledger.transaction() as book:
        row = forms.by_sha256(book, sha256)
        if row is not None and (row.claim == claim.id or forms.seen_claim(book, claim.id)):
            return done  # an earlier run came this far
        if row is not None and row.outcome != "rejected":
            refile(book, row, claim, at=root.clock())
            return done
        judged = _judge(root, book, judging, read)
    if judged.refused is not None:
        return _Taken(claim=claim, sha256=sha256, refused=judged.refused)
    if read.data is None:
        root.objects.put_file(claim.path, sha256)
    else:
        root.objects.put(read.data)
    with root.ledger.transaction() as book:
        file_form(root, book, claim, sha256, judged)
    return done


def _judge(root: OpenRoot, book: Book, judging: _Judging, read: _Read) -> Judged:
    """Judge what was read; a PDF without fields is looked at as a print first."""
    if isinstance(read.form, Judged) or read.data is None:
        return read.form if isinstance(read.form, Judged) else Judged(code="too_large")
    return judge(root, book, as_print(judging.reader, read.data, read.form, judging.blanks, book))


def _claims_of(taken: Iterable[_Taken]) -> dict[Sha256, Claim]:
    return {each.sha256: each.claim for each in taken}


def _let_go(root: OpenRoot, taken: _Taken) -> None:
    """Let go of a file, unless somebody has changed it since it was read: then the next run takes it anew."""
    if checksum_of(taken.claim) != taken.sha256:
        root.inbox.put_back(taken.claim)
    elif taken.refused is not None:
        return_form(root, taken.claim, taken.sha256, taken.refused)
    else:
        root.inbox.finish(taken.claim)
