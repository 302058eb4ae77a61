"""Call-backs: whoever gave up waiting for a person, or left a message, is called back in the order in which they first called."""

import logging
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dispatch.alarms import alarm_of_call
from models.call_backs import CallBack
from models.calls import Call, CallStatus, Direction
from models.database import SessionMaker
from models.phones import mask_number, normalise_number
from models.residents import ResidentPhone
from models.voice_mails import VoiceMail

log = logging.getLogger(__name__)

# The domain's figures: who gave up is called back within ten minutes, after an SOS within one; a message within a day.
WITHIN = timedelta(minutes=10)
WITHIN_URGENT = timedelta(minutes=1)
WITHIN_MAIL = timedelta(hours=24)
# So long one operator has a call-back to themselves; who forgets it leaves it to the others.
TAKEN_FOR = timedelta(minutes=10)
LOOKED_BACK = timedelta(days=1)
MAILS_LOOKED_BACK = timedelta(days=7)
URGENT_OUTCOMES = ("operator:sos", "operator:emergency")
TRIES = 3


class CallBackOutcome(StrEnum):
    """How a call-back ended."""

    REACHED = "reached"
    CALLED_AGAIN = "called_again"  # and was answered by a person
    NOT_REACHED = "not_reached"
    NOT_NEEDED = "not_needed"


def note_abandoned(session: Session, channel_id: str) -> CallBack | None:
    """Have whoever gave up on this channel called back, and commit; None where nobody did, or no number is known."""
    call = session.scalar(select(Call).where(Call.channel_id == channel_id))
    if call is None or call.status is not CallStatus.ABANDONED or call.ended_at is None:
        return None
    urgent = call.outcome in URGENT_OUTCOMES or alarm_of_call(session, channel_id) is not None
    return _ask_back(session, call, call.ended_at, WITHIN_URGENT if urgent else WITHIN, urgent=urgent)


def note_answered(session: Session, channel_id: str, now: datetime) -> None:
    """A person talks on this channel: the call-back that its caller was waiting for is done. Commits."""
    call = session.scalar(select(Call).where(Call.channel_id == channel_id))
    if call is None or call.operator_at is None:
        return
    waiting = select(CallBack.id).where(CallBack.done_at.is_(None), CallBack.call_id < call.id, CallBack.number == call.number)
    outcome = CallBackOutcome.REACHED if call.direction is Direction.OUT else CallBackOutcome.CALLED_AGAIN
    for call_back_id in session.scalars(waiting).all():
        end_call_back(session, call_back_id, outcome, now)


def take_call_back(session: Session, call_back_id: int, operator_id: int, now: datetime) -> CallBack | None:
    """Let this operator call them, and commit; None where another is calling them now, or it is done. Each time is an attempt."""
    call_back = _lock(session, call_back_id)
    if call_back is None or call_back.done_at or is_taken(call_back, operator_id, now):
        session.rollback()
        return None
    call_back.taken_by, call_back.taken_at = operator_id, now
    call_back.attempts += 1
    session.commit()
    return call_back


def is_taken(call_back: CallBack, operator_id: int, now: datetime) -> bool:
    """Whether somebody other than this operator is calling them now."""
    if call_back.taken_by is None or call_back.taken_at is None or call_back.taken_by == operator_id:
        return False
    return call_back.taken_at > now - TAKEN_FOR


def put_back(session: Session, call_back_id: int) -> None:
    """Nobody was reached this time: it waits for whoever takes it next, in its old place. Commits."""
    call_back = _lock(session, call_back_id)
    if call_back and call_back.done_at is None:
        call_back.taken_by = call_back.taken_at = None
    session.commit()


def end_call_back(session: Session, call_back_id: int, outcome: CallBackOutcome, now: datetime) -> bool:
    """It is over, and how; commits. Who was first stays: False where it was over already, or there is none."""
    call_back = _lock(session, call_back_id)
    if call_back is None or call_back.done_at:
        session.rollback()
        return False
    call_back.done_at, call_back.outcome = now, outcome.value
    session.commit()
    log.info("call-back %d: %s after %d attempts", call_back_id, outcome, call_back.attempts)
    return True


def call_back_round(sessions: SessionMaker, now: datetime) -> None:
    """Make what was missed, and end what is done; the sweep calls it, and it may be repeated."""
    with sessions() as session:
        channels = session.scalars(_abandoned_unseen(now)).all()
        mails = session.scalars(_mails_unseen(now)).all()
    for channel_id in channels:
        with sessions() as session:
            note_abandoned(session, channel_id)
    for mail_id in mails:
        with sessions() as session:
            mail = session.get_one(VoiceMail, mail_id)
            _ask_back(session, mail.call, mail.left_at, WITHIN_MAIL, urgent=False)
    with sessions() as session:
        answered = session.scalars(_answered_since()).all()
        helped = [one.id for one in session.scalars(_urgent_open()) if _is_helped(session, one)]
    for channel_id in answered:
        with sessions() as session:
            note_answered(session, channel_id, now)
    for call_back_id in helped:
        with sessions() as session:
            end_call_back(session, call_back_id, CallBackOutcome.REACHED, now)


def _ask_back(session: Session, call: Call, since: datetime, within: timedelta, *, urgent: bool) -> CallBack | None:
    """The one open call-back of this caller, made or made more pressing. Commits."""
    number = _number_of(session, call)
    if not number:
        log.warning("call %d cannot be called back: no number is known", call.id)
        return None
    for _ in range(TRIES):
        settled = or_(CallBack.call_id == call.id, and_(CallBack.number == number, CallBack.done_at >= since))
        found = select(CallBack).where(or_(settled, and_(CallBack.number == number, CallBack.done_at.is_(None))))
        known = session.scalars(found.order_by(CallBack.id.desc()).with_for_update()).first()
        if known:
            if known.done_at is None:
                known.urgent, known.due_at = known.urgent or urgent, min(known.due_at, since + within)
            session.commit()
            return known
        made = CallBack(
            call_id=call.id,
            number=number,
            resident_id=call.resident_id,
            urgent=urgent,
            waits_since=call.started_at,
            due_at=since + within,
        )
        session.add(made)
        try:
            session.commit()
        except IntegrityError:  # made at the same moment by another; now it is there to be found
            session.rollback()
            continue
        log.info("call-back %d: %s%s", made.id, mask_number(number), ", urgent" if urgent else "")
        return made
    return None


def _number_of(session: Session, call: Call) -> str:
    """Where they can be reached: the number they called from, else the one they said, else the resident's own."""
    said = normalise_number(str(call.collected.get("call_back", "")))
    if call.number or said or call.resident_id is None:
        return call.number or said
    own = select(ResidentPhone.number).where(ResidentPhone.resident_id == call.resident_id).order_by(ResidentPhone.id)
    return session.scalar(own.limit(1)) or ""


def _lock(session: Session, call_back_id: int) -> CallBack | None:
    return session.get(CallBack, call_back_id, with_for_update=True, populate_existing=True)


_COVERED = exists().where(
    or_(
        CallBack.call_id == Call.id,
        and_(CallBack.number == Call.number, CallBack.done_at.is_(None), CallBack.urgent | Call.outcome.not_in(URGENT_OUTCOMES)),
        and_(CallBack.number == Call.number, CallBack.done_at >= Call.ended_at),
    )
)


def _abandoned_unseen(now: datetime) -> Select[str]:
    lately = (Call.started_at >= now - LOOKED_BACK, Call.status == CallStatus.ABANDONED, Call.ended_at.is_not(None))
    return select(Call.channel_id).where(*lately, ~_COVERED).order_by(Call.started_at)


def _mails_unseen(now: datetime) -> Select[int]:
    unheard = select(VoiceMail.id).join(Call, VoiceMail.call_id == Call.id)
    return unheard.where(VoiceMail.heard_at.is_(None), VoiceMail.left_at >= now - MAILS_LOOKED_BACK, ~_COVERED).order_by(
        VoiceMail.id
    )


def _answered_since() -> Select[str]:
    """The channels on which a person has talked to somebody whose call-back is still open."""
    later = and_(Call.id > CallBack.call_id, Call.operator_at.is_not(None), Call.number == CallBack.number)
    return select(Call.channel_id).join(CallBack, later).where(CallBack.done_at.is_(None)).order_by(Call.id)


def _urgent_open() -> Select[CallBack]:
    return select(CallBack).where(CallBack.done_at.is_(None), CallBack.urgent)


def _is_helped(session: Session, call_back: CallBack) -> bool:
    """Whether somebody has got hold of them otherwise since they gave up, as their alarm tells."""
    alarm = alarm_of_call(session, call_back.call.channel_id)
    return alarm is not None and alarm.answered_at is not None and not alarm.waiting
