"""Blank and pre-filled forms, made from a form definition: `write_form` is the way in."""

from __future__ import annotations

from formpipe.blanks.write import write_form

__all__ = ["write_form"]
