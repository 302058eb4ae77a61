"""Calls, what was said in them turn by turn, and their recordings."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, utc_now
from models.devices import Device
from models.residents import Resident


class CallStatus(StrEnum):
    """Where a call is now, or how it ended."""

    TALKING = "talking"  # with the conversation
    WAITING = "waiting"  # in the operators' queue
    OPERATOR = "operator"  # with an operator
    ENDED = "ended"
    ABANDONED = "abandoned"  # hung up while waiting for a person: to be called back


class Direction(StrEnum):
    """Who called whom."""

    IN = "in"
    OUT = "out"  # we: an operator from the desk, or the machine (a care call, an order's call)


_OF_A_DEVICE = text("device_id IS NOT NULL")


class Call(Base):
    """One call to the hotline, or from it. `channel_id` is Asterisk's own unique id and names the recording."""

    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_status_started_at", "status", "started_at"),
        Index("ix_calls_of_devices", "started_at", sqlite_where=_OF_A_DEVICE, postgresql_where=_OF_A_DEVICE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(index=True)  # as normalise_number writes it; "" if withheld
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"), index=True)
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    status: Mapped[CallStatus] = mapped_column(default=CallStatus.TALKING)
    collected: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # slots heard so far, for whoever takes over
    outcome: Mapped[str] = mapped_column(default="")  # goodbye, hung_up, operator:<reason>
    answered_by: Mapped[str] = mapped_column(default="")  # the operator's telephone
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operators.id"), index=True)  # who sat at it
    direction: Mapped[Direction] = mapped_column(default=Direction.IN)
    wrapped_up_at: Mapped[datetime | None]  # when the operator was done with it
    note: Mapped[str] = mapped_column(default="")  # the operator's, at wrap-up
    started_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    handed_over_at: Mapped[datetime | None]
    operator_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    resident: Mapped[Resident | None] = relationship()
    device: Mapped[Device | None] = relationship()
    turns: Mapped[list[Turn]] = relationship(back_populates="call", order_by="Turn.id")
    recordings: Mapped[list[Recording]] = relationship(back_populates="call", order_by="Recording.id")


class Turn(Base):
    """One thing said in a call, by us or by the caller."""

    __tablename__ = "turns"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    speaker: Mapped[str]  # system | caller
    words: Mapped[str]
    prompt: Mapped[str] = mapped_column(default="")  # the prompt's name, for what we said
    heard: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # hypotheses, key, decision, seconds
    at: Mapped[datetime] = mapped_column(default=utc_now)

    call: Mapped[Call] = relationship(back_populates="turns")


class Recording(Base):
    """A recording of a call; `path` is relative to the recordings folder."""

    __tablename__ = "recordings"
    __table_args__ = (
        Index("ix_recordings_unsealed", "id", sqlite_where=text("sealed_at IS NULL"), postgresql_where=text("sealed_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    path: Mapped[str] = mapped_column(unique=True)
    # call: both sides, from the first ring; caller: what their phone sent, from when the line was opened.
    kind: Mapped[str] = mapped_column(default="call")
    made_at: Mapped[datetime] = mapped_column(default=utc_now)
    sealed_at: Mapped[datetime | None]  # since when the file is encrypted; its name then has .sealed after `path`

    call: Mapped[Call] = relationship(back_populates="recordings")
