"""The shipped guard list: what the Jobcenter must never learn is caught in every free text, ordinary words are not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from canaries import Maker
from make_plans import CASES, versions_of

from formpipe.disclose.disclose import Refusal, disclose
from formpipe.disclose.disclosed import is_free_text
from formpipe.guard import guarded
from formpipe.model import Goal, IntegrationPlan, Json, PlanValue, pattern_of
from formpipe.releases import releases_of
from formpipe.schemas import Library

NEVER = {
    "pregnancy conflict": "Termin bei der Schwangerschaftskonfliktberatung, Beratungsschein",
    "addiction": "geht zur Suchtberatung",
    "marriage and family counselling": "Termin bei der Ehe-, Paar- und Erziehungsberatung",
    "diagnosis": "nimmt Medikamente gegen Depressionen",
    "trauma": "Traumatherapie",
    "suicide": "nach einem Suizidversuch",
    "violence": "lebt im Frauenhaus",
    "asylum story": "hat die Anhörung noch nicht verarbeitet",
    "title of victims": "Aufenthalt nach § 25 Abs. 4a AufenthG",
    "youth welfare": "Gespräch mit dem Jugendamt",
    "a child's disability": "Das Kind hat sonderpädagogischen Förderbedarf",
    "creditors": "Ratenzahlung mit Gläubigern",
    "amounts": "5.000 Euro Schulden",
    "seizures": "Konto gepfändet (Pfändung)",
    "missed appointments": "hat zwei Termine versäumt",
    "judgements": "wirkt unmotiviert",
    "religion": "Muslimische Gemeinde",
    "politics": "politisch tätig",
    "orientation": "homosexuell",
    "ethnicity": "Angehöriger einer ethnischen Minderheit",
    "register": "AZR-Nummer liegt vor",
}
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


def routes(library: Library) -> list[str]:
    """Return every free text that may go out to the Jobcenter."""
    return [
        key
        for key, spec in library.catalogue.specs.items()
        if is_free_text(spec)
        and spec.codes is None
        and spec.jobcenter != "never"
        and not key.endswith("_id")
        and "kldb" not in key
    ]


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


def with_text(plan: IntegrationPlan, key: str, text: str) -> IntegrationPlan:
    """Return *plan* with *text* as the value *key*, in a list as its last one."""
    head, _, name = key.rpartition(".")
    if not key.startswith("goals["):
        return replace(plan, values={**plan.values, key: _held(plan.values[key], text)})
    row = int(head[6 : head.index("]")])
    goal = plan.goals[row]
    if ".actions[" in key:
        place = int(head.rpartition("[")[2][:-1])
        steps = list(goal.actions)
        steps[place] = replace(
            steps[place], columns={**steps[place].columns, name: _held(steps[place].columns[name], text)}
        )
        changed: Goal = replace(goal, actions=tuple(steps))
    else:
        changed = replace(goal, columns={**goal.columns, name: _held(goal.columns[name], text)})
    return replace(plan, goals=(*plan.goals[:row], changed, *plan.goals[row + 1 :]))


def _held(held: PlanValue, text: str) -> PlanValue:
    value: Json = [*held.value, text] if isinstance(held.value, list) else text
    return replace(held, value=value)
