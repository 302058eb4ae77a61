"""Alarms: exactly one a call, however often it is reported; a fault in a detail never loses one."""

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dispatch.cleaning import clean_words
from models.alarms import Alarm, AlarmSource, AlarmStatus
from models.calls import Call
from models.devices import Device
from models.residents import Resident

log = logging.getLogger(__name__)

WORDS_AT_MOST = 2000


def raise_alarm(
    session: Session,
    channel_id: str,
    source: AlarmSource,
    now: datetime,
    *,
    resident_id: int | None = None,
    device_id: int | None = None,
    call_id: int | None = None,
    words: str = "",
) -> Alarm:
    """Write the alarm of the call `channel_id` and commit; reported again, the first one gains what it lacked.

    An id that is not in the database is left out: the alarm counts, not its details.
    """
    details = {
        "resident_id": resident_id if resident_id and session.get(Resident, resident_id) else None,
        "device_id": device_id if device_id and session.get(Device, device_id) else None,
        "call_id": call_id if call_id and session.get(Call, call_id) else None,
        "words": clean_words(words, WORDS_AT_MOST),
    }
    alarm = Alarm(channel_id=channel_id, source=source, status=AlarmStatus.RAISED, raised_at=now, **details)
    try:
        with session.begin_nested():
            session.add(alarm)
    except IntegrityError:
        alarm = _lock(session, channel_id) or alarm
        for name, value in details.items():
            if value and not getattr(alarm, name):
                setattr(alarm, name, value)
    session.commit()
    log.warning("alarm %s: raised by %s in call %s", alarm.id, source, channel_id)
    return alarm


def answer_alarm(session: Session, channel_id: str, by: str, now: datetime) -> Alarm | None:
    """Write down which person answered the alarm of this call, and commit; the first answer counts. None if there is none."""
    alarm = _lock(session, channel_id)
    if alarm and alarm.answered_at is None:
        alarm.answered_at, alarm.answered_by = now, by
        if alarm.status is AlarmStatus.RAISED:
            alarm.status = AlarmStatus.ANSWERED
        log.info("alarm %s: answered by %s", alarm.id, by)
    session.commit()
    return alarm


def _lock(session: Session, channel_id: str) -> Alarm | None:
    return session.scalar(select(Alarm).where(Alarm.channel_id == channel_id).with_for_update())
