"""A call's file: who called, what was said, what was collected, how it ended. Every function commits."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audio.pace import USUAL_PERCENT
from models.base import utc_now
from models.calls import Call, CallStatus, Recording, Turn
from models.operators import Operator
from models.phones import normalise_number
from models.residents import Resident

# A telephone at a seat, as the dialplan and the queues name it.
_SEAT = re.compile(r"(?:desk-|operator-|话务台 )([0-9]{1,4})(?: 浏览器)?")


def begin_call(session: Session, channel_id: str, number: str, device_id: int | None, residents: Sequence[Resident]) -> Call:
    """Open the file; the resident is known when only one person calls from there."""
    call = Call(
        channel_id=channel_id,
        number=normalise_number(number),
        device_id=device_id,
        resident_id=residents[0].id if len(residents) == 1 else None,
        collected={},
    )
    call.recordings.append(Recording(path=f"{channel_id}.wav"))
    call.recordings.append(Recording(path=callers_recording(channel_id), kind="caller"))
    session.add(call)
    session.commit()
    return call


def callers_number(session: Session, call_id: int) -> str:
    """The number that the call came from; empty where it is withheld."""
    return session.get_one(Call, call_id).number


def callers_recording(channel_id: str) -> str:
    """The file of what the caller's phone sent."""
    return f"{channel_id}-caller.wav"


def identify_resident(session: Session, call_id: int, resident_id: int) -> None:
    """Note which of several residents this is."""
    session.get_one(Call, call_id).resident_id = resident_id
    session.commit()


def remember_speaking(session: Session, resident_id: int, pace_percent: int, louder_db: int) -> None:
    """Keep how fast and how loud this resident wants to be spoken to, for the rest of this call and every later one."""
    resident = session.get_one(Resident, resident_id)
    resident.speech_pace_percent, resident.louder_db = pace_percent, louder_db
    session.commit()


def speaking_in_call(session: Session, call_id: int) -> tuple[int, int]:
    """How fast (percent) and how much louder (dB) the call's resident wants to be spoken to; as usual where nobody knows."""
    resident = session.get_one(Call, call_id).resident
    return (resident.speech_pace_percent, resident.louder_db) if resident else (USUAL_PERCENT, 0)


def remember_speaking_in_call(session: Session, call_id: int, pace_percent: int, louder_db: int) -> None:
    """Keep it for the call's resident, if it is known who that is."""
    resident_id = session.get_one(Call, call_id).resident_id
    if resident_id is not None:
        remember_speaking(session, resident_id, pace_percent, louder_db)


def add_turn(session: Session, call_id: int, *, speaker: str, words: str, prompt: str, heard: dict[str, Any]) -> None:
    """Write down one thing said, by `system` or `caller`."""
    session.add(Turn(call_id=call_id, speaker=speaker, words=words, prompt=prompt, heard=heard))
    session.commit()


def keep_collected(session: Session, call_id: int, collected: dict[str, Any]) -> None:
    """Keep what was understood so far, so that whoever takes the call over can see it."""
    call = session.get_one(Call, call_id)
    call.collected = call.collected | collected
    session.commit()


def last_words(session: Session, call_id: int) -> str:
    """What the caller said last, as recognised."""
    said = select(Turn.words).where(Turn.call_id == call_id, Turn.speaker == "caller").order_by(Turn.id.desc()).limit(1)
    return session.scalar(said) or ""


def hand_over_call(session: Session, channel_id: str, reason: str, at: datetime) -> None:
    """Note that the call goes to the operators' queue, and why; a caller who has hung up meanwhile is to be called back."""
    call = session.scalar(select(Call).where(Call.channel_id == channel_id))
    if call:
        call.status = CallStatus.WAITING if call.ended_at is None else CallStatus.ABANDONED
        call.outcome, call.handed_over_at = f"operator:{reason}", at
        session.commit()


def put_call_through(session: Session, call_id: int, to: str = "family") -> None:
    """Note that Asterisk rings the resident's family, or a provider's resident (`connect`); the call goes on without us."""
    session.get_one(Call, call_id).outcome = to
    session.commit()


def finish_call(session: Session, channel_id: str, outcome: str, at: datetime) -> None:
    """Note that the call ended with the conversation (`goodbye` or `hung_up`), unless Asterisk has given it to the operators."""
    call = session.scalar(select(Call).where(Call.channel_id == channel_id))
    if call and call.handed_over_at is None:
        # Asterisk's own word of the hang-up may have come first.
        call.status, call.outcome, call.ended_at = CallStatus.ENDED, outcome, call.ended_at or at
        session.commit()


def reopen_call(session: Session, channel_id: str, at: datetime) -> None:
    """Note that a call waits for an operator; when Python did not send it there, its lease had run out, or no family answered.

    One who has talked to an operator waits for another: the first one's telephone was lost.
    """
    call = session.scalar(select(Call).where(Call.channel_id == channel_id))
    if call and call.status in (CallStatus.TALKING, CallStatus.ENDED):
        reason = "family" if call.outcome == "family" else "lease"
        call.status, call.outcome, call.handed_over_at, call.ended_at = CallStatus.WAITING, f"operator:{reason}", at, None
        session.commit()
    elif call and call.status is CallStatus.OPERATOR:
        call.status, call.handed_over_at = CallStatus.WAITING, at
        session.commit()


def answer_call(session: Session, channel_id: str, by: str, at: datetime) -> None:
    """Note which telephone an operator answered with, and who sits at it; a call that nothing is known of is left alone."""
    call = session.scalar(select(Call).where(Call.channel_id == channel_id))
    if call and call.ended_at is None:
        call.status, call.answered_by, call.operator_at = CallStatus.OPERATOR, by, at
        if seat := _SEAT.fullmatch(by):
            call.operator_id = session.scalar(select(Operator.id).where(Operator.seat == int(seat[1])))
        session.commit()


def close_call(session: Session, channel_id: str, at: datetime) -> None:
    """Note that the caller's channel is gone; one who was still waiting for a person is to be called back."""
    call = session.scalar(select(Call).where(Call.channel_id == channel_id))
    if call and call.ended_at is None:
        call.status = CallStatus.ABANDONED if call.status is CallStatus.WAITING else CallStatus.ENDED
        call.ended_at = at
        session.commit()


def close_forgotten_calls(session: Session, live_channel_ids: Sequence[str], begun_before: datetime) -> int:
    """Close the files of calls, begun before a moment, that are not among those up then; return how many."""
    open_then = select(Call).where(Call.ended_at.is_(None), Call.started_at < begun_before)
    forgotten = session.scalars(open_then.where(Call.channel_id.not_in(live_channel_ids))).all()
    for call in forgotten:
        close_call(session, call.channel_id, utc_now())
    return len(forgotten)
