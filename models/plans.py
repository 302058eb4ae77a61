"""A day's plan: who goes where and when, decided for all of the day's planned work together."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class DayPlan(Base):
    """The making of one day's plan. Whoever begins it claims the day; a claim that came to nothing is taken over."""

    __tablename__ = "day_plans"

    day: Mapped[date] = mapped_column(primary_key=True)  # in the community's own time
    began_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    visits: Mapped[int] = mapped_column(default=0)  # how many were to be planned
    unplanned: Mapped[int] = mapped_column(default=0)  # how many of them nobody could be found for
    travel_km: Mapped[float] = mapped_column(default=0.0)  # of all workers together, as far as the plan knows


class PlannedVisit(Base):
    """What a day's plan says of one order; where it found nobody, the order is offered in the ordinary way."""

    __tablename__ = "planned_visits"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("providers.id"))
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("workers.id"))
    visit_at: Mapped[datetime | None]
    reasons: Mapped[dict[str, Any]] = mapped_column(JSON)  # as a ranking's
    made_at: Mapped[datetime]
