"""The demo, on two of its cases: real programs fill the forms, the installed command takes them in."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import demo
import pytest
from fill_office import has_office
from fill_pdf import has_pdftk
from make_forms import forms_of, load_case

from formpipe.model import Json
from formpipe.schemas import Library


@pytest.mark.office
def test_demo_finds_every_value_and_names_the_one_that_is_missing(
    tmp_path: Path, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    assert has_office(), "LibreOffice or python3-uno is missing: apt-get install libreoffice-writer python3-uno"
    stage = demo.Stage(folder=tmp_path, library=library, office=True, pdftk=has_pdftk(), pdfs=True)
    case2 = next(each for each in demo.PLAYS if each.name == "case2")
    case3 = demo.Play(name="case3", fillers=("pdftk",), case=load_case("case3"))
    assert demo.play(stage, (case2, case3)) == []
    said = capsys.readouterr().out
    assert "ausgefüllt mit LibreOffice" in said
    assert "rejected" in said
    assert len(list(tmp_path.glob("DIA/outbox/MA-DIA-2026-0007/*.pdf"))) >= 3
    other = load_case("case2")
    review = cast("dict[str, Json]", forms_of(other)[1]["review"])
    review["client_view"] = "Dieser Satz stand auf keinem Bogen."
    wrong = demo.Play(name="case2", fillers=case2.fillers, case=other)
    assert demo._missing(stage, wrong, 1) == [
        "MA-DIA-2026-0007 v2 review.client_view",
        "MA-DIA-2026-0007 v2 review.client_view (PDF)",
    ]


def test_without_libreoffice_the_demo_still_plays(tmp_path: Path, library: Library) -> None:
    stage = demo.Stage(folder=tmp_path, library=library, office=False, pdftk=False, pdfs=False)
    play = demo.Play(name="new", fillers=("office", "pdftk"), case=load_case("new"))
    assert [demo._FILLERS[stage.filler(each)][1] for each in play.fillers] == ["XML, wie Word", "pikepdf"]
    assert "apt-get install" in demo._closing(stage, failed=False)


def test_a_run_that_ends_otherwise_fails_the_demo(tmp_path: Path) -> None:
    with pytest.raises(demo.DemoError, match="exit 4"):
        demo.run("run", "-C", str(tmp_path))
