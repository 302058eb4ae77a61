"""What Asterisk tells of an alarm, event by event, written into its record. An event that is told again changes nothing."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.alarms.finding import lock_attempt
from dispatch.alarms.handling import write_answer
from dispatch.alarms.raising import Cry, gather
from dispatch.cleaning import clean_words
from exchange.call_events import CallEvent
from models.alarms import AlarmAttempt, AlarmEvent, AlarmHappened, AlarmSource
from models.phones import normalise_number
from models.residents import Contact

WORD_AT_MOST = 100
CAME = (AlarmHappened.ANSWERED, AlarmHappened.JOINED)  # by a channel of which their line tells
WHOM = ("who", "number", "name")

# Whoever's telephone rings for an alarm, an alarm there is: also where the line that raised it was lost.
RAISING = {
    "LINLI_SOS": None,
    "LINLI_HELP": AlarmSource.WORDS,
    "LINLI_RUNG": None,
    "LINLI_RUNG_OVER": None,
    "LINLI_ACCEPTED": None,
}


def raises(event: CallEvent) -> bool:
    """Whether this event alone is enough for an alarm."""
    return event.name in RAISING


def raise_from(session: Session, event: CallEvent, window: timedelta) -> None:
    """See that the event's call has its alarm. The caller commits."""
    if event.name in ("LINLI_SOS", "LINLI_HELP") or lock_attempt(session, event.call_id) is None:
        gather(session, cry_of(event), window)


def raise_barely(session: Session, event: CallEvent, window: timedelta) -> None:
    """As `raise_from`, without any detail that could be at fault."""
    cry = cry_of(event)
    gather(session, replace(cry, number=normalise_number(cry.number), plain=True), window)


def tell(session: Session, event: CallEvent) -> None:
    """Write the event into the alarm that it belongs to, if there is one. The caller commits."""
    attempt = lock_attempt(session, event.call_id) or lock_attempt(session, event.unique_id)
    write = TOLD.get(event.name)
    if attempt and write and not _is_told(session, event.id):
        write(session, attempt, event)
        session.flush()


def cry_of(event: CallEvent) -> Cry:
    """The call for help that an event is."""
    named = event.extra if event.name == "LINLI_SOS" else ""
    is_residents = event.unique_id == channel_of(event)
    device_id = int(named) if named.isascii() and named.isdigit() and len(named) < 10 else event.device_id
    source = RAISING[event.name] or (AlarmSource.KEY if device_id is not None else AlarmSource.NUMBER)
    return Cry(channel_of(event), source, event.at, device_id, event.number if is_residents else "", source_id=event.id)


def channel_of(event: CallEvent) -> str:
    """The resident's channel: that of the event, or for a rung of the ladder the one that it rings for."""
    return event.unique_id if event.name in ("LINLI_SOS", "LINLI_HELP") else event.call_id


def _rung(session: Session, attempt: AlarmAttempt, event: CallEvent) -> None:
    alarm = attempt.alarm
    attempt.waiting_since = attempt.waiting_since or event.at  # whoever had answered is gone
    attempt.first_ring_at = min(attempt.first_ring_at or event.at, event.at)
    alarm.first_ring_at = min(alarm.first_ring_at or event.at, event.at)
    alarm.record(AlarmHappened.RUNG, event.at, "asterisk", event.id, **_whom(session, attempt, event))


def _accepted(session: Session, attempt: AlarmAttempt, event: CallEvent) -> None:
    whom = _whom(session, attempt, event)
    write_answer(attempt, whom["who"], event.at, event.id, channel=event.unique_id, **whom)


def _entered(session: Session, attempt: AlarmAttempt, event: CallEvent) -> None:
    """An operator's telephone that comes into the bridge has answered; it may go from one bridge to another."""
    told_as = f"answered {event.unique_id}"
    if event.desk and not _is_told(session, told_as):
        write_answer(attempt, event.desk, event.at, told_as, channel=event.unique_id, who=event.desk)


def _hung_up(session: Session, attempt: AlarmAttempt, event: CallEvent) -> None:
    if event.unique_id == attempt.channel_id:
        attempt.ended_at = event.at
        attempt.alarm.record(AlarmHappened.HUNG_UP, event.at, "resident", event.id, **_cause(event))
        return
    came = [line for line in attempt.alarm.history if line.happened in CAME]
    if line := next((line for line in came if line.details.get("channel") == event.unique_id), None):
        who = {name: line.details[name] for name in WHOM if name in line.details} if line.happened is AlarmHappened.JOINED else {}
        told = {"channel": event.unique_id, **who, **_cause(event)}
        attempt.alarm.record(AlarmHappened.LEFT, event.at, line.by, event.id, **told)


def _joined(session: Session, attempt: AlarmAttempt, event: CallEvent) -> None:
    told = {"channel": event.unique_id, **_whom(session, attempt, event)}
    if told.get("who", "").startswith("operator-"):  # a colleague, whose telephone has told of itself when it answered
        return
    attempt.alarm.record(AlarmHappened.JOINED, event.at, "asterisk", event.id, **told)


def _happened(happened: AlarmHappened, by: str) -> Callable[[Session, AlarmAttempt, CallEvent], None]:
    def write(session: Session, attempt: AlarmAttempt, event: CallEvent) -> None:
        attempt.alarm.record(happened, event.at, by, event.id, **_whom(session, attempt, event))

    return write


TOLD: dict[str, Callable[[Session, AlarmAttempt, CallEvent], None]] = {
    "LINLI_RUNG": _rung,
    "LINLI_RUNG_OVER": _happened(AlarmHappened.RUNG_OVER, "asterisk"),
    "LINLI_ACCEPTED": _accepted,
    "LINLI_JOIN": _happened(AlarmHappened.JOIN, "operator"),
    "LINLI_JOINED": _joined,
    "LINLI_JOIN_FAILED": _happened(AlarmHappened.JOIN_FAILED, "asterisk"),
    "BRIDGE_ENTER": _entered,
    "HANGUP": _hung_up,
}


def _is_told(session: Session, source_id: str) -> bool:
    return session.scalar(select(AlarmEvent.id).where(AlarmEvent.source_id == source_id)) is not None


def _whom(session: Session, attempt: AlarmAttempt, event: CallEvent) -> dict[str, str]:
    """Whom the event is about: `keyholder-2,13800000001,NOANSWER` or `operators,TIMEOUT`, with the name of whom we know."""
    who, *rest = (clean_words(part, WORD_AT_MOST) for part in event.extra.split(","))
    number = next((normalise_number(part) for part in rest if normalise_number(part)), "")
    result = next((part for part in rest if part and not normalise_number(part)), "")
    told = {"who": who, "number": number, "result": result, "name": _name_of(session, attempt, who, number)}
    return {name: value for name, value in told.items() if value}


def _name_of(session: Session, attempt: AlarmAttempt, who: str, number: str) -> str:
    """The contact that was called: by their id where an operator called them in, else by number among the resident's own."""
    if not number or attempt.alarm.resident_id is None:
        return ""
    contacts = session.scalars(select(Contact).where(Contact.resident_id == attempt.alarm.resident_id)).all()
    found = [one for one in contacts if str(one.id) == who] or [one for one in contacts if one.number == number]
    return f"{found[0].name}（{found[0].relation}）" if found else ""


def _cause(event: CallEvent) -> dict[str, str]:
    """Why a channel ended, as Q.850 counts (16: somebody hung up)."""
    try:
        told = json.loads(event.extra)
    except (ValueError, RecursionError):
        return {}
    cause = told.get("hangupcause") if isinstance(told, dict) else None
    return {"result": str(cause)} if isinstance(cause, int) else {}
