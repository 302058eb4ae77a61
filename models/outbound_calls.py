"""Calls that we place about orders: an offer, a text that no SMS brings, a follow-up, a provider put through to a resident."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, utc_now
from models.follow_ups import OrderFollowUp
from models.messages import Message
from models.orders import Offer, Order


class CallPurpose(StrEnum):
    """Why a call is placed."""

    OFFER = "offer"  # a provider is asked for 1 or 2
    TELL = "tell"  # a message is spoken, because it could not be delivered
    FOLLOW_UP = "follow_up"  # a resident is asked how it was
    CONNECT = "connect"  # a provider is rung, and then put through to the resident


class OutboundStatus(StrEnum):
    """How far a call has come."""

    DUE = "due"  # to be placed at `due_at`
    CALLING = "calling"
    DONE = "done"  # somebody was reached and it did what it was for
    UNREACHED = "unreached"  # all attempts were in vain
    DROPPED = "dropped"  # not wanted any more


class OutboundResult(StrEnum):
    """What came of one attempt."""

    DONE = "done"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    GONE = "gone"
    SILENT = "silent"  # answered, and neither key nor word came
    CUT_OFF = "cut_off"
    FAILED = "failed"  # by our own fault


class OutboundCall(Base):
    """One call to be placed, with all its attempts; one for each thing it is about."""

    __tablename__ = "outbound_calls"
    __table_args__ = (UniqueConstraint("offer_id"), UniqueConstraint("message_id"), UniqueConstraint("follow_up_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[CallPurpose]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    follow_up_id: Mapped[int | None] = mapped_column(ForeignKey("order_follow_ups.id"))
    number: Mapped[str]  # who is rung, as normalise_number writes it; "" where the resident's own telephones are tried in turn
    status: Mapped[OutboundStatus] = mapped_column(default=OutboundStatus.DUE, index=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    made_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]

    order: Mapped[Order | None] = relationship()
    offer: Mapped[Offer | None] = relationship()
    message: Mapped[Message | None] = relationship()
    follow_up: Mapped[OrderFollowUp | None] = relationship()
    attempts: Mapped[list[OutboundAttempt]] = relationship(back_populates="outbound_call", order_by="OutboundAttempt.id")


class OutboundAttempt(Base):
    """One time that a telephone was rung."""

    __tablename__ = "outbound_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    outbound_call_id: Mapped[int] = mapped_column(ForeignKey("outbound_calls.id"), index=True)
    way: Mapped[str]  # a number, or device-<id> for a one-key phone
    began_at: Mapped[datetime]
    result: Mapped[OutboundResult | None] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))  # where it was a conversation

    outbound_call: Mapped[OutboundCall] = relationship(back_populates="attempts")
