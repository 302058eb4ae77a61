"""A call to the hotline, from its first ring to goodbye or to an operator."""

import logging
from dataclasses import dataclass

from agi_scripts.channel import Channel
from agi_scripts.conversing import converse
from agi_scripts.family import FamilyCalls
from agi_scripts.handing_over import hand_over
from exchange.ami import AsteriskManager
from ivr.conversation import Conversation, Surroundings
from ivr.dialogues.caller import know_caller, residents_calling
from ivr.dialogues.desk import Desk
from ivr.dialogues.reception import reception
from ivr.errors import CallerHungUp, HandOver, PutThrough
from ivr.media.line import Line
from ivr.media.thread import MediaThread
from ivr.record import begin_call, callers_recording, finish_call
from ivr.recorder import Recorder
from models.base import utc_now
from models.phones import mask_number

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hotline:
    """The script `hotline`: what it needs is wired in `agi_scripts.__main__`."""

    surroundings: Surroundings
    media: MediaThread
    manager: AsteriskManager
    desk: Desk
    family: FamilyCalls
    recorder: Recorder
    lease_s: int
    alarm_window_s: int

    def __call__(self, channel: Channel) -> None:
        """Take the call; the dialplan reads LINLI_OUTCOME, and brings an operator for anything but `goodbye`."""
        with self.surroundings.sessions() as session:
            device_id = _device(channel)
            residents = residents_calling(session, channel.caller_number, device_id)
            caller = know_caller(session, residents)
            call = begin_call(session, channel.unique_id, channel.caller_number, device_id, residents)
        log.info("call %s: %s, %d residents", channel.unique_id, mask_number(call.number), len(residents))
        channel.renew_lease(self.lease_s)
        channel.answer()

        async def dialogue(line: Line) -> None:
            with self.recorder.begin(callers_recording(channel.unique_id)) as side:
                line.tap(side.take)
                await reception(Conversation(line, call.id, self.surroundings), caller, self.desk)

        try:
            converse(channel, self.media, dialogue, renew=lambda: self.manager.set_lease(channel.name, self.lease_s))
        except CallerHungUp:
            self._finish(channel, "hung_up")
            raise
        except PutThrough as putting_through:
            channel.renew_lease(self.lease_s)
            self.family.put_through(channel, self.surroundings.sessions, call.id, putting_through.contact_ids)
        except HandOver as handing_over:
            hand_over(channel, self.surroundings.sessions, call, handing_over, self.alarm_window_s)
        else:
            self._finish(channel, "goodbye")
            channel.set_variable("LINLI_OUTCOME", "goodbye")

    def _finish(self, channel: Channel, outcome: str) -> None:
        with self.surroundings.sessions() as session:
            finish_call(session, channel.unique_id, outcome, utc_now())


def _device(channel: Channel) -> int | None:
    """The one-key phone that calls; its endpoint sets the variable, so it can be trusted."""
    device = channel.get_variable("LINLI_DEVICE")
    return int(device) if device.isascii() and device.isdigit() else None
