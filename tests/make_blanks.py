"""What tests of blank and pre-filled forms share: the names a form must have, plans with an answer everywhere."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from io import BytesIO

from lxml import etree

from formpipe.blanks.controls import stored
from formpipe.definition import FieldSpec, FormDefinition, Item, ListSpec, ValueType
from formpipe.model import Action, CaseNumber, Columns, Goal, IntegrationPlan, Json, PlanValue, Sha256

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CASE = CaseNumber("MA-CAR-2026-0001")
TEXT = "Łódź – «Straße» & <Ğül> 17"
LINES = "Zeile eins\nАбвгд Ελλάδα"
_FRESH = {"form", "sign", "review", "goals"}
_TYPED: Mapping[ValueType, Json] = {
    ValueType.DATE: "2026-05-28",
    ValueType.DATE_TIME: "2026-11-25T09:30:00+01:00",
    ValueType.INTEGER: 3,
    ValueType.NUMBER: 2.5,
}
_NORMALISED = {"phone": "+491713920001", "bg_nummer": "99999BG0000001"}


def expected_names(definition: FormDefinition, rows: Mapping[str, int] | None = None) -> list[str]:
    """Return the names of all fields of a form, in the schema's order; *rows* overrules the rows of lists by key."""
    return [
        name
        for section in definition.sections
        for item in section.items
        for name in _names(item, item.key.removesuffix("[]"), rows or {})
    ]


def _names(item: Item, stem: str, rows: Mapping[str, int]) -> Iterator[str]:
    if isinstance(item, ListSpec):
        for index in range(rows.get(item.key, item.rows)):
            for column in item.columns:
                yield from _names(column, f"{stem}[{index}].{column.name}", rows)
    elif item.type is ValueType.CODES:
        assert item.codes is not None
        yield from (f"{stem}[{stored(code.value)}]" for code in item.codes.codes)
    elif item.type is ValueType.TEXTS:
        yield from (f"{stem}[{index}]" for index in range(item.rows))
    else:
        yield stem


def full_plan(definition: FormDefinition) -> IntegrationPlan:
    """Return a plan in which every field that a review shows has an answer, its lists two rows each."""
    values: dict[str, Json] = {}
    for section in definition.sections:
        if section.name not in _FRESH:
            for item in section.items:
                values |= dict(_answers(item))
    values |= {"case.case_id": CASE, "contact.address_protected": False}
    values |= {f"household.members[{row}].member_id": f"HM0{row + 1}" for row in range(2)}
    values |= {f"consents[{row}].consent_id": f"C0{row + 1}" for row in range(2)}
    values |= {"needs[0].life_area": "arbeit", "needs[1].life_area": "sprache"}
    columns: Columns = _held(
        {"title": TEXT, "status": "zurueckgestellt", "due_date": "2026-12-31", "drop_reason": TEXT}
    )
    step = Action(action_id="G01-S01", columns=_held({"title": TEXT, "status": "laeuft", "done_on": "2026-05-01"}))
    return IntegrationPlan(
        case=CASE,
        version=4,
        dated=date(2026, 5, 28),
        values=_held(values),
        goals=(Goal(goal_id="G01", columns=columns, actions=(step,)),),
    )


def declined_plan(definition: FormDefinition) -> IntegrationPlan:
    """Return a plan in which every single field that may be declined is declined."""
    values: dict[str, Json] = {"case.case_id": CASE}
    for section in definition.sections:
        for item in section.items if section.name not in _FRESH else ():
            if isinstance(item, FieldSpec) and item.no_answer and item.type is not ValueType.TEXTS:
                values[item.key] = "keine_angabe"
    return IntegrationPlan(case=CASE, version=2, dated=date(2026, 5, 28), values=_held(values), goals=())


def _answers(item: Item) -> Iterator[tuple[str, Json]]:
    if isinstance(item, FieldSpec):
        yield item.key, _answer(item)
        return
    for row in range(2):
        for column in item.columns:
            if isinstance(column, FieldSpec):
                yield f"{item.key.removesuffix('[]')}[{row}].{column.name}", _answer(column)


def _answer(spec: FieldSpec) -> Json:
    codes = [code.value for code in spec.codes.codes if code.value != "keine_angabe"] if spec.codes is not None else []
    if spec.type is ValueType.CODES:
        return list(codes[:3])
    if spec.type is ValueType.TEXTS:
        return list(codes[1:3]) if codes else [TEXT, "zwei"]
    if codes:
        return codes[1] if spec.type is ValueType.BOOLEAN else codes[-1]
    if spec.normalise is not None:
        return _NORMALISED[spec.normalise]
    if spec.type is ValueType.TEXT:
        return LINES if spec.multiline else spec.example or TEXT
    return _TYPED[spec.type]


def _held(values: Mapping[str, Json]) -> Columns:
    origin = Sha256("a" * 64)
    return {key: PlanValue(value=value, origin=origin, name=key, on=date(2026, 5, 28)) for key, value in values.items()}


def part_of(docx: bytes, name: str) -> etree._Element:
    """Return the part *name* of a Word file as XML."""
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        return etree.fromstring(archive.read(name))
