"""Putting a resident through to their family: whom Asterisk is to ring, and what the family hears first."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from agi_scripts.announcing import Announcements
from agi_scripts.channel import Channel
from ivr.record import put_call_through
from models.calls import Call
from models.database import SessionMaker
from models.phones import mask_number
from models.residents import family_of

log = logging.getLogger(__name__)

MOST_RUNG = 3


@dataclass(frozen=True)
class FamilyCalls:
    """Knows the words that tell a family who is calling."""

    announcements: Announcements

    def put_through(self, channel: Channel, sessions: SessionMaker, call_id: int, contact_ids: Sequence[int]) -> None:
        """Tell the dialplan to ring these members of the caller's own family, in this order; with none it brings an operator."""
        with sessions() as session:
            resident = session.get_one(Call, call_id).resident
            family = {contact.id: contact.number for contact in family_of(session, resident.id)} if resident else {}
        numbers = list(dict.fromkeys(family[id] for id in contact_ids if id in family))[:MOST_RUNG]
        for place, number in enumerate(numbers, start=1):
            channel.set_variable(f"LINLI_FAMILY_{place}", number)
        if resident:
            channel.set_variable("LINLI_WHO_CALLS", self.announcements.make(resident.name))
        channel.set_variable("LINLI_OUTCOME", "family")
        with sessions() as session:
            put_call_through(session, call_id)
        log.info("call %s: ringing %s", channel.unique_id, ", ".join(mask_number(number) for number in numbers))
