"""At which hours calls about orders may be placed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dispatch.care.facts import care_facts
from dispatch.care.planning import CareFacts, waking_moment
from dispatch.outbound.wanted import resident_to_ring
from models.care_calls import CareGroup
from models.care_hours import read_hours
from models.outbound_calls import CallPurpose, OutboundCall
from models.settings import Settings


def waking_moment_for(session: Session, call: OutboundCall, settings: Settings, moment: datetime) -> datetime | None:
    """The first moment from `moment` on at which it may ring, in the resident's hours for calls or else the site's.

    Offers, urgent messages and providers who want to be connected wait for no hour. None where no hour ever comes.
    """
    if call.purpose in (CallPurpose.OFFER, CallPurpose.CONNECT) or (call.message and call.message.urgent):
        return moment
    if resident := resident_to_ring(call):
        [facts] = care_facts(session, [resident.id], settings)
    else:
        facts = CareFacts(0, CareGroup.OTHER, read_hours(settings.care_hours))
    return waking_moment(facts, moment, ZoneInfo(settings.timezone))
