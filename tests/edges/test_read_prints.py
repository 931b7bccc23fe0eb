"""Our own forms, printed in every way that is at hand, read back by their blanks."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache

import pytest
from fill_pdf import fill_pdf
from make_forms import answers_of, forms_of, load_case
from make_prints import filled, flat_pikepdf, flatteners, scaled, with_pages
from truths import CORPUS, texts_of

from formpipe.blanks.write import write_form
from formpipe.model import Field, FieldType, FilledForm
from formpipe.prints import FLAT, PAGES
from formpipe.readers.child import Reader
from formpipe.readers.flat_blank import layout_of_blank
from formpipe.readers.flat_layout import Blank, blank_from_json, blank_to_json
from formpipe.readers.flat_pdf import print_marks, read_print
from formpipe.readers.read import read
from formpipe.readers.requests import BlankFile
from formpipe.resources import shipped
from formpipe.schemas import load_library

LIBRARY = load_library(shipped("schemas"))
INTAKE = LIBRARY.newest("intake")
CASE = forms_of(load_case("case1"))[0]
MORE = {
    "person.family_name": "Öztürk-Żółkiewska",
    "person.given_names": "Ğülşen Łucja",
    "person.call_name": "Київ Юлія",
    "contact.city": "Ludwigshafen am Rhein, im Hause von Freunden",
}
UNSEEN = {"person.name_original_script", "education.qualifications[0].title_original", "development.life_wish"}
"""Fields in letters that the forms' font lacks: no print shows them."""

TOO_LONG = {
    "consents[3].recipient",
    "contact.city",
    "education.qualifications[0].country",
    "education.qualifications[0].level",
    "education.qualifications[0].title_german",
    "work.target_occupation",
}
"""Fields whose text reaches the edge of its box, and one that the field before it runs into."""


@cache
def empty(kind: str) -> bytes:
    return write_form(LIBRARY.newest(kind), fmt="pdf", carrier="CAR")


@cache
def blank(kind: str) -> Blank:
    layout = layout_of_blank(empty(kind))
    assert blank_from_json(json.loads(json.dumps(blank_to_json(layout)))) == layout
    return layout


@cache
def intake() -> bytes:
    return filled(empty("intake"), {**answers_of(CASE, INTAKE), **MORE})


@cache
def plain() -> bytes:
    return fill_pdf(empty("intake"), {**answers_of(CASE, INTAKE), **MORE})


@cache
def printed() -> bytes:
    return flat_pikepdf(intake())


def reading(data: bytes, *kinds: str) -> FilledForm:
    form = read_print(data, [blank(kind) for kind in kinds or ("intake",)])
    assert form is not None
    return form


def wrong(form: FilledForm, truth: Sequence[Field]) -> tuple[list[str], list[str]]:
    """The names of fields that read otherwise than they were filled: those without a flag, those with one."""
    found = {each.name: each for each in form.fields}
    bad = [
        each.name for each in truth if (found[each.name].value, found[each.name].display) != (each.value, each.display)
    ]
    return [name for name in bad if not found[name].flags], [name for name in bad if found[name].flags]


def check(flatten: Callable[[bytes], bytes], source: bytes, *, fit: bool) -> None:
    """Flatten *source* and compare what its print says with what was filled in."""
    truth = read(plain()).fields
    form = reading(scaled(flatten(source)) if fit else flatten(source))
    silent, told = wrong(form, truth)
    assert set(silent) <= UNSEEN
    assert set(told) <= UNSEEN | TOO_LONG
    assert (form.marks.kind, form.marks.version, form.marks.flags) == ("intake", "2026.1", (FLAT,))
    assert [each.name for each in form.fields] == [each.name for each in truth]
    flags = {each.name: each.flags for each in form.fields}
    texts = [each.name for each in form.fields if each.type is FieldType.TEXT and each.value is not None]
    assert len([name for name in texts if flags[name] and name not in UNSEEN | TOO_LONG]) <= 0.03 * len(texts)
    assert not [each.name for each in form.fields if each.type is FieldType.CHECKBOX and each.flags]
    filled_choices = [each for each in form.fields if each.type is FieldType.CHOICE and each.value is not None]
    closed = {each.name for each in blank("intake").fields if each.closed}
    assert {each.name for each in filled_choices if not each.flags} == {each.name for each in filled_choices} & closed
    assert flags["case.carrier"] == flags["person.family_name"] == flags["person.given_names"] == ()
    assert flags["contact.city"] == ("review",)


@pytest.mark.parametrize("fit", [False, True])
def test_our_own_form_reads_the_same_from_its_print(*, fit: bool) -> None:
    check(flat_pikepdf, intake(), fit=fit)


@pytest.mark.heavy
@pytest.mark.parametrize(("name", "flatten"), list(flatteners()))
@pytest.mark.parametrize("fit", [False, True])
def test_our_own_form_reads_the_same_from_every_print(
    name: str, flatten: Callable[[bytes], bytes], *, fit: bool
) -> None:
    check(flatten, plain() if name == "cairo" else intake(), fit=fit)  # poppler draws the values itself


def test_pages_may_lie_in_another_order_and_among_others() -> None:
    whole = reading(printed())
    mixed = reading(with_pages(printed(), [None, 10, 3, 4, 5, 9, 8, 7, 6, 2, 1, 0, None]))
    assert mixed.marks.flags == (FLAT,)
    assert {each.name: (each.value, each.flags) for each in mixed.fields} == {
        each.name: (each.value, each.flags) for each in whole.fields
    }
    assert {each.page for each in mixed.fields} == set(range(2, 13))


def test_a_missing_page_is_told_and_its_fields_are_not_there() -> None:
    form = reading(with_pages(printed(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    assert form.marks.flags == (FLAT, PAGES)
    assert 0 < len(form.fields) < len(blank("intake").fields)
    twice = reading(with_pages(printed(), [0, 0, 1, 2]))
    assert PAGES in twice.marks.flags
    assert len({each.name for each in twice.fields}) == len(twice.fields)


def test_the_kind_is_known_by_the_words() -> None:
    assert reading(printed(), "review", "intake").marks.kind == "intake"
    assert print_marks(printed()).kind == "intake"
    assert print_marks(with_pages(printed(), [None])).kind is None
    assert read_print(with_pages(printed(), [None, None]), [blank("intake")]) is None
    assert read_print(printed(), []) is None
    assert read_print(printed(), [blank("intake"), blank("intake")]) is None


def test_a_print_reads_the_same_in_the_limited_process() -> None:
    with Reader() as reader:
        assert reader.read(printed()).fields == ()
        assert reader.print_marks(printed()).kind == "intake"
        own = BlankFile(data=empty("intake"))
        assert reader.read_print(printed(), [own]) == reading(printed())
        assert reader.read_print(printed(), []) is None
        assert reader.read_print(printed(), [BlankFile(data=b"%PDF-1.7")]) is None
        assert reader.read_print(with_pages(printed(), [None]), [own]) is None


FLAT_FILES = sorted((CORPUS / "pdf" / "flat").glob("*.pdf"))


@pytest.mark.skipif(not FLAT_FILES, reason="the corpus is not here; FORMPIPE_CORPUS names its folder")
def test_the_corpus_of_prints_reads_right() -> None:
    blanks = [layout_of_blank(path.read_bytes()) for path in sorted((CORPUS / "pdf" / "templates").glob("*.pdf"))]
    counts = {"check": [0, 0], "text": [0, 0]}
    silent = []
    for path in FLAT_FILES:
        truth = json.loads((CORPUS / "pdf" / "truth" / f"flat__{path.stem}.json").read_text(encoding="utf-8"))
        form = read_print(path.read_bytes(), blanks)
        assert form is not None, path.stem
        found = {each.name: each for each in form.fields}
        for name, known in truth["fields"].items():
            if not known["printed"]:
                continue
            right = is_right(found[name], known)
            silent += [] if right or found[name].flags else [f"{path.stem} {name}"]
            if known["type"] in counts and (known["type"] == "check" or not found[name].flags):
                counts[known["type"]][0] += right
                counts[known["type"]][1] += 1
    assert counts["check"][0] == counts["check"][1] == 208
    assert counts["text"][0] >= 0.97 * counts["text"][1] > 150
    assert silent == ["C_rl_verein__itext_3__flat_mutool bemerkung"]  # a tab that nobody sees


def is_right(found: Field, known: dict[str, object]) -> bool:
    ways = [known["value"], *(known.get("accept") or [])]  # type: ignore[misc]  # lists of texts, by the corpus
    if known["type"] == "check":
        return found.value is any(bool(each) for way in ways for each in way)
    plain = {tuple(sorted(_plain(each) for each in way if each.strip())) for way in ways}
    return not {tuple(sorted(map(_plain, each))) for each in texts_of(found)}.isdisjoint(plain)


def _plain(words: str) -> str:
    return words.replace("\r\n", "\n").replace("\r", "\n").rstrip()
