"""The command line. Verbs are loaded when they are called, so that help comes at once."""

from formpipe.cli.group import main

__all__ = ["main"]
