"""The jobs that workers run, as `dispatch.queue.Job` names them.

Each takes ids only, looks at the status first, and may run twice.
"""

from functools import cache

from dispatch import expiring, offering, sending
from dispatch.care import calling
from dispatch.gateways import open_gateways
from dispatch.means import Means
from dispatch.outbound import calling as outbound
from dispatch.queue import JobQueue
from models.base import utc_now
from models.database import session_maker
from models.settings import load_settings


def offer_order(order_id: int) -> None:
    """Offer an order to the next provider."""
    offering.offer_order(_means(), order_id)


def expire_offer(offer_id: int) -> None:
    """End an offer that was not answered in time."""
    expiring.expire_offer(_means(), offer_id)


def send_message(message_id: int) -> None:
    """Send an SMS."""
    sending.send_message(_means(), message_id)


def call_resident(care_call_id: int) -> None:
    """Ring a resident whose care call is due."""
    calling.call_resident(_means(), care_call_id)


def place_call(outbound_call_id: int) -> None:
    """Place a call about an order."""
    outbound.place_call(_means(), outbound_call_id)


@cache
def _means() -> Means:
    """Made at a process's first job, and kept."""
    settings = load_settings()
    queue = JobQueue(settings.redis)
    return Means(settings, session_maker(settings.database), queue, open_gateways(settings), utc_now)
