"""A few of the races that `make races` has 2,000 of."""

from __future__ import annotations

import pytest
from dropraces import WAYS, forms_to_drop, judge, prepare, race
from roots import Root


def test_each_form_is_taken_exactly_once(root: Root) -> None:
    prepare(root)
    drops = race(root, forms_to_drop(root, len(WAYS)), seed=7, others=1)
    assert judge(root, drops) == []
    assert set(drops.ways.values()) == {1}


@pytest.mark.heavy
def test_each_of_many_forms_is_taken_exactly_once(root: Root) -> None:
    prepare(root)
    drops = race(root, forms_to_drop(root, 100), seed=8)
    assert judge(root, drops) == []
