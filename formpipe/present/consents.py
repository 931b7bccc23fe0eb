"""The client's consents as a plan lists them: what was answered, and until when it holds."""

from __future__ import annotations

from typing import Any

from formpipe.definition import FieldSpec, ListSpec
from formpipe.known import Known
from formpipe.present.goals import SINCE, lists_of
from formpipe.present.values import MAIN, PlanText, row_of
from formpipe.releases import releases_of

_LIST = "consents[]"
GRANTED, REFUSED, REVOKED, OVER = "erteilt", "nicht erteilt", "widerrufen", "nicht mehr in Kraft"
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
    day, revoked = text.text(f"{row}.granted_on"), text.text(f"{row}.revoked_on")
    given = [GRANTED, *([f"{SINCE} {day}"] if day else [])]
    granted = text.value(f"{row}.granted")
    if holds:
        return _said("✔", given)
    if revoked:
        ended = [REVOKED, f"{SINCE} {revoked}"]
        return _said("–", ended if granted is None else [*ended[:-1], f"{ended[-1]},", *given])
    if granted is True:
        return _said("–", [f"{OVER},", *given])
    if granted is False:
        return _said("×", [REFUSED, *given[1:]])
    return " ".join([text.text(f"{row}.granted"), *given[1:]]).strip()


def _said(symbol: str, pieces: list[str]) -> str:
    """Return *pieces* behind the *symbol*; each begins with a text that can be translated."""
    labels = (SINCE, GRANTED, REFUSED, REVOKED, OVER)
    parts = [next(label for label in labels if piece.startswith(label)) for piece in pieces]
    return Known(" ".join([symbol, *pieces]), parts)
