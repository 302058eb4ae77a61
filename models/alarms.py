"""Alarms: an SOS, by key or by word, and that a person was brought."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, utc_now
from models.calls import Call
from models.devices import Device
from models.residents import Resident


class AlarmSource(StrEnum):
    """What raised an alarm."""

    KEY = "key"
    WORDS = "words"


class AlarmStatus(StrEnum):
    """How far an alarm has come."""

    RAISED = "raised"
    ANSWERED = "answered"
    CLOSED = "closed"


class Alarm(Base):
    """One SOS. `channel_id` is Asterisk's unique id of the call: one call raises one alarm, however often it is reported."""

    __tablename__ = "alarms"

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[str] = mapped_column(unique=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    source: Mapped[AlarmSource]
    status: Mapped[AlarmStatus] = mapped_column(default=AlarmStatus.RAISED, index=True)
    words: Mapped[str] = mapped_column(default="")
    raised_at: Mapped[datetime] = mapped_column(default=utc_now)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]

    resident: Mapped[Resident | None] = relationship()
    device: Mapped[Device | None] = relationship()
    call: Mapped[Call | None] = relationship()
