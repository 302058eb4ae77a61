"""Figures of each day that is over, kept so that reports need not count calls and orders again (dispatch/figures)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class FigurePart(StrEnum):
    """By what a day's figures are told apart."""

    AREA = "area"  # every call, alarm and order is in one area or in none: these rows add up to the whole day
    SERVICE = "service"
    PROVIDER = "provider"
    OPERATOR = "operator"


class DailyFigure(Base):
    """One day's figures of one area, service, provider or operator; what each figure counts stands in docs/supervising.md."""

    __tablename__ = "daily_figures"
    __table_args__ = (UniqueConstraint("day", "part", "part_id"), Index("ix_daily_figures_part_day", "part", "day"))

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]  # by the community's clock
    part: Mapped[FigurePart]
    part_id: Mapped[int]  # the row's id; 0 where it is not known
    calls: Mapped[int] = mapped_column(default=0)
    by_machine: Mapped[int] = mapped_column(default=0)
    waited: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    in_15_s: Mapped[int] = mapped_column(default=0)
    abandoned: Mapped[int] = mapped_column(default=0)
    alarms: Mapped[int] = mapped_column(default=0)
    alarms_in_15_s: Mapped[int] = mapped_column(default=0)
    alarms_in_60_s: Mapped[int] = mapped_column(default=0)
    alarms_in_180_s: Mapped[int] = mapped_column(default=0)
    slowest_s: Mapped[int] = mapped_column(default=0)
    placed: Mapped[int] = mapped_column(default=0)
    at_once: Mapped[int] = mapped_column(default=0)
    in_15_min: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[int] = mapped_column(default=0)
    unfilled: Mapped[int] = mapped_column(default=0)
    complaints: Mapped[int] = mapped_column(default=0)
    scores: Mapped[int] = mapped_column(default=0)
    score_sum: Mapped[int] = mapped_column(default=0)
    offers: Mapped[int] = mapped_column(default=0)
    offers_accepted: Mapped[int] = mapped_column(default=0)
    offers_refused: Mapped[int] = mapped_column(default=0)
    offers_expired: Mapped[int] = mapped_column(default=0)
    ready_s: Mapped[int] = mapped_column(default=0)
    pause_s: Mapped[int] = mapped_column(default=0)
    wrap_up_s: Mapped[int] = mapped_column(default=0)
    talking_s: Mapped[int] = mapped_column(default=0)


class DailyHandling(Base):
    """How many of a day's calls were handled in up to so many seconds, and more than the next lower step (for medians)."""

    __tablename__ = "daily_handling"
    __table_args__ = (
        UniqueConstraint("day", "part", "part_id", "up_to_s"),
        Index("ix_daily_handling_part_day", "part", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    part: Mapped[FigurePart]
    part_id: Mapped[int]
    up_to_s: Mapped[int]
    calls: Mapped[int]


class FigureDay(Base):
    """A day whose figures are kept; one that is final is not counted again."""

    __tablename__ = "figure_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime]
    final: Mapped[bool] = mapped_column(default=False)
