"""Whether two intakes may be of one person (V30)."""

from __future__ import annotations

from datetime import date

import pytest

from formpipe.model import FormKind, Json, Submission
from formpipe.person import person_of, search_form


def intake(kind: str = "intake", **person: Json) -> Submission:
    data: dict[str, Json] = {"person": dict(person)} if person else {}
    return Submission(kind=FormKind(kind=kind, version="2026.1"), case=None, counts_for=date(2026, 1, 1), data=data)


def test_spelling_does_not_count() -> None:
    one = person_of(intake(family_name="al-Musterī", given_names="Ḥusām ad-Dīn", birth_date="1988-01-01"))
    two = person_of(intake(family_name="Al Musteri", given_names="Husam Ad Din", birth_date="1988-01-01"))
    assert one == two == b"almusteri\nhusamaddin\n1988-01-01"


def test_a_single_name_is_enough() -> None:
    assert (
        person_of(intake(family_name="Parwana", given_names=None, birth_date="1994-01-01")) == b"parwana\n\n1994-01-01"
    )


@pytest.mark.parametrize(
    "submission",
    [
        intake("review", family_name="Muster", birth_date="1990-01-01"),
        intake(family_name="Muster"),
        intake(birth_date="1990-01-01"),
        intake(),
    ],
)
def test_without_name_or_date_or_on_a_review_nothing_is_compared(submission: Submission) -> None:
    assert person_of(submission) is None


def test_letters_of_any_script_stay() -> None:
    assert search_form("پروانه ") == "پروانه"
    assert search_form("Straße") == "strasse"
