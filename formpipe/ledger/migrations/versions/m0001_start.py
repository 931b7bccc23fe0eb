"""The tables of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "meta", sa.Column("name", sa.String, primary_key=True), sa.Column("value", sa.String, nullable=False)
    )
    _make_forms()
    _make_plans()
    _make_published()
    op.create_table(
        "chain",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("case_key", sa.String(64)),
        sa.Column("content_key", sa.String(64)),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )


def _make_forms() -> None:
    op.create_table(
        "form",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("claim", sa.String(32)),
        sa.Column("case_id", sa.String(32), index=True),
        sa.Column("case_typed", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(32)),
        sa.Column("version", sa.String(16)),
        sa.Column("form_date", sa.String(10)),
        sa.Column("payload", sa.JSON),
        sa.Column("answers_key", sa.String(64), index=True),
        sa.Column("person_key", sa.String(64), index=True),
        sa.Column("name_as_dropped", sa.Text, nullable=False),
        sa.Column("container", sa.String(8)),
        sa.Column("received_at", sa.String(40), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "decision",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("form_id", sa.String(32), sa.ForeignKey("form.id"), nullable=False, index=True),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64)),
        sa.Column("findings", sa.JSON),
        sa.Column("plan_version", sa.Integer),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "sighting",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("form_id", sa.String(32), sa.ForeignKey("form.id"), nullable=False, index=True),
        sa.Column("claim", sa.String(32), unique=True),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "returned",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("bytes_key", sa.String(64), nullable=False, index=True),
        sa.Column("rule", sa.String(16), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )


def _make_plans() -> None:
    op.create_table(
        "case_file",
        sa.Column("case_id", sa.String(32), primary_key=True),
        sa.Column("versions", sa.Integer, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "plan",
        sa.Column("case_id", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("edition", sa.Integer, primary_key=True),
        sa.Column("checksum", sa.String(64), nullable=False, index=True),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("fold_version", sa.Integer, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )


def _make_published() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("case_id", sa.String(32), nullable=False, index=True),
        sa.Column("plan_checksum", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("on_date", sa.String(10)),
        sa.Column("detail", sa.JSON),
        sa.Column("object", sa.String(64)),
        sa.Column("error", sa.String(200)),
        sa.Column("published", sa.String(40), index=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.UniqueConstraint("case_id", "plan_checksum", "name", "format", "on_date"),
    )
    op.create_index("owed", "document", ["object"])
    op.create_table(
        "published",
        sa.Column("path", sa.String(300), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("case_id", sa.String(32), index=True),
        sa.Column("form_id", sa.String(32), index=True),
        sa.Column("made_from", sa.String(64)),
        sa.Column("at", sa.String(40), nullable=False),
    )
