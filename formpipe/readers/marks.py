"""What a form says of itself: properties that programs keep, and the same in its visible footer."""

from __future__ import annotations

import re
from collections.abc import Mapping

from formpipe.model import FormMarks

PROPERTIES = ("FormpipeForm", "FormpipeVersion", "FormpipeCase", "FormpipeBase")
CORRECTS = "FormpipeCorrects"
"""The property with the reference of a correction copy; some programs drop it, then our own note on top has it."""

NOTE_AUTHOR = "formpipe"
_REFERENCE = re.compile(r"(?:^formpipe:|^Kennung: )([0-9a-f]{12}-[0-9a-f]{20})$")

HINTS = "FormpipeHints"
"""The property with the hints of the form's empty controls, joined by `|`."""

KINDS = {
    "aufnahme": "intake",
    "ueberpruefung": "review",
    "einwilligung": "consent",
    "freigabe": "approval",
    "uebergabe": "handover",
    "abschluss": "closing",
}
"""The code that stands on paper and in `form.type`, and the kind that names the schema."""

_FORM = re.compile(r"\bFormular\s+([a-z_]+)/(\d{4}\.\d{1,2})\b")
_CASE = re.compile(r"\bFall\s+([A-Z]{2,4}-[A-Z]{2,4}-\d{4}-\d{4})\b")
_BASE = re.compile(r"\bStand\s+\d+\s*·\s*([0-9a-f]{12,64})\b")


def marks_of(properties: Mapping[str, str], footer: str) -> FormMarks:
    """Return the marks in *properties* (by the names in `PROPERTIES`), else those in the text *footer*.

    `kind` is the schema's kind wherever the code on paper is a known one, and
    else what was found. The flag `disagree` is set when both carriers speak and
    differ; the properties win, as a person cannot change them by mistake. A
    footer may show the beginning of the checksum only.
    """
    kind, version, case, base = (properties.get(name, "").strip() or None for name in PROPERTIES)
    form = _FORM.search(footer)
    shown = (
        _kind_of(form[1]) if form else None,
        form[2] if form else None,
        _first(_CASE, footer),
        _first(_BASE, footer),
    )
    kept = (_kind_of(kind) if kind else None, version, case, base)
    disagree = any(a and b and a != b for a, b in zip(kept[:3], shown[:3], strict=True))
    disagree = disagree or bool(base and shown[3] and not base.startswith(shown[3]))
    kind, version, case, base = (a or b for a, b in zip(kept, shown, strict=True))
    return FormMarks(
        kind=kind,
        version=version,
        case=case,
        base=base,
        corrects=properties.get(CORRECTS, "").strip() or None,
        flags=("disagree",) if disagree else (),
    )


def reference_in(note: str) -> str | None:
    """Return the reference in *note*, the name of our note on top of a PDF or a line of our comment in a Word file."""
    found = _REFERENCE.search(note)
    return found[1] if found else None


def _kind_of(code: str) -> str:
    return KINDS.get(code, code)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found[1] if found else None
