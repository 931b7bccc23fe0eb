"""Which forms stand: a correction takes the place of the form it corrects, also in the order of arrival."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from formpipe.fold.holding import HeldForm, HeldReason, fault_of, held_for
from formpipe.model import Sha256
from formpipe.sheet import Sheet

_CORRECTS = "form.corrects_sha256"

Sheets = Mapping[Sha256, Sheet]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The forms that stand, those held, and for each form that was corrected its correction."""

    sheets: tuple[Sheet, ...]
    held: Mapping[Sha256, HeldForm]
    superseded: Mapping[Sha256, Sha256]


def stand(sheets: Sheets, *, refused: frozenset[Sha256] = frozenset()) -> Standing:
    """Return which of *sheets* stand.

    Of two corrections of one form the first to arrive stands; the other must
    correct that one. A correction of another kind than its form is a conflict.

    Args:
        sheets: All forms of a case by checksum.
        refused: Corrections that cannot take their place in the plan: what they
            corrected stands, and a correction of them corrects that.
    """
    standing: list[Sheet] = []
    superseded: dict[Sha256, Sha256] = {}
    for root in (sheet for sheet in sheets.values() if sheet.corrects is None):
        current = root
        while (correction := next(_corrections_of(current, sheets, refused), None)) is not None:
            superseded[current.filed.sha256] = correction.filed.sha256
            current = correction
        standing.append(replace(current, seq=root.seq))
    reached = {sheet.filed.sha256 for sheet in standing} | set(superseded) | refused
    held = {sha256: _held(sheet, sheets) for sha256, sheet in sheets.items() if sha256 not in reached}
    return Standing(sheets=tuple(standing), held=held, superseded=superseded)


def _corrections_of(corrected: Sheet, sheets: Sheets, refused: frozenset[Sha256]) -> Iterator[Sheet]:
    direct = (sheet for sheet in sheets.values() if sheet.corrects == corrected.filed.sha256)
    for sheet in sorted(direct, key=lambda each: (each.seq, each.filed.sha256)):
        if sheet.filed.sha256 in refused:
            yield from _corrections_of(sheet, sheets, refused)
        elif sheet.kind == corrected.kind:
            yield sheet


def _held(sheet: Sheet, sheets: Sheets) -> HeldForm:
    passed = {sheet.filed.sha256}
    current = sheet
    while current.corrects is not None:
        if current.corrects in passed or current.corrects not in sheets:
            return HeldForm(reason=HeldReason.WAITING_FOR_CORRECTED)
        passed.add(current.corrects)
        current = sheets[current.corrects]
    return held_for([fault_of(sheet, HeldReason.CONFLICT, _CORRECTS, {"reason": "corrected"})])
