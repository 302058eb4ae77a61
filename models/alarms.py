"""Alarms: an SOS by key, by a telephone's speed dial or by word, that a person was brought, and all that follows from it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import JSON, ForeignKey, Index, event, text
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from models.alarm_words import AlarmHappened, AlarmKind, AlarmOutcome, AlarmSource, AlarmStatus
from models.base import Base, utc_now
from models.calls import Call
from models.devices import Device
from models.orders import IllegalTransition
from models.residents import Resident

__all__ = ["Alarm", "AlarmAttempt", "AlarmEvent", "AlarmHappened", "AlarmKind", "AlarmOutcome", "AlarmSource", "AlarmStatus"]

_S, _O = AlarmStatus, AlarmOutcome
TRANSITIONS: dict[AlarmStatus, frozenset[AlarmStatus]] = {
    _S.RAISED: frozenset({_S.ANSWERED}),
    _S.ANSWERED: frozenset({_S.FALSE_ALARM, _S.HELP_ON_THE_WAY}),
    _S.FALSE_ALARM: frozenset({_S.RAISED, _S.HELP_ON_THE_WAY, _S.CLOSED}),  # raised: the key was pressed again
    _S.HELP_ON_THE_WAY: frozenset({_S.HELP_ARRIVED, _S.FALSE_ALARM}),
    _S.HELP_ARRIVED: frozenset({_S.HELP_ON_THE_WAY, _S.CLOSED}),  # the neighbour is there, and now the ambulance comes
    _S.CLOSED: frozenset(),
}
# An alarm is an emergency until a person has shown otherwise: what it was in the end follows from how it went.
OUTCOMES: dict[AlarmStatus, tuple[AlarmOutcome, ...]] = {
    _S.FALSE_ALARM: (_O.PRESSED_BY_MISTAKE, _O.WANTED_TO_TALK, _O.WANTED_A_SERVICE, _O.TEST, _O.DEVICE_FAULT, _O.MISHEARD),
    _S.HELP_ARRIVED: (_O.HELPED_AT_HOME, _O.DOCTOR_AT_HOME, _O.TAKEN_TO_HOSPITAL, _O.POLICE_OR_FIRE, _O.DIED),
}
FOLLOW_UP_WITHIN = timedelta(hours=24)  # GB/T 33358's follow-up and MASCOT's figures, as the domain's notes give them
INVESTIGATED_AFTER = timedelta(seconds=180)
_TO_FOLLOW_UP = text("follow_up_due_at IS NOT NULL AND followed_up_at IS NULL")
_TO_INVESTIGATE = text("investigation_due_at IS NOT NULL AND investigated_at IS NULL")


class Alarm(Base):
    """One SOS, however often it was pressed. Its status changes only through `move` and `close`.

    The fields are SCAIP's (SS 91100): device, its type and component, status, priority, place, caller, reference, kind. They
    are copied when the alarm is raised, so that they stay true when the device goes to another resident.
    """

    __tablename__ = "alarms"
    __table_args__ = (
        # What is still to be done about alarms that are over: a handful among all that ever were.
        Index("ix_alarms_to_follow_up", "follow_up_due_at", sqlite_where=_TO_FOLLOW_UP, postgresql_where=_TO_FOLLOW_UP),
        Index("ix_alarms_to_investigate", "investigation_due_at", sqlite_where=_TO_INVESTIGATE, postgresql_where=_TO_INVESTIGATE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[str] = mapped_column(unique=True)  # Asterisk's unique id of the call that raised it; see `attempts`
    # The reference whose next presses belong here. Unique, so that of two who raise an alarm at once one joins the other.
    gathers: Mapped[str | None] = mapped_column(unique=True, index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"), index=True)
    number: Mapped[str] = mapped_column(default="")  # the caller's, as normalise_number writes it
    kind: Mapped[AlarmKind] = mapped_column(default=AlarmKind.ALARM)
    source: Mapped[AlarmSource]
    device_type: Mapped[str] = mapped_column(default="")  # the model; "telephone" for what is none of our devices
    component: Mapped[str] = mapped_column(default="")  # what of it was used: red_key, keypad, voice
    status_code: Mapped[str] = mapped_column(default="")
    status_words: Mapped[str] = mapped_column(default="")
    priority: Mapped[int] = mapped_column(default=10)  # as in Asterisk's queues: more is sooner
    place_code: Mapped[str] = mapped_column(default="")  # the area
    place_value: Mapped[str] = mapped_column(default="")  # the address
    place_words: Mapped[str] = mapped_column(default="")  # where the device stands
    # Who called, as the event named them: device-7, also where we know no such device; number-13800000001; "" for nobody.
    reference: Mapped[str] = mapped_column(default="", index=True)
    words: Mapped[str] = mapped_column(default="")  # what the resident said
    status: Mapped[AlarmStatus] = mapped_column(default=AlarmStatus.RAISED, index=True)
    raised_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    pressed_at: Mapped[datetime | None]  # last
    line_opened_at: Mapped[datetime | None]  # the exchange answered: the resident hears us
    first_ring_at: Mapped[datetime | None]  # the first person's telephone began to ring
    answered_at: Mapped[datetime | None]  # the first person answered
    answered_by: Mapped[str] = mapped_column(default="")  # desk-2, operator-2, mobile, keyholder-1, or who called back
    outcome: Mapped[str] = mapped_column(default="")  # an AlarmOutcome's value once it is closed
    closed_at: Mapped[datetime | None]
    investigation_due_at: Mapped[datetime | None]  # since when: nobody had answered for 180 s
    investigated_at: Mapped[datetime | None]
    investigated_by: Mapped[str] = mapped_column(default="")
    finding: Mapped[str] = mapped_column(default="")
    follow_up_due_at: Mapped[datetime | None]
    followed_up_at: Mapped[datetime | None]
    followed_up_by: Mapped[str] = mapped_column(default="")
    follow_up_note: Mapped[str] = mapped_column(default="")

    resident: Mapped[Resident | None] = relationship()
    device: Mapped[Device | None] = relationship()
    call: Mapped[Call | None] = relationship()
    attempts: Mapped[list[AlarmAttempt]] = relationship(back_populates="alarm", order_by="AlarmAttempt.began_at")
    history: Mapped[list[AlarmEvent]] = relationship(back_populates="alarm", order_by="(AlarmEvent.at, AlarmEvent.id)")

    @property
    def waiting(self) -> list[AlarmAttempt]:
        """The calls on which the resident is on the line and nobody talks to them."""
        return [attempt for attempt in self.attempts if attempt.waiting_since and attempt.ended_at is None]

    def move(self, status: AlarmStatus, at: datetime, by: str, source_id: str | None = None, **details: str | int) -> None:
        """Go to `status` and write the history's next line; raise `IllegalTransition` where the table forbids it.

        `by` names who did it: an operator's login, desk-2, keyholder-1, resident, linli. The caller commits.
        """
        if status is AlarmStatus.CLOSED and not self.outcome:
            raise IllegalTransition(
                f"求助 {self.id} 没有结果代码，不能结案 / alarm {self.id} cannot be closed without an outcome"
            )
        if status not in TRANSITIONS[self.status]:
            raise IllegalTransition(
                f"求助 {self.id} 不能从 {self.status} 到 {status} / alarm {self.id} cannot go from {self.status} to {status}"
            )
        self.status = status
        self.record(AlarmHappened(status.value), at, by, source_id, **details)

    def close(self, outcome: str, at: datetime, by: str, note: str = "") -> None:
        """Close with one of the OUTCOMES that its status allows, which makes a follow-up due; else raise `IllegalTransition`."""
        if outcome not in OUTCOMES.get(self.status, ()):
            raise IllegalTransition(
                f"求助 {self.id}（{self.status}）不能以 {outcome!r} 结案 / "
                f"alarm {self.id} ({self.status}) cannot be closed with outcome {outcome!r}"
            )
        self.outcome = AlarmOutcome(outcome).value
        self.move(AlarmStatus.CLOSED, at, by, outcome=self.outcome, note=note)
        self.closed_at, self.follow_up_due_at = at, at + FOLLOW_UP_WITHIN

    def record(self, happened: AlarmHappened, at: datetime, by: str, source_id: str | None = None, **details: str | int) -> None:
        """Write the history's next line without a change of status."""
        self.history.append(AlarmEvent(happened=happened, at=at, by=by, source_id=source_id, details=details))


class AlarmAttempt(Base):
    """One call of an alarm: each press of the key is one."""

    __tablename__ = "alarm_attempts"
    __table_args__ = (
        Index(
            "ix_alarm_attempts_unsealed", "id", sqlite_where=text("sealed_at IS NULL"), postgresql_where=text("sealed_at IS NULL")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    alarm_id: Mapped[int] = mapped_column(ForeignKey("alarms.id"), index=True)
    channel_id: Mapped[str] = mapped_column(unique=True)  # Asterisk's unique id of the resident's channel
    source: Mapped[AlarmSource]
    number: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    began_at: Mapped[datetime]
    # Nobody has answered since; again when whoever had answered is gone. It stays when the resident hangs up.
    waiting_since: Mapped[datetime | None]
    first_ring_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None] = mapped_column(index=True)
    answered_by: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None] = mapped_column(index=True)  # the resident's channel was gone
    recording: Mapped[str] = mapped_column(default="")  # relative to the recordings folder
    recording_sha256: Mapped[str] = mapped_column(default="")  # of the finished sound before it was sealed, in hexadecimal
    sealed_at: Mapped[datetime | None]  # as a recording's

    alarm: Mapped[Alarm] = relationship(back_populates="attempts")


class AlarmEvent(Base):
    """One line of an alarm's history; never changed, never deleted. `source_id` is the event it was made from, taken once."""

    __tablename__ = "alarm_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    alarm_id: Mapped[int] = mapped_column(ForeignKey("alarms.id"), index=True)
    happened: Mapped[AlarmHappened]
    at: Mapped[datetime]  # of the event itself, however late it was read
    by: Mapped[str]
    details: Mapped[dict[str, str | int]] = mapped_column(JSON)
    source_id: Mapped[str | None] = mapped_column(unique=True)

    alarm: Mapped[Alarm] = relationship(back_populates="history")


@event.listens_for(AlarmEvent, "before_update")
@event.listens_for(AlarmEvent, "before_delete")
def _history_only_grows(mapper: Mapper[AlarmEvent], connection: object, line: AlarmEvent) -> None:
    raise IllegalTransition(f"求助 {line.alarm_id} 的经过不能更改 / the history of alarm {line.alarm_id} cannot be changed")


class SpoolPosition(Base):
    """How far a spool of events has been read: the file by the hash of its first line, and the bytes of it that are done."""

    __tablename__ = "spool_positions"

    name: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(default="")
    offset: Mapped[int] = mapped_column(default=0)
