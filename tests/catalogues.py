"""Brings the word lists of `templates/sprachen/` up to what the schemas and the plan's template say: `make catalogues`.

What is translated stays; new texts are added empty, texts that are gone are
taken out. Names of countries and languages are filled from the CLDR, once
somebody has translated a text: a paper in German with foreign names of
countries helps nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from formpipe.catalogue import Catalogue
from formpipe.definition import FieldSpec, Item, Printed
from formpipe.documents.bilingual import REVIEWED, UNREVIEWED, texts_of
from formpipe.documents.catalogues import FOLDER, languages_in
from formpipe.present.consents import GRANTED, OVER, REFUSED, REVOKED
from formpipe.present.goals import SINCE
from formpipe.present.plan import COMPUTED, FIRST, NEXT
from formpipe.present.values import PROTECTED_ADDRESS
from formpipe.resources import shipped
from formpipe.schemas import load_library
from formpipe.spell import BOOLEANS, NO_ANSWER

_NO_TIME = datetime(2026, 1, 1, tzinfo=UTC)
SAID = ("Anschrift", PROTECTED_ADDRESS, SINCE, FIRST, NEXT, GRANTED, REFUSED, REVOKED, OVER)
TEMPLATES = ("integrationsplan.docx", "einfache-sprache.docx")
_NAMES = {"countries", "languages"}


def texts(catalogue: Catalogue, templates: Iterable[bytes]) -> dict[str, str]:
    """Return every text that a bilingual plan prints in two languages, with where it comes from."""
    found = dict.fromkeys((UNREVIEWED, REVIEWED), "plan")
    for template in templates:
        found |= dict.fromkeys(texts_of(template), "plan")
    found |= dict.fromkeys([*NO_ANSWER.values(), *BOOLEANS.values(), *COMPUTED.values(), *SAID], "words")
    for section in catalogue.sections:
        labels = list(_of_items(section.items))
        if labels:
            found.setdefault(section.label.partition(" (")[0], "sections")
        for text, origin in labels:
            found.setdefault(text, origin)
    return found


def _of_items(items: Iterable[Item]) -> Iterator[tuple[str, str]]:
    for item in items:
        if not isinstance(item, FieldSpec):
            inner = list(_of_items(item.columns))
            yield from [(item.label, "labels"), *inner] if inner else []
        elif item.printed is Printed.MAIN:
            yield from ((label, "labels") for label in (item.label, item.short_label) if label)
            if item.codes:
                yield from ((code.title, item.codes.name) for code in item.codes.codes)


def names(catalogue: Catalogue, language: str) -> dict[str, str]:
    """Return what the CLDR calls countries and languages in *language*, by their German titles."""
    if language.startswith("de"):
        return {}
    try:
        locale = Locale.parse(language.partition("-")[0])
    except UnknownLocaleError:
        return {}
    aliases = get_global("territory_aliases")
    found = {}
    for spec in catalogue.specs.values():
        if spec.codes is None or spec.codes.name not in _NAMES:
            continue
        for code in spec.codes.codes:
            value = str(code.value)
            place = (aliases.get(value) or [value])[0]
            name = locale.territories.get(place) if spec.codes.name == "countries" else locale.languages.get(value)
            if name:
                found[code.title] = name
    return found


def update(path: Path, wanted: dict[str, str], known: dict[str, str]) -> int:
    """Write the word list *path* anew and return how many texts it lacks."""
    old = Catalog(locale=None)
    if path.exists():
        with path.open("rb") as file:
            old = read_po(file)
    new = Catalog(
        locale=None,
        project="formpipe",
        version="2026.1",
        charset="utf-8",
        copyright_holder="formpipe",
        msgid_bugs_address="formpipe",
        fuzzy=False,
        creation_date=_NO_TIME,
        revision_date=old.revision_date,
        last_translator=old.last_translator,
        language_team=path.stem,
        header_comment="# Word list of formpipe; the German text is the one that counts.",
    )
    filled = known if any(each.id and each.string for each in old) else {}
    for text, origin in wanted.items():
        before = old.get(text)
        said = str(before.string) if before is not None and before.string else filled.get(text, "")
        new.add(text, said, locations=[(origin, None)], flags=before.flags if before else ())  # type: ignore[list-item]
    with path.open("wb") as file:
        write_po(file, new, width=0, sort_output=False, include_lineno=False)
    return sum(not new[text].string for text in wanted)


@click.command()
@click.argument("languages", nargs=-1)
def main(languages: tuple[str, ...]) -> None:
    r"""Bring the word lists up to date; name LANGUAGES (BCP 47) to begin new ones.

    \b
    Examples:
      python tests/catalogues.py
      python tests/catalogues.py fa
    """
    folder = shipped("templates") / FOLDER
    folder.mkdir(exist_ok=True)
    catalogue = load_library(shipped("schemas")).catalogue
    wanted = texts(catalogue, ((shipped("templates") / name).read_bytes() for name in TEMPLATES))
    for language in sorted({*languages, *languages_in(folder)}):
        lacking = update(folder / f"{language}.po", wanted, names(catalogue, language))
        click.echo(f"{language}: {len(wanted)} texts, {lacking} without translation")


if __name__ == "__main__":
    main()
