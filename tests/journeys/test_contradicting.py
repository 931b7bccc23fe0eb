"""Two pre-filled reviews of one plan, and forms whose base, case or goals are not what they say."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import docx
import pytest
from fill_docx import fill_docx
from fill_pdf import fill_pdf
from make_forms import forms_of, load_case
from marks_in import comments_in, distance, notes_in, widgets_in
from roots import Fmt, Root

from formpipe.model import CLEARED
from formpipe.readers.read import read

_INTAKE, _ = forms_of(load_case("new"))
_CASE = "MA-STA-2026-0001"
_FILLERS = {"docx": fill_docx, "pdf": fill_pdf}
_ROUTINE = {
    "form.filled_on": "10.10.2026",
    "form.filled_by": "sta-rexempel",
    "review.review_date": "10.10.2026",
    "review.occasion": "turnus",
}
_LATER = {"form.filled_on": "20.11.2026", "review.review_date": "20.11.2026"}


@pytest.fixture(scope="module")
def started(fresh: Callable[[str], Root], tmp_path_factory: pytest.TempPathFactory) -> Root:
    """A root that has taken in the intake; only to be copied."""
    root = fresh("STA").copy(tmp_path_factory.mktemp("started") / "root")
    root.drop("aufnahme.docx", root.filled(_INTAKE))
    assert root.run().exit_code == 0
    return root


@pytest.fixture
def taken_in(started: Root, tmp_path: Path) -> Root:
    return started.copy(tmp_path / "root")


def blank_of(root: Root, fmt: Fmt = "docx", case: str = _CASE) -> bytes:
    found = root.files("outbox", case).items()
    return next(data for name, data in found if "ueberpruefungsbogen" in name and name.endswith(fmt))


def fill(root: Root, changed: dict[str, Any], fmt: Fmt = "docx", form: bytes | None = None) -> bytes:
    return _FILLERS[fmt](form or blank_of(root, fmt), {**_ROUTINE, **changed})


def rewritten(form: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return the Word file *form* with each part changed, as somebody can who takes the protection off."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(form)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info, change(old.read(info)))
    return out.getvalue()


def outcomes(root: Root) -> list[tuple[str, str | None]]:
    return [(row["outcome"], row.get("reason")) for row in root.run().rows]


def values(root: Root) -> dict[str, Any]:
    return {key: each["value"] for key, each in root.show(_CASE)["values"].items()}


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_an_unedited_review_makes_one_version_and_changes_nothing(taken_in: Root, fmt: Fmt) -> None:
    before, goals = values(taken_in), taken_in.show(_CASE)["goals"]
    taken_in.drop(f"bogen.{fmt}", fill(taken_in, {}, fmt))
    assert outcomes(taken_in) == [("accepted", None)]
    shown = taken_in.show(_CASE)
    assert shown["version"] == 2
    assert shown["goals"] == goals
    own = ("form.", "sign.", "reviews[0].")
    assert {key: each for key, each in values(taken_in).items() if not key.startswith(own)} == {
        key: each for key, each in before.items() if not key.startswith(own)
    }
    plan = next(data for name, data in taken_in.files("outbox", _CASE).items() if "integrationsplan-v2.docx" in name)
    assert "Fortschreibung ohne Änderung" in text_of(plan)
    taken_in.drop(f"noch-einmal.{fmt}", fill(taken_in, {}, fmt, None))
    assert taken_in.show(_CASE)["version"] == 2


def text_of(data: bytes) -> str:
    return "\n".join(each.text for each in docx.Document(io.BytesIO(data)).paragraphs)


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_two_reviews_that_contradict_each_other(taken_in: Root, fmt: Fmt) -> None:
    one = fill(taken_in, {"housing.wbs_status": "beantragt"}, fmt)
    two = fill(taken_in, {**_LATER, "housing.wbs_status": "abgelehnt", "work.cv_ready": "entwurf"}, fmt)
    taken_in.drop(f"b.{fmt}", two)
    assert outcomes(taken_in) == [("accepted", None)]
    first = taken_in.drop(f"a.{fmt}", one)
    assert outcomes(taken_in) == [("accepted", None)]
    assert values(taken_in)["housing.wbs_status"] == "beantragt"
    assert taken_in.show(_CASE)["values"]["housing.wbs_status"]["origin"] == first
    assert "work.cv_ready" not in values(taken_in)
    files = taken_in.files("outbox", "korrektur")
    (text,) = (data.decode() for name, data in files.items() if name.endswith("-zurueckgestellt.txt"))
    assert "«abgelehnt»" in text
    assert "10.10.2026 steht «beantragt»" in text
    (form,) = (data for name, data in files.items() if name.endswith(f"-klaerung.{fmt}"))
    fields = {field.name: field for field in read(form).fields}
    assert fields["housing.wbs_status"].value == "abgelehnt"
    assert fields["form.corrects_sha256"].value is not None
    _has_both_values_at_the_field(form, fmt, "housing.wbs_status")
    taken_in.drop(f"c.{fmt}", form)
    assert outcomes(taken_in) == [("accepted", None)]
    found = values(taken_in)
    assert (found["housing.wbs_status"], found["work.cv_ready"]) == ("abgelehnt", "entwurf")
    assert taken_in.show(_CASE)["version"] == 3
    assert taken_in.files("outbox", "korrektur") == {}


def test_a_form_to_decide_on_that_is_decided_twice_names_the_one_that_stands(taken_in: Root) -> None:
    later = {**_LATER, "housing.wbs_status": "abgelehnt"}
    forms = [fill(taken_in, {"housing.wbs_status": "beantragt"}), fill(taken_in, later)]
    for number, each in enumerate(forms):
        taken_in.drop(f"{number}.docx", each)
        taken_in.run()
    (form,) = (data for name, data in taken_in.files("outbox", "korrektur").items() if name.endswith("docx"))
    standing = taken_in.drop("erst.docx", fill_docx(form, {"housing.wbs_status": "beantragt"}))
    assert outcomes(taken_in) == [("accepted", None)]
    taken_in.drop("dann.docx", form)
    assert outcomes(taken_in) == [("held", "conflict")]
    assert values(taken_in)["housing.wbs_status"] == "beantragt"
    texts = [data.decode() for name, data in taken_in.files("outbox", "korrektur").items() if name.endswith("txt")]
    assert [f"Datei «erst.docx», Prüfsumme {standing}" in text for text in texts] == [True]


def _has_both_values_at_the_field(form: bytes, fmt: Fmt, name: str) -> None:
    if fmt == "docx":
        comment, summary = comments_in(form)
        assert comment.tags == (name,)
        head, lines = summary.lines[0], comment.lines
    else:
        notes = notes_in(form)
        (top,) = (each for each in notes if "entscheiden" in each.lines[0])
        (note,) = (each for each in notes if each is not top)
        ((page, rect),) = widgets_in(form)[name]
        assert note.page == page
        assert distance(note.rect, rect) < 30
        head, lines = top.lines[0], note.lines
    assert "bitte entscheiden" in head
    assert any("Hier steht «abgelehnt», im Bogen vom 10.10.2026 steht «beantragt»." in line for line in lines)


def test_two_reviews_of_one_day_are_both_held_in_every_order(taken_in: Root) -> None:
    dropped = [
        fill(taken_in, {"housing.wbs_status": "beantragt", "work.cv_ready": "entwurf"}),
        fill(taken_in, {"housing.wbs_status": "abgelehnt", "contact.phone": CLEARED}),
    ]
    found = []
    for place, order in enumerate(itertools.permutations(dropped)):
        root = taken_in.copy(taken_in.path.parent / f"order-{place}")
        for number, data in enumerate(order):
            root.drop(f"{number}.docx", data)
            root.run()
        assert root.show(_CASE)["version"] == 1
        names = sorted(root.files("outbox", "korrektur"))
        assert [name.partition("-")[2] for name in names] == ["klaerung.docx", "zurueckgestellt.txt"] * 2
        forms = {name: data for name, data in root.files("outbox", "korrektur").items() if name.endswith("docx")}
        decided = next(data for data in forms.values() if _says(data, "housing.wbs_status") == "beantragt")
        assert _says(decided, "work.cv_ready") == "entwurf"
        root.drop("entschieden.docx", decided)
        assert outcomes(root) == [("accepted", None)]
        assert root.files("outbox", "korrektur") == {}
        found.append(values(root))
    assert found[0] == found[1]
    assert (found[0]["housing.wbs_status"], found[0]["work.cv_ready"]) == ("beantragt", "entwurf")
    assert "contact.phone" not in found[0]


def _says(form: bytes, name: str) -> object:
    return next(field.value for field in read(form).fields if field.name == name)


def test_the_same_form_mended_takes_the_place_of_the_one_that_is_held(taken_in: Root) -> None:
    mended = fill(taken_in, {**_LATER, "housing.wbs_status": "beantragt", "work.cv_ready": "entwurf"})
    held = fill(taken_in, {**_LATER, "housing.wbs_status": "abgelehnt", "work.cv_ready": "entwurf"})
    taken_in.drop("a.docx", fill(taken_in, {"housing.wbs_status": "beantragt"}))
    taken_in.run()
    taken_in.drop("b.docx", held)
    assert outcomes(taken_in) == [("held", "conflict")]
    taken_in.drop("b.docx", mended)
    assert outcomes(taken_in) == [("accepted", None)]
    assert taken_in.files("outbox", "korrektur") == {}
    assert values(taken_in)["work.cv_ready"] == "entwurf"


def test_a_review_made_from_the_plan_of_its_own_day_is_held_and_can_take_its_place(taken_in: Root) -> None:
    taken_in.drop("a.docx", fill(taken_in, {"work.cv_ready": "entwurf"}))
    taken_in.run()
    taken_in.drop("b.docx", fill(taken_in, {"housing.wbs_status": "beantragt"}))
    assert outcomes(taken_in) == [("held", "conflict")]
    assert taken_in.show(_CASE)["version"] == 2
    files = taken_in.files("outbox", "korrektur")
    (form,) = (data for name, data in files.items() if name.endswith("docx"))
    taken_in.drop("c.docx", form)
    assert outcomes(taken_in) == [("accepted", None)]
    assert taken_in.show(_CASE)["version"] == 2
    found = values(taken_in)
    assert (found["housing.wbs_status"], found["work.cv_ready"]) == ("beantragt", "entwurf")


def test_an_emptied_field_is_cleared_and_the_receipt_says_so(taken_in: Root) -> None:
    assert "contact.phone" in values(taken_in)
    taken_in.drop("bogen.docx", fill(taken_in, {"contact.phone": ""}))
    (row,) = taken_in.run().rows
    assert [(each["rule"], each["pointer"]) for each in row["findings"] if each["severity"] == "warning"] == [
        ("emptied", "/contact/phone")
    ]
    assert "contact.phone" not in values(taken_in)
    receipts = [data.decode() for name, data in taken_in.files("outbox", _CASE).items() if name.endswith("eingang.txt")]
    assert any("die bisherige Angabe ist damit gelöscht" in text for text in receipts)


def test_the_same_form_twice_counts_once(taken_in: Root) -> None:
    form = fill(taken_in, {"housing.wbs_status": "beantragt"})
    taken_in.drop("a.docx", form)
    taken_in.drop("b.docx", form)
    assert sorted(each for each, _ in outcomes(taken_in)) == ["accepted", "duplicate"]
    assert taken_in.show(_CASE)["version"] == 2


def test_a_form_from_a_plan_that_is_not_known_is_held(taken_in: Root) -> None:
    form = fill(taken_in, {})
    base = read(form).marks.base
    assert base is not None
    form = rewritten(form, lambda part: part.replace(base.encode(), b"0" * 64))
    taken_in.drop("fremd.docx", form)
    ran = taken_in.run()
    assert ran.exit_code == 3
    assert [(row["outcome"], row["reason"]) for row in ran.rows] == [("held", "unknown_base")]
    (text,) = (data.decode() for data in taken_in.files("outbox", "korrektur").values())
    assert "«Stand»: Diese Fassung des Plans ist hier nicht bekannt." in text
    assert taken_in.show(_CASE)["version"] == 1
    taken_in.drop("neu.docx", fill(taken_in, {}))
    assert outcomes(taken_in) == [("accepted", None)]
    assert taken_in.files("outbox", "korrektur") == {}


def test_forms_of_a_whole_case_dropped_at_once_find_their_bases(fresh: Callable[[str], Root], tmp_path: Path) -> None:
    intake = fresh("STA").filled(_INTAKE, changed={"case.case_id": _CASE})
    root = fresh("STA").copy(tmp_path / "one-by-one")
    root.drop("a.docx", intake)
    root.run()
    review = fill(root, {"housing.wbs_status": "beantragt"})
    root.drop("b.docx", review)
    root.run()
    at_once = fresh("STA").copy(tmp_path / "at-once")
    at_once.drop("a.docx", review)
    at_once.drop("b.docx", intake)
    at_once.run()
    assert at_once.show(_CASE) == root.show(_CASE)
    assert values(at_once)["housing.wbs_status"] == "beantragt"


@pytest.mark.parametrize(
    ("name", "written", "outcome", "rule", "pointer"),
    [
        ("case.case_id", "MA-STA-2026-0777", "rejected", "V02", "/case/case_id"),
        ("review.goal_reviews[0].goal_id", "G77", "held", "V08", "/review/goal_reviews/0/goal_id"),
    ],
)
def test_a_form_that_says_something_else_than_it_was_made_for(
    taken_in: Root, name: str, written: str, outcome: str, rule: str, pointer: str
) -> None:
    control = re.compile(rf'(<w:tag w:val="{re.escape(name)}"/>.*?<w:t[^>]*>)[^<]*'.encode(), re.DOTALL)
    form = rewritten(fill(taken_in, {}), lambda part: control.sub(rb"\g<1>" + written.encode(), part, count=1))
    taken_in.drop("bogen.docx", form)
    (row,) = taken_in.run().rows
    assert row["outcome"] == outcome
    assert (rule, pointer) in [(each["rule"], each["pointer"]) for each in row["findings"]]
    assert taken_in.show(_CASE)["version"] == 1


def test_a_routine_review_of_four_goals_needs_at_most_twelve_touches(
    fresh: Callable[[str], Root], tmp_path: Path
) -> None:
    intake, *_ = forms_of(load_case("case1"))
    goals = cast("list[dict[str, Any]]", intake["goals"])
    fourth = {**goals[0], "goal_id": "G04", "title": "Prüfung zum Führerschein ablegen", "actions": []}
    root = fresh("CAR").copy(tmp_path / "root")
    root.drop("aufnahme.docx", root.filled({**intake, "goals": [*goals, fourth]}))
    (row,) = root.run().rows
    number = row["case"]
    before = {each["goal_id"]: each["columns"]["status"]["value"] for each in root.show(number)["goals"]}
    assert len(before) == 4
    new = {status: status for status in before.values()} | {"offen": "in Arbeit", "in_arbeit": "teilweise erreicht"}
    day = "20.04.2025"
    touched = {**_ROUTINE, "form.filled_on": day, "review.review_date": day, "form.filled_by": "car-mmuster"} | {
        f"review.goal_reviews[{place}].status_new": new[status] for place, status in enumerate(before.values())
    }
    assert len(touched) <= 12
    root.drop("bogen.docx", fill_docx(blank_of(root, case=number), touched))
    assert outcomes(root) == [("accepted", None)]
    after = {each["goal_id"]: each["columns"]["status"]["value"] for each in root.show(number)["goals"]}
    assert all(after[goal_id] != status for goal_id, status in before.items())
