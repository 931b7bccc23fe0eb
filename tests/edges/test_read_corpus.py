"""Forms with known values: our own, filled here, and where they are at hand real ones of other people.

`tests/corpus.py` counts; the files of other people are no part of this
repository, `FORMPIPE_CORPUS` names their folder.
"""

from __future__ import annotations

from itertools import islice

import pytest
from corpus import Score, floors, groups, is_below, lines_of, plain_docx, plain_pdf, score_of
from truths import CORPUS, Truth, truths_of

from formpipe.schemas import Library

_SAMPLE = 2


def scored(group: str, library: Library, most: int | None) -> Score:
    plain = plain_pdf if group.endswith("pdf") else plain_docx
    return score_of(islice(truths_of(group, library), most), plain)


@pytest.mark.parametrize("group", ["own docx", "own pdf"])
def test_our_own_forms_read_right(group: str, library: Library) -> None:
    score = scored(group, library, _SAMPLE)
    assert score.files == _SAMPLE
    assert (score.right, score.silent, score.plain_crashes) == (score.values, [], 0)
    assert "100.00%" in lines_of(group, score)[0]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here; FORMPIPE_CORPUS names its folder")
@pytest.mark.parametrize("group", ["docx", "pdf"])
def test_the_corpus_reads_right(group: str, library: Library) -> None:
    score = scored(group, library, None)
    assert score.values > 0
    assert not is_below(score, floors()[group]), "\n".join(lines_of(group, score))


def test_what_is_not_right_is_counted() -> None:
    assert {"own docx", "own pdf"} <= set(groups())
    assert floors().keys() >= set(groups())
    odd = [
        Truth(name="refused", data=b"", values={"x": frozenset([("a",)])}),
        Truth(name="refused too", data=b"%PDF-1.7", values={"x": frozenset([()])}),
    ]
    score = score_of(odd, plain_pdf)
    assert (score.right, score.refused_values, score.plain_crashes) == (0, 2, 2)
    assert score.refused == {"empty": 1, "damaged": 1}
    assert is_below(score, {"right": 0.5, "silent": 0})
