"""Whether a resident may be rung now."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.alarms import Alarm, AlarmStatus
from models.calls import Call
from models.residents import Resident

# Who is on the telephone, or has an alarm open, is called when that is over; nobody tells us, so we look again.
LOOK_AGAIN = timedelta(minutes=5)
# A call that nobody has seen end was not forgotten for longer than this.
LONGEST_CALL = timedelta(hours=2)


def is_taken_up(session: Session, resident: Resident, now: datetime) -> bool:
    """Whether the resident is on the telephone, or in need: an alarm comes before everything."""
    theirs = or_(
        Call.resident_id == resident.id,
        Call.number.in_([phone.number for phone in resident.phones]),
        Call.device_id.in_([device.id for device in resident.devices]),
    )
    talking = select(Call.id).where(theirs, Call.ended_at.is_(None), Call.started_at > now - LONGEST_CALL)
    in_need = select(Alarm.id).where(Alarm.resident_id == resident.id, Alarm.status != AlarmStatus.CLOSED)
    return any(session.scalar(asked.limit(1)) is not None for asked in (talking, in_need))
