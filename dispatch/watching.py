"""Watching over open orders: the resident hears of a delay, and an order that waits for nothing is found. The sweep does it."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from dispatch.follow_ups.asking import after_completion
from dispatch.lateness import due_there, offered_from
from dispatch.next_step import stuck_orders
from dispatch.offers import lock_order
from dispatch.outbound.asking import nudge_calls
from dispatch.outbox import nudge_messages, write_message
from dispatch.planning.waiting import waits_for_plan
from dispatch.progress import NOT_YET_THERE
from dispatch.queue import JobQueue
from dispatch.quiet import quiet_until
from dispatch.telling import is_urgent, tell_resident
from dispatch.texts import text
from dispatch.troubles import note_trouble
from models.database import SessionMaker
from models.messages import Message
from models.orders import Order, OrderStatus
from models.settings import Settings

log = logging.getLogger(__name__)

_NOBODYS = (OrderStatus.PLACED, OrderStatus.OFFERED)


class Stuck(Exception):
    """An open order waits for nothing."""


def watch_orders(settings: Settings, sessions: SessionMaker, queue: JobQueue, now: datetime) -> None:
    """Tell residents what takes longer, once; find what is stuck. Each order in a transaction of its own; may be repeated."""
    with sessions() as session:
        delayed = [order.id for order in _not_told(session) if is_delayed(order, settings, now)]
        stuck = stuck_orders(session)
    for order_id in delayed:
        with sessions() as session:
            messages = _tell_of_delay(session, settings, order_id, now)
            session.commit()
        nudge_messages(queue, messages)
    for order_id in stuck:
        _unstick(settings, sessions, queue, order_id, now)


def is_delayed(order: Order, settings: Settings, now: datetime) -> bool:
    """Whether nobody was found, or nobody has come, in good time. At night only what is wanted soon is delayed."""
    if order.status in _NOBODYS:
        patience = timedelta(seconds=settings.delay_told_after_s)
        is_slow = offered_from(order, settings) + patience <= now and not waits_for_plan(order, settings, now)
        return is_slow and (is_urgent(order, now) or quiet_until(settings, now) is None)
    return order.status in NOT_YET_THERE and due_there(order) + timedelta(seconds=settings.arrival_grace_s) <= now


def _not_told(session: Session) -> list[Order]:
    waiting = select(Order).where(Order.status.in_((*_NOBODYS, *NOT_YET_THERE)), Order.delay_told_at.is_(None))
    return list(session.scalars(waiting.order_by(Order.id).options(joinedload(Order.service))))


def _tell_of_delay(session: Session, settings: Settings, order_id: int, now: datetime) -> list[Message]:
    """Tell the resident, and remind who should be there; nothing where that has changed meanwhile."""
    order = lock_order(session, order_id)
    if order.delay_told_at or not is_delayed(order, settings, now):
        return []
    order.delay_told_at = now
    order.record("delay_told", now, "dispatch")
    log.info("order %s: %s, and late; the resident is told", order.id, order.status)
    if order.provider is None:
        return tell_resident(session, settings, order, "resident_delay", now)
    words = text("reminder", order.provider.language, code=order.code)
    reminder = write_message(session, order.provider.number, words, now, order_id=order.id, template="reminder")
    return [reminder, *tell_resident(session, settings, order, "resident_late", now)]


def _unstick(settings: Settings, sessions: SessionMaker, queue: JobQueue, order_id: int, now: datetime) -> None:
    """What should never be: show it to a person, and mend what can be mended."""
    note_trouble(sessions, "next_step", order_id, Stuck(), now)
    log.error("order %s waits for nothing", order_id)
    with sessions() as session:
        order = lock_order(session, order_id)
        calls = after_completion(session, settings, order, now) if order.status is OrderStatus.COMPLETED else []
        session.commit()
    nudge_calls(queue, calls, now)
