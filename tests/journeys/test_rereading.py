"""A document that is not what it should be is not published: it stays owed, and the next run makes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from make_forms import forms_of, load_case
from roots import Root

from formpipe.documents.compiled import Compiled, Merged

CASE = load_case("case1")


def test_a_document_that_lost_a_value_stays_owed_and_is_made_by_the_next_run(
    new_root: Callable[[str], Root], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = new_root("CAR")
    root.drop("bogen.docx", root.filled(forms_of(CASE)[0]))
    real = Compiled.merged

    def shortened(self: Compiled, *arguments: Any, **more: Any) -> Merged | None:  # noqa: ANN401
        made = real(self, *arguments, **more)
        assert made is not None
        values = {name: (*texts, "was nie gedruckt wurde") for name, texts in made.values.items()}
        return Merged(document=made.document, values=values)

    with monkeypatch.context() as broken:
        broken.setattr(Compiled, "merged", shortened)
        ran = root.run()
    assert ran.exit_code == 4
    assert "do not stand in the finished Word document" in ran.err
    assert "nie gedruckt" not in ran.err
    assert not [name for name in root.files("outbox") if "integrationsplan" in name]
    again = root.run()
    assert again.exit_code == 0, again.err
    assert [name for name in root.files("outbox") if "integrationsplan" in name]
