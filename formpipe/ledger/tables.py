"""The ledger's tables: facts that are only ever added, and what follows from them.

Everything of a case can be found by `case_id`, so that a case can be erased.
`chain` proves that nothing was taken out: it holds random ids and keyed hashes
only, so it may outlive an erased case (domain 4.4).
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

meta = Table("meta", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False))

form = Table(
    "form",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("claim", String(32)),
    Column("case_id", String(32), index=True),
    Column("case_typed", Integer, nullable=False, default=0),
    Column("kind", String(32)),
    Column("version", String(16)),
    Column("form_date", String(10)),
    Column("payload", JSON),
    Column("answers_key", String(64), index=True),
    Column("person_key", String(64), index=True),
    Column("name_as_dropped", Text, nullable=False),
    Column("container", String(8)),
    Column("received_at", String(40), nullable=False),
    Column("open", Integer, nullable=False, server_default="1", index=True),
    sqlite_autoincrement=True,
)

decision = Table(
    "decision",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("form_id", String(32), ForeignKey("form.id"), nullable=False, index=True),
    Column("outcome", String(16), nullable=False),
    Column("reason", String(64)),
    Column("findings", JSON),
    Column("plan_version", Integer),
    Column("at", String(40), nullable=False),
)

case = Table(
    "case_file",
    metadata,
    Column("case_id", String(32), primary_key=True),
    Column("versions", Integer, nullable=False),
    Column("at", String(40), nullable=False),
)

plan = Table(
    "plan",
    metadata,
    Column("case_id", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("edition", Integer, primary_key=True),
    Column("checksum", String(64), nullable=False, index=True),
    Column("body", JSON, nullable=False),
    Column("fold_version", Integer, nullable=False),
    Column("at", String(40), nullable=False),
)

document = Table(
    "document",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case_id", String(32), nullable=False, index=True),
    Column("plan_checksum", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", String(80), nullable=False),
    Column("format", String(8), nullable=False),
    Column("path", String(200), nullable=False),
    Column("on_date", String(10)),
    Column("detail", JSON),
    Column("object", String(64)),
    Column("error", String(200)),
    Column("published", String(40), index=True),
    Column("at", String(40), nullable=False),
    UniqueConstraint("case_id", "plan_checksum", "name", "format", "on_date"),
    Index("owed", "object"),
)

published = Table(
    "published",
    metadata,
    Column("path", String(300), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("case_id", String(32), index=True),
    Column("form_id", String(32), index=True),
    Column("made_from", String(64)),
    Column("at", String(40), nullable=False),
)

briefing = Table(
    "briefing",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("case_id", String(32), nullable=False, index=True),
    Column("plan_checksum", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("on_date", String(10), nullable=False),
    Column("checksum", String(64), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("releases", JSON, nullable=False),
    Column("told", JSON, nullable=False),
    Column("at", String(40), nullable=False),
    UniqueConstraint("case_id", "plan_checksum", "on_date", "checksum"),
)

sighting = Table(
    "sighting",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("form_id", String(32), ForeignKey("form.id"), nullable=False, index=True),
    Column("claim", String(32), unique=True),
    Column("at", String(40), nullable=False),
)

returned = Table(
    "returned",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("bytes_key", String(64), nullable=False, index=True),
    Column("rule", String(16), nullable=False),
    Column("at", String(40), nullable=False),
)

chain = Table(
    "chain",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", String(40), nullable=False),
    Column("event", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("case_key", String(64)),
    Column("content_key", String(64)),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
