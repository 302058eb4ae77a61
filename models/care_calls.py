"""Care calls: ours, planned, to ask how somebody is; what was answered, and what a person is to look after."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, utc_now
from models.calls import Call
from models.residents import Resident


class CareGroup(StrEnum):
    """How often a resident is called."""

    HIGH = "high"  # weekly
    KEY = "key"  # monthly
    OTHER = "other"  # quarterly
    NONE = "none"  # wants no calls


class CareReason(StrEnum):
    """Why a care call is made."""

    ROUTINE = "routine"
    HOSPITAL = "hospital"
    CHANGE = "change"
    ASKED = "asked"  # by an operator


class CareStatus(StrEnum):
    """How far a care call has come."""

    PLANNED = "planned"  # to be placed at `due_at`
    CALLING = "calling"
    HELD = "held"  # the resident was spoken to
    UNREACHED = "unreached"  # a person takes it from here
    DROPPED = "dropped"  # not wanted any more


class CareResult(StrEnum):
    """What came of one attempt."""

    HELD = "held"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    GONE = "gone"  # no such number, or a telephone that is not there
    MACHINE = "machine"
    SILENT = "silent"  # somebody or something answered and said nothing
    BAD_LINE = "bad_line"  # nothing could be understood
    NOT_NOW = "not_now"
    OTHER_PERSON = "other_person"  # and the resident could not come
    CUT_OFF = "cut_off"  # hung up before a question was answered
    FAILED = "failed"  # by our own fault


class CareConcern(StrEnum):
    """What a person is to look after."""

    UNWELL = "unwell"
    FELL = "fell"
    LOW = "low"
    CONFUSED = "confused"
    NOT_EATEN = "not_eaten"
    MEDICINE_OUT = "medicine_out"
    UNREACHED = "unreached"


class CarePlan(Base):
    """What is particular about a resident's care calls; who has no plan is called as the others are."""

    __tablename__ = "care_plans"

    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), primary_key=True)
    group: Mapped[CareGroup] = mapped_column("care_group", default=CareGroup.OTHER)
    hours: Mapped[str] = mapped_column(default="")  # as read_hours takes it; "": the site's
    takes_medicine: Mapped[bool] = mapped_column(default=False)
    away_from: Mapped[date | None]  # the first day away from home, and the last
    away_until: Mapped[date | None]
    discharged_on: Mapped[date | None]  # home from hospital
    changed_on: Mapped[date | None]  # another major change: a fall, a death in the family, a move

    resident: Mapped[Resident] = relationship()


class CareCall(Base):
    """One care call with all its attempts; at most one of a resident is planned or under way."""

    __tablename__ = "care_calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    reason: Mapped[CareReason]
    status: Mapped[CareStatus] = mapped_column(default=CareStatus.PLANNED, index=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    planned_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]

    resident: Mapped[Resident] = relationship()
    attempts: Mapped[list[CareAttempt]] = relationship(back_populates="care_call", order_by="CareAttempt.id")
    answers: Mapped[list[CareAnswer]] = relationship(back_populates="care_call", order_by="CareAnswer.id")
    tasks: Mapped[list[CareTask]] = relationship(back_populates="care_call", order_by="CareTask.id")


class CareAttempt(Base):
    """One time that a resident's telephone was rung."""

    __tablename__ = "care_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    care_call_id: Mapped[int] = mapped_column(ForeignKey("care_calls.id"), index=True)
    way: Mapped[str]  # a number, or device-<id> for a one-key phone
    began_at: Mapped[datetime] = mapped_column(default=utc_now)
    result: Mapped[CareResult | None] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))

    care_call: Mapped[CareCall] = relationship(back_populates="attempts")
    call: Mapped[Call | None] = relationship()


class CareAnswer(Base):
    """What a resident answered to one question, in their words, and what was understood."""

    __tablename__ = "care_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    care_call_id: Mapped[int] = mapped_column(ForeignKey("care_calls.id"), index=True)
    question: Mapped[str]
    words: Mapped[str]
    meanings: Mapped[list[Any]] = mapped_column(JSON, default=list)
    at: Mapped[datetime] = mapped_column(default=utc_now)

    care_call: Mapped[CareCall] = relationship(back_populates="answers")


class CareTask(Base):
    """Something that a person is to look after, with the resident's very words."""

    __tablename__ = "care_tasks"
    __table_args__ = (UniqueConstraint("care_call_id", "concern"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    care_call_id: Mapped[int] = mapped_column(ForeignKey("care_calls.id"), index=True)
    concern: Mapped[CareConcern]
    words: Mapped[str] = mapped_column(default="")
    raised_at: Mapped[datetime] = mapped_column(default=utc_now)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))  # in which it was said
    taken_by: Mapped[str] = mapped_column(default="")  # the login of who sees to it
    taken_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    done_by: Mapped[str] = mapped_column(default="")  # the operator's login
    note: Mapped[str] = mapped_column(default="")

    care_call: Mapped[CareCall] = relationship(back_populates="tasks")
    call: Mapped[Call | None] = relationship()
