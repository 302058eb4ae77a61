"""Officers' work and shown numbers"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the database to this version."""
    op.add_column("care_tasks", sa.Column("taken_by", sa.String(), nullable=False, server_default=""))
    op.add_column("care_tasks", sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("file_openings", sa.Column("shown", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_column("file_openings", "shown")
    op.drop_column("care_tasks", "taken_at")
    op.drop_column("care_tasks", "taken_by")
