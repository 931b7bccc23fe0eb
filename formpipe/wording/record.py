"""What the files inside a plan version's record are called for whoever opens it."""

from __future__ import annotations

FORM = "Bogen, mit dem diese Fassung entstand, wie er eingegangen ist"
ANSWERS = "Angaben dieses Bogens, wie das Programm sie gelesen hat"
PLAN = "Plan in dieser Fassung als Daten"
