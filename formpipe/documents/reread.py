"""Finished documents read once more, before anybody gets them: does everything stand there that should?"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

from lxml import etree

from formpipe.disclose.haystack import POSSIBLE_BREAK
from formpipe.documents.package import CORE, members_of
from formpipe.documents.text import docx_text
from formpipe.errors import SetupError

if TYPE_CHECKING:
    from formpipe.documents.compiled import Merged

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TEXT = f"{_WORD}p", f"{_WORD}t"
_MARKS = {_PARAGRAPH: "\x1e", f"{_WORD}br": "\n", f"{_WORD}cr": "\n", f"{_WORD}tab": "\t"}
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_INVISIBLE = {ord("\u00ad"): None, ord("\u200b"): None, ord("\ufeff"): None, ord(POSSIBLE_BREAK): None}
# Scripts whose letters a PDF holds one by one and in reading order.
_PLAIN_WORD = re.compile("[0-9A-Za-z\u00c0-\u024f\u0370-\u052f\u1e00-\u1fff]{2,40}")
_MEND = "Look whether `formpipe doctor` finds everything in order; the document stays owed."


def require_values(merged: Merged, *, title: str, where: str) -> bytes:
    """Return the Word document of *merged* after it was opened and found to hold every value, in order.

    Raises:
        SetupError: It cannot be opened, is another document by its title, or a value is not where it should be.
    """
    try:
        members = members_of(merged.document)
        texts = {name: _text_of(members[name]) for name in merged.values}
        core = etree.fromstring(members[CORE], _PARSER)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise SetupError("a finished Word document cannot be opened", where=where, mend=_MEND) from error
    if title not in core.itertext():
        raise SetupError("a finished Word document is not the one that was asked for", where=where, mend=_MEND)
    missing = sum(_count_missing(texts[name], values) for name, values in merged.values.items())
    if missing:
        raise SetupError(f"{missing} values do not stand in the finished Word document", where=where, mend=_MEND)
    return merged.document


def require_text(pdf: bytes, word: bytes, *, where: str) -> None:
    """Check that the PDF holds the text of the Word document that it was made from.

    Words of scripts that a PDF stores as they are read must stand there, also
    those that are broken over the end of a line or a page, each as often as in
    the Word document; of the others (Arabic is stored letter by letter in the order of the paper) all
    letters must be there, as often as in the Word document. Headers and footers
    that no page shows are not looked for.

    Our own reading of the pages takes a tenth of pypdf's time; where it does
    not find all, pypdf's decides. What it cannot tell: a word that is gone
    where a running header or a table's repeated head shows it once more, and
    text that is there but cannot be seen.

    Raises:
        SetupError: It cannot be opened, or text is missing.
    """
    from formpipe.documents.pdf_readings import page_texts  # noqa: PLC0415  # takes a PDF library, 10 MB

    quick = page_texts(pdf)
    if quick is not None and not _missing_from(quick, _meant(word, len(quick))):
        return
    from pypdf import PdfReader  # noqa: PLC0415  # 13 MB, for what is seldom needed

    try:
        pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    except Exception as error:  # a damaged PDF raises anything
        raise SetupError("a finished PDF cannot be read", where=where, mend=_MEND) from error
    missing = _missing_from(pages, _meant(word, len(pages)))
    if missing:
        raise SetupError(f"{missing} words or letters do not stand in the finished PDF", where=where, mend=_MEND)


def _meant(word: bytes, pages: int) -> str:
    return _plain(docx_text(word, pages=pages))


def _missing_from(pages: Sequence[str], meant: str) -> int:
    """Return how many words and letters of *meant* the texts of the *pages* lack."""
    shown = _squeezed("".join(pages))
    # Words stand in longer ones, too: what `count` finds in the words one by one, it finds in them put together.
    words = _PLAIN_WORD.findall(meant)
    listed = "\n".join(words)
    lacking = {word: listed.count(word) - shown.count(word) for word in set(words)}
    lost = sum(max(0, often - _times_over_a_page(word, pages)) for word, often in lacking.items() if often > 0)
    return lost + sum((_letters(meant) - _letters(shown)).values())


def _times_over_a_page(word: str, pages: Sequence[str]) -> int:
    """Return over how many pages' ends *word* may be broken: what the pages have below and above lies between."""
    lines = [[_squeezed(line) for line in page.splitlines()] for page in pages]
    return sum(
        any(
            any(line.endswith(word[:cut]) for line in before) and any(line.startswith(word[cut:]) for line in after)
            for cut in range(1, len(word))
        )
        for before, after in pairwise(lines)
    )


def _text_of(part: bytes) -> str:
    root = etree.fromstring(part, _PARSER)
    found = root.iter(_TEXT, *_MARKS)
    return "".join(element.text or "" if element.tag == _TEXT else _MARKS[str(element.tag)] for element in found)


def _count_missing(text: str, values: tuple[str, ...]) -> int:
    missing = place = 0
    for value in values:
        found = text.find(value, place)
        if found < 0:
            missing += 1
        else:
            place = found + len(value)
    return missing


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_INVISIBLE)


def _squeezed(text: str) -> str:
    return "".join(_plain(text).split())


def _letters(text: str) -> Counter[str]:
    return Counter(letter for letter in text if letter.isalnum())
