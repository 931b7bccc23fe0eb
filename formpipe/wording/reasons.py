"""German sentences for reasons that concern a whole file, form or paper."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

UNREADABLE: Mapping[str, str] = MappingProxyType(
    {
        "encrypted": "Die Datei ist mit einem Kennwort geschützt. Bitte ohne Kennwort speichern und neu abgeben.",
        "damaged": (
            "Die Datei ist beschädigt oder nicht das, was ihr Name sagt. Bitte den Bogen öffnen, neu speichern "
            "und noch einmal abgeben."
        ),
        "empty": "Die Datei ist leer. Bitte den ausgefüllten Bogen speichern und noch einmal abgeben.",
        "too_large": (
            "Die Datei ist zu groß. Ein Bogen braucht keine Bilder; bitte ohne sie speichern und noch einmal abgeben."
        ),
        "macro": (
            "Die Datei enthält Makros. Bitte als gewöhnliches Word-Dokument (.docx) speichern und noch einmal abgeben."
        ),
        "unsupported": (
            "Dieses Dateiformat kann nicht gelesen werden (zum Beispiel .odt, .doc, .rtf, eine Webseite, ein Foto). "
            "Bitte die Datei in Word oder LibreOffice öffnen, mit «Speichern unter» als Word-Dokument (.docx) "
            "speichern und noch einmal abgeben, oder das ausfüllbare PDF aus dem Ordner «vorlagen» verwenden."
        ),
        "unsafe": (
            "Die Datei enthält etwas, das in einen Bogen nicht gehört, zum Beispiel einen Verweis auf eine andere "
            "Datei. Bitte die Antworten in einen neuen Bogen aus dem Ordner «vorlagen» übertragen."
        ),
        "limit": (
            "Die Datei ließ sich nicht in angemessener Zeit lesen. Bitte die Antworten in einen neuen Bogen aus "
            "dem Ordner «vorlagen» übertragen."
        ),
        "incomplete": (
            "Die Datei ist unvollständig, vielleicht wurde das Kopieren abgebrochen. Bitte noch einmal abgeben."
        ),
        "internal": (
            "Das Programm konnte diesen Bogen zweimal nicht verarbeiten. Das liegt nicht am Ausfüllen; bitte die IT "
            "verständigen. Der Bogen ist aufbewahrt und kann nach der Behebung noch einmal abgegeben werden."
        ),
        "unknown_form": (
            "Es ist nicht zu erkennen, welcher Bogen das ist. Bitte einen Bogen aus dem Ordner «vorlagen» verwenden."
        ),
    }
)
"""Why a file cannot be read, by the code of `FormError`."""

HELD: Mapping[str, str] = MappingProxyType(
    {
        "waiting_for_intake": (
            "Zu dieser Fallnummer liegt noch kein Aufnahmebogen vor. Bitte den Aufnahmebogen abgeben oder die "
            "Fallnummer prüfen."
        ),
        "waiting_for_corrected": (
            "Der Bogen, den dieser berichtigt, liegt noch nicht vor. Bitte ihn abgeben oder die Prüfsumme prüfen."
        ),
        "two_intakes": (
            "Zu dieser Fallnummer gibt es schon einen anderen Aufnahmebogen. Wenn es eine andere Person ist, "
            "bitte einen neuen Bogen ohne Fallnummer ausfüllen; wenn etwas falsch war, als Berichtigung abgeben."
        ),
        "conflict": (
            "Dieser Bogen und ein anderer widersprechen sich; nichts davon wird überschrieben. Bitte klären, welche "
            "Angaben stimmen, und sie in den Bogen eintragen, der neben diesem Text liegt."
        ),
        "unknown_base": (
            "Der Bogen wurde aus einer Fassung des Plans vorbereitet, die hier nicht bekannt ist. Was darin neu ist "
            "und was schon dort stand, lässt sich nicht unterscheiden. Bitte die neuen Angaben in den Bogen aus dem "
            "Ordner des Falls übertragen."
        ),
        "before_intake": "Das Datum der Überprüfung liegt vor der Aufnahme.",
        "unknown_goal": "Der Bogen nennt ein Ziel oder einen Schritt, den es in diesem Fall nicht gibt.",
        "transition": "Ein Ziel kann von seinem bisherigen Stand nicht in den angegebenen wechseln.",
        "incomplete_goal": "Zu einem Ziel, dessen Stand sich ändert, fehlt eine Angabe.",
        "unreviewed_goal": "Zu mindestens einem offenen Ziel sagt der Bogen nichts.",
    }
)
"""Why a form is kept back."""

REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "no_consent": (
            "Es fehlt die Einwilligung, die Daten für den Integrationsplan zu verarbeiten (V0). Ohne sie darf der"
            " Bogen nicht gespeichert werden. Bitte die Einwilligung mit Datum und Unterschrift eintragen und den"
            " Bogen noch einmal abgeben."
        ),
        "intake_never_came": (
            "Zu dieser Fallnummer ist kein Aufnahmebogen gekommen. Bitte die Fallnummer prüfen und den Bogen "
            "zusammen mit dem Aufnahmebogen noch einmal abgeben."
        ),
        "replaced": "Der Bogen wurde durch eine Berichtigung ersetzt.",
    }
)
"""Why a form is not, or no longer, taken."""

NO_PAPER: Mapping[str, str] = MappingProxyType(
    {
        "no_release": "Es liegt keine gültige Freigabe für das Jobcenter vor (J0, dazu die Einwilligung V0).",
        "no_processing": "Die Einwilligung, die Daten für den Integrationsplan zu verarbeiten (V0), gilt nicht mehr.",
        "release_missing": "Es liegt keine Freigabe für das Jobcenter vor (J0).",
        "release_refused": "Die Klientin oder der Klient hat die Freigabe für das Jobcenter nicht erteilt (J0).",
        "release_contradicted": (
            "Die Freigabe für das Jobcenter (J0) ist am selben Tag erteilt und verweigert worden. Bitte klären und "
            "auf einem Einwilligungsbogen neu eintragen."
        ),
        "release_untold": (
            "Zur Freigabe für das Jobcenter (J0) fehlt eine der drei Belehrungen (Zweck, Folgen, Widerruf). Bitte "
            "nachholen und auf einem Einwilligungsbogen neu eintragen."
        ),
        "release_undated": (
            "Bei der Freigabe für das Jobcenter (J0) fehlt das Datum. Bitte auf einem Einwilligungsbogen neu eintragen."
        ),
        "release_future": "Die Freigabe für das Jobcenter (J0) gilt an diesem Tag noch nicht.",
        "release_unsigned": (
            "Die Freigabe für das Jobcenter (J0) hat keine sorgeberechtigte Person oder Betreuung unterschrieben; "
            "bis 18 Jahre ist das nötig."
        ),
        "release_revoked": "Die Freigabe für das Jobcenter (J0) ist widerrufen.",
        "release_expired": (
            "Die Freigabe für das Jobcenter (J0) ist abgelaufen. Bitte mit der Klientin oder dem Klienten besprechen, "
            "ob sie erneuert werden soll (Einwilligungsbogen)."
        ),
        "release_held": (
            "Ein Bogen, über den noch nicht entschieden ist, nimmt eine Einwilligung zurück oder ändert sie, oder er "
            "schützt die Adresse. Bitte zuerst diesen Bogen klären; er liegt im Ordner «korrektur»."
        ),
        "regime": "Das Jobcenter ist nach dem eingetragenen Leistungssystem nicht zuständig.",
        "guard": "Ein Text für das Jobcenter enthält ein geschütztes Wort. Bitte anders formulieren.",
        "nothing": "Nach den Freigaben bleibt nichts, was mitgeteilt werden dürfte.",
        "withheld": (
            "Es wurde zurückgehalten, weil eine Angabe darin stand, die nicht freigegeben ist. "
            "Bitte an die IT wenden; die Vorlage ist zu prüfen."
        ),
    }
)
"""Why there is no paper for the Jobcenter."""

NOT_PRINTED: Mapping[str, str] = MappingProxyType(
    {
        "address_protected": "Die Adresse ist geschützt und steht auf keinem Dokument.",
        "title_protected": "Der Aufenthaltstitel wird nur als «§ 25 AufenthG» gedruckt.",
        "other_adults": (
            "Erwachsene im Haushalt ohne eigene Einwilligung nennt das Papier für das Jobcenter nur als «weitere "
            "erwachsene Person im Haushalt»."
        ),
        "not_agreed": "Ziele, die nicht gemeinsam vereinbart sind, stehen nicht im Plan.",
    }
)
"""Why a value stands on no document."""

REASONS: Mapping[str, str] = MappingProxyType({**UNREADABLE, **HELD, **REFUSED, **NO_PAPER, **NOT_PRINTED})
