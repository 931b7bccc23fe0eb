"""The shipped guard list: what the Jobcenter must never learn is caught in every free text, ordinary words are not."""

from __future__ import annotations

import pytest
from canaries import Maker
from make_plans import CASES, versions_of
from never_topics import NEVER, routes, with_text

from formpipe.disclose.disclose import Refusal, disclose
from formpipe.guard import guarded
from formpipe.model import pattern_of
from formpipe.releases import releases_of
from formpipe.schemas import Library

ORDINARY = (
    "Integrationskurs B1 abschließen, danach Berufssprachkurs",
    "Hauswirtschaft, Wissenschaft und Mitgliedschaft im Sportverein",
    "hat einen Kurs besucht und möchte als Köchin arbeiten",
    "Stellenanzeigen lesen, Bewerbung schreiben",
    "Transport und Logistik; Führerschein Klasse B",
    "Quereinstieg in die Pflege",
    "pünktlich, zuverlässig, motiviert",
    "Kinderbetreuung für die Jüngste: Kita ab 08/2027",
    "Anerkennung des Zeugnisses bei der IHK",
    "Wohnhaft in Mannheim, dauerhaft",
)


@pytest.mark.parametrize("text", NEVER.values(), ids=NEVER)
def test_a_never_topic_is_caught(text: str, library: Library) -> None:
    assert guarded(text, library.guard)


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_sentence_is_not(text: str, library: Library) -> None:
    assert not guarded(text, library.guard)


@pytest.mark.parametrize("name", CASES)
def test_no_sample_case_is_refused_for_a_harmless_word(name: str, library: Library) -> None:
    for plan in versions_of(name, library):
        found = disclose(plan, releases_of(plan, plan.dated), library.catalogue, on=plan.dated, stems=library.guard)
        assert not isinstance(found, Refusal) or found.rule != "V22"


def test_every_free_text_is_a_route_and_each_is_closed(library: Library) -> None:
    maker = Maker(library.catalogue, 11)
    left = set(routes(library))
    texts = list(NEVER.values())
    for _ in range(60):
        case = maker.make()
        if not case.is_paper:
            continue
        for key in [each for each in case.released if pattern_of(each) in left]:
            text = texts[len(left) % len(texts)]
            plan = with_text(case.plan, key, text)
            found = disclose(plan, releases_of(plan, case.on), library.catalogue, on=case.on, stems=library.guard)
            assert isinstance(found, Refusal), key
            assert found.rule == "V22"
            assert found.keys == (key,)
            assert text not in repr(found)
            left.discard(pattern_of(key))
        if not left:
            break
    assert left == set()
