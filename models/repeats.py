"""Repeating orders: dinner every noon, the cleaner every Tuesday."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, utc_now
from models.providers import Provider
from models.residents import Resident
from models.services import Service


class Repeat(Base):
    """A wish that is ordered anew on each of its days; times are in the community's own time zone."""

    __tablename__ = "repeats"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("providers.id"))  # who is asked first
    details: Mapped[dict[str, str | int]] = mapped_column(JSON, default=dict)
    weekdays: Mapped[list[int]] = mapped_column(JSON)  # 0 = Monday
    starts: Mapped[time]
    ends: Mapped[time]
    on_holidays: Mapped[bool] = mapped_column(default=True)  # also on public holidays
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    paused_from: Mapped[date | None]  # the first day without, and the last
    paused_until: Mapped[date | None]
    placed_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]

    resident: Mapped[Resident] = relationship()
    service: Mapped[Service] = relationship()
    provider: Mapped[Provider | None] = relationship()
