"""Who a document comes from, what the law calls things on a day, and the services that every plan names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from formpipe.known import NO_BREAK


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The carrier as documents name it.

    `law` is the data-protection law it is under, `information_norm` and
    `access_norm` are that law's articles on information and access (domain 4.1).
    """

    name: str
    address: str = ""
    law: str
    information_norm: str
    access_norm: str

    def context(self) -> dict[str, Any]:
        """Return the names under `carrier` of every template."""
        return {
            "name": self.name,
            "address": self.address,
            "law": self.law,
            "information_norm": self.information_norm.replace(" ", NO_BREAK),
            "access_norm": self.access_norm.replace(" ", NO_BREAK),
        }


def letterhead_of(law: Mapping[str, Any], *, name: str, address: str, regime: str) -> Letterhead:
    """Return the letterhead of a carrier under the legal *regime*, one of `regimes` in `law.json`."""
    norms = law["regimes"][regime]
    return Letterhead(
        name=name,
        address=address,
        law=norms["title"],
        information_norm=norms["information"],
        access_norm=norms["access"],
    )


def law_name(law: Mapping[str, Any], thing: str, on: date) -> str:
    """Return what the law calls *thing* (`agreement`, `benefit`) on the day *on*, empty if it has no name then."""
    day = on.isoformat()
    return next(
        (
            str(name["title"])
            for name in law["names"][thing]
            if name.get("valid_from", "") <= day <= name.get("valid_to", "9999")
        ),
        "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEntry:
    """One place that offers a service; what is empty is printed as a line to write on."""

    name: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A kind of municipal service with the places that the root knows of; `code` is its key in the root's file."""

    code: str
    title: str
    text: str
    entries: tuple[ServiceEntry, ...] = ()


def services_context(services: Iterable[Service]) -> list[dict[str, Any]]:
    """Return the services of the page that is the same for everyone; each has an entry, if only an empty one."""
    return [
        {
            "title": service.title,
            "text": service.text,
            "entries": [
                {"name": entry.name, "address": entry.address, "phone": entry.phone}
                for entry in service.entries or (ServiceEntry(),)
            ],
        }
        for service in services
    ]
