"""A care call that somebody has answered."""

import logging
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from agi_scripts.channel import Channel
from agi_scripts.placed import PlacedCalls, begin_placed_call
from dispatch.care.attempts import end_attempt
from dispatch.ringing.attempts import take_attempt
from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller, know_caller
from ivr.dialogues.care_asking import CareVisit
from ivr.dialogues.care_call import care_call
from ivr.dialogues.desk import Desk
from ivr.understanding.meaning import Understanding
from models.base import utc_now
from models.calls import Call
from models.care_calls import CareAnswer, CareAttempt, CarePlan, CareResult

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CareAnswered:
    """What the conversation must know."""

    call: Call
    caller: Caller
    visit: CareVisit


@dataclass(frozen=True)
class CareCalls(PlacedCalls[CareAnswered, CareResult]):
    """The script `care`: what it needs is wired in `agi_scripts.__main__`."""

    desk: Desk
    understanding: Understanding

    reached = CareResult.HELD
    cut_off = CareResult.CUT_OFF
    failed = CareResult.FAILED

    def take(self, session: Session, channel: Channel, attempt_id: int) -> CareAnswered | None:
        """Read what the conversation must know of the resident."""
        attempt = session.get(CareAttempt, attempt_id)
        if attempt is None or attempt.result is not None or attempt.call_id is not None:
            return None
        resident = attempt.care_call.resident
        plan = session.get(CarePlan, resident.id)
        call = begin_placed_call(session, channel, attempt.way, resident)
        if take_attempt(session, CareAttempt, attempt.id, call.id) is None:
            return None
        log.info("call %s: care call %s, attempt %s", channel.unique_id, attempt.care_call_id, attempt.id)
        visit = CareVisit(attempt.id, bool(plan and plan.takes_medicine), self.understanding)
        return CareAnswered(call, know_caller(session, [resident]), visit)

    async def dialogue(self, talk: Conversation, answered: CareAnswered) -> CareResult:
        """Ask how the resident is."""
        return await care_call(talk, answered.caller, self.desk, answered.visit)

    def end(self, answered: CareAnswered, result: CareResult) -> None:
        """Who hangs up after an answer has been spoken to."""
        with self.talks.surroundings.sessions() as session:
            if result is CareResult.CUT_OFF and _has_answered(session, answered):
                result = CareResult.HELD
            attempt_id = answered.visit.attempt_id
            end_attempt(session, self.desk.queue, self.talks.settings, attempt_id, result=result, now=utc_now())


def _has_answered(session: Session, answered: CareAnswered) -> bool:
    attempt = session.get_one(CareAttempt, answered.visit.attempt_id)
    since = select(CareAnswer.id).where(CareAnswer.care_call_id == attempt.care_call_id, CareAnswer.at >= attempt.began_at)
    return session.scalar(since.limit(1)) is not None
