"""The German words about forms: what is to be mended, why a form waits, what was there already.

What is wrong with one field is said in `wording_rules`; here stand the letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from itertools import pairwise

from formpipe.model import Balance, Finding, Severity
from formpipe.spell import spell_date
from formpipe.wording.reasons import REASONS
from formpipe.wording.rules import sentences_of

_ROWS = {"goals": "Ziel", "actions": "Schritt"}
_ROW = "Zeile"
_AGAIN = "Bitte berichtigen und die Datei noch einmal in den Eingangsordner legen."
_AGAIN_FILLED = (
    "Abgegeben wurde ein Ausdruck; was darauf zu lesen war, steht in der ausfüllbaren Datei neben diesem Text. "
    "Bitte dort alles prüfen und berichtigen und diese Datei in den Eingangsordner legen."
)
_UNMARKED = (
    "In die Datei selbst konnte nichts eingetragen werden, zum Beispiel weil sie unterschrieben ist. "
    "Sie liegt unverändert daneben."
)
_KEPT = (
    "Der Bogen ist sicher aufbewahrt und wird von selbst wieder geprüft, sobald sich etwas ändert. "
    "Wenn er selbst falsch ist, bitte berichtigen und die Datei noch einmal in den Eingangsordner legen."
)
_UNREADABLE = "Die Datei konnte nicht gelesen werden"


class Beside(Enum):
    """The form that lies beside a text about its faults."""

    MARKED = "with the faults marked in it"
    UNMARKED = "as it came"
    FILLED = "a print, and a form with what was read on it"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingText:
    """A finding in German: the place, what is the matter, and how to mend it (empty if nothing is to be done)."""

    where: str
    what: str = field(repr=False)
    mend: str = field(repr=False)


def finding_text(finding: Finding) -> FindingText:
    """Return *finding* in German; a rule without a sentence of its own is named by its number."""
    what, mend = sentences_of(finding.rule, finding.parameters)
    return FindingText(where=_where(finding), what=what, mend=mend)


def reason_text(code: str) -> str:
    """Return the German sentence for a reason: why a file cannot be read, a form waits, a paper is not made."""
    return REASONS.get(code) or f"Der Grund hat die Kennung «{code}»."


def balance_text(balance: Balance) -> str:
    """Return what became of a form's fields: `42 Felder: 31 ausgefüllt, 9 leer, 2 unbekannt`.

    What the form prints into a row that nobody used counts as empty.
    """
    copies = balance.ignored.get("copy", 0)
    empty = balance.total - balance.filled - balance.unknown - copies
    text = f"{balance.total} Felder: {balance.filled} ausgefüllt, {empty} leer, {balance.unknown} unbekannt"
    return f"{text}, {copies} doppelt" if copies else text


def correction_text(
    title: str,
    findings: Sequence[Finding],
    file_name: str,
    reason: str | None = None,
    balance: Balance | None = None,
    *,
    beside: Beside = Beside.MARKED,
) -> str:
    """Return what is to be mended on a form, errors first, numbered, in the form's order.

    Args:
        title: The form's German title.
        findings: All findings of the form, in its order.
        file_name: The name as dropped; it stands in German texts only.
        reason: Why the form was refused if no finding of it says so.
        balance: What became of its fields.
        beside: What lies beside the text.
    """
    errors = [each for each in findings if each.severity is Severity.ERROR]
    if errors:
        again = _AGAIN_FILLED if beside is Beside.FILLED else _AGAIN
        parts = [heading_text(title, len(errors)), *_numbered(errors, start=1), again]
        parts += [_UNMARKED] if beside is Beside.UNMARKED else []
    else:
        parts = [f"{title} – zurückgewiesen", *([reason_text(reason)] if reason else [])]
    if balance is not None:
        parts.append(f"{balance_text(balance)}.")
    return _letter([*parts, *_notes(findings, start=len(errors) + 1)], file_name)


def held_text(
    reason: str, *, title: str, findings: Sequence[Finding], file_name: str, contradicts: str | None = None
) -> str:
    """Return why a form that is good in itself is kept back, and what would let it through.

    *contradicts* names the form that it contradicts, ready to be printed.
    """
    errors = [each for each in findings if each.severity is Severity.ERROR]
    parts = [
        f"{title} – zurückgestellt",
        reason_text(reason) + (f"\nÜbernommen ist: {contradicts}" if contradicts else ""),
        *_numbered(errors, start=1),
        _KEPT,
        *_notes(findings, start=len(errors) + 1),
    ]
    return _letter(parts, file_name)


def returned_text(findings: Sequence[Finding], *, file_name: str) -> str:
    """Return why a form was given back unchanged and nothing of it was stored (V01)."""
    errors = [each for each in findings if each.severity is Severity.ERROR]
    parts = [
        "Bogen zurückgegeben – nichts davon wurde gespeichert",
        reason_text("no_consent"),
        *_numbered(errors, start=1),
    ]
    return _letter(parts, file_name)


def duplicate_text(*, file_name: str, received_on: date, case: str | None, held_reason: str | None = None) -> str:
    """Return that the form was there already, since when, under which case number, and if it is held, why."""
    day = spell_date(received_on.isoformat())
    number = f" unter der Fallnummer {case}" if case else ""
    return _letter(
        [
            "Bogen ist schon da",
            f"Dieser Bogen wurde bereits am {day}{number} abgegeben. Er zählt einmal"
            + (f", ist aber zurückgestellt. {reason_text(held_reason)}" if held_reason else "; es ist nichts zu tun."),
        ],
        file_name,
    )


def unreadable_text(code: str, *, file_name: str) -> str:
    """Return why a file could not be read and what to do; *code* is that of `FormError`."""
    return _letter([_UNREADABLE, reason_text(code)], file_name)


def heading_text(title: str, count: int) -> str:
    """Return how many answers of the form *title* are to be mended."""
    wrong = "1 Angabe ist" if count == 1 else f"{count} Angaben sind"
    return f"{title} – {wrong} noch zu berichtigen"


def _letter(parts: Iterable[str], file_name: str) -> str:
    return "\n\n".join([*parts, f"Datei: «{file_name}»"]) + "\n"


def _notes(findings: Sequence[Finding], *, start: int) -> list[str]:
    notes = [each for each in findings if each.severity is not Severity.ERROR]
    return ["Hinweise (sie halten den Bogen nicht auf)", *_numbered(notes, start=start)] if notes else []


def numbered_texts(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return *findings* in German, one line each, numbered from 1."""
    return tuple(" ".join(_paragraph(number, finding_text(each)).split()) for number, each in enumerate(findings, 1))


def _numbered(findings: Sequence[Finding], *, start: int) -> list[str]:
    return [_paragraph(number, finding_text(each)) for number, each in enumerate(findings, start=start)]


def _paragraph(number: int, text: FindingText) -> str:
    head = f"{number}. "
    lines = [f"{head}{text.where}: {text.what}"]
    if text.mend:
        lines.append(" " * len(head) + text.mend)
    return "\n".join(lines)


def _where(finding: Finding) -> str:
    page = f"Seite {finding.place.page}, " if finding.place.page is not None else ""
    rows = _rows_in(finding.pointer)
    within = finding.place.within if not rows.startswith(tuple(_ROWS.values())) else None
    context = ", ".join(each for each in (within, rows) if each)
    return f"{page}«{finding.place.label}»" + (f" ({context})" if context else "")


def _rows_in(pointer: str) -> str:
    """Return the rows that *pointer* leads through, counted from 1: `Ziel 2, Schritt 1`, `Zeile 3`."""
    parts = pointer.split("/")
    steps = pairwise(parts)
    return ", ".join(f"{_ROWS.get(name, _ROW)} {int(row) + 1}" for name, row in steps if row.isdecimal())
