"""Papers for the client: the plan in two languages or in large print, and the sheet in simple German."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from formpipe.canon import plan_checksum
from formpipe.documents.bilingual import bilingual
from formpipe.documents.catalogues import FOLDER, languages_in, load_translation
from formpipe.documents.largeprint import large
from formpipe.documents.merge import Template, load_template, template_of
from formpipe.documents.reread import require_values
from formpipe.errors import SetupError
from formpipe.goals import NO_ANSWERS
from formpipe.known import all_held
from formpipe.ledger.documents import DocumentRow
from formpipe.model import IntegrationPlan
from formpipe.pipeline.approved import approved_path
from formpipe.pipeline.opened import Root
from formpipe.present.fitting import LARGE_PRINT, PRINT, fitted
from formpipe.resources import shipped
from formpipe.translation import Translation, translated

READS = "contact.reading_language"
FILES = {"plan": "integrationsplan.docx", "sheet": "einfache-sprache.docx"}
TITLES = {"plan": "Integrationsplan", "sheet": "Mein Plan in einfacher Sprache"}
_PLACES = {"plan": "integrationsplan", "sheet": "einfache-sprache"}
PLAIN_GERMAN = "de-x-leicht"
_GERMAN = "de"
_CLIENT = "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPaper:
    """One paper of a plan version; German stands in all of them, `language` (BCP 47) beside it."""

    kind: Literal["plan", "sheet"]
    language: str = _GERMAN
    is_large: bool = False

    def rows(self, plan: IntegrationPlan) -> list[DocumentRow]:
        """Return the rows of the paper for *plan*, as Word file and as PDF."""
        ending = "".join(f"-{each}" for each in self._marks())
        head = f"{plan.case}/{plan.dated}-{_PLACES[self.kind]}-v{plan.version}{ending}"
        return [
            DocumentRow(
                case=plan.case,
                plan_checksum=plan_checksum(plan),
                version=plan.version,
                name=f"{_CLIENT}-{self.kind}{ending}",
                format=fmt,
                path=f"{head}.{fmt}",
                detail={_CLIENT: {"kind": self.kind, "language": self.language, "large": self.is_large}},
            )
            for fmt in ("docx", "pdf")
        ]

    def _marks(self) -> list[str]:
        marks = [self.language] if self.language != _GERMAN else []
        return [*marks, "gross"] if self.is_large else marks


def client_paper_of(row: DocumentRow) -> ClientPaper | None:
    """Return what paper for the client *row* is, `None` if it is another document."""
    detail = row.detail.get(_CLIENT)
    if detail is None:
        return None
    return ClientPaper(kind=detail["kind"], language=detail["language"], is_large=detail["large"])


def papers_for_reader(root: Root, plan: IntegrationPlan) -> tuple[ClientPaper, ...]:
    """Return what a client is given with every new version: the plan in the language they read, if the root says so."""
    held = plan.values.get(READS)
    if held is None or held.value not in root.settings.client_languages:
        return ()
    return (ClientPaper(kind="plan", language=str(held.value)),)


def require_language(root: Root, language: str) -> None:
    """Check that *language* is one that the forms know; it need not have a word list.

    Raises:
        SetupError: It is not.
    """
    spec = root.library.catalogue.spec_of(READS)
    codes = spec.codes.codes if spec is not None and spec.codes is not None else ()
    known = [str(code.value) for code in codes if code.value not in NO_ANSWERS]
    if language not in known:
        raise SetupError(f"'{language}' is no language of the forms", mend=f"One of: {', '.join(known)}")


def has_words(root: Root, language: str) -> bool:
    """Tell whether the word list of *language* holds any text; without one a paper is in German alone, and says so.

    Raises:
        SetupError: The list is wrong.
    """
    return language == _GERMAN or bool(_translation_in(_words_of(root, language)).texts)


def check_client_papers(root: Root, known: Iterable[str]) -> None:
    """Check the sheet's template against the names *known*, every word list, and the languages that the root names.

    Raises:
        SetupError: One of them is wrong.
    """
    load_template(root.template(FILES["sheet"])).check(known)
    for language in root.settings.client_languages:
        require_language(root, language)
    shipped_ones, own = shipped("templates") / FOLDER, root.settings.templates / FOLDER
    for language in sorted({*languages_in(shipped_ones), *languages_in(own)}):
        load_translation(_words_of(root, language))


def make_client_paper(root: Root, row: DocumentRow, paper: ClientPaper, context: Mapping[str, Any]) -> bytes:
    """Return the Word file of *paper*, read once more; *context* is that of the plan.

    Raises:
        SetupError: The template is wrong or not approved, the word list is wrong, or a value is missing from the
            finished document.
    """
    title = f"{TITLES[paper.kind]} {row.case}"
    path = approved_path(root, FILES[paper.kind])
    words = None if paper.language == _GERMAN else _words_of(root, paper.language)
    # The sheet is for people who do not read easily: always in large print.
    is_large = paper.is_large or paper.kind == "sheet"
    template, translation = _loaded(path, words, _stamp(path, words or path), is_large=is_large)
    data = {**context, "properties": {**context["properties"], "title": title}}
    told = fitted(translated(data, translation) if translation else data, LARGE_PRINT if is_large else PRINT)
    made = template.merged(all_held(told))
    return require_values(made, title=title, where=f"{row.case} {row.name}")


def _words_of(root: Root, language: str) -> Path:
    return root.template(f"{FOLDER}/{language}.po")


def _stamp(*paths: Path) -> tuple[int, ...]:
    return tuple(path.stat().st_mtime_ns for path in paths if path.is_file())


def _translation_in(words: Path) -> Translation:
    return load_translation(words) if words.is_file() else Translation(language=words.stem, texts={})


@lru_cache(maxsize=8)
def _loaded(
    path: Path, words: Path | None, stamp: tuple[int, ...], *, is_large: bool
) -> tuple[Template, Translation | None]:
    del stamp
    try:
        source = path.read_bytes()
    except OSError as error:
        raise SetupError("the template cannot be read", where=path) from error
    translation = _translation_in(words) if words else None
    if translation:
        source = bilingual(source, translation)
    return template_of(large(source) if is_large else source, path), translation
