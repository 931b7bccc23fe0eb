"""Data for the templates that nobody would type: the sample cases with each text replaced by a hard one."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from make_plans import CASES, versions_of

from formpipe.changes import changes_between
from formpipe.disclose.disclose import Disclosure, disclose
from formpipe.documents.services import load_services
from formpipe.present import annex_context, briefing_context, letterhead_of, plan_context
from formpipe.releases import releases_of
from formpipe.resources import shipped
from formpipe.schemas import Library

ON = date(2026, 11, 22)
HARD = (
    *("A & B < C > D", "\"doppelt\" und 'einfach'", "&amp; &lt; &#34; &#39; &quot;", "Ärger mit Ümläuten ß"),
    *("eins\nzwei\n\ndrei", "\n", "\t", "am Ende\n", "am Ende\t", "a\tb\tc\nd", "", " ", "  vorn und hinten  "),
    *("حسام الدين المستري", "سطر\nسطر آخر", "Wort: مرحبا", "שלום", "ሙሴ ተስፋይ", "Олександра-Вікторія", "Şêrko"),
    *("{{ 7*7 }}", "{% raw %}", "{# weg #}", "{{", "}}", "%}", "{%p if x %}", "</w:t></w:r></w:p>", "<w:p/>"),
    *("😀 Satz", "a\u00a0b\u00adc\u2028d\u2029e", "\x7f\x80\x85\x9f", "]]>", "<!-- x -->", "<?xml?>", "0", "-"),
    *("x" * 5000, "Wort & <Wort> " * 360, "ein\nlanger\tText " * 300),
)


def contexts_of(library: Library) -> dict[str, list[dict[str, Any]]]:
    """Return the data of the sample cases by the name of the template."""
    carrier: Any = letterhead_of(library.law, name="Träger (Muster)", address="Beispielweg 1", regime="kdg")
    services = load_services(shipped("schemas"))
    made: dict[str, list[dict[str, Any]]] = {"integrationsplan": [], "anlage-v": [], "jobcenter-briefing": []}
    for name in CASES:
        before = None
        for plan in versions_of(name, library):
            changes = changes_between(before, plan)
            main = plan_context(plan, changes, library.catalogue, carrier=carrier, services=services, managers={})
            made["integrationsplan"].append(dict(main))
            made["anlage-v"].append(dict(annex_context(plan, library.catalogue, carrier=carrier, managers={})))
            told = disclose(plan, releases_of(plan, ON), library.catalogue, on=ON, stems=library.guard)
            if isinstance(told, Disclosure):
                paper = briefing_context(told, library.catalogue, carrier=carrier, law=library.law, managers={})
                made["jobcenter-briefing"].append(dict(paper))
            before = plan
    return made


def hardened(contexts: list[dict[str, Any]], number: int) -> Iterator[dict[str, Any]]:
    """Give *number* contexts made of *contexts*: about half of the texts replaced, lists cut or doubled."""
    chance = random.Random(number)  # noqa: S311  # repeatable test data
    for index in range(number):
        yield {
            name: value if name == "properties" else _hard(value, chance)
            for name, value in contexts[index % len(contexts)].items()
        }


def _hard(value: object, chance: random.Random) -> object:
    if isinstance(value, str):
        return chance.choice(HARD) if chance.random() < 0.5 else value
    if isinstance(value, Mapping):
        return {key: _hard(each, chance) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_hard(each, chance) for each in _cut(list(value), chance)]
    return value


def _cut(rows: list[Any], chance: random.Random) -> list[Any]:
    if not rows or isinstance(rows[0], str):  # cells and heads: their number is the table's
        return rows
    return chance.choice((rows, rows, rows[:1], rows + rows[-1:], []))
