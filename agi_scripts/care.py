"""A care call that somebody has answered, from its first word to goodbye, or to a person."""

import logging
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from agi_scripts.channel import Channel
from agi_scripts.conversing import converse
from agi_scripts.family import FamilyCalls
from agi_scripts.handing_over import hand_over
from dispatch.care.attempts import end_attempt
from dispatch.ringing.attempts import take_attempt
from dispatch.ringing.ways import device_of
from exchange.ami import AsteriskManager
from ivr.conversation import Conversation, Surroundings
from ivr.dialogues.caller import Caller, know_caller
from ivr.dialogues.care_asking import CareVisit
from ivr.dialogues.care_call import care_call
from ivr.dialogues.desk import Desk
from ivr.errors import CallerHungUp, HandOver, PutThrough
from ivr.media.line import Line
from ivr.media.thread import MediaThread
from ivr.record import begin_call, callers_recording, finish_call
from ivr.recorder import Recorder
from ivr.understanding.meaning import Understanding
from models.base import utc_now
from models.calls import Call
from models.care_calls import CareAnswer, CareAttempt, CarePlan, CareResult
from models.devices import Device
from models.settings import Settings

log = logging.getLogger(__name__)

# Our own faults: the resident, whom we have called, hears that we are sorry and is called again.
FAULTS = frozenset({"fault", "media"})


@dataclass(frozen=True)
class Answered:
    """An attempt that was answered, with its call's file and what the conversation must know."""

    call: Call
    caller: Caller
    visit: CareVisit


@dataclass(frozen=True)
class CareCalls:
    """The script `care`: what it needs is wired in `agi_scripts.__main__`. The extension is the attempt's id."""

    surroundings: Surroundings
    media: MediaThread
    manager: AsteriskManager
    desk: Desk
    family: FamilyCalls
    recorder: Recorder
    understanding: Understanding
    settings: Settings

    def __call__(self, channel: Channel) -> None:
        """Hold the conversation; the dialplan reads LINLI_OUTCOME, and without one says that we are sorry."""
        with self.surroundings.sessions() as session:
            answered = self._answered(session, channel)
        if answered is None:
            channel.set_variable("LINLI_OUTCOME", "goodbye")
            return
        lease_s = self.settings.call_lease_s
        channel.renew_lease(lease_s)

        async def dialogue(line: Line) -> CareResult:
            with self.recorder.begin(callers_recording(channel.unique_id)) as side:
                line.tap(side.take)
                talk = Conversation(line, answered.call.id, self.surroundings)
                return await care_call(talk, answered.caller, self.desk, answered.visit)

        result = CareResult.FAILED
        try:
            result = converse(channel, self.media, dialogue, renew=lambda: self.manager.set_lease(channel.name, lease_s))
        except CallerHungUp:
            result = CareResult.CUT_OFF
            self._finish(channel, "hung_up")
            raise
        except PutThrough as putting_through:
            result = CareResult.HELD
            channel.renew_lease(lease_s)
            self.family.put_through(channel, self.surroundings.sessions, answered.call.id, putting_through.contact_ids)
        except HandOver as handing_over:
            if handing_over.reason in FAULTS:
                raise
            result = CareResult.HELD
            self._bring_a_person(channel, answered, handing_over)
        else:
            self._finish(channel, "goodbye")
            channel.set_variable("LINLI_OUTCOME", "goodbye")
        finally:
            self._end(answered, result)

    def _answered(self, session: Session, channel: Channel) -> Answered | None:
        """Open the call's file for the attempt that was answered; None for an attempt that is over."""
        attempt = session.get(CareAttempt, int(channel.extension)) if channel.extension.isdecimal() else None
        if attempt is None or attempt.result is not None or attempt.call_id is not None:
            log.warning("call %s: there is no such attempt at a care call", channel.unique_id)
            return None
        resident = attempt.care_call.resident
        plan = session.get(CarePlan, resident.id)
        device = session.get(Device, device_of(attempt.way) or 0)
        number, device_id = (device.number, device.id) if device else (attempt.way, None)
        call = begin_call(session, channel.unique_id, number, device_id, [resident])
        if take_attempt(session, CareAttempt, attempt.id, call.id) is None:
            return None
        log.info("call %s: care call %s, attempt %s", channel.unique_id, attempt.care_call_id, attempt.id)
        visit = CareVisit(attempt.id, bool(plan and plan.takes_medicine), self.understanding)
        return Answered(call, know_caller(session, [resident]), visit)

    def _bring_a_person(self, channel: Channel, answered: Answered, why: HandOver) -> None:
        """The exchange rang them; operators, and the ladder of an alarm, are to know them by their own number and telephone."""
        try:
            channel.set_variable("CALLERID(num)", answered.call.number)
            if answered.call.device_id:
                channel.set_variable("LINLI_DEVICE", answered.call.device_id)
        finally:
            hand_over(channel, self.surroundings.sessions, answered.call, why, self.settings.alarm_window_s)

    def _finish(self, channel: Channel, outcome: str) -> None:
        with self.surroundings.sessions() as session:
            finish_call(session, channel.unique_id, outcome, utc_now())

    def _end(self, answered: Answered, result: CareResult) -> None:
        """Who hangs up after an answer has been spoken to."""
        with self.surroundings.sessions() as session:
            if result is CareResult.CUT_OFF and _has_answered(session, answered):
                result = CareResult.HELD
            end_attempt(session, self.desk.queue, self.settings, answered.visit.attempt_id, result=result, now=utc_now())


def _has_answered(session: Session, answered: Answered) -> bool:
    attempt = session.get_one(CareAttempt, answered.visit.attempt_id)
    since = select(CareAnswer.id).where(CareAnswer.care_call_id == attempt.care_call_id, CareAnswer.at >= attempt.began_at)
    return session.scalar(since.limit(1)) is not None
