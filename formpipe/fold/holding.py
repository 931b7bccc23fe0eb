"""Why a form cannot take its place in the plan, though it is a good form in itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from formpipe.model import Finding, Severity
from formpipe.printed import BASE
from formpipe.sheet import Sheet


class HeldReason(StrEnum):
    """Reasons to hold a form; each may go when another form comes."""

    WAITING_FOR_INTAKE = "waiting_for_intake"
    WAITING_FOR_CORRECTED = "waiting_for_corrected"
    TWO_INTAKES = "two_intakes"
    UNKNOWN_BASE = "unknown_base"
    CONFLICT = "conflict"
    BEFORE_INTAKE = "before_intake"
    UNKNOWN_GOAL = "unknown_goal"
    TRANSITION = "transition"
    INCOMPLETE_GOAL = "incomplete_goal"
    UNREVIEWED_GOAL = "unreviewed_goal"


_RULES: Mapping[HeldReason, str] = MappingProxyType(
    {
        HeldReason.WAITING_FOR_INTAKE: "V02",
        HeldReason.WAITING_FOR_CORRECTED: "C1",
        HeldReason.TWO_INTAKES: "V04",
        HeldReason.UNKNOWN_BASE: "base",
        HeldReason.CONFLICT: "V04",
        HeldReason.BEFORE_INTAKE: "V05",
        HeldReason.UNKNOWN_GOAL: "V08",
        HeldReason.TRANSITION: "V08",
        HeldReason.INCOMPLETE_GOAL: "C7",
        HeldReason.UNREVIEWED_GOAL: "V07",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A finding that holds the form, and why."""

    reason: HeldReason
    finding: Finding


def fault_of(
    sheet: Sheet, reason: HeldReason, key: str, parameters: Mapping[str, object], *, rule: str | None = None
) -> Fault:
    """Return the fault *reason* at *key* of the form, under the rule it breaks; a form that only waits has none.

    *rule* is that rule where it is not the one that usually gives this reason.
    """
    return Fault(reason=reason, finding=sheet.finding(key, rule or _RULES[reason], Severity.ERROR, parameters))


def base_fault(sheet: Sheet) -> Fault:
    """Return the fault that the plan version is unknown which the form says it was made from: told at its foot."""
    reason = HeldReason.UNKNOWN_BASE
    return Fault(reason=reason, finding=sheet.finding_at("", _RULES[reason], Severity.ERROR, {}, key=BASE))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldForm:
    """A form that the fold leaves out: why, and where on the form; none while it only waits for another form."""

    reason: HeldReason
    findings: tuple[Finding, ...] = ()


def held_for(faults: Sequence[Fault]) -> HeldForm:
    """Return what *faults* (one or more) come to; the reason is the one to mend first."""
    order = list(HeldReason)
    reason = min((fault.reason for fault in faults), key=order.index)
    return HeldForm(reason=reason, findings=tuple(fault.finding for fault in faults))
