"""What every paper of a root prints: its carrier, the law it is under, and the municipal services."""

from __future__ import annotations

from typing import Any

from formpipe import present
from formpipe.documents.services import FILE, load_services
from formpipe.errors import SetupError
from formpipe.pipeline.opened import Root
from formpipe.present import Letterhead, Service
from formpipe.resources import shipped


def letterhead_of(root: Root) -> Letterhead:
    """Return the carrier as documents name it.

    Raises:
        SetupError: `law.json` does not know the carrier's legal regime.
    """
    carrier, law = root.settings.carrier, root.library.law
    regimes: Any = law["regimes"]
    if carrier.legal_regime not in regimes:
        raise SetupError(f"the legal regime '{carrier.legal_regime}' is not known", where="law.json")
    return present.letterhead_of(law, name=carrier.name, address=carrier.address, regime=carrier.legal_regime)


def services_of(root: Root) -> tuple[Service, ...]:
    """Return the kinds of municipal services; names and numbers only where the root's own file has them.

    Raises:
        SetupError: A file cannot be read or is not understood.
    """
    own = root.settings.schemas
    folder = own if (own / FILE).is_file() else shipped("schemas")
    return load_services(folder, root.settings.services)
