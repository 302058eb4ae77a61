"""Desk"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Columns that every row has a value for, and those that may be empty: table, name, kind, value.
NEW_COLUMNS: list[tuple[str, str, Any, str | None]] = [
    ("calls", "direction", sa.Enum("in", "out", name="direction", native_enum=False, length=32), "in"),
    ("calls", "wrapped_up_at", sa.DateTime(timezone=True), None),
    ("calls", "note", sa.String(), ""),
    ("operators", "totp_secret", sa.String(), ""),
    ("operators", "totp_last", sa.Integer(), "0"),
    ("operators", "visits_from", sa.DateTime(timezone=True), None),
    ("operators", "language", sa.Enum("both", "zh", "en", name="language", native_enum=False, length=32), "both"),
    ("operators", "large_type", sa.Boolean(), "0"),
    ("operators", "high_contrast", sa.Boolean(), "0"),
    ("offers", "outdated_at", sa.DateTime(timezone=True), None),
    ("orders", "form_key", sa.String(), None),
    ("alarm_attempts", "sealed_at", sa.DateTime(timezone=True), None),
    ("recordings", "sealed_at", sa.DateTime(timezone=True), None),
    ("voice_mails", "sealed_at", sa.DateTime(timezone=True), None),
    ("residents", "id_number", sa.String(), ""),
    ("residents", "entrance", sa.String(), ""),
    ("residents", "speaks", sa.String(), ""),
    ("residents", "hearing", sa.Enum("good", "hard", "deaf", name="hearing", native_enum=False, length=32), "good"),
    ("residents", "risks", sa.JSON(), "[]"),
    ("residents", "medicines", sa.String(), ""),
    ("residents", "left_on", sa.Date(), None),
]
COUNTED_BY = [
    ("alarms", "raised_at"),
    ("offers", "made_at"),
    ("order_events", "at"),
    ("order_follow_ups", "ended_at"),
    ("orders", "placed_at"),
]
SEALED = ("alarm_attempts", "recordings", "voice_mails")


def upgrade() -> None:
    """Go to this version."""
    op.create_table('announcements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('zh', sa.String(), nullable=False),
    sa.Column('en', sa.String(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcements'))
    )
    op.create_index('ix_announcements_ends_at', 'announcements', ['ends_at'])

    op.create_table('search_terms',
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('term', sa.String(length=60).with_variant(sa.String(length=60, collation='C'), 'postgresql'), nullable=False),
    sa.Column('inside', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'row_id', 'term', name=op.f('pk_search_terms')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_search_terms_kind_inside_term_row_id', 'search_terms', ['kind', 'inside', 'term', 'row_id'])

    op.create_table('resident_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('resident_id', sa.Integer(), nullable=False),
    sa.Column('happened', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['resident_id'], ['residents.id'], name=op.f('fk_resident_events_resident_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resident_events'))
    )
    op.create_index('ix_resident_events_resident_id', 'resident_events', ['resident_id'])

    op.create_table('service_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('happened', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_service_events_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_events'))
    )
    op.create_index('ix_service_events_service_id', 'service_events', ['service_id'])

    op.create_table('desk_spans',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('ready', 'pause', 'wrap_up', 'away', name='deskstate', native_enum=False, length=32), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_desk_spans_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk_spans'))
    )
    op.create_index('ix_desk_spans_began_at', 'desk_spans', ['began_at'])
    op.create_index('ix_desk_spans_ended_at', 'desk_spans', ['ended_at'])
    op.create_index('ix_desk_spans_operator_id_ended_at', 'desk_spans', ['operator_id', 'ended_at'])

    op.create_table('desk_pages',
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('page', sa.String(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_desk_pages_operator_id')),
    sa.PrimaryKeyConstraint('operator_id', name=op.f('pk_desk_pages'))
    )
    op.create_table('operator_areas',
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_operator_areas_area_id')),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_operator_areas_operator_id')),
    sa.PrimaryKeyConstraint('operator_id', 'area_id', name=op.f('pk_operator_areas'))
    )
    op.create_table('prompt_voices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('prompt', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('wording', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('path', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('live_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_off_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['operators.id'], name=op.f('fk_prompt_voices_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_prompt_voices')),
    sa.UniqueConstraint('path', name=op.f('uq_prompt_voices_path'))
    )
    op.create_index('ix_prompt_voices_prompt', 'prompt_voices', ['prompt'])

    op.create_table('recording_plays',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('path', sa.String(), nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_recording_plays_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recording_plays'))
    )
    op.create_index('ix_recording_plays_at', 'recording_plays', ['at'])
    op.create_index('ix_recording_plays_operator_id', 'recording_plays', ['operator_id'])
    op.create_index('ix_recording_plays_path', 'recording_plays', ['path'])

    op.create_table('shifts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('begins_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_shifts_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shifts'))
    )
    op.create_index('ix_shifts_begins_at', 'shifts', ['begins_at'])
    op.create_index('ix_shifts_operator_id', 'shifts', ['operator_id'])

    op.create_table('audits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('seed', sa.String(), nullable=False),
    sa.Column('emergency', sa.Boolean(), nullable=False),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('scores', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_audits_call_id')),
    sa.ForeignKeyConstraint(['done_by'], ['operators.id'], name=op.f('fk_audits_done_by')),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_audits_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audits')),
    sa.UniqueConstraint('call_id', name=op.f('uq_audits_call_id')),
    sa.UniqueConstraint('operator_id', 'month', 'place', name=op.f('uq_audits_operator_id_month_place'))
    )
    op.create_index('ix_audits_done_at', 'audits', ['done_at'])
    op.create_index('ix_audits_month', 'audits', ['month'])
    op.create_index('ix_audits_operator_id', 'audits', ['operator_id'])

    op.create_table('call_backs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('resident_id', sa.Integer(), nullable=True),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('waits_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('taken_by', sa.Integer(), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_call_backs_call_id')),
    sa.ForeignKeyConstraint(['resident_id'], ['residents.id'], name=op.f('fk_call_backs_resident_id')),
    sa.ForeignKeyConstraint(['taken_by'], ['operators.id'], name=op.f('fk_call_backs_taken_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_backs')),
    sa.UniqueConstraint('call_id', name=op.f('uq_call_backs_call_id'))
    )
    op.create_index('ix_call_backs_done_at', 'call_backs', ['done_at'])
    op.create_index('ix_call_backs_number', 'call_backs', ['number'])
    op.create_index('ix_call_backs_resident_id', 'call_backs', ['resident_id'])
    is_open = sa.text("done_at IS NULL")
    op.create_index('uq_call_backs_open', 'call_backs', ['number'], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index('ix_contacts_number', 'contacts', ['number'])

    op.create_table('desk_acts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('dial', 'transfer', 'warm_transfer', 'call_in', 'rejoin', 'listen', 'whisper', 'join', name='deskactkind', native_enum=False, length=32), nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=True),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_desk_acts_call_id')),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_desk_acts_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk_acts'))
    )
    op.create_index('ix_desk_acts_at', 'desk_acts', ['at'])
    op.create_index('ix_desk_acts_call_id', 'desk_acts', ['call_id'])
    op.create_index('ix_desk_acts_operator_id', 'desk_acts', ['operator_id'])

    op.create_table('file_openings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('resident_id', sa.Integer(), nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_file_openings_call_id')),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_file_openings_operator_id')),
    sa.ForeignKeyConstraint(['resident_id'], ['residents.id'], name=op.f('fk_file_openings_resident_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file_openings'))
    )
    op.create_index('ix_file_openings_at', 'file_openings', ['at'])
    op.create_index('ix_file_openings_operator_id', 'file_openings', ['operator_id'])
    op.create_index('ix_file_openings_resident_id', 'file_openings', ['resident_id'])

    op.create_table('daily_figures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('part', sa.Enum('area', 'service', 'provider', 'operator', name='figurepart', native_enum=False, length=32), nullable=False),
    sa.Column('part_id', sa.Integer(), nullable=False),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.Column('by_machine', sa.Integer(), nullable=False),
    sa.Column('waited', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=False),
    sa.Column('in_15_s', sa.Integer(), nullable=False),
    sa.Column('abandoned', sa.Integer(), nullable=False),
    sa.Column('alarms', sa.Integer(), nullable=False),
    sa.Column('alarms_in_15_s', sa.Integer(), nullable=False),
    sa.Column('alarms_in_60_s', sa.Integer(), nullable=False),
    sa.Column('alarms_in_180_s', sa.Integer(), nullable=False),
    sa.Column('slowest_s', sa.Integer(), nullable=False),
    sa.Column('placed', sa.Integer(), nullable=False),
    sa.Column('at_once', sa.Integer(), nullable=False),
    sa.Column('in_15_min', sa.Integer(), nullable=False),
    sa.Column('accepted', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('cancelled', sa.Integer(), nullable=False),
    sa.Column('unfilled', sa.Integer(), nullable=False),
    sa.Column('complaints', sa.Integer(), nullable=False),
    sa.Column('scores', sa.Integer(), nullable=False),
    sa.Column('score_sum', sa.Integer(), nullable=False),
    sa.Column('offers', sa.Integer(), nullable=False),
    sa.Column('offers_accepted', sa.Integer(), nullable=False),
    sa.Column('offers_refused', sa.Integer(), nullable=False),
    sa.Column('offers_expired', sa.Integer(), nullable=False),
    sa.Column('ready_s', sa.Integer(), nullable=False),
    sa.Column('pause_s', sa.Integer(), nullable=False),
    sa.Column('wrap_up_s', sa.Integer(), nullable=False),
    sa.Column('talking_s', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_daily_figures')),
    sa.UniqueConstraint('day', 'part', 'part_id', name=op.f('uq_daily_figures_day_part_part_id'))
    )
    op.create_index('ix_daily_figures_part_day', 'daily_figures', ['part', 'day'])

    op.create_table('daily_handling',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('part', sa.Enum('area', 'service', 'provider', 'operator', name='figurepart', native_enum=False, length=32), nullable=False),
    sa.Column('part_id', sa.Integer(), nullable=False),
    sa.Column('up_to_s', sa.Integer(), nullable=False),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_daily_handling')),
    sa.UniqueConstraint('day', 'part', 'part_id', 'up_to_s', name=op.f('uq_daily_handling_day_part_part_id_up_to_s'))
    )
    op.create_index('ix_daily_handling_part_day', 'daily_handling', ['part', 'day'])

    op.create_table('figure_days',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('final', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_figure_days'))
    )
    # What happened on one day is counted by index.
    for table, column in COUNTED_BY:
        op.create_index(f"ix_{table}_{column}", table, [column])

    # Not in a batch: on SQLite that would make the table anew, which other tables' rows forbid.
    for table, name, kind, value in NEW_COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=value is None, server_default=value))
    # What is still to be sealed is found by index.
    for table in SEALED:
        unsealed = sa.text("sealed_at IS NULL")
        op.create_index(f"ix_{table}_unsealed", table, ["id"], sqlite_where=unsealed, postgresql_where=unsealed)
    # In words of our own: Alembic knows no way to add a foreign key on SQLite. All of it is ours, nothing comes from outside.
    op.execute("ALTER TABLE calls ADD COLUMN operator_id INTEGER CONSTRAINT fk_calls_operator_id REFERENCES operators (id)")
    op.create_index("ix_calls_operator_id", "calls", ["operator_id"])
    op.create_index("ix_calls_device_id", "calls", ["device_id"])
    op.create_index("uq_orders_form_key", "orders", ["form_key"], unique=True)
    op.create_index("ix_orders_ends_at", "orders", ["ends_at"])


def downgrade() -> None:
    """Go back to the version before. What is sealed stays sealed: unseal the recordings first."""
    op.drop_index("ix_contacts_number", "contacts")
    for sealed in SEALED:
        op.drop_index(f"ix_{sealed}_unsealed", sealed)
    for indexed, column in COUNTED_BY:
        op.drop_index(f"ix_{indexed}_{column}", indexed)
    op.drop_index("ix_orders_ends_at", "orders")
    op.drop_index("uq_orders_form_key", "orders")
    op.drop_index("ix_calls_device_id", "calls")
    op.drop_index("ix_calls_operator_id", "calls")
    with op.batch_alter_table("calls") as calls:
        calls.drop_column("operator_id")
    for table, name, _, _ in reversed(NEW_COLUMNS):
        op.drop_column(table, name)
    for table in ("figure_days", "daily_handling", "daily_figures", "file_openings", "desk_acts", "call_backs", "audits", "shifts", "recording_plays", "prompt_voices", "operator_areas", "desk_spans", "desk_pages", "service_events", "resident_events", "search_terms", "announcements"):
        op.drop_table(table)
