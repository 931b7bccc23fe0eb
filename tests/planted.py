"""Faults to plant in good forms, one a rule and keyword, and fields to add to a form."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf
from fill_docx import WordForm
from fill_pdf import leaves_of
from roots import Fmt


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A fault: answers in place of the record's, the rule that finds it, the field that is marked, how it is mended.

    `rows` are fields that the form gets in addition, made like the first of its list.
    """

    rule: str
    at: str
    answers: Mapping[str, Any]
    mend: Mapping[str, Any]
    kind: str = "intake"
    rows: tuple[str, ...] = ()


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
_NAMES = tuple(f"person.alias_names[{number}]" for number in range(12))
PLANTED = {
    "date": _one("format", "person.birth_date", "31.02.1990", "28.02.1990"),
    "enum": _one("enum", "housing.wbs_status", "liegt im Auto", "offen"),
    "type": _one("type", "housing.rooms", "viele", "2"),
    "minimum": _one("minimum", "housing.rooms", "-1", "2"),
    "maximum": _one("maximum", "housing.rooms", "5000", "2"),
    "maxLength": _one("maxLength", "person.given_names", _LONG, "Amara"),
    "pattern": _one("pattern", "form.filled_by", "Frau Ex. Empel!", "sta-rexempel"),
    "maxItems": Planted(
        rule="maxItems",
        at=_NAMES[0],
        answers={name: f"Beispielname {name[-3:-1]}" for name in _NAMES},
        mend=dict.fromkeys(_NAMES[10:], ""),
        rows=_NAMES[1:],
    ),
    "minLength": _one("minLength", "goals[0].title", "Abc", "Stelle finden"),
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


def with_fields(form: bytes, names: tuple[str, ...], fmt: Fmt) -> bytes:
    """Return *form* with the fields *names* beside the first of their list, as somebody adds rows to a form.

    Fields that it has already stay as they are.
    """
    return (_with_controls if fmt == "docx" else _with_widgets)(form, names) if names else form


def _first(name: str) -> str:
    return f"{name.rpartition('[')[0]}[0]"


def _with_controls(form: bytes, names: tuple[str, ...]) -> bytes:
    word = WordForm(form)
    for name in names:
        word.add(name, _first(name))
    return word.save()


def _with_widgets(form: bytes, names: tuple[str, ...]) -> bytes:
    with pikepdf.open(io.BytesIO(form)) as pdf:
        fields = dict(leaves_of(pdf))
        for name in names:
            if name not in fields:
                first = fields[_first(name)]
                made = pdf.make_indirect(pikepdf.Dictionary(dict(first.items())))
                made.T = pikepdf.String(name.rpartition(".")[2])
                first.P.Annots.append(made)
                first.Parent.Kids.append(made)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()
