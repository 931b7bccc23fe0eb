"""Findings and balances as the ledger keeps them: JSON data, there and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from formpipe.model import Balance, Finding, Json, Place, Severity


def finding_json(finding: Finding) -> dict[str, Json]:
    """Return *finding* as JSON data; `finding_from_json` makes the same finding of it."""
    return {
        "pointer": finding.pointer,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "label": finding.place.label,
        "page": finding.place.page,
        "within": finding.place.within,
        "parameters": {name: _plain(value) for name, value in sorted(finding.parameters.items())},
    }


def finding_from_json(data: Mapping[str, Any]) -> Finding:
    """Return the finding that `finding_json` wrote as *data*; lists stay lists."""
    return Finding(
        pointer=data["pointer"],
        rule=data["rule"],
        severity=Severity(data["severity"]),
        place=Place(label=data["label"], page=data["page"], within=data.get("within")),
        parameters=MappingProxyType(dict(data["parameters"])),
    )


def balance_json(balance: Balance) -> dict[str, Json]:
    """Return *balance* as JSON data; `balance_from_json` makes the same balance of it."""
    return {
        "filled": balance.filled,
        "empty": balance.empty,
        "unknown": balance.unknown,
        "placeholder": balance.placeholder,
        "ignored": dict(balance.ignored),
    }


def balance_from_json(data: Mapping[str, Any]) -> Balance:
    """Return the balance that `balance_json` wrote as *data*."""
    return Balance(**data)


def _plain(value: object) -> Json:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [_plain(each) for each in items]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"a finding cannot hold a {type(value).__name__}")
