"""The program's errors and the exit code that each means.

A fault of a form is a `Finding`, never an exception; what stands here stops a
file (`FormError`), a document (`WithheldError`) or the run (the others).
"""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path


class ExitCode(IntEnum):
    """Exit codes of the command; the worst of a run wins. 1 is never used on purpose."""

    OK = 0
    USAGE = 2
    FORM = 3
    SETUP = 4
    STORAGE = 5
    WITHHELD = 6


class FormpipeError(Exception):
    """What is wrong, where, and how to mend it; never with a value from a form.

    Args:
        what: One English sentence without the path.
        where: Our path, or the first twelve digits of a dropped file's checksum.
        mend: What the operator can do.
    """

    exit_code = ExitCode.STORAGE

    def __init__(self, what: str, *, where: Path | str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = str(where)
        self.mend = mend

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  {self.mend}" if self.mend else head


class FormError(FormpipeError):
    """One file cannot be taken; the run goes on.

    Args:
        code: Stable code of the reason (`encrypted`, `damaged`, `empty`,
            `too_large`, `macro`, `unsupported`, `unsafe`, `limit`,
            `incomplete`, `internal`, `unknown_form`); `wording.py` has the German sentence.
    """

    exit_code = ExitCode.FORM

    def __init__(self, what: str, *, code: str, where: Path | str = "", mend: str = "") -> None:
        super().__init__(what, where=where, mend=mend)
        self.code = code


class UnreadableFormError(FormError):
    """The file is damaged, encrypted, empty, too large, or not what it says."""


class UnknownFormError(FormError):
    """No schema claims the form, or more than one does."""


class SetupError(FormpipeError):
    """A schema, a template, a setting or a needed program is missing or wrong."""

    exit_code = ExitCode.SETUP


class StorageError(FormpipeError):
    """A folder cannot be used, or a target holds something else."""

    exit_code = ExitCode.STORAGE


class WithheldError(FormpipeError):
    """Unreleased data stood in a finished document; that document is not published."""

    exit_code = ExitCode.WITHHELD
