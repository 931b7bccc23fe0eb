"""Every rule that the program's source names where it makes a finding has a German sentence."""

from __future__ import annotations

import ast
from pathlib import Path

import formpipe
from formpipe.disclose.disclose import RefusalReason
from formpipe.releases import Lapse
from formpipe.report import NO_BRIEFING
from formpipe.wording.reasons import NO_PAPER
from formpipe.wording.rules import SENTENCES

REFUSALS = {"V16", "V17", "V32", "N20"}
"""Rules of a refusal to make the paper for the Jobcenter: worded as reasons, never findings."""


def rules_in(tree: ast.Module) -> set[str]:
    """Rules in *tree*: `rule="..."` of a call, and the second argument of `.finding(name, rule, ...)`."""
    found: set[str] = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        values = [each.value for each in call.keywords if each.arg == "rule"]
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"finding", "_finding"}:
            values += call.args[1:2]
        found |= {each.value for each in values if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return found


def test_every_rule_that_the_program_names_has_a_sentence() -> None:
    sources = sorted(Path(formpipe.__file__).parent.rglob("*.py"))
    named = {rule for source in sources for rule in rules_in(ast.parse(source.read_text(encoding="utf-8")))}
    assert {"V01", "V02", "V30", "required", "characters", "unknown_field"} <= named
    assert named - REFUSALS <= set(SENTENCES)


def test_every_way_to_have_no_paper_for_the_jobcenter_has_a_sentence_of_its_own() -> None:
    codes = {*Lapse, *RefusalReason, "no_processing"}
    assert set(NO_PAPER) == codes | {"withheld"}  # said by the search, which is not asked for a reason
    assert set(NO_BRIEFING) == codes - {RefusalReason.NO_RELEASE}
    assert len(set(NO_PAPER.values())) == len(NO_PAPER)
    assert len(set(NO_BRIEFING.values())) == len(NO_BRIEFING)
