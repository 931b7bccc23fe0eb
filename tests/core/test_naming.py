"""Names of fields on a form taken apart, and the order of the paper."""

from __future__ import annotations

import pytest
from core.make_definitions import INTAKE, REVIEW

from formpipe.naming import field_of, key_of, paper_of, pointer_of_path


@pytest.mark.parametrize(
    ("name", "path", "suffix", "base"),
    [
        ("person.family_name", ("person", "family_name"), None, "person.family_name"),
        ("goals[0].title", ("goals", 0, "title"), None, "goals[0].title"),
        ("goals[12].actions[3].title", ("goals", 12, "actions", 3, "title"), None, "goals[12].actions[3].title"),
        ("household.members[7].given_names", ("household", "members", 7, "given_names"), None, None),
        ("finance.urgent[miete]", ("finance", "urgent"), "miete", "finance.urgent"),
        ("finance.urgent[a.b]", ("finance", "urgent"), "a.b", "finance.urgent"),
        ("consents[2].informed[zweck]", ("consents", 2, "informed"), "zweck", "consents[2].informed"),
        ("development.strengths[2]", ("development", "strengths"), "2", "development.strengths"),
        ("development.strengths", ("development", "strengths"), None, "development.strengths"),
        ("goals[9999].title", ("goals", 9999, "title"), None, None),
    ],
)
def test_field_of(name: str, path: tuple[str | int, ...], suffix: str | None, base: str | None) -> None:
    found = field_of(name, INTAKE)
    assert found is not None
    assert (found.path, found.suffix, found.base) == (path, suffix, base or name)
    assert found.spec == INTAKE.spec_of(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "person",
        "person.shoe_size",
        "person.family_name[0]",
        "goals.title",
        "goals[].title",
        "goals[x].title",
        "goals[10000].title",
        "goals[0]",
        "goals[0].actions[].title",
        "goals[0].title#2",
        "finance.urgent[miete][x]",
        "finance[0].urgent[miete]",
        "Person.family_name",
        "development.strengths[]",
    ],
)
def test_no_field(name: str) -> None:
    assert field_of(name, INTAKE) is None


def test_key_of_and_pointer() -> None:
    assert key_of(("goals", 0, "actions", 1, "title")) == "goals[0].actions[1].title"
    assert key_of((0, "title")) == "[0].title"
    assert key_of(()) == ""
    assert pointer_of_path(("goals", 0, "title")) == "/goals/0/title"


def test_paper_order() -> None:
    paper = paper_of(INTAKE)
    pointers = [
        "",
        "/form/filled_on",
        "/case/intake_date",
        "/consents",
        "/consents/0/scope",
        "/consents/0/informed",
        "/consents/0/informed/zweck",
        "/consents/0/signed_by",
        "/consents/1/scope",
        "/consents/10/scope",
        "/person/family_name",
        "/person/alias_names",
        "/person/alias_names/2",
        "/person/alias_names/10",
        "/finance/urgent/miete",
        "/development/strengths/1",
        "/goals",
        "/goals/0/title",
        "/goals/0/actions",
        "/goals/0/actions/0/title",
        "/goals/0/actions/1/title",
        "/goals/1/life_area",
        "/nowhere/at/all",
    ]
    mixed = list(reversed(pointers))
    mixed.sort(key=paper.order_of)
    assert mixed == pointers


def test_paper_order_of_a_review_knows_changes_by_their_intake_key() -> None:
    paper = paper_of(REVIEW)
    pointers = ["/review/review_date", "/review/unchanged_sections/person", "/housing/wbs_status", "/goals/0/title"]
    mixed = list(reversed(pointers))
    mixed.sort(key=paper.order_of)
    assert mixed == pointers
