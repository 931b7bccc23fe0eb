"""Tables are printed row by row where a column does not hold its words, and only there."""

from __future__ import annotations

from typing import Any

import pytest

from formpipe.present.fitting import LARGE_PRINT, PRINT, fitted, fitted_table

LONG = "Spezialberufssprachkurs"


def table(*cells: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a table of one row, padded as those of the plan are."""
    padded = [*cells, *[""] * (5 - len(cells))]
    return {"width": len(cells), "head": ["Kopf"] * len(cells), "rows": [{"cells": padded}], **more}


@pytest.mark.parametrize(
    ("cells", "points", "fits"),
    [
        (("Zweitschriftlernende", "a", "b", "c", "31.10.2025"), PRINT, True),
        ((LONG, "a", "b", "c", "d"), PRINT, False),
        ((LONG, "a", "b", "c"), PRINT, True),
        (("a", "b", "c", "d", "Gemeinschaft"), PRINT, True),
        (("a", "b", "c", "d", "Gemeinschaftsschule"), PRINT, False),
        (("Rīm", "Ehe- oder Lebenspartner:in", "ja", "Schule"), PRINT, True),
        (("Rīm", "Ehe- oder Lebenspartner:in", "ja", "Schule"), LARGE_PRINT, False),
        (("Rīm", "Kind", "ja", "Schule"), LARGE_PRINT, True),
        (("Wohnberechtigungsschein", "Flüchtlingskonvention"), LARGE_PRINT, True),
        (("Deutsch-Test für Zuwanderer", "Amerikanisch-Samoa", "Zugang zum Arbeitsmarkt"), LARGE_PRINT, True),
        (("x" * 200,), LARGE_PRINT, True),  # a single column is as wide as the page
    ],
)
def test_a_table_is_one_as_long_as_its_words_fit(cells: tuple[str, ...], points: int, *, fits: bool) -> None:
    made = fitted_table(table(*cells), points)
    assert made == {**table(*cells), "width": len(cells) if fits else 0}


def test_heads_and_translations_count_as_well() -> None:
    cells = ("a", "b", "c", "d", "e")
    assert fitted_table(table(*cells, head=["a", "b", LONG, "d", "e"]))["width"] == 0
    assert fitted_table(table(*cells, head_t=["a", "b", LONG, "d", "e"]))["width"] == 0
    assert fitted_table(table(*cells, rows=[{"cells": list(cells), "cells_t": ["", "", "", "", LONG]}]))["width"] == 0


def test_tables_are_found_wherever_they_stand_and_nothing_else_changes() -> None:
    wide = table(LONG, "a", "b", "c", "d")
    context = {
        "sections": [{"title": "x", "tables": [wide, table("a", "b")]}],
        "appointments": {"tables": [wide]},
        "n": 1,
    }
    assert fitted(context, PRINT) == {
        "sections": [{"title": "x", "tables": [{**wide, "width": 0}, table("a", "b")]}],
        "appointments": {"tables": [{**wide, "width": 0}]},
        "n": 1,
    }
    assert fitted(wide, PRINT) == {**wide, "width": 0}
