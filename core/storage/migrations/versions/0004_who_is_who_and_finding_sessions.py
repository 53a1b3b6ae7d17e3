"""who is who outside of the chat, settings of workspaces, and finding sessions by words

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.tables import UtcTime
from core.storage.words import words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_WHO = ("platform", 16), ("workspace", 64), ("person_team", 64), ("person_id", 64)

_PART = 5_000
"""Words, of 160 bytes at most: PostgreSQL holds a megabyte of them in one row."""

_TRIGGERS = {
    "added": "AFTER INSERT ON session_words BEGIN {put} END",
    "deleted": "AFTER DELETE ON session_words BEGIN {take} END",
    "changed": "AFTER UPDATE ON session_words BEGIN {take} {put} END",
}
_PUT = "INSERT INTO session_words_fts(rowid, words) VALUES (new.shelf * 4096 + new.part, new.words);"
_TAKE = (
    "INSERT INTO session_words_fts(session_words_fts, rowid, words) "
    "VALUES ('delete', old.shelf * 4096 + old.part, old.words);"
)


def upgrade() -> None:
    _accounts()
    _settings()
    with op.batch_alter_table("generation_jobs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("model", sa.String(length=200), server_default="", nullable=False))
    with op.batch_alter_table("inbox_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_events_session_id"), ["session_id"], unique=False)
    with op.batch_alter_table("model_calls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_model_calls_started_at"), ["started_at"], unique=False)
    _shelves()
    _full_text()
    _what_is_there_already()


def _accounts() -> None:
    op.create_table(
        "sign_in_links",
        sa.Column("hash", sa.String(length=64), nullable=False),
        *_who(),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("expires_at", UtcTime(timezone=True), nullable=False),
        sa.Column("used_at", UtcTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sign_in_links")),
    )
    op.create_index(op.f("ix_sign_in_links_expires_at"), "sign_in_links", ["expires_at"], unique=False)
    op.create_table(
        "web_sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        *_who(),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcTime(timezone=True), nullable=False),
        sa.Column("expires_at", UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_web_sessions")),
    )
    op.create_index(op.f("ix_web_sessions_expires_at"), "web_sessions", ["expires_at"], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        *_who(),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("scopes", sa.String(length=32), nullable=False),
        sa.Column("created_at", UtcTime(timezone=True), nullable=False),
        sa.Column("expires_at", UtcTime(timezone=True), nullable=False),
        sa.Column("used_at", UtcTime(timezone=True), nullable=True),
        sa.Column("revoked_at", UtcTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_tokens_hash")),
    )
    op.create_index("ix_api_tokens_person", "api_tokens", [name for name, _ in _WHO], unique=False)


def _settings() -> None:
    op.create_table(
        "member_roles",
        *_who(),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint(*(name for name, _ in _WHO), name=op.f("pk_member_roles")),
    )
    op.create_table(
        "workspace_settings",
        *_who()[:2],
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("maintainers_only", sa.Boolean(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", name=op.f("pk_workspace_settings")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("caller_key", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller_key", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False)


def _who() -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=length), nullable=False) for name, length in _WHO]


def _shelves() -> None:
    """Sessions are numbered by age."""
    with op.batch_alter_table("automation_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shelf", sa.Integer(), server_default="0", nullable=False))
    sessions = _table("automation_sessions", "id", "shelf")
    connection = op.get_bind()
    ids = connection.scalars(sa.select(sessions.c.id).order_by(sessions.c.id)).all()
    for number, session_id in enumerate(ids, 1):
        connection.execute(sa.update(sessions).where(sessions.c.id == session_id).values(shelf=number))
    with op.batch_alter_table("automation_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_automation_sessions_shelf"), ["shelf"], unique=False)
        batch_op.create_index(
            "ix_automation_sessions_list",
            ["platform", "workspace", "last_said", "id", "channel", "shelf"],
            unique=False,
        )


def _full_text() -> None:
    op.create_table(
        "session_words",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("shelf", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["automation_sessions.id"],
            name=op.f("fk_session_words_session_id_automation_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", "part", name=op.f("pk_session_words")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX session_words_fts ON session_words "
            "USING gin (array_to_tsvector(string_to_array(words, ' ')))"
        )
        return
    # Without a copy of the words, and without places: only which part holds which word. `ascii` takes every sign
    # beyond ASCII for a letter, so that a word of ours stays one.
    op.execute(
        "CREATE VIRTUAL TABLE session_words_fts USING fts5"
        "(words, content='', tokenize='ascii', detail='none', columnsize=0, prefix='1 2 3')"
    )
    for name, body in _TRIGGERS.items():
        op.execute(f"CREATE TRIGGER session_words_{name} {body.format(put=_PUT, take=_TAKE)}")


def _what_is_there_already() -> None:
    """A session at a time: all of it at once may not fit the memory."""
    connection = op.get_bind()
    sessions = _table("automation_sessions", "id", "title", "shelf")
    requirements = _table("session_requirements", "session_id", "text")
    messages = sa.table(
        "session_messages", sa.column("session_id"), sa.column("text"), sa.column("erased", sa.Boolean)
    )
    kept = _table("session_words", "session_id", "part", "shelf", "words")
    for one in connection.execute(sa.select(sessions).order_by(sessions.c.shelf)).all():
        said = [
            one.title,
            *connection.scalars(sa.select(requirements.c.text).where(requirements.c.session_id == one.id)),
            *connection.scalars(
                sa.select(messages.c.text).where(
                    messages.c.session_id == one.id, messages.c.erased.is_(sa.false())
                )
            ),
        ]
        found = list(dict.fromkeys(word for each in said for word in words(each)))
        for part, start in enumerate(range(0, len(found), _PART)):
            some = " ".join(found[start : start + _PART])
            connection.execute(
                sa.insert(kept).values(session_id=one.id, part=part, shelf=one.shelf, words=some)
            )


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in columns))


def downgrade() -> None:
    op.drop_table("session_words")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE session_words_fts")
    with op.batch_alter_table("automation_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_automation_sessions_list")
        batch_op.drop_index(batch_op.f("ix_automation_sessions_shelf"))
        batch_op.drop_column("shelf")
    with op.batch_alter_table("model_calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_model_calls_started_at"))
    with op.batch_alter_table("inbox_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbox_events_session_id"))
    with op.batch_alter_table("generation_jobs", schema=None) as batch_op:
        batch_op.drop_column("model")
    for name in (
        "idempotency_keys",
        "workspace_settings",
        "member_roles",
        "api_tokens",
        "web_sessions",
        "sign_in_links",
    ):
        op.drop_table(name)
