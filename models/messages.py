"""Messages: every SMS that went out or came in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
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


class Message(Base):
    """One SMS. An outgoing one is sent only while its status is still CREATED."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    direction: Mapped[Direction]
    number: Mapped[str] = mapped_column(index=True)  # the other side's
    body: Mapped[str]
    status: Mapped[MessageStatus] = mapped_column(index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    gateway: Mapped[str] = mapped_column(default="")
    gateway_ref: Mapped[str | None] = mapped_column(unique=True)  # the gateway's own id: a webhook may come twice
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)  # of the status
