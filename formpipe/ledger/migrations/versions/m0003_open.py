"""Marks the forms that may still be decided otherwise, so that a run need not look at all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark and set it by the last decision of each form."""
    op.add_column("form", sa.Column("open", sa.Integer, nullable=False, server_default="1"))
    op.create_index("ix_form_open", "form", ["open"])
    op.execute(
        "UPDATE form SET open = 0 WHERE EXISTS (SELECT 1 FROM decision WHERE decision.form_id = form.id "
        "AND decision.number = (SELECT max(number) FROM decision WHERE form_id = form.id) "
        "AND decision.outcome NOT IN ('received', 'held'))"
    )
