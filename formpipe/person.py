"""Whether two intakes may be of one person (V30): a search form of name and birth date."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from formpipe.model import Submission

INTAKE = "intake"


def person_of(submission: Submission) -> bytes | None:
    """Return a search form of the client's names and birth date, or `None` if the form is no intake or lacks them.

    Case, diacritics, spaces and hyphens do not count; never printed or stored,
    only compared as a keyed hash.
    """
    person = submission.data.get("person")
    if submission.kind.kind != INTAKE or not isinstance(person, Mapping):
        return None
    birth = person.get("birth_date")
    names = [str(person.get(name) or "") for name in ("family_name", "given_names")]
    if not birth or not any(names):
        return None
    return "\n".join([*(search_form(name) for name in names), str(birth)]).encode()


def search_form(name: str) -> str:
    """Return *name* in small letters without diacritics, spaces and hyphens (for comparison only)."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum())
