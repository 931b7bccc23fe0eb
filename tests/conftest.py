"""Fixtures of all tests: the shipped schemas, a root in a temporary folder, the command, the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from kept import Kept, keeping
from make_forms import forms_of, load_case
from roots import Root, make_root

from formpipe.resources import shipped
from formpipe.schemas import Library, load_library

_LONG = ("test_demo.py", "test_fault_points.py", "test_faults_marked.py", "test_drop_races.py", "test_private.py")
"""Modules of long tests, among them those that wait for processes of their own."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the long modules come first, so that no process is left alone with one in the end."""
    items.sort(key=lambda item: item.path.name not in _LONG)


@pytest.fixture(scope="session")
def library() -> Library:
    """The shipped schemas."""
    return load_library(shipped("schemas"))


@pytest.fixture(scope="session")
def kept_programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """The programs that the tests of one process keep."""
    kept = Kept(tmp_path_factory.mktemp("kept"))
    yield kept
    kept.close()


@pytest.fixture(scope="module")
def kept(kept_programs: Kept) -> Iterator[None]:
    """Use the kept programs in the tests of a module; those of `journeys/` always do."""
    with keeping(kept_programs):
        yield


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Callable[[str], Root]:
    """Return a root of a carrier in which nothing has happened yet; made once by `formpipe init`, only to be copied."""
    return cache(lambda carrier: make_root(tmp_path_factory.mktemp("fresh") / carrier, carrier, library))


@pytest.fixture
def new_root(tmp_path: Path, fresh: Callable[[str], Root]) -> Callable[[str], Root]:
    """Make roots by carrier code."""
    return lambda carrier: fresh(carrier).copy(tmp_path / carrier)


@pytest.fixture
def root(new_root: Callable[[str], Root]) -> Root:
    """A root of the city."""
    return new_root("STA")


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory, fresh: Callable[[str], Root]) -> Callable[[str], Root]:
    """Return the root of a sample case whose forms came one by one in time; made once, only to be read or copied."""

    @cache
    def play(name: str) -> Root:
        case = load_case(name)
        root = fresh(str(case["carrier"])).copy(tmp_path_factory.mktemp(name) / "root")
        for record in forms_of(case):
            root.drop("bogen.docx", root.filled(record))
            ran = root.run()
            assert ran.exit_code == 0, ran.out
        return root

    return play
