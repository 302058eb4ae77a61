"""Finding a resident's orders, as they are spoken of on the telephone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from models.orders import TO_BE_DONE, Order, OrderStatus

# What nobody has reported as done is spoken of for so long after its time.
LATE_FOR = timedelta(hours=12)
# What was done is still spoken of for so long, when nothing else is open.
RECENT = timedelta(hours=24)


@dataclass(frozen=True)
class Standing:
    """An order and how it stands. `starts_at` and `ends_at` are aware, in UTC; `provider` is empty before one has accepted."""

    order_id: int
    code: str
    service_id: int
    service: str
    status: OrderStatus
    starts_at: datetime
    ends_at: datetime
    provider: str
    details: dict[str, str | int]
    visit_at: datetime | None = None  # when they come, where that was arranged


def open_orders(session: Session, resident_id: int, now: datetime) -> list[Standing]:
    """The orders whose work is still to be done, the nearest first."""
    still = Order.status.in_((*TO_BE_DONE, OrderStatus.UNFILLED))
    asked = select(Order).where(Order.resident_id == resident_id, still, Order.ends_at > now - LATE_FOR)
    return _standings(session, asked.order_by(Order.starts_at, Order.id))


def last_done(session: Session, resident_id: int, now: datetime) -> Standing | None:
    """The order that was done last, if that was lately."""
    done = Order.status.in_((OrderStatus.COMPLETED, OrderStatus.CONFIRMED))
    asked = select(Order).where(Order.resident_id == resident_id, done, Order.ends_at > now - RECENT)
    return next(iter(_standings(session, asked.order_by(Order.ends_at.desc(), Order.id.desc()).limit(1))), None)


def last_order(session: Session, resident_id: int, service_id: int | None) -> Standing | None:
    """The order placed last, of this service or of any that is still offered; what was cancelled does not count."""
    asked = select(Order).where(Order.resident_id == resident_id, Order.status != OrderStatus.CANCELLED)
    asked = asked.where(Order.service.has(active=True))
    if service_id is not None:
        asked = asked.where(Order.service_id == service_id)
    return next(iter(_standings(session, asked.order_by(Order.placed_at.desc(), Order.id.desc()).limit(1))), None)


def _standings(session: Session, asked: Select[Order]) -> list[Standing]:
    found = session.scalars(asked.options(joinedload(Order.service), joinedload(Order.provider)))
    return [
        Standing(
            order_id=order.id,
            code=order.code,
            service_id=order.service_id,
            service=order.service.name,
            status=order.status,
            starts_at=order.starts_at,
            ends_at=order.ends_at,
            provider=order.provider.name if order.provider else "",
            details=order.details,
            visit_at=order.visit_at,
        )
        for order in found
    ]
