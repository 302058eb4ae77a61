"""After the work: the follow-up call to the resident, and complaints."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, utc_now
from models.orders import Order
from models.providers import Provider


class FollowUpStatus(StrEnum):
    """How far a follow-up has come."""

    DUE = "due"  # to be called at `due_at`, by an OutboundCall
    HELD = "held"  # the resident has said how it was
    BY_HAND = "by_hand"  # nobody was reached, or no score was understood: a person calls
    DROPPED = "dropped"  # not wanted: the order was cancelled or disputed meanwhile


class OrderFollowUp(Base):
    """Asking the resident how the work was; one an order."""

    __tablename__ = "order_follow_ups"
    __table_args__ = (Index("ix_order_follow_ups_status_due_at", "status", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), unique=True)
    status: Mapped[FollowUpStatus] = mapped_column(default=FollowUpStatus.DUE)
    due_at: Mapped[datetime] = mapped_column(index=True)
    was_done: Mapped[bool | None]  # whether the resident says that it was done
    score: Mapped[int | None]  # 1..5
    words: Mapped[str] = mapped_column(default="")  # what else the resident said
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(default="")  # resident (in the call), or an operator's login

    order: Mapped[Order] = relationship()


class Complaint(Base):
    """What a resident found wrong; the provider gets no offers until a person has looked at it."""

    __tablename__ = "complaints"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"), index=True)
    words: Mapped[str]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))  # in which it was said, with its sound
    raised_at: Mapped[datetime] = mapped_column(default=utc_now)
    raised_by: Mapped[str]  # resident, or an operator's login
    looked_at: Mapped[datetime | None] = mapped_column(index=True)
    looked_by: Mapped[str] = mapped_column(default="")
    upheld: Mapped[bool | None]
    finding: Mapped[str] = mapped_column(default="")

    order: Mapped[Order] = relationship()
    provider: Mapped[Provider] = relationship()


class LateKind(StrEnum):
    """What is late about an order."""

    NOT_ACCEPTED = "not_accepted"
    NOT_ARRIVED = "not_arrived"
    NOT_COMPLETED = "not_completed"
    NOT_FOLLOWED_UP = "not_followed_up"
    NOT_LOOKED_AT = "not_looked_at"  # a complaint


class Supervision(Base):
    """督办: something is late, and a person must see to it; one a kind and order at a time."""

    __tablename__ = "supervisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    kind: Mapped[LateKind]
    raised_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    ended_by: Mapped[str] = mapped_column(default="")  # dispatch where it mended itself, or an operator's login
    note: Mapped[str] = mapped_column(default="")

    order: Mapped[Order] = relationship()
