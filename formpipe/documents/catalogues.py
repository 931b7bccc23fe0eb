"""The word lists for clients' languages: gettext catalogues, one file a language, in `templates/sprachen/`."""

from __future__ import annotations

from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

from formpipe.errors import SetupError
from formpipe.translation import Translation, tags_of

FOLDER = "sprachen"
_PLACEHOLDER = "FULL NAME <EMAIL@ADDRESS>"
"""What gettext tools write where nobody has put a name."""


def languages_in(folder: Path) -> tuple[str, ...]:
    """Return the languages that have a word list in *folder*, sorted."""
    return tuple(sorted(path.stem for path in folder.glob("*.po")))


def load_translation(path: Path) -> Translation:
    """Return the word list in the file *path*, which is named after its language (`uk.po`).

    Whoever stands as `Last-Translator` in its head vouches for it. An entry
    marked `fuzzy` counts as missing.

    Raises:
        SetupError: It cannot be read, or a translation has other tags than its German text.
    """
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=None, ignore_obsolete=True, abort_invalid=True)
    except (OSError, PoFileError, UnicodeDecodeError, ValueError) as error:
        raise SetupError("the word list cannot be read", where=path, mend="Open it in a gettext editor.") from error
    texts = {
        str(message.id): str(message.string)
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }
    for german, other in texts.items():
        if tags_of(german) != tags_of(other):
            raise SetupError(
                f"the translation of «{german}» has other tags than the text", where=path, mend="Copy {{ … }} as it is."
            )
    reviewer = catalogue.last_translator or ""
    return Translation(language=path.stem, texts=texts, reviewer="" if reviewer == _PLACEHOLDER else reviewer)
