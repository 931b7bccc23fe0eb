"""The words that stand on every blank beside the schema's labels; reading knows them again."""

from __future__ import annotations

HINT_TEXT = "eintragen"
HINT_DATE = "TT.MM.JJJJ"
HINT_MOMENT = "TT.MM.JJJJ HH:MM"
HINT_NUMBER = "Zahl"
HINT_CHOICE = "auswählen"
HINT_SHORT = "…"
HINT_PROTECTED = "geschützt"
HINTS = frozenset({HINT_TEXT, HINT_DATE, HINT_MOMENT, HINT_NUMBER, HINT_CHOICE, HINT_SHORT, HINT_PROTECTED})
"""The grey words of an empty control."""

BASE = "Stand"
"""The word at the foot of a pre-filled form, before the version and the checksum of the plan it was made from."""

UNCHANGED = "keine Änderung in diesem Abschnitt"
"""The words beside the box of a section in which nothing is new."""
