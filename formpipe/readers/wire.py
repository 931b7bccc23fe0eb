"""A `FilledForm` as JSON: between the processes, and as `formpipe extract` prints it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from formpipe.errors import UnreadableFormError
from formpipe.model import Field, FieldState, FieldType, FilledForm, FormMarks, Json
from formpipe.readers.container import container_of
from formpipe.readers.marks import KINDS

CODES = frozenset({"encrypted", "damaged", "empty", "too_large", "macro", "unsupported", "unsafe", "limit"})


_TYPES = {each.value: each for each in FieldType}
_STATES = {each.value: each for each in FieldState}


def form_to_json(form: FilledForm) -> dict[str, Json]:
    """Return *form* as JSON that `form_from_json` takes."""
    return {
        "container": form.container,
        "marks": marks_to_json(form.marks),
        "fields": [field_to_json(field) for field in form.fields],
        "title": form.title,
    }


def marks_to_json(marks: FormMarks) -> dict[str, Json]:
    """Return *marks* as JSON that `marks_from_json` takes."""
    return {
        "kind": marks.kind,
        "version": marks.version,
        "case": marks.case,
        "base": marks.base,
        "corrects": marks.corrects,
        "flags": list(marks.flags),
    }


def field_to_json(field: Field) -> dict[str, Json]:
    """Return *field* as `extract` prints it; `display` and `context` are left out where they say nothing."""
    found: dict[str, Json] = {
        "name": field.name,
        "name_source": field.name_source,
        "label": field.label,
        "type": field.type.value,
        "state": field.state.value,
        "value": list(field.value) if isinstance(field.value, tuple) else field.value,
        "page": field.page,
        "flags": list(field.flags),
    }
    if field.context:
        found["context"] = list(field.context)
    return found if field.display is None else {**found, "display": field.display}


def form_from_json(raw: Json) -> FilledForm:
    """Return the form that *raw* is.

    A reading process may have been taken over by the file it read: each value
    is checked, and nothing else is let through.

    Raises:
        UnreadableFormError: *raw* is no form (`damaged`).
    """
    try:
        found = _mapping(raw)
        return FilledForm(
            container=_text(found["container"]),
            marks=_marks_of(found["marks"]),
            fields=tuple(_field_of(field) for field in _list(found["fields"])),
            title=_text(found["title"]),
        )
    except (KeyError, TypeError, ValueError):
        raise UnreadableFormError("the reading process gave no form", code="damaged") from None


def marks_from_json(raw: Json) -> FormMarks:
    """Return the marks that *raw* is, each value checked as in `form_from_json`.

    Raises:
        UnreadableFormError: *raw* is no marks (`damaged`).
    """
    try:
        return _marks_of(raw)
    except (KeyError, TypeError):
        raise UnreadableFormError("the reading process gave no marks", code="damaged") from None


def extract_json(name: str, data: bytes, read: Callable[[bytes], FilledForm]) -> dict[str, Json]:
    """Return the object that `extract --format json` prints for the file *name* with the bytes *data*.

    *read* is called once; if it refuses, `error` says why and `fields` is
    empty. `form` is what the form says of itself, `None` for a foreign one.
    """
    form, error = None, None
    try:
        form = read(data)
    except UnreadableFormError as refused:
        error = refused
    return {
        "file": name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "container": container_of(data) if form is None else form.container,
        "form": None if form is None else _kind_of(form),
        "fields": [] if form is None else [field_to_json(field) for field in form.fields],
        "error": None if error is None else error_to_json(error),
    }


def refused_json(name: str, error: UnreadableFormError) -> dict[str, Json]:
    """Return the object that `extract --format json` prints for a file that was not opened at all."""
    empty: dict[str, Json] = {"file": name, "sha256": None, "container": None, "form": None, "fields": []}
    return {**empty, "error": error_to_json(error)}


def error_to_json(error: UnreadableFormError) -> dict[str, Json]:
    """Return the stable code of *error* and its sentence, which holds nothing from the file."""
    return {"code": error.code, "message": error.what}


def error_from_json(raw: Json) -> UnreadableFormError:
    """Return the error that *raw* is; one that makes no sense is `damaged`."""
    if isinstance(raw, dict):
        code, message = raw.get("code"), raw.get("message")
        if isinstance(code, str) and code in CODES and isinstance(message, str):
            return UnreadableFormError(message, code=code)
    return UnreadableFormError("the reading process gave no reason", code="damaged")


def _kind_of(form: FilledForm) -> Json:
    """Return kind and version by the marks; if a program dropped those, by the fields that the form printed."""
    printed = {field.name: field.value for field in form.fields if field.name in {"form.type", "form.version"}}
    kind = form.marks.kind or printed.get("form.type")
    version = form.marks.version or printed.get("form.version")
    if not isinstance(kind, str) or not isinstance(version, str):
        return None
    return {"kind": KINDS.get(kind, kind), "version": version}


def _marks_of(raw: Json) -> FormMarks:
    marks = _mapping(raw)
    return FormMarks(
        kind=_text_or_none(marks["kind"]),
        version=_text_or_none(marks["version"]),
        case=_text_or_none(marks["case"]),
        base=_text_or_none(marks["base"]),
        corrects=_text_or_none(marks["corrects"]),
        flags=_texts(marks["flags"]),
    )


def _field_of(raw: Json) -> Field:
    found = _mapping(raw)
    page = found["page"]
    if isinstance(page, bool) or not isinstance(page, int | None):
        raise TypeError
    return Field(
        name=_text(found["name"]),
        name_source=_text(found["name_source"]),
        label=_text(found["label"]),
        type=_TYPES[_text(found["type"])],
        state=_STATES[_text(found["state"])],
        value=_value(found["value"]),
        display=_text_or_none(found.get("display")),
        page=page,
        flags=_texts(found["flags"]),
        context=_texts(found["context"]) if "context" in found else (),
    )


def _mapping(raw: Json) -> Mapping[str, Json]:
    if not isinstance(raw, dict):
        raise TypeError
    return raw


def _value(raw: Json) -> str | bool | tuple[str, ...] | None:
    if isinstance(raw, list):
        return _texts(raw)
    return raw if isinstance(raw, bool) else _text_or_none(raw)


def _text(raw: Json) -> str:
    if not isinstance(raw, str):
        raise TypeError
    return raw


def _text_or_none(raw: Json) -> str | None:
    return None if raw is None else _text(raw)


def _texts(raw: Json) -> tuple[str, ...]:
    return tuple(map(_text, _list(raw)))


def _list(raw: Json) -> list[Json]:
    if not isinstance(raw, list):
        raise TypeError
    return raw
