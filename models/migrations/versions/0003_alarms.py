"""Alarms: their whole story"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# What alarms that are there already get.
NEW_COLUMNS: list[tuple[str, Any, str]] = [
    ("number", sa.String(), ""),
    ("kind", sa.Enum("alarm", "reset", "information", "heartbeat", name="alarmkind", native_enum=False, length=32), "alarm"),
    ("device_type", sa.String(), ""),
    ("component", sa.String(), ""),
    ("status_code", sa.String(), ""),
    ("status_words", sa.String(), ""),
    ("priority", sa.Integer(), "10"),
    ("place_code", sa.String(), ""),
    ("place_value", sa.String(), ""),
    ("place_words", sa.String(), ""),
    ("reference", sa.String(), ""),
    ("investigated_by", sa.String(), ""),
    ("finding", sa.String(), ""),
    ("followed_up_by", sa.String(), ""),
    ("follow_up_note", sa.String(), ""),
]
NEW_MOMENTS = (
    "pressed_at",
    "line_opened_at",
    "first_ring_at",
    "investigation_due_at",
    "investigated_at",
    "follow_up_due_at",
    "followed_up_at",
)
SOURCES = sa.Enum("key", "number", "words", name="alarmsource", native_enum=False, length=32)
HAPPENED = sa.Enum(
    "raised",
    "pressed_again",
    "rung",
    "rung_over",
    "answered",
    "left",
    "join",
    "joined",
    "join_failed",
    "hung_up",
    "recorded",
    "noted",
    "false_alarm",
    "help_on_the_way",
    "help_arrived",
    "closed",
    "unanswered",
    "investigated",
    "followed_up",
    name="alarmhappened",
    native_enum=False,
    length=32,
)


def upgrade() -> None:
    """Go to this version."""
    # Not in a batch: on SQLite that would make the table anew, which other tables' rows forbid.
    op.add_column("alarms", sa.Column("gathers", sa.String(), nullable=True))
    op.create_index("ix_alarms_gathers", "alarms", ["gathers"], unique=True)
    for name, kind, value in NEW_COLUMNS:
        op.add_column("alarms", sa.Column(name, kind, nullable=False, server_default=value))
    for name in NEW_MOMENTS:
        op.add_column("alarms", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_alarms_reference", "alarms", ["reference"])

    op.create_table(
        "alarm_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alarm_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("source", SOURCES, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_ring_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recording", sa.String(), nullable=False),
        sa.Column("recording_sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarms.id"], name=op.f("fk_alarm_attempts_alarm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_attempts")),
        sa.UniqueConstraint("channel_id", name=op.f("uq_alarm_attempts_channel_id")),
    )
    op.create_index("ix_alarm_attempts_alarm_id", "alarm_attempts", ["alarm_id"])
    op.create_index("ix_alarm_attempts_ended_at", "alarm_attempts", ["ended_at"])
    op.create_table(
        "alarm_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alarm_id", sa.Integer(), nullable=False),
        sa.Column("happened", HAPPENED, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarms.id"], name=op.f("fk_alarm_events_alarm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_events")),
        sa.UniqueConstraint("source_id", name=op.f("uq_alarm_events_source_id")),
    )
    op.create_index("ix_alarm_events_alarm_id", "alarm_events", ["alarm_id"])
    op.create_table(
        "spool_positions",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_spool_positions")),
    )

    # Every alarm of before was one call, which is over.
    op.execute(
        "INSERT INTO alarm_attempts"
        " (alarm_id, channel_id, source, number, words, began_at, answered_at, answered_by, ended_at, recording, recording_sha256)"
        " SELECT alarms.id, alarms.channel_id, alarms.source, '', alarms.words, alarms.raised_at, alarms.answered_at,"
        " alarms.answered_by, COALESCE(calls.ended_at, alarms.raised_at), alarms.channel_id || '.wav', ''"
        " FROM alarms LEFT JOIN calls ON calls.id = alarms.call_id"
    )
    op.execute("UPDATE alarms SET pressed_at = raised_at")


def downgrade() -> None:
    """Go back to the version before."""
    for table in ("spool_positions", "alarm_events", "alarm_attempts"):
        op.drop_table(table)
    op.drop_index("ix_alarms_reference", table_name="alarms")
    for name in (*reversed(NEW_MOMENTS), *(name for name, _, _ in reversed(NEW_COLUMNS))):
        op.drop_column("alarms", name)
    op.drop_index("ix_alarms_gathers", table_name="alarms")
    op.drop_column("alarms", "gathers")
