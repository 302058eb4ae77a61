"""Hearing and speaking: what to learn from, how to speak to whom, voice mail"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Columns that rows have already, and what those rows get.
NEW_COLUMNS: list[tuple[str, str, Any, str]] = [
    ("services", "examples", sa.JSON(), "[]"),
    ("services", "question", sa.JSON(), "{}"),
    ("orders", "details", sa.JSON(), "{}"),
    ("residents", "speech_pace_percent", sa.Integer(), "100"),
    ("residents", "louder_db", sa.Integer(), "0"),
]


def upgrade() -> None:
    """Go to this version."""
    # Not in a batch: on SQLite that would make the table anew, which other tables' rows forbid.
    for table, name, kind, value in NEW_COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=value))

    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name=op.f("fk_corrections_turn_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("turn_id", name=op.f("uq_corrections_turn_id")),
    )
    op.create_table(
        "voice_mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_by", sa.String(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_voice_mails_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_mails")),
        sa.UniqueConstraint("path", name=op.f("uq_voice_mails_path")),
    )
    with op.batch_alter_table("voice_mails", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voice_mails_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voice_mails_heard_at"), ["heard_at"], unique=False)


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_table("voice_mails")
    op.drop_table("corrections")
    for table, name, _, _ in reversed(NEW_COLUMNS):
        op.drop_column(table, name)
