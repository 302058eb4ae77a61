"""Big towns: what pages and rounds look for is found by index, and the exchange's keeper is told when there is something to tell"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INDEXES = [
    ("ix_messages_sent_at", "messages", "sent_at"),
    ("ix_alarms_device_id", "alarms", "device_id"),
    ("ix_alarm_attempts_answered_at", "alarm_attempts", "answered_at"),
    ("ix_device_tests_at", "device_tests", "at"),
]
PARTIAL = [
    ("ix_alarms_to_follow_up", "alarms", "follow_up_due_at", "follow_up_due_at IS NOT NULL AND followed_up_at IS NULL"),
    ("ix_alarms_to_investigate", "alarms", "investigation_due_at", "investigation_due_at IS NOT NULL AND investigated_at IS NULL"),
    ("ix_calls_of_devices", "calls", "started_at", "device_id IS NOT NULL"),
]


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table("exchange_changes", sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_changes")))
    for name, table, column in INDEXES:
        op.create_index(name, table, [column])
    for name, table, column, which in PARTIAL:
        op.create_index(name, table, [column], sqlite_where=sa.text(which), postgresql_where=sa.text(which))
    op.create_index("ix_calls_status_started_at", "calls", ["status", "started_at"])
    op.drop_index("ix_calls_status", "calls")


def downgrade() -> None:
    """Go back to the version before."""
    op.create_index("ix_calls_status", "calls", ["status"])
    op.drop_index("ix_calls_status_started_at", "calls")
    for name, table, *_ in [*PARTIAL, *INDEXES]:
        op.drop_index(name, table)
    op.drop_table("exchange_changes")
