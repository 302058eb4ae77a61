"""Placing an order, adding to it, cancelling it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dispatch.cleaning import clean_words
from dispatch.codes import NoFreeCode, free_code, visit_code
from dispatch.money import set_price
from dispatch.offers import lock_order, open_offers
from dispatch.outbox import nudge_messages, write_message
from dispatch.queue import Job, JobQueue
from dispatch.telling import is_urgent, tell_resident
from dispatch.texts import text
from dispatch.withdrawing import withdraw
from models.calls import Call
from models.orders import Order, OrderStatus
from models.residents import Resident
from models.services import Service
from models.settings import Settings

log = logging.getLogger(__name__)

WORDS_AT_MOST = 2000
NOTE_AT_MOST = 500
_CODE_TRIES = 20


class InvalidOrder(Exception):
    """An order cannot be placed as it is asked for; the text says why."""


class ResidentLeft(InvalidOrder):
    """Who moved away or died orders nothing."""


class FormPlaced(InvalidOrder):
    """This form has placed its order already."""


class DayPlaced(InvalidOrder):
    """This day of a repeating order has its order already, whatever became of it."""


@dataclass(frozen=True)
class OrderRequest:
    """An order as the resident agreed to it. The span's times are aware; `when_words` is the span as it was read back."""

    resident_id: int
    service_id: int
    starts_at: datetime
    ends_at: datetime
    when_words: str
    words: str = ""
    note: str = ""  # what else whoever comes is to know
    details: Mapping[str, str | int] = field(default_factory=dict)  # by what the service's question is about
    call_id: int | None = None
    repeat_id: int | None = None  # the repeating order that this is one day of, and the day
    repeat_on: date | None = None
    operator: str = ""  # the login of who takes it by hand, and the key of their form: one key places one order
    form_key: str | None = None


def place_order(session: Session, queue: JobQueue, request: OrderRequest, now: datetime) -> Order:
    """Write an order, commit, then nudge the queue to offer it.

    Raises `InvalidOrder` for what cannot be ordered. A queue that is down is logged, not raised: the sweep offers the order.
    """
    order = write_order(session, request, now)
    session.commit()
    log.info("order %s: placed in call %s", order.id, request.call_id)
    queue.nudge(Job.OFFER_ORDER, order.id)
    return order


def write_order(session: Session, request: OrderRequest, now: datetime) -> Order:
    """Write an order that waits to be offered; raises `InvalidOrder`, and its kinds. The caller commits, then nudges."""
    _check(session, request, now)
    order = Order(
        resident_id=request.resident_id,
        service_id=request.service_id,
        call_id=request.call_id,
        repeat_id=request.repeat_id,
        repeat_on=request.repeat_on,
        form_key=request.form_key,
        starts_at=request.starts_at,
        ends_at=request.ends_at,
        when_words=clean_words(request.when_words, NOTE_AT_MOST),
        words=clean_words(request.words, WORDS_AT_MOST),
        note=clean_words(request.note, NOTE_AT_MOST),
        details={about: _clean(detail) for about, detail in request.details.items()},
        status=OrderStatus.PLACED,
        placed_at=now,
        visit_code=visit_code(),
    )
    _write_with_code(session, order)
    order.record(OrderStatus.PLACED.value, now, _who_places(request), **_whose(request.operator))
    return order


def add_note(session: Session, order_id: int, words: str, now: datetime) -> None:
    """Add what else is to be known about an order, for the provider; commits. An order that is not there raises NoResultFound."""
    order = lock_order(session, order_id)
    order.note = clean_words(f"{order.note}；{words}" if order.note else words, NOTE_AT_MOST)
    order.record("note", now, "resident")
    session.commit()


def cancel_order(
    session: Session, queue: JobQueue, order_id: int, by: str, now: datetime, *, reason: str = "", tell: Settings | None = None
) -> None:
    """Cancel an order, withdraw its open offers and tell whoever has read of it; commits. Cancelled already is well.

    With the site's settings in `tell`, the resident is told by SMS: for an order that somebody else cancels. Raises
    `IllegalTransition` once the work is done, NoResultFound for an order that is not there.
    """
    order = lock_order(session, order_id)
    if order.status is OrderStatus.CANCELLED:
        return
    told = withdraw(session, open_offers(session, order.id), now, by, "order_cancelled")
    order.move(OrderStatus.CANCELLED, now, by, **({"reason": clean_words(reason, NOTE_AT_MOST)} if reason else {}))
    set_price(order, None)
    if order.provider:
        words = text("order_cancelled", order.provider.language, code=order.code)
        told.append(
            write_message(
                session,
                order.provider.number,
                words,
                now,
                order_id=order.id,
                template="order_cancelled",
                urgent=is_urgent(order, now),
            )
        )
    if tell:
        told += tell_resident(session, tell, order, "resident_cancelled", now)
    session.commit()
    log.info("order %s: cancelled by %s", order.id, by)
    nudge_messages(queue, told)


def _who_places(request: OrderRequest) -> str:
    if request.repeat_id:
        return "dispatch"
    return "resident" if request.call_id and not request.operator else "operator"


def _whose(operator: str) -> dict[str, str]:
    return {"operator": operator} if operator else {}


def _check(session: Session, request: OrderRequest, now: datetime) -> None:
    service, resident = session.get(Service, request.service_id), session.get(Resident, request.resident_id)
    if resident is not None and resident.left_on is not None:
        raise ResidentLeft(f"resident {resident.id} has left")
    faults = {
        "no such resident": resident is None,
        "no such service": service is None or not service.active,
        "no such call": request.call_id is not None and session.get(Call, request.call_id) is None,
        "the span ends before it starts": request.ends_at <= request.starts_at,
        # A repeating order's day that was missed is placed for a person to look at.
        "the span is over": request.ends_at <= now and request.repeat_id is None,
    }
    for fault, found in faults.items():
        if found:
            raise InvalidOrder(fault)


def _clean(detail: str | int) -> str | int:
    return clean_words(detail, NOTE_AT_MOST) if isinstance(detail, str) else detail


def _write_with_code(session: Session, order: Order) -> None:
    """Write the order with a code that no other open order has; the unique index decides between two that chose alike."""
    for _ in range(_CODE_TRIES):
        try:
            order.code = free_code(session)
        except NoFreeCode as none:
            raise InvalidOrder(str(none)) from none
        try:
            with session.begin_nested():
                session.add(order)
        except IntegrityError:
            if _day_is_placed(session, order):
                raise DayPlaced(f"repeat {order.repeat_id}: {order.repeat_on} is placed") from None
            if order.form_key and session.scalar(select(Order.id).where(Order.form_key == order.form_key)):
                raise FormPlaced(f"form {order.form_key} is placed") from None
            continue
        return
    raise InvalidOrder("no free order code")


def _day_is_placed(session: Session, order: Order) -> bool:
    of_day = select(Order.id).where(Order.repeat_id == order.repeat_id, Order.repeat_on == order.repeat_on)
    return order.repeat_id is not None and session.scalar(of_day) is not None
