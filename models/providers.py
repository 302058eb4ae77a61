"""Providers, their workers, what they can do, where, and when."""

from __future__ import annotations

from datetime import time

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
    rating: Mapped[float]  # 0..5, the residents' scores
    volunteer: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)

    areas: Mapped[list[Area]] = relationship(secondary=provider_areas)
    workers: Mapped[list[Worker]] = relationship(back_populates="provider", cascade="all, delete-orphan")


class Worker(Base):
    """The person a provider sends."""

    __tablename__ = "workers"

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"), index=True)
    name: Mapped[str]
    number: Mapped[str]
    gender: Mapped[str]

    provider: Mapped[Provider] = relationship(back_populates="workers")
