"""The paper for the Jobcenter as texts, in the order of § 15 Abs. 2 SGB II; made of a Disclosure, never of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from formpipe.catalogue import Catalogue
from formpipe.disclose.disclose import Disclosed, Disclosure
from formpipe.disclose.record import SHORT, disclosure_checksum
from formpipe.known import NO_BREAK
from formpipe.model import pattern_of
from formpipe.present.letterhead import Letterhead, law_name
from formpipe.present.proposals import achieved_of, contribution_of, proposals_of
from formpipe.present.released import ReleasedText, lines_of
from formpipe.present.values import Row, row_of
from formpipe.spell import spell_date

TITLE = "Papier für das Jobcenter"
PLAN_NORM = "§ 15 SGB II"
_ALWAYS = "J0"
_HEAD = (
    "person.family_name",
    "person.given_names",
    "case.case_id",
    "case.carrier",
    "case.manager_id",
    "jobcenter.",
    "consents[",
    "reviews[",
    "goals[",
)
_WHO = ("person.", "contact.", "ids.", "form.", "case.", "benefits.regime", "benefits.applied_on")
_APPOINTMENT = ("jobcenter.appointment_at", "jobcenter.place", "jobcenter.topic")
_CONTACT = ("benefits.jobcenter_team", "benefits.jobcenter_contact")
_AIM = ("work.target_", "work.available_hours")
_RUNNING = (
    "language.courses[",
    "education.current.",
    "work.status",
    "work.current_job",
    "work.weekly_hours",
    "work.contract",
    "benefits.kooperationsplan",
)
_CONDITIONS = ("work.constraints", "household.", "childcare.", "housing.", "health.", "family.")
_ADDRESS = ("contact.street", "contact.house_number", "contact.postcode", "contact.city", "contact.care_of")
_SPELLED = (
    "person.birth_date",
    "ids.kundennummer_ba",
    "ids.bg_nummer",
    "ids.bg_nummer_status",
    "benefits.regime",
    "benefits.applied_on",
    "case.deputy_manager_id",
)


def briefing_context(
    disclosure: Disclosure,
    catalogue: Catalogue,
    *,
    carrier: Letterhead,
    law: Mapping[str, Any],
    managers: Mapping[str, str],
    approved_on: date | None = None,
) -> dict[str, Any]:
    """Return what `templates/jobcenter-briefing.docx` prints; marked as a draft, as long as nobody has approved it.

    Each released value has its place in one block: by its key, else by its
    release (what J0 covers in the profile, all else in the conditions).

    Args:
        disclosure: What the client released.
        catalogue: All fields, for labels.
        carrier: Whose paper it is.
        law: `law.json`: what agreement and benefit are called on that day.
        managers: Names of the managers by their id.
        approved_on: When the client approved exactly this disclosure.
    """
    text = ReleasedText(disclosure=disclosure, catalogue=catalogue)
    context = {
        "properties": {"title": f"{TITLE} {disclosure.case}", "author": carrier.name},
        "carrier": carrier.context(),
        "law": {
            "plan_norm": PLAN_NORM.replace(" ", NO_BREAK),
            "plan_name": law_name(law, "agreement", disclosure.on),
            "benefit_name": law_name(law, "benefit", disclosure.on),
        },
        "client": {"name": _name(text), "fields": _who(text, law)},
        "manager": {
            "name": _manager(text, "case.manager_id", managers),
            "role": text.text("jobcenter.role_of_manager"),
        },
        "appointment": {"fields": _appointment(text, managers)},
        "requests": text.texts("jobcenter.requests"),
        "offers": text.texts("jobcenter.offers"),
        "profile": text.rows(lambda key, held: _block(key, held) == "profile"),
        "aim": text.rows(lambda key, held: _block(key, held) == "aim"),
        "running": [*text.rows(lambda key, held: _block(key, held) == "running"), *achieved_of(text)],
        "conditions": [*text.rows(lambda key, held: _block(key, held) == "conditions"), *_others(disclosure)],
        "contribution": contribution_of(text),
        "proposals": proposals_of(text),
        "consent": {"text": _consent(disclosure, approved_on)},
    }
    return {**context, "document": _document(disclosure, is_draft=approved_on is None)}


def _document(disclosure: Disclosure, *, is_draft: bool) -> dict[str, Any]:
    return {
        "case": str(disclosure.case),
        "dated": spell_date(disclosure.dated.isoformat()),
        "on": spell_date(disclosure.on.isoformat()),
        "is_draft": is_draft,
        "checksum": disclosure_checksum(disclosure)[:SHORT],
    }


def _block(key: str, held: Disclosed) -> str:
    if key in _ADDRESS or (key.startswith((*_HEAD, *_WHO, *_CONTACT)) and held.scope == _ALWAYS):
        return "head"
    for block, keys in (("aim", _AIM), ("running", _RUNNING), ("conditions", _CONDITIONS)):
        if key.startswith(keys):
            return block
    return "profile" if held.scope == _ALWAYS else "conditions"


def _name(text: ReleasedText) -> str:
    names = (text.text("person.given_names"), text.text("person.family_name"))
    return " ".join(name for name in names if name)


def _manager(text: ReleasedText, key: str, managers: Mapping[str, str]) -> str:
    named = text.text(key)
    return managers.get(named, named)


def _who(text: ReleasedText, law: Mapping[str, Any]) -> list[Row]:
    """Return who the client is: the one block where a missing number is said too."""
    used = {*_ADDRESS, *_SPELLED}
    person = [key for key in text.disclosure.values if key.startswith("person.") and key not in used]
    others = [
        key
        for key, held in text.disclosure.values.items()
        if key.startswith(_WHO)
        and not key.startswith((*_HEAD, "person."))
        and key not in used
        and held.scope == _ALWAYS
    ]
    known = [key for key in person if not key.startswith(_HEAD) and text.disclosure.values[key].scope == _ALWAYS]
    birth = text.disclosure.birth_text or ""
    return lines_of(
        ("Alter" if birth.startswith("etwa") else "geboren", birth),
        ("Person", text.line(known)),
        ("Anschrift", _address(text)),
        ("Kundennummer", text.text("ids.kundennummer_ba")),
        ("BG-Nummer", _bg_number(text)),
        ("Leistung", _benefit(text, law)),
        ("Weiteres", text.line(others)),
    )


def _appointment(text: ReleasedText, managers: Mapping[str, str]) -> list[Row]:
    said = ((text.label(key), text.text(key)) for key in (*_APPOINTMENT, *_CONTACT))
    deputy = "case.deputy_manager_id"
    return lines_of(*said, (text.label(deputy), _manager(text, deputy, managers)))


def _address(text: ReleasedText) -> str:
    street, number, postcode, city, care_of = (text.text(key) for key in _ADDRESS)
    parts = (care_of, f"{street} {number}".strip(), f"{postcode} {city}".strip())
    return ", ".join(part for part in parts if part)


def _bg_number(text: ReleasedText) -> str:
    number, status = text.text("ids.bg_nummer"), text.disclosure.values.get("ids.bg_nummer_status")
    if number or status is None:
        return number
    if status.value != "beantragt":
        return text.text("ids.bg_nummer_status")
    applied = text.text("benefits.applied_on")
    return f"noch nicht vergeben (Antrag vom {applied})" if applied else "noch nicht vergeben"


def _benefit(text: ReleasedText, law: Mapping[str, Any]) -> str:
    regime = text.disclosure.values.get("benefits.regime")
    name = law_name(law, "benefit", text.disclosure.on) if regime is not None and regime.value == "sgb2" else ""
    applied = text.text("benefits.applied_on")
    parts = (text.text("benefits.regime"), name, f"Antrag vom {applied}" if applied else "")
    return ", ".join(part for part in parts if part)


def _others(disclosure: Disclosure) -> list[Row]:
    if not disclosure.other_adults:
        return []
    count = disclosure.other_adults
    said = "weitere erwachsene Person im Haushalt" if count == 1 else f"{count} weitere erwachsene Personen im Haushalt"
    return [row_of("Haushalt", said)]


def _consent(disclosure: Disclosure, approved_on: date | None) -> str:
    """Return which releases the paper rests on, by their day, as far as that may be told, and when it was approved."""
    told = {pattern_of(key) for key in disclosure.values}
    by_day: dict[str, list[str]] = {}
    for release in disclosure.releases:
        day = f" vom {spell_date(release.granted_on.isoformat())}" if "consents[].granted_on" in told else ""
        by_day.setdefault(day, []).append(release.scope)
    names = "consents[].scope" in told
    said = ";".join(f"{day} ({', '.join(scopes)})" if names else day for day, scopes in by_day.items())
    approved = "" if approved_on is None else f" Freigegeben am {spell_date(approved_on.isoformat())}."
    return f"Einwilligung{said}, widerruflich.{approved}"
