"""Dispatch"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


# Columns that every row has a value for, and those that may be empty: table, name, kind, value.
NEW_COLUMNS: list[tuple[str, str, Any, str | None]] = [
    ("messages", "template", sa.String(), ""),
    ("messages", "urgent", sa.Boolean(), "1"),
    ("messages", "segments", sa.Integer(), "1"),
    ("messages", "not_before", sa.DateTime(timezone=True), None),
    ("messages", "sent_at", sa.DateTime(timezone=True), None),
    ("messages", "delivered_at", sa.DateTime(timezone=True), None),
    ("messages", "acted_at", sa.DateTime(timezone=True), None),
    ("offers", "way", sa.Enum("sms", "call", "plan", "person", name="offerway", native_enum=False, length=32), "sms"),
    ("offers", "refused_because", sa.String(), ""),
    ("orders", "visit_at", sa.DateTime(timezone=True), None),
    ("orders", "visit_code", sa.String(), ""),
    ("orders", "asked_again", sa.Integer(), "0"),
    ("orders", "delay_told_at", sa.DateTime(timezone=True), None),
    ("orders", "repeat_on", sa.Date(), None),
    ("orders", "price_fen", sa.Integer(), None),
    ("orders", "subsidy_fen", sa.Integer(), None),
    ("orders", "owed_fen", sa.Integer(), None),
    ("providers", "days_off", sa.JSON(), "[]"),
    ("providers", "orders_a_day", sa.Integer(), "8"),
    ("providers", "price_percent", sa.Integer(), "100"),
    ("providers", "scores", sa.Integer(), "0"),
    ("providers", "credit", sa.Double(), "80"),
    ("providers", "frozen_at", sa.DateTime(timezone=True), None),
    ("providers", "language", sa.String(), "zh"),
    ("providers", "confirmed_on", sa.Date(), None),
    ("providers", "confirmation_asked_at", sa.DateTime(timezone=True), None),
    ("providers", "correction", sa.String(), ""),
    ("residents", "subsidy_percent", sa.Integer(), "0"),
    ("services", "offered_at_once", sa.Integer(), "1"),
    ("services", "volunteers_first", sa.Boolean(), "0"),
    ("services", "worker_gender", sa.String(), ""),
    ("services", "duration_min", sa.Integer(), "60"),
    ("services", "planned", sa.Boolean(), "0"),
    ("services", "subsidy_percent", sa.Integer(), "0"),
    ("workers", "active", sa.Boolean(), "1"),
]
# Columns that name a row of another table.
NEW_REFERENCES = [("offers", "worker_id", "workers"), ("orders", "worker_id", "workers"), ("orders", "repeat_id", "repeats")]


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "gateway_states",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_gateway_states")),
    )
    op.create_table(
        "early_receipts",
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("gateway_ref", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("gateway", "gateway_ref", name=op.f("pk_early_receipts")),
    )
    op.create_index(op.f("ix_early_receipts_at"), "early_receipts", ["at"])
    op.create_table(
        "opt_outs",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_opt_outs")),
    )
    op.create_table(
        "troubles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_troubles")),
        sa.UniqueConstraint("job", "subject_id", name=op.f("uq_troubles_job_subject_id")),
    )
    op.create_index("ix_troubles_ended_at", "troubles", ["ended_at"], unique=False)

    op.create_table(
        "repeats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("on_holidays", sa.Boolean(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("paused_from", sa.Date(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_repeats_provider_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_repeats_resident_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_repeats_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeats")),
    )
    op.create_index("ix_repeats_resident_id", "repeats", ["resident_id"], unique=False)

    op.create_table(
        "provider_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("happened", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_provider_events_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_events")),
    )
    op.create_index("ix_provider_events_provider_id", "provider_events", ["provider_id"], unique=False)

    op.create_table(
        "wishes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum("again", "never", "woman", "man", name="wishkind", native_enum=False, length=32), nullable=False
        ),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("worker_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_wishes_provider_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_wishes_resident_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_wishes_service_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_wishes_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wishes")),
    )
    op.create_index("ix_wishes_resident_id", "wishes", ["resident_id"], unique=False)

    op.create_table(
        "complaints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_by", sa.String(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("finding", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_complaints_call_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_complaints_order_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_complaints_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
    )
    op.create_index("ix_complaints_looked_at", "complaints", ["looked_at"], unique=False)
    op.create_index("ix_complaints_order_id", "complaints", ["order_id"], unique=False)
    op.create_index("ix_complaints_provider_id", "complaints", ["provider_id"], unique=False)

    op.create_table(
        "credit_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "score",
                "complaint",
                "late",
                "given_back",
                "unanswered",
                "done",
                "corrected",
                name="creditreason",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("change", sa.Double(), nullable=False),
        sa.Column("credit", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_credit_changes_order_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_credit_changes_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_changes")),
    )
    op.create_index("ix_credit_changes_order_id", "credit_changes", ["order_id"], unique=False)
    op.create_index("ix_credit_changes_provider_id", "credit_changes", ["provider_id"], unique=False)

    op.create_table(
        "order_follow_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("due", "held", "by_hand", "dropped", name="followupstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was_done", sa.Boolean(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_order_follow_ups_call_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_follow_ups_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_follow_ups")),
        sa.UniqueConstraint("order_id", name=op.f("uq_order_follow_ups_order_id")),
    )
    op.create_index("ix_order_follow_ups_due_at", "order_follow_ups", ["due_at"], unique=False)
    op.create_index("ix_order_follow_ups_status", "order_follow_ups", ["status"], unique=False)

    op.create_table(
        "proofs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum("photo", "signature", "code", name="proofkind", native_enum=False, length=32), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_proofs_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proofs")),
    )
    op.create_index("ix_proofs_order_id", "proofs", ["order_id"], unique=False)

    op.create_table(
        "supervisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "not_accepted",
                "not_arrived",
                "not_completed",
                "not_followed_up",
                "not_looked_at",
                name="latekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_supervisions_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervisions")),
    )
    op.create_index("ix_supervisions_ended_at", "supervisions", ["ended_at"], unique=False)
    op.create_index("ix_supervisions_order_id", "supervisions", ["order_id"], unique=False)

    op.create_table(
        "provider_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("session_hash", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_provider_links_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_links")),
        sa.UniqueConstraint("session_hash", name=op.f("uq_provider_links_session_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_provider_links_token_hash")),
    )
    op.create_index("ix_provider_links_offer_id", "provider_links", ["offer_id"], unique=False)

    op.create_table(
        "day_plans",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("unplanned", sa.Integer(), nullable=False),
        sa.Column("travel_km", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_day_plans")),
    )
    op.create_table(
        "planned_visits",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("worker_id", sa.Integer(), nullable=True),
        sa.Column("visit_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_planned_visits_order_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_planned_visits_provider_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_planned_visits_worker_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_planned_visits")),
    )
    op.create_index("ix_planned_visits_day", "planned_visits", ["day"], unique=False)

    op.create_table(
        "outbound_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("offer", "tell", "follow_up", "connect", name="callpurpose", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("follow_up_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("due", "calling", "done", "unreached", "dropped", name="outboundstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["follow_up_id"], ["order_follow_ups.id"], name=op.f("fk_outbound_calls_follow_up_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_outbound_calls_message_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_outbound_calls_offer_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_outbound_calls_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbound_calls")),
        sa.UniqueConstraint("follow_up_id", name=op.f("uq_outbound_calls_follow_up_id")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbound_calls_message_id")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_outbound_calls_offer_id")),
    )
    op.create_index("ix_outbound_calls_due_at", "outbound_calls", ["due_at"], unique=False)
    op.create_index("ix_outbound_calls_order_id", "outbound_calls", ["order_id"], unique=False)
    op.create_index("ix_outbound_calls_status", "outbound_calls", ["status"], unique=False)

    op.create_table(
        "outbound_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbound_call_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "done",
                "no_answer",
                "busy",
                "gone",
                "silent",
                "cut_off",
                "failed",
                name="outboundresult",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_outbound_attempts_call_id")),
        sa.ForeignKeyConstraint(["outbound_call_id"], ["outbound_calls.id"], name=op.f("fk_outbound_attempts_outbound_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbound_attempts")),
    )
    op.create_index("ix_outbound_attempts_outbound_call_id", "outbound_attempts", ["outbound_call_id"], unique=False)
    op.create_index("ix_outbound_attempts_result", "outbound_attempts", ["result"], unique=False)

    # Not in a batch: on SQLite that would make the table anew, which other tables' rows forbid. Nothing refers to messages yet.
    for table, name, kind, value in NEW_COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=value is None, server_default=value))
    for table, name, other in NEW_REFERENCES:
        # In words of our own: Alembic knows no way to add a foreign key on SQLite. All of it is ours, nothing comes from outside.
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} INTEGER CONSTRAINT fk_{table}_{name} REFERENCES {other} (id)")
    op.create_index("ix_orders_repeat_id", "orders", ["repeat_id"], unique=False)
    op.create_index("uq_orders_repeat", "orders", ["repeat_id", "repeat_on"], unique=True)
    op.drop_index("uq_offers_open", "offers")
    won = sa.text("status = 'accepted'")
    op.create_index("uq_offers_won", "offers", ["order_id"], unique=True, sqlite_where=won, postgresql_where=won)
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint("uq_messages_gateway_ref", type_="unique")
        messages.create_unique_constraint("uq_messages_gateway_gateway_ref", ["gateway", "gateway_ref"])
    # Until now what a message said was done as it was kept.
    op.execute("UPDATE messages SET acted_at = created_at WHERE direction = 'in'")
    to_act_on = sa.text("direction = 'in' AND acted_at IS NULL")
    op.create_index("ix_messages_to_act_on", "messages", ["id"], sqlite_where=to_act_on, postgresql_where=to_act_on)


def downgrade() -> None:
    """Go back to the version before. An order that was open to several providers at once stops it: end those offers first."""
    op.drop_index("ix_messages_to_act_on", "messages")
    op.drop_index("uq_offers_won", "offers")
    is_open = sa.text("status = 'open'")
    op.create_index("uq_offers_open", "offers", ["order_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.drop_index("uq_orders_repeat", "orders")
    op.drop_index("ix_orders_repeat_id", "orders")
    for table, name, _ in NEW_REFERENCES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column(name)
    for table in (
        "outbound_attempts",
        "outbound_calls",
        "planned_visits",
        "day_plans",
        "provider_links",
        "supervisions",
        "proofs",
        "order_follow_ups",
        "credit_changes",
        "complaints",
        "provider_events",
        "wishes",
        "repeats",
        "troubles",
        "opt_outs",
        "gateway_states",
        "early_receipts",
    ):
        op.drop_table(table)
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint("uq_messages_gateway_gateway_ref", type_="unique")
        messages.create_unique_constraint("uq_messages_gateway_ref", ["gateway_ref"])
    for table, name, _, _ in reversed(NEW_COLUMNS):
        op.drop_column(table, name)
