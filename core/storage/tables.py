"""Every table. Names follow the original design: sessions, messages and automations are what its users know."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC datetimes on both engines; SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- the signature is SQLAlchemy's
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- the same
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only in a plain INTEGER primary key.
Serial = BigInteger().with_variant(Integer, "sqlite")
Data = JSON().with_variant(JSONB, "postgresql")
Id = String(32)
Ref = String(64)


def _session_id(**options: Any) -> Column[str]:
    return Column("session_id", Id, ForeignKey("automation_sessions.id", ondelete="CASCADE"), **options)


sessions = Table(
    "automation_sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("workspace", Ref, nullable=False),
    Column("channel", Ref, nullable=False),
    Column("thread", Ref),
    Column("title", String(200), nullable=False),
    Column("agent_type", String(32), nullable=False),
    Column("tech_stack", Text, nullable=False),
    Column("constraints", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("opened_by_team", Ref, nullable=False),
    Column("opened_by_id", Ref, nullable=False),
    Column("opened_by_name", String(200), nullable=False),
    Column("language", String(16), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("last_said", UtcTime, nullable=False),
    UniqueConstraint("platform", "workspace", "channel", "thread", name="uq_automation_sessions_place"),
)

requirements = Table(
    "session_requirements",
    metadata,
    _session_id(primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("author", String(200), nullable=False),
    Column("author_team", Ref, nullable=False),
    Column("author_id", Ref, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("withdrawn", Boolean, nullable=False, server_default=false()),
)

proposals = Table(
    "session_proposals",
    metadata,
    Column("id", Id, primary_key=True),
    _session_id(nullable=False, index=True),
    Column("turn", String(80), nullable=False, server_default=""),
    Column("text", Text, nullable=False),
    Column("number", Integer),
)

messages = Table(
    "session_messages",
    metadata,
    Column("id", Serial, primary_key=True),
    _session_id(nullable=False),
    Column("seq", Integer, nullable=False),
    Column("speaker", String(16), nullable=False),
    Column("author", String(200), nullable=False),
    Column("author_team", Ref, nullable=False),
    Column("author_id", Ref, nullable=False),
    Column("platform_message", Ref, nullable=False),
    Column("text", Text, nullable=False),
    Column("files", Data, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("aside", Boolean, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("erased", Boolean, nullable=False),
    Column("turn", String(80)),
    UniqueConstraint("session_id", "seq", name="uq_session_messages_seq"),
    UniqueConstraint("session_id", "platform_message", name="uq_session_messages_platform_message"),
    Index("ix_session_messages_turn", "session_id", "turn"),
)

jobs = Table(
    "generation_jobs",
    metadata,
    Column("id", Id, primary_key=True),
    _session_id(nullable=False, index=True),
    Column("language", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("asked_by_team", Ref, nullable=False),
    Column("asked_by_id", Ref, nullable=False),
    Column("cancel_asked", Boolean, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("wish", Text, nullable=False, server_default=""),
)

automations = Table(
    "session_automations",
    metadata,
    Column("id", Id, primary_key=True),
    _session_id(nullable=False),
    Column("job_id", Id, nullable=False, unique=True),
    Column("number", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("language", String(16), nullable=False),
    Column("summary", Text, nullable=False),
    Column("dependencies", Data, nullable=False),
    Column("setup", Text, nullable=False),
    Column("usage", Text, nullable=False),
    Column("warnings", Data, nullable=False),
    Column("evidence", Data, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("session_id", "number", name="uq_session_automations_number"),
)

# What is in files, once however many versions hold it.
blobs = Table(
    "file_blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", Text, nullable=False),
)

files = Table(
    "automation_files",
    metadata,
    Column("automation_id", Id, ForeignKey("session_automations.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("path", String(300), nullable=False),
    Column("sha256", String(64), ForeignKey("file_blobs.sha256"), nullable=False, index=True),
    Column("origin", String(16), nullable=False, server_default="generated"),
    UniqueConstraint("automation_id", "path", name="uq_automation_files_path"),
)

suggestions = Table(
    "session_suggestions",
    metadata,
    Column("id", Id, primary_key=True),
    _session_id(nullable=False, index=True),
    Column(
        "automation_id",
        Id,
        ForeignKey("session_automations.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("operation", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("path", String(300), nullable=False),
    Column("line", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("job_id", Id),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("operation", "number", name="uq_session_suggestions_number"),
)

downloads = Table(
    "downloads",
    metadata,
    Column("id", Serial, primary_key=True),
    Column(
        "automation_id",
        Id,
        ForeignKey("session_automations.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("operation", String(64), nullable=False, unique=True),
    Column("person_team", Ref, nullable=False),
    Column("person_id", Ref, nullable=False),
    Column("how", String(16), nullable=False),
    Column("at", UtcTime, nullable=False),
)

inbox = Table(
    "inbox_events",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("event_key", String(200), nullable=False),
    Column("alias_key", String(200)),
    Column("work", String(32), nullable=False),
    Column("session_id", Id),
    Column("args", Data, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("dispatched", Boolean, nullable=False),
    UniqueConstraint("platform", "event_key", name="uq_inbox_events_event_key"),
    UniqueConstraint("platform", "alias_key", name="uq_inbox_events_alias_key"),
    Index("ix_inbox_events_dispatched", "dispatched"),
)

outbox = Table(
    "outbox_posts",
    metadata,
    Column("key", Ref, primary_key=True),
    Column("session_id", Id, index=True),
    Column("ticket", Text),
    Column("result", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
)

model_calls = Table(
    "model_calls",
    metadata,
    Column("id", Id, primary_key=True),
    _session_id(nullable=False, index=True),
    Column("purpose", String(80), nullable=False),
    Column("generation_id", String(200)),
    Column("model", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("prompt_tokens", Integer, nullable=False),
    Column("completion_tokens", Integer, nullable=False),
    Column("cached_tokens", Integer, nullable=False),
    Column("cost", String(32)),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
)

model_edits = Table(
    "model_edits",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("model", String(200), nullable=False, index=True),
    Column("worked", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
)
