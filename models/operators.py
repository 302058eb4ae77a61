"""Operators: who may sign in to the console."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.areas import Area
from models.base import Base, utc_now

# The areas of a community officer; whoever has none listed here is not bound to areas.
operator_areas = Table(
    "operator_areas",
    Base.metadata,
    Column("operator_id", ForeignKey("operators.id"), primary_key=True),
    Column("area_id", ForeignKey("areas.id"), primary_key=True),
)


class Role(StrEnum):
    """What an operator may do."""

    OPERATOR = "operator"
    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"
    OFFICER = "officer"  # of the community: sees their own areas only
    ADMINISTRATOR = "administrator"


class Language(StrEnum):
    """In which language the console speaks to an operator."""

    BOTH = "both"  # Chinese, with English beside it
    ZH = "zh"
    EN = "en"


class Operator(Base):
    """A person who signs in to the console; `seat` is the number of their desk and browser phone."""

    __tablename__ = "operators"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[Role] = mapped_column(default=Role.OPERATOR)
    seat: Mapped[int | None] = mapped_column(unique=True)
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    totp_secret: Mapped[str] = mapped_column(default="")  # base32; "" until a one-time code is set up
    totp_last: Mapped[int] = mapped_column(default=0)  # the time step of the last code taken: none is good twice
    visits_from: Mapped[datetime | None]  # a visit that began earlier has been ended from elsewhere
    # Visits that were ended by signing out, with when (seconds since 1970): a copy of their cookie is worth nothing.
    ended_visits: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    language: Mapped[Language] = mapped_column(default=Language.BOTH)
    large_type: Mapped[bool] = mapped_column(default=False)
    high_contrast: Mapped[bool] = mapped_column(default=False)

    areas: Mapped[list[Area]] = relationship(secondary=operator_areas, order_by="Area.id")


class SignInFailure(Base):
    """A failed sign-in, kept so that guessing can be slowed down."""

    __tablename__ = "sign_in_failures"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(index=True)
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operators.id"))
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
