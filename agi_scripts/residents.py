"""Putting a provider through to the resident of their order: by which telephones Asterisk is to try."""

import logging

from agi_scripts.channel import Channel
from dispatch.offers import lock_order
from dispatch.progress import AT_WORK
from dispatch.ringing.ways import ways_to
from ivr.record import put_call_through
from models.base import utc_now
from models.database import SessionMaker
from models.settings import Settings

log = logging.getLogger(__name__)

MOST_RUNG = 5


def put_through_to_resident(channel: Channel, sessions: SessionMaker, settings: Settings, call_id: int, order_id: int) -> None:
    """Tell the dialplan to ring them, one after the other; the order's history has a line of it."""
    with sessions() as session:
        order = lock_order(session, order_id)
        ways = ways_to(order.resident, settings)[:MOST_RUNG] if order.status in AT_WORK else []
        order.record("connected", utc_now(), "provider")
        session.commit()
    for place, way in enumerate(ways, start=1):
        channel.set_variable(f"LINLI_WAY_{place}", way)
    channel.set_variable("LINLI_OUTCOME", "connect")
    with sessions() as session:
        put_call_through(session, call_id, "connect")
    log.info("call %s: order %s, ringing the resident by %d ways", channel.unique_id, order_id, len(ways))
