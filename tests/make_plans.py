"""Plans of the sample cases, folded without files, ledger or command."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any, cast

from make_forms import forms_of, kind_of, load_case

from formpipe.fold.fold import fold
from formpipe.model import CaseNumber, Filed, FormKind, IntegrationPlan, Json, Sha256, Submission
from formpipe.schemas import Library

CASES = ("case1", "case2", "case3", "case4", "case5", "case6")


def records_of(name: str) -> list[dict[str, Json]]:
    """Return the records of the sample case *name*, the intake first."""
    return forms_of(load_case(name))


def versions_of(name: str, library: Library) -> tuple[IntegrationPlan, ...]:
    """Return the plan versions of the sample case *name*, one for each of its records."""
    number = CaseNumber("MA-CAR-2026-0001")
    filed = []
    for seq, record in enumerate(records_of(name), start=1):
        data = cast("dict[str, Any]", record)
        kind = kind_of(record)
        day = data["review"]["review_date"] if kind == "review" else data["case"]["intake_date"]
        filed.append(
            Filed(
                sha256=Sha256(hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()),
                seq=seq,
                case=number,
                submission=Submission(
                    kind=FormKind(kind=kind, version="2026.1"),
                    case=number,
                    counts_for=date.fromisoformat(day),
                    data=data,
                ),
            )
        )
    folded = fold(filed, library.definitions)
    assert not folded.held
    return folded.versions
