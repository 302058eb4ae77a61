"""What is known of a device's health: when it fell silent, who has to go there, and how its tests went."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.devices import Device

_IS_OPEN = text("ended_at IS NULL")


class DeviceFault(Base):
    """A device that should be heard is not; at most one is open for a device."""

    __tablename__ = "device_faults"
    __table_args__ = (Index("uq_device_faults_open", "device_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"), index=True)
    silent_since: Mapped[datetime]  # when it was heard last, as far as anybody listened
    raised_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    device: Mapped[Device] = relationship()


class VisitReason(StrEnum):
    """Why somebody has to go to a device."""

    SILENT = "silent"
    NEVER_HEARD = "never_heard"
    TEST_FAILED = "test_failed"


class DeviceVisit(Base):
    """Somebody has to go there; at most one is open for a device. `ended_by` is "" where the phone came back by itself."""

    __tablename__ = "device_visits"
    __table_args__ = (Index("uq_device_visits_open", "device_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"), index=True)
    reason: Mapped[VisitReason]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")  # what was found there

    device: Mapped[Device] = relationship()


class TrialResult(StrEnum):
    """How a test call went."""

    FIRST_TIME = "first_time"
    LATER = "later"  # connected, but not at the first attempt
    FAILED = "failed"


class DeviceTest(Base):
    """A test call that was ticked off by hand; one that left an alarm or a call is known from that."""

    __tablename__ = "device_tests"

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    result: Mapped[TrialResult]
    by: Mapped[str]
    note: Mapped[str] = mapped_column(default="")

    device: Mapped[Device] = relationship()
