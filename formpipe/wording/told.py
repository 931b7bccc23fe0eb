"""A finding's parameters as pieces of German sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from formpipe.spell import spell_date

Sentences: TypeAlias = tuple[str, str]
"""What is the matter, and how to mend it (empty if nothing is to be done)."""

_LONGEST = 80


class Told:
    """What a finding tells besides its rule."""

    def __init__(self, parameters: Mapping[str, object]) -> None:
        self._parameters = parameters

    def text(self, name: str) -> str:
        """Return the parameter *name* as text, empty if it is not told."""
        value = self._parameters.get(name)
        return "" if value is None else str(value)

    def day(self, name: str) -> str:
        """Return the date in *name* as `28.02.2026`."""
        return spell_date(self.text(name))

    def is_true(self, name: str) -> bool:
        """Tell whether the parameter *name* is true."""
        return self._parameters.get(name) is True

    def items(self, name: str) -> list[str]:
        """Return the entries of the list *name*, none if it is not told."""
        value = self._parameters.get(name)
        return [str(each) for each in value] if isinstance(value, list | tuple) else []

    def listed(self, name: str) -> str:
        """Return the entries of the list *name* with commas: `G01, G02`; `keine` if there are none."""
        return ", ".join(self.items(name)) or "keine"

    @property
    def written(self) -> str:
        """What was written, in quotes, on one line and cut where it is long; `Die Angabe` if it is not told."""
        words = " ".join(self.text("written").split())
        if not words:
            return "Die Angabe"
        return f"«{words}»" if len(words) <= _LONGEST else f"«{words[:_LONGEST].rstrip()} …»"

    def example(self, otherwise: str = "") -> str:
        """Return `, zum Beispiel …` with the field's own example, else with *otherwise*; empty without either."""
        example = self.text("example") or otherwise
        return f", zum Beispiel {example}" if example else ""

    def chosen(self, sentences: Mapping[str, Sentences]) -> Sentences:
        """Return the one of *sentences* that the parameter `reason` names; the last one if it names none."""
        return sentences.get(self.text("reason")) or tuple(sentences.values())[-1]
