"""One fault in a good form: one note, at its field; mended in the copy, the form says what a clean one says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

import pytest
from fill_docx import fill_docx
from fill_pdf import fill_pdf
from make_forms import load_case
from marks_in import comments_in, distance, notes_in, widgets_in
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
from formpipe.readers.read import read
from formpipe.settings import load_settings

_CASE = cast("dict[str, Any]", load_case("new"))
_RECORDS = {"intake": _CASE["intake"], "review": _CASE["reviews"][0]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A fault: answers in place of the record's, the rule that finds it, the field that is marked, how it is mended."""

    rule: str
    at: str
    answers: Mapping[str, Any]
    mend: Mapping[str, Any]
    kind: str = "intake"


def _one(rule: str, at: str, wrong: str | None, right: str, *, kind: str = "intake", **more: str) -> Planted:
    beside = {name.replace("__", "."): answer for name, answer in more.items()}
    return Planted(rule=rule, at=at, answers={**beside, at: wrong}, mend={at: right}, kind=kind)


_LONG = "Amara " * 40
_COUNSELLING = {"counselling[0].service": "vertraulich", "counselling[0].provider": "Beispielstelle"}
_GOAL = {
    "goals[2].title": "Drittes Ziel",
    "goals[2].life_area": "Wohnen",
    "goals[2].status": "in Arbeit",
    "goals[2].due_date": "31.03.2027",
    "goals[2].agreed_with_client": "ja",
}
_PLANTED = {
    "date": _one("format", "person.birth_date", "31.02.1990", "28.02.1990"),
    "enum": _one("enum", "housing.wbs_status", "liegt im Auto", "offen"),
    "type": _one("type", "housing.rooms", "viele", "2"),
    "minimum": _one("minimum", "housing.rooms", "-1", "2"),
    "maximum": _one("maximum", "housing.rooms", "5000", "2"),
    "maxLength": _one("maxLength", "person.given_names", _LONG, "Amara"),
    "pattern": _one("pattern", "form.filled_by", "Frau Ex. Empel!", "sta-rexempel"),
    "required": _one("required", "case.intake_date", None, "06.07.2026"),
    "required-row": _one("required", "goals[0].title", None, "Stelle finden"),
    "future": _one("future", "form.filled_on", "06.07.2031", "06.07.2026"),
    "uniqueItems": Planted(
        rule="uniqueItems",
        at="person.nationalities[0]",
        answers={"person.nationalities[0]": "Ghana", "person.nationalities[1]": "Ghana"},
        mend={"person.nationalities[1]": "Togo"},
    ),
    "untold": Planted(
        rule="untold",
        at="consents[1].informed[zweck]",
        answers={"consents[1].informed[zweck]": None},
        mend={"consents[1].informed[zweck]": True},
    ),
    "contradiction": Planted(
        rule="contradiction",
        at="finance.urgent[miete]",
        answers={"finance.urgent[miete]": True, "finance.urgent[keine_angabe]": True},
        mend={"finance.urgent[keine_angabe]": False},
    ),
    "characters": _one("characters", "person.given_names", "\u202eAmara", "Amara"),
    "row-after-a-gap": Planted(
        rule="V11", at="goals[2].indicator", answers=_GOAL, mend={"goals[2].indicator": "steht"}
    ),
    "C1": _one("C1", "form.corrects_sha256", None, "0" * 64, form__is_correction="ja"),
    "C3": Planted(
        rule="C3",
        at="person.family_name",
        answers={"person.family_name": None, "person.given_names": None},
        mend={"person.family_name": "Musterşen"},
    ),
    "C4": _one(
        "C4", "person.name_original_script_code", None, "Äthiopisch (Ge’ez)", person__name_original_script="አማራ"
    ),
    "C5": _one("C5", "ids.bg_nummer", None, "62504//0012345", ids__bg_nummer_status="vorhanden"),
    "C6": _one("V11", "goals[0].indicator", None, "Vertrag liegt vor", **{"goals[0]__status": "in Arbeit"}),
    "V11": _one("V11", "goals[0].due_date", None, "31.03.2027", **{"goals[0]__status": "in Arbeit"}),
    "V02": _one("V02", "case.case_id", "MA-CAR-2026-0001", "MA-STA-2026-0007"),
    "V21": Planted(
        rule="V21", at="counselling[0].provider", answers=_COUNSELLING, mend={"counselling[0].service": "MBE"}
    ),
    "V25": Planted(
        rule="V25",
        at="consents[0].signed_by",
        answers={"person.birth_date": "08.03.2011", "consents[1].signed_by": "sorgeberechtigte Person"},
        mend={"consents[0].signed_by": "sorgeberechtigte Person"},
    ),
    "V27": Planted(
        rule="V27",
        at="person.birth_date",
        answers={"person.birth_date": "1990", "person.birth_date_precision": "Tag"},
        mend={"person.birth_date": "08.03.1991"},
    ),
    "due_limit": _one("due_limit", "goals[0].due_date", "01.01.2035", "31.03.2027"),
    "V02-review": _one("V02", "case.case_id", None, "MA-STA-2026-0001", kind="review"),
    "V05": _one("V05", "review.review_date", "01.12.2026", "29.09.2026", kind="review"),
    "V06": _one("V06", "review.next_review_date", "15.12.2027", "15.12.2026", kind="review"),
    "change": _one("format", "housing.wbs_valid_until", "bald", "01.10.2027", kind="review"),
}


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


def _check(planted: Planted, fmt: Fmt, root: Root, opened: OpenRoot) -> None:
    record = _RECORDS[planted.kind]
    faulty = root.filled(record, fmt=fmt, changed=planted.answers)
    copy, errors = _returned(opened, faulty, _Plain())
    assert errors == [planted.rule]
    (_is_at_field_docx if fmt == "docx" else _is_at_field_pdf)(copy, planted.at)
    assert read(copy).fields == read(faulty).fields
    mended = (fill_docx if fmt == "docx" else fill_pdf)(copy, planted.mend)
    clean = root.filled(record, fmt=fmt, changed={**planted.answers, **planted.mend})
    with opened.ledger.transaction(keep=False) as book:
        verdicts = [judge(opened, book, read(each)).verdict for each in (mended, clean)]
    got, wanted = (verdict.submission for verdict in verdicts if verdict)
    assert got is not None
    assert got == wanted


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
    data = root.filled(_RECORDS["intake"], changed=_PLANTED["date"].answers)
    assert _returned(opened, data, reader)[0] == data


@pytest.mark.parametrize("name", sorted(_PLANTED))
def test_a_fault_in_a_word_form_has_its_comment_and_can_be_mended(name: str, root: Root, opened: OpenRoot) -> None:
    _check(_PLANTED[name], "docx", root, opened)


@pytest.mark.parametrize("name", ["required", "V21", "V06"])
def test_a_fault_in_a_pdf_form_has_its_note_and_can_be_mended(name: str, root: Root, opened: OpenRoot) -> None:
    _check(_PLANTED[name], "pdf", root, opened)


@pytest.mark.heavy
@pytest.mark.parametrize("name", sorted(_PLANTED))
def test_every_fault_in_a_pdf_form_has_its_note(name: str, root: Root, opened: OpenRoot) -> None:
    _check(_PLANTED[name], "pdf", root, opened)
