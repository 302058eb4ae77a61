"""Raising alarms: exactly one for an SOS, however often, by whatever way and in whichever order it is told."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, not_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dispatch.alarms.finding import lock_alarm, lock_attempt
from dispatch.alarms.handling import write_answer
from dispatch.cleaning import clean_words
from models.alarm_settings import ALARM_WINDOW_S
from models.alarms import Alarm, AlarmAttempt, AlarmHappened, AlarmSource, AlarmStatus
from models.calls import Call
from models.devices import Device
from models.phones import normalise_number
from models.residents import Resident, residents_by_number

log = logging.getLogger(__name__)

WORDS_AT_MOST = 2000
TRIES = 5
# What was used of the telephone, and the status in words; there is no SCAIP controller whose own codes could be kept.
COMPONENTS = {AlarmSource.KEY: "red_key", AlarmSource.NUMBER: "keypad", AlarmSource.WORDS: "voice"}
STATUS_WORDS = {
    AlarmSource.KEY: "按了红色求助键 / red SOS key",
    AlarmSource.NUMBER: "拨了求助号码 / SOS number dialled",
    AlarmSource.WORDS: "说了求救的话 / words of emergency",
}


@dataclass(frozen=True)
class Cry:
    """One call for help as it was told; `source_id` is the event that told it, if it was one."""

    channel_id: str
    source: AlarmSource
    at: datetime
    device_id: int | None = None
    number: str = ""
    resident_id: int | None = None
    call_id: int | None = None
    words: str = ""
    source_id: str | None = None
    plain: bool = False  # nothing is looked up for it

    @property
    def reference(self) -> str:
        """Who called: the device, else the number, else nobody."""
        if self.device_id is not None:
            return f"device-{self.device_id}"
        return f"number-{self.number}" if self.number else ""


def raise_alarm(
    session: Session,
    channel_id: str,
    source: AlarmSource,
    now: datetime,
    *,
    resident_id: int | None = None,
    device_id: int | None = None,
    call_id: int | None = None,
    number: str = "",
    words: str = "",
    window_s: int = ALARM_WINDOW_S,
) -> Alarm:
    """Write the alarm of the call `channel_id` and commit; told again, or within the window, the first one gains what it lacked.

    An id that is not in the database is left out: the alarm counts, not its details.
    """
    cry = Cry(channel_id, source, now, device_id, number, resident_id, call_id, words)
    alarm = gather(session, cry, timedelta(seconds=window_s))
    session.commit()
    return alarm


def link_calls(session: Session) -> None:
    """Give every alarm its call's file, which another program may have opened only after the alarm, and commit."""
    unlinked = select(Alarm.id).join(Call, Call.channel_id == Alarm.channel_id).where(Alarm.call_id.is_(None))
    for alarm_id in session.scalars(unlinked).all():
        alarm = lock_alarm(session, alarm_id)
        cry = Cry(alarm.channel_id, alarm.source, alarm.raised_at, alarm.device_id, alarm.number)
        _complete(session, alarm, _checked(session, cry))
        session.commit()


def gather(session: Session, cry: Cry, window: timedelta) -> Alarm:
    """The alarm that this cry belongs to, locked: its call's own, one within the window, or a new one. The caller commits."""
    cry = _checked(session, cry)
    for attempt in range(TRIES):
        try:
            with session.begin_nested():
                return _known(session, cry) or _joined(session, cry, window) or _begun(session, cry, window)
        except IntegrityError:  # somebody else raised it at the same moment; now it is there to be found
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _checked(session: Session, cry: Cry) -> Cry:
    """The cry without what the database does not know, and with what it knows of the call."""
    if cry.plain:
        return cry
    call = session.get(Call, cry.call_id) if cry.call_id else None
    call = call or session.scalar(select(Call).where(Call.channel_id == cry.channel_id))
    known = cry.resident_id or (call.resident_id if call else None)
    return replace(
        cry,
        device_id=cry.device_id if cry.device_id is not None else call.device_id if call else None,
        number=normalise_number(cry.number) or (call.number if call else ""),
        resident_id=known if known and session.get(Resident, known) else None,
        call_id=call.id if call else None,
        words=clean_words(cry.words, WORDS_AT_MOST),
    )


def _known(session: Session, cry: Cry) -> Alarm | None:
    """The alarm that this very call raised before, with what it lacked."""
    attempt = lock_attempt(session, cry.channel_id)
    if attempt is None:
        return None
    alarm = attempt.alarm
    attempt.words = attempt.words or cry.words
    if cry.at < attempt.began_at:
        if attempt.waiting_since == attempt.began_at:
            attempt.waiting_since = cry.at
        attempt.began_at = cry.at
        alarm.raised_at = min(alarm.raised_at, cry.at)
    _complete(session, alarm, cry)
    return alarm


def _joined(session: Session, cry: Cry, window: timedelta) -> Alarm | None:
    """The alarm within whose window this call falls, with the call added."""
    if not cry.reference:
        return None
    near = select(Alarm.id).where(Alarm.reference == cry.reference, _near(cry, window))
    alarm_id = session.scalar(near.order_by(Alarm.id.desc()).limit(1))
    if alarm_id is None:
        return None
    alarm = lock_alarm(session, alarm_id)
    if alarm.closed_at and alarm.closed_at < cry.at:  # just now
        return None
    alarm.raised_at = min(alarm.raised_at, cry.at)
    alarm.pressed_at = max(alarm.pressed_at or cry.at, cry.at)
    if alarm.status is AlarmStatus.FALSE_ALARM:
        alarm.move(AlarmStatus.RAISED, cry.at, "resident", cry.source_id, source=cry.source.value, words=cry.words)
    else:
        alarm.record(AlarmHappened.PRESSED_AGAIN, cry.at, "resident", cry.source_id, source=cry.source.value, words=cry.words)
    _add_attempt(session, alarm, cry)
    _complete(session, alarm, cry)
    log.warning("alarm %s: raised again by %s in call %s", alarm.id, cry.source, cry.channel_id)
    return alarm


def _near(cry: Cry, window: timedelta) -> ColumnElement[bool]:
    """Which alarms of the same reference this call belongs to."""
    return and_(
        Alarm.raised_at <= cry.at + window,
        func.coalesce(Alarm.pressed_at, Alarm.raised_at) >= cry.at - window,
        or_(Alarm.closed_at.is_(None), Alarm.closed_at >= cry.at),
    )


def _begun(session: Session, cry: Cry, window: timedelta) -> Alarm:
    """A new alarm."""
    if cry.reference:
        # Only of those that are over: one that was raised since we looked keeps its place, and we join it.
        over = (Alarm.gathers == cry.reference, not_(_near(cry, window)))
        session.execute(update(Alarm).where(*over).values(gathers=None))
    alarm = Alarm(
        channel_id=cry.channel_id,
        gathers=cry.reference or None,
        reference=cry.reference,
        source=cry.source,
        component=COMPONENTS[cry.source],
        status_code=cry.source.value,
        status_words=STATUS_WORDS[cry.source],
        raised_at=cry.at,
        pressed_at=cry.at,
        line_opened_at=None if cry.source is AlarmSource.WORDS else cry.at,
    )
    session.add(alarm)
    alarm.record(AlarmHappened.RAISED, cry.at, "resident", cry.source_id, source=cry.source.value, words=cry.words)
    session.flush()
    _complete(session, alarm, cry)
    _add_attempt(session, alarm, cry)
    log.warning("alarm %s: raised by %s in call %s", alarm.id, cry.source, cry.channel_id)
    return alarm


def _complete(session: Session, alarm: Alarm, cry: Cry) -> None:
    """Add what the alarm does not know yet; what it knows stays, also when the device has gone to another resident since."""
    if cry.plain:
        return
    device = _device_of(session, cry)
    alarm.number = alarm.number or cry.number
    alarm.words = alarm.words or cry.words
    alarm.device_id = alarm.device_id or (device.id if device else None)
    alarm.device_type = alarm.device_type or (device.model if device else "")
    alarm.place_words = alarm.place_words or (device.place if device else "")
    alarm.resident_id = alarm.resident_id or cry.resident_id or _resident_of(session, device, cry.number)
    resident = session.get(Resident, alarm.resident_id) if alarm.resident_id else None
    alarm.place_code = alarm.place_code or (resident.area.name if resident else "")
    alarm.place_value = alarm.place_value or (resident.address if resident else "")
    if alarm.channel_id == cry.channel_id and cry.call_id:
        alarm.call_id = cry.call_id
        if alarm.source is AlarmSource.WORDS:
            alarm.line_opened_at = session.get_one(Call, cry.call_id).started_at
    session.flush()


def _device_of(session: Session, cry: Cry) -> Device | None:
    """The device that was named, or the telephone with speed-dial keys that calls with this number."""
    if cry.device_id is not None:
        return session.get(Device, cry.device_id)
    return session.scalar(select(Device).where(Device.number == cry.number)) if cry.number else None


def _resident_of(session: Session, device: Device | None, number: str) -> int | None:
    if device:
        return device.resident_id
    residents = residents_by_number(session, number)
    return residents[0].id if len(residents) == 1 else None


def _add_attempt(session: Session, alarm: Alarm, cry: Cry) -> None:
    attempt = AlarmAttempt(
        alarm=alarm,
        channel_id=cry.channel_id,
        source=cry.source,
        number=cry.number,
        words=cry.words,
        began_at=cry.at,
        waiting_since=cry.at,
        recording=f"{cry.channel_id}.wav",
    )
    session.add(attempt)
    session.flush()
    call = session.get(Call, cry.call_id) if cry.call_id else None
    if call and call.operator_at and call.operator_at >= cry.at:
        write_answer(attempt, call.answered_by, call.operator_at)  # told before the alarm was
