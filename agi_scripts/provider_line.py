"""A call to the providers' number."""

import logging
from dataclasses import dataclass

from agi_scripts.channel import Channel
from agi_scripts.talking import Talks
from dispatch.outbound.spoken import provider_calling
from ivr.dialogues.desk import Desk
from ivr.dialogues.provider_line import provider_line
from ivr.errors import HandOver
from ivr.record import begin_call

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProviderLine:
    """The script `provider_line`: who is no provider of ours, as far as the number tells, speaks with a person."""

    talks: Talks
    desk: Desk

    def __call__(self, channel: Channel) -> None:
        """Take the call; the dialplan brings an operator for anything but `goodbye`."""
        with self.talks.surroundings.sessions() as session:
            provider = provider_calling(session, channel.caller_number)
            call = begin_call(session, channel.unique_id, channel.caller_number, None, [])
        log.info("call %s: provider %s", channel.unique_id, provider.id if provider else "unknown")
        channel.renew_lease(self.talks.settings.call_lease_s)
        channel.answer()
        try:
            if provider is None:
                raise HandOver("unknown_provider")
            settings, id_ = self.talks.settings, provider.id
            self.talks.hold(channel, call, lambda talk: provider_line(talk, self.desk, settings, id_))
        except HandOver as why:
            self.talks.pass_on(channel, call, why)
