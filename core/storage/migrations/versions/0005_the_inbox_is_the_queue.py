"""the inbox is the queue: whose work it is, and how far it is; and who sends what is in the outbox

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATE = """
UPDATE inbox_events SET state = CASE
    WHEN work = '' THEN 'none' WHEN work = 'waiting' THEN 'waiting' WHEN dispatched THEN 'ended' ELSE 'open'
END"""
_WORKSPACE = """
UPDATE inbox_events SET workspace = COALESCE(
    (SELECT s.workspace FROM automation_sessions s WHERE s.id = inbox_events.session_id), '')"""
_DISPATCHED = "UPDATE inbox_events SET dispatched = (state NOT IN ('open', 'taken'))"


def upgrade() -> None:
    with op.batch_alter_table("inbox_events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("workspace", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("state", sa.String(length=8), server_default="ended", nullable=False))
        batch_op.add_column(sa.Column("taken_by", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("workflow", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("starts", sa.Integer(), server_default="0", nullable=False))
    op.execute(_STATE)
    op.execute(_WORKSPACE)
    with op.batch_alter_table("inbox_events", schema=None) as batch_op:
        batch_op.alter_column("state", existing_type=sa.String(length=8), server_default=None)
        batch_op.drop_index("ix_inbox_events_dispatched")
        batch_op.drop_column("dispatched")
        batch_op.create_index("ix_inbox_events_state", ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inbox_events_received_at"), ["received_at"], unique=False)
    with op.batch_alter_table("outbox_posts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("holder", sa.String(length=100), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("outbox_posts", schema=None) as batch_op:
        batch_op.drop_column("holder")
    with op.batch_alter_table("inbox_events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("dispatched", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.execute(_DISPATCHED)
    with op.batch_alter_table("inbox_events", schema=None) as batch_op:
        batch_op.alter_column("dispatched", existing_type=sa.Boolean(), server_default=None)
        batch_op.drop_index("ix_inbox_events_state")
        batch_op.drop_index(batch_op.f("ix_inbox_events_received_at"))
        for name in ("starts", "workflow", "taken_by", "state", "workspace"):
            batch_op.drop_column(name)
        batch_op.create_index("ix_inbox_events_dispatched", ["dispatched"], unique=False)
