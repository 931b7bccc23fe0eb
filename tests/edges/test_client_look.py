"""Papers for clients as LibreOffice lays them out: no word of them is broken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from make_contexts import contexts_of
from make_plans import CASES, versions_of

from formpipe.documents.bilingual import bilingual
from formpipe.documents.catalogues import FOLDER, load_translation
from formpipe.documents.convert import convert, office_program
from formpipe.documents.largeprint import large
from formpipe.documents.merge import template_of
from formpipe.documents.reread import require_text
from formpipe.documents.text import docx_text
from formpipe.present.fitting import LARGE_PRINT, PRINT, fitted
from formpipe.resources import shipped
from formpipe.schemas import Library
from formpipe.translation import translated

pytestmark = [
    pytest.mark.usefixtures("kept"),
    pytest.mark.office,
    pytest.mark.skipif(office_program() is None, reason="LibreOffice is not installed"),
]

_WORD = re.compile(r"[^\W\d_]+")
_TEMPLATE = "integrationsplan.docx"


def paper(context: Mapping[str, Any], language: str = "", *, is_large: bool) -> bytes:
    """Return the plan of *context*, in *language* too."""
    source, data = (shipped("templates") / _TEMPLATE).read_bytes(), dict(context)
    if language:
        words = load_translation(shipped("templates") / FOLDER / f"{language}.po")
        source, data = bilingual(source, words), translated(data, words)
    template = template_of(large(source) if is_large else source, Path(_TEMPLATE))
    return template.merged(fitted(data, LARGE_PRINT if is_large else PRINT)).document


def newest(library: Library) -> dict[str, dict[str, Any]]:
    """Return the data of the newest plan of each sample case."""
    every = iter(contexts_of(library)["integrationsplan"])
    return {name: [next(every) for _ in versions_of(name, library)][-1] for name in CASES}


def pieces(pdf: Path, word: bytes) -> set[str]:
    """Return what stands in the PDF as a word and is none in the Word file: the pieces of broken words."""
    known = set(_WORD.findall(docx_text(word)))
    with pdfplumber.open(pdf) as document:
        shown = {
            piece for page in document.pages for each in page.extract_words() for piece in _WORD.findall(each["text"])
        }
    return shown - known


def test_no_word_is_broken_in_large_print(library: Library, tmp_path: Path) -> None:
    contexts = newest(library)
    words = {name: paper(contexts[name], is_large=True) for name in ("case1", "case5")}
    words["ru"] = paper(contexts["case3"], "ru", is_large=True)
    done = convert(list(words.items()), tmp_path, timeout_s=120)
    assert sorted(done.pdfs) == sorted(words)
    arabic = re.compile("[\u0590-\u08ff\ufb1d-\ufeff]")  # stands in a PDF letter by letter
    broken = {
        name: {piece for piece in pieces(pdf, words[name]) if not arabic.search(piece)}
        for name, pdf in done.pdfs.items()
    }
    assert broken == {name: set() for name in words}
    for name, pdf in done.pdfs.items():
        require_text(pdf.read_bytes(), words[name], where=name)
