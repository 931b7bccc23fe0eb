"""Gives a form back that may not be stored: without the client's consent to processing (V0) nothing is kept of it."""

from __future__ import annotations

from formpipe.inbox import Claim
from formpipe.ledger import forms
from formpipe.model import Sha256, Verdict
from formpipe.pipeline.ingest import suffix_of
from formpipe.pipeline.judge import CONSENT_RULE
from formpipe.pipeline.notices import CORRECTIONS, SHORT
from formpipe.pipeline.opened import OpenRoot
from formpipe.wording.wording import returned_text


def return_form(root: OpenRoot, claim: Claim, sha256: Sha256, verdict: Verdict) -> None:
    """Move the claimed file unchanged to `korrektur/` with a note beside it.

    The ledger keeps the time, a keyed checksum and the rule, and nothing else.
    """
    with root.ledger.transaction() as book:
        forms.note_returned(book, sha256.encode(), claim=claim.id, rule=CONSENT_RULE, at=root.clock())
    stem = sha256[:SHORT]
    text = returned_text(verdict.findings, file_name=claim.name)
    root.outbox.put(f"{CORRECTIONS}/{stem}-zurueckgegeben.txt", text.encode(), ours=None)
    place = f"{CORRECTIONS}/{stem}.{suffix_of(claim.name)}"
    if root.outbox.holds(place, sha256):
        root.inbox.finish(claim)  # it lies there already, from an earlier drop
    else:
        root.inbox.give_back(claim, root.settings.outbox / root.outbox.free(place))
