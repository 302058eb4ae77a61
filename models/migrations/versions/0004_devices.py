"""Devices: kinds, keys, health"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = ("one_key", "landline", "mobile")
STATUSES = ("in_stock", "installed", "retired")
REASONS = ("silent", "never_heard", "test_failed")
RESULTS = ("first_time", "later", "failed")
MOMENT = sa.DateTime(timezone=True)


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def upgrade() -> None:
    """Go to this version."""
    # Not in a batch: on SQLite that would make the table anew, which other tables' rows forbid.
    op.add_column("devices", sa.Column("kind", _one_of("devicekind", KINDS), nullable=False, server_default="one_key"))
    op.add_column("devices", sa.Column("status", _one_of("devicestatus", STATUSES), nullable=False, server_default="installed"))
    op.add_column("devices", sa.Column("fitted_at", MOMENT, nullable=True))
    op.create_table(
        "device_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_device_keys_contact_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_keys_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_keys")),
        sa.UniqueConstraint("device_id", "key", name=op.f("uq_device_keys_device_id_key")),
    )
    op.create_index(op.f("ix_device_keys_contact_id"), "device_keys", ["contact_id"])
    _create(
        "device_events",
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("happened", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
    )
    _create(
        "device_faults",
        sa.Column("silent_since", MOMENT, nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
    )
    _create(
        "device_visits",
        sa.Column("reason", _one_of("visitreason", REASONS), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
    )
    _create(
        "device_tests",
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("result", _one_of("trialresult", RESULTS), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
    )
    is_open = sa.text("ended_at IS NULL")
    for table in ("device_faults", "device_visits"):
        op.create_index(f"uq_{table}_open", table, ["device_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open)


def downgrade() -> None:
    """Go back to the version before."""
    for table in ("device_tests", "device_visits", "device_faults", "device_events", "device_keys"):
        op.drop_table(table)
    for column in ("fitted_at", "status", "kind"):
        op.drop_column("devices", column)


def _create(table: str, *columns: sa.Column) -> None:
    """A table of things that happened to a device."""
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f(f"fk_{table}_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_device_id"), table, ["device_id"])
