"""Long rows of tables: they may go over the end of a page, so that nothing of them is lost in the PDF."""

from __future__ import annotations

from pathlib import Path

import pytest
from make_contexts import contexts_of

from formpipe.documents.convert import convert
from formpipe.documents.merge import load_template
from formpipe.documents.package import members_of
from formpipe.documents.reread import require_text
from formpipe.documents.rows import splittable
from formpipe.resources import shipped
from formpipe.schemas import Library

pytestmark = pytest.mark.usefixtures("kept")

KEPT = "<w:cantSplit/>"


def row(*texts: str, kept: str = KEPT, width: str = "") -> str:
    cells = (f"<w:tc><w:tcPr>{width}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in texts)
    return f"<w:tr><w:trPr>{kept}</w:trPr>{''.join(cells)}</w:tr>"


@pytest.mark.parametrize("kept", [KEPT, '<w:cantSplit w:val="true"/>', '<w:cantSplit w:val="1"/>'])
def test_a_long_row_may_be_broken_and_its_neighbours_stay_whole(kept: str) -> None:
    before, after = row("kurz", kept=kept), row("auch kurz", "b", kept=kept)
    long = ("a", "Wort " * 400)
    made = splittable(f"{before}{row(*long, kept=kept)}{after}")
    assert made == f"{before}{row(*long, kept='')}{after}"


def test_a_row_of_many_breaks_is_long() -> None:
    breaks = "x</w:t><w:br/><w:t>" * 80
    assert splittable(row(breaks)) == row(breaks, kept="")


@pytest.mark.parametrize(
    ("characters", "width", "is_long"),
    [(1500, 9000, False), (1500, 1000, True), (3000, 9000, True), (1000, 1000, False)],
)
def test_the_width_of_the_cell_counts(characters: int, width: int, is_long: bool) -> None:  # noqa: FBT001
    written = row("x" * characters, width=f'<w:tcW w:w="{width}" w:type="dxa"/>')
    assert (KEPT not in splittable(written)) is is_long


def test_what_is_none_is_left_alone() -> None:
    several = row(*["eine Angabe mit ein paar Worten"] * 20)
    for xml in ("kein XML", several, row("Wort " * 400, kept=""), f"{KEPT}<w:p/>", f"{KEPT}{'<w:p/>' * 99}"):
        assert splittable(xml) == xml


@pytest.mark.office
def test_nothing_of_a_text_longer_than_a_page_is_lost_in_the_pdf(library: Library, tmp_path: Path) -> None:
    context = contexts_of(library)["integrationsplan"][0]
    words = " ".join(f"Wort{number}" for number in range(900))
    lines = "\n".join(f"Zeile {number}" for number in range(120))
    section = context["sections"][0]
    first, second, *others = section["fields"]
    fields = [{**first, "value": words}, {**second, "value": lines}, *others]
    goal = {**context["goals_active"][0], "title": words}
    changed = {
        **context,
        "sections": [{**section, "fields": fields}, *context["sections"][1:]],
        "goals_active": [goal, *context["goals_active"][1:]],
    }
    word = load_template(shipped("templates") / "integrationsplan.docx").render(changed)
    assert KEPT.encode() in members_of(word)["word/document.xml"]
    made = convert([("plan", word)], tmp_path, timeout_s=120)
    require_text(made.pdfs["plan"].read_bytes(), word, where="plan")
