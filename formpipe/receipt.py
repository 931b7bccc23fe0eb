"""The receipt of an accepted form, in German: the case number, what was taken and made, and what was not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from formpipe.model import Balance, Finding
from formpipe.spell import spell_date
from formpipe.wording.wording import balance_text, finding_text, reason_text

TOLD = {
    "plan": "Integrationsplan",
    "client": "Ausgabe für die Klientin oder den Klienten, auch in anderer Sprache",
    "annex": "vertrauliche Anlage zum Integrationsplan (Ordner «vertraulich»)",
    "briefing": "Papier für das Jobcenter (Entwurf)",
    "briefing-approved": "Papier für das Jobcenter (freigegeben)",
    "approval": "Freigabeblatt zu diesem Papier, von der Klientin oder dem Klienten zu unterschreiben",
    "review": "Bogen für die nächste Überprüfung, mit dem heutigen Stand ausgefüllt",
}
"""The kinds of documents that a receipt names, in their order."""
_STANDING = {
    "replaced": "Der Bogen wurde durch eine Berichtigung ersetzt.",
    "approved": "keine neue Fassung; das Papier für das Jobcenter ist damit freigegeben.",
    "void": "keine neue Fassung; die Freigabe gilt nicht mehr (siehe Hinweise).",
}
"""What a form without a plan version of its own comes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a receipt says.

    `standing` says what became of a form that made no version of the plan.
    `documents` are kinds of documents with their file name. `refusal` is the
    reason why there is no briefing, `labels` the fields it is about. `checksum`
    is the form's, for a correction form that names it. `withheld` are reasons
    why a value of the form is printed nowhere, `balance` is what became of its
    fields. `sent` are papers for the Jobcenter that a form which takes back a
    release comes too late for: the day, to whom, and whether that day has come.
    """

    case: str
    name_as_dropped: str = field(repr=False)
    title: str
    counts_for: date
    received_on: date
    version: int | None
    standing: str | None = None
    documents: Sequence[tuple[str, str]] = ()
    findings: Sequence[Finding] = field(default=(), repr=False)
    refusal: str | None = None
    labels: Sequence[str] = ()
    withheld: Sequence[str] = ()
    checksum: str = ""
    balance: Balance | None = None
    sent: Sequence[tuple[date, str, bool]] = field(default=(), repr=False)


def receipt_text(receipt: Receipt) -> str:
    """Return the receipt as a text of one page."""
    parts = [_head(receipt), _made(receipt), _briefing(receipt), _sent(receipt), _withheld(receipt), _findings(receipt)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(receipt: Receipt) -> str:
    day = spell_date(receipt.counts_for.isoformat())
    lines = [
        f"Eingangsbestätigung – {receipt.title} vom {day}",
        "",
        f"Fallnummer:       {receipt.case}",
        f"Eingegangen als:  «{receipt.name_as_dropped}»",
        f"Übernommen am:    {spell_date(receipt.received_on.isoformat())}",
    ]
    if receipt.version is not None:
        kind = "erste Fassung" if receipt.version == 1 else f"Fortschreibung Nr. {receipt.version - 1}"
        lines.append(f"Integrationsplan: Fassung {receipt.version} ({kind})")
    else:
        lines.append(f"Integrationsplan: {_STANDING.get(receipt.standing or '', _STANDING['replaced'])}")
    if receipt.balance is not None:
        lines.append(f"Gelesen wurden:   {balance_text(receipt.balance)}")
    if receipt.checksum:
        lines += [f"Prüfsumme:        {receipt.checksum}", "                  (nur für eine spätere Berichtigung)"]
    return "\n".join(lines)


def _made(receipt: Receipt) -> str:
    if not receipt.documents:
        return ""
    lines = ["Papiere dazu (PDF-Dateien können etwas später folgen):"]
    for kind, title in TOLD.items():
        names = sorted(name for made, name in receipt.documents if made == kind)
        if names:
            lines.append(f"- {title}: {' und '.join([names[0], *map(_ending, names[1:])])}")
    return "\n".join(lines)


def _ending(name: str) -> str:
    return f".{name.rpartition('.')[2]}"


def _briefing(receipt: Receipt) -> str:
    if receipt.refusal is None:
        return ""
    text = f"Kein Papier für das Jobcenter: {reason_text(receipt.refusal)}"
    if receipt.labels:
        text += "\nBetroffen: " + "; ".join(f"«{label}»" for label in receipt.labels)
    return text


def _sent(receipt: Receipt) -> str:
    if not receipt.sent:
        return ""
    lines = ["Freigegebene Papiere, die es schon gibt:"]
    for day, recipient, is_given in receipt.sent:
        mend = "bitte den Empfänger über die Änderung informieren" if is_given else "bitte nicht mehr übergeben"
        said = "übergeben am" if is_given else "vorgesehen für den"
        lines.append(f"- {said} {spell_date(day.isoformat())} an {recipient or 'das Jobcenter'}: {mend}")
    return "\n".join(lines)


def _withheld(receipt: Receipt) -> str:
    if not receipt.withheld:
        return ""
    return "\n".join(["Nicht gedruckt wird:", *(f"- {reason_text(each)}" for each in receipt.withheld)])


def _findings(receipt: Receipt) -> str:
    if not receipt.findings:
        return "Es gibt keine Hinweise."
    lines = ["Hinweise (der Bogen ist trotzdem übernommen):"]
    for number, finding in enumerate(receipt.findings, start=1):
        text = finding_text(finding)
        lines += ["", f"{number}. {text.where}: {text.what}"]
        if text.mend:
            lines.append(f"   {text.mend}")
    return "\n".join(lines)
