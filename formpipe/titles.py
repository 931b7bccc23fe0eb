"""Residence titles that would tell of a crime: every paper says only the general paragraph (decisions, 2.3.1)."""

from __future__ import annotations

VICTIM_TITLES = frozenset({"ae_25_4a", "ae_25_4b"})
"""Codes of titles for victims of trafficking and of exploitation at work (§ 25 Abs. 4a and 4b AufenthG)."""

VICTIM_TITLE_TEXT = "§ 25 AufenthG"
"""What is printed in their place."""
