"""What a form says, typed: German text becomes values under the schema's property names.

Every filled control ends in the data, in a finding, or among the unknown
ones; ids that the form prints into a row nobody used are left out with the row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from formpipe.definition import FormDefinition
from formpipe.model import Balance, Data, FilledForm, Finding, Json, Place, Severity, pointer_of
from formpipe.normalise.answers import LISTS, Answer, Answers, Values, answers_of, values_of
from formpipe.normalise.assembling import Assembled, assemble
from formpipe.normalise.balancing import balance_of, findings_of_fields
from formpipe.normalise.expected import missing_from
from formpipe.normalise.labels import with_keys
from formpipe.normalise.parsing import Fault
from formpipe.normalise.reading import Reading
from formpipe.normalise.rowids import give_row_ids

LOOK_AT = ("tracked", "review", "repaired", "disagree", "binding", "external")
"""Flags of a control that a person should look at; each is a warning of its own."""

_SETTLED = frozenset({"conflict", "off_list"})
"""Flags of answers that are findings already where they could not be understood."""

_UNSURE = frozenset({"review", "disagree", "binding"})
"""Flags that are told of a control without an answer too: one may stand in the file, or be seen on the paper."""

_COARSENESS = {"tag": 0, "monat": 1, "jahr": 2, "geschaetzt": 2}
_UNCHANGED = "review.unchanged_sections"


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """A form's answers, typed.

    `data` is nested as the schema says. `written` keeps the raw text and
    `places` where it stands, both by the name on the form; `names` leads from a
    JSON pointer into `data` to that name. `failed` are fields whose answer could
    not be taken, `empty` those that stand on the form without an answer. `case`
    and `base` are what a pre-filled form says it was made for.
    """

    data: Data = field(repr=False)
    written: Mapping[str, str] = field(repr=False)
    findings: tuple[Finding, ...]
    places: Mapping[str, Place]
    names: Mapping[str, str]
    unknown: tuple[str, ...]
    failed: frozenset[str]
    empty: frozenset[str]
    balance: Balance
    case: str | None = None
    base: str | None = None


def normalise(form: FilledForm, definition: FormDefinition) -> Normalised:
    """Return the answers of *form* typed by *definition*; what cannot be typed is a finding.

    Fields without a name are found by their label. The precision of a birth
    date is filled in from how the date was written;
    kind and version of the form are those of *definition*.
    """
    form = with_keys(form, definition)
    answers = answers_of(form, definition)
    found = values_of(answers.known)
    failed = {_key_of(each) for each in answers.known if isinstance(each.said, Fault)} | set(found.mixed)
    values = {name: value for name, value in found.values.items() if name not in failed}
    clashes = tuple(_set_precisions(values, answers))
    _set_printed(values, definition)
    filled = dict.fromkeys(_key_of(each) for each in answers.known if each.said is not None)
    assembled = assemble(values, (filled | dict.fromkeys(values)).keys(), definition)
    missing = missing_from(form, {each.name: each.of.path for each in answers.known}, definition)
    give_row_ids(assembled.data, definition)
    return Normalised(
        data=assembled.data,
        written={each.name: each.written for each in answers.known if each.written is not None},
        findings=(
            *_of_form(form, definition),
            *_of_answers(answers, found),
            *findings_of_fields(answers, missing, definition),
            *clashes,
        ),
        places={name: each.place for each in reversed(answers.known) for name in (each.of.base, each.name)},
        names={**assembled.names, **_entry_names(assembled, found)},
        unknown=tuple(each.name for each in answers.unknown),
        failed=frozenset(failed) | {each.name for each in missing if each.required},
        empty=frozenset(_key_of(each) for each in answers.known) - filled.keys(),
        balance=balance_of(form, answers, frozenset(assembled.names.values()), definition),
        case=form.marks.case,
        base=form.marks.base,
    )


def _key_of(answer: Answer) -> str:
    """Return the name under which the value stands: the entries of a list share one."""
    return answer.of.base if answer.of.spec.type in LISTS else answer.name


def _set_precisions(values: dict[str, Json], answers: Answers) -> Iterator[Finding]:
    """Fill in how exactly each date was written, and yield a finding where the form claims to know it better."""
    for each in answers.known:
        precision = each.said.precision if isinstance(each.said, Reading) else None
        if precision is None or each.of.spec.precision_key is None or each.name not in values:
            continue
        beside = each.name.rpartition(".")[0] + "." + each.of.spec.precision_key.rpartition(".")[2]
        claimed = values.setdefault(beside, precision)
        if isinstance(claimed, str) and _COARSENESS.get(claimed, 2) < _COARSENESS[precision]:
            yield _finding(each, "V27", Severity.ERROR, {"precision": precision, "claimed": claimed})


def _set_printed(values: dict[str, Json], definition: FormDefinition) -> None:
    """Put in what every form of this kind says without being asked."""
    sure: dict[str, Json] = {"form.type": definition.form_type, "form.version": definition.kind.version}
    values.update({name: value for name, value in sure.items() if name in definition.specs})
    if _UNCHANGED in definition.specs and values.get(_UNCHANGED) is None:
        values[_UNCHANGED] = []


def _of_form(form: FilledForm, definition: FormDefinition) -> Iterator[Finding]:
    place = Place(label=definition.title)
    for flag in form.marks.flags:
        yield Finding(
            pointer="", rule=_rule_of(flag), severity=Severity.WARNING, place=place, parameters={"flag": flag}
        )


def _of_answers(answers: Answers, found: Values) -> Iterator[Finding]:
    for each in answers.known:
        if isinstance(each.said, Fault):
            yield _finding(each, each.said.rule, Severity.ERROR, each.said.parameters)
        elif each.said is not None:
            for note in each.said.notes:
                yield _finding(each, note.rule, Severity.WARNING, note.parameters)
        for flag in each.flags:
            if flag in _UNSURE if each.said is None else flag not in _SETTLED:
                yield _finding(each, _rule_of(flag), Severity.WARNING, {"flag": flag})
    for base, reason in found.mixed.items():
        first = next(each for each in answers.known if each.of.base == base)
        yield _finding(first, "contradiction", Severity.ERROR, {"reason": reason}, name=base)


def _finding(
    answer: Answer, rule: str, severity: Severity, parameters: Mapping[str, object], *, name: str | None = None
) -> Finding:
    known: dict[str, object] = {"written": answer.written} if answer.written is not None else {}
    example: dict[str, object] = {"example": answer.of.spec.example} if answer.of.spec.example else {}
    return Finding(
        pointer=pointer_of(name or answer.name),
        rule=rule,
        severity=severity,
        place=answer.place,
        parameters={**known, **example, **parameters},
    )


def _rule_of(flag: str) -> str:
    return flag if flag in LOOK_AT else "flag"


def _entry_names(assembled: Assembled, found: Values) -> dict[str, str]:
    """Return the controls behind each entry of a list of values."""
    return {
        f"{pointer}/{index}": entry
        for pointer, name in assembled.names.items()
        for index, entry in enumerate(found.entries.get(name, ()))
    }
