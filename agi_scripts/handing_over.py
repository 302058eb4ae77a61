"""Giving a call to a person, and writing down why; words of emergency raise their alarm."""

from sqlalchemy.orm import Session

from agi_scripts.channel import Channel
from dispatch.alarms import raise_alarm
from dispatch.call_backs import note_abandoned
from ivr.errors import HandOver
from ivr.record import hand_over_call, last_words
from models.alarms import AlarmSource
from models.base import utc_now
from models.calls import Call
from models.database import SessionMaker

URGENT_PRIORITY = 10
HANDED_OVER_PRIORITY = 1


def hand_over(channel: Channel, sessions: SessionMaker, call: Call, why: HandOver, alarm_window_s: int) -> None:
    """Tell the dialplan first: whatever fails after that, a person comes. A caller who has gone is written down too."""
    try:
        channel.set_variable("LINLI_PRIORITY", URGENT_PRIORITY if why.urgent else HANDED_OVER_PRIORITY)
        channel.set_variable("LINLI_OUTCOME", "emergency" if why.urgent else "operator")
    finally:
        with sessions() as session:
            _write_down(session, channel, call, why, alarm_window_s)


def _write_down(session: Session, channel: Channel, call: Call, why: HandOver, alarm_window_s: int) -> None:
    if why.urgent:
        raise_alarm(
            session,
            channel.unique_id,
            AlarmSource.WORDS,
            utc_now(),
            resident_id=session.get_one(Call, call.id).resident_id,  # one of two may have said who it is
            device_id=call.device_id,
            call_id=call.id,
            words=last_words(session, call.id),
            window_s=alarm_window_s,
        )
    hand_over_call(session, channel.unique_id, why.reason, utc_now())
    note_abandoned(session, channel.unique_id)
