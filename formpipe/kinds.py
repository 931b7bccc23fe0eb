"""The kinds of forms that the program tells apart by name; all else about a kind stands in its schema."""

from __future__ import annotations

INTAKE, REVIEW, CONSENT, APPROVAL = "intake", "review", "consent", "approval"

PLAN_KINDS = frozenset({INTAKE, REVIEW, CONSENT})
"""Kinds of which a plan is made; forms of other kinds are filed beside it."""
