"""what is asked of models

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.tables import UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_questions",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("repeated", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("asked_at", UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["automation_sessions.id"],
            name=op.f("fk_model_questions_session_id_automation_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", "purpose", "number", name=op.f("pk_model_questions")),
    )
    op.create_index(op.f("ix_model_questions_asked_at"), "model_questions", ["asked_at"], unique=False)
    with op.batch_alter_table("model_calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("look_up_at", UtcTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("lookups", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(batch_op.f("ix_model_calls_look_up_at"), ["look_up_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("model_calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_model_calls_look_up_at"))
        batch_op.drop_column("lookups")
        batch_op.drop_column("look_up_at")
    op.drop_index(op.f("ix_model_questions_asked_at"), table_name="model_questions")
    op.drop_table("model_questions")
