"""The German words that stand in a form that goes back to be mended: at each fault, and on top."""

from __future__ import annotations

from collections.abc import Sequence

from formpipe.model import Finding, Severity
from formpipe.wording.wording import finding_text, heading_text, numbered_texts

ELSEWHERE = "Ohne eigene Stelle im Bogen:"
_HOW = (
    "Was fehlt oder falsch ist, ist an seiner Stelle angemerkt. Bitte im Bogen berichtigen, speichern und die Datei "
    "noch einmal in den Eingangsordner legen. Die Anmerkungen können stehen bleiben."
)
_DECIDE = (
    "Zwei Überprüfungen sagen Verschiedenes. In diesem Bogen steht, was die eine sagt; was die andere sagt, ist an "
    "seiner Stelle angemerkt. Bitte klären, was stimmt, nur das stehen lassen, speichern und die Datei in den "
    "Eingangsordner legen. Die Anmerkungen können stehen bleiben."
)
_NOTES = "Hinweise (sie halten den Bogen nicht auf):"


def comment_lines(finding: Finding) -> tuple[str, ...]:
    """Return what is said at a fault: which field, what is the matter, how to mend it."""
    text = finding_text(finding)
    return tuple(line for line in (text.where, text.what, text.mend) if line)


def summary_head(title: str, findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the first lines of the note on top of the form *title*."""
    errors = [each for each in findings if each.severity is Severity.ERROR]
    return (heading_text(title, len(errors)), _HOW)


def decision_head(title: str) -> tuple[str, ...]:
    """Return the first lines of the note on top of the form *title* on which somebody is to decide."""
    return (f"{title} – bitte entscheiden", _DECIDE)


def summary_tail(findings: Sequence[Finding], reference: str) -> tuple[str, ...]:
    """Return its last lines: what does not keep the form out, and the *reference* that the copy is known by."""
    notes = [each for each in findings if each.severity is not Severity.ERROR]
    listed = (_NOTES, *numbered_texts(notes)) if notes else ()
    return (*listed, f"Kennung: {reference}")
