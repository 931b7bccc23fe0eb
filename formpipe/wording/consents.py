"""German sentences for the rules on consents and on the client's approval of the paper for the Jobcenter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from formpipe.wording.told import Sentences, Told


def _untold(_: Told) -> Sentences:
    return (
        "Die Einwilligung ist erteilt, aber nicht über alles belehrt (Zweck, Folgen einer Weigerung, Widerruf).",
        "Bitte die fehlende Belehrung nachholen und alle drei Kästchen ankreuzen; sonst gilt die Einwilligung nicht.",
    )


def _consent_days(told: Told) -> Sentences:
    return (
        f"{told.written} liegt vor dem Tag, an dem die Einwilligung erteilt wurde ({told.day('expected')}).",
        "Bitte beide Daten prüfen.",
    )


def _consent_twice(_: Told) -> Sentences:
    return (
        "Widersprüchlich: Derselbe Umfang ist für denselben Empfänger am selben Tag erteilt und verweigert.",
        "Bitte mit der Klientin oder dem Klienten klären und nur eine der beiden Zeilen stehen lassen.",
    )


def _c8(_: Told) -> Sentences:
    return (
        "Zu dieser Prüfsumme gibt es in diesem Fall kein Papier für das Jobcenter.",
        "Bitte die Prüfsumme abschreiben, die unten auf dem Papier steht, oder das vorbereitete Freigabeblatt nehmen.",
    )


def _c8_void(_: Told) -> Sentences:
    return (
        "Die Freigabe gilt nicht mehr: Seither hat sich geändert, was dem Jobcenter mitgeteilt würde.",
        "Bitte das neue Papier mit der Klientin oder dem Klienten ansehen und das neue Freigabeblatt abgeben.",
    )


CONSENT_SENTENCES: Mapping[str, Callable[[Told], Sentences]] = MappingProxyType(
    {
        "untold": _untold,
        "consent_days": _consent_days,
        "consent_twice": _consent_twice,
        "C8": _c8,
        "C8_void": _c8_void,
    }
)
"""A sentence for each rule on consents and approvals."""
