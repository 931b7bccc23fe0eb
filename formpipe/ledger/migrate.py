"""Makes the tables of the ledger, or brings those of an older program up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from formpipe.errors import StorageError

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: Connection, path: Path) -> None:
    """Bring the tables of the ledger at *path* to the newest of the migrations, in the transaction of *connection*.

    Raises:
        StorageError: Another version of formpipe wrote it, which has migrations that are not known here.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise StorageError(
            "the ledger was written by another version of formpipe", where=path, mend="Install that version or a newer."
        ) from None
