"""each content once, wishes, suggestions, and how well edits went

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

from core.storage.tables import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BLOBS = sa.table("file_blobs", sa.column("sha256", sa.String), sa.column("content", sa.Text))
_FILES = sa.table(
    "automation_files",
    sa.column("automation_id", sa.String),
    sa.column("position", sa.Integer),
    sa.column("content", sa.Text),
    sa.column("sha256", sa.String),
)


def upgrade() -> None:
    op.create_table(
        "file_blobs",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_blobs")),
    )
    with op.batch_alter_table("automation_files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sha256", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("origin", sa.String(length=16), server_default="generated", nullable=False)
        )
    _out_of_the_files()
    with op.batch_alter_table("automation_files", schema=None) as batch_op:
        batch_op.alter_column("sha256", existing_type=sa.String(length=64), nullable=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_automation_files_sha256_file_blobs"), "file_blobs", ["sha256"], ["sha256"]
        )
        batch_op.create_index(batch_op.f("ix_automation_files_sha256"), ["sha256"], unique=False)
        batch_op.drop_column("content")
    with op.batch_alter_table("generation_jobs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wish", sa.Text(), server_default="", nullable=False))
    _suggestions()
    _edits()


def _out_of_the_files() -> None:
    """Moves what is in the files, a version at a time: all of it at once may not fit the memory."""
    connection, known = op.get_bind(), set()
    versions = connection.scalars(sa.select(_FILES.c.automation_id).distinct()).all()
    for version in versions:
        rows = connection.execute(
            sa.select(_FILES.c.position, _FILES.c.content).where(_FILES.c.automation_id == version)
        ).all()
        for position, content in rows:
            sha = hashlib.sha256(content.encode()).hexdigest()
            if sha not in known:
                connection.execute(sa.insert(_BLOBS).values(sha256=sha, content=content))
                known.add(sha)
            place = (_FILES.c.automation_id == version) & (_FILES.c.position == position)
            connection.execute(sa.update(_FILES).where(place).values(sha256=sha))


def _suggestions() -> None:
    op.create_table(
        "session_suggestions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("automation_id", sa.String(length=32), nullable=False),
        sa.Column("operation", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["automation_id"],
            ["session_automations.id"],
            name=op.f("fk_session_suggestions_automation_id_session_automations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["automation_sessions.id"],
            name=op.f("fk_session_suggestions_session_id_automation_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_suggestions")),
        sa.UniqueConstraint("operation", "number", name="uq_session_suggestions_number"),
    )
    with op.batch_alter_table("session_suggestions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_session_suggestions_automation_id"), ["automation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_session_suggestions_session_id"), ["session_id"], unique=False)


def _edits() -> None:
    op.create_table(
        "model_edits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("worked", sa.Boolean(), nullable=False),
        sa.Column("at", UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_edits")),
    )
    with op.batch_alter_table("model_edits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_model_edits_model"), ["model"], unique=False)


def downgrade() -> None:
    op.drop_table("model_edits")
    op.drop_table("session_suggestions")
    with op.batch_alter_table("generation_jobs", schema=None) as batch_op:
        batch_op.drop_column("wish")
    with op.batch_alter_table("automation_files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("content", sa.Text(), nullable=True))
    content = sa.select(_BLOBS.c.content).where(_BLOBS.c.sha256 == _FILES.c.sha256).scalar_subquery()
    op.execute(sa.update(_FILES).values(content=content))
    with op.batch_alter_table("automation_files", schema=None) as batch_op:
        batch_op.alter_column("content", existing_type=sa.Text(), nullable=False)
        batch_op.drop_index(batch_op.f("ix_automation_files_sha256"))
        batch_op.drop_constraint(batch_op.f("fk_automation_files_sha256_file_blobs"), type_="foreignkey")
        batch_op.drop_column("origin")
        batch_op.drop_column("sha256")
    op.drop_table("file_blobs")
