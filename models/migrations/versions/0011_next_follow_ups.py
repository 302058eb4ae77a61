"""Follow-ups are found by their state and when they are due, in one index: with two, the next few were looked for among all"""

from collections.abc import Sequence

from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_index("ix_order_follow_ups_status_due_at", "order_follow_ups", ["status", "due_at"])
    op.drop_index("ix_order_follow_ups_status", "order_follow_ups")


def downgrade() -> None:
    """Go back to the version before."""
    op.create_index("ix_order_follow_ups_status", "order_follow_ups", ["status"])
    op.drop_index("ix_order_follow_ups_status_due_at", "order_follow_ups")
