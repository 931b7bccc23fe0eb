"""Our own forms after a program that knows no content controls: label cells and answer cells are enough."""

from __future__ import annotations

import pytest
from make_forms import forms_of, load_case
from roots import Root
from unwrap import without_controls

from formpipe.normalise.normalise import normalise
from formpipe.readers.read import read


@pytest.mark.parametrize("case", ["case1", "case4"])
def test_a_form_without_controls_says_the_same(case: str, root: Root) -> None:
    for record in forms_of(load_case(case))[:2]:
        data = root.filled(record)
        form = read(without_controls(data))
        assert {field.name_source for field in form.fields} == {"label"}
        definition = root.definition("review" if "review" in record else "intake")
        good, found = normalise(read(data), definition), normalise(form, definition)
        assert found.data == good.data
        assert found.findings == good.findings
        assert found.balance.filled == good.balance.filled


def test_it_is_taken_like_any_other(root: Root) -> None:
    record = forms_of(load_case("new"))[0]
    root.drop("bogen.docx", without_controls(root.filled(record)))
    ran = root.run()
    assert (ran.exit_code, ran.rows[0]["outcome"]) == (0, "accepted")
    root.drop("noch einmal.docx", root.filled(record))
    assert root.run().rows[0]["outcome"] == "duplicate"
