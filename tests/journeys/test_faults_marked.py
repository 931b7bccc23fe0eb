"""One fault in a good form: one note, at its field; mended in the copy, the form says what a clean one says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

import pytest
from fill_docx import fill_docx
from fill_pdf import fill_pdf
from jsonschema import Draft202012Validator
from make_forms import load_case
from marks_in import comments_in, distance, notes_in, widgets_in
from planted import PLANTED, Planted, with_fields
from roots import NOW, Fmt, Root

from formpipe.durable import sha256_of
from formpipe.errors import UnreadableFormError
from formpipe.inbox import Claim
from formpipe.ledger import forms
from formpipe.model import FilledForm, Severity
from formpipe.pipeline.correct import correction_copy
from formpipe.pipeline.ingest import file_form
from formpipe.pipeline.judge import Reads, judge
from formpipe.pipeline.opened import OpenRoot, open_root
from formpipe.readers.read import read as read_anew
from formpipe.resources import shipped
from formpipe.settings import load_settings

_CASE = cast("dict[str, Any]", load_case("new"))
_RECORDS = {"intake": _CASE["intake"], "review": _CASE["reviews"][0]}

read = lru_cache(maxsize=8)(read_anew)
"""A test reads the same bytes up to three times: as dropped, in the proof of the copy, and in what it asserts."""


class _Plain:
    """Reads in this process: the limits of the other one are tested elsewhere."""

    read = staticmethod(read)


@pytest.fixture
def opened(root: Root) -> Iterator[OpenRoot]:
    """A root of the city, open."""
    with open_root(load_settings(root.path), lambda: datetime.fromisoformat(NOW)) as each:
        yield each


def _returned(opened: OpenRoot, data: bytes, reader: Reads) -> tuple[bytes, list[Any]]:
    """File *data* and return the copy that goes back with the rules of its errors."""
    sha256 = opened.objects.put(data)
    with opened.ledger.transaction() as book:
        judged = judge(opened, book, read(data))
        claim = Claim(id=sha256[:32], path=opened.settings.inbox, name="x", seen_at=opened.clock())
        file_form(opened, book, claim, sha256_of(data), judged)
        row = forms.by_sha256(book, sha256)
        assert row is not None
        assert row.outcome == "rejected"
        errors = [each["rule"] for each in row.findings if each["severity"] == Severity.ERROR]
        return correction_copy(opened, book, row, reader), errors


def _is_at_field_docx(copy: bytes, name: str) -> None:
    summary, *comments = reversed(comments_in(copy))
    (comment,) = comments
    assert {comment.author, summary.author} == {"formpipe"}
    assert comment.tags == (name,)
    assert summary.tags == ()
    assert not comment.in_control
    assert not comment.comments_within
    assert not summary.comments_within


def _is_at_field_pdf(copy: bytes, name: str) -> None:
    notes = notes_in(copy)
    assert {each.author for each in notes} == {"formpipe"}
    (note,) = [each for each in notes if each.name.removeprefix("formpipe:").isdecimal()]
    widgets = widgets_in(copy)
    places = [rect for page, rect in widgets[name] if page == note.page]
    assert places
    assert distance(note.rect, places[0]) <= 1
    others = [rect for each in widgets.values() for page, rect in each if page == note.page]
    assert min(distance(note.rect, rect) for rect in others) >= 0
    assert len(notes) == 2


def _filled(planted: Planted, fmt: Fmt, root: Root, changed: Mapping[str, Any]) -> bytes:
    """Return the record's form with *changed* answers, those in added fields too."""
    added = {name: answer for name, answer in changed.items() if name in planted.rows}
    own = {name: answer for name, answer in changed.items() if name not in planted.rows}
    form = with_fields(root.filled(_RECORDS[planted.kind], fmt=fmt, changed=own), planted.rows, fmt)
    return (fill_docx if fmt == "docx" else fill_pdf)(form, added) if added else form


def _check(planted: Planted, fmt: Fmt, root: Root, opened: OpenRoot) -> None:
    faulty = _filled(planted, fmt, root, planted.answers)
    copy, errors = _returned(opened, faulty, _Plain())
    assert errors == [planted.rule]
    (_is_at_field_docx if fmt == "docx" else _is_at_field_pdf)(copy, planted.at)
    assert read(copy).fields == read(faulty).fields
    mended = (fill_docx if fmt == "docx" else fill_pdf)(copy, planted.mend)
    clean = _filled(planted, fmt, root, {**planted.answers, **planted.mend})
    with opened.ledger.transaction(keep=False) as book:
        verdicts = [judge(opened, book, read(each)).verdict for each in (mended, clean)]
    got, wanted = (verdict.submission for verdict in verdicts if verdict)
    assert got is not None
    assert got == wanted


_NEVER = {
    "additionalProperties": "a field that the schema does not name is listed as ignored",
    "const": "a choice's value: what is no choice is found as enum",
    "oneOf": "the choices: found as enum",
    "anyOf": "an answer or none: found by the answer's own keyword",
    "minItems": "a list of which nothing is ticked or written is required, or untold",
}
"""Keywords that no form can break, for the reader never makes such data: the fault is found under another rule."""


def test_every_keyword_in_use_is_planted_or_told_why_not() -> None:
    files = (json.loads(each.read_text(encoding="utf-8")) for each in shipped("schemas").rglob("*.json"))
    used = {rule for each in files for rule in _keywords_in(each)}
    assert used == {each.rule for each in PLANTED.values()} & used | set(_NEVER)


def _keywords_in(schema: object) -> Iterator[str]:
    known = set(Draft202012Validator.VALIDATORS) - {"$ref", "$dynamicRef", "items", "properties"}
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key in known:
                yield key
            names_fields = key in {"properties", "$defs"} and isinstance(value, Mapping)
            for each in value.values() if names_fields else [value]:
                yield from _keywords_in(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _keywords_in(each)


class _Otherwise:
    """Reads as if the copy said something else."""

    @staticmethod
    def read(data: bytes) -> FilledForm:
        """Return the form without its last field."""
        form = read(data)
        return replace(form, fields=form.fields[:-1])


class _Refuses:
    """Reads nothing."""

    @staticmethod
    def read(data: bytes) -> FilledForm:
        """Refuse *data*."""
        raise UnreadableFormError(f"{len(data)} bytes are too many", code="limit")


@pytest.mark.parametrize("reader", [_Otherwise(), _Refuses()])
def test_a_copy_that_would_not_read_the_same_goes_back_as_it_came(reader: Reads, root: Root, opened: OpenRoot) -> None:
    data = root.filled(_RECORDS["intake"], changed=PLANTED["date"].answers)
    assert _returned(opened, data, reader)[0] == data


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_a_fault_in_a_word_form_has_its_comment_and_can_be_mended(name: str, root: Root, opened: OpenRoot) -> None:
    _check(PLANTED[name], "docx", root, opened)


@pytest.mark.parametrize("name", ["maxItems", "minLength", "required", "V21", "V06"])
def test_a_fault_in_a_pdf_form_has_its_note_and_can_be_mended(name: str, root: Root, opened: OpenRoot) -> None:
    _check(PLANTED[name], "pdf", root, opened)


@pytest.mark.heavy
@pytest.mark.parametrize("name", sorted(PLANTED))
def test_every_fault_in_a_pdf_form_has_its_note(name: str, root: Root, opened: OpenRoot) -> None:
    _check(PLANTED[name], "pdf", root, opened)
