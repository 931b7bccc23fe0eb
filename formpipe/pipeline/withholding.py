"""The last look at a finished paper for the Jobcenter: what was not released keeps it from being published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from formpipe.catalogue import Catalogue
from formpipe.disclose.unreleased import leaked_keys, written_of
from formpipe.documents.docx_readings import docx_readings
from formpipe.documents.package import members_of
from formpipe.errors import WithheldError
from formpipe.model import IntegrationPlan

if TYPE_CHECKING:
    from formpipe.documents.merge import Template


def check_word(
    made: bytes, template: Template, plan: IntegrationPlan, catalogue: Catalogue, *, may_say: Mapping[str, object]
) -> None:
    """Search the Word file *made* for what a person wrote and the client did not release.

    Args:
        made: The finished file.
        template: Its template; what that says itself may stand there.
        plan: Whose paper it is.
        catalogue: The plan's fields.
        may_say: The data of the paper, made of released values only.

    Raises:
        WithheldError: Something was found; the error names the fields, not the words.
    """
    written, allowed = written_of(plan, catalogue), list(_texts(may_say))
    if leaked_keys(docx_readings(made, members_of(template.source)), written, allowed=allowed):
        # Only now, for it costs as much as the search: the words that the template prints around the data.
        allowed += docx_readings(template.source, {})
        _withhold(plan, leaked_keys(docx_readings(made, {}), written, allowed=allowed))


def check_pdf(made: bytes, word: bytes, plan: IntegrationPlan, catalogue: Catalogue) -> None:
    """Search the PDF *made* for what a person wrote and does not stand in *word*, the searched file it was made from.

    Raises:
        WithheldError: Something was found; the error names the fields, not the words.
    """
    from formpipe.documents.pdf_readings import pdf_readings  # noqa: PLC0415  # takes a PDF library, 10 MB

    allowed = docx_readings(word, {})
    _withhold(plan, leaked_keys(pdf_readings(made), written_of(plan, catalogue), allowed=allowed))


def _withhold(plan: IntegrationPlan, keys: tuple[str, ...]) -> None:
    if keys:
        raise WithheldError(
            f"the paper for the Jobcenter holds what was not released: {', '.join(keys)}",
            where=str(plan.case),
            mend="Look for it in templates/jobcenter-briefing.docx; the paper stays owed.",
        )


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for each in data.values():
            yield from _texts(each)
    elif isinstance(data, list):
        for each in data:
            yield from _texts(each)
