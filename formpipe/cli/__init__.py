"""The command line. Click and the verbs are loaded when they are needed, so that help comes at once."""

from __future__ import annotations

TYPE_CHECKING = False  # of `typing`, which takes a fifth of Python's own start to load
if TYPE_CHECKING:
    from formpipe.cli.group import main

__all__ = ["main"]


def __getattr__(name: str) -> object:
    if name == "main":
        from formpipe.cli.group import main  # noqa: PLC0415  # the point of this module

        return main
    raise AttributeError(name)
