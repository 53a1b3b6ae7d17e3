"""Every table. Names follow the original design: sessions, messages and automations are what its users know."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
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
    Column("shelf", Integer, nullable=False, server_default="0", index=True),
    UniqueConstraint("platform", "workspace", "channel", "thread", name="uq_automation_sessions_place"),
    # The order of lists, with what searching asks of each: rows that do not match are never read.
    Index("ix_automation_sessions_list", "platform", "workspace", "last_said", "id", "channel", "shelf"),
)


def belonging(workspace: str) -> ColumnElement[bool]:
    """The sessions of a workspace, with those that were opened in a browser and have no thread: they live on the
    platform `web` in a workspace named `<platform>:<workspace>`, which may be given here, too."""
    workspace = workspace.rpartition(":")[2]
    of_web = (sessions.c.platform == "web") & sessions.c.workspace.endswith(f":{workspace}", autoescape=True)
    return (sessions.c.workspace == workspace) | of_web


# Which words stand in a session: each once, in the part in which it first appeared. `core/storage/words.py` keeps it;
# the full-text index of the database hangs on it (migration 0004), on SQLite by triggers. Rows are added and deleted,
# never changed. A migration that rebuilds this table on SQLite must make the triggers anew.
session_words = Table(
    "session_words",
    metadata,
    _session_id(primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("shelf", Integer, nullable=False),
    Column("words", Text, nullable=False),
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
    Column("model", String(200), nullable=False, server_default=""),
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
    Column("session_id", Id, index=True),
    Column("args", Data, nullable=False),
    Column("received_at", UtcTime, nullable=False, index=True),
    Column("workspace", Ref, nullable=False, server_default=""),
    Column("state", String(8), nullable=False),
    Column("taken_by", String(100)),
    Column("workflow", String(64)),
    Column("starts", Integer, nullable=False, server_default="0"),
    UniqueConstraint("platform", "event_key", name="uq_inbox_events_event_key"),
    UniqueConstraint("platform", "alias_key", name="uq_inbox_events_alias_key"),
    Index("ix_inbox_events_state", "state", "id"),
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
    Column("holder", String(100)),
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
    Column("started_at", UtcTime, nullable=False, index=True),
    Column("finished_at", UtcTime),
    # Of one that broke off: when the service is asked next what it cost, and how often it was asked already.
    Column("look_up_at", UtcTime, index=True),
    Column("lookups", Integer, nullable=False, server_default="0"),
)

# What is asked of a model, from before it costs money until what came of it is stored: after a crash the very same is
# asked again, once, and what was answered in full is not. `body` is empty where words in it were erased meanwhile.
model_questions = Table(
    "model_questions",
    metadata,
    _session_id(primary_key=True),
    Column("purpose", String(80), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("repeated", Boolean, nullable=False, server_default=false()),
    Column("outcome", Text),
    Column("asked_at", UtcTime, nullable=False, index=True),
)

model_edits = Table(
    "model_edits",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("model", String(200), nullable=False, index=True),
    Column("worked", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
)


def _who() -> tuple[Column[str], ...]:
    """A person, and where they belong."""
    return (
        Column("platform", String(16), nullable=False),
        Column("workspace", Ref, nullable=False),
        Column("person_team", Ref, nullable=False),
        Column("person_id", Ref, nullable=False),
    )


# Of links, cookies and tokens only the sha256 is kept, in hex.
sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("hash", String(64), primary_key=True),
    *_who(),
    Column("name", String(200), nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    Column("used_at", UtcTime),
)

web_sessions = Table(
    "web_sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    *_who(),
    Column("name", String(200), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("hint", String(16), nullable=False),
    Column("name", String(100), nullable=False),
    *_who(),
    Column("person_name", String(200), nullable=False),
    Column("scopes", String(32), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    Column("revoked_at", UtcTime),
    Index("ix_api_tokens_person", "platform", "workspace", "person_team", "person_id"),
)

member_roles = Table(
    "member_roles",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("workspace", Ref, primary_key=True),
    Column("person_team", Ref, primary_key=True),
    Column("person_id", Ref, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
)

workspace_settings = Table(
    "workspace_settings",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("workspace", Ref, primary_key=True),
    Column("model", String(200), nullable=False),
    Column("maintainers_only", Boolean, nullable=False),
    Column("retention_days", Integer),
    Column("language", String(16), nullable=False),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("caller_key", Ref, primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False, index=True),
)
