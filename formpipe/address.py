"""When a client's address is printed nowhere (decision on `contact.address_protected`)."""

from __future__ import annotations

from formpipe.model import Columns, Json

ADDRESS_KEYS = ("contact.street", "contact.house_number", "contact.postcode", "contact.city", "contact.care_of")
"""The fields that together are the address."""


def is_address_protected(values: Columns) -> bool:
    """Tell whether no document and no pre-filled form may show the address held in *values*.

    What the field itself says decides; without a yes or no there, a need of
    protection from violence or a life in a shelter does.
    """
    said = _value(values, "contact.address_protected")
    if isinstance(said, bool):
        return said
    return _value(values, "family.protection_need") in {"ja", True} or _value(values, "housing.type") == (
        "schutzunterkunft"
    )


def _value(values: Columns, key: str) -> Json:
    held = values.get(key)
    return None if held is None else held.value
