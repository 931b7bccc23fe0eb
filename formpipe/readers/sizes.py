"""How much a form may hold; beyond it, it is no form."""

from __future__ import annotations

from collections.abc import Iterable

from formpipe.errors import UnreadableFormError
from formpipe.model import Field

MOST_FIELDS = 5000
MOST_VALUE = 64 * 1024
MOST_VALUES = 1024 * 1024


def check_sizes(fields: Iterable[Field]) -> None:
    """Refuse more fields than a form has, and values longer than an answer is.

    Raises:
        UnreadableFormError: `limit`.
    """
    total = 0
    for number, field in enumerate(fields, 1):
        values = field.value if isinstance(field.value, tuple) else (field.value, field.display)
        lengths = [len(value) for value in values if isinstance(value, str)]
        total += sum(lengths)
        if number > MOST_FIELDS:
            raise UnreadableFormError(f"the form has more than {MOST_FIELDS} fields", code="limit")
        if total > MOST_VALUES or max(lengths, default=0) > MOST_VALUE:
            raise UnreadableFormError("the form holds more text than a form can", code="limit")
