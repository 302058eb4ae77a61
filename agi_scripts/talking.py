"""Holding a conversation on a call, as each of our scripts does: on a lease, recorded, and passed on to whom it needs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from agi_scripts.channel import Channel
from agi_scripts.conversing import converse
from agi_scripts.family import FamilyCalls
from agi_scripts.handing_over import hand_over
from agi_scripts.residents import put_through_to_resident
from exchange.ami import AsteriskManager
from ivr.conversation import Conversation, Surroundings
from ivr.errors import CallerHungUp, HandOver, PutThrough, PutThroughToResident
from ivr.media.line import Line
from ivr.media.thread import MediaThread
from ivr.record import callers_recording, finish_call
from ivr.recorder import Recorder
from models.base import utc_now
from models.calls import Call
from models.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True)
class Talks:
    """What every script needs that speaks with somebody."""

    surroundings: Surroundings
    media: MediaThread
    manager: AsteriskManager
    recorder: Recorder
    family: FamilyCalls
    settings: Settings

    def hold(self, channel: Channel, call: Call, dialogue: Callable[[Conversation], Awaitable[T]]) -> T:
        """Hold the conversation to its goodbye, after which the dialplan hangs up. Raises what `converse` raises."""
        lease_s = self.settings.call_lease_s

        async def talk(line: Line) -> T:
            with self.recorder.begin(callers_recording(channel.unique_id)) as side:
                line.tap(side.take)
                return await dialogue(Conversation(line, call.id, self.surroundings))

        try:
            result = converse(channel, self.media, talk, renew=lambda: self.manager.set_lease(channel.name, lease_s))
        except CallerHungUp:
            self._finish(channel, "hung_up")
            raise
        self._finish(channel, "goodbye")
        channel.set_variable("LINLI_OUTCOME", "goodbye")
        return result

    def pass_on(self, channel: Channel, call: Call, why: HandOver) -> None:
        """Have the dialplan bring whom the conversation has ended for: family, a resident, or a person of ours."""
        sessions = self.surroundings.sessions
        if isinstance(why, PutThrough):
            channel.renew_lease(self.settings.call_lease_s)
            self.family.put_through(channel, sessions, call.id, why.contact_ids)
        elif isinstance(why, PutThroughToResident):
            channel.renew_lease(self.settings.call_lease_s)
            put_through_to_resident(channel, sessions, self.settings, call.id, why.order_id)
        else:
            hand_over(channel, sessions, call, why, self.settings.alarm_window_s)

    def _finish(self, channel: Channel, outcome: str) -> None:
        with self.surroundings.sessions() as session:
            finish_call(session, channel.unique_id, outcome, utc_now())
