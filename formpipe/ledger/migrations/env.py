"""Runs the migrations on the connection that `ledger.ledger` hands over."""

from __future__ import annotations

from alembic import context

from formpipe.ledger.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=False)
context.run_migrations()
