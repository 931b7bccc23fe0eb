"""The work that a run may have done by processes beside it: it is told all that it takes, and opens nothing."""

from __future__ import annotations

import copyreg
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from formpipe import __version__
from formpipe.blanks.write import write_forms
from formpipe.catalogue import Catalogue
from formpipe.definition import FormDefinition
from formpipe.formats.zip_read import MIB
from formpipe.prefill import Prefill

if TYPE_CHECKING:
    from formpipe.pipeline.finished import Finished, Finishing

MOST = 512 * MIB
"""The largest piece of work or answer; a form of 20 MiB is in the one and in the other."""

PROGRAM = f"formpipe {__version__}".encode()
"""What a process is told first: which program asks."""

PATIENCE_S = 120.0
"""So long a piece of work may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all work of a run has in common: the form that is drawn, whose it is, and the plan's fields."""

    definition: FormDefinition
    carrier: str
    catalogue: Catalogue = field(repr=False)


def draw(shared: Shared, prefill: Prefill) -> Mapping[str, bytes]:
    """Return the next review form by format.

    Raises:
        SetupError: No usable font is installed.
    """
    return write_forms(shared.definition, carrier=shared.carrier, prefill=prefill)


def finish(shared: Shared, job: Finishing) -> Finished:
    """Return what `finished` does of *job*, and raise as it does."""
    from formpipe.pipeline.finished import finished  # noqa: PLC0415  # the PDF libraries, 25 MB

    return finished(job, shared.catalogue)


def _read_only(data: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(data)


def _taken_apart(data: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return _read_only, (dict(data),)


copyreg.pickle(MappingProxyType, _taken_apart)  # plans and forms hold such, and pickle knows no way for them
