"""Which form this is: its kind and version, and so the definition that reads it."""

from __future__ import annotations

from collections.abc import Mapping

from formpipe.definition import FormDefinition
from formpipe.errors import UnknownFormError
from formpipe.model import FieldState, FilledForm, FormKind
from formpipe.naming import field_of

_LIKENESS = 0.8
"""Share of a definition's fields that a form without marks must have to be taken for it."""

_CODE = "unknown_form"
_TYPE_FIELD = "form.type"
_VERSION_FIELD = "form.version"


def identify(form: FilledForm, definitions: Mapping[FormKind, FormDefinition]) -> FormDefinition:
    """Return the definition that *form* was made from.

    What the form carries as a mark decides, then what its fields `form.type`
    and `form.version` say; a form with neither is known by the names of its
    fields if one definition fits clearly best. A version older than all that
    are known is read as the next newer one of its kind.

    Args:
        form: The form as read; a mark's kind may be the schema's (`intake`) or
            the code on the paper (`aufnahme`).
        definitions: All known kinds and versions.

    Raises:
        UnknownFormError: No definition claims the form, more than one does, or
            its mark and its field name different kinds.
    """
    named = [kind for kind in (form.marks.kind, _value_of(_TYPE_FIELD, form)) if kind is not None]
    if not named:
        return _most_alike(form, tuple(definitions.values()), _LIKENESS)
    candidates = _of_kind(named[0], definitions)
    if not candidates or any(_of_kind(other, definitions) != candidates for other in named[1:]):
        raise UnknownFormError("the form is of a kind that is not known, or says two kinds of itself", code=_CODE)
    version = form.marks.version or _value_of(_VERSION_FIELD, form)
    return _of_version(version, candidates) if version else _most_alike(form, candidates, 0.0)


def version_order(version: str) -> tuple[int, ...]:
    """Return what sorts versions by age: `2026.10` is newer than `2026.9`; no version comes before all others."""
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()


def _value_of(name: str, form: FilledForm) -> str | None:
    filled = (each for each in form.fields if each.name == name and each.state is FieldState.FILLED)
    found = next(filled, None)
    return found.value.strip() if found is not None and isinstance(found.value, str) else None


def _of_kind(kind: str, definitions: Mapping[FormKind, FormDefinition]) -> tuple[FormDefinition, ...]:
    found = (each for each in definitions.values() if kind in {each.kind.kind, each.form_type})
    return tuple(sorted(found, key=lambda each: version_order(each.kind.version)))


def _of_version(version: str, candidates: tuple[FormDefinition, ...]) -> FormDefinition:
    """Return the oldest of *candidates* (oldest first) that is not older than *version*."""
    wanted = version_order(version)
    for each in candidates:
        if wanted and version_order(each.kind.version) >= wanted:
            return each
    raise UnknownFormError("the form is of a version that is not known", code=_CODE)


def _most_alike(form: FilledForm, candidates: tuple[FormDefinition, ...], least: float) -> FormDefinition:
    """Return the one of *candidates* whose fields are most those of *form*, the share *least* of them at least."""
    scores = {each.kind: _likeness(form, each, least) for each in candidates}
    best = max(scores.values(), default=0.0)
    first = [each for each in candidates if scores[each.kind] == best]
    if len(first) != 1 or best <= 0.0:
        raise UnknownFormError("no form definition, or more than one, fits the form's fields", code=_CODE)
    return first[0]


def _likeness(form: FilledForm, definition: FormDefinition, least: float) -> float:
    """Return the share of fields that *form* and *definition* have in common, 0 if the form lacks too many."""
    found = [field_of(each.name, definition) for each in form.fields]
    known = {each.spec.key for each in found if each is not None}
    strange = {each.name for each, one in zip(form.fields, found, strict=True) if one is None}
    if len(known) < least * len(definition.specs):
        return 0.0
    return len(known) / (len(definition.specs) + len(strange))
