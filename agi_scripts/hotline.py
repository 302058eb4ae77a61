"""A call to the hotline, from its first ring to goodbye or to an operator."""

import logging
from dataclasses import dataclass

from agi_scripts.channel import Channel
from agi_scripts.talking import Talks
from ivr.dialogues.caller import know_caller, residents_calling
from ivr.dialogues.desk import Desk
from ivr.dialogues.reception import reception
from ivr.errors import HandOver
from ivr.record import begin_call
from models.phones import mask_number

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hotline:
    """The script `hotline`: what it needs is wired in `agi_scripts.__main__`."""

    talks: Talks
    desk: Desk

    def __call__(self, channel: Channel) -> None:
        """Take the call; the dialplan reads LINLI_OUTCOME, and brings an operator for anything but `goodbye`."""
        with self.talks.surroundings.sessions() as session:
            device_id = _device(channel)
            residents = residents_calling(session, channel.caller_number, device_id)
            caller = know_caller(session, residents)
            call = begin_call(session, channel.unique_id, channel.caller_number, device_id, residents)
        log.info("call %s: %s, %d residents", channel.unique_id, mask_number(call.number), len(residents))
        channel.renew_lease(self.talks.settings.call_lease_s)
        channel.answer()
        try:
            self.talks.hold(channel, call, lambda talk: reception(talk, caller, self.desk))
        except HandOver as why:
            self.talks.pass_on(channel, call, why)


def _device(channel: Channel) -> int | None:
    """The one-key phone that calls; its endpoint sets the variable, so it can be trusted."""
    device = channel.get_variable("LINLI_DEVICE")
    return int(device) if device.isascii() and device.isdigit() else None
