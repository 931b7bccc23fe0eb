"""Proves on random cases what the Jobcenter learns (`make privacy`): nothing that stays in, all that goes out.

Run as a program it takes long; the default tests run a few cases of each part.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path

from canaries import Canaries, Maker, titled
from oracle import LENGTH, LETTERS, Words
from pypdf import PdfReader
from twins import twin_of

from formpipe.catalogue import Catalogue
from formpipe.disclose.disclose import Disclosure, disclose
from formpipe.disclose.haystack import POSSIBLE_BREAK
from formpipe.documents.convert import convert
from formpipe.documents.finish import finish
from formpipe.documents.merge import Template, load_template
from formpipe.documents.pdf_readings import pdf_readings
from formpipe.model import Goal, pattern_of
from formpipe.pipeline.withholding import check_word
from formpipe.present import Letterhead, briefing_context, letterhead_of
from formpipe.releases import releases_of
from formpipe.resources import shipped
from formpipe.schemas import Library, load_library

_WORD = re.compile(rf"(?<![^\W_])[{LETTERS}]{{{LENGTH}}}(?![^\W_])", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)(\d\d)\.(\d\d)\.(\d{4})(?!\d)|(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
_BATCH = 25
_ENOUGH = 300
_DATED = date(2026, 5, 28)
_NUMBER = re.compile(r"(?<![\w.])\d{5}(?![\w.])")

NO_PLACE = frozenset(
    {
        "case.carrier",  # the letterhead's name
        "consents[].scope",  # said by its letter and number
        "ids.bg_nummer_status",  # said in the number's place, in words that depend on the number
        "reviews[].goal_reviews[].due_date_new",  # the goal itself says what it is now
        "reviews[].goal_reviews[].status_new",
        "reviews[].action_updates[].status",
        "reviews[].action_updates[].done_on",
        "reviews[].action_updates[].action_id",
    }
)
"""Fields that may go out and have no place of their own on the paper."""

WORDLESS = frozenset(
    {
        "case.case_id",
        "childcare.children[].member_id",  # said by the child's name
        "counselling[].attendance_release",  # said by a sentence of its own
        "finance.debts",
        "goals[].actions[].action_id",
        "goals[].goal_id",
        "household.members[].birth_date",  # said as an age
        "reviews[].goal_reviews[].goal_id",
    }
)
"""Fields whose values are numbers of rows, or are said in other words than a person wrote."""

LAST_ROW = frozenset({"reviews[].review_no", "reviews[].review_date"})
"""Fields of which the last review's stands on the paper."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What papers are made with: the shipped template, and fields whose codes have words of their own."""

    library: Library
    catalogue: Catalogue = field(repr=False)
    template: Template
    carrier: Letterhead


def stage_of(library: Library) -> Stage:
    """Return the stage for the shipped template."""
    return Stage(
        library=library,
        catalogue=titled(library.catalogue),
        template=load_template(shipped("templates") / "jobcenter-briefing.docx"),
        carrier=letterhead_of(library.law, name="Träger (Muster)", address="Beispielweg 1", regime="kdg"),
    )


def paper_of(stage: Stage, case: Canaries) -> bytes | None:
    """Return the paper of *case*, searched as a run does it, or `None` if it is refused."""
    found = disclose(case.plan, releases_of(case.plan, case.on), stage.catalogue, on=case.on, stems=stage.library.guard)
    if not isinstance(found, Disclosure):
        return None
    context = briefing_context(found, stage.catalogue, carrier=stage.carrier, law=stage.library.law, managers={})
    made = stage.template.render(context)
    check_word(made, stage.template, case.plan, stage.catalogue, may_say=context)
    return made


def words_in(paper: bytes) -> set[str]:
    """Return the words, days and numbers of cases that stand anywhere in *paper*, names and markup included."""
    found: set[str] = set()
    with zipfile.ZipFile(BytesIO(paper)) as archive:
        for name in archive.namelist():
            markup = archive.read(name).decode("utf-8")
            plain = re.sub(r"<w:(?:br|tab|p)\b[^>]*>", "\n", markup)
            for text in (name, unescape(markup), unescape(re.sub(r"<[^>]+>", "", plain))):
                found |= set(words_of_text(text))
    return found


def words_of_text(text: str) -> Iterator[str]:
    """Yield the words, days (ISO) and numbers of cases that stand in *text*."""
    yield from (each.casefold() for each in _WORD.findall(text))
    for match in _DAY.finditer(text):
        yield "-".join((match[3], match[2], match[1]) if match[1] else (match[4], match[5], match[6]))
    yield from _NUMBER.findall(text)


def leaked(case: Canaries, found: set[str]) -> Counter[str]:
    """Return the fields of which something stands in a paper that may not, by how often."""
    may = set().union(*case.released.values()) | {case.on.isoformat(), case.plan.dated.isoformat()}
    return _fields_of(case.words, found - may)


def missing(case: Canaries, found: set[str]) -> Counter[str]:
    """Return the fields of which something does not stand in a paper that should."""
    reached = {
        f"goals[{row}].status" for row, goal in enumerate(case.plan.goals) if _is_reached(goal)
    }  # said by a head
    due = {key: words - found for key, words in case.released.items() if key not in reached}
    last = max((key.partition(".")[0] for key in case.plan.values if key.startswith("reviews[")), default="")
    return Counter(
        pattern_of(key)
        for key, words in due.items()
        if words and pattern_of(key) not in NO_PLACE and (pattern_of(key) not in LAST_ROW or key.startswith(f"{last}."))
    )


def _is_reached(goal: Goal) -> bool:
    return "status" in goal.columns and goal.columns["status"].value == "erreicht"


@dataclass(kw_only=True)
class Tried:
    """What came of a round: papers made and refused, and what was wrong by kind and field."""

    papers: int = 0
    refused: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)

    def note(self, case: Canaries, found: set[str] | None) -> None:
        """Note what stands in the paper of *case*; `None` if there is no paper."""
        self.papers += found is not None
        self.refused += found is None
        if (found is not None) != case.is_paper:
            self.wrong["refused although released" if found is None else "made without release"] += 1
        if found is not None:
            self.wrong.update(f"leaked {key}" for key in leaked(case, found).elements())
            self.wrong.update(f"missing {key}" for key in missing(case, found).elements())
            self.seen |= {pattern_of(key) for key, words in case.released.items() if words & found}


def cases_of(stage: Stage, count: int, seed: int) -> Iterator[tuple[Canaries, bytes | None]]:
    """Yield *count* random cases with their papers."""
    maker = Maker(stage.catalogue, seed)
    for _ in range(count):
        case = maker.make()
        yield case, paper_of(stage, case)


def try_cases(stage: Stage, count: int, seed: int) -> Tried:
    """Look for every word of *count* random cases in their papers."""
    tried = Tried()
    for case, paper in cases_of(stage, count, seed):
        tried.note(case, None if paper is None else words_in(paper))
    if count >= _ENOUGH:
        tried.wrong.update(f"never on paper {key}" for key in places(stage.catalogue) - tried.seen)
    return tried


def places(catalogue: Catalogue) -> set[str]:
    """Return the fields that have a place on the paper: all that may go out by the schemas, but for the lists above."""
    rules = {
        key: {spec.jobcenter, *spec.jobcenter_values.values()} - {"never"} for key, spec in catalogue.specs.items()
    }
    return {key for key, found in rules.items() if found} - NO_PLACE - WORDLESS


def pairs_of(stage: Stage, count: int, seed: int) -> Iterator[tuple[bytes, bytes | None]]:
    """Yield the papers of *count* pairs that agree in what may go out and differ in all else."""
    maker = Maker(stage.catalogue, seed)
    while count:
        case = maker.make()
        paper = paper_of(stage, case)
        if paper is None:
            continue
        count -= 1
        twin = twin_of(case, maker)
        assert twin.released == case.released, "the pair was to agree in what may go out"
        assert set().union(*twin.words.values()) != set().union(*case.words.values()), "and to differ in all else"
        yield paper, paper_of(stage, twin)


def try_pairs(stage: Stage, count: int, seed: int) -> Tried:
    """Compare the papers of *count* pairs byte by byte."""
    tried = Tried()
    for one, other in pairs_of(stage, count, seed):
        tried.papers += 1
        tried.wrong["papers of a pair differ"] += one != other
    tried.wrong += Counter()
    return tried


def try_pdf_cases(stage: Stage, count: int, seed: int, folder: Path) -> Tried:
    """Look for every word of *count* random cases in their PDF, read by pypdf and by the program's own search."""
    tried = Tried()
    made = [(case, paper) for case, paper in cases_of(stage, count, seed) if paper is not None]
    days = [case.plan.dated for case, _ in made]  # as a run does it: the only day that a file's properties bear
    for (case, _), pdf in zip(made, pdfs_of([paper for _, paper in made], days, folder), strict=True):
        texts = [*pdf_readings(pdf), *(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)]
        tried.note(case, {word for text in texts for word in words_of_text(text.replace(POSSIBLE_BREAK, ""))})
    return tried


def try_pdf_pairs(stage: Stage, count: int, seed: int, folder: Path) -> Tried:
    """Compare the text of the PDF of *count* pairs."""
    tried = Tried()
    pairs = [(one, other) for one, other in pairs_of(stage, count, seed) if other is not None]
    days = [_DATED] * len(pairs)
    ones, others = (pdfs_of([pair[side] for pair in pairs], days, folder) for side in (0, 1))
    for one, other in zip(ones, others, strict=True):
        tried.papers += 1
        texts = [[page.extract_text() for page in PdfReader(BytesIO(pdf)).pages] for pdf in (one, other)]
        tried.wrong["texts of a pair differ"] += texts[0] != texts[1]
    tried.wrong += Counter()
    return tried


def pdfs_of(papers: Sequence[bytes], days: Sequence[date], folder: Path) -> list[bytes]:
    """Return *papers*, each of one of the *days*, as finished PDFs."""
    made: list[bytes] = []
    for start in range(0, len(papers), _BATCH):
        batch = [(f"{place}", paper) for place, paper in enumerate(papers[start : start + _BATCH])]
        done = convert(batch, folder, timeout_s=600)
        made += [
            finish(done.pdfs[name].read_bytes(), title="Papier", author="Träger", dated=day)
            for (name, _), day in zip(batch, days[start:], strict=False)
        ]
    return made


def _fields_of(words: Words, found: set[str]) -> Counter[str]:
    return Counter(pattern_of(key) for key, own in words.items() if own & found)


def main() -> int:
    """Run the proof with as many cases and pairs as asked for; the exit code is 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, count in (("cases", 10_000), ("pairs", 1_000), ("pdf-cases", 200), ("pdf-pairs", 100), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=count)
    asked = parser.parse_args()
    stage = stage_of(load_library(shipped("schemas")))
    with tempfile.TemporaryDirectory() as folder:
        rounds = {
            "cases": try_cases(stage, asked.cases, asked.seed),
            "pairs": try_pairs(stage, asked.pairs, asked.seed),
            "PDF cases": try_pdf_cases(stage, asked.pdf_cases, asked.seed, Path(folder)),
            "PDF pairs": try_pdf_pairs(stage, asked.pdf_pairs, asked.seed, Path(folder)),
        }
    for name, found in rounds.items():
        print(f"{name}: {found.papers} papers, {found.refused} refused; wrong: {dict(found.wrong) or 'nothing'}")  # noqa: T201
    return any(found.wrong for found in rounds.values())


if __name__ == "__main__":
    sys.exit(main())
