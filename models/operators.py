"""Operators: who may sign in to the console."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, utc_now


class Role(StrEnum):
    """What an operator may do."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"


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


class SignInFailure(Base):
    """A failed sign-in, kept so that guessing can be slowed down."""

    __tablename__ = "sign_in_failures"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(index=True)
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operators.id"))
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
