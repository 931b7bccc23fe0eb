"""Word lists: what the schemas say is translated, what a person wrote is not."""

from __future__ import annotations

import pytest

from formpipe.known import NO_BREAK, Known, all_held, held_together, joined
from formpipe.translation import Translation, translated

UK = Translation(language="uk", texts={"in Arbeit": "у роботі", "Stand": "Стан", "ja": "так", "in": "в"})


def test_a_known_text_is_a_text() -> None:
    known = Known("ja")
    assert (known, known.parts) == ("ja", ("ja",))
    assert f"{known}!" == "ja!"


def test_joined_texts_are_known_if_all_are() -> None:
    both = joined([Known("ja"), Known("Stand")])
    assert isinstance(both, Known)
    assert (both, both.parts) == ("ja, Stand", ("ja", "Stand"))
    mixed = joined([Known("ja"), "Anna"])
    assert (mixed, isinstance(mixed, Known)) == ("ja, Anna", False)


def test_every_label_in_a_text_is_translated_or_none() -> None:
    assert UK.of_known(Known("◐ in Arbeit", ["in Arbeit"])) == "◐ у роботі"
    assert UK.of_known(Known("in, in Arbeit", ["in", "in Arbeit"])) == "в, у роботі"
    assert UK.of_known(Known("ja, nein", ["ja", "nein"])) == ""


def test_a_translation_stands_beside_what_the_schemas_say_and_nothing_else() -> None:
    context = {
        "label": Known("Stand"),
        "value": "ja",  # typed by a person
        "rows": [{"status": Known("◐ in Arbeit", ["in Arbeit"]), "title": "Stand"}],
        "head": [Known("Stand"), "", Known("Ziel")],
        "cells": ["ja", "Stand"],
        "width": 2,
    }
    assert translated(context, UK) == {
        "label": "Stand",
        "label_t": "Стан",
        "value": "ja",
        "rows": [{"status": "◐ in Arbeit", "status_t": "◐ у роботі", "title": "Stand"}],
        "head": ["Stand", "", "Ziel"],
        "head_t": ["Стан", "", ""],
        "cells": ["ja", "Stand"],
        "width": 2,
    }


def test_a_sign_stays_before_its_number_among_words_from_right_to_left() -> None:
    texts = {"a": "\u22121 – بدون تغيير", "b": "+2 – أكثر", "c": "G01-S02 حتى 2026-05"}
    arabic = Translation(language="ar", texts=texts)
    assert [arabic.of(each) for each in "abcd"] == [f"\u200e{texts['a']}", f"\u200e{texts['b']}", texts["c"], ""]
    assert arabic.of_known(Known("a")) == f"\u200e{texts['a']}"
    assert Translation(language="uk", texts=texts).of("a") == texts["a"]


def test_latin_letters_in_brackets_stay_in_them_among_words_from_right_to_left() -> None:
    texts = {"a": "رقم (BG) هنا", "b": "مساندة (§ 13 Abs. 4 SGB X)", "c": "نص (كلمة إلى)", "d": "نص ({{ x1 }})"}
    arabic = Translation(language="ar", texts=texts)
    assert arabic.of("a") == "رقم \u2066(BG)\u2069 هنا"
    assert arabic.of("b") == "مساندة \u2066(§ 13 Abs. 4 SGB X)\u2069"
    assert (arabic.of("c"), arabic.of("d")) == (texts["c"], texts["d"])


def test_a_letter_stays_with_its_number_among_words_from_right_to_left() -> None:
    texts = {"a": "J2 – السكن", "b": "كلمة B1", "c": "G01-S02 إلى", "d": "{% if x1 %} {{ y2 }} إلى"}
    arabic = Translation(language="ar", texts=texts)
    assert [arabic.of(each) for each in "abcd"] == [
        "\u2066J2\u2069 – السكن",
        "كلمة \u2066B1\u2069",
        texts["c"],
        texts["d"],
    ]


def test_what_is_the_same_in_both_languages_stands_once_although_it_is_marked() -> None:
    arabic = Translation(language="ar", texts={"B1": "B1", "J2 – Wohnen": "J2 – السكن"})
    assert arabic.of_known(Known("B1")) == ""
    assert arabic.of_known(Known("J2 – Wohnen")) == "\u2066J2\u2069 – السكن"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Beistand (§ 13 Abs. 4 SGB X)", "Beistand (§_13 Abs._4 SGB_X)"),
        ("§ 25 Abs. 2 S. 1 Alt. 1 AufenthG", "§_25 Abs._2 S._1 Alt._1 AufenthG"),
        ("§§ 4 und 5, Art. 6, Nr. 3", "§§_4 und 5, Art._6, Nr._3"),
        ("◐ in Arbeit", "◐_in Arbeit"),
        ("– nicht mehr in Kraft", "–_nicht mehr in Kraft"),
        ("Art des Kurses, SGB allgemein", "Art des Kurses, SGB allgemein"),
        ("als Haus. Nr. klein", "als Haus. Nr. klein"),
    ],
)
def test_what_belongs_together_stays_in_one_line_in_our_own_words(text: str, expected: str) -> None:
    assert held_together(Known(text)) == expected.replace("_", NO_BREAK)
    assert held_together(text) == text


def test_all_known_texts_of_a_document_are_held_together() -> None:
    data = {"a": Known("SGB X"), "b": [{"c": Known("§ 13"), "d": "§ 13"}, True, None, 3], "e": {"f": ["SGB X"]}}
    held = {"a": f"SGB{NO_BREAK}X", "b": [{"c": f"§{NO_BREAK}13", "d": "§ 13"}, True, None, 3], "e": {"f": ["SGB X"]}}
    assert all_held(data) == held
