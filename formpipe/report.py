"""Outcomes and plans as text or JSON for the terminal; English, and without a value from a form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from formpipe.errors import ExitCode, FormpipeError
from formpipe.model import Accepted, Balance, Duplicate, Finding, Held, Outcome, Rejected, Returned, Severity

SHORT = 12
NO_BRIEFING = {
    "no_processing": "the consent to processing (V0) is not in force",
    "release_missing": "the client has never released anything to the Jobcenter (J0)",
    "release_refused": "the client has refused the release to the Jobcenter (J0)",
    "release_contradicted": "the release to the Jobcenter (J0) was granted and refused on one day",
    "release_untold": "the release to the Jobcenter (J0) was given without the three explanations",
    "release_undated": "the release to the Jobcenter (J0) has no date",
    "release_future": "the release to the Jobcenter (J0) is not in force yet",
    "release_unsigned": "no guardian has signed the release to the Jobcenter (J0) of a minor",
    "release_revoked": "the release to the Jobcenter (J0) is revoked",
    "release_expired": "the release to the Jobcenter (J0) has expired",
    "release_held": "a form that is not decided yet takes back a consent, or protects the address",
    "regime": "the client's benefits do not come from a Jobcenter",
    "guard": "a text bound for the Jobcenter holds a guarded word",
    "nothing": "nothing is left that may be told",
}
"""Why there is no paper for the Jobcenter, by the refusal's code."""

NOT_PRINTED = {
    "owed": "its PDF is still owed",
    "withheld": "it was withheld, because unreleased data stood in it",
    "draft": "the client has not approved it",
    "refused": "nothing is released on that day",
    "none": "there is none in this version of the plan",
}
"""Why a paper is not in the bundle to print."""

_WORDS = {Accepted: "accepted", Rejected: "rejected", Held: "held", Returned: "returned", Duplicate: "duplicate"}
_UNFINISHED = (Rejected, Held, Returned)
_FOREIGN = frozenset({"unknown_field", "ambiguous"})
"""Rules about a field under the name that the file gives it."""


def exit_code_of(outcomes: Iterable[Outcome], errors: Iterable[FormpipeError] = ()) -> int:
    """Return the worst exit code of a run (design 10)."""
    codes = [ExitCode.FORM if isinstance(each, _UNFINISHED) else ExitCode.OK for each in outcomes]
    return max([*codes, *(error.exit_code for error in errors)], default=ExitCode.OK)


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """Return *outcome* as JSON data; the file is named by its checksum only (design 10)."""
    balance = getattr(outcome, "balance", None)
    return {
        "file": outcome.source.sha256[:SHORT],
        "sha256": outcome.source.sha256,
        "outcome": _WORDS[type(outcome)],
        "case": getattr(outcome, "case", None),
        "reason": _reason_of(outcome),
        "fields": None if balance is None else balance_data(balance),
        "findings": [finding_data(each) for each in getattr(outcome, "findings", ())],
    }


def balance_data(balance: Balance) -> dict[str, Any]:
    """Return how many fields a form has, and what became of them."""
    return {"total": balance.total, **asdict(balance)}


def finding_data(finding: Finding) -> dict[str, str]:
    """Return what may be told of a finding: where, which rule, how bad; its parameters may hold what was written.

    A field that is none of ours may be named by anything, a misread cell of a
    table even by a person's name: its pointer is left out.
    """
    pointer = "" if finding.rule in _FOREIGN else finding.pointer
    return {"pointer": pointer, "rule": finding.rule, "severity": finding.severity.value}


def outcome_lines(outcome: Outcome) -> list[str]:
    """Return *outcome* as lines of text: the file, what became of it, and each finding below it."""
    data = outcome_json(outcome)
    head = f"{data['file']}  {data['outcome']:<9}  {data['case'] or '-'}"
    if data["reason"]:
        head += f"  ({data['reason']})"
    if data["fields"]:
        head += "  {total} fields: {filled} filled, {unknown} unknown".format(**data["fields"])
    return [head, *(f"    {line}" for line in finding_lines(getattr(outcome, "findings", ())))]


def finding_lines(findings: Sequence[Finding]) -> list[str]:
    """Return a line for each finding that is more than information."""
    told = (finding_data(each) for each in findings if each.severity != Severity.INFO)
    return [finding_line(each) for each in told]


def finding_line(data: Mapping[str, str]) -> str:
    """Return a finding's *data* as a line of text."""
    at = f" at {data['pointer']}" if data["pointer"] else ""
    return f"{data['severity']} {data['rule']}{at}"


def json_line(data: object) -> str:
    """Return *data* as one line of JSON."""
    return json.dumps(data, ensure_ascii=False, sort_keys=False)


def _reason_of(outcome: Outcome) -> str | None:
    if isinstance(outcome, Held):
        return outcome.reason
    if isinstance(outcome, Rejected):
        return outcome.code or next((each.rule for each in outcome.findings if each.severity is Severity.ERROR), None)
    if isinstance(outcome, Returned):
        return "V01"
    return outcome.first[:SHORT] if isinstance(outcome, Duplicate) else None
