"""Whether a form can be taken: its schema first, then the rules at the door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from jsonschema import Draft202012Validator

from formpipe.definition import FormDefinition
from formpipe.model import CaseNumber, Finding, Severity, Submission, Verdict, pointer_of
from formpipe.naming import CHANGES, paper_of
from formpipe.normalise.normalise import Normalised
from formpipe.rules.door import Candidate, Door, candidate_of
from formpipe.rules.judge import CASE_ID, judge
from formpipe.validate.faults import schema_faults, validator_of

__all__ = ["Door", "validate", "validator_of"]


def validate(
    normalised: Normalised, definition: FormDefinition, validator: Draft202012Validator, door: Door
) -> Verdict:
    """Return what the form comes to, with all its findings in the paper's order, one for each fault.

    The submission holds the edits only: what a pre-filled form says as it was
    printed is not among its changes.

    Args:
        normalised: The form's typed answers.
        definition: Its kind.
        validator: Made once by `validator_of`.
        door: The day, the carrier, and what the form was pre-filled with.
    """
    candidate = candidate_of(normalised, definition, door)
    read = (_with_own_example(each, door) for each in normalised.findings)
    findings = _in_paper_order((*read, *_judged(candidate, validator)), definition)
    dated = candidate.dated
    if dated is None or any(finding.severity is Severity.ERROR for finding in findings):
        return Verdict(submission=None, findings=findings)
    number = candidate.own(CASE_ID)
    unknown = normalised.base is not None and door.prefilled is None
    submission = Submission(
        kind=definition.kind,
        case=CaseNumber(number) if isinstance(number, str) else None,
        counts_for=dated,
        data=candidate.edits,
        written=normalised.written,
        names=normalised.names if unknown else _other_rows(normalised.names),
        base=normalised.base,
        empty=tuple(sorted(normalised.empty)) if unknown else None,
    )
    return Verdict(submission=submission, findings=findings)


def _judged(candidate: Candidate, validator: Draft202012Validator) -> Iterable[Finding]:
    """Return the findings of schema and rules, one for each fault.

    Nothing is said of a field whose answer could not be read, since that is
    said already. Where a rule refuses a field, the schema is silent on it;
    where the schema does, a rule does not warn as well.
    """
    form = candidate.form
    unread = {pointer_of(name) for name in form.failed}
    judged = [each for each in judge(candidate) if each.pointer not in unread]
    refused = {each.pointer for each in judged if each.severity is Severity.ERROR}
    faults = schema_faults(form.data, form.names, validator, candidate.definition)
    of_schema = [candidate.finding(each.name, each.rule, Severity.ERROR, **each.parameters) for each in faults]
    of_schema = [each for each in of_schema if each.pointer not in unread | refused]
    broken = {each.pointer for each in of_schema}
    return (*of_schema, *(each for each in judged if each.pointer not in broken))


def _with_own_example(finding: Finding, door: Door) -> Finding:
    """Return *finding* with a case number of this root for the one of the schema, which is the same for all."""
    if finding.pointer != pointer_of(CASE_ID):
        return finding
    return replace(finding, parameters={**finding.parameters, "example": door.case_example})


def _other_rows(names: Mapping[str, str]) -> Mapping[str, str]:
    """Return the entries of *names* whose row on the form is another than in the data."""
    changes = "/" + "/".join(map(str, CHANGES))
    return {place: name for place, name in names.items() if pointer_of(name) != place.removeprefix(changes)}


def _in_paper_order(findings: Iterable[Finding], definition: FormDefinition) -> tuple[Finding, ...]:
    paper = paper_of(definition)
    weights = {severity: weight for weight, severity in enumerate(Severity)}
    return tuple(sorted(findings, key=lambda each: (paper.order_of(each.pointer), weights[each.severity], each.rule)))
