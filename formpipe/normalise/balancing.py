"""The balance of a form's fields: each of them is used, holds nothing, is left out by a rule, or is unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from formpipe.definition import FormDefinition
from formpipe.model import Balance, Field, FieldState, FilledForm, Finding, Place, Severity, pointer_of
from formpipe.normalise.answers import IGNORED, SILENT, Answer, Answers, name_without_copy
from formpipe.normalise.assembling import is_id_of_row
from formpipe.normalise.expected import Missing
from formpipe.normalise.labels import AMBIGUOUS
from formpipe.normalise.parsing import Fault

_IGNORED = ("printed", "copy", "no_answer", "mapping")


def balance_of(form: FilledForm, answers: Answers, used: Collection[str], definition: FormDefinition) -> Balance:
    """Return what became of each field of *form*; *used* are the names whose value stands in the data."""
    known = {each.name: _kind_of(each, used, definition) for each in answers.known}
    unknown = {each.name for each in answers.unknown}
    copies = {each.name for each in answers.copies}
    counts: Counter[str] = Counter()
    for each in form.fields:
        name = each.name if each.name in known else name_without_copy(each.name, definition)
        kind = "copy" if each.name in copies else known[name] if name is not None else _kind_of_other(each, unknown)
        if kind == "empty" and each.state is FieldState.PLACEHOLDER:
            kind = "placeholder"
        counts[kind] += 1
    return Balance(
        filled=counts["filled"],
        empty=counts["empty"],
        unknown=counts["unknown"],
        placeholder=counts["placeholder"],
        ignored={rule: counts[rule] for rule in _IGNORED if counts[rule]},
    )


def findings_of_fields(answers: Answers, missing: Sequence[Missing], definition: FormDefinition) -> Iterator[Finding]:
    """Yield what is to be told of fields that the form has too many or lacks."""
    for other in answers.unknown:
        unknown = Finding(
            pointer=pointer_of(other.name),
            rule="unknown_field",
            severity=Severity.WARNING,
            place=Place(label=other.label or other.name, page=other.page),
            parameters={"name": other.name},
        )
        yield replace(unknown, rule="ambiguous") if AMBIGUOUS in other.flags else unknown
    faulted = {each.name for each in answers.known if isinstance(each.said, Fault)}
    labels = {each.name: each.of.spec.label for each in answers.known}
    names = dict.fromkeys(name_without_copy(each.name, definition) or each.name for each in answers.copies)
    for name in names:
        if name not in faulted:
            yield _finding(name, "duplicate", Severity.WARNING, labels.get(name, name))
    for each in missing:
        if each.required:
            yield _finding(each.name, "vanished", Severity.ERROR, each.spec.label)
    gone = tuple(dict.fromkeys(each.spec.label for each in missing if not each.required))
    if gone:
        yield Finding(
            pointer="",
            rule="vanished",
            severity=Severity.INFO,
            place=Place(label=definition.title),
            parameters={"labels": gone},
        )


def _finding(name: str, rule: str, severity: Severity, label: str) -> Finding:
    return Finding(pointer=pointer_of(name), rule=rule, severity=severity, place=Place(label=label))


def _kind_of(answer: Answer, used: Collection[str], definition: FormDefinition) -> str:
    if answer.said is None:
        return "empty"
    spec = answer.of.spec
    printed = spec.locked or bool(spec.printed_rows) or is_id_of_row(spec, definition)
    return "printed" if printed and answer.name not in used else "filled"


def _kind_of_other(field: Field, unknown: Collection[str]) -> str:
    if IGNORED in field.flags:
        return "mapping"
    if field.type in SILENT:
        return "no_answer"
    return "unknown" if field.name in unknown else "empty"
