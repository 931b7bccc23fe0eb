"""The journeys use the programs that the tests keep."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module", autouse=True)
def journey(kept: None) -> None:
    """Each run of a journey finds its reading process and LibreOffice started."""
