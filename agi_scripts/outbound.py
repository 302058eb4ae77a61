"""A call about an order that somebody has answered."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from agi_scripts.channel import Channel
from agi_scripts.placed import PlacedCalls, begin_placed_call
from dispatch.outbound.attempts import end_attempt
from dispatch.outbound.spoken import spoken_order
from dispatch.outbound.wanted import is_wanted, resident_to_ring
from dispatch.ringing.attempts import take_attempt
from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller, know_caller
from ivr.dialogues.care_asking import NOT_HEARD
from ivr.dialogues.connect_call import connect_call
from ivr.dialogues.desk import Desk
from ivr.dialogues.follow_up_call import follow_up_call
from ivr.dialogues.follow_up_keeping import FollowUpVisit
from ivr.dialogues.offer_call import offer_call
from ivr.dialogues.tell_call import tell_call
from ivr.errors import HandOver
from ivr.understanding.meaning import Understanding
from models.base import utc_now
from models.calls import Call
from models.outbound_calls import CallPurpose, OutboundAttempt, OutboundCall, OutboundResult
from models.residents import residents_by_number

log = logging.getLogger(__name__)

Dialogue = Callable[[Conversation], Awaitable[OutboundResult]]


@dataclass(frozen=True)
class OutboundAnswered:
    """The attempt, and what is to be said in it."""

    attempt_id: int
    call: Call
    hold: Dialogue


@dataclass(frozen=True)
class OutboundCalls(PlacedCalls[OutboundAnswered, OutboundResult]):
    """The script `outbound`: what it needs is wired in `agi_scripts.__main__`."""

    desk: Desk
    understanding: Understanding  # of what is answered in calls of ours

    reached = OutboundResult.DONE
    cut_off = OutboundResult.CUT_OFF
    failed = OutboundResult.FAILED

    def take(self, session: Session, channel: Channel, attempt_id: int) -> OutboundAnswered | None:
        """Read what the conversation must know; what is not wanted any more by now ends with an apology."""
        attempt = session.get(OutboundAttempt, attempt_id)
        if attempt is None or attempt.result is not None or attempt.call_id is not None:
            return None
        about = attempt.outbound_call
        resident = resident_to_ring(about)
        if about.purpose is CallPurpose.TELL:  # so that a resident is spoken to in their own pace
            [resident, *_] = [*residents_by_number(session, about.number), None]
        call = begin_placed_call(session, channel, attempt.way, resident)
        if take_attempt(session, OutboundAttempt, attempt.id, call.id) is None:
            return None
        log.info("call %s: outbound call %s (%s), attempt %s", channel.unique_id, about.id, about.purpose, attempt.id)
        hold = self._dialogue(session, about) if is_wanted(session, about) else _not_wanted
        return OutboundAnswered(attempt.id, call, hold)

    async def dialogue(self, talk: Conversation, answered: OutboundAnswered) -> OutboundResult:
        """Say what the call is for."""
        return await answered.hold(talk)

    def end(self, answered: OutboundAnswered, result: OutboundResult) -> None:
        """However it ended: what was done in it stays done."""
        sessions = self.talks.surroundings.sessions
        with sessions() as session:
            about = session.get_one(OutboundAttempt, answered.attempt_id).outbound_call
            if not is_wanted(session, about):
                result = OutboundResult.DONE
        end_attempt(sessions, self.desk.queue, self.talks.settings, answered.attempt_id, result=result, now=utc_now())

    def _dialogue(self, session: Session, about: OutboundCall) -> Dialogue:
        settings, desk = self.talks.settings, self.desk
        if about.purpose is CallPurpose.OFFER and about.offer_id:
            told = spoken_order(session, about.offer_id)
            return lambda talk: _unless_silent(offer_call(talk, desk, settings, told))
        if about.purpose is CallPurpose.CONNECT and about.order:
            order_id, resident = about.order.id, about.order.resident.form_of_address
            return lambda talk: _unless_silent(connect_call(talk, order_id, resident))
        if about.purpose is CallPurpose.TELL and about.message:
            message_id, body = about.message.id, about.message.body
            return lambda talk: _unless_silent(tell_call(talk, message_id, body))
        if about.purpose is CallPurpose.FOLLOW_UP and about.follow_up:
            order = about.follow_up.order
            caller = know_caller(session, [order.resident])
            visit = FollowUpVisit(about.follow_up.id, order.service.name, self.understanding)
            return lambda talk: _follow_up(talk, caller, desk, visit)
        raise HandOver("fault")


async def _not_wanted(talk: Conversation) -> OutboundResult:
    await talk.say("call_not_wanted")
    return OutboundResult.DONE


async def _unless_silent(saying: Awaitable[OutboundResult]) -> OutboundResult:
    """Nobody is brought for want of an answer: it is we who have called. A follow-up sees to that itself."""
    try:
        return await saying
    except HandOver as over:
        if over.reason in NOT_HEARD:
            return OutboundResult.SILENT
        raise


async def _follow_up(talk: Conversation, caller: Caller, desk: Desk, visit: FollowUpVisit) -> OutboundResult:
    return (await follow_up_call(talk, caller, desk, visit)).result
