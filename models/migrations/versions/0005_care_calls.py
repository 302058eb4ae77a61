"""Care calls"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "care_plans",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column(
            "care_group", sa.Enum("high", "key", "other", "none", name="caregroup", native_enum=False, length=32), nullable=False
        ),
        sa.Column("hours", sa.String(), nullable=False),
        sa.Column("takes_medicine", sa.Boolean(), nullable=False),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("discharged_on", sa.Date(), nullable=True),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_care_plans_resident_id")),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_care_plans")),
    )
    op.create_table(
        "care_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum("routine", "hospital", "change", "asked", name="carereason", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum("planned", "calling", "held", "unreached", "dropped", name="carestatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_care_calls_resident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_calls")),
    )
    op.create_index("ix_care_calls_due_at", "care_calls", ["due_at"], unique=False)
    op.create_index("ix_care_calls_resident_id", "care_calls", ["resident_id"], unique=False)
    op.create_index("ix_care_calls_status", "care_calls", ["status"], unique=False)
    op.create_table(
        "care_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("care_call_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "held",
                "no_answer",
                "busy",
                "gone",
                "machine",
                "silent",
                "bad_line",
                "not_now",
                "other_person",
                "cut_off",
                "failed",
                name="careresult",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_care_attempts_call_id")),
        sa.ForeignKeyConstraint(["care_call_id"], ["care_calls.id"], name=op.f("fk_care_attempts_care_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_attempts")),
    )
    op.create_index("ix_care_attempts_care_call_id", "care_attempts", ["care_call_id"], unique=False)
    op.create_index("ix_care_attempts_result", "care_attempts", ["result"], unique=False)
    op.create_table(
        "care_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("care_call_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("meanings", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["care_call_id"], ["care_calls.id"], name=op.f("fk_care_answers_care_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_answers")),
    )
    op.create_index("ix_care_answers_care_call_id", "care_answers", ["care_call_id"], unique=False)
    op.create_table(
        "care_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("care_call_id", sa.Integer(), nullable=False),
        sa.Column(
            "concern",
            sa.Enum(
                "unwell",
                "fell",
                "low",
                "confused",
                "not_eaten",
                "medicine_out",
                "unreached",
                name="careconcern",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_care_tasks_call_id")),
        sa.ForeignKeyConstraint(["care_call_id"], ["care_calls.id"], name=op.f("fk_care_tasks_care_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_tasks")),
        sa.UniqueConstraint("care_call_id", "concern", name=op.f("uq_care_tasks_care_call_id_concern")),
    )
    op.create_index("ix_care_tasks_care_call_id", "care_tasks", ["care_call_id"], unique=False)
    op.create_index("ix_care_tasks_done_at", "care_tasks", ["done_at"], unique=False)


def downgrade() -> None:
    """Go back to the version before."""
    for table in ("care_tasks", "care_answers", "care_attempts", "care_calls", "care_plans"):
        op.drop_table(table)
