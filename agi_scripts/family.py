"""Putting a resident through to their family: whom Asterisk is to ring, and what the family hears first."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agi_scripts.channel import Channel
from audio.sound import write_wav
from audio.synthesizers import SynthesisError
from ivr.record import put_call_through
from ivr.speaking import Voice
from models.calls import Call
from models.database import SessionMaker
from models.phones import mask_number
from models.residents import Resident, family_of

log = logging.getLogger(__name__)

MOST_RUNG = 3


@dataclass(frozen=True)
class FamilyCalls:
    """The voice that tells a family who is calling, and the folder where Asterisk plays our words from."""

    voice: Voice
    sounds_dir: Path

    def put_through(self, channel: Channel, sessions: SessionMaker, call_id: int, contact_ids: Sequence[int]) -> None:
        """Tell the dialplan to ring these members of the caller's own family, in this order; with none it brings an operator."""
        with sessions() as session:
            resident = session.get_one(Call, call_id).resident
            family = {contact.id: contact.number for contact in family_of(session, resident.id)} if resident else {}
        numbers = list(dict.fromkeys(family[id] for id in contact_ids if id in family))[:MOST_RUNG]
        for place, number in enumerate(numbers, start=1):
            channel.set_variable(f"LINLI_FAMILY_{place}", number)
        if resident and self.announce(resident):
            channel.set_variable("LINLI_RESIDENT", resident.id)
        channel.set_variable("LINLI_OUTCOME", "family")
        with sessions() as session:
            put_call_through(session, call_id)
        log.info("call %s: ringing %s", channel.unique_id, ", ".join(mask_number(number) for number in numbers))

    def announce(self, resident: Resident) -> bool:
        """Make the words that tell a family who is calling, where Asterisk finds them; False where they cannot be made.

        One file a resident: it is overwritten with the next call, so that nothing piles up.
        """
        try:
            sound = b"".join(self.voice.pieces("family_called", self.voice.text("family_called", resident=resident.name)))
            self.sounds_dir.mkdir(parents=True, exist_ok=True)
            write_wav(self.sounds_dir / f"family-{resident.id}.wav", sound)
        except (SynthesisError, OSError):
            log.exception("the words for a family could not be made; they are called without")
            return False
        return True
