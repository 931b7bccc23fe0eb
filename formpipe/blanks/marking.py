"""What is written into a form that goes back to be mended: a note at each fault, one on top, a reference."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

AUTHOR = "formpipe"
"""Who the notes are by: notes of this name are ours, and go before new ones are written."""

INITIALS = "fp"

REFERENCE = "FormpipeCorrects"
"""The document's property that holds the reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note about one fault: where it belongs (the `spot` of a field as `locate` gives it) and its lines in German.

    `spot` is empty for a fault that has no place in the file.
    """

    spot: str
    lines: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """All that is written into one form.

    The note on top has the lines `head`, then what could not be put anywhere
    else under the line `elsewhere`, then `tail`. Without a `reference` the form
    is nobody's successor. `at` is the moment that the notes bear, so that the
    same marking gives the same bytes.
    """

    notes: Sequence[Note]
    head: tuple[str, ...] = field(repr=False)
    elsewhere: str
    tail: tuple[str, ...] = field(repr=False)
    reference: str
    at: datetime

    def top(self, placed: Collection[int]) -> tuple[str, ...]:
        """Return the lines of the note on top where the notes at the indices *placed* stand at their fields."""
        others = [note for index, note in enumerate(self.notes) if index not in placed]
        lines = [" ".join(note.lines) for note in others]
        return (*self.head, *((self.elsewhere, *lines) if lines else ()), *self.tail)
