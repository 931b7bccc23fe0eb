"""The values of the plan after one more form, the goals apart (domain 3.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from types import MappingProxyType

from formpipe.dates import day_of, months_after
from formpipe.flatten import laid_over, merged_by_id, natural
from formpipe.fold.holding import Fault, HeldReason, fault_of
from formpipe.kinds import CONSENT
from formpipe.model import Columns, IntegrationPlan, PlanValue, pattern_of
from formpipe.reviewed import review_count
from formpipe.sheet import Row, Sheet, rows_of, section_of

COUNSELLING_MONTHS = 36
"""Counselling lasts three years, in justified single cases four (VwV 2023)."""

_APART = frozenset({"review", "goals", "consents"})
_OF_THE_LATEST_FORM = ("form.", "sign.")
_FIXED = frozenset({"case_id", "carrier"})
_CONSENTS = "consents"
_START, _END = "case.counselling_start", "case.counselling_end_max"


def values_after(plan: IntegrationPlan | None, sheet: Sheet) -> Columns:
    """Return the values of *plan* with the form *sheet* laid over them; `None` stands before the intake.

    `form.*` and `sign.*` are those of the latest form. What a review says of
    itself is added as `reviews[n].*`, its number counted and not read. Of a
    case its number and carrier never change. A form for consents brings
    nothing but these.
    """
    data = sheet.filed.submission.data
    old = {} if plan is None else dict(plan.values)
    if sheet.kind == CONSENT:
        return _sorted(merged_by_id(old, _CONSENTS, rows_of(data.get(_CONSENTS)), sheet))
    values = {key: value for key, value in old.items() if not key.startswith(_OF_THE_LATEST_FORM)}
    tree = {name: part for name, part in data.items() if name not in _APART}
    if plan is not None:
        tree["case"] = {name: value for name, value in sheet.part("case").items() if name not in _FIXED}
    values = laid_over(values, tree, sheet)
    values = laid_over(values, section_of(sheet.part("review"), "changes"), sheet)
    values = merged_by_id(values, _CONSENTS, rows_of(data.get(_CONSENTS)), sheet)
    if plan is None:
        values["case.case_id"] = sheet.value(sheet.filed.case, "case.case_id")
    else:
        values |= _review_values(review_count(plan) + 1, sheet)
    return _sorted(_with_end(values))


def takes_back(sheet: Sheet) -> bool:
    """Tell whether the form says no to a consent, or ends one."""
    rows = rows_of(sheet.filed.submission.data.get(_CONSENTS))
    return any(row.get("granted") is False or row.get("revoked_on") is not None for row in rows)


def consent_faults(plan: IntegrationPlan | None, sheet: Sheet) -> Iterator[Fault]:
    """Yield what forbids to merge the form's consents: an id that stands for two of them.

    A consent of another scope under a known number would put a release in the
    place of another one, so it is never merged.
    """
    values = {} if plan is None else plan.values
    scopes = {
        str(each.value): values[key.replace(".consent_id", ".scope")].value
        for key, each in values.items()
        if pattern_of(key) == "consents[].consent_id"
    }
    rows = rows_of(sheet.filed.submission.data.get(_CONSENTS))
    times = Counter(str(row.get("consent_id")) for row in rows if row.get("consent_id"))
    for index, row in enumerate(rows):
        consent_id = str(row.get("consent_id"))
        is_other = row.get("scope") is not None and row["scope"] != scopes.get(consent_id, row["scope"])
        if times[consent_id] > 1 or is_other:
            told = {"ids": sorted(scopes), "reason": "taken"}
            yield fault_of(sheet, HeldReason.CONFLICT, f"{_CONSENTS}[{index}].consent_id", told)


def _review_values(number: int, sheet: Sheet) -> dict[str, PlanValue]:
    own: Row = {name: value for name, value in sheet.part("review").items() if name != "changes"}
    own["review_no"] = number
    place = f"reviews[{number - 1}]"
    found = laid_over({}, {"review": own}, sheet)
    return {place + key.removeprefix("review"): value for key, value in found.items()}


def _with_end(values: dict[str, PlanValue]) -> dict[str, PlanValue]:
    start = values.get(_START)
    first = None if start is None else day_of(start.value)
    if start is None or first is None:
        return {key: value for key, value in values.items() if key != _END}
    last = months_after(first, COUNSELLING_MONTHS) - timedelta(days=1)
    end = PlanValue(value=last.isoformat(), origin=start.origin, name=start.name, on=start.on)
    return {**values, _END: end}


def _sorted(values: Columns) -> Columns:
    return MappingProxyType(dict(sorted(values.items(), key=_order)))


def _order(item: tuple[str, PlanValue]) -> list[int | str]:
    return natural(item[0])
