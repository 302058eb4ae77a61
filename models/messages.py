"""Messages: every SMS that went out or came in, and who wants none."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, utc_now


class Direction(StrEnum):
    """Which way a message went."""

    OUT = "out"
    IN = "in"


class MessageStatus(StrEnum):
    """How far a message has come; incoming ones are RECEIVED."""

    CREATED = "created"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    RECEIVED = "received"
    BY_VOICE = "by_voice"  # not sent: an OutboundCall speaks it


_TO_ACT_ON = "direction = 'in' AND acted_at IS NULL"


class Message(Base):
    """One SMS. An outgoing one is sent only while its status is still CREATED."""

    __tablename__ = "messages"
    # A gateway may report the same message twice; two gateways may use the same id.
    __table_args__ = (
        UniqueConstraint("gateway", "gateway_ref"),
        Index("ix_messages_sent_at", "sent_at"),
        Index("ix_messages_to_act_on", "id", sqlite_where=text(_TO_ACT_ON), postgresql_where=text(_TO_ACT_ON)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    direction: Mapped[Direction]
    number: Mapped[str] = mapped_column(index=True)  # the other side's
    body: Mapped[str]
    status: Mapped[MessageStatus] = mapped_column(index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    gateway: Mapped[str] = mapped_column(default="")
    gateway_ref: Mapped[str | None]  # the gateway's own id
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)  # of the status
    template: Mapped[str] = mapped_column(default="")  # which text it was made from
    urgent: Mapped[bool] = mapped_column(default=True)  # whether it may be sent in the quiet hours
    segments: Mapped[int] = mapped_column(default=1)  # how many SMS it is charged as
    not_before: Mapped[datetime | None]  # kept back until then (quiet hours)
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    acted_at: Mapped[datetime | None]  # when what an incoming one says was done


class EarlyReceipt(Base):
    """What a gateway told of a message before we had written down that it took it."""

    __tablename__ = "early_receipts"

    gateway: Mapped[str] = mapped_column(primary_key=True)
    gateway_ref: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[MessageStatus]
    at: Mapped[datetime] = mapped_column(index=True)


class OptOut(Base):
    """A number that wants no more SMS; it is telephoned instead."""

    __tablename__ = "opt_outs"

    number: Mapped[str] = mapped_column(primary_key=True)  # as normalise_number writes it
    at: Mapped[datetime] = mapped_column(default=utc_now)


class GatewayState(Base):
    """How much of the traffic a gateway is given now; it has no row while it has its whole share."""

    __tablename__ = "gateway_states"

    name: Mapped[str] = mapped_column(primary_key=True)  # as the settings name it
    weight: Mapped[int]  # 0: none, for now
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)
    reason: Mapped[str] = mapped_column(default="")
