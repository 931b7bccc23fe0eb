"""What a run would make of the inbox: by its own steps, on a record of which nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from formpipe.dropped import visible_name
from formpipe.durable import sha256_of
from formpipe.errors import FormpipeError
from formpipe.inbox import Claim, Inbox, strikes_of
from formpipe.model import Sha256
from formpipe.objects import Objects
from formpipe.pipeline.judge import ReadsForms
from formpipe.pipeline.opened import OpenRoot
from formpipe.pipeline.outcomes import outcome_of_claim
from formpipe.pipeline.run import RunResult, Waiting, waiting_in
from formpipe.pipeline.taking import read_ahead, take_all


def rehearse(root: OpenRoot, reader: ReadsForms, files: Sequence[Path] | None) -> RunResult:
    """Return what a run would make of *files* (`None`: of the inbox) and of what earlier runs left; nothing is changed.

    Documents are not made, so what might go wrong with them is not told.

    Raises:
        StorageError: See `take_in`.
    """
    root.require_folders()
    faults: list[FormpipeError] = []
    fresh = root.inbox.waiting(root.clock()) if files is None else files
    claims = [*root.inbox.claimed(), *_claims(root, fresh)]
    with root.ledger.rehearsal() as ledger:
        trial = replace(root, ledger=ledger, objects=_NothingKept(root.settings.objects), inbox=_Untouched(root))
        taken = take_all(trial, reader, read_ahead(reader, claims, 1), faults)
        outcomes = [outcome_of_claim(trial, each.claim, each.sha256, each.refused) for each in taken.decided()]
    waiting = Waiting() if files is not None else _without(waiting_in(root), len(fresh))
    return RunResult(outcomes=tuple(outcomes), errors=tuple(faults), waiting=waiting)


def _without(waiting: Waiting, taken: int) -> Waiting:
    return replace(waiting, incomplete=max(0, waiting.incomplete - taken))


def _claims(root: OpenRoot, paths: Sequence[Path]) -> list[Claim]:
    at = root.clock()
    return [
        Claim(id=f"rehearsal-{number}", path=path, name=visible_name(path), seen_at=at)
        for number, path in enumerate(paths)
    ]


class _NothingKept(Objects):
    """A store that can be read, and keeps nothing."""

    def put(self, data: bytes) -> Sha256:
        return sha256_of(data)

    def put_file(self, path: Path, sha256: Sha256) -> None:
        """Keep nothing."""


class _Untouched(Inbox):
    """An inbox in which no strike is noted."""

    def __init__(self, root: OpenRoot) -> None:
        super().__init__(root.settings.inbox)

    def strike(self, claim: Claim) -> int:
        return 1 + strikes_of(claim)
