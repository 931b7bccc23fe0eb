"""The client's consents as a plan lists them: what was answered, and until when it holds."""

from __future__ import annotations

from typing import Any

from formpipe.definition import FieldSpec, ListSpec
from formpipe.present.goals import lists_of
from formpipe.present.values import MAIN, PlanText, row_of
from formpipe.releases import releases_of

_LIST = "consents[]"
_IN_COLUMNS = frozenset({"scope", "recipient", "granted", "granted_on", "valid_until", "revoked_on"})


def consents_of(text: PlanText) -> list[dict[str, Any]]:
    """Return every consent that was talked about, in the order of the forms; states are as of the plan's date."""
    spec = next(
        (each for section in text.catalogue.sections for each in lists_of(section.items) if each.key == _LIST), None
    )
    if spec is None:
        return []
    releases = releases_of(text.plan, text.plan.dated)
    in_force = {release.consent_id for release in (*releases.client, *releases.members)}
    return [_consent(text, spec, f"consents[{number}]", in_force) for number in text.rows.get(_LIST, ())]


def _consent(text: PlanText, spec: ListSpec, row: str, in_force: set[str]) -> dict[str, Any]:
    others = [
        each
        for each in spec.columns
        if isinstance(each, FieldSpec) and each.printed in MAIN and each.name not in _IN_COLUMNS
    ]
    return {
        "scope": text.text(f"{row}.scope"),
        "recipient": text.text(f"{row}.recipient"),
        "state": _state(text, row, holds=text.value(f"{row}.consent_id") in in_force),
        "until": text.text(f"{row}.valid_until"),
        "fields": [row_of(each.label, said) for each in others if (said := text.text(f"{row}.{each.name}"))],
    }


def _state(text: PlanText, row: str, *, holds: bool) -> str:
    day = text.text(f"{row}.granted_on")
    said = f" am {day}" if day else ""
    revoked = text.text(f"{row}.revoked_on")
    granted = text.value(f"{row}.granted")
    if holds:
        return f"✔ erteilt{said}"
    if revoked:
        return f"– widerrufen am {revoked}" + (f", erteilt{said}" if granted is not None else "")
    if granted is True:
        return f"– nicht mehr in Kraft, erteilt{said}"
    return f"× nicht erteilt{said}" if granted is False else f"{text.text(f'{row}.granted')}{said}"
