"""What holds for a form that was read from a print: its doubtful answers are proposals until a person confirms them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from formpipe.definition import FormDefinition
from formpipe.model import Field, FieldState, FilledForm, Finding, Json, Place, Severity, Verdict, pointer_of
from formpipe.naming import paper_of

FLAT = "flat"
"""Mark of a form that was read from a print."""

PAGES = "pages"
"""Mark of a print that lacks a page of its form, or has one that cannot be told from another."""

UNASSIGNED = "unassigned"
"""Name of text on a print that stands in no field, with `#` and a number."""

_DOUBTS = frozenset({"review", "conflict"})
_UNREADABLE = "\ufffd"


def is_print(form: FilledForm) -> bool:
    """Tell whether *form* was read from a print."""
    return FLAT in form.marks.flags


def without_print_marks(form: FilledForm) -> FilledForm:
    """Return *form* without the marks of a print, which `with_doubts` tells of."""
    flags = tuple(flag for flag in form.marks.flags if flag not in {FLAT, PAGES})
    return replace(form, marks=replace(form.marks, flags=flags))


def with_doubts(verdict: Verdict, form: FilledForm, definition: FormDefinition) -> Verdict:
    """Return *verdict*; on a print each doubtful field and each missing page is an error.

    A field that has an error already gets no second one.
    """
    if not is_print(form):
        return verdict
    refused = {each.pointer for each in verdict.findings if each.severity is Severity.ERROR}
    doubts = [each for each in _doubts(form, definition) if each.pointer not in refused]
    told = {each.pointer for each in doubts}
    kept = [each for each in verdict.findings if each.pointer not in told or each.severity is Severity.ERROR]
    paper = paper_of(definition)
    findings = tuple(sorted((*kept, *doubts, *_pages(form, definition)), key=lambda each: paper.order_of(each.pointer)))
    refuses = any(each.severity is Severity.ERROR for each in findings)
    return Verdict(submission=None if refuses else verdict.submission, findings=findings)


def proposals_of(form: FilledForm) -> dict[str, Json]:
    """Return what was read on the print *form* by the name of the field, to be written into a new form.

    What could be read in part only is left out.
    """
    return {
        each.name: each.value
        for each in form.fields
        if each.state is FieldState.FILLED and isinstance(each.value, str | bool) and not _is_unreadable(each)
    }


def _doubts(form: FilledForm, definition: FormDefinition) -> Iterator[Finding]:
    for each in form.fields:
        if _DOUBTS.isdisjoint(each.flags):
            continue
        spec = definition.spec_of(each.name)
        loose = each.name.startswith(f"{UNASSIGNED}#")
        written = {"written": each.display or each.value} if isinstance(each.value, str) else {}
        yield Finding(
            pointer=pointer_of(each.name),
            rule="no_field" if loose else "proposal",
            severity=Severity.ERROR,
            place=Place(
                label=definition.title if loose else each.label if spec is None else spec.label,
                page=each.page,
                within=None if spec is None else definition.within(each.name),
            ),
            parameters=written,
        )


def _pages(form: FilledForm, definition: FormDefinition) -> Iterator[Finding]:
    if PAGES in form.marks.flags:
        yield Finding(pointer="", rule="pages", severity=Severity.ERROR, place=Place(label=definition.title))


def _is_unreadable(field: Field) -> bool:
    return isinstance(field.value, str) and _UNREADABLE in field.value
