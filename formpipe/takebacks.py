"""What a form that is not decided yet takes back of what the plan lets the Jobcenter know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from formpipe.flatten import plan_rows
from formpipe.model import Columns, Data, IntegrationPlan, Json
from formpipe.sheet import section_of

_CONSENTS = "consents"
_ID = "consent_id"
_PROTECTED = "contact.address_protected"


def takes_back(plan: IntegrationPlan, data: Data) -> bool:
    """Tell whether a form with *data* ends, refuses or changes a consent of *plan*, or protects the address.

    Such a form may wait for days until somebody settles what it contradicts,
    and a revocation counts from its own day on (V32). So whatever it says of a
    consent in another way than the plan counts, but for a new one that only
    grants: to keep back too much mends itself when the form is decided.
    """
    if _says_address_is_protected(plan, data):
        return True
    rows = data.get(_CONSENTS)
    known = tuple(plan_rows(plan.values, _CONSENTS).values())
    return any(_ends(row, known) for row in rows if isinstance(row, Mapping)) if isinstance(rows, list) else False


def _ends(row: Mapping[str, Json], known: Sequence[Columns]) -> bool:
    said = {name: value for name, value in row.items() if name != _ID}
    if not said or any(_holds(cells, said) for cells in known):
        return False
    is_known = any(_holds(cells, {_ID: row[_ID]}) for cells in known) if row.get(_ID) is not None else False
    return is_known or said.get("granted") is not True or said.get("revoked_on") is not None


def _holds(cells: Columns, said: Mapping[str, Json]) -> bool:
    """Tell whether all that is *said* stands in the plan's row already."""
    return all(name in cells and cells[name].value == value for name, value in said.items())


def _says_address_is_protected(plan: IntegrationPlan, data: Data) -> bool:
    known = plan.values.get(_PROTECTED)
    section, name = _PROTECTED.split(".")
    changes = section_of(section_of(data, "review"), "changes")
    found = (section_of(place, section).get(name) for place in (changes, data))
    return any(value not in (None, False) and (known is None or known.value != value) for value in found)
