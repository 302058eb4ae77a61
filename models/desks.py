"""Operators' desks: who is there, since when, and what they do with calls beside talking."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class DeskState(StrEnum):
    """What an operator is doing; whether they are talking is told by the calls."""

    READY = "ready"
    PAUSE = "pause"
    WRAP_UP = "wrap_up"  # finishing a call on paper
    AWAY = "away"  # signed out, or the page is gone


class DeskSpan(Base):
    """A time for which an operator was in one state; the one without an end is now."""

    __tablename__ = "desk_spans"
    __table_args__ = (Index("ix_desk_spans_operator_id_ended_at", "operator_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    state: Mapped[DeskState]
    reason: Mapped[str] = mapped_column(default="")  # of a pause: a key of operator_console's PAUSES
    began_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column(index=True)


class DeskPage(Base):
    """The browser page that holds an operator's telephone: one at a time, named by a word of its own."""

    __tablename__ = "desk_pages"

    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"), primary_key=True)
    page: Mapped[str]  # "" once it has said goodbye: the next one has the telephone
    seen_at: Mapped[datetime]


class Shift(Base):
    """When an operator is to be at a desk."""

    __tablename__ = "shifts"

    id: Mapped[int] = mapped_column(primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"), index=True)
    begins_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")


class DeskActKind(StrEnum):
    """What an operator or a supervisor did with a call."""

    DIAL = "dial"
    TRANSFER = "transfer"  # blind
    WARM_TRANSFER = "warm_transfer"
    CALL_IN = "call_in"  # a third person
    REJOIN = "rejoin"  # after a reload or a break
    LISTEN = "listen"
    WHISPER = "whisper"
    JOIN = "join"


class DeskAct(Base):
    """One such deed; never changed, never deleted. `target` is whom it reached: contact:5, provider:3, number:120, operator:2."""

    __tablename__ = "desk_acts"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DeskActKind]
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"), index=True)
    target: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(default="")
