"""Providers, their workers, what they can do, where, and when."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import JSON, Column, ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.areas import Area
from models.base import Base

provider_areas = Table(
    "provider_areas",
    Base.metadata,
    Column("provider_id", ForeignKey("providers.id"), primary_key=True),
    Column("area_id", ForeignKey("areas.id"), primary_key=True),
)


class Provider(Base):
    """A firm or volunteer group that does the work at the door; it is reached by SMS at `number`."""

    __tablename__ = "providers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(unique=True)  # as normalise_number writes it
    skills: Mapped[list[str]] = mapped_column(JSON)
    latitude: Mapped[float]
    longitude: Mapped[float]
    opens: Mapped[time]  # in the community's own time
    closes: Mapped[time]
    open_weekdays: Mapped[list[int]] = mapped_column(JSON)  # 0 = Monday, as datetime.weekday()
    days_off: Mapped[list[str]] = mapped_column(JSON, default=list)  # ISO dates: 2026-11-23
    orders_a_day: Mapped[int] = mapped_column(default=8)  # how many it can bear
    price_percent: Mapped[int] = mapped_column(default=100)  # of the catalogue's price
    rating: Mapped[float]  # 0..5, the mean of the residents' scores
    scores: Mapped[int] = mapped_column(default=0)  # how many scores the rating is made of
    credit: Mapped[float] = mapped_column(default=80.0)  # 0..100; moves only by a CreditChange
    volunteer: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    frozen_at: Mapped[datetime | None]  # gets no offers until a person has looked at a complaint
    language: Mapped[str] = mapped_column(default="zh")
    confirmed_on: Mapped[date | None]  # when the provider last said that these data are right
    confirmation_asked_at: Mapped[datetime | None]
    correction: Mapped[str] = mapped_column(default="")  # what the provider said is wrong, until a person has put it right

    areas: Mapped[list[Area]] = relationship(secondary=provider_areas, order_by="Area.id")
    workers: Mapped[list[Worker]] = relationship(back_populates="provider", cascade="all, delete-orphan", order_by="Worker.id")


class Worker(Base):
    """The person a provider sends."""

    __tablename__ = "workers"

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"), index=True)
    name: Mapped[str]
    number: Mapped[str]
    gender: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)

    provider: Mapped[Provider] = relationship(back_populates="workers")


class CreditReason(StrEnum):
    """Why a provider's credit moved."""

    SCORE = "score"  # a resident's, after the work
    COMPLAINT = "complaint"  # that was found to be right
    LATE = "late"
    GIVEN_BACK = "given_back"  # an order that had been accepted
    UNANSWERED = "unanswered"  # an offer
    DONE = "done"  # in time and without complaint
    CORRECTED = "corrected"  # by a person


class CreditChange(Base):
    """One move of a provider's credit; never changed, never deleted."""

    __tablename__ = "credit_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    reason: Mapped[CreditReason]
    change: Mapped[float]
    credit: Mapped[float]  # after it
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")


class ProviderEvent(Base):
    """One line of the history of a provider's data: added, changed, frozen, thawed, confirmed; never changed, never deleted."""

    __tablename__ = "provider_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"), index=True)
    happened: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]  # an operator's login, provider, dispatch or cli
    note: Mapped[str] = mapped_column(default="")


class WishKind(StrEnum):
    """What a resident wishes about who comes."""

    AGAIN = "again"  # this provider or worker, whenever possible
    NEVER = "never"  # this provider or worker
    WOMAN = "woman"  # a woman, for this service or for all
    MAN = "man"


class Wish(Base):
    """A resident's wish about who comes; for one service, or for all where `service_id` is None."""

    __tablename__ = "wishes"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    kind: Mapped[WishKind]
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("providers.id"))
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("workers.id"))
    at: Mapped[datetime]
    by: Mapped[str]  # who wrote it down: resident, operator
