"""The sweep: asks again for whatever the queue lost. The database is the truth; the queue is a nudge."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from threading import Event

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from dispatch.outbox import is_due
from dispatch.planning.waiting import MAY_WAIT
from dispatch.queue import Job, JobQueue
from dispatch.troubles import end_quiet_troubles, note_trouble
from models.base import utc_now
from models.database import SessionMaker
from models.messages import Direction, Message, MessageStatus
from models.orders import Offer, OfferStatus, Order, OrderStatus

log = logging.getLogger(__name__)

# What is younger than this has its own nudge on the way.
_LEFT_ALONE = timedelta(seconds=2)


def run_sweep(
    sessions: SessionMaker, queue: JobQueue, every_s: float, stop: Event, also: Sequence[Callable[[datetime], None]] = ()
) -> None:
    """Sweep every `every_s` seconds until `stop`, and do what is `also` due.

    A database or a Redis that is down is waited for. A round that fails otherwise is a trouble that a person sees.
    """
    rounds: list[Callable[[datetime], object]] = [partial(sweep, sessions, queue), *also, partial(_end_quiet_troubles, sessions)]
    while not stop.is_set():
        for due in rounds:
            _make(due, sessions)
        stop.wait(every_s)


def _make(due: Callable[[datetime], object], sessions: SessionMaker) -> None:
    """Make one round; whatever befalls it, the others are made."""
    now = utc_now()
    name = getattr(getattr(due, "func", due), "__name__", "round")
    try:
        due(now)
    except SQLAlchemyError as error:
        log.error("the database cannot be read (%s); %s waits", type(error).__name__, name)
    except Exception as fault:
        log.exception("%s failed", name)
        note_trouble(sessions, name, 0, fault, now)


def _end_quiet_troubles(sessions: SessionMaker, now: datetime) -> None:
    with sessions() as session:
        end_quiet_troubles(session, now)


def sweep(sessions: SessionMaker, queue: JobQueue, now: datetime) -> bool:
    """Nudge for everything that is overdue; False if the queue could not be reached, and the rest waits for the next time."""
    with sessions() as session:
        overdue = [*_orders_not_offered(session, now), *_offers_over(session, now), *_messages_not_sent(session, now)]
    if overdue:
        log.info("asking again: %s", ", ".join(f"{job.name.lower()} {id_}" for job, id_ in overdue))
    # all() stops at the first that fails: a Redis that is down costs one time-out a sweep, not one a nudge.
    return all(queue.nudge(job, id_) for job, id_ in overdue)


def _orders_not_offered(session: Session, now: datetime) -> list[tuple[Job, int]]:
    is_open = select(Offer.id).where(Offer.order_id == Order.id, Offer.status == OfferStatus.OPEN).exists()
    wanted = Order.status.in_((OrderStatus.PLACED, OrderStatus.OFFERED))
    late = Order.placed_at <= now - _LEFT_ALONE
    # Those that may wait for their day's plan are asked for by the plan's own round, which knows when their time has come.
    ids = session.scalars(select(Order.id).where(wanted, ~is_open, late, ~MAY_WAIT).order_by(Order.id))
    return [(Job.OFFER_ORDER, order_id) for order_id in ids]


def _offers_over(session: Session, now: datetime) -> list[tuple[Job, int]]:
    # Also those whose SMS could not be sent: their providers are telephoned. One that is kept for the morning is put off there.
    over = select(Offer.id).where(Offer.status == OfferStatus.OPEN, Offer.expires_at <= now - _LEFT_ALONE)
    ids = session.scalars(over.order_by(Offer.id))
    return [(Job.EXPIRE_OFFER, offer_id) for offer_id in ids]


def _messages_not_sent(session: Session, now: datetime) -> list[tuple[Job, int]]:
    unsent = Message.status.in_((MessageStatus.CREATED, MessageStatus.SENDING))
    messages = session.scalars(select(Message).where(Message.direction == Direction.OUT, unsent).order_by(Message.id))
    return [(Job.SEND_MESSAGE, message.id) for message in messages if is_due(message, now - _LEFT_ALONE)]
